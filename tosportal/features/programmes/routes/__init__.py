"""Pages of programmes, by who looks: everybody, the officer."""

from tosportal.features.programmes.routes import officer, visitor
from tosportal.features.programmes.routes.blueprint import blueprint

__all__ = ["blueprint", "officer", "visitor"]
