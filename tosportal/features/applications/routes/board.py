"""The blueprint, and the one way from an address to an application: through the person who asks."""

import re

from flask import Blueprint, abort, request

from tosportal.domain.errors import N_, NotAllowed, Remark
from tosportal.domain.form_definition import FormSection
from tosportal.domain.permissions import Permission
from tosportal.features.accounts.guards import person, where
from tosportal.features.accounts.looks import note_look
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import Whole, application_for_applicant, application_on_paper
from tosportal.features.applications.service.rows import is_open
from tosportal.features.applications.service.signing import sees_sealed
from tosportal.web.clock import now

blueprint = Blueprint("applications", __name__)

KEY = re.compile(r"[A-Za-z0-9_-]{1,24}")
# Who may read and who may change what stands in an application: its ТОС, and of one on paper the office.
READS = (Permission.APPLICATION_READ_OWN, Permission.APPLICATION_ENTER)
FILLS = (Permission.APPLICATION_FILL, Permission.APPLICATION_ENTER)


def own_application(key: str) -> Application:
    """The application of this address, when the person speaks for its ТОС, or enters it from paper; else 404.

    Raises NotAllowed where the ТОС would change what the office has entered from paper.
    """
    if not KEY.fullmatch(key):
        abort(404)
    found = application_for_applicant(key, person())
    if found is None:
        found = application_on_paper(key, where(Permission.APPLICATION_ENTER)) or abort(404)
        note_look("application", found, tos_id=found.tos_id, municipality_id=found.contest.municipality_id)
    if request.method == "POST" and not may_fill(found):
        words = N_("Эта заявка подана на бумаге. Изменить или отозвать её можно только через секретаря конкурса")
        raise NotAllowed(Remark(words))
    return found


def may_fill(application: Application) -> bool:
    """An application on paper is typed in by the office alone, every other one by its ТОС."""
    return not application.is_on_paper or is_entering(application)


def may_take_back(application: Application) -> bool:
    """Who speaks for the ТОС withdraws its application, a helper does not; one on paper is withdrawn by the office."""
    if application.is_on_paper:
        return is_entering(application)
    return where(Permission.APPLICATION_WITHDRAW).holds(tos=application.tos_id)


def is_entering(application: Application) -> bool:
    """Is it an application on paper, and whoever asks the one who enters it?"""
    return application.is_on_paper and where(Permission.APPLICATION_ENTER).holds(
        municipality=application.contest.municipality_id
    )


def is_open_here(application: Application) -> bool:
    """Is there anything to be filled in by whoever asks?"""
    return may_fill(application) and is_open(application, now())


def shown_to_me(this: Whole) -> tuple[FormSection, ...]:
    """The pages of the form as whoever asks may see them: a helper without banks and passports."""
    if sees_sealed(this.application, person()):
        return this.sections
    return tuple(section.without_sealed for section in this.sections)
