"""The blueprint of contests, and how its pages show the end of a span of time."""

from datetime import datetime

from flask import Blueprint, Response

from tosportal.domain.contest_states import last_day
from tosportal.features.contests.papers import stored_moment
from tosportal.web.filters import day_short, hour, local, page_zone

blueprint = Blueprint("contests", __name__)


@blueprint.app_template_filter("until")
def until(at: datetime | None) -> str:
    """«13 марта, 17:00», or «20 марта» when the span ends with the day (at the midnight after it)."""
    if at is None:
        return "—"
    return day_short(last_day(at, page_zone())) if local(at).time().isoformat() == "00:00:00" else hour(at)


blueprint.app_template_filter("stored_moment")(stored_moment)


def docx_file(content: bytes, name: str) -> Response:
    """A paper to keep or print."""
    answer = Response(content, content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
