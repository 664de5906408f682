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
from tosportal.support.notifications.models import Letter, LetterText
from tosportal.support.notifications.outbox import drop_letters_of, message_id_of, post
from tosportal.support.notifications.texts import (
    keep_text,
    latest_texts,
    letter_kinds,
    standard_text,
    text_for,
    versions_of,
    written,
)

__all__ = [
    "Letter",
    "LetterText",
    "deliver_letters",
    "drop_letters_of",
    "keep_text",
    "latest_texts",
    "letter_kinds",
    "letter_of",
    "letters_of",
    "mark_all_read",
    "mark_read",
    "message_id_of",
    "parts_of",
    "post",
    "standard_text",
    "text_for",
    "unread_count",
    "versions_of",
    "written",
]
