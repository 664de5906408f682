"""What people do with applications: fill in, attach, submit, withdraw."""

from tosportal.features.applications.service.attachments import (
    attach_file,
    attach_kept,
    keep_file,
    remove_attachment,
    slot_for,
)
from tosportal.features.applications.service.drafts import save_section, start_application
from tosportal.features.applications.service.submissions import (
    advance_application,
    submit_application,
    withdraw_application,
)

__all__ = [
    "advance_application",
    "attach_file",
    "attach_kept",
    "keep_file",
    "remove_attachment",
    "save_section",
    "slot_for",
    "start_application",
    "submit_application",
    "withdraw_application",
]
