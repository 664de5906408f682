"""The blueprint of contests, and how its pages show the end of a span of time."""

from datetime import datetime

from flask import Blueprint

from tosportal.domain.contest_states import last_day
from tosportal.web.filters import day_short, exact_moment, hour, local, page_zone

blueprint = Blueprint("contests", __name__)


@blueprint.app_template_filter("until")
def until(at: datetime | None) -> str:
    """«13 марта, 17:00», or «20 марта» when the span ends with the day (at the midnight after it)."""
    if at is None:
        return "—"
    return day_short(last_day(at, page_zone())) if local(at).time().isoformat() == "00:00:00" else hour(at)


@blueprint.app_template_filter("stored_moment")
def stored_moment(text: str) -> str:
    """A moment as a regulation stores it, to the second on the municipality's clock."""
    return exact_moment(datetime.fromisoformat(text))
