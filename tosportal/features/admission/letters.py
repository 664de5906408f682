"""Letters about admission: facts → subject and body, in the language of the receiver."""

from collections.abc import Sequence
from datetime import date

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.admission import Checked
from tosportal.domain.regulation import AdmissionItem
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.web.filters import day

Letter = tuple[str, str]


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
        lines = [
            _("Заявку № %(number)s нужно исправить до конца дня %(day)s.", number=application.number, day=day(due_on)),
            *_about(application),
            *_points(items, wrong),
            *([reasons, ""] if reasons else []),
            _("Исправьте и отправьте заявку снова: %(address)s", address=_address(application)),
            _("Номер и время первой отправки останутся прежними."),
        ]
        return _("Заявку № %(number)s нужно исправить", number=application.number), "\n".join(lines)


def admitted(application: Application, person: Person) -> Letter:
    """The application goes on to the jury."""
    with force_locale(person.locale):
        lines = [
            _("Заявка № %(number)s допущена к оценке жюри.", number=application.number),
            *_about(application),
            _("Делать ничего не нужно. О результатах конкурса мы напишем."),
            _("Заявка на портале: %(address)s", address=_address(application)),
        ]
        return _("Заявка № %(number)s допущена", number=application.number), "\n".join(lines)


def refused(
    application: Application, person: Person, *, items: Sequence[AdmissionItem], wrong: Sequence[Checked], reasons: str
) -> Letter:
    """The application takes no further part, and why, with the clauses."""
    with force_locale(person.locale):
        lines = [
            _("Заявка № %(number)s не допущена к участию в конкурсе.", number=application.number),
            *_about(application),
            _("Причина:"),
            *_points(items, wrong),
            *([reasons, ""] if reasons else []),
            _("Если вы не согласны, ответьте организатору конкурса: его телефон и адрес внизу страниц портала."),
            _("Заявка на портале: %(address)s", address=_address(application)),
        ]
        return _("Заявка № %(number)s не допущена", number=application.number), "\n".join(lines)


def reopened(application: Application, person: Person, *, reasons: str) -> Letter:
    """The decision was taken back; the application is being checked again."""
    with force_locale(person.locale):
        lines = [
            _("Заявка № %(number)s снова на проверке: прежнее решение отменено.", number=application.number),
            *_about(application),
            reasons,
            "",
            _("Заявка на портале: %(address)s", address=_address(application)),
        ]
        return _("Заявка № %(number)s снова на проверке", number=application.number), "\n".join(lines)


def _about(application: Application) -> list[str]:
    return [
        "",
        _("Конкурс: %(name)s", name=application.contest.name),
        _("ТОС: %(name)s", name=application.tos.name),
        *([_("Название: %(title)s", title=application.title)] if application.title else []),
        "",
    ]


def _points(items: Sequence[AdmissionItem], wrong: Sequence[Checked]) -> list[str]:
    known = {item.code: item for item in items}
    lines = []
    for one in wrong:
        item = known.get(one.code)
        clause = _("пункт %(clause)s", clause=item.clause) if item and item.clause else ""
        head = f"{item.text if item else one.code}{f' ({clause})' if clause else ''}"
        lines.append(f"— {head}: {one.remark}" if one.remark else f"— {head}")
    return [*lines, ""] if lines else []


def _address(application: Application) -> str:
    return current_app.config["BASE_URL"].rstrip("/") + f"/applications/{application.key}"
