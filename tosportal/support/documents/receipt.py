"""The receipt of a submission: what was sent, by whom, when to the second, and how to prove it later."""

from datetime import datetime
from typing import NotRequired, TypedDict

from tosportal.support.documents.layout import (
    Align,
    Block,
    column,
    fingerprint,
    heading,
    pairs,
    paragraph,
    shown_moment,
    shown_sum,
    table,
)
from tosportal.support.documents.pdf import pdf_from_typst


class Attachment(TypedDict):
    """A file of the application: its slot in the regulation, its label, its size as people read it, its SHA-256."""

    slot: str
    name: str
    size: str
    sha256: str


class AnswerTable(TypedDict):
    """An answer that is a table (a budget, a plan): texts as they are to be read; `total` is the last row, if any."""

    columns: list[str]
    numeric: list[int]
    rows: list[list[str]]
    total: NotRequired[list[str]]


class Answer(TypedDict):
    """One field: its label and its value as text; `table` instead of the value for a budget or a plan."""

    label: str
    value: NotRequired[str]
    table: NotRequired[AnswerTable]


class Section(TypedDict):
    title: str
    answers: list[Answer]


class Receipt(TypedDict):
    """All of a receipt. Moments are ISO 8601 with the offset of the municipality, sums decimal strings of roubles.

    `is_on_paper`: who submitted it typed it in from paper. `moments`: further moments in words (each sending, the one
    that counts, the entry of a paper); `signed`: how it was signed; pairs of label and value, both empty where there is
    nothing to say.
    """

    lang: str
    portal: str
    number: str
    submitted_at: str
    zone_name: str
    contest: str
    nomination: str
    tos: str
    title: str
    requested_sum: str | None
    submitted_by: str
    is_on_paper: NotRequired[bool]
    chair: str
    sha256: str
    moments: list[tuple[str, str]]
    signed: list[tuple[str, str]]
    attachments: list[Attachment]
    sections: list[Section]


LABELS = {
    "ru": {
        "title": "Расписка о приёме заявки № {number}",
        "number": "Регистрационный номер",
        "submitted_at": "Принята",
        "contest": "Конкурс",
        "nomination": "Номинация",
        "tos": "ТОС",
        "project": "Название",
        "requested": "Запрошено",
        "submitted_by": "Кто отправил",
        "entered_by": "Кто внёс с бумаги",
        "digest": "SHA-256 содержания заявки",
        "digest_note": "Контрольная сумма: если в заявке изменить хоть один знак, она станет другой.",
        "attachments": "Приложения",
        "no_attachments": "Приложений нет.",
        "attachments_list": "Приложенные файлы, {count}",
        "file": "Файл и его SHA-256",
        "slot": "Документ",
        "size": "Размер",
        "no_answer": "—",
        "signed": "Как подписана",
        "table": "Таблица",
        "page": "стр.",
        "of": "из",
        "footer": "Расписка № {number}",
    },
    "en": {
        "title": "Receipt for application No. {number}",
        "number": "Registration number",
        "submitted_at": "Received",
        "contest": "Contest",
        "nomination": "Nomination",
        "tos": "ТОС",
        "project": "Title",
        "requested": "Requested",
        "submitted_by": "Submitted by",
        "entered_by": "Entered from paper by",
        "digest": "SHA-256 of the application",
        "digest_note": "A check sum: change a single character of the application and it becomes another one.",
        "attachments": "Attachments",
        "no_attachments": "No attachments.",
        "attachments_list": "Attached files, {count}",
        "file": "File and its SHA-256",
        "slot": "Document",
        "size": "Size",
        "no_answer": "—",
        "signed": "How it was signed",
        "table": "Table",
        "page": "page",
        "of": "of",
        "footer": "Receipt No. {number}",
    },
}


def receipt_pdf(context: Receipt) -> bytes:
    """The receipt as a tagged PDF, dated by the moment of submission: the same bytes whenever it is asked for."""
    labels = LABELS[context["lang"]]
    return pdf_from_typst(
        "receipt",
        {
            "labels": labels,
            "over": context["portal"],
            "under": context["contest"],
            "number": context["number"],
            "moment": f"{shown_moment(context['submitted_at'], context['lang'])} {context['zone_name']}",
            "footer": labels["footer"].format(number=context["number"]),
            "blocks": receipt_blocks(context),
        },
        title=labels["title"].format(number=context["number"]),
        lang=context["lang"],
        now=datetime.fromisoformat(context["submitted_at"]),
    )


def facts_of_receipt(context: Receipt) -> list[tuple[str, str]]:
    """Whose application to what it is; what is not known is left out."""
    labels = LABELS[context["lang"]]
    facts = [
        (labels["contest"], context["contest"]),
        (labels["nomination"], context["nomination"]),
        (labels["tos"], context["tos"]),
        (labels["project"], context["title"]),
        (labels["entered_by" if context.get("is_on_paper") else "submitted_by"], context["submitted_by"]),
    ]
    if context["requested_sum"] is not None:
        facts.insert(4, (labels["requested"], shown_sum(context["requested_sum"], context["lang"])))
    return [(label, value) for label, value in facts if value]


def receipt_blocks(context: Receipt) -> list[Block]:
    """Everything under the number and the moment."""
    labels = LABELS[context["lang"]]
    return [
        pairs([*facts_of_receipt(context), *context["moments"]]),
        fingerprint(labels["digest"], context["sha256"], labels["digest_note"]),
        *([heading(labels["signed"]), pairs(context["signed"])] if context["signed"] else []),
        *content_blocks(context),
    ]


def content_blocks(context: Receipt) -> list[Block]:
    """The files and every answer, section by section."""
    labels = LABELS[context["lang"]]
    blocks = [heading(labels["attachments"])]
    if context["attachments"]:
        blocks.append(attachments_table(context))
    else:
        blocks.append(paragraph(labels["no_attachments"]))
    for section in context["sections"]:
        blocks.append(heading(section["title"]))
        blocks += section_blocks(section, labels["no_answer"])
    return blocks


def attachments_table(context: Receipt) -> Block:
    labels = LABELS[context["lang"]]
    return table(
        labels["attachments_list"].format(count=len(context["attachments"])),
        [column(labels["slot"], 2), column(labels["file"], 5), column(labels["size"], None, "end")],
        [[file["slot"], f"{file['name']}\n{file['sha256']}", file["size"]] for file in context["attachments"]],
    )


def section_blocks(section: Section, no_answer: str) -> list[Block]:
    """Answers in order: runs of plain answers as pairs, tables between them."""
    blocks: list[Block] = []
    run: list[tuple[str, str]] = []
    for answer in section["answers"]:
        inner = answer.get("table")
        if inner is None:
            run.append((answer["label"], answer.get("value") or no_answer))
            continue
        if run:
            blocks.append(pairs(run))
            run = []
        sides: list[Align] = ["end" if n in inner["numeric"] else "start" for n in range(len(inner["columns"]))]
        columns = [
            column(text, None if side == "end" else 1, side) for text, side in zip(inner["columns"], sides, strict=True)
        ]
        blocks.append(table(answer["label"], columns, inner["rows"], total=inner.get("total")))
    if run:
        blocks.append(pairs(run))
    return blocks
