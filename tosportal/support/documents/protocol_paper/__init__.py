"""The protocol of a commission's sitting, with all parts that contest regulations ask for."""

from datetime import UTC, datetime

from tosportal.support.documents.docx import docx_from_blocks
from tosportal.support.documents.layout import Block
from tosportal.support.documents.pdf import pdf_from_typst
from tosportal.support.documents.protocol_labels import LABELS
from tosportal.support.documents.protocol_paper.content import ProtocolPaper as ProtocolPaper
from tosportal.support.documents.protocol_paper.parts import ending, evaluation, intake, outcome, sitting


def protocol_pdf(context: ProtocolPaper) -> bytes:
    """The protocol as a tagged PDF dated by the sitting: the same bytes whenever it is asked for.

    Raises ValueError when the awards do not add up to their sources: such a paper must not exist.
    """
    labels = LABELS[context["lang"]]
    return pdf_from_typst(
        "protocol",
        {
            "labels": labels,
            "over": context["organiser"],
            "under": context["contest"],
            "footer": labels["title"].format(number=context["number"]),
            "blocks": protocol_blocks(context),
        },
        title=labels["title"].format(number=context["number"]),
        lang=context["lang"],
        now=dated(context),
    )


def protocol_docx(context: ProtocolPaper) -> bytes:
    """The same protocol as a DOCX that officers can file and print."""
    labels = LABELS[context["lang"]]
    return docx_from_blocks(
        protocol_blocks(context),
        over=context["organiser"],
        title=labels["title"].format(number=context["number"]),
        under=context["contest"],
        labels=labels,
        lang=context["lang"],
        now=dated(context),
    )


def protocol_blocks(context: ProtocolPaper) -> list[Block]:
    """The parts in the order in which a sitting goes."""
    return [
        *sitting(context),
        *intake(context),
        *evaluation(context),
        *outcome(context),
        *ending(context),
    ]


def dated(context: ProtocolPaper) -> datetime:
    """The moment that the files bear: the beginning of the sitting, or midnight UTC of its day."""
    moment = datetime.fromisoformat(context["held_at"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
