"""The blueprint of the pages, and the district whose pages these are."""

from datetime import date

from flask import Blueprint, abort, current_app

from tosportal.features.registry.models import Municipality
from tosportal.features.registry.queries import municipality_of_page
from tosportal.features.registry.service import today_in
from tosportal.web.clock import now

blueprint = Blueprint("personal", __name__)
NUMBER = "<int(max=2147483647):{}>"


def district() -> Municipality:
    """The municipality of the page; without one nobody is asked for a consent."""
    return municipality_of_page() or abort(404)


def today(municipality: Municipality) -> date:
    return today_in(municipality, now())


def site() -> str:
    """The address of the portal as documents name it."""
    return str(current_app.config["BASE_URL"]).rstrip("/")
