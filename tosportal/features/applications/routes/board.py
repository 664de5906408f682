"""The blueprint, and the one way from an address to an application: through the person who asks."""

import re

from flask import Blueprint, abort

from tosportal.features.accounts.guards import person
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import application_for_applicant

blueprint = Blueprint("applications", __name__)

KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")


def own_application(key: str) -> Application:
    """The application of this address, when the person speaks for its ТОС; else 404."""
    found = application_for_applicant(key, person()) if KEY.fullmatch(key) else None
    if found is None:
        abort(404)
    return found
