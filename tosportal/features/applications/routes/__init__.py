"""Pages of applications, in the order in which an applicant meets them."""

from tosportal.features.applications.routes import (
    amending,
    beginning,
    carrying,
    extending,
    files,
    filling,
    paper,
    pieces,
    rows,
    sending,
    signing,
    trying,
)
from tosportal.features.applications.routes.board import blueprint

__all__ = [
    "amending",
    "beginning",
    "blueprint",
    "carrying",
    "extending",
    "files",
    "filling",
    "paper",
    "pieces",
    "rows",
    "sending",
    "signing",
    "trying",
]
