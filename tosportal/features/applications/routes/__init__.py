"""Pages of applications, in the order in which an applicant meets them."""

from tosportal.features.applications.routes import beginning, files, filling, sending
from tosportal.features.applications.routes.board import blueprint

__all__ = ["beginning", "blueprint", "files", "filling", "sending"]
