"""The blocks a paper is made of, and how sums and moments look on paper. Plain JSON values, nothing to execute."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar, cast

Block = dict[str, Any]
Align = Literal["start", "end", "center"]

Value = TypeVar("Value")

NBSP = "\u00a0"
MONTHS = {
    "ru": [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def paragraph(text: str, *, quiet: bool = False) -> Block:
    return {"kind": "text", "text": text, "quiet": quiet}


def listing(items: Sequence[str], *, numbered: bool = False) -> Block:
    return {"kind": "list", "items": list(items), "numbered": numbered}


def pairs(rows: Sequence[tuple[str, str]]) -> Block:
    return {"kind": "pairs", "rows": [list(row) for row in rows]}


def column(text: str, width: int | None = None, align: Align = "start") -> dict[str, Any]:
    """A column of a table: heading, share of the width (None: as wide as its content), side its content leans to."""
    return {"text": text, "width": width, "align": align}


def table(
    caption: str,
    columns: Sequence[dict[str, Any]],
    rows: Sequence[Sequence[str]],
    *,
    total: Sequence[str] | None = None,
    landscape: bool = False,
) -> Block:
    """A table whose heading row repeats on each page; `total` is a last row in bold."""
    for row in [*rows, *([total] if total else [])]:
        if len(row) != len(columns):
            raise ValueError(f"table «{caption}»: {len(row)} cells in {len(columns)} columns")
    return {
        "kind": "table",
        "caption": caption,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "total": list(total) if total else None,
        "landscape": landscape,
    }


def fingerprint(label: str, digest: str, note: str = "") -> Block:
    """A SHA-256 in full, in a face whose signs are easy to compare."""
    return {"kind": "fingerprint", "label": label, "digest": digest, "note": note}


def signatures(rows: Sequence[tuple[str, str]]) -> Block:
    """A line to sign on for each (post, name)."""
    return {"kind": "signatures", "rows": [list(row) for row in rows]}


def shown_sum(value: str, lang: str) -> str:
    """A decimal string of roubles as people read it.

    >>> shown_sum("721486.76", "ru"), shown_sum("-1000", "en")
    ('721\\xa0486,76\\xa0₽', 'RUB\\xa0−1,000.00')
    """
    number = Decimal(value)
    text = f"{abs(number):,.2f}"
    sign = "−" if number < 0 else ""
    if lang == "en":
        return f"RUB{NBSP}{sign}{text}"
    return f"{sign}{text.replace(',', NBSP).replace('.', ',')}{NBSP}₽"


def shown_number(value: str, lang: str) -> str:
    """A decimal string of marks or shares with the decimal sign of the language; no digit is lost or added."""
    return value.replace("-", "−").replace(".", "," if lang == "ru" else ".")


def shown_day(value: str, lang: str) -> str:
    """An ISO date as it is written in documents.

    >>> shown_day("2026-03-05", "ru"), shown_day("2026-03-05", "en")
    ('5\\xa0марта 2026\\xa0года', '5\\xa0March 2026')
    """
    day = date.fromisoformat(value[:10])
    return f"{day.day}{NBSP}{MONTHS[lang][day.month - 1]} {day.year}" + (f"{NBSP}года" if lang == "ru" else "")


def shown_moment(value: str, lang: str, *, short: bool = False) -> str:
    """An ISO moment, to the second, at the clock of its own offset.

    >>> shown_moment("2026-03-05T16:59:59+07:00", "ru")
    '5\\xa0марта 2026\\xa0года, 16:59:59'
    >>> shown_moment("2026-03-05T16:59:59+07:00", "ru", short=True)
    '05.03.2026 16:59:59'
    """
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"a moment on paper needs its offset: {value}")
    if short:
        return f"{moment:%d.%m.%Y %H:%M:%S}" if lang == "ru" else f"{moment:%Y-%m-%d %H:%M:%S}"
    return f"{shown_day(value, lang)}, {moment:%H:%M:%S}"


INVISIBLE = {"Cc", "Cs", "Cn"}
TURNING = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad")


def plain(value: Value) -> Value:
    """The same data with texts that any paper can hold: no control, turning or unassigned signs, NFC, LF line ends.

    >>> plain({"name": "a\\0b\\u202ec\\r\\nd", "n": 3})
    {'name': 'abc\\nd', 'n': 3}
    """
    if isinstance(value, str):
        return cast(Value, plain_text(value))
    if isinstance(value, dict):
        return cast(Value, {plain(key): plain(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return cast(Value, [plain(item) for item in value])
    return value


UNUSUAL = re.compile(r"[^\n -~\u00a0-\u00ac\u00ae-\u00ff\u0400-\u045f\u2012-\u201e\u2026\u2030\u20bd\u2116\u2212]")


def plain_text(text: str) -> str:
    """One text of `plain`."""
    if not UNUSUAL.search(text):
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(
        sign
        for sign in text
        if sign == "\n"
        or (unicodedata.category(sign) not in INVISIBLE and sign not in TURNING and not "\ufe00" <= sign <= "\ufe0f")
    )
