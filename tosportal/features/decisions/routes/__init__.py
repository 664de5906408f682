"""Pages of decisions, by what is done there."""

from tosportal.features.decisions.routes import sums, trial
from tosportal.features.decisions.routes.pages import blueprint

__all__ = ["blueprint", "sums", "trial"]
