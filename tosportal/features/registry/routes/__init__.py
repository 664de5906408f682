"""Pages of the registry, by who looks: everybody, the activist, the officer."""

from tosportal.features.registry.routes import activist, helping, officer, people, public
from tosportal.features.registry.routes.blueprint import blueprint

__all__ = ["activist", "blueprint", "helping", "officer", "people", "public"]
