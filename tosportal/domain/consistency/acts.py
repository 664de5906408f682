"""Acts: dates and numbers that are blank, differ or look alike; references to appendices and to acts that expire."""

import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from tosportal.domain.consistency.cells import joined, mapping, rows, text, walk
from tosportal.domain.consistency.finding import Book
from tosportal.domain.consistency.words import edit_one_digit

_CITED = re.compile(r"от\s+(\d{2})\.(\d{2})\.(\d{4})\s*(?:г\.|года)?\s*(?:№|N)\s*([\w/.-]*\d[\w/-]*(?:-[\w]+)?)")
_BAD_SIGN = re.compile(r"[^.,;]{0,20}\sN\s\d[\w-]*|№\s?[\w/-]+[«„]")
_UNTIL = re.compile(r"до (20\d\d) года")
_APPENDICES = re.compile(r"приложени\w*\s+(?:№\s*)?(\d+(?:\s*(?:,|и)\s*\d+)*)", re.IGNORECASE)


def check_acts(data: Mapping[str, Any], book: Book) -> None:
    """All of this file."""
    _approval(data, book)
    _citations(data, book)
    _alike(data, book)
    _legal_acts(data, book)
    _appendices(data, book)


def named(act: Mapping[str, Any]) -> str:
    """«18.08.2023 № 1056/89», as much as there is."""
    day = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", str(act.get("date") or ""))
    parts = [f"{day[3]}.{day[2]}.{day[1]}" if day else "", f"№ {act['number']}" if act.get("number") else ""]
    return " ".join(part for part in parts if part)


def approvals_of(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The places where the document says by which act it is approved."""
    top, own = mapping(data.get("approval")), mapping(mapping(data.get("passport")).get("approval"))
    found = [("passport.approval", own)] if own else []
    if "date" in top or "number" in top:
        found.append(("approval", top))
    if isinstance(top.get("title_block"), dict):
        found.append(("approval.title_block", top["title_block"]))
    return [
        *found,
        *((f"approval.appendix_blocks[{n}]", one) for n, one in enumerate(rows(top.get("appendix_blocks")))),
    ]


def _approval(data: Mapping[str, Any], book: Book) -> None:
    places = approvals_of(data)
    full = [(path, one) for path, one in places if one.get("date") and one.get("number")]
    if not full:
        if places:
            book.add("act_missing", places[0][0])
        return
    for path, one in places:
        if not (one.get("date") and one.get("number")):
            known = named(full[0][1])
            book.add("act_blank", path, full[0][0], expected=known, found=named(one), computed=known)
    for (first, one), (second, other) in combinations(full, 2):
        if (one["date"], one["number"]) != (other["date"], other["number"]):
            values: dict[str, Any] = {"first": named(one), "second": named(other)}
            book.add("acts_differ", first, second, at=2, expected=named(one), found=named(other), **values)


def _citations(data: Mapping[str, Any], book: Book) -> None:
    """An act that is cited with one number and two dates; only acts of one number and words of the same text count."""
    days: dict[str, dict[str, str]] = {}
    for path, value in walk(data):
        cited = []
        if isinstance(value, dict) and value.get("number") and value.get("date") and isinstance(value["number"], str):
            cited = [(value["number"], str(value["date"]))]
        elif isinstance(value, str) and "от" in value:
            cited = [(number.rstrip("."), f"{y}-{m}-{d}") for d, m, y, number in _CITED.findall(value)]
        for number, day in cited:
            days.setdefault(number, {}).setdefault(day, path)
    approved = {path for path, _one in approvals_of(data)}
    for number, found in days.items():
        if len(found) > 1 and len(number) > 3 and not set(found.values()) <= approved:
            (first, one), (second, other) = list(found.items())[:2]
            values: dict[str, Any] = {"first": f"№ {number}, {first}", "second": f"№ {number}, {second}"}
            book.add("acts_differ", one, other, at=2, expected=first, found=second, **values)


def _alike(data: Mapping[str, Any], book: Book) -> None:
    """The decree about developing the programme and the one that approves it: a misprint, or two acts?"""
    decree = mapping(mapping(data.get("passport")).get("development_decree"))
    for path, one in approvals_of(data):
        first, second = str(decree.get("number") or ""), str(one.get("number") or "")
        if first and second and edit_one_digit(first, second):
            values: dict[str, Any] = {"first": named(decree), "second": named(one)}
            paths = ("passport.development_decree.number", f"{path}.number")
            book.add("acts_alike", *paths, at=2, found=named(decree), **values)
            return


def _legal_acts(data: Mapping[str, Any], book: Book) -> None:
    end = mapping(mapping(data.get("passport")).get("term")).get("to")
    for n, act in enumerate(rows(data.get("legal_acts"))):
        printed, path = text(act.get("printed")), f"legal_acts[{n}].printed"
        bad = _BAD_SIGN.search(printed)
        if bad:
            book.add("act_sign", path, found=bad[0].strip(), words=bad[0].strip())
        for year in _UNTIL.findall(printed):
            if isinstance(end, int) and int(year) < end:
                book.add("act_expires", path, expected=str(end), found=year, year=year, end=end)


def _appendices(data: Mapping[str, Any], book: Book) -> None:
    """Every appendix that carries a stamp is mentioned in the text."""
    blocks = rows(mapping(data.get("approval")).get("appendix_blocks"))
    said = " ".join(value for path, value in walk(data.get("sections"), "sections") if isinstance(value, str))
    mentioned = {one for group in _APPENDICES.findall(said) for one in re.findall(r"\d+", group)}
    for n, block in enumerate(blocks):
        number = str(block.get("appendix") or "")
        if number and mentioned and number not in mentioned:
            values: dict[str, Any] = {"expected": number, "found": joined(sorted(mentioned)), "number": number}
            book.add("appendix_not_mentioned", f"approval.appendix_blocks[{n}].appendix", **values)
