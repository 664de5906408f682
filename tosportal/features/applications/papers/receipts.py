"""The receipt of a submission and the application to be signed: frozen content → the data of a paper."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _

from tosportal.domain.budget import parse_budget
from tosportal.domain.regulation import Regulation
from tosportal.domain.submission_rule import WAYS
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application, Signature, Submission
from tosportal.features.applications.papers.answers import ShownAnswer, ShownSection, masked, shown_sections
from tosportal.support.documents import Receipt
from tosportal.web import filters

Pair = tuple[str, str]


@dataclass(frozen=True)
class Sent:
    """A submission with what is said beside it: who sent it, how it was signed, all sendings of the application.

    `is_masked`: for officers, who see answers about banks and passports on a page of their own.
    """

    submission: Submission
    sender: Person | None
    signed: tuple[Signature, Person] | None = None
    others: Sequence[Submission] = ()
    is_masked: bool = False


def receipt_context(application: Application, regulation: Regulation, sent: Sent, *, portal: str) -> Receipt:
    """All of a receipt, the content from the frozen copy alone; the municipality and the contest are loaded.

    `regulation` is the edition of this copy.
    """
    content = json.loads(sent.submission.content)
    context = _context(application, regulation, content, sent.submission.submitted_at, portal, is_masked=sent.is_masked)
    return context | {
        "number": str(content["number"]),
        "submitted_by": sent.sender.full_name if sent.sender else "",
        "is_on_paper": application.is_on_paper,
        "sha256": sent.submission.digest,
        "moments": moments_words(application, sent.others),
        "signed": signed_words(*sent.signed) if sent.signed else [],
    }


def signing_context(
    application: Application, regulation: Regulation, content: Mapping[str, Any], *, digest: str, chair: str,
    portal: str, at: datetime,
) -> Receipt:  # fmt: skip
    """What is printed to be signed: `content` as it would be frozen now, `digest` of what is signed."""
    files = [one for one in content["attachments"] if not one["slot"].startswith(".")]
    return _context(application, regulation, {**content, "attachments": files}, at, portal) | {
        "sha256": digest,
        "chair": chair,
    }


def moments_words(application: Application, others: Sequence[Submission]) -> list[Pair]:
    """When it was sent each time and which time counts, and the entry of a paper; nothing for one ordinary sending."""
    words = []
    if application.is_on_paper:
        words += _paper_words(application, others)
    if len(others) > 1:
        for one in others:
            label = _("Первая отправка") if one.number == 1 else _("Отправка № %(number)s", number=one.number)
            words.append((label, filters.exact_moment(one.submitted_at)))
        words.append((_("При равенстве считается"), filters.exact_moment(application.submitted_at)))
    return words


def _paper_words(application: Application, others: Sequence[Submission]) -> list[Pair]:
    """When the paper came, under which entry, who signed it; when it was entered, what it lacked, why it was entered
    anew: the entry as the latest of these copies has it."""
    words = [
        (_("Поступила на бумаге"), filters.exact_moment(application.paper_at)),
        (_("Запись в журнале"), f"№ {application.paper_number}"),
        (_("Подпись на бумаге"), application.paper_signer),
    ]
    entry = json.loads(others[-1].content).get("paper") or {} if others else {}
    for name, label in (("corrected_at", _("Исправление поступило")), ("entered_at", _("Внесена на портал"))):
        if name in entry:
            words.append((label, filters.exact_moment(datetime.fromisoformat(entry[name]))))
    words.append((_("В бумаге не хватало"), "; ".join(entry.get("lacking", []))))
    words.append((_("Почему внесена заново"), entry.get("reason", "")))
    return [(label, value) for label, value in words if value]


def signed_words(signature: Signature, person: Person) -> list[Pair]:
    """How a submission was signed, label by label."""
    words = [
        (_("Способ"), _(WAYS[signature.way])),
        (_("Кто подписал"), person.full_name or signature.email),
        (_("Когда"), filters.exact_moment(signature.signed_at)),
        (_("SHA-256 подписанного"), signature.digest),
    ]
    if signature.way == "code":
        edition = _("редакция положения № %(number)s", number=signature.edition)
        words += [
            (_("Код отправлен на"), signature.email),
            (_("По правилам"), f"{signature.rule_name}, {edition}"),
            (_("SHA-256 текста правил"), signature.rule_sha256),
        ]
    if signature.way == "sig":
        words.append((_("Сертификат называет"), signature.names or _("прочитать не удалось")))
    return words


def _context(
    application: Application,
    regulation: Regulation,
    content: Mapping[str, Any],
    at: datetime,
    portal: str,
    *,
    is_masked: bool = False,
) -> Receipt:
    municipality = application.contest.municipality
    nomination = regulation.nomination(content["nomination"])
    found = regulation.field_of_kind("budget", content["nomination"])
    answers = {section["code"]: section["answers"] for section in content["sections"]}
    requested = None
    if found is not None:
        budget, _unread = parse_budget(answers.get(found[0].code, {}).get(found[1].code) or [])
        requested = f"{budget.requested:f}"
    sections = shown_sections(regulation.sections_for(content["nomination"]), answers)
    if is_masked:
        sections = masked(sections)
    return {
        "lang": "en" if str(get_locale() or "ru") == "en" else "ru",
        "portal": portal,
        "number": "",
        "submitted_at": at.astimezone(ZoneInfo(municipality.zone)).isoformat(timespec="seconds"),
        "zone_name": filters.zone_words(),
        "contest": content["contest"]["name"],
        "nomination": nomination.name if nomination else "",
        "tos": f"{content['tos']['name']}, {content['tos']['settlement']}",
        "title": _title(sections),
        "requested_sum": requested,
        "submitted_by": "",
        "chair": "",
        "sha256": "",
        "moments": [],
        "signed": [],
        "attachments": [
            {
                "slot": filters.say(slot.name) if (slot := regulation.document(file["slot"])) else file["slot"],
                "name": file["name"],
                "size": filters.file_size(file["size"]),
                "sha256": file["sha256"],
            }
            for file in content["attachments"]
        ],
        "sections": [
            {"title": one.section.title, "answers": [_receipt_answer(answer) for answer in one.answers]}
            for one in sections
        ],
    }


def _title(sections: Sequence[ShownSection]) -> str:
    found = (answer for one in sections for answer in one.answers if answer.field.code == "title")
    return next((" ".join(answer.lines) for answer in found), "")


def _receipt_answer(answer: ShownAnswer) -> Any:
    if answer.table is None:
        return {"label": answer.field.label, "value": "\n".join(answer.lines)}
    table = answer.table
    shown: dict[str, Any] = {
        "columns": list(table.columns),
        "numeric": list(table.numeric),
        "rows": [list(row) for row in table.rows],
    }
    if table.total:
        shown["total"] = list(table.total)
    return {"label": answer.field.label, "table": shown}
