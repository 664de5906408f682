"""PDF by typst: tagged, PDF/UA-1, the same bytes for the same input on every machine."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from tosportal.support.documents.layout import UNUSUAL, plain

TEMPLATES = Path(__file__).with_name("typst")
FONTS = typst.Fonts(include_system_fonts=False)
LONG_WORD = re.compile(r"[^\s\u200b]{41,}")
DIGEST = re.compile(r"[0-9a-f]{64}")
NOT_DRAWN = re.compile(r'the text `"(.*?)"` could not be displayed|the disallowed codepoint `"(.*?)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
PROBE = b"""#set document(title: "probe")
#set text(lang: "ru", font: "Libertinus Serif")
#for sign in sys.inputs.signs.codepoints() { par(sign) }
"""


def pdf_from_typst(template_name: str, data: dict[str, Any], *, title: str, lang: str, now: datetime) -> bytes:
    """The template filled with data, as a PDF/UA-1 with title and language set; `now` is its date of making.

    The data reach the template as one JSON input and are never part of its source. Only the faces inside typst are
    used; a sign that they cannot draw (an emoji, a hieroglyph) appears as its code: [U+1F600].
    """
    if not re.fullmatch(r"[a-z_]+", template_name):
        raise ValueError(f"not a name of a template: {template_name!r}")
    paper = plain({"title": title, "data": data})
    unusual = {sign for text in texts(paper) for sign in UNUSUAL.findall(text)}
    missing = undrawable(unusual) if unusual else set()
    try:
        return compiled(template_name, prepared(paper, missing), lang=lang, now=now)
    except typst.TypstError as error:
        if missing == unusual or not NOT_DRAWN.search(error.diagnostic):
            raise
    return compiled(template_name, prepared(paper, unusual), lang=lang, now=now)


def compiled(template_name: str, paper: dict[str, Any], *, lang: str, now: datetime) -> bytes:
    """One run of typst; TypstError for a sign that cannot be drawn (some can alone, but not over a neighbour)."""
    return typst.compile(
        TEMPLATES / f"{template_name}.typ",
        root=TEMPLATES,
        font_paths=FONTS,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(now.timestamp()),
        sys_inputs={"title": paper["title"], "lang": lang, "data": json.dumps(paper["data"], ensure_ascii=False)},
    )


def undrawable(signs: set[str]) -> set[str]:
    """Those of the signs that no face inside typst can draw: asked from typst itself, once for all of them."""
    try:
        typst.compile(
            PROBE,
            font_paths=FONTS,
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
            sys_inputs={"signs": "".join(sorted(signs))},
        )
    except typst.TypstError as error:
        told = "".join(drawn or banned for drawn, banned in NOT_DRAWN.findall(error.diagnostic))
        told = ESCAPED.sub(lambda match: chr(int(match[1], 16)), told)
        return signs & set(told) or signs
    return set()


def texts(value: Any) -> Iterator[str]:
    """Every text anywhere in the data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def prepared(value: Any, missing: set[str]) -> Any:
    """The data with missing signs as [U+…] and a possible break in every word longer than 40 signs, save digests."""
    if isinstance(value, str):
        if missing and not missing.isdisjoint(value):
            value = "".join(f"[U+{ord(sign):04X}]" if sign in missing else sign for sign in value)
        return LONG_WORD.sub(broken, value) if len(value) > 40 else value
    if isinstance(value, dict):
        return {key: prepared(item, missing) for key, item in value.items()}
    if isinstance(value, list):
        return [prepared(item, missing) for item in value]
    return value


def broken(match: re.Match[str]) -> str:
    """A long word with places to break; a SHA-256 stays whole so that it can be copied."""
    word = match[0]
    return word if DIGEST.fullmatch(word) else "\u200b".join(word[n : n + 10] for n in range(0, len(word), 10))
