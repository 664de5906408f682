"""Pages of applications, in the order in which an applicant meets them."""

from tosportal.features.applications.routes import amending, beginning, files, filling, pieces, sending
from tosportal.features.applications.routes.board import blueprint

__all__ = ["amending", "beginning", "blueprint", "files", "filling", "pieces", "sending"]
