"""What a typed text means: clean text, days, numbers, and which questions are asked."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition.kinds import NO, TICKED, YES, Answers, FormField, condition_of
from tosportal.domain.form_definition.requisites import is_account, is_bik, is_inn, is_inn10, is_kpp, is_ogrn, is_ogrn13
from tosportal.domain.money import parse_decimal, parse_roubles

UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
EMAIL = re.compile(r"[^\s@<>\"'(),:;\\\[\]]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
URL = re.compile(r"https?://(?:[\w-]{1,63}\.)+[\w-]{2,63}(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
PERSON = re.compile(r"[^\W\d_][^\W\d_’'.-]*(?:[-’' .]+[^\W\d_][^\W\d_’'.-]*)*\.?")


def cleaned(text: str) -> str:
    """What was typed without signs that nobody can see or store: NUL and other controls, halves of surrogate pairs,
    what is no sign.

    >>> cleaned("Наш\\x00 двор\\r\\nзелёный\\x1b")
    'Наш двор\\nзелёный'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNWANTED.sub("", text)


def is_blank(answer: object) -> bool:
    """Was nothing typed? True for empty text, for rows of nothing and for no answer.

    >>> is_blank([{"a": " "}, ""]), is_blank("0"), is_blank(None)
    (True, False, True)
    """
    if answer is None:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, Mapping):
        return all(is_blank(value) for value in answer.values())
    if isinstance(answer, list | tuple):
        return all(is_blank(value) for value in answer)
    return False


def day_from(text: str) -> date | None:
    """A day from ISO or from day.month.year; None when there is no such day.

    >>> day_from("2026-03-15"), day_from("5.3.2026"), day_from("31.02.2026")
    (datetime.date(2026, 3, 15), datetime.date(2026, 3, 5), None)
    """
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text, re.ASCII)
    parts = found.groups() if found else ()
    if not found:
        found = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text, re.ASCII)
        parts = tuple(reversed(found.groups())) if found else ()
    if not parts:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def day_parts(answer: str) -> tuple[str, str, str]:
    """Day, month and year for three inputs, also of a day that does not exist.

    >>> day_parts("2026-03-15"), day_parts("31.2.2026"), day_parts("")
    (('15', '3', '2026'), ('31', '2', '2026'), ('', '', ''))
    """
    day = day_from(answer)
    if day:
        return str(day.day), str(day.month), str(day.year)
    parts = answer.split(".")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (answer, "", "")


def value_of(one: FormField, text: str, place: str = "") -> Any:
    """The value a text means for this field: int, Decimal, date, bool or str. Raises RuleBroken with the place.

    >>> value_of(FormField("n", "Жителей", "integer", min=Decimal(1)), "1 200")
    1200
    >>> value_of(FormField("n", "Жителей", "integer", min=Decimal(1)), "0")
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: Число не может быть меньше 1
    """
    text = text.strip()
    if one.kind == "integer":
        whole = parse_decimal(text, places=0, place=place)
        _ensure_between(one, whole, place)
        return int(whole)
    if one.kind in {"decimal", "money"}:
        money = one.kind == "money"
        number = parse_roubles(text, place=place) if money else parse_decimal(text, place=place)
        _ensure_between(one, number, place)
        return number
    if one.kind == "date":
        day = day_from(text)
        if day is None or not 1900 <= day.year <= 2100:
            raise RuleBroken(Remark(N_("Такой даты нет. Напишите день, месяц и год, например 15.03.2026"), place=place))
        return day
    if one.kind == "yes_no" or one.kind in TICKED:
        if text not in {YES, NO}:
            raise RuleBroken(Remark(N_("Выберите «да» или «нет»"), place=place))
        return text == YES
    if one.kind == "many":
        if text not in {option.code for option in one.options}:
            raise RuleBroken(Remark(N_("Выберите из предложенных вариантов"), place=place))
        return text
    refusal = _TEXT_RULES.get(one.kind)
    if refusal and not refusal[0](text):
        raise RuleBroken(Remark(refusal[1], place=place))
    if one.kind == "choice" and text not in {option.code for option in one.options}:
        raise RuleBroken(Remark(N_("Выберите один из вариантов"), place=place))
    return text


def _is_phone(text: str) -> bool:
    return bool(re.fullmatch(r"\+?[0-9()\s.-]+", text)) and (10 <= sum(sign in "0123456789" for sign in text) <= 15)


_TEXT_RULES: Mapping[str, tuple[Any, str]] = {
    "inn": (is_inn, N_("Проверьте ИНН: 10 цифр у организации, 12 у человека, последние — контрольные")),
    "ogrn": (is_ogrn, N_("Проверьте ОГРН: 13 цифр, ОГРНИП — 15, последняя — контрольная")),
    "kpp": (is_kpp, N_("Проверьте КПП: в нём 9 знаков")),
    "bik": (is_bik, N_("Проверьте БИК: в нём 9 цифр, первая 0, 1 или 2")),
    "account": (is_account, N_("Проверьте счёт: в нём 20 цифр")),
    "inn10": (is_inn10, N_("Проверьте ИНН: в нём 10 цифр, последняя — контрольная")),
    "ogrn13": (is_ogrn13, N_("Проверьте ОГРН: в нём 13 цифр, последняя — контрольная")),
    "phone": (_is_phone, N_("Напишите телефон с кодом, например +7 383 592-10-00")),
    "email": (EMAIL.fullmatch, N_("Напишите адрес почты, например ivanova@example.ru")),
    "url": (URL.fullmatch, N_("Ссылка начинается с https:// или http://")),
    "person": (PERSON.fullmatch, N_("Напишите фамилию, имя и отчество буквами")),
}


def _ensure_between(one: FormField, number: Decimal, place: str) -> None:
    suffix = "_sum" if one.kind == "money" else ""
    if one.min is not None and number < one.min:
        template = (
            N_("Сумма не может быть меньше %(least_sum)s") if suffix else N_("Число не может быть меньше %(least)s")
        )
        raise RuleBroken(Remark(template, {f"least{suffix}": _limit(one.min, suffix)}, place))
    if one.max is not None and number > one.max:
        template = (
            N_("Сумма не может быть больше %(most_sum)s") if suffix else N_("Число не может быть больше %(most)s")
        )
        raise RuleBroken(Remark(template, {f"most{suffix}": _limit(one.max, suffix)}, place))


def _limit(number: Decimal, suffix: str) -> object:
    return number if suffix else f"{number:f}".replace(".", ",")


def is_visible(one: FormField, answers: Answers) -> bool:
    """Is the question asked, given the other answers? An unanswered question hides both sides.

    >>> inn = FormField("inn", "ИНН", "inn10", visible_if="legal")
    >>> who = FormField("who", "Кто", "text", visible_if="not legal")
    >>> [(is_visible(inn, a), is_visible(who, a)) for a in ({"legal": "yes"}, {"legal": "no"}, {})]
    [(True, False), (False, True), (False, False)]
    """
    said = condition_of(one.visible_if)
    return said is None or said.holds(answers)


def is_required(one: FormField, answers: Answers) -> bool:
    """Must it be answered, given the other answers?

    >>> site = FormField("site", "Сайт", "url", required_if="where=site|both")
    >>> [is_required(site, a) for a in ({"where": ["site"]}, {"where": "both"}, {"where": "board"}, {})]
    [True, True, False, False]
    """
    said = condition_of(one.required_if)
    return one.required or (said is not None and said.holds(answers))
