"""Pages of events, by who looks: everybody, whoever enters them, the secretary."""

from tosportal.features.events.routes import entry, files, office, public
from tosportal.features.events.routes.board import blueprint

__all__ = ["blueprint", "entry", "files", "office", "public"]
