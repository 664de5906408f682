"""Letters about an application: facts → subject and body, in the language of the receiver."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tosportal.domain.application_states import ApplicationState
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
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Attachment, Submission
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers import change_lines, stored_moment
from tosportal.support import notifications
from tosportal.web.filters import money

if TYPE_CHECKING:
    from tosportal.features.applications.queries import Concerned, Whole


ABOUT = {"contest": CONTEST_WORD, "tos": TOS_WORD, "link": LINK_WORD}
NO_TITLE = N_("без названия")
TO_DO = Word("что_делать", N_("что сделать с заявкой"), N_("Проверьте черновик и отправьте его в срок."))
RECEIPT = LetterKind(
    "application.receipt",
    N_("Расписка о приёме заявки"),
    N_("тому, кто отправил заявку"),
    N_("Заявка № %(number)s принята: %(name)s"),
    N_(
        "Заявка принята под № %(number)s.\nПодана на бумаге, запись в журнале № %(paper)s.\n\n"
        "Конкурс: %(contest)s\nТОС: %(tos)s\nНазвание: %(title)s\n"
        "Запрошено: %(sum)s\nПринята: %(moment)s\nПри равенстве баллов считается: %(counted)s\n"
        "SHA-256 содержания: %(digest)s\n\nРасписка на портале: %(link)s\n"
        "Отозвать заявку можно до %(until)s."
    ),
    {
        "number": NUMBER_WORD,
        **ABOUT,
        "title": TITLE_WORD,
        "name": Word("имя_заявки", N_("название проекта, а без него конкурса"), N_("Детская площадка")),
        "sum": Word("сумма", N_("сколько запрошено, если есть смета"), N_("72 000,00 ₽")),
        "moment": Word("принята", N_("когда принята, до секунды"), N_("12.03.2026, 16:05:31 по Новосибирску")),
        "paper": Word("запись", N_("номер записи в журнале, если заявка бумажная"), ""),
        "counted": Word("считается", N_("какое время считается, если отправлена снова"), ""),
        "digest": Word("сумма_содержания", N_("контрольная сумма содержания"), "9f86d081884c7d65"),
        "until": Word("отзыв_до", N_("до какого времени можно отозвать"), N_("13.03.2026, 17:00:00 по Новосибирску")),
    },
    ("number", "moment", "digest", "link"),
)
WITHDRAWN = LetterKind(
    "application.withdrawn",
    N_("Заявка отозвана"),
    N_("тому, кто отозвал заявку"),
    N_("Заявка № %(number)s отозвана: %(name)s"),
    N_(
        "Заявка № %(number)s отозвана и в конкурсе не участвует.\n\nКонкурс: %(contest)s\nТОС: %(tos)s\n"
        "Отозвана: %(moment)s\n\nПока идёт приём, можно начать новую: %(link)s"
    ),
    {
        "number": NUMBER_WORD,
        **ABOUT,
        "name": RECEIPT.words["name"],
        "moment": Word("отозвана", N_("когда отозвана, до секунды"), N_("12.03.2026, 16:05:31 по Новосибирску")),
    },
    ("number", "moment"),
)
AMENDED = LetterKind(
    "application.amended",
    N_("Условия конкурса изменились"),
    N_("тем, у кого есть черновик или заявка"),
    N_("Изменились условия конкурса «%(contest)s»"),
    N_(
        "Условия конкурса «%(contest)s» изменились: действует редакция № %(edition)s.\n\nАкт: %(act)s\n"
        "Почему: %(reason)s\n\nЧто изменилось:\n%(changes)s\n\nВаша заявка: %(title)s (%(tos)s)\n%(to_do)s\n"
        "Заявка на портале: %(link)s"
    ),
    {
        **ABOUT,
        "title": TITLE_WORD,
        "edition": Word("редакция", N_("номер новой редакции положения"), "2"),
        "act": Word("акт", N_("акт, которым изменено положение"), N_("Постановление от 03.03.2026 № 112")),
        "reason": Word("почему", N_("почему изменено положение"), N_("Срок приёма продлён.")),
        "changes": Word(
            "изменения", N_("что было и что стало, по строкам"), N_("Приём: было до 13.03, стало до 20.03")
        ),
        "to_do": TO_DO,
    },
    ("act", "changes", "to_do", "link"),
)
REMINDER = LetterKind(
    "application.reminder",
    N_("Напоминание о сроке"),
    N_("тем, у кого черновик или заявка на исправлении"),
    N_("%(left)s: заявка на конкурс «%(contest)s»"),
    N_(
        "%(left)s, чтобы отправить заявку «%(title)s».\n\nКонкурс: %(contest)s\nТОС: %(tos)s\n"
        "Отправить можно до %(until)s.\n\n%(to_do)s\nЗаявка на портале: %(link)s"
    ),
    {
        **ABOUT,
        "title": TITLE_WORD,
        "left": Word("осталось", N_("сколько дней осталось, словами"), N_("Осталось 2 дня")),
        "until": Word("срок", N_("до какой секунды отправить"), N_("13.03.2026, 17:00:00 по Новосибирску")),
        "to_do": TO_DO,
    },
    ("until", "to_do", "link"),
)
INFECTED = LetterKind(
    "application.file_infected",
    N_("В файле найден вирус"),
    N_("тому, кто приложил файл"),
    N_("В приложенном файле найден вирус: %(file)s"),
    N_(
        "В файле «%(file)s» найден вирус: %(virus)s.\nФайл никому не показан, и в заявке его больше нет.\n\n"
        "Проверьте своё устройство антивирусом, сохраните документ заново и приложите его снова:\n%(link)s"
    ),
    {
        "file": Word("файл", N_("имя файла"), N_("протокол.pdf")),
        "virus": Word("вирус", N_("как программа назвала вирус"), "Eicar-Test-Signature"),
        "link": LINK_WORD,
    },
    ("file", "link"),
)
SIGNING_CODE = LetterKind(
    "application.signing_code",
    N_("Код для подписания заявки"),
    N_("тому, кто подписывает заявку"),
    N_("Код для подписания заявки"),
    N_(
        "Код: %(code)s\n\nИм вы подписываете заявку «%(name)s».\nКонкурс: %(contest)s\nТОС: %(tos)s\n"
        "SHA-256 того, что вы подписываете: %(digest)s\n\n"
        "Код действует %(minutes)s минут и только для заявки, какой она была, когда вы его попросили.\n"
        "Никому его не называйте: ни секретарь, ни портал его не спросят.\n"
        "Если вы ничего не подписывали, не отвечайте на письмо и смените пароль на портале."
    ),
    {
        "code": Word("код", N_("одноразовый код"), "481 205"),
        "name": RECEIPT.words["name"],
        "contest": CONTEST_WORD,
        "tos": TOS_WORD,
        "digest": RECEIPT.words["digest"],
        "minutes": Word("минут", N_("сколько минут действует код"), "15"),
    },
    ("code", "digest", "minutes"),
)
READY = LetterKind(
    "application.ready",
    N_("Заявка готова к подписанию"),
    N_("председателю ТОС"),
    N_("Готово к подписанию: %(name)s"),
    N_(
        "%(helper)s просит подписать заявку: всё заполнено.\n\nЗаявка: %(name)s\nКонкурс: %(contest)s\nТОС: %(tos)s\n"
        "Отправить можно до %(until)s.\n\nПроверьте и подпишите: %(link)s"
    ),
    {
        **ABOUT,
        "helper": Word("помощник", N_("кто просит подписать"), N_("Примерова Анна Образцовна")),
        "name": RECEIPT.words["name"],
        "until": REMINDER.words["until"],
    },
    ("link",),
)
EXTENDED = LetterKind(
    "application.extended",
    N_("Приём заявок продлён"),
    N_("тем, у кого есть черновик или заявка"),
    N_("Приём заявок продлён: «%(contest)s»"),
    N_(
        "Приём заявок на конкурс «%(contest)s» продлён до %(until)s.\n\nАкт: %(act)s\nПочему: %(reason)s\n\n"
        "Что изменилось:\n%(changes)s\n\nВаша заявка: %(title)s (%(tos)s)\n%(to_do)s\nЗаявка на портале: %(link)s"
    ),
    {
        **{code: word for code, word in AMENDED.words.items() if code != "edition"},
        "until": REMINDER.words["until"],
    },
    ("until", "act", "to_do", "link"),
)
KINDS = (RECEIPT, WITHDRAWN, SIGNING_CODE, READY, REMINDER, AMENDED, EXTENDED, INFECTED)


def receipt(this: "Whole", submission: Submission, locale: str) -> tuple[str, str]:
    """The receipt of a submission: number, the exact local time, the check sum and where to find it."""
    application = this.application
    with force_locale(locale):
        counted_at = application.submitted_at if submission.number > 1 else None
        values = {
            **_about(this),
            "paper": application.paper_number if application.is_on_paper else None,
            "counted": _exact(this, counted_at) if counted_at else None,
            "title": application.title,
            "sum": money(application.requested_sum) if this.budget else None,
            "moment": _exact(this, submission.submitted_at),
            "digest": submission.digest,
            "until": _exact(this, this.deadline) if this.deadline and submission.number == 1 else None,
            "link": _address(f"/applications/{application.key}/receipt"),
        }
        return _written(RECEIPT, values, application.contest)


def signing_code(this: "Whole", person: Person, code: str, digest: str, lives: timedelta) -> tuple[str, str]:
    """The one-time code, what it signs, and that nobody else may know it. Never in the subject: phones show it."""
    with force_locale(person.locale):
        minutes = lives // timedelta(minutes=1)
        values = {**_about(this), "code": code, "digest": digest, "minutes": minutes}
        return _written(SIGNING_CODE, values, this.application.contest)


def ready(this: "Whole", chair: Person, helper: Person) -> tuple[str, str]:
    """To the chair: the application is filled in and waits for the signature, until when."""
    with force_locale(chair.locale):
        values = {
            **_about(this),
            "helper": helper.full_name or helper.email,
            "until": _exact(this, this.deadline) if this.deadline else None,
            "link": _address(f"/applications/{this.application.key}/check"),
        }
        return _written(READY, values, this.application.contest)


def withdrawn(this: "Whole", locale: str, at: datetime) -> tuple[str, str]:
    """The application was withdrawn, when, and what is left of it."""
    with force_locale(locale):
        values = {**_about(this), "moment": _exact(this, at), "link": _address("/applications")}
        return _written(WITHDRAWN, values, this.application.contest)


def amended(
    contest: Contest,
    edition: RegulationEdition,
    changes: list[Mapping[str, Any]],
    one: "Concerned",
    *,
    is_same: bool = False,
) -> tuple[str, str]:
    """The conditions have changed: by which act, why, what was and what is, and what to do with this application.
    `is_same`: nothing that it answers is different, and there is nothing to confirm."""
    with force_locale(one.person.locale):
        if one.state == ApplicationState.DRAFT:
            to_do = _("Ваш черновик уже на новых условиях, всё написанное сохранено. Проверьте его и отправьте в срок.")
        elif one.state == ApplicationState.ADMITTED:
            to_do = _("Ваша заявка допущена и рассматривается по прежней редакции, делать ничего не нужно.")
        elif is_same:
            to_do = _("Ваша заявка отправлена и остаётся в силе, делать ничего не нужно.")
        else:
            to_do = _(
                "Ваша заявка остаётся на прежних условиях. Прочитайте, что изменилось, "
                "и подтвердите новые условия на портале."
            )
        values = {
            "contest": contest.name,
            "edition": edition.number,
            "act": edition.act,
            "reason": edition.reason,
            "changes": "\n".join(change_lines(changes)),
            "title": one.title or _(NO_TITLE),
            "tos": one.tos_name,
            "to_do": to_do,
            "link": _address(f"/applications/{one.key}/amended"),
        }
        return _written(AMENDED, values, contest)


def extended(
    contest: Contest, edition: RegulationEdition, changes: list[Mapping[str, Any]], one: "Concerned"
) -> tuple[str, str]:
    """The intake ends later: until when now, by which act, what else has moved, and what it means for this one."""
    with force_locale(one.person.locale):
        if one.state == ApplicationState.DRAFT:
            to_do = _("Ваш черновик сохранён и его можно отправить до нового срока, даже если прежний уже прошёл.")
        elif one.state == ApplicationState.RETURNED:
            to_do = _("Срок исправления вашей заявки назван в письме секретаря, он прежний.")
        else:
            to_do = _("Ваша заявка отправлена и остаётся в силе, делать ничего не нужно.")
        values = {
            "contest": contest.name,
            "until": next((stored_moment(row["after"]) for row in changes if row["place"] == "timeline[close].at"), ""),
            "act": edition.act,
            "reason": edition.reason,
            "changes": "\n".join(change_lines(changes)),
            "title": one.title or _(NO_TITLE),
            "tos": one.tos_name,
            "to_do": to_do,
            "link": _address(f"/applications/{one.key}"),
        }
        return _written(EXTENDED, values, contest)


def reminder(one: "Concerned", contest: Contest, zone: ZoneInfo, due_at: datetime, days: int) -> tuple[str, str]:
    """The deadline is near: how many days are left, until which second, and what to do."""
    with force_locale(one.person.locale):
        left = ngettext("Остался %(num)d день", "Осталось %(num)d дней", days) if days else _("Сегодня последний день")
        to_do = (
            _("Черновик сам не отправится: откройте его, проверьте и отправьте.")
            if one.state == ApplicationState.DRAFT
            else _("Исправьте замечания и отправьте заявку снова.")
        )
        values = {
            "left": left,
            "title": one.title or _(NO_TITLE),
            "contest": contest.name,
            "tos": one.tos_name,
            "until": f"{due_at.astimezone(zone):%d.%m.%Y, %H:%M:%S} {contest.municipality.zone_words}",
            "to_do": to_do,
            "link": _address(f"/applications/{one.key}"),
        }
        return _written(REMINDER, values, contest)


def infected(application: Application, attachment: Attachment, person: Person) -> tuple[str, str]:
    """A virus was found in a file, so nobody gets it, and what to do."""
    with force_locale(person.locale):
        values = {
            "file": attachment.name,
            "virus": attachment.virus,
            "link": _address(f"/applications/{application.key}/documents"),
        }
        return _written(INFECTED, values, application.contest)


def _written(kind: LetterKind, values: Mapping[str, object], contest: Contest) -> tuple[str, str]:
    return notifications.written(kind, values, municipality_id=contest.municipality_id, contest_id=contest.id)


def _about(this: "Whole") -> dict[str, object]:
    application = this.application
    about: dict[str, object] = {"number": application.number, "name": _name(this)}
    return about | {"contest": application.contest.name, "tos": application.tos.name}


def _name(this: "Whole") -> str:
    return this.application.title or this.application.contest.name


def _exact(this: "Whole", at: datetime) -> str:
    """To the second on the clock of the municipality, whoever's computer sends the letter."""
    return f"{at.astimezone(this.zone):%d.%m.%Y, %H:%M:%S} {this.application.contest.municipality.zone_words}"


def _address(path: str) -> str:
    return current_app.config["BASE_URL"].rstrip("/") + path
