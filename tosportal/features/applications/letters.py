"""Letters about an application: facts → subject and body, in the language of the receiver."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tosportal.domain.application_states import ApplicationState
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Attachment, Submission
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers import change_lines
from tosportal.web.filters import money

if TYPE_CHECKING:
    from tosportal.features.applications.queries import Concerned, Whole


def receipt(this: "Whole", submission: Submission, person: Person) -> tuple[str, str]:
    """The receipt of a submission: number, the exact local time, the check sum and where to find it."""
    application = this.application
    with force_locale(person.locale):
        lines = [
            _("Заявка принята под № %(number)s.", number=application.number),
            "",
            _("Конкурс: %(name)s", name=application.contest.name),
            _("ТОС: %(name)s", name=application.tos.name),
            *([_("Название: %(title)s", title=application.title)] if application.title else []),
            *([_("Запрошено: %(sum)s", sum=money(application.requested_sum))] if this.budget else []),
            _("Принята: %(moment)s", moment=_exact(this, submission.submitted_at)),
            _("SHA-256 содержания: %(digest)s", digest=submission.digest),
            "",
            _("Расписка на портале: %(address)s", address=_address(f"/applications/{application.key}/receipt")),
        ]
        if this.deadline and submission.number == 1:
            lines.append(_("Отозвать заявку можно до %(moment)s.", moment=_exact(this, this.deadline)))
        subject = _("Заявка № %(number)s принята: %(title)s", number=application.number, title=_name(this))
    return subject, "\n".join(lines)


def withdrawn(this: "Whole", person: Person, at: datetime) -> tuple[str, str]:
    """The application was withdrawn, when, and what is left of it."""
    application = this.application
    with force_locale(person.locale):
        lines = [
            _("Заявка № %(number)s отозвана и в конкурсе не участвует.", number=application.number),
            "",
            _("Конкурс: %(name)s", name=application.contest.name),
            _("ТОС: %(name)s", name=application.tos.name),
            _("Отозвана: %(moment)s", moment=_exact(this, at)),
            "",
            _("Пока идёт приём, можно начать новую: %(address)s", address=_address("/applications")),
        ]
        subject = _("Заявка № %(number)s отозвана: %(title)s", number=application.number, title=_name(this))
    return subject, "\n".join(lines)


def amended(
    contest: Contest, edition: RegulationEdition, changes: list[Mapping[str, Any]], one: "Concerned"
) -> tuple[str, str]:
    """The conditions have changed: by which act, why, what was and what is, and what to do with this application."""
    with force_locale(one.person.locale):
        if one.state == ApplicationState.DRAFT:
            to_do = _("Ваш черновик уже на новых условиях, всё написанное сохранено. Проверьте его и отправьте в срок.")
        elif one.state == ApplicationState.ADMITTED:
            to_do = _("Ваша заявка допущена и рассматривается по прежней редакции, делать ничего не нужно.")
        else:
            to_do = _(
                "Ваша заявка остаётся на прежних условиях. Прочитайте, что изменилось, "
                "и подтвердите новые условия на портале."
            )
        lines = [
            _(
                "Условия конкурса «%(name)s» изменились: действует редакция № %(number)s.",
                name=contest.name,
                number=edition.number,
            ),
            "",
            _("Акт: %(act)s", act=edition.act),
            _("Почему: %(reason)s", reason=edition.reason),
            "",
            _("Что изменилось:"),
            *change_lines(changes),
            "",
            _("Ваша заявка: %(title)s (%(tos)s)", title=one.title or _("без названия"), tos=one.tos_name),
            to_do,
            _("Заявка на портале: %(address)s", address=_address(f"/applications/{one.key}/amended")),
        ]
        return _("Изменились условия конкурса «%(name)s»", name=contest.name), "\n".join(lines)


def reminder(one: "Concerned", contest: Contest, zone: ZoneInfo, due_at: datetime, days: int) -> tuple[str, str]:
    """The deadline is near: how many days are left, until which second, and what to do."""
    with force_locale(one.person.locale):
        left = ngettext("Остался %(num)d день", "Осталось %(num)d дней", days) if days else _("Сегодня последний день")
        to_do = (
            _("Черновик сам не отправится: откройте его, проверьте и отправьте.")
            if one.state == ApplicationState.DRAFT
            else _("Исправьте замечания и отправьте заявку снова.")
        )
        lines = [
            _("%(left)s, чтобы отправить заявку «%(title)s».", left=left, title=one.title or _("без названия")),
            "",
            _("Конкурс: %(name)s", name=contest.name),
            _("ТОС: %(name)s", name=one.tos_name),
            _(
                "Отправить можно до %(moment)s.",
                moment=f"{due_at.astimezone(zone):%d.%m.%Y, %H:%M:%S} {contest.municipality.zone_words}",
            ),
            "",
            to_do,
            _("Заявка на портале: %(address)s", address=_address(f"/applications/{one.key}")),
        ]
        return _("%(left)s: заявка на конкурс «%(name)s»", left=left, name=contest.name), "\n".join(lines)


def infected(application: Application, attachment: Attachment, person: Person) -> tuple[str, str]:
    """A virus was found in a file, so nobody gets it, and what to do."""
    with force_locale(person.locale):
        lines = [
            _("В файле «%(name)s» найден вирус: %(virus)s.", name=attachment.name, virus=attachment.virus),
            _("Файл никому не показан, и в заявке его больше нет."),
            "",
            _("Проверьте своё устройство антивирусом, сохраните документ заново и приложите его снова:"),
            _address(f"/applications/{application.key}/documents"),
        ]
        subject = _("В приложенном файле найден вирус: %(name)s", name=attachment.name)
    return subject, "\n".join(lines)


def _name(this: "Whole") -> str:
    return this.application.title or this.application.contest.name


def _exact(this: "Whole", at: datetime) -> str:
    """To the second on the clock of the municipality, whoever's computer sends the letter."""
    return f"{at.astimezone(this.zone):%d.%m.%Y, %H:%M:%S} {this.application.contest.municipality.zone_words}"


def _address(path: str) -> str:
    return current_app.config["BASE_URL"].rstrip("/") + path
