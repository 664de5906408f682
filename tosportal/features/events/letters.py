"""Letters about events: facts → subject and body. The event comes with its ТОС loaded."""

from flask import current_app
from flask_babel import gettext as _

from tosportal.domain.event_record import KIND_NAMES
from tosportal.features.events.models import Event
from tosportal.web.filters import day


def _address(event: Event) -> str:
    return f"{current_app.config['BASE_URL']}/events/{event.key}"


def _names(event: Event) -> str:
    return ", ".join(one.tos.name for one in event.toses) or "—"


def event_asked(event: Event) -> tuple[str, str]:
    """To the secretary: an event waits to be confirmed."""
    subject = _("Событие ждёт подтверждения: %(title)s", title=event.title)
    body = _(
        "%(kind)s, %(day)s. %(title)s\n\nТОС: %(names)s\nГде: %(place)s\nУчастников: %(participants)s\n\n"
        "Посмотреть и подтвердить: %(address)s",
        kind=_(KIND_NAMES[event.kind]),
        day=day(event.held_on),
        title=event.title,
        names=_names(event),
        place=event.place,
        participants=event.participants,
        address=_address(event),
    )
    return subject, body


def event_confirmed(event: Event) -> tuple[str, str]:
    """To the author: the event is public and counted."""
    subject = _("Событие подтверждено: %(title)s", title=event.title)
    body = _(
        "Секретарь подтвердил событие «%(title)s», %(day)s. Теперь его видят все, и оно учтено в программе.\n\n"
        "Страница события: %(address)s",
        title=event.title,
        day=day(event.held_on),
        address=_address(event),
    )
    return subject, body


def event_refused(event: Event) -> tuple[str, str]:
    """To the author: not confirmed, and why."""
    subject = _("Событие не подтверждено: %(title)s", title=event.title)
    body = _(
        "Секретарь не подтвердил событие «%(title)s», %(day)s.\n\nЧто исправить: %(reason)s\n\n"
        "Исправьте его и отправьте ещё раз: %(address)s",
        title=event.title,
        day=day(event.held_on),
        reason=event.reason,
        address=_address(event),
    )
    return subject, body


def event_struck(event: Event) -> tuple[str, str]:
    """To the author: the event is no longer public nor counted."""
    subject = _("Событие снято с учёта: %(title)s", title=event.title)
    body = _(
        "Секретарь снял с учёта событие «%(title)s», %(day)s. На открытых страницах его больше нет.\n\n"
        "Причина: %(reason)s\n\nСобытие: %(address)s",
        title=event.title,
        day=day(event.held_on),
        reason=event.reason,
        address=_address(event),
    )
    return subject, body
