"""The catalogue of letters whose texts may be changed, in the order in which people get them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import LetterKind
from tosportal.features.accounts import letters as of_accounts
from tosportal.features.accounts.models import Person
from tosportal.features.admission import letters as of_admission
from tosportal.features.applications import letters as of_applications
from tosportal.features.contests import letters as of_contests
from tosportal.features.decisions import letters as of_decisions
from tosportal.features.events import letters as of_events
from tosportal.features.jury import letters as of_jury
from tosportal.features.letters import letters as of_the_portal
from tosportal.features.personal import letters as of_personal
from tosportal.features.questions import letters as of_questions
from tosportal.features.readiness import letters as of_readiness
from tosportal.features.registry import letters as of_registry
from tosportal.support import notifications
from tosportal.support.db import db
from tosportal.support.notifications import LetterText

GROUPS: tuple[tuple[str, tuple[LetterKind, ...]], ...] = (
    (N_("Объявление"), of_contests.KINDS),
    (N_("Заявки"), of_applications.KINDS),
    (N_("Проверка готовности"), of_readiness.KINDS),
    (N_("Проверка заявок"), of_admission.KINDS),
    (N_("Вопросы о конкурсе"), of_questions.KINDS),
    (N_("Жюри"), of_jury.KINDS),
    (N_("Результаты"), of_decisions.KINDS),
    (N_("Присоединение к ТОС"), of_registry.KINDS),
    (N_("События"), of_events.KINDS),
    (N_("Кабинет"), of_accounts.KINDS),
    (N_("Личные данные"), of_personal.KINDS),
    (N_("Портал"), of_the_portal.KINDS),
)
KINDS: Mapping[str, LetterKind] = {kind.code: kind for _title, kinds in GROUPS for kind in kinds}


def groups_for(*, of_contest: bool) -> list[tuple[str, list[LetterKind]]]:
    """The letters that a district words, or those that a contest may word for itself."""
    found = [(title, [kind for kind in kinds if kind.of_contest or not of_contest]) for title, kinds in GROUPS]
    return [(title, kinds) for title, kinds in found if kinds]


def own_texts(municipality_id: int, contest_id: int) -> Mapping[str, list[LetterText]]:
    """By kind: the texts in own words that hold in a place."""
    found: dict[str, list[LetterText]] = {}
    for row in notifications.latest_texts(municipality_id, contest_id):
        if row.body:
            found.setdefault(row.kind, []).append(row)
    return found


@dataclass(frozen=True)
class Version:
    """A version of a text and who wrote it."""

    text: LetterText
    written_by: str


def versions(kind: LetterKind, locale: str, municipality_id: int, contest_id: int) -> Sequence[Version]:
    """All versions of a text, the latest first."""
    rows = notifications.versions_of(kind, locale, municipality_id, contest_id)
    people = {row.written_by_id for row in rows}
    found = db.session.execute(select(Person.id, Person.full_name).where(Person.id.in_(people))).all()
    names = {row.id: row.full_name for row in found}
    return [Version(row, names.get(row.written_by_id or 0, "")) for row in rows]
