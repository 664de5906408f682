"""Letters about speaking for a ТОС: facts → subject and body."""

from flask import current_app
from flask_babel import gettext as _

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import LINK_WORD, TOS_WORD, LetterKind, Word
from tosportal.features.accounts.models import Person
from tosportal.features.registry.models import HelperInvitation, Tos, TosLink
from tosportal.support import notifications
from tosportal.web.filters import moment


def _address(path: str) -> str:
    return f"{current_app.config['BASE_URL']}{path}"


def seat_words(seat: str) -> str:
    """«председатель», «помощник» or «член ТОС»."""
    return {"chair": _("председатель"), "helper": _("помощник")}.get(seat, _("член ТОС"))


WORDS = {
    "tos": TOS_WORD,
    "seat": Word("кем", N_("председатель или член ТОС"), N_("председатель")),
    "answer": Word("ответ", N_("что написал секретарь"), N_("Протокол проверен.")),
    "link": LINK_WORD,
}
ASKED = LetterKind(
    "link.asked",
    N_("Просьба о присоединении"),
    N_("секретарям района"),
    N_("Просьба о присоединении: %(tos)s"),
    N_(
        "%(person)s просит присоединить себя к %(tos)s как %(seat)s.\n\nОснование: %(basis)s\n\n"
        "Подтвердить или отклонить: %(link)s"
    ),
    {
        "person": Word("человек", N_("кто просит"), N_("Примерова Анна Образцовна")),
        "tos": TOS_WORD,
        "seat": WORDS["seat"],
        "basis": Word("основание", N_("чем подтверждается"), N_("Протокол собрания № 3")),
        "link": LINK_WORD,
    },
    ("person", "tos", "link"),
    of_contest=False,
)
RECEIVED = LetterKind(
    "link.received",
    N_("Просьба получена"),
    N_("тому, кто просит"),
    N_("Просьба получена: %(tos)s"),
    N_(
        "Вы просите присоединить вас к %(tos)s как %(seat)s. Секретарь проверит основание и ответит письмом.\n\n"
        "Ваши ТОС: %(link)s"
    ),
    {name: WORDS[name] for name in ("tos", "seat", "link")},
    of_contest=False,
)
CONFIRMED = LetterKind(
    "link.confirmed",
    N_("Присоединение подтверждено"),
    N_("тому, кто просил"),
    N_("Вы присоединены: %(tos)s"),
    N_(
        "Секретарь подтвердил: вы %(seat)s, %(tos)s. Теперь можно подавать заявки от имени ТОС.\n\n%(answer)s\n\n"
        "Конкурсы: %(link)s"
    ),
    WORDS,
    of_contest=False,
)
DECLINED = LetterKind(
    "link.declined",
    N_("Просьба отклонена"),
    N_("тому, кто просил"),
    N_("Просьба отклонена: %(tos)s"),
    N_(
        "Секретарь не подтвердил присоединение к %(tos)s.\n\nПричина: %(answer)s\n\n"
        "Можно попросить ещё раз и назвать другое основание: %(link)s"
    ),
    WORDS,
    ("answer",),
    of_contest=False,
)
ENDED = LetterKind(
    "link.ended",
    N_("Присоединение закончено"),
    N_("тому, кто действовал от имени ТОС"),
    N_("Присоединение закончено: %(tos)s"),
    N_("С этой минуты вы не действуете на портале от имени %(tos)s.\n\nПричина: %(answer)s\n\nВаши ТОС: %(link)s"),
    WORDS,
    of_contest=False,
)
PERSON = Word("человек", N_("о ком письмо"), N_("Примерова Анна Образцовна"))
HELPER_INVITED = LetterKind(
    "helper.invited",
    N_("Приглашение помощнику"),
    N_("тому, кого приглашает председатель"),
    N_("Вас зовут помогать: %(tos)s"),
    N_(
        "Здравствуйте!\n\n%(person)s, председатель, приглашает вас помощником в %(tos)s: готовить заявки и "
        "прикладывать к ним файлы.\n\nОткройте ссылку и примите приглашение:\n%(link)s\n\nСсылка одноразовая и "
        "действует до %(until)s. Если у вас ещё нет кабинета, заведите его с этим же адресом почты.\n"
        "Если вы не ждали этого письма, просто удалите его."
    ),
    {
        "person": PERSON,
        "tos": TOS_WORD,
        "link": Word("ссылка", N_("личная ссылка приглашения"), "https://tos.example.org/helpers/7Hk2"),
        "until": Word("срок", N_("до какого времени действует ссылка"), N_("15 марта, 17:00 по Новосибирску")),
    },
    ("link", "until"),
    of_contest=False,
)
HELPER_JOINED = LetterKind(
    "helper.joined",
    N_("Помощник принял приглашение"),
    N_("председателю ТОС"),
    N_("Новый помощник: %(tos)s"),
    N_("%(person)s теперь помощник, %(tos)s: может править черновики заявок.\n\nПомощники вашего ТОС: %(link)s"),
    {"person": PERSON, "tos": TOS_WORD, "link": LINK_WORD},
    ("person", "link"),
    of_contest=False,
)
HELPER_REMOVED = LetterKind(
    "helper.removed",
    N_("Помощник снят"),
    N_("помощнику"),
    N_("Вы больше не помощник: %(tos)s"),
    N_("С этой минуты вы не помощник, %(tos)s. Спасибо за работу.\n\n%(answer)s\n\nВаши ТОС: %(link)s"),
    {name: WORDS[name] for name in ("tos", "answer", "link")},
    ("link",),
    of_contest=False,
)
KINDS = (ASKED, RECEIVED, CONFIRMED, DECLINED, ENDED, HELPER_INVITED, HELPER_JOINED, HELPER_REMOVED)


def link_asked(link: TosLink, tos: Tos, person: Person) -> tuple[str, str]:
    """To the secretary: somebody asks to speak for a ТОС."""
    values = {"person": person.full_name or person.email, "basis": link.basis}
    return _written(ASKED, link, tos, "/office/links", **values)


def link_received(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: the request has come in."""
    return _written(RECEIVED, link, tos, "/my/tos")


def link_confirmed(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: they speak for the ТОС from now on."""
    return _written(CONFIRMED, link, tos, "/contests")


def link_declined(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: not confirmed, and why."""
    return _written(DECLINED, link, tos, "/my/tos")


def link_ended(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: they no longer speak for the ТОС."""
    return _written(ENDED, link, tos, "/my/tos")


def helper_removed(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the helper: they help no more."""
    return _written(HELPER_REMOVED, link, tos, "/my/tos")


def helper_invited(row: HelperInvitation, chair: Person, key: str) -> tuple[str, str]:
    """To the invited address: the link, once."""
    values = {"person": chair.full_name, "tos": row.tos.name, "link": _address(f"/helpers/{key}")}
    values["until"] = moment(row.expires_at)
    return notifications.written(HELPER_INVITED, values, municipality_id=row.tos.municipality_id)


def helper_joined(tos: Tos, helper: Person) -> tuple[str, str]:
    """To the chair who invited: it was accepted."""
    link = _address(f"/my/tos/{tos.code}/helpers")
    values = {"person": helper.full_name or helper.email, "tos": tos.name, "link": link}
    return notifications.written(HELPER_JOINED, values, municipality_id=tos.municipality_id)


def _written(kind: LetterKind, link: TosLink, tos: Tos, path: str, **values: object) -> tuple[str, str]:
    values |= {"tos": tos.name, "seat": seat_words(link.seat), "answer": link.answer, "link": _address(path)}
    return notifications.written(kind, values, municipality_id=tos.municipality_id)
