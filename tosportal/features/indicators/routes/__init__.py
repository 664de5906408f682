"""Pages of indicators, by who looks: everybody, the officer; the year with its report."""

from tosportal.features.indicators.routes import dashboard, officer, passports, template, visitor, year
from tosportal.features.indicators.routes.blueprint import blueprint

__all__ = ["blueprint", "dashboard", "officer", "passports", "template", "visitor", "year"]
