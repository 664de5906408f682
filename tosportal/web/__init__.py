"""The glass: Flask glue that knows no feature."""
