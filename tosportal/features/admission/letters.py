"""Letters about admission: facts → subject and body, in the language of the receiver."""

from collections.abc import Sequence
from datetime import date

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.admission import Checked
from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import (
    CONTEST_WORD,
    LINK_WORD,
    NUMBER_WORD,
    TITLE_WORD,
    TOS_WORD,
    LetterKind,
    Word,
)
from tosportal.domain.regulation import AdmissionItem
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.support import notifications
from tosportal.web.filters import day

Letter = tuple[str, str]


WORDS = {
    "number": NUMBER_WORD,
    "contest": CONTEST_WORD,
    "tos": TOS_WORD,
    "title": TITLE_WORD,
    "link": LINK_WORD,
}
REMARKS = {
    "remarks": Word("замечания", N_("замечания по пунктам проверки"), N_("— Протокол (пункт 3.1): нет подписи")),
    "reasons": Word("пояснение", N_("что секретарь написал от себя"), N_("Приложите протокол с подписью.")),
}
RETURNED = LetterKind(
    "admission.returned",
    N_("Заявку нужно исправить"),
    N_("тем, кто действует от имени ТОС"),
    N_("Заявку № %(number)s нужно исправить"),
    N_(
        "Заявку № %(number)s нужно исправить до конца дня %(due)s.\n\nКонкурс: %(contest)s\nТОС: %(tos)s\n"
        "Название: %(title)s\n\n%(remarks)s\n\n%(reasons)s\n\nИсправьте и отправьте заявку снова: %(link)s\n"
        "Номер и время первой отправки останутся прежними."
    ),
    {**WORDS, **REMARKS, "due": Word("срок", N_("последний день исправления"), N_("26 марта 2026 года"))},
    ("due", "remarks", "reasons", "link"),
)
ADMITTED = LetterKind(
    "admission.admitted",
    N_("Заявка допущена"),
    N_("тем, кто действует от имени ТОС"),
    N_("Заявка № %(number)s допущена"),
    N_(
        "Заявка № %(number)s допущена к оценке жюри.\n\nКонкурс: %(contest)s\nТОС: %(tos)s\nНазвание: %(title)s\n\n"
        "Делать ничего не нужно. О результатах конкурса мы напишем.\nЗаявка на портале: %(link)s"
    ),
    WORDS,
    ("link",),
)
REFUSED = LetterKind(
    "admission.refused",
    N_("Заявка не допущена"),
    N_("тем, кто действует от имени ТОС"),
    N_("Заявка № %(number)s не допущена"),
    N_(
        "Заявка № %(number)s не допущена к участию в конкурсе.\n\nКонкурс: %(contest)s\nТОС: %(tos)s\n"
        "Название: %(title)s\n\nПричина:\n%(remarks)s\n\n%(reasons)s\n\n"
        "Если вы не согласны, ответьте организатору конкурса: его телефон и адрес внизу страниц портала.\n"
        "Заявка на портале: %(link)s"
    ),
    {**WORDS, **REMARKS},
    ("remarks", "reasons", "link"),
)
REOPENED = LetterKind(
    "admission.reopened",
    N_("Заявка снова на проверке"),
    N_("тем, кто действует от имени ТОС"),
    N_("Заявка № %(number)s снова на проверке"),
    N_(
        "Заявка № %(number)s снова на проверке: прежнее решение отменено.\n\nКонкурс: %(contest)s\nТОС: %(tos)s\n"
        "Название: %(title)s\n\n%(reasons)s\n\nЗаявка на портале: %(link)s"
    ),
    {**WORDS, "reasons": REMARKS["reasons"]},
    ("reasons", "link"),
)
KINDS = (RETURNED, ADMITTED, REFUSED, REOPENED)


def returned(
    application: Application,
    person: Person,
    *,
    items: Sequence[AdmissionItem],
    wrong: Sequence[Checked],
    reasons: str,
    due_on: date,
) -> Letter:
    """What is to be put right and until when."""
    with force_locale(person.locale):
        return _written(RETURNED, application, due=day(due_on), remarks=_points(items, wrong), reasons=reasons)


def admitted(application: Application, person: Person) -> Letter:
    """The application goes on to the jury."""
    with force_locale(person.locale):
        return _written(ADMITTED, application)


def refused(
    application: Application, person: Person, *, items: Sequence[AdmissionItem], wrong: Sequence[Checked], reasons: str
) -> Letter:
    """The application takes no further part, and why, with the clauses."""
    with force_locale(person.locale):
        return _written(REFUSED, application, remarks=_points(items, wrong), reasons=reasons)


def reopened(application: Application, person: Person, *, reasons: str) -> Letter:
    """The decision was taken back; the application is being checked again."""
    with force_locale(person.locale):
        return _written(REOPENED, application, reasons=reasons)


def _written(kind: LetterKind, application: Application, **values: object) -> Letter:
    contest = application.contest
    values |= {"number": application.number, "contest": contest.name, "tos": application.tos.name}
    values |= {"title": application.title, "link": _address(application)}
    return notifications.written(kind, values, municipality_id=contest.municipality_id, contest_id=contest.id)


def _points(items: Sequence[AdmissionItem], wrong: Sequence[Checked]) -> str:
    known = {item.code: item for item in items}
    lines = []
    for one in wrong:
        item = known.get(one.code)
        clause = _("пункт %(clause)s", clause=item.clause) if item and item.clause else ""
        head = f"{item.text if item else one.code}{f' ({clause})' if clause else ''}"
        lines.append(f"— {head}: {one.remark}" if one.remark else f"— {head}")
    return "\n".join(lines)


def _address(application: Application) -> str:
    return current_app.config["BASE_URL"].rstrip("/") + f"/applications/{application.key}"
