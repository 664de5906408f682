"""The blueprint that the pages of indicators hang on, and what its pages share."""

from datetime import date

from flask import Blueprint, abort, request
from flask_babel import lazy_gettext as _l

from tosportal.features.programmes import queries as programmes
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
from tosportal.support.db import db
from tosportal.web.clock import now

blueprint = Blueprint("indicators", __name__)
MOST_RECORDS = 20
UNIT_WORDS = {
    "percent": _l("%"),
    "unit": _l("ед."),
    "person": _l("чел."),
    "thousand_rub": _l("тыс. ₽"),
    "per_100k_population": _l("на 100 тыс. жителей"),
}


def asked_year(default: int) -> int:
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else default


def programme_at(slug: str) -> Programme:
    """The programme of an address, or 404."""
    return programmes.programme_by_slug(slug) or abort(404)


def indicator_at(programme: Programme, code: str) -> Indicator:
    """The indicator of an address, or 404."""
    return programmes.indicator_by_code(programme, code) or abort(404)


def today_of(programme: Programme) -> date:
    """Today where the programme runs."""
    return today_in(db.session.get_one(Municipality, programme.municipality_id), now())


def this_year_of(programme: Programme) -> int:
    """The year of that day."""
    return today_of(programme).year
