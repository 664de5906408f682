"""Letters: rows of an outbox written in the transaction of the act, delivered later by a task."""

from tosportal.support.notifications.delivery import deliver_letters
from tosportal.support.notifications.models import Letter
from tosportal.support.notifications.outbox import post

__all__ = ["Letter", "deliver_letters", "post"]
