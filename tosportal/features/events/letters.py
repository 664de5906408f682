"""Letters about events: facts → subject and body. The event comes with its ТОС loaded."""

from flask import current_app
from flask_babel import gettext as _

from tosportal.domain.errors import N_
from tosportal.domain.event_record import KIND_NAMES
from tosportal.domain.letter_texts import LINK_WORD, TOS_WORD, LetterKind, Word
from tosportal.features.events.models import Event
from tosportal.support import notifications
from tosportal.web.filters import day


def _address(event: Event) -> str:
    return f"{current_app.config['BASE_URL']}/events/{event.key}"


def _names(event: Event) -> str:
    return ", ".join(one.tos.name for one in event.toses) or "—"


WORDS = {
    "title": Word("название", N_("название события"), N_("День соседей")),
    "day": Word("день", N_("день события"), N_("15 мая 2026 года")),
    "link": LINK_WORD,
}
REASON = Word("причина", N_("что написал секретарь"), N_("Исправьте число участников."))
ASKED = LetterKind(
    "event.asked",
    N_("Событие ждёт подтверждения"),
    N_("секретарям района"),
    N_("Событие ждёт подтверждения: %(title)s"),
    N_(
        "%(kind)s, %(day)s. %(title)s\n\nТОС: %(tos)s\nГде: %(place)s\nУчастников: %(participants)s\n\n"
        "Посмотреть и подтвердить: %(link)s"
    ),
    {
        **WORDS,
        "kind": Word("вид", N_("что это было"), N_("День соседей")),
        "tos": TOS_WORD,
        "place": Word("место", N_("где это было"), N_("Во дворе")),
        "participants": Word("участников", N_("сколько было человек"), "45"),
    },
    ("link",),
    of_contest=False,
)
CONFIRMED = LetterKind(
    "event.confirmed",
    N_("Событие подтверждено"),
    N_("тому, кто внёс событие"),
    N_("Событие подтверждено: %(title)s"),
    N_(
        "Секретарь подтвердил событие «%(title)s», %(day)s. Теперь его видят все, и оно учтено в программе.\n\n"
        "Страница события: %(link)s"
    ),
    WORDS,
    ("link",),
    of_contest=False,
)
REFUSED = LetterKind(
    "event.refused",
    N_("Событие не подтверждено"),
    N_("тому, кто внёс событие"),
    N_("Событие не подтверждено: %(title)s"),
    N_(
        "Секретарь не подтвердил событие «%(title)s», %(day)s.\n\nЧто исправить: %(reason)s\n\n"
        "Исправьте его и отправьте ещё раз: %(link)s"
    ),
    {**WORDS, "reason": REASON},
    ("reason", "link"),
    of_contest=False,
)
STRUCK = LetterKind(
    "event.withdrawn",
    N_("Событие снято с учёта"),
    N_("тому, кто внёс событие"),
    N_("Событие снято с учёта: %(title)s"),
    N_(
        "Секретарь снял с учёта событие «%(title)s», %(day)s. На открытых страницах его больше нет.\n\n"
        "Причина: %(reason)s\n\nСобытие: %(link)s"
    ),
    {**WORDS, "reason": REASON},
    ("reason",),
    of_contest=False,
)
KINDS = (ASKED, CONFIRMED, REFUSED, STRUCK)


def event_asked(event: Event) -> tuple[str, str]:
    """To the secretary: an event waits to be confirmed."""
    about = {"kind": _(KIND_NAMES[event.kind]), "tos": _names(event)}
    return _written(ASKED, event, **about, place=event.place, participants=event.participants)


def event_confirmed(event: Event) -> tuple[str, str]:
    """To the author: the event is public and counted."""
    return _written(CONFIRMED, event)


def event_refused(event: Event) -> tuple[str, str]:
    """To the author: not confirmed, and why."""
    return _written(REFUSED, event, reason=event.reason)


def event_struck(event: Event) -> tuple[str, str]:
    """To the author: the event is no longer public nor counted."""
    return _written(STRUCK, event, reason=event.reason)


def _written(kind: LetterKind, event: Event, /, **values: object) -> tuple[str, str]:
    values |= {"title": event.title, "day": day(event.held_on), "link": _address(event)}
    return notifications.written(kind, values, municipality_id=event.municipality_id)
