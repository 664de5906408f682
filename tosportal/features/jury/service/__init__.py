"""What happens in a jury: people come in, declare, mark, sign; the secretary reminds."""

from tosportal.features.jury.service.invitations import (
    REMINDED_EVERY,
    accept_invitation,
    cancel_invitation,
    invite_juror,
    remind_juror,
    resend_invitation,
)
from tosportal.features.jury.service.sheets import declare_conflict, ensure_scoring, save_marks, sign_sheet

__all__ = [
    "REMINDED_EVERY",
    "accept_invitation",
    "cancel_invitation",
    "declare_conflict",
    "ensure_scoring",
    "invite_juror",
    "remind_juror",
    "resend_invitation",
    "save_marks",
    "sign_sheet",
]
