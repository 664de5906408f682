"""Pages of indicators, by who looks: everybody, the officer; the year with its report."""

from tosportal.features.indicators.routes import officer, passports, visitor, year
from tosportal.features.indicators.routes.blueprint import blueprint

__all__ = ["blueprint", "officer", "passports", "visitor", "year"]
