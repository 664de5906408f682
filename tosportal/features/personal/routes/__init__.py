"""Pages of personal data, by who looks: the person, the secretary, the administrator."""

from tosportal.features.personal.routes import admin, consents, office, own
from tosportal.features.personal.routes.blueprint import blueprint

__all__ = ["admin", "blueprint", "consents", "office", "own"]
