"""What the running text says: acts of approval, name, sections, goal and tasks."""

import re
from collections.abc import Sequence
from typing import Any

from tosportal.domain.document_tables import Paragraph, SourceDocument
from tosportal.domain.programme_tables.labels import Heading
from tosportal.domain.programme_tables.notebook import Notebook
from tosportal.domain.programme_tables.numbers import DASH, plain
from tosportal.domain.programme_tables.outline import Outline
from tosportal.domain.programme_tables.passport import act_in, bare, iso_day

_APPROVED = re.compile(r"^(?:приложение\W+)?утвержден[аоы]?(?!\w)", re.IGNORECASE)
_APPENDIX = re.compile(r"^приложение ?(?:№|N)? ?(?P<number>\d+)", re.IGNORECASE)
_SECTION = re.compile(r"^(?:(?:Раздел|РАЗДЕЛ) (?P<section>[IVX]+|\d+)[.:]?|(?P<number>[IVX]+)[.)]) ?(?P<title>\S.*)$")
_GOAL = re.compile(
    r"^(?:основн\w+ |главн\w+ )?цел(?:ь|ью|ями|и)(?: (?:реализации|муниципальной|настоящей|данной))* программы"
    rf"(?: являе?ю?тся)?[ :{DASH}]*(?P<name>.*)$",
    re.IGNORECASE,
)
_TASKS = re.compile(r"(?:^|решить )(?:\w+ ){0,3}задач\w*(?! \d)[^.:]*:$", re.IGNORECASE)
_ITEM = re.compile(rf"^(?:\d+[.)]|[{DASH}•·])|;$")
_NOMINATIVE = (("постановлением", "постановление"), ("решением", "решение"), ("распоряжением", "распоряжение"))


def approvals(paragraphs: Sequence[Paragraph], notebook: Notebook) -> dict[str, Any]:
    """The acts of approval at the head of the programme and of its appendices."""
    title: dict[str, Any] | None = None
    blocks: list[dict[str, Any]] = []
    for number, paragraph in enumerate(paragraphs):
        if not _APPROVED.match(plain(paragraph.text)):
            continue
        block, after = _act_block(paragraphs, number)
        found = after < len(paragraphs) and _APPENDIX.match(plain(paragraphs[after].text))
        if found:
            path = f"approval.appendix_blocks[{len(blocks)}]"
            blocks.append({"appendix": int(found["number"]), **{k: block[k] for k in ("printed", "date", "number")}})
        elif title is None:
            title, path = block, "approval.title_block"
        else:
            continue
        for key in ("number", "date"):
            notebook.text(f"{path}.{key}", block[key] or "", paragraph.place, block["printed"])
    return {"title_block": title, "appendix_blocks": blocks}


def _act_block(paragraphs: Sequence[Paragraph], number: int) -> tuple[dict[str, Any], int]:
    lines = [plain(paragraphs[number].text)]
    if number and plain(paragraphs[number - 1].text).casefold() == "приложение":
        lines.insert(0, plain(paragraphs[number - 1].text))
    end = number + 1
    while end < min(len(paragraphs), number + 8) and not re.search(r"(?:^|\s)от(?:$|[\s_]*\d)", lines[-1]):
        line = plain(paragraphs[end].text)
        if len(line) > 120 or _APPENDIX.match(line):
            break
        lines.append(line)
        end += 1
    printed = " ".join(lines)
    act = act_in(printed)
    return {
        "printed": printed,
        "act": _act_name(printed),
        "date": iso_day(act["date"]) if act else None,
        "number": act["number"] if act else None,
    }, end


def _act_name(printed: str) -> str | None:
    said = re.sub(r" от(?:[\s_]*\d.*)?$", "", printed)
    for instrumental, nominative in _NOMINATIVE:
        if instrumental in said:
            return nominative + said.partition(instrumental)[2]
    return None


def title_of(texts: Sequence[tuple[str, str]]) -> tuple[str, str, str]:
    """The title of a programme as printed, its name, and its place; empty when there is none.

    `texts` are lines with their places. The name stands in quotes after «муниципальная программа», maybe lines below.
    """
    for number, (text, place) in enumerate(texts):
        if not re.search(r"муниципальн\w+ программ", plain(text), re.IGNORECASE):
            continue
        whole = " ".join(plain(line) for line, _place in texts[number : number + 5])
        found = re.match(r"[^«]{0,200}?муниципальн\w+ программ\w*[^«]{0,20}«", whole, re.IGNORECASE)
        if found and (name := _in_quotes(whole[found.end() - 1 :])):
            before = plain(texts[number - 1][0]) if number else ""
            printed = f"{before} " if before.casefold() == "паспорт" else ""
            return printed + whole[: found.end() + len(name) + 1], name, place
    return "", "", ""


def _in_quotes(text: str) -> str:
    depth = 0
    for number, sign in enumerate(text):
        depth += (sign == "«") - (sign == "»")
        if not depth:
            return text[1:number]
    end = text.rfind("»")  # «А «Б» with one closing quote for two
    return text[1:end] if end > 0 else ""


def sections(document: SourceDocument) -> list[dict[str, Any]]:
    """The sections of the text, without the passport: [{number, title, paragraphs}]; one for a text without numbers."""
    found: list[dict[str, Any]] = []
    inside = False
    for paragraph in document.paragraphs:
        said = plain(paragraph.text)
        heading = _SECTION.match(said)
        if heading and len(said) < 300:
            inside = not re.match(r"паспорт", heading["title"].casefold())
            if inside:
                found.append(
                    {"number": heading["number"] or heading["section"], "title": heading["title"], "paragraphs": []}
                )
        elif _APPROVED.match(said) or _APPENDIX.match(said):
            inside = False
        elif inside:
            found[-1]["paragraphs"].append(said)
    return found or _unnumbered(document)


def _unnumbered(document: SourceDocument) -> list[dict[str, Any]]:
    """The text after the passport of a document that does not number its sections."""
    lines: list[str] = []
    after_table = False
    for item in document.order:
        after_table = after_table or not isinstance(item, Paragraph)
        if isinstance(item, Paragraph) and after_table:
            if _APPROVED.match(plain(item.text)) or _APPENDIX.match(plain(item.text)):
                break
            lines.append(plain(item.text))
    return [{"number": None, "title": None, "paragraphs": lines}] if lines else []


def goal_and_tasks(paragraphs: Sequence[Paragraph], outline: Outline) -> None:
    """The goal and the list of tasks in the text: «Целью программы является …», «Задачи программы: 1) …»."""
    for number, paragraph in enumerate(paragraphs):
        said = plain(paragraph.text)
        if goal := _GOAL.match(said):
            name, place = goal["name"], paragraph.place
            if not name and number + 1 < len(paragraphs):
                name, place = plain(paragraphs[number + 1].text), paragraphs[number + 1].place
            outline.goal("section3", Heading("", "", name.rstrip(" .;")), place)
        elif _TASKS.search(said) and not any("name_section3" in one for one in outline.tasks):
            _tasks(paragraphs[number + 1 :], outline)


def _tasks(paragraphs: Sequence[Paragraph], outline: Outline) -> None:
    for number, paragraph in enumerate(paragraphs[:60], 1):
        said = plain(paragraph.text)
        if not _ITEM.search(said) or len(said) > 600:
            was_item = number > 1 and plain(paragraphs[number - 2].text).endswith(";")
            if not was_item:
                return
        outline.task("section3", Heading(str(number), "", bare(said)), paragraph.place)
        if said.endswith("."):
            return
