"""Words about the end of a span of time."""

from datetime import datetime, time

from flask_babel import gettext as _

from tosportal.domain.contest_states import last_day
from tosportal.web.filters import day_short, hour, local, page_zone


def until_words(at: datetime | None) -> str:
    """«до конца 2 декабря» for the midnight after it, «до 2 декабря, 17:00» for an hour; nothing for no moment."""
    if at is None:
        return ""
    if local(at).time() == time(0):
        return _("до конца %(day)s", day=day_short(last_day(at, page_zone())))
    return _("до %(moment)s", moment=hour(at))
