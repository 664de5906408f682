"""An application printed to be signed: every answer, the digest of what is signed, a place for the signature."""

from datetime import datetime

from tosportal.support.documents.layout import Block, fingerprint, heading, pairs, paragraph, shown_moment, signatures
from tosportal.support.documents.pdf import pdf_from_typst
from tosportal.support.documents.receipt import Receipt, content_blocks, facts_of_receipt

LABELS = {
    "ru": {
        "title": "Заявка на участие в конкурсе",
        "digest": "SHA-256 того, что подписывается",
        "digest_note": "Секретарь сравнит эту контрольную сумму с той, что видит на портале: они должны совпасть.",
        "made_at": "Сделана на портале",
        "sign": "Подпись",
        "words": "Сведения в заявке и приложенных документах верны.",
        "chair": "Председатель ТОС",
        "date": "Дата",
        "footer": "Заявка для подписи, SHA-256 {digest}…",
        "page": "стр.",
        "of": "из",
        "table": "Таблица",
    },
    "en": {
        "title": "Application to a contest",
        "digest": "SHA-256 of what is signed",
        "digest_note": "The secretary compares this check sum with the one shown on the portal: they must be the same.",
        "made_at": "Made on the portal",
        "sign": "Signature",
        "words": "What the application and the attached documents say is true.",
        "chair": "Chair of the ТОС",
        "date": "Date",
        "footer": "Application to be signed, SHA-256 {digest}…",
        "page": "page",
        "of": "of",
        "table": "Table",
    },
}


def application_pdf(context: Receipt) -> bytes:
    """The application as a tagged PDF to be signed; `submitted_at` of the context is when it was made."""
    labels = LABELS[context["lang"]]
    return pdf_from_typst(
        "protocol",
        {
            "labels": labels,
            "over": context["portal"],
            "under": context["contest"],
            "footer": labels["footer"].format(digest=context["sha256"][:16]),
            "blocks": _blocks(context),
        },
        title=labels["title"],
        lang=context["lang"],
        now=datetime.fromisoformat(context["submitted_at"]),
    )


def _blocks(context: Receipt) -> list[Block]:
    labels = LABELS[context["lang"]]
    made = (labels["made_at"], f"{shown_moment(context['submitted_at'], context['lang'])} {context['zone_name']}")
    return [
        pairs([*facts_of_receipt(context), made]),
        fingerprint(labels["digest"], context["sha256"], labels["digest_note"]),
        *content_blocks(context),
        heading(labels["sign"]),
        paragraph(labels["words"]),
        signatures([(labels["chair"], context["chair"]), (labels["date"], "")]),
    ]
