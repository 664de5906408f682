"""Letters about speaking for a ТОС: facts → subject and body."""

from flask import current_app
from flask_babel import gettext as _

from tosportal.features.accounts.models import Person
from tosportal.features.registry.models import Tos, TosLink


def _address(path: str) -> str:
    return f"{current_app.config['BASE_URL']}{path}"


def seat_words(seat: str) -> str:
    """«председатель» or «член ТОС»."""
    return _("председатель") if seat == "chair" else _("член ТОС")


def link_asked(link: TosLink, tos: Tos, person: Person) -> tuple[str, str]:
    """To the secretary: somebody asks to speak for a ТОС."""
    subject = _("Просьба о присоединении: %(tos)s", tos=tos.name)
    body = _(
        "%(person)s просит присоединить себя к %(tos)s как %(seat)s.\n\n"
        "Основание: %(basis)s\n\nПодтвердить или отклонить: %(address)s",
        person=person.full_name or person.email,
        tos=tos.name,
        seat=seat_words(link.seat),
        basis=link.basis,
        address=_address("/office/links"),
    )
    return subject, body


def link_received(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: the request has come in."""
    subject = _("Просьба получена: %(tos)s", tos=tos.name)
    body = _(
        "Вы просите присоединить вас к %(tos)s как %(seat)s. Секретарь проверит основание и ответит письмом.\n\n"
        "Ваши ТОС: %(address)s",
        tos=tos.name,
        seat=seat_words(link.seat),
        address=_address("/my/tos"),
    )
    return subject, body


def link_confirmed(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: they speak for the ТОС from now on."""
    subject = _("Вы присоединены: %(tos)s", tos=tos.name)
    body = _(
        "Секретарь подтвердил: вы %(seat)s, %(tos)s. Теперь можно подавать заявки от имени ТОС.\n\n"
        "%(answer)s\n\nКонкурсы: %(address)s",
        seat=seat_words(link.seat),
        tos=tos.name,
        answer=link.answer,
        address=_address("/contests"),
    )
    return subject, body.replace("\n\n\n\n", "\n\n")


def link_declined(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: not confirmed, and why."""
    subject = _("Просьба отклонена: %(tos)s", tos=tos.name)
    body = _(
        "Секретарь не подтвердил присоединение к %(tos)s.\n\nПричина: %(answer)s\n\n"
        "Можно попросить ещё раз и назвать другое основание: %(address)s",
        tos=tos.name,
        answer=link.answer,
        address=_address("/my/tos"),
    )
    return subject, body


def link_ended(link: TosLink, tos: Tos) -> tuple[str, str]:
    """To the person: they no longer speak for the ТОС."""
    subject = _("Присоединение закончено: %(tos)s", tos=tos.name)
    body = _(
        "С этой минуты вы не действуете на портале от имени %(tos)s.\n\nПричина: %(answer)s\n\nВаши ТОС: %(address)s",
        tos=tos.name,
        answer=link.answer,
        address=_address("/my/tos"),
    )
    return subject, body
