"""Letters: rows of an outbox written in the transaction of the act, delivered later by a task."""

from tosportal.support.notifications.delivery import deliver_letters
from tosportal.support.notifications.inbox import (
    letter_of,
    letters_of,
    mark_all_read,
    mark_read,
    parts_of,
    unread_count,
)
from tosportal.support.notifications.models import Letter
from tosportal.support.notifications.outbox import message_id_of, post

__all__ = [
    "Letter",
    "deliver_letters",
    "letter_of",
    "letters_of",
    "mark_all_read",
    "mark_read",
    "message_id_of",
    "parts_of",
    "post",
    "unread_count",
]
