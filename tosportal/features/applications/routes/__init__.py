"""Pages of applications, in the order in which an applicant meets them."""

from tosportal.features.applications.routes import amending, beginning, files, filling, sending
from tosportal.features.applications.routes.board import blueprint

__all__ = ["amending", "beginning", "blueprint", "files", "filling", "sending"]
