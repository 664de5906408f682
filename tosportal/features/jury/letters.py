"""Letters of the jury: facts → subject and body, in the language of the receiver. No letter holds a mark."""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import CONTEST_WORD, LINK_WORD, NUMBER_WORD, LetterKind, Word
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.jury.models import JuryInvitation
from tosportal.support import notifications
from tosportal.web.filters import moment
from tosportal.web.until import until_words

Letter = tuple[str, str]


INVITED = {
    "name": Word("имя", N_("имя того, кого приглашают"), N_("Примерова Анна Образцовна")),
    "contest": CONTEST_WORD,
    "link": Word("ссылка", N_("личная ссылка приглашения"), "https://tos.example.org/invitations/7Hk2"),
    "until": Word("срок", N_("до какого времени действует ссылка"), N_("15 марта, 17:00 по Новосибирску")),
}
INVITATION = LetterKind(
    "jury.invitation",
    N_("Приглашение в жюри"),
    N_("эксперту"),
    N_("Приглашение в жюри: %(contest)s"),
    N_(
        "Здравствуйте, %(name)s!\n\nВас приглашают в жюри конкурса ТОС.\nКонкурс: %(contest)s\n\n"
        "Откройте ссылку и примите приглашение:\n%(link)s\n\nСсылка действует до %(until)s.\n"
        "Если у вас ещё нет учётной записи, заведите её с этим же адресом почты.\n"
        "Если вы не ждали этого письма, просто удалите его."
    ),
    INVITED,
    ("link", "until"),
)
CHAIR_INVITATION = LetterKind(
    "jury.chair_invitation",
    N_("Приглашение председателю комиссии"),
    N_("председателю"),
    N_("Приглашение в комиссию: %(contest)s"),
    N_(
        "Здравствуйте, %(name)s!\n\nВас приглашают стать председателем конкурсной комиссии.\nКонкурс: %(contest)s\n\n"
        "Откройте ссылку и примите приглашение:\n%(link)s\n\nСсылка действует до %(until)s.\n"
        "Если у вас ещё нет учётной записи, заведите её с этим же адресом почты.\n"
        "Если вы не ждали этого письма, просто удалите его."
    ),
    INVITED,
    ("link", "until"),
)
REMINDER = LetterKind(
    "jury.reminder",
    N_("Напоминание эксперту"),
    N_("эксперту"),
    N_("Заявки ждут вашей оценки: %(contest)s"),
    N_(
        "Здравствуйте, %(name)s!\n\nВ конкурсе «%(contest)s» ждут вашей оценки: %(left)s.\nОценить нужно %(until)s.\n\n"
        "Ваши заявки: %(link)s"
    ),
    {
        "name": INVITED["name"],
        "contest": CONTEST_WORD,
        "left": Word("осталось", N_("сколько заявок ждёт оценки, словами"), N_("3 заявки")),
        "until": Word("срок", N_("до какого времени оценить"), N_("до конца 8 апреля")),
        "link": LINK_WORD,
    },
    ("left", "link"),
)
CONFLICT = LetterKind(
    "jury.conflict",
    N_("Эксперт заявил о личном интересе"),
    N_("секретарям района"),
    N_("Личный интерес эксперта: заявка № %(number)s"),
    N_(
        "%(juror)s заявляет о личном интересе и не оценивает заявку № %(number)s.\nКонкурс: %(contest)s\n"
        "Причина: %(reason)s\n%(signed)s\n\nХод оценки: %(link)s"
    ),
    {
        "juror": Word("эксперт", N_("имя эксперта"), N_("Примерова Анна Образцовна")),
        "number": NUMBER_WORD,
        "contest": CONTEST_WORD,
        "reason": Word("причина", N_("в чём личный интерес"), N_("Живу в этом ТОС")),
        "signed": Word("о_листе", N_("что с листом, если он уже был подписан"), N_("Лист сохранён и не учитывается.")),
        "link": LINK_WORD,
    },
    ("juror", "number", "reason"),
)
ALL_SIGNED = LetterKind(
    "jury.done",
    N_("Жюри закончило работу"),
    N_("секретарям района"),
    N_("Жюри закончило работу: %(contest)s"),
    N_("Жюри подписало все оценочные листы.\nКонкурс: %(contest)s\n\nРейтинг: %(link)s"),
    {"contest": CONTEST_WORD, "link": LINK_WORD},
)
KINDS = (INVITATION, CHAIR_INVITATION, REMINDER, CONFLICT, ALL_SIGNED)


def invitation(row: JuryInvitation, contest: Contest, *, key: str, locale: str) -> Letter:
    """Come into the jury of this contest: the link, and until when it works."""
    with force_locale(locale):
        values = {"name": row.full_name, "link": _address(f"/invitations/{key}"), "until": moment(row.expires_at)}
        return _written(CHAIR_INVITATION if row.seat == "chair" else INVITATION, contest, values)


def reminder(person: Person, contest: Contest, *, left: int, until: datetime | None) -> Letter:
    """So many applications still wait for marks."""
    with force_locale(person.locale):
        values = {
            "name": person.full_name,
            "left": ngettext("%(num)d заявка", "%(num)d заявок", left),
            "until": until_words(until),
            "link": _address(f"/jury/{contest.slug}"),
        }
        return _written(REMINDER, contest, values)


def conflict(
    person: Person, *, juror: Person, application: Application, contest: Contest, reason: str, was_signed: bool
) -> Letter:
    """To the secretary: a juror has a personal interest and no longer judges this application."""
    with force_locale(person.locale):
        signed = _("Лист по этой заявке уже был подписан. Он сохранён, но в итогах не учитывается.")
        values = {
            "juror": juror.full_name,
            "number": application.number,
            "reason": reason,
            "signed": signed if was_signed else None,
            "link": _address(f"/office/contests/{contest.slug}/jury"),
        }
        return _written(CONFLICT, contest, values)


def all_signed(person: Person, contest: Contest) -> Letter:
    """To the secretary: every sheet of the contest is signed."""
    with force_locale(person.locale):
        return _written(ALL_SIGNED, contest, {"link": _address(f"/office/contests/{contest.slug}/ranking")})


def _written(kind: LetterKind, contest: Contest, values: Mapping[str, object]) -> Letter:
    values = {**values, "contest": contest.name}
    return notifications.written(kind, values, municipality_id=contest.municipality_id, contest_id=contest.id)


def _address(path: str) -> str:
    return current_app.config["BASE_URL"].rstrip("/") + path
