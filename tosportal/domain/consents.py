"""Consents to the handling of personal data: for which purposes, in which words, and when one holds."""

import hashlib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from tosportal.domain.errors import N_, Remark, RuleBroken


class Purpose(StrEnum):
    """What is consented to: each purpose is a document of its own and is agreed to by an act of its own.

    Basis: 152-ФЗ, art. 9 p. 1 (as of 01.09.2025: apart from any other document) and art. 10.1.
    """

    PROCESSING = "processing"
    DISTRIBUTION = "distribution"
    PHOTOS = "photos"
    MAILINGS = "mailings"
    APPLICATION = "application"  # what the form of a contest asks for; its text stands in the regulation


PURPOSE_NAMES: Mapping[Purpose, str] = {
    Purpose.PROCESSING: N_("Обработка персональных данных"),
    Purpose.DISTRIBUTION: N_("Показ на открытых страницах"),
    Purpose.PHOTOS: N_("Фотографии"),
    Purpose.MAILINGS: N_("Письма о новых конкурсах"),
    Purpose.APPLICATION: N_("Согласие из заявки"),
}
AFTER_WITHDRAWAL: Mapping[Purpose, str] = {
    Purpose.PROCESSING: N_(
        "Поданные заявки и протоколы остаются: их хранить велит закон. Чтобы убрать остальное, удалите кабинет"
    ),
    Purpose.DISTRIBUTION: N_("С открытых страниц и из выгрузок это исчезнет сразу. Изданный протокол остаётся"),
    Purpose.PHOTOS: N_("Фотографии, которые вы приложили, сразу исчезнут с открытых страниц"),
    Purpose.MAILINGS: N_("Писем о новых конкурсах больше не будет. О ваших заявках писать продолжим"),
    Purpose.APPLICATION: N_("Поданная заявка остаётся на срок хранения. Секретарь узнает, что согласие отозвано"),
}
WITH_TEXT = (Purpose.PROCESSING, Purpose.DISTRIBUTION, Purpose.PHOTOS, Purpose.MAILINGS)
# Each datum that may be shown is consented to apart; the words stand in the document.
ITEMS: Mapping[str, str] = {
    "chair": "фамилия, имя, отчество председателя ТОС и срок его полномочий",
    "phone": "номер телефона для связи с ТОС",
    "email": "адрес электронной почты для связи с ТОС",
}
ITEM_NAMES: Mapping[str, str] = {"chair": N_("Имя председателя"), "phone": N_("Телефон"), "email": N_("Почта")}
PLACES = ("person", "operator", "tos", "data", "addresses", "term")
NEEDED: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.PROCESSING: ("person", "operator"),
    Purpose.DISTRIBUTION: ("person", "operator", "data", "addresses"),
    Purpose.PHOTOS: ("person", "operator", "addresses"),
    Purpose.MAILINGS: ("person", "operator"),
}
LONGEST_TEXT = 20_000

STANDARD: Mapping[Purpose, str] = {
    Purpose.PROCESSING: """Согласие на обработку персональных данных

Я, {person}, даю согласие: {operator} (оператор).
Мои данные: фамилия, имя, отчество, телефон, адрес электронной почты, сведения о моём участии в ТОС и его делах.
Цель: проведение конкурсов среди ТОС и поддержка ТОС.
Что делают с данными: сбор, запись, систематизация, хранение, уточнение, использование, передача членам конкурсной комиссии, обезличивание, удаление; с помощью портала и без него. Показ неограниченному кругу лиц сюда не входит.
Срок: {term}.
Согласие можно отозвать в любое время: на портале, в разделе «Мои согласия», или письмом оператору.
Основание: статья 9 Федерального закона от 27.07.2006 № 152-ФЗ «О персональных данных».""",  # noqa: E501
    Purpose.DISTRIBUTION: """Согласие на распространение персональных данных

Я, {person}, разрешаю распространять мои персональные данные: {operator} (оператор).
{tos}
Какие данные: {data}. Других данных это согласие не касается.
Где они появятся: {addresses}.
Цель: жители могут узнать, к кому обратиться в ТОС, и связаться с ним.
Условия и запреты: читать и использовать, чтобы обратиться в ТОС, можно всем; передавать дальше, собирать в базы и использовать для рекламы запрещаю.
Срок: {term}.
Согласие можно отозвать в любое время, и данные сразу исчезнут с этих страниц: на портале, в разделе «Мои согласия», или письмом оператору.
Основание: статья 10.1 Федерального закона от 27.07.2006 № 152-ФЗ; приказ Роскомнадзора от 24.02.2021 № 18.""",  # noqa: E501
    Purpose.PHOTOS: """Согласие на использование изображения

Я, {person}, разрешаю публиковать фотографии событий ТОС, которые прикладываю к событиям, в том числе моё изображение: {operator} (оператор).
Где они появятся: {addresses}.
Цель: рассказать жителям о делах ТОС.
Людей, которых можно узнать на снимках, я спрошу об их согласии до того, как приложу снимок; детей снимаю с согласия родителей.
Срок: {term}.
Согласие можно отозвать в любое время, и снимки сразу исчезнут с открытых страниц: на портале, в разделе «Мои согласия», или письмом оператору.
Основание: статья 152.1 Гражданского кодекса, статья 10.1 Федерального закона от 27.07.2006 № 152-ФЗ.""",  # noqa: E501
    Purpose.MAILINGS: """Согласие на получение писем о новых конкурсах

Я, {person}, прошу присылать мне на почту письма об объявлении конкурсов для ТОС: {operator} (оператор).
Мои данные: фамилия, имя, отчество, адрес электронной почты.
Срок: {term}.
Согласие можно отозвать в любое время: на портале, в разделе «Мои согласия», или письмом оператору. На письма о моих заявках оно не влияет.
Основание: статья 9 Федерального закона от 27.07.2006 № 152-ФЗ.""",  # noqa: E501
}


def check_text(purpose: Purpose, body: str) -> None:
    """The text names what the law wants it to name. Raises RuleBroken with everything that is missing."""
    if not body.strip():
        raise RuleBroken(Remark(N_("Напишите текст согласия"), place="body"))
    if len(body) > LONGEST_TEXT:
        values = {"most": LONGEST_TEXT, "actual": len(body)}
        raise RuleBroken(Remark(N_("Не длиннее %(most)s знаков, сейчас %(actual)s"), values, "body"))
    missing = [name for name in NEEDED[purpose] if f"{{{name}}}" not in body]
    if missing:
        words = N_("В тексте нет обязательных мест: %(places)s. Портал впишет туда данные человека")
        raise RuleBroken(Remark(words, {"places": ", ".join(f"{{{name}}}" for name in missing)}, "body"))


def document(body: str, facts: Mapping[str, str]) -> str:
    """The text as a person reads it: each place filled in, and only the places that are known; what a person's name
    holds is never taken for a place. Lines left empty by a missing fact go away.

    >>> document("Я, {person}, {tos}согласен: {addresses} {anything}", {"person": "{operator}", "addresses": "/tos"})
    'Я, {operator}, согласен: /tos {anything}'
    """
    said: list[str] = []
    rest = body
    while rest:
        starts = [(rest.find(f"{{{name}}}"), name) for name in PLACES if f"{{{name}}}" in rest]
        if not starts:
            break
        at, name = min(starts)
        said += [rest[:at], facts.get(name, "")]
        rest = rest[at + len(name) + 2 :]
    lines = "".join([*said, rest]).replace("\r\n", "\n").split("\n")
    kept = [line.rstrip() for number, line in enumerate(lines) if line.strip() or number == 1]
    return "\n".join(kept).strip()


def digest(text: str) -> str:
    """SHA-256 of a text: by it a consent points at the very words that were agreed to."""
    return hashlib.sha256(text.encode()).hexdigest()


def holds(given_on: date, until_on: date | None, *, is_withdrawn: bool, today: date) -> bool:
    """Does the consent hold today? The last day of the term is still inside it; a withdrawal ends it at once.

    >>> until = date(2026, 3, 1)
    >>> [holds(date(2026, 1, 1), until, is_withdrawn=False, today=date(2026, 3, day)) for day in (1, 2)]
    [True, False]
    """
    return not is_withdrawn and given_on <= today and (until_on is None or today <= until_on)
