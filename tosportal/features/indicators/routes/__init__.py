"""Pages of indicators, by who looks: everybody, the officer."""

from tosportal.features.indicators.routes import officer, visitor
from tosportal.features.indicators.routes.blueprint import blueprint

__all__ = ["blueprint", "officer", "visitor"]
