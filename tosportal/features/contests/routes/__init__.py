"""Pages of contests, by who looks."""

from tosportal.features.contests.routes import acts, editor, office, visitor
from tosportal.features.contests.routes.board import blueprint

__all__ = ["acts", "blueprint", "editor", "office", "visitor"]
