"""The forms of a page as a browser would send them, and ways to send them wrongly."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

LIVE = "<img src=x onerror=alert(1)>"
BUTTONS = {"submit", "button", "image", "reset"}
CHOSEN = {"checkbox", "radio"}
Pairs = list[tuple[str, str]]
# Of the rows of a list and of the buttons of its rows so many are sent wrongly; the others are made by the same macro.
MOST_ROWS = 2


@dataclass(frozen=True)
class Field:
    """`kind` is the type of an input, or `select`, `textarea`, `button`."""

    name: str
    value: str
    kind: str
    is_sent: bool = True

    @property
    def is_typed(self) -> bool:
        """Does a person type it?"""
        return self.kind not in {"hidden", "select", "button", "file", "password", *CHOSEN}


NAMED = re.compile(r"/[\w-]*\d[\w-]*|/[\w-]{14,}|/[\w-]*-[ab](?=/|$|\?)")
PHASE = re.compile(r"/(\w+)-[ab](?=/|$|\?)")


def shape_of_address(address: str) -> str:
    """Addresses that differ only in the thing they name are of one shape."""
    return NAMED.sub("/#", address)


def named_in(address: str) -> set[str]:
    """The keys, slugs and numbers in an address."""
    return set(NAMED.findall(address))


@dataclass(frozen=True)
class Form:
    method: str
    address: str
    fields: tuple[Field, ...]
    page: str

    @property
    def signature(self) -> tuple[str, str, tuple[str, ...]]:
        """Forms of one shape on many pages are one form, of a contest in each phase one."""
        path = shape_of_address(PHASE.sub(r"/\1/#", self.address))
        return self.method, path, tuple(sorted({re.sub(r"\d+", "#", field.name) for field in self.fields}))

    @property
    def template(self) -> tuple[str, str, tuple[str, ...]]:
        """The same form in whatever phase: what reads it is the same code, only what comes before may differ."""
        return self.method, shape_of_address(self.address), self.signature[2]

    @property
    def pairs(self) -> Pairs:
        return [(one.name, one.value) for one in self.fields if one.is_sent and one.kind not in {"file", "button"}]

    @property
    def has_files(self) -> bool:
        return any(one.kind == "file" for one in self.fields)

    @property
    def short(self) -> "Form":
        """The same form with two rows of every list: what a row is asked, its neighbours are asked too."""
        seen: dict[str, int] = {}
        kept = []
        for one in self.fields:
            at = seen.setdefault(shape := shape_of(one), 0)
            seen[shape] += 1
            if at < MOST_ROWS or one.kind in CHOSEN:
                kept.append(one)
        return replace(self, fields=tuple(kept))

    def with_values(self, wanted: Callable[[Field], bool], value: str) -> Pairs:
        """Every field that is wanted carries the value, the others what the page gave them."""
        changed = [replace(one, value=value, is_sent=True) if wanted(one) else one for one in self.fields]
        return replace(self, fields=tuple(changed)).pairs


def shape_of(field: Field) -> str:
    """Fields that differ only in the number of a row are of one shape; of a button its value is the row."""
    return re.sub(r"\d+", "#", f"{field.name}={field.value}" if field.kind == "button" else field.name)


def tree_of(text: str) -> Element:
    return html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)


class Reader(HTMLParser):
    """The fields of a page and the forms they belong to. Templates close what they open, so a stream of tags is enough
    here and twenty times as quick as the tree that a browser builds; what is planted is looked for in the tree."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], list[Field]]] = []
        self.all: list[Field] = []
        self.inside: list[Field] | None = None  # the form that is open
        self.apart: list[tuple[str, Field]] = []  # fields that name their form
        self.open: tuple[str, dict[str, str]] | None = None  # the textarea or select that is open
        self.said: list[str] = []
        self.options: list[tuple[dict[str, str], list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = []
            self.forms.append((given, self.inside))
        elif tag in {"textarea", "select"}:
            self.open, self.said, self.options = (tag, given), [], []
        elif tag == "option" and self.open:
            self.options.append((given, []))
        elif tag in {"input", "button"}:
            kind = "button" if tag == "button" else (given.get("type") or "text").lower()
            if kind in BUTTONS:
                self.found(given, given.get("value", ""), "button")
            else:
                chosen = kind in CHOSEN
                value = given.get("value") or ("on" if chosen else "")
                self.found(given, value, kind, is_sent=not chosen or "checked" in given)

    def handle_data(self, data: str) -> None:
        if self.options:
            self.options[-1][1].append(data)
        elif self.open:
            self.said.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif self.open and tag == self.open[0]:
            given, self.open = self.open[1], None
            if tag == "textarea":
                self.found(given, "".join(self.said).removeprefix("\n"), tag)
            else:
                first = self.options[0] if self.options else ({}, [])
                option, words = next((one for one in self.options if "selected" in one[0]), first)
                self.found(given, option.get("value", "".join(words)), tag)
            self.options = []

    def found(self, given: dict[str, str], value: str, kind: str, *, is_sent: bool = True) -> None:
        if not given.get("name") or "disabled" in given:
            return
        one = Field(given["name"], value, kind, is_sent)
        self.all.append(one)
        if self.inside is not None:
            self.inside.append(one)
        if given.get("form"):
            self.apart.append((given["form"], one))


def forms_of(text: str, page: str) -> Iterator[Form]:
    read = Reader(text)
    for given, inside in read.forms:
        fields = [*inside, *(one for owner, one in read.apart if owner == given.get("id"))]
        target = urlsplit(urljoin(page, given.get("action") or page))
        address = target.path + (f"?{target.query}" if target.query else "")
        yield Form((given.get("method") or "get").lower(), address, tuple(fields), page)


LINK = re.compile(r'<a\s[^>]*?\bhref="([^"]*)"')


def links_of(text: str, address: str) -> list[str]:
    """Where the links of a page lead within the portal; templates quote every attribute."""
    found = []
    for place in LINK.findall(text):
        parts = urlsplit(urljoin(address, unescape(place)))
        if not parts.netloc and parts.path and not parts.path.startswith("/static/"):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


@dataclass
class Shown:
    """What a person is shown of the districts as they were made: pages that open, their links, their forms."""

    pages: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    forms: dict[tuple, Form] = field(default_factory=dict)

    def note(self, address: str, answer: TestResponse) -> None:
        """An address that answered with 200."""
        self.pages.append(address)
        if answer.mimetype == "text/html":
            text = answer.get_data(as_text=True)
            self.links.update(links_of(text, address))
            for form in forms_of(text, address):
                self.forms.setdefault(form.signature, form)


def values_in(text: str) -> dict[str, list[str]]:
    """What stands in the fields of a page, by name."""
    found: dict[str, list[str]] = {}
    for one in Reader(text).all:
        if one.kind != "button":
            found.setdefault(one.name, []).append(one.value)
    return found


def is_live(text: str) -> bool:
    """Has a planted tag or template become part of the page, by its text alone?"""
    return "645814827" in text or "<img src=x" in text


def has_planted_nodes(text: str) -> bool:
    """The same by the tree, as a browser reads it.

    The name of an attribute cannot be written with an entity, so a page without these letters has no such node.
    """
    if not PLANTED.search(text):
        return False
    return any(node.get("src") == "x" or node.get("onerror") is not None for node in tree_of(text).iter())


PLANTED = re.compile(r"onerror|src[\s/]*=[\s\"']*(?:x|&)", re.IGNORECASE)
PAYLOADS = {
    "long": "я" * 1_000 + "x" * 49_000,
    "html": LIVE,
    "quotes": "\"'><`\\",
    "template": "{{987*654321}}${987*654321}",
    "nul": "a\x00b",
    "turned": "тек\u202eст\u2066\ufeff",
    "negative": "-999999999999999",
    "exponent": "1e400",
    "not-a-number": "NaN",
    "huge": str(2**70),
    "infinity": "-Infinity",
    "surrogate": "%ED%A0%80\ud7ff\U0001f600",
    "day": "0000-99-99",
    "year": "999999-12-31T99:99",
    "digits": "٣٤٥",
    "lines": "а\r\nб\nв\r\x0b\x1c\u2028",
}


def attacks(whole: Form, foreign: dict[str, list[str]]) -> Iterator[tuple[str, Pairs]]:
    """Names of wrong ways and what is sent. A long list is sent whole where its length matters, else two rows of it."""
    yield "as it is", whole.pairs
    yield "missing", []
    yield "empty", [(name, "") for name, _value in whole.pairs]
    yield "repeated", whole.pairs * 3
    form = whole.short
    pressed = [one for one in form.fields if one.kind == "button"]
    more = [(pressed[0].name, pressed[0].value)] if pressed else []
    for name, payload in PAYLOADS.items():
        chosen = first_of_each(form) if name == "long" else {one.name for one in form.fields}
        yield name, form.with_values(lambda one, chosen=chosen: one.is_typed and one.name in chosen, payload) + more
    for name in ("html", "nul", "huge", "negative"):
        payload = PAYLOADS[name]
        yield f"{name} where one chooses", form.with_values(lambda one: not one.is_typed, payload)
        yield f"{name} in names", [(f"{one}{payload}", value) for one, value in form.pairs]
    for button in pressed:
        yield f"button {button.name}", [*form.pairs, (button.name, button.value)]
    for button_name in dict.fromkeys(one.name for one in pressed):
        for payload in ("budget-99999999999-x", "\x00"):
            yield f"button {button_name}", [*form.pairs, (button_name, payload)]
    for marked in form.fields[:10]:
        yield f"html in {marked.name}", form.with_values(lambda one, marked=marked: one is marked, LIVE)
        yield f"huge in {marked.name}", form.with_values(lambda one, marked=marked: one is marked, str(2**70))
    for kind, values in foreign.items():
        for value in values[:2]:
            yield f"foreign {kind}", form.with_values(lambda one: one.kind in {"hidden", "select", *CHOSEN}, value)


def few_attacks(whole: Form, foreign: dict[str, list[str]]) -> Iterator[tuple[str, Pairs]]:
    """For a form whose template has been sent in all wrong ways: those that tell whether the person or the phase
    changes how it is read."""
    form = whole.short
    yield "as it is", whole.pairs
    yield "missing", []
    for name in ("html", "nul"):
        yield name, form.with_values(lambda one: one.is_typed, PAYLOADS[name])
    yield "html where one chooses", form.with_values(lambda one: not one.is_typed, PAYLOADS["html"])
    for kind, values in foreign.items():
        yield f"foreign {kind}", form.with_values(lambda one: one.kind in {"hidden", "select", *CHOSEN}, values[0])


def first_of_each(form: Form) -> set[str]:
    """Names of the typed fields, of a list those of its first row: all of them long would be more than a request may
    carry, and nothing behind that limit would be tried."""
    first = {shape_of(one): one.name for one in reversed(form.fields) if one.is_typed}
    return set(first.values())


def sent(client, form: Form, pairs: Pairs):
    """The answer to a form sent with these pairs; files are web pages that call themselves documents."""
    data: dict[str, list] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    if form.method != "post":
        return client.get(form.address, query_string=data)
    if form.has_files:
        for field in form.fields:
            if field.kind == "file":
                data[field.name] = [(BytesIO(LIVE.encode()), f"{LIVE}/../\x00.pdf")]
        return client.post(form.address, data=data, content_type="multipart/form-data")
    return client.post(form.address, data=data)
