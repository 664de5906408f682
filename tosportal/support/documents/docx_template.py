"""A Word template that somebody else made, filled by docxtpl, and trusted with nothing.

The template may put words in, repeat rows and paragraphs over lists, and choose by conditions; no calls, no arithmetic,
no filters that multiply, no attributes of Python. Every name is checked against the names that it may use before
anything runs; what it makes is counted while it is made. Each refusal says in plain Russian what is wrong and where.

Tags: «{{ имя }}», «{% for строка in список %} … {% endfor %}», «{% if … %}»; docxtpl's «{%tr … %}», «{%p … %}»,
«{%tc … %}», «{%r … %}» stand for the table row, paragraph, cell or run that holds them.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.support.documents.layout import plain_text
from tosportal.support.documents.readers import ensure_modest, in_other_words
from tosportal.support.storage.upload_checks import BROKEN, Accepted, check_upload, opened

TEMPLATE_MAX = 5 * 1024 * 1024
MARKUP_MAX = 8 * 1024 * 1024
TAGGED_MAX = 3 * 1024 * 1024
TAGS_MAX = 2_000
TAG_MAX = 200
DEPTH_MAX = 2
MADE_MAX = 24 * 1024 * 1024
ROWS_MAX = 200_000
SAID_MAX = 80
REMARKS_MAX = 10

Names = Mapping[str, "str | Names"]

# What docxtpl reads as a tag: the signs may stand in different runs, so markup between them is dropped first.
SPLIT = re.compile(r"(?<={)(<[^>]*>)+(?=[{%#])|(?<=[%}#])(<[^>]*>)+(?=})")
OPENING = re.compile(r"{[{%#]")
CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
MARKUP = re.compile(r"<[^>]*>")
PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
PREFIX = re.compile(r"(?:tr|tc|p|r) (?=\S)|-")
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
WORDS = frozenset({"for", "endfor", "if", "elif", "else", "endif"})
FILTERS = frozenset({"upper", "lower", "length", "default"})
EXPRESSIONS: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
LOOP: Names = {"index": "", "first": "", "last": "", "length": ""}

NOT_CLOSED = N_("Абзац «%(place)s»: метка «%(tag)s» открыта, но не закрыта")
LONG = N_("Абзац «%(place)s»: метка длиннее %(most)s знаков, это не метка отчёта")
MANY = N_("В шаблоне больше %(most)s меток: для отчёта столько не нужно")
WRONG = N_("Абзац «%(place)s»: метка «%(tag)s» написана неправильно")
FORBIDDEN = N_("Абзац «%(place)s»: в метке «%(tag)s» можно писать только имена, условия и повторы")
UNKNOWN = N_("Абзац «%(place)s»: имени «%(name)s» у отчёта нет. Все имена перечислены на странице шаблона")
NOT_A_LIST = N_("Абзац «%(place)s»: повторять можно только список, а «%(name)s» не список")
A_LIST = N_("Абзац «%(place)s»: «%(name)s» — это список, его повторяют строками, а не вставляют целиком")
DEEP = N_("Абзац «%(place)s»: повтор внутри повтора глубже двух не нужен отчёту")
BROKEN_ORDER = N_("Абзац «%(place)s»: повторы и условия стоят не парами. Каждому for нужен endfor, каждому if — endif")
BROKEN_TABLE = N_("С этими метками документ не собрать: проверьте, что метки tr стоят в отдельных строках таблицы")
TOO_MUCH = N_("По этому шаблону отчёт выходит слишком большим: уберите лишние повторы")
NO_TAGS = N_("В шаблоне нет ни одной метки: отчёту некуда встать. Возьмите за основу стандартный шаблон")
SIMPLE = N_("Документ слишком большой для шаблона отчёта: уберите из него картинки и лишние страницы")


UNREADABLE = (
    TemplateError,
    LxmlError,
    OpcError,
    zipfile.BadZipFile,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    OSError,
)


class Rows(list[Any]):
    """A list whose rows are counted as a template goes over them, all lists together."""

    def __init__(self, rows: Iterable[Any], left: list[int]) -> None:
        super().__init__(rows)
        self.left = left

    def __iter__(self) -> Iterator[Any]:
        for row in super().__iter__():
            self.left[0] -= 1
            if self.left[0] < 0:
                raise RuleBroken(Remark(TOO_MUCH, place="file"))
            yield row


class Sandbox(ImmutableSandboxedEnvironment):
    """Looks only into data: a name after a dot is a key, never an attribute. No functions, no arithmetic, four filters.

    The check of the tags lets nothing else through; this holds even where it should be deceived.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"no arithmetic: {operator}")

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def __init__(self) -> None:
        super().__init__(autoescape=True)
        self.globals.clear()
        self.tests.clear()
        self.filters = {name: function for name, function in self.filters.items() if name in FILTERS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and isinstance(argument, str) and argument in obj:
            return obj[argument]
        if type(obj).__module__ == "jinja2.runtime" and argument in LOOP:
            return getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)


class Filling(DocxTemplate):
    """docxtpl that counts what it makes and leaves the properties of the file as they are."""

    made = 0

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None) -> str:
        self.current_rendering_part = part
        template = jinja_env.from_string(re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml))
        made = []
        for piece in template.generate(context):
            self.made += len(piece)
            if self.made > MADE_MAX:
                raise RuleBroken(Remark(TOO_MUCH, place="file"))
            made.append(piece)
        found: str = self.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", "".join(made)))
        return found

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """They are no part of the paper."""


def check_template(content: bytes, name: str, names: Names) -> Accepted:
    """What the file is, when it is a Word document with tags that may be filled.

    Raises RuleBroken with every fault found: not a DOCX, with macros, broken, locked, made to explode, too large; tags
    that are broken, forbidden, or name what is not there.
    """
    stream = BytesIO(content)
    try:
        if content.startswith(b"PK\x03\x04"):
            ensure_modest(stream)
        accepted = check_upload(stream, name, accept=("docx",), max_bytes=TEMPLATE_MAX)
    except RuleBroken as refusal:
        remarks = [in_other_words(remark) for remark in refusal.remarks]
        raise RuleBroken(Remark(one.template, one.values, "file") for one in remarks) from refusal
    parts = parts_of(stream)
    if remarks := [remark for part in parts for remark in check_part(part, names)]:
        raise RuleBroken(remarks[:REMARKS_MAX])
    if not any(OPENING.search(SPLIT.sub("", part)) for part in parts):
        raise RuleBroken(Remark(NO_TAGS, place="file"))
    return accepted


def parts_of(stream: BytesIO) -> list[str]:
    """The parts of the document that docxtpl fills, as the text that it sees."""
    with opened(stream) as archive:
        if sum(one.file_size for one in archive.infolist() if one.filename.endswith((".xml", ".rels"))) > MARKUP_MAX:
            raise RuleBroken(Remark(SIMPLE, place="file"))
    stream.seek(0)
    template = DocxTemplate(stream)
    try:
        template.init_docx()
        parts = [template.get_xml()]
        for kind in (template.HEADER_URI, template.FOOTER_URI):
            parts += [template.get_part_xml(part) for _key, part in template.get_headers_footers(kind)]
        package = template.docx.part.package if template.docx else None
        for part in package.parts if package else ():
            if part.content_type == FOOTNOTES:
                parts += [part.blob.decode("utf-8"), template.get_part_xml(part)]
    except UNREADABLE as error:
        raise RuleBroken(in_other_words(Remark(BROKEN, place="file"))) from error
    if sum(map(len, parts)) > TAGGED_MAX:
        raise RuleBroken(Remark(SIMPLE, place="file"))
    return parts


def check_part(part: str, names: Names) -> list[Remark]:
    """What is wrong with the tags of a part. They are looked at before docxtpl's patterns see the text."""
    joined = SPLIT.sub("", part)
    tags, remarks = [], []
    place, at = 0, 0
    while found := OPENING.search(joined, at):
        end = joined.find(CLOSING[found[0]], found.end())
        said = paragraph_at(joined, found.start())
        if end < 0 or OPENING.search(joined, found.end(), end):
            tag = shown(joined[found.start() : found.start() + TAG_MAX])
            return [Remark(NOT_CLOSED, {"place": said, "tag": tag}, "file")]
        inner = " ".join(MARKUP.sub("", joined[found.end() : end]).split())
        at, place = end + 2, place + 1
        if len(inner) > TAG_MAX:
            remarks.append(Remark(LONG, {"place": said, "most": TAG_MAX}, "file"))
        elif place > TAGS_MAX:
            return [Remark(MANY, {"most": TAGS_MAX}, "file")]
        elif found[0] != "{#":
            tags.append((found[0], inner, said))
    return remarks or check_tags(tags, names)


def paragraph_at(text: str, place: int) -> str:
    """The words of the paragraph round this place, for a person to find it."""
    start = max(text.rfind("<w:p ", 0, place), text.rfind("<w:p>", 0, place), 0)
    end = text.find("</w:p>", place)
    return shown(MARKUP.sub("", text[start : end if end >= 0 else place + 400]))


def shown(text: str) -> str:
    text = " ".join(plain_text(MARKUP.sub("", text)).split())
    return text if len(text) <= SAID_MAX else f"{text[: SAID_MAX - 1]}…"


def check_tags(tags: Sequence[tuple[str, str, str]], names: Names) -> list[Remark]:
    """Each tag by itself, then all of them together, as Jinja reads them: only allowed forms over known names."""
    environment = Sandbox()
    lines: list[str] = []
    remarks: list[Remark] = []
    for opening, written, said in tags:
        inner = as_jinja_reads(written)
        line = f"{opening} {inner} {CLOSING[opening]}"
        values = {"place": said, "tag": shown(f"{opening}{inner}{CLOSING[opening]}")}
        if opening == "{%" and inner.partition(" ")[0] not in WORDS:
            remarks.append(Remark(FORBIDDEN, values, "file"))
        elif opening == "{{" or inner.partition(" ")[0] in {"for", "if"}:
            alone = line + (f"{{% end{inner.partition(' ')[0]} %}}" if opening == "{%" else "")
            try:
                tree = environment.parse(alone)
            except (TemplateSyntaxError, RecursionError):
                remarks.append(Remark(WRONG, values, "file"))
            else:
                if not all(map(is_allowed, tree.find_all(nodes.Node))):
                    remarks.append(Remark(FORBIDDEN, values, "file"))
        lines.append(line)
    if remarks:
        return remarks
    try:
        tree = environment.parse("\n".join(lines))
    except (TemplateSyntaxError, RecursionError) as error:
        number = getattr(error, "lineno", len(tags))
        place = tags[min(max(number, 1), len(tags)) - 1][2] if tags else ""
        return [Remark(BROKEN_ORDER, {"place": place}, "file")]
    return list(Scope(names, [said for _opening, _inner, said in tags]).walk(tree.body, dict(names), 0))


def is_allowed(node: nodes.Node) -> bool:
    """Is it one of the few forms that a template of a report needs?"""
    if isinstance(node, nodes.Getattr):
        return isinstance(node.node, nodes.Name | nodes.Getattr)
    return node.name in FILTERS if isinstance(node, nodes.Filter) else isinstance(node, EXPRESSIONS)


def as_jinja_reads(inner: str) -> str:
    """What is left of a tag when docxtpl has taken its own signs and put right the quotes of Word.

    >>> as_jinja_reads("tr for a in b"), as_jinja_reads("- if a == ‘1’ -")
    ('for a in b', "if a == '1'")
    """
    prefix = PREFIX.match(inner)
    inner = (inner[prefix.end() :] if prefix else inner).strip().rstrip("-").strip()
    for wrong, right in (("&lt;", "<"), ("&gt;", ">"), ("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'")):
        inner = inner.replace(wrong, right)
    return inner


class Scope:
    """Walks a template with the names that may be used at each place."""

    def __init__(self, names: Names, places: Sequence[str]) -> None:
        self.names, self.places = names, places

    def say(self, words: str, node: nodes.Node, **values: object) -> Remark:
        line = min(max(node.lineno, 1), len(self.places))
        return Remark(words, {"place": self.places[line - 1], **values}, "file")

    def walk(self, body: Sequence[nodes.Node], known: Mapping[str, Any], depth: int) -> Iterator[Remark]:
        for node in body:
            if isinstance(node, nodes.For):
                yield from self.loop(node, known, depth)
            elif isinstance(node, nodes.If):
                yield from self.condition(node.test, known)
                yield from self.walk([*node.body, *node.elif_, *node.else_], known, depth)
            elif isinstance(node, nodes.Output):
                for one in node.nodes:
                    yield from self.value(one, known)

    def loop(self, node: nodes.For, known: Mapping[str, Any], depth: int) -> Iterator[Remark]:
        if depth >= DEPTH_MAX:
            yield self.say(DEEP, node)
            return
        if not isinstance(node.target, nodes.Name) or node.test is not None or node.recursive:
            yield self.say(FORBIDDEN, node, tag="for")
            return
        row = self.found(node.iter, known)
        if row is None:
            yield self.unknown(node.iter, node)
            return
        if not isinstance(row, Mapping):
            yield self.say(NOT_A_LIST, node, name=dotted(node.iter))
            return
        inner = {**known, node.target.name: row, "loop": LOOP}
        yield from self.walk([*node.body, *node.else_], {**inner, f"\0{node.target.name}": True}, depth + 1)

    def condition(self, node: nodes.Node, known: Mapping[str, Any]) -> Iterator[Remark]:
        for one in names_in(node):
            if self.found(one, known) is None:
                yield self.unknown(one, one)

    def value(self, node: nodes.Node, known: Mapping[str, Any]) -> Iterator[Remark]:
        for one in names_in(node):
            found = self.found(one, known)
            if found is None:
                yield self.unknown(one, one)
            elif isinstance(found, Mapping) and not isinstance(node, nodes.Filter):
                yield self.say(A_LIST, one, name=dotted(one))

    def found(self, node: nodes.Node, known: Mapping[str, Any]) -> Any:
        """What a name means here: words, a list with the names of its rows, or None for nothing."""
        if isinstance(node, nodes.Name):
            return known.get(node.name)
        if isinstance(node, nodes.Getattr):
            owner = self.found(node.node, known)
            is_row = isinstance(node.node, nodes.Name) and (f"\0{node.node.name}" in known or node.node.name == "loop")
            return owner.get(node.attr) if is_row and isinstance(owner, Mapping) else None
        return None

    def unknown(self, node: nodes.Node, at: nodes.Node) -> Remark:
        return self.say(UNKNOWN, at, name=dotted(node))


def names_in(node: nodes.Node) -> Iterator[nodes.Node]:
    """The whole names of an expression."""
    if isinstance(node, nodes.Name | nodes.Getattr):
        yield node
        return
    for one in node.iter_child_nodes():
        yield from names_in(one)


def dotted(node: nodes.Node) -> str:
    return f"{dotted(node.node)}.{node.attr}" if isinstance(node, nodes.Getattr) else getattr(node, "name", "…")


def filled_template(content: bytes, context: Mapping[str, Any], names: Names) -> bytes:
    """The document with the words of the context in the place of tags; the template is checked again first.

    Raises RuleBroken when the template is at fault, or makes more than a report may hold.
    """
    check_template(content, "template.docx", names)
    template = Filling(BytesIO(content))
    made = BytesIO()
    try:
        template.render(safe(context, [ROWS_MAX]), Sandbox(), autoescape=True)
        template.save(made)
        Document(made)  # what Word could not open is not given out
    except UNREADABLE as error:
        raise RuleBroken(Remark(BROKEN_TABLE, place="file")) from error
    return made.getvalue()


def safe(value: Any, left: list[int]) -> Any:
    """The same data with texts that XML can hold and rows that are counted."""
    if isinstance(value, Mapping):
        return {key: safe(one, left) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return Rows([safe(one, left) for one in value], left)
    return plain_text(value) if isinstance(value, str) else value
