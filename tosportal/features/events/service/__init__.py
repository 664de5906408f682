"""What happens to events: one function an act. Services flush and never commit."""

from tosportal.features.events.service.entries import add_event, edit_event, facts_of
from tosportal.features.events.service.evidence import (
    PAPER_KINDS,
    PAPER_MB,
    PHOTO_KINDS,
    PHOTO_MB,
    PHOTOS_MOST,
    KeptFile,
    Photo,
    add_paper,
    add_photos,
    caption_photo,
    keep_paper,
    keep_photos,
    read_photo,
    remove_evidence,
)
from tosportal.features.events.service.verdicts import decide_event, strike_event, withdraw_event

__all__ = [
    "PAPER_KINDS",
    "PAPER_MB",
    "PHOTOS_MOST",
    "PHOTO_KINDS",
    "PHOTO_MB",
    "KeptFile",
    "Photo",
    "add_event",
    "add_paper",
    "add_photos",
    "caption_photo",
    "decide_event",
    "edit_event",
    "facts_of",
    "keep_paper",
    "keep_photos",
    "read_photo",
    "remove_evidence",
    "strike_event",
    "withdraw_event",
]
