"""Names and words: one thing named in two ways, rows printed twice, executors, sources of money, quotes, dashes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tosportal.domain.consistency.arithmetic import statements_of
from tosportal.domain.consistency.cells import TOTAL, by_path, joined, mapping, rows, text, texts, walk
from tosportal.domain.consistency.finding import Book
from tosportal.domain.consistency.places import short
from tosportal.domain.consistency.words import differing, plain, stems

_SPAN = re.compile(r"(20\d\d)\s*([–—‒-])\s*(20\d\d)")
_VERBS = ("увеличение", "рост", "снижение", "сокращение", "отсутствие", "сохранение", "повышение")
_ABBREVIATED = '«»"„“ \u00a0'
_OTHER_NAMES = ("name_appendix", "name_passport", "name_section", "name_section3", "name_appendix1", "name_appendix2",
                "name_table1")  # fmt: skip


def check_wording(data: Mapping[str, Any], book: Book) -> None:
    """All of this file."""
    for name in ("indicators", "tasks"):
        for path, row in by_path(name, data.get(name)):
            _names(path, row, book)
    goal = mapping(data.get("goal"))
    _alike("goal.name", goal.get("name"), [(f"goal.{key}", one) for key, one in goal.items() if key != "name"], book)
    for path, row in by_path("indicators", data.get("indicators")):
        _results(path, row, book)
    _twice(data, book)
    _executors(data, book)
    _source_names(data, book)
    _numbering(data, book)
    _quotes(data, book)
    _dashes(data, book)
    _passport(data, book)
    _abbreviations(data, book)


def _alike(path: str, name: Any, others: Iterable[tuple[str, Any]], book: Book) -> None:
    for where, other in others:
        if isinstance(name, str) and isinstance(other, str) and plain(name) != plain(other):
            first, second = differing(text(name), text(other))
            book.add("names_differ", where, path, expected=text(name), found=text(other), first=first, second=second)


def _names(path: str, row: Mapping[str, Any], book: Book) -> None:
    method = mapping(row.get("methodology"))
    others = [(f"{path}.{key}", row.get(key)) for key in _OTHER_NAMES]
    others.append((f"{path}.methodology.indicator_name_printed", method.get("indicator_name_printed")))
    _alike(f"{path}.name", row.get("name"), others, book)


def _results(path: str, row: Mapping[str, Any], book: Book) -> None:
    """The expected result in the passport against the same in the text: another verb is another result."""
    first, second = (
        text(row.get("expected_result_passport")),
        text(mapping(row.get("expected_result_text")).get("statement")),
    )
    if not first or not second or plain(first) == plain(second):
        return
    verbs = [next((verb for verb in _VERBS if plain(one).startswith(verb)), "") for one in (first, second)]
    if verbs[0] != verbs[1]:
        where = f"{path}.expected_result_text.statement"
        book.add("result_verbs_differ", where, expected=first, found=second, first=verbs[0], second=verbs[1])
        return
    others = [(f"{path}.expected_result_text.statement", second)]
    _alike(f"{path}.expected_result_passport", first, others, book)


def _twice(data: Mapping[str, Any], book: Book) -> None:
    for path, row in by_path("activities", data.get("activities")):
        for n, extra in enumerate(rows(row.get("printed_extra_rows"))):
            if extra.get("duplicate_of"):
                name = text(extra.get("row"))
                book.add("row_printed_twice", f"{path}.printed_extra_rows[{n}]", found=name, row=name)
    for kind in ("activities", "indicators", "tasks"):
        seen: dict[tuple[str, str], str] = {}
        for path, row in by_path(kind, data.get(kind)):
            key = (plain(text(row.get("name"))), str(row.get("task")))
            if key[0] and key in seen:
                name = short(text(row.get("name")))
                book.add("row_printed_twice", f"{path}.name", f"{seen[key]}.name", at=2, found=name, row=name)
            seen.setdefault(key, path)


# --- who and whose money


def _executors(data: Mapping[str, Any], book: Book) -> None:
    names, passport = mapping(data.get("executors")), mapping(data.get("passport"))
    doing: dict[str, tuple[str, str]] = {}
    for path, row in by_path("activities", data.get("activities")):
        for one in texts(row.get("executors")):
            name = text(names.get(one, one))
            doing.setdefault(plain(name), (name, f"{path}.executors"))
    said = {plain(one): one for one in texts(passport.get("executors"))}
    if not doing or not said:
        return
    known = {*said, plain(text(passport.get("customer"))), *(plain(one) for one in texts(passport.get("coexecutors")))}
    for key, (name, path) in doing.items():
        if not any(_same_office(key, one) for one in known if one):
            book.add("executor_not_in_passport", path, "passport.executors", at=2, found=name, names=name)
    idle = [one for key, one in said.items() if not any(_same_office(key, other) for other in doing)]
    if idle:
        book.add("executor_without_activity", "passport.executors", found=joined(idle), names=joined(idle))


def _same_office(first: str, second: str) -> bool:
    return first in second or second in first


def _source_names(data: Mapping[str, Any], book: Book) -> None:
    labels = {key: mapping(one) for key, one in mapping(data.get("sources_labels_printed")).items()}
    for source in sorted({key for one in labels.values() for key in one}):
        printed = {where: text(one.get(source)) for where, one in labels.items() if text(one.get(source))}
        stemmed = [set(stems(one)) for one in printed.values()]
        if any(not (one <= other or other <= one) for one in stemmed for other in stemmed if one & other):
            paths = [f"sources_labels_printed.{where}.{source}" for where in printed]
            shown = joined([f"«{one}»" for one in printed.values()])
            book.add("source_named_differently", *paths, at=len(paths), found=shown, names=shown)
    statements = statements_of(data)
    passport = statements.get("funding.passport", {})
    elsewhere = {source for path, block in statements.items() if path != "funding.passport" for source in block}
    missing = sorted(elsewhere - passport.keys() - {TOTAL}) if passport else []
    if missing:
        shown = joined([text(mapping(data.get("sources_of_funding")).get(one)) or one for one in missing])
        paths = [f"funding.passport.{one}" for one in missing]
        book.add("source_not_in_passport", *paths, expected=shown, names=shown)


def _numbering(data: Mapping[str, Any], book: Book) -> None:
    found = by_path("indicators", data.get("indicators"))
    pairs = [(path, row.get("number_passport"), row.get("number_appendix")) for path, row in found]
    differ = [(path, str(one), str(other)) for path, one, other in pairs if one and other and str(one) != str(other)]
    if differ:
        first, second = joined([one for _, one, _ in differ]), joined([one for _, _, one in differ])
        paths = [f"{path}.number_appendix" for path, _, _ in differ]
        book.add("numbering_differs", *paths, expected=first, found=second, first=first, second=second)


# --- signs


def _printed(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Texts that the document prints, not what was noted about it."""
    for part in ("passport", "state_programme", "goal", "tasks", "sections", "legal_acts", "funding", "approval"):
        for path, value in walk(data.get(part), part):
            if isinstance(value, str) and not re.search(r"(note|origin|basis|short)$", path):
                yield path, value


def _quotes(data: Mapping[str, Any], book: Book) -> None:
    """Openings and closings agree. A row of stored texts that says the same is told once."""
    told: set[str] = set()
    for path, value in _printed(data):
        opening, closing = value.count("«"), value.count("»")
        key = plain(re.sub(r"\(далее.*", "", value))
        if opening != closing and not any(key in one or one in key for one in told):
            told.add(key)
            found: dict[str, Any] = {
                "opening": opening,
                "closing": closing,
                "words": short(value[max(value.rfind("«"), 0) :]),
            }
            book.add("quotes_unbalanced", path, expected=str(opening), found=str(closing), **found)


def _dashes(data: Mapping[str, Any], book: Book) -> None:
    spans: dict[tuple[str, str], dict[str, str]] = {}
    for path, value in _printed(data):
        for first, dash, last in _SPAN.findall(value):
            spans.setdefault((first, last), {}).setdefault(dash, path)
    for (first, last), dashes in spans.items():
        if len(dashes) > 1:
            names = joined([f"{first} {dash} {last}" for dash in dashes])
            book.add("dashes_differ", *dashes.values(), at=len(dashes), found=names, names=names)


# --- the passport


def _passport(data: Mapping[str, Any], book: Book) -> None:
    passport = mapping(data.get("passport"))
    printed = [plain(one) for one in texts(passport.get("rows_printed"))]
    for beginning, row in (("цел", "Цель программы"), ("задач", "Задачи программы")):
        if printed and not any(one.startswith(beginning) for one in printed):
            book.add("passport_row_missing", "passport.rows_printed", expected=row, row=row)
    head = text(passport.get("head"))
    if head and plain(head) in {plain(one) for one in texts(passport.get("developers"))}:
        book.add("head_is_office", "passport.head", "passport.developers", found=head, name=head)


def _abbreviations(data: Mapping[str, Any], book: Book) -> None:
    """One organisation under two abbreviations: the same letters, other quotes and spaces."""
    passport = mapping(data.get("passport"))
    told = set()
    for n, one in enumerate(rows(passport.get("participants"))):
        abbreviation = text(one.get("short"))
        letters = [re.escape(sign) for sign in abbreviation if sign not in _ABBREVIATED]
        if len(letters) < 6 or not abbreviation.isupper():
            continue
        pattern = re.compile(f"[{_ABBREVIATED}]*".join(letters) + "[»]?")
        for path, value in walk(data.get("indicators"), "indicators"):
            found = pattern.search(value) if isinstance(value, str) else None
            if found and found[0].strip("»") != abbreviation.strip("»") and found[0] not in told:
                told.add(found[0])
                values: dict[str, Any] = {"first": abbreviation, "second": found[0]}
                where = f"passport.participants[{n}].short"
                book.add("abbreviation_differs", path, where, at=2, expected=abbreviation, found=found[0], **values)
