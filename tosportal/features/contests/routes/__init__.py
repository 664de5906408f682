"""Pages of contests, by who looks."""

from tosportal.features.contests.routes import acts, beginning, editor, exchange, office, visitor
from tosportal.features.contests.routes.board import blueprint

__all__ = ["acts", "beginning", "blueprint", "editor", "exchange", "office", "visitor"]
