"""What may be typed in about an event, as texts; the rules of `domain/event_record.py` read them."""

import base64
import binascii
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.event_record import COUNTING_NAMES, KIND_NAMES, Counting, EventFacts
from tosportal.domain.form_definition import cleaned
from tosportal.domain.tos_list import one_line
from tosportal.features.events.models import Event
from tosportal.features.events.queries import EventFilter
from tosportal.features.events.service import Photo, read_photo
from tosportal.web.filters import day

CARRIED_MOST = 1_300_000  # signs of base64: a form may hold 2 MB beside its files
FACT_LABELS: Mapping[str, Any] = {
    "kind": _l("Что это было"),
    "title": _l("Название"),
    "held_on": _l("День"),
    "place": _l("Место"),
    "participants": _l("Участников"),
    "counting": _l("Как считали"),
    "toses": _l("ТОС"),
    "activity": _l("Мероприятие программы"),
    "description": _l("Рассказ"),
    "link": _l("Ссылка"),
}


@dataclass(frozen=True)
class Typed:
    """An event as its form holds it: texts by name, codes of ТОС, and the caption of the photos sent with it."""

    texts: dict[str, str]
    toses: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")


def typed(form: MultiDict[str, str], name: str) -> str:
    """A text as typed, without signs that cannot be stored."""
    return cleaned(form.get(name, ""))


def typed_event(form: MultiDict[str, str]) -> Typed:
    """The whole form as typed."""
    names = ("kind", "title", "place", "participants", "counting", "activity", "description", "link", "caption")
    parts = [one_line(typed(form, f"held_on-{part}")).replace(".", "") for part in ("day", "month", "year")]
    held_on = ".".join(parts) if any(parts) else ""
    codes = tuple(dict.fromkeys(typed_code[:40] for typed_code in form.getlist("toses")))
    return Typed({**{name: typed(form, name) for name in names}, "held_on": held_on}, codes)


def empty_event(today: date, toses: Sequence[str] = ()) -> Typed:
    """A form as it is opened: today, people counted each once."""
    return Typed({"held_on": today.isoformat(), "counting": Counting.PERSONS}, tuple(toses))


def typed_of(event: Event) -> Typed:
    """A saved event as its form would have it typed."""
    texts = {
        "kind": event.kind,
        "title": event.title,
        "held_on": event.held_on.isoformat(),
        "place": event.place,
        "participants": str(event.participants),
        "counting": event.counting,
        "activity": str(event.activity_id or ""),
        "description": event.description,
        "link": event.link,
    }
    return Typed(texts, tuple(one.tos.code for one in event.toses))


def version_from(form: Mapping[str, str]) -> int:
    """The version a form was opened with; nonsense is a version that never was."""
    text = form.get("version", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else -1


# --- photos that came with the form ----------------------------------------------------------------------------------


@dataclass
class SentPhotos:
    """The photos of a form made anew, those carried by the page from the try before too, and what was wrong."""

    photos: list[Photo] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def carried(self) -> list[str]:
        """The photos as texts for the page that asks to correct something: nobody takes a photo twice."""
        found, left = [], CARRIED_MOST
        for photo in self.photos:
            text = base64.b64encode(photo.content).decode("ascii")
            if len(text) <= left:
                found.append(text)
                left -= len(text)
        return found


def sent_photos(files: Iterable[FileStorage], carried: Sequence[str] = ()) -> SentPhotos:
    """What was sent, each photo judged by its content; a carried one is judged again."""
    sent = SentPhotos()
    for text in carried:
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            continue
        _take(sent, io.BytesIO(content), "photo.jpg")
    for file in files:
        if file.filename:
            _take(sent, file.stream, file.filename)
    return sent


def _take(sent: SentPhotos, stream: Any, name: str) -> None:
    try:
        photo = read_photo(stream, name)
    except RuleBroken as refused:
        sent.remarks += [Remark(one.template, one.values, "photo") for one in refused.remarks]
    else:
        if photo.digest not in {one.digest for one in sent.photos}:
            sent.photos.append(photo)


# --- the two versions of an event -------------------------------------------------------------------------------------


def differing(
    yours: Typed, saved: Typed, names_of_toses: Mapping[str, str], activities: Mapping[str, str]
) -> list[Any]:
    """Label, your text, the saved text, for every answer in which the two differ."""
    rows = []
    for name, label in FACT_LABELS.items():
        sides = [shown(one, name, names_of_toses, activities) for one in (yours, saved)]
        if sides[0] != sides[1]:
            rows.append((label, *sides))
    return rows


def shown(one: Typed, name: str, names_of_toses: Mapping[str, str], activities: Mapping[str, str]) -> str:
    """An answer as a reader sees it."""
    if name == "toses":
        return ", ".join(sorted(names_of_toses.get(code, code) for code in one.toses))
    text = one[name]
    if name == "kind":
        return gettext(KIND_NAMES[text]) if text in KIND_NAMES else text
    if name == "counting":
        return gettext(COUNTING_NAMES[text]) if text in COUNTING_NAMES else text
    if name == "held_on" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        return day(date.fromisoformat(text))
    return activities.get(text, text) if name == "activity" else text


def as_typed(facts: EventFacts, given: Typed) -> Typed:
    """What was typed in the spelling in which it would be saved."""
    texts = {
        "kind": facts.kind,
        "title": facts.title,
        "held_on": facts.held_on.isoformat(),
        "place": facts.place,
        "participants": str(facts.participants),
        "counting": facts.counting,
        "activity": given["activity"],
        "description": facts.description,
        "link": facts.link,
    }
    return Typed({name: str(text) for name, text in texts.items()}, given.toses)


# --- the filter of the public list -----------------------------------------------------------------------------------


def asked_filter(args: MultiDict[str, str]) -> EventFilter:
    """The filter that an address asks for; nonsense asks for nothing."""
    kind, year, tos = args.get("kind", ""), args.get("year", ""), args.get("tos", "")
    return EventFilter(
        kind=kind if kind in KIND_NAMES else "",
        year=int(year) if re.fullmatch(r"20[0-9]{2}", year, re.ASCII) else None,
        tos=tos if re.fullmatch(r"[\w-]{1,40}", tos) else "",
    )


def asked_again(asked: EventFilter) -> dict[str, Any]:
    """The arguments of an address that asks for the same."""
    return {"kind": asked.kind or None, "year": asked.year, "tos": asked.tos or None}
