"""What a document says of its act, and what a check of it all found, remembered while the document stays the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from threading import Lock
from typing import Any

from tosportal.domain.consistency import Finding, broken_pairs, check_programme
from tosportal.domain.consistency.cells import mapping, text
from tosportal.domain.consistency.places import Atlas
from tosportal.domain.errors import Remark
from tosportal.domain.programme_document import named_act
from tosportal.domain.programme_tables.indicators import likeness
from tosportal.features.programmes import queries
from tosportal.features.programmes.models import Programme, ProgrammeUpload
from tosportal.features.programmes.service import remarks_of
from tosportal.web.places import place_words

MOST = 8
LIKE = Decimal("0.4")
_found: OrderedDict[Hashable, list[Finding]] = OrderedDict()
_lock = Lock()


def act_of_document(data: Mapping[str, Any], programmes: Sequence[Programme]) -> dict[str, str]:
    """Number and day of the act as the document names them, to be read before they are confirmed; nothing when the
    programme already stands by this act: a new edition has an act of its own."""
    number, on = named_act(data)
    if any(one.act_number == number for one in programmes):
        return {}
    days = (("day", on.day), ("month", on.month), ("year", on.year)) if on else ()
    return {"act_number": number} | {f"act_on-{part}": str(value) for part, value in days}


def likely_slug(data: Mapping[str, Any], programmes: Sequence[Programme]) -> str:
    """The short name that a document most likely goes under: of the programme with years in common and a like name,
    whose new edition it is; else a new one of its years, for nobody wants the next programme over the last."""
    passport = mapping(data.get("passport"))
    term, name = mapping(passport.get("term")), text(passport.get("name"))
    first, last = term.get("from"), term.get("to")
    if not (isinstance(first, int) and isinstance(last, int)):
        return programmes[0].slug if programmes else ""
    for one in programmes:
        if one.year_from <= last and first <= one.year_to and (not name or likeness(one.name, name) >= LIKE):
            return one.slug
    return f"programme-{first}-{last}"


def in_words(data: Mapping[str, Any], remarks: Sequence[Remark]) -> list[Remark]:
    """Remarks that say where in words: nobody but a programmer reads «goal» or «passport.term.from»."""
    atlas, found = Atlas(data, {}), []
    for one in remarks:
        where = str(one.values.get("place", ""))
        said = str(place_words(atlas.words(where))) if where else ""
        found.append(replace(one, values={**one.values, "place": said[:1].upper() + said[1:]} if where else one.values))
    return found


def to_look_at(upload: ProgrammeUpload) -> list[Remark]:
    """What the reading of the file asks a person to look at, its places in the language of the page."""
    found = remarks_of(upload.recognised)
    return [
        replace(one, values={**one.values, "place": place_words(str(one.values.get("place", "")))}) for one in found
    ]


def findings_of(upload: ProgrammeUpload, data: Mapping[str, Any], programme: Programme | None) -> list[Finding]:
    """Where the corrected document contradicts itself, and which paired lines were torn apart: by the corrections, or
    against the edition in force of the programme that the document is going to be."""
    return found_once(
        (upload.key, upload.version, upload.state, programme and (programme.id, programme.edition)),
        lambda: looked_through(upload, data, programme),
    )


def looked_through(upload: ProgrammeUpload, data: Mapping[str, Any], programme: Programme | None) -> list[Finding]:
    places = places_of(upload)
    torn = broken_pairs(upload.recognised["data"], data, places)
    if programme is not None and upload.state == "recognised":
        edition = queries.edition_of(programme.id, programme.edition)
        known = {one.paths for one in torn}
        torn += [
            one for one in broken_pairs(edition.document if edition else {}, data, places) if one.paths not in known
        ]
    return [*check_programme(data, places), *torn]


def places_of(upload: ProgrammeUpload) -> dict[str, str]:
    """Where each recognised value stands in the file."""
    return {one["path"]: one["place"] for one in upload.recognised["fragments"]}


def found_once(key: Hashable, find: Callable[[], list[Finding]]) -> list[Finding]:
    """The findings of this key, looked for when they are asked for first. The key names everything they follow from,
    so a process that forgot them, or another one, finds the same."""
    with _lock:
        if key in _found:
            _found.move_to_end(key)
            return _found[key]
    findings = find()
    with _lock:
        _found[key] = findings
        while len(_found) > MOST:
            _found.popitem(last=False)
    return findings
