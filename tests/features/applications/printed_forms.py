"""Random forms with random answers, what a paper must say of them, and a PDF read back cell by cell."""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NumberObject

from tosportal.domain.form_definition import KINDS, FormField, FormSection, Option, cleaned

Item = tuple[str, list[str]]  # what stands on the paper: a heading, a row of a table, the caption of a table

NASTY = (
    "100 % %s %(label)s {0} {{ 7*7 }} #let x = 1 $a^2$ @ref <b>&amp;</b> \\n `c` *d* _e_ // f /* g */",
    "O'Нил «ёлочки» „лапки“ \"прямые\" 'одиночные' ’ ‘",
    "Расскажите подробно, зачем всё это жителям и кому станет лучше. " * 8,
    "оченьдлинноесловобезпробелов" * 12,
    "https://example.org/" + "a1-_" * 40,
    "👩‍👩‍👧 🇷🇺 漢字 ไทย العربية हिन्दी",
    "é é Й Й ﬁ ﬂ № ½ … — – ‑ − ° ² ₽ €",
    "a\tb  c\nd\n\ne",
    "=1+1", "-", "—", "0", "[U+1F600]", "Всего", "\u00a0x\u2009y\u202fz",
)  # fmt: skip
SIGNS = st.characters(exclude_categories=["Cs", "Cn", "Co"])  # nobody types what is no sign
TYPED = st.one_of(
    st.text(SIGNS, max_size=60),
    st.text(st.sampled_from("абвгдеёжзийклмнопрст '\"%.,-0123456789abc"), min_size=1, max_size=200),
    st.sampled_from(NASTY),
).map(cleaned)
LABELS = TYPED.filter(lambda text: squeezed(text) != "")
WORDS = st.sampled_from(("сто", "около десяти", "по смете", "?"))
SUMS = st.one_of(
    st.integers(0, 10**9).map(str),
    st.decimals(0, 10**7, places=2, allow_nan=False).map(lambda value: f"{value:f}".replace(".", ",")),
    WORDS,
)
DAYS = st.one_of(st.dates().map(lambda day: day.isoformat()), WORDS)
MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня",
          "июля", "августа", "сентября", "октября", "ноября", "декабря")  # fmt: skip


@st.composite
def questions(draw: st.DrawFn, code: str, kinds: tuple[str, ...] = tuple(KINDS)) -> FormField:
    kind = draw(st.sampled_from(kinds))
    options = tuple(Option(f"o{n}", draw(LABELS)) for n in range(3)) if kind in {"choice", "many"} else ()
    cells = ("text", "long_text", "integer", "decimal", "money", "date", "choice", "url", "person", "phone")
    columns = ()
    if kind == "table":
        columns = tuple(draw(questions(f"c{n}", cells)) for n in range(draw(st.integers(1, 5))))
    return FormField(code, draw(LABELS), kind, options=options, columns=columns, personal=draw(st.booleans()))


def cells_of(column: FormField) -> st.SearchStrategy[str]:
    """What may be stored in one input, right or wrong."""
    if column.kind == "money":
        return SUMS
    if column.kind == "date":
        return DAYS
    if column.kind == "choice":
        return st.sampled_from([*(one.code for one in column.options), "gone"])
    if column.kind in {"yes_no", "declaration", "consent"}:
        return st.sampled_from(["yes", "no", ""])
    if column.kind in {"integer", "decimal"}:
        return st.one_of(st.integers(0, 10**6).map(str), st.just("12,5"), WORDS)
    return TYPED


def answers_of(one: FormField) -> st.SearchStrategy[Any]:
    if one.kind == "many":
        return st.lists(st.sampled_from([option.code for option in one.options]), unique=True, max_size=3)
    if one.kind == "list":
        return st.lists(TYPED, max_size=4)
    if one.kind in {"period", "meeting"}:
        return st.fixed_dictionaries({column.code: cells_of(column) for column in one.row_columns})
    if one.row_columns:
        return st.lists(
            st.fixed_dictionaries({column.code: cells_of(column) for column in one.row_columns}), max_size=4
        )
    return cells_of(one)


@st.composite
def forms(draw: st.DrawFn, number: int) -> tuple[FormSection, dict[str, Any]]:
    """A section of a form and what was stored of it; some questions unanswered."""
    asked = [draw(questions(f"f{number}-{n}")) for n in range(draw(st.integers(1, 5)))]
    kept, budgets = [], 0
    for one in asked:
        budgets += one.kind == "budget"
        if one.kind != "budget" or budgets == 1:
            kept.append(one)
    answers = {one.code: draw(answers_of(one)) for one in kept if one.is_answered and draw(st.integers(0, 9))}
    return FormSection(f"s{number}", draw(LABELS), tuple(kept)), answers


# --- what the paper must say, told by the stored answers alone -----------------------------------------------------


def shown(column: FormField, text: str) -> str:
    """One input as people read it: a choice by its name, a day and a sum in words, everything else as stored."""
    if column.kind in {"choice", "many"}:
        return next((one.name for one in column.options if one.code == text), text)
    if column.kind in {"yes_no", "declaration", "consent"}:
        return {"yes": "Да", "no": "Нет"}.get(text, text)
    if column.kind == "date" and (day := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)):
        return f"{int(day[3])} {MONTHS[int(day[2]) - 1]} {int(day[1])} года"
    if column.kind == "money" and re.fullmatch(r"[0-9]+(,[0-9]+)?", text):
        return f"{Decimal(text.replace(',', '.')):,.2f}".replace(",", " ").replace(".", ",") + " ₽"
    return text


def is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(is_empty(cell) for cell in value.values())
    return not value.strip() if isinstance(value, str) else not [one for one in value if not is_empty(one)]


def expected(section: FormSection, answers: dict[str, Any]) -> Iterator[Item]:
    """The heading, then for each question a row of label and value, or a caption and rows."""
    yield "heading", [section.title]
    for one in section.fields:
        if not one.is_answered:
            continue
        answer = answers.get(one.code)
        if answer is None or is_empty(answer):
            yield "row", [one.label, "—"]
        elif one.kind == "many":
            yield "row", [one.label, "".join(shown(one, code) for code in answer)]
        elif one.kind == "list":
            rows = [row for row in answer if not is_empty(row)]
            yield "row", [one.label, "".join(f"{n}. {row}" for n, row in enumerate(rows, 1))]
        elif one.kind in {"period", "meeting"}:
            cells = [(column, answer[column.code]) for column in one.row_columns if not is_empty(answer[column.code])]
            yield "group", [one.label, "".join(f"{column.label}: {shown(column, cell)}" for column, cell in cells)]
        elif one.kind == "budget":
            yield "caption", [one.label]
            yield "begins", ["Расход", "Сумма"]
            for row in (row for row in answer if not is_empty(row)):
                yield "budget", [row["name"], *(shown(FormField("x", "", "money"), row[payer]) for payer in PAYERS)]
            yield "total", ["Всего"]
        elif one.row_columns:
            yield "caption", [one.label]
            yield "begins", [column.label for column in one.row_columns]
            for row in (row for row in answer if not is_empty(row)):
                yield "begins", [shown(column, row[column.code]) for column in one.row_columns]
            if one.kind == "in_kind" or any(column.total for column in one.row_columns):
                yield "total", ["Всего"]
        else:
            yield "row", [one.label, shown(one, answer)]


PAYERS = ("requested", "own", "attracted", "in_kind")


# --- a PDF read back -----------------------------------------------------------------------------------------------


def read_back(pdf: bytes) -> list[Item]:
    """Headings, captions and rows of cells in the order of the tags of the document."""
    reader = PdfReader(io.BytesIO(pdf))
    words: dict[tuple[int, int], str] = {}
    for number, page in enumerate(reader.pages):
        marks: list[int | None] = []

        def before(operator: bytes, operands: Any, *_matrices: Any, marks: list[int | None] = marks) -> None:
            if operator in {b"BDC", b"BMC"}:
                properties = operands[1] if len(operands) > 1 else None
                marks.append(properties.get("/MCID") if isinstance(properties, DictionaryObject) else None)
            elif operator == b"EMC":
                marks.pop()

        def said(text: str, *_rest: Any, marks: list[int | None] = marks, number: int = number) -> None:
            mark = next((one for one in reversed(marks) if one is not None), None)
            if mark is not None:
                words[number, int(mark)] = words.get((number, int(mark)), "") + text

        page.extract_text(visitor_operand_before=before, visitor_text=said)
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}  # type: ignore[union-attr]

    def text_of(node: Any, page: Any) -> str:
        node = node.get_object()
        if isinstance(node, NumberObject):
            return words.get((pages[page.idnum], int(node)), "")
        if isinstance(node, ArrayObject):
            return "".join(text_of(one, page) for one in node)
        own = node.raw_get("/Pg") if "/Pg" in node else page
        if "/MCID" in node:
            return words.get((pages[own.idnum], int(node["/MCID"])), "")
        return text_of(node["/K"], own) if "/K" in node else ""

    found: list[Item] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for one in node:
                walk(one)
            return
        if not isinstance(node, DictionaryObject) or "/K" not in node:
            return
        kind = node.get("/S")
        if kind in {"/H1", "/H2", "/H3"}:
            found.append(("heading", [text_of(node, node.raw_get("/Pg") if "/Pg" in node else None)]))
        elif kind == "/Caption":
            found.append(("caption", [text_of(node, None)]))
        elif kind == "/TR":
            found.append(("row", [text_of(cell, None) for cell in node["/K"]]))
        else:
            walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


CODED = re.compile(r"\[U\+([0-9A-F]{4,6})\]")


def squeezed(text: str) -> str:
    """A text without what paper cannot hold: spaces and line ends, which move, and signs that nobody sees. A sign that
    the faces lack is printed as its code."""
    text = "".join(filter(is_seen, text))  # first: a line may end within a code
    text = CODED.sub(lambda found: chr(int(found[1], 16)) if int(found[1], 16) < 0x110000 else found[0], text)
    return "".join(filter(is_seen, unicodedata.normalize("NFC", text)))


def are_joined(cells: Sequence[str]) -> bool:
    """Writing that runs from right to left, or whose letters join with marks: a reader of a PDF gives its signs, and
    those beside them, in another order, some of them twice."""
    return any(is_joined(sign) for cell in cells for sign in cell)


def is_seen(sign: str) -> bool:
    is_kept = unicodedata.category(sign) not in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
    is_variant = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"  # chooses a shape, has none
    return is_kept and not sign.isspace() and not is_variant


def is_joined(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in {"R", "AL", "AN"} or unicodedata.category(sign) in {"Mn", "Mc", "Me"}


def begins(text: str, with_what: str) -> bool:
    """Both squeezed."""
    return text.startswith(with_what) or (any(map(is_joined, text)) and holds_the_signs(text, with_what))


def holds_the_signs(text: str, of_what: str) -> bool:
    """Every sign is there in whatever order; from right to left a bracket is drawn as its other half."""
    return {sign for sign in of_what if not unicodedata.mirrored(sign)} <= set(text)
