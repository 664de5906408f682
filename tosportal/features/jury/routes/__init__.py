"""Pages of the jury: of jurors, of staff, and the way in by invitation."""

from tosportal.features.jury.routes import invitations, juror, officer, trying, work
from tosportal.features.jury.routes.blueprint import blueprint

__all__ = ["blueprint", "invitations", "juror", "officer", "trying", "work"]
