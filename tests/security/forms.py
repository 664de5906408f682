"""The forms of a page as a browser would send them, and ways to send them wrongly."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
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


@dataclass(frozen=True)
class Form:
    method: str
    address: str
    fields: tuple[Field, ...]
    page: str

    @property
    def signature(self) -> tuple[str, str, tuple[str, ...]]:
        """Forms of one shape on many pages are one form."""
        path = re.sub(r"/[\w-]*\d[\w-]*|/[\w-]{14,}|-[ab](?=/|$)", "/#", self.address)
        return self.method, path, tuple(sorted({re.sub(r"\d+", "#", field.name) for field in self.fields}))

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


def text_of(node: Element) -> str:
    return "".join(node.itertext())


def tree_of(text: str) -> Element:
    return html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)


def field_of(node: Element) -> Field | None:
    name = node.get("name") or ""
    if not name or node.get("disabled") is not None:
        return None
    if node.tag == "textarea":
        return Field(name, text_of(node).removeprefix("\n"), "textarea")
    if node.tag == "select":
        options = list(node.iter("option"))
        chosen = next((one for one in options if one.get("selected") is not None), options[0] if options else None)
        value = "" if chosen is None else chosen.get("value", text_of(chosen))
        return Field(name, value or "", "select")
    kind = "button" if node.tag == "button" else (node.get("type") or "text").lower()
    if kind in BUTTONS:
        return Field(name, node.get("value") or "", "button")
    is_sent = kind not in CHOSEN or node.get("checked") is not None
    return Field(name, node.get("value") or ("on" if kind in CHOSEN else ""), kind, is_sent)


def forms_of(text: str, page: str) -> Iterator[Form]:
    tree = tree_of(text)
    by_id: dict[str, list[Element]] = {}
    for node in tree.iter():
        if node.tag in {"input", "select", "textarea", "button"} and node.get("form"):
            by_id.setdefault(node.get("form") or "", []).append(node)
    for form in tree.iter("form"):
        nodes = [node for node in form.iter() if node.tag in {"input", "select", "textarea", "button"}]
        fields = [field_of(node) for node in (*nodes, *by_id.get(form.get("id") or "-", []))]
        target = urlsplit(urljoin(page, form.get("action") or page))
        address = target.path + (f"?{target.query}" if target.query else "")
        yield Form((form.get("method") or "get").lower(), address, tuple(one for one in fields if one), page)


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
    for node in tree_of(text).iter():
        if node.tag in {"input", "select", "textarea"} and (field := field_of(node)) and field.kind != "button":
            found.setdefault(field.name, []).append(field.value)
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
