"""How values are shown: money, days, moments, percents, remarks, in the language of the page.

Spaces inside a number, before ₽, % and after № are non-breaking (U+00A0).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import get_locale, gettext
from markupsafe import Markup, escape

from tosportal.domain.errors import Remark
from tosportal.support.documents.layout import MONTHS, NBSP
from tosportal.web.clock import now
from tosportal.web.places import place_words

SHORT_WORDS = re.compile(
    r"(?<![\wё-])(в|во|и|к|ко|с|со|у|о|об|от|до|из|за|на|по|не|ни|а|но|для|при|под|над|№|§)\s+", re.IGNORECASE
)
DEFAULT_ZONE = "Asia/Novosibirsk"


def is_english() -> bool:
    return str(get_locale() or "ru") == "en"


def page_zone() -> ZoneInfo:
    """The zone of the municipality whose page this is."""
    municipality = g.get("municipality")
    return ZoneInfo(municipality.zone if municipality else DEFAULT_ZONE)


def zone_words() -> str:
    """«по Новосибирску»: whose time a moment is shown in."""
    municipality = g.get("municipality")
    words = municipality.zone_words if municipality else "по Новосибирску"
    return gettext("Novosibirsk time") if is_english() and words == "по Новосибирску" else words


def num(value: Decimal | Fraction | int | str | None, places: int | None = None) -> str:
    """A number with a decimal comma (a point in English) and grouped thousands."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    number = Decimal(value)
    text = f"{abs(number):,.{places}f}" if places is not None else f"{abs(number):,f}"
    sign = "−" if number < 0 else ""
    return sign + (text if is_english() else text.replace(",", NBSP).replace(".", ","))


SUFFIXES = ("_sum", "_percent")
# Digits after the comma that a unit of indicators is read with; other units are shown as they are.
USUAL_PLACES = {"thousand_rub": 1, "percent": 2, "per_100k_population": 2}


def usual(value: Decimal | Fraction | int | str | None, unit: str, plan: Decimal | str | None = None) -> str:
    """The value of an indicator as every page shows it: «66,5», whose lineage says 66,5005. A fact that would look like
    its plan and is not keeps all its digits.
    """
    places = USUAL_PLACES.get(unit)
    if value is None or value == "" or places is None:
        return num(value)
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    number = Decimal(value)
    short = number.quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP")
    if plan is not None and number != Decimal(plan) and short == Decimal(plan):
        return num(number)
    return num(short, places) if places == 1 or short != number else num(number.normalize())


def say_in_unit(remark: Remark, unit: str) -> str:
    """A remark about an indicator whose numbers are shown as `usual` shows them."""
    values = {
        name: usual(value, unit) if isinstance(value, Decimal | Fraction) and not name.endswith(SUFFIXES) else value
        for name, value in remark.values.items()
    }
    return say(Remark(remark.template, values))


def exact_mean(text: str) -> str:
    """A mean kept as an exact fraction («23/3»), shown to hundredths: «7,67»."""
    value = (Decimal(Fraction(text).numerator) / Fraction(text).denominator).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return num(value, 2)


def formula(text: str) -> str:
    """A line of computation as the rules write it («9,20 × 0,20 = 1,84»), with decimal points in English."""
    return text.replace(",", ".") if is_english() else text


def zip_with(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Two columns as pairs."""
    return list(zip(first, second, strict=True))


def money(value: Decimal | None) -> str:
    """«721 486,76 ₽»; in English «RUB 721,486.76»."""
    if value is None:
        return "—"
    text = num(value, 2)
    return f"RUB{NBSP}{text}" if is_english() else f"{text}{NBSP}₽"


def money_round(value: Decimal | None) -> str:
    """A limit in conditions, without kopecks when there are none: «до 120 000 ₽»."""
    if value is None:
        return "—"
    text = num(value, 0 if value == value.to_integral_value() else 2)
    return f"RUB{NBSP}{text}" if is_english() else f"{text}{NBSP}₽"


def thousands(value: Decimal | None) -> str:
    """«3 575,5 тыс. ₽» from roubles; a display, rounded half up to 0,1."""
    if value is None:
        return "—"
    text = num((value / 1000).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP"), 1)
    return f"RUB{NBSP}{text}{NBSP}thousand" if is_english() else f"{text}{NBSP}тыс.{NBSP}₽"


def pct(value: Decimal | Fraction | None, places: int = 1) -> str:
    """«98,2 %» from a number of per cent."""
    if value is None:
        return "—"
    text = num(value, places)
    return f"{text}%" if is_english() else f"{text}{NBSP}%"


def local(moment: datetime) -> datetime:
    """A moment on the municipality's clock."""
    return moment.astimezone(page_zone())


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime | str | None) -> str:
    """«15 марта 2026 года»; a text is a day in ISO."""
    if value is None:
        return "—"
    if isinstance(value, str):
        value = date.fromisoformat(value)
    value = _day(value)
    month = MONTHS["en" if is_english() else "ru"][value.month - 1]
    return f"{value.day}{NBSP}{month} {value.year}" + ("" if is_english() else f"{NBSP}года")


def day_short(value: date | datetime | None) -> str:
    """«15 марта»."""
    if value is None:
        return "—"
    value = _day(value)
    return f"{value.day}{NBSP}{MONTHS['en' if is_english() else 'ru'][value.month - 1]}"


def moment(value: datetime | None) -> str:
    """«15 марта, 17:00 по Новосибирску»."""
    if value is None:
        return "—"
    return f"{day_short(value)}, {local(value):%H:%M} {zone_words()}"


def hour(value: datetime | None) -> str:
    """«15 марта, 17:00», where the page says once whose time it is."""
    return "—" if value is None else f"{day_short(value)}, {local(value):%H:%M}"


def clock_time(value: datetime) -> str:
    """«16:59:07», on the municipality's clock."""
    return f"{local(value):%H:%M:%S}"


def exact_moment(value: datetime | None) -> str:
    """«14.03.2026, 16:05:31 (UTC+7)»: to the second, with the offset."""
    if value is None:
        return "—"
    at = local(value)
    offset = at.utcoffset()
    hours = (offset.total_seconds() if offset else 0) / 3600
    return f"{at:%d.%m.%Y, %H:%M:%S} (UTC{hours:+g})"


def iso(value: datetime | date | None) -> str:
    """For `<time datetime>`."""
    if value is None:
        return ""
    return local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def typo(text: object) -> Markup:
    """Keep short prepositions with the word after them, and a dash with the word before it."""
    escaped = str(escape(text)).replace(" — ", f"{NBSP}— ")
    return Markup(SHORT_WORDS.sub(lambda found: found.group(1) + NBSP, escaped))  # noqa: S704  escaped just above


def say(remark: Remark | str) -> str:
    """A remark of the rules in the language of the page, its values shown by the suffix of their names."""
    if isinstance(remark, str):
        return gettext(remark) if remark else ""
    return gettext(remark.template) % {name: shown(name, value) for name, value in remark.values.items()}


def shown(name: str, value: object) -> str:
    """A value of a remark by the suffix of its name (see `domain/errors.py`)."""
    if value is None:
        return "—"
    if isinstance(value, Remark):
        return say(value)
    if name.endswith("_sum") and isinstance(value, Decimal):
        return money(value)
    if name.endswith("_percent") and isinstance(value, Decimal | Fraction):
        return pct(value, max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 2)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return num(value)
    return str(value)


def file_size(size: int) -> str:
    """«1,2 МБ»."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))}{NBSP}" + gettext("КБ")
    return f"{num(Decimal(size) / (1024 * 1024), 1)}{NBSP}" + gettext("МБ")


def initials(full_name: str) -> str:
    """«Иванова М. П.» from «Иванова Мария Петровна»."""
    family, *given = full_name.split()[:3] or [""]
    return NBSP.join([family, *(f"{name[0]}." for name in given)])


def translated(choices: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices with their words in the language of the page."""
    pairs = choices.items() if isinstance(choices, Mapping) else choices
    return [(code, gettext(words) if words else "") for code, words in pairs]


def init_app(app: Flask) -> None:
    """Attach the filters to an application."""
    for function in (
        num,
        usual,
        say_in_unit,
        exact_mean,
        formula,
        zip_with,
        money,
        money_round,
        thousands,
        pct,
        day,
        day_short,
        moment,
        hour,
        clock_time,
        exact_moment,
        iso,
        typo,
        say,
        place_words,
        file_size,
        initials,
        translated,
    ):
        app.add_template_filter(function, function.__name__)
    app.add_template_global(now, "server_now")
    app.add_template_global(page_zone, "page_zone")
