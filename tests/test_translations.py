"""English is whole and Russian counts right: whoever adds a text runs `make messages` and translates it."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale
from jinja2 import Environment, nodes

from tosportal.domain.application_states import TABLE
from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.transitions import advance
from tosportal.web.filters import say

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tosportal"
TEMPLATES = PACKAGE / "templates"
CATALOGUES = PACKAGE / "translations"
LOCALES = ("en", "ru")
# As in `make messages` and babel.cfg.
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "N_": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|https?://|[A-Z_]{3,}_URL|submitted_at")
CYRILLIC = re.compile("[А-Яа-яЁё]+")
# What stays Russian in English: what is typed or printed in Russian whatever the language of the page.
STAYS_RUSSIAN = (
    "ТОС «Берёзка»",
    "“да”",
    "“нет”",
    "с., д., п., р.п.",
    "Постановление от 03.03.2026 № 112",
    "Совет депутатов Вагайцевского сельсовета",
    "Вагайцевский",
)
# Templates with Russian outside the catalogue: articles of the help written twice, the name of the language in itself,
# and made-up contents of the gallery of components.
TWO_LANGUAGES = "public/help/"
RUSSIAN_IN_TEMPLATES = {
    "layout/base.html": {"Русский"},
    "accounts/profile.html": {"Русский"},
    "public/components.html": None,
}

Id = str | tuple[str, ...]


def parts_of(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


@cache
def said() -> dict[Id, str]:
    """Every text the portal can say, and where it says it first."""
    found: dict[Id, str] = {}
    for name, line, message, _, _ in extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS):
        found.setdefault(tuple(message) if isinstance(message, list | tuple) else message, f"{name}:{line}")
    return {message: place for message, place in found.items() if any(parts_of(message))}


def file_of(locale: str, suffix: str) -> Path:
    return CATALOGUES / locale / "LC_MESSAGES" / f"messages.{suffix}"


@cache
def catalogue(locale: str) -> Catalog:
    with file_of(locale, "po").open("rb") as file:
        return read_po(file, locale=locale)


def messages(locale: str) -> Iterator[Message]:
    return (message for message in catalogue(locale) if message.id)


@cache
def spoken(locale: str) -> GNUTranslations:
    with file_of(locale, "mo").open("rb") as file:
        return GNUTranslations(file)


def test_the_texts_are_found() -> None:
    assert len(said()) > 1500
    assert "Войти" in said()
    assert ("%(num)d заявка", "%(num)d заявок") in said()


def untranslated(texts: dict[Id, str]) -> dict[str, Id]:
    """Texts without a whole English translation by the place that says them."""
    have = {message.id: message.string for message in messages("en")}
    return {place: text for text, place in texts.items() if not all(parts_of(have.get(text)))}


def test_every_text_has_an_english_translation() -> None:
    assert not untranslated(said()), "run `make messages` and translate these into English"


def test_a_new_text_would_be_caught() -> None:
    """The check above does not pass because it looks at nothing."""
    assert untranslated({"Совсем новый текст": "a", ("%(num)d год", "%(num)d лет"): "b"}).keys() == {"a", "b"}


def test_every_russian_plural_has_three_forms() -> None:
    have = {message.id: message.string for message in messages("ru")}
    lacking = {
        place: text
        for text, place in said().items()
        if isinstance(text, tuple) and (len(parts_of(have.get(text))) != 3 or not all(parts_of(have.get(text))))
    }
    assert not lacking, "run `make messages` and give one, few and many"


def test_a_russian_text_is_its_own_translation() -> None:
    """A singular text translated into Russian would hide the words that stand in the code."""
    hidden = [message.id for message in messages("ru") if isinstance(message.id, str) and message.string]
    assert not hidden


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 заявок"),
        (1, "1 заявка"),
        (3, "3 заявки"),
        (5, "5 заявок"),
        (11, "11 заявок"),
        (21, "21 заявка"),
        (112, "112 заявок"),
    ],
)
def test_russian_counts(count: int, words: str) -> None:
    assert spoken("ru").ngettext("%(num)d заявка", "%(num)d заявок", count) % {"num": count} == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 applications"), (1, "1 application"), (21, "21 applications")])
def test_english_counts(count: int, words: str) -> None:
    assert spoken("en").ngettext("%(num)d заявка", "%(num)d заявок", count) % {"num": count} == words


@pytest.mark.parametrize(("locale", "forms"), [("en", 2), ("ru", 3)])
def test_the_headers_keep_the_rule_of_plurals(locale: str, forms: int) -> None:
    assert f'"Plural-Forms: nplurals={forms}; ' in file_of(locale, "po").read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_guessed(locale: str) -> None:
    assert not [message.id for message in messages(locale) if message.fuzzy]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_same_places_for_values(locale: str) -> None:
    wrong = []
    for message in messages(locale):
        originals, translations = parts_of(message.id), parts_of(message.string)
        for index, translation in enumerate(translations):
            original = originals[min(index, len(originals) - 1)]
            if translation and Counter(PLACEHOLDER.findall(original)) != Counter(PLACEHOLDER.findall(translation)):
                wrong.append((original, translation))
    assert not wrong


def test_a_translation_keeps_lines_spaces_at_the_ends_and_non_breaking_spaces() -> None:
    wrong = []
    for message in messages("en"):
        original, translation = parts_of(message.id)[-1], parts_of(message.string)[-1]
        if (
            original.count("\n") != translation.count("\n")
            or original[:1].isspace() != translation[:1].isspace()
            or original[-1:].isspace() != translation[-1:].isspace()
            or original.count("\u00a0") > translation.count("\u00a0")
        ):
            wrong.append((original, translation))
    assert not wrong


def test_english_is_english() -> None:
    wrong = []
    for message in messages("en"):
        for translation in parts_of(message.string):
            rest = translation
            for words in STAYS_RUSSIAN:
                rest = rest.replace(words, "")
            if CYRILLIC.search(rest) or "«" in rest or "„" in rest or "₽" in rest:
                wrong.append(translation)
    assert not wrong


@pytest.mark.parametrize("locale", LOCALES)
def test_the_compiled_catalogue_is_the_written_one(locale: str) -> None:
    with file_of(locale, "mo").open("rb") as file:
        compiled = {parts_of(message.id): parts_of(message.string) for message in read_mo(file) if message.id}
    written = {parts_of(one.id): parts_of(one.string) for one in messages(locale) if all(parts_of(one.string))}
    assert compiled == written, "run `make messages`"


def russian_outside(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Russian words of a template that no translation can reach."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in KEYWORDS:
        literal = tuple(part for part in node.args if isinstance(part, nodes.Const))
        inside: Iterator[nodes.Node] = (part for part in node.iter_child_nodes() if part not in literal)
    else:
        inside = node.iter_child_nodes()
    text = node.data if isinstance(node, nodes.TemplateData) else node.value if isinstance(node, nodes.Const) else ""
    if isinstance(text, str):
        yield from ((node.lineno, line.strip()) for line in text.splitlines() if CYRILLIC.search(line))
    for part in inside:
        yield from russian_outside(part)


def test_no_template_speaks_past_the_catalogue() -> None:
    reader = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        allowed = RUSSIAN_IN_TEMPLATES.get(name, set())
        if name.startswith(TWO_LANGUAGES) or allowed is None:
            continue
        for line, words in russian_outside(reader.parse(path.read_text(encoding="utf-8"))):
            if words not in allowed:
                wrong.append(f"{name}:{line}: {words}")
    assert not wrong, "put these words into _()"


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        (
            Remark(
                "Вы просите %(requested_sum)s, а можно не больше %(limit_sum)s",
                {"requested_sum": Decimal("12000.5"), "limit_sum": Decimal(9)},
            ),
            "You ask for RUB\u00a012,000.50, but at most RUB\u00a09.00 is allowed",
        ),
        (
            Remark(
                "Нельзя %(act)s: сейчас состояние «%(state)s»",
                {"act": Remark("отозвать заявку"), "state": Remark("Отозвана")},
            ),
            "Cannot withdraw the application: the state is “Withdrawn” now",
        ),
    ],
)
def test_a_remark_speaks_english_with_its_values(app: Flask, remark: Remark, words: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert say(remark) == words


def test_a_refused_move_speaks_english(app: Flask) -> None:
    """Names of states and acts come out of tables: they are translated too."""
    with app.test_request_context(), force_locale("en"), pytest.raises(RuleBroken) as refused:
        advance(TABLE, "withdrawn", "withdraw")
    with app.test_request_context(), force_locale("en"):
        assert not CYRILLIC.search(say(refused.value.remarks[0]))
