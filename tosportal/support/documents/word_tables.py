"""The text of a DOCX as paragraphs and raw tables, as a reader of the printed page sees it.

Deleted revisions, hidden text, text boxes and comments are left out; inserted revisions are taken. What was left out is
said in the notes.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.support.documents.table_grid import RawCell, RawRow, RawTable
from tosportal.support.documents.word_numbering import Numbering, read_numbering
from tosportal.support.documents.xml_parts import DEEP, TOO_LARGE, Meter, pump, relations_of

MAIN = "word/document.xml"
BLOCKS_MAX = 50_000
NESTING_MAX = 20
SPAN_MAX = 10_000
NO_WORDS = N_(
    "В документе нет ни таблиц, ни текста, похоже, это скан. "
    "Загрузите документ, в котором текст и таблицы можно выделить и скопировать."
)
REVISED = N_("В документе есть непринятые исправления: вставленное прочитано, удалённое пропущено.")
BOXES = N_("В документе есть надписи поверх страницы, они не прочитаны. Нужное перенесите в обычный текст.")
ATTACHED = N_("В документ вложен другой документ, он не прочитан. Скопируйте его текст сюда.")

# Old properties (…Change) are skipped too: a changed cell keeps its former span there.
SKIPPED = {
    "del", "moveFrom", "delText", "drawing", "pict", "object", "txbxContent", "Fallback", "tabs", "instrText",
    "altChunk",
}  # fmt: skip
SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
SYMBOLS = {"F02D": "−", "F0B4": "×", "F0B7": "•", "F0D7": "·", "F0B3": "≥", "F0A3": "≤", "F0B0": "°", "F053": "Σ"}
OFF = {"0", "false", "off", "none"}


def is_on(attributes: Mapping[str, str]) -> bool:
    """Whether a property without a value or with a true one is meant."""
    return attributes.get("val", "1").lower() not in OFF


def whole(text: str | None, otherwise: int) -> int:
    """A small whole number of an attribute; junk gives the other value."""
    if text and len(text) < 12 and text.isdecimal():
        return min(int(text), SPAN_MAX)
    return otherwise


@dataclass
class WordText:
    """Listens to the body; `blocks` are lines of text and raw tables as they follow, `seen` what deserves a note."""

    numbering: Numbering
    meter: Meter
    blocks: list[str | RawTable] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    tables: list[RawTable] = field(default_factory=list)
    chunks: list[str] = field(default_factory=list)
    fractions: list[int] = field(default_factory=list)
    skipping: int = 0
    is_text: bool = False
    in_run: bool = False
    in_row_properties: bool = False
    is_hidden: bool = False
    is_raised: bool = False
    style: str = ""
    list_id: str = ""
    list_level: int = -1

    def __post_init__(self) -> None:
        self.on_start: dict[str, Callable[[Mapping[str, str]], None]] = {
            name.removeprefix("start_"): getattr(self, name) for name in dir(self) if name.startswith("start_")
        }
        self.on_end: dict[str, Callable[[], None]] = {
            name.removeprefix("end_"): getattr(self, name) for name in dir(self) if name.startswith("end_")
        }

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; inside a skipped one nothing is heard but that it was there."""
        if self.skipping:
            self.skipping += 1
            if name == "txbxContent":
                self.seen.add(BOXES)
        elif name in SKIPPED or name.endswith("Change"):
            self.skipping = 1
            self.notice(name)
        elif hear := self.on_start.get(name):
            hear(attributes)

    def notice(self, name: str) -> None:
        """What the skipped element means for the reader."""
        if name in {"del", "moveFrom"}:
            self.seen.add(REVISED)
            if self.in_row_properties and self.row:
                self.row.is_deleted = True
        elif name == "txbxContent":
            self.seen.add(BOXES)
        elif name == "altChunk":
            self.seen.add(ATTACHED)

    def end(self, name: str) -> None:
        """An element ends."""
        if self.skipping:
            self.skipping -= 1
        elif hear := self.on_end.get(name):
            hear()

    def text(self, text: str) -> None:
        """Text counts inside a text element of a run that is not hidden."""
        if self.is_text and not self.skipping and not self.is_hidden:
            self.chunks.append(text.translate(SUPERSCRIPTS) if self.is_raised else text)

    def add(self, text: str) -> None:
        """A sign that stands for an element."""
        if self.in_run and not self.is_hidden:
            self.chunks.append(text)

    # ── Runs ──

    def start_r(self, _: Mapping[str, str]) -> None:
        self.in_run, self.is_hidden, self.is_raised = True, False, False

    def end_r(self) -> None:
        self.in_run = self.is_hidden = self.is_raised = False

    def start_t(self, _: Mapping[str, str]) -> None:
        self.is_text = True

    def end_t(self) -> None:
        self.is_text = False

    def start_vanish(self, attributes: Mapping[str, str]) -> None:
        self.is_hidden = self.in_run and is_on(attributes)

    def start_vertAlign(self, attributes: Mapping[str, str]) -> None:
        self.is_raised = self.in_run and attributes.get("val") == "superscript"

    def start_ins(self, _: Mapping[str, str]) -> None:
        self.seen.add(REVISED)

    def start_br(self, _: Mapping[str, str]) -> None:
        self.add("\n")

    def start_cr(self, _: Mapping[str, str]) -> None:
        self.add("\n")

    def start_tab(self, _: Mapping[str, str]) -> None:
        self.add(" ")

    def start_noBreakHyphen(self, _: Mapping[str, str]) -> None:
        self.add("-")

    def start_sym(self, attributes: Mapping[str, str]) -> None:
        self.add(SYMBOLS.get(attributes.get("char", "").upper(), ""))

    # ── Formulas: fractions become (a)/(b), delimiters become brackets ──

    def start_num(self, _: Mapping[str, str]) -> None:
        self.fractions.append(len(self.chunks))

    def start_den(self, _: Mapping[str, str]) -> None:
        self.chunks.append("/")
        self.fractions.append(len(self.chunks))

    def end_num(self) -> None:
        part = "".join(self.chunks[self.fractions[-1] :]) if self.fractions else ""
        if self.fractions and not part.replace(".", "").strip().isalnum():
            self.chunks[self.fractions[-1] :] = [f"({part})"]
        if self.fractions:
            self.fractions.pop()

    def end_den(self) -> None:
        self.end_num()

    def start_d(self, _: Mapping[str, str]) -> None:
        self.chunks.append("(")

    def end_d(self) -> None:
        self.chunks.append(")")

    # ── Paragraphs ──

    def start_p(self, _: Mapping[str, str]) -> None:
        self.chunks = []
        self.fractions = []
        self.style, self.list_id, self.list_level = "", "", -1

    def start_pStyle(self, attributes: Mapping[str, str]) -> None:
        self.style = attributes.get("val", "")

    def start_numId(self, attributes: Mapping[str, str]) -> None:
        self.list_id = attributes.get("val", "")

    def start_ilvl(self, attributes: Mapping[str, str]) -> None:
        self.list_level = whole(attributes.get("val"), 0)

    def end_p(self) -> None:
        lines = [line.strip(" \t\r") for line in "".join(self.chunks).split("\n")]
        self.chunks = []
        label = self.numbering.label(self.style, self.list_id, self.list_level)
        if label:
            lines[0] = f"{label} {lines[0]}".rstrip(" ")
        lines = [line for line in lines if line.strip()]
        if self.tables:
            if self.cell:
                self.cell.lines += lines
        elif lines:
            self.blocks.append("\n".join(lines))
            if len(self.blocks) > BLOCKS_MAX:
                raise RuleBroken(Remark(TOO_LARGE))

    # ── Tables ──

    @property
    def row(self) -> RawRow | None:
        """The row that is being read."""
        return self.tables[-1].rows[-1] if self.tables and self.tables[-1].rows else None

    @property
    def cell(self) -> RawCell | None:
        """The cell that is being read."""
        return self.row.cells[-1] if self.row and self.row.cells else None

    def start_tbl(self, _: Mapping[str, str]) -> None:
        if len(self.tables) >= NESTING_MAX:
            raise RuleBroken(Remark(DEEP))
        self.tables.append(RawTable())

    def end_tbl(self) -> None:
        if not self.tables:
            return
        table = self.tables.pop()
        table.rows = [row for row in table.rows if not row.is_deleted]
        if not any(row.cells for row in table.rows):
            return
        if not self.tables:
            self.blocks.append(table)
        elif self.cell:
            self.cell.nested.append(table)

    def start_gridCol(self, attributes: Mapping[str, str]) -> None:
        if self.tables and len(self.tables[-1].widths) < SPAN_MAX:
            self.tables[-1].widths.append(whole(attributes.get("w"), 0))

    def start_tr(self, _: Mapping[str, str]) -> None:
        self.meter.count_cell()
        if self.tables:
            self.tables[-1].rows.append(RawRow())

    def start_trPr(self, _: Mapping[str, str]) -> None:
        self.in_row_properties = True

    def end_trPr(self) -> None:
        self.in_row_properties = False

    def start_gridBefore(self, attributes: Mapping[str, str]) -> None:
        if self.row:
            self.row.before = whole(attributes.get("val"), 0)

    def start_tc(self, _: Mapping[str, str]) -> None:
        self.meter.count_cell()
        if self.row:
            self.row.cells.append(RawCell())

    def start_gridSpan(self, attributes: Mapping[str, str]) -> None:
        if self.cell:
            self.cell.span = max(1, whole(attributes.get("val"), 1))

    def start_vMerge(self, attributes: Mapping[str, str]) -> None:
        if self.cell:
            self.cell.continues_down = attributes.get("val", "continue") != "restart"

    def start_hMerge(self, attributes: Mapping[str, str]) -> None:
        if self.cell:
            self.cell.continues_right = attributes.get("val", "continue") != "restart"


def has_words(table: RawTable) -> bool:
    """Whether any cell of a table says something: scanned pages are put into blank tables too."""
    cells = [cell for row in table.rows for cell in row.cells]
    return any(cell.lines for cell in cells) or any(has_words(inner) for cell in cells for inner in cell.nested)


def read_word(archive: zipfile.ZipFile) -> tuple[list[str | RawTable], set[str]]:
    """The blocks of the main part and the notes; RuleBroken when there is nothing to read."""
    meter = Meter()
    targets = relations_of(archive, MAIN, meter)
    body = WordText(read_numbering(archive, targets, meter), meter)
    pump(archive, MAIN, body, meter)
    if not any(isinstance(block, str) or has_words(block) for block in body.blocks):
        raise RuleBroken(Remark(NO_WORDS))
    return body.blocks, body.seen
