"""The ground: technical services that know no feature."""
