"""Which documents one application is asked for, which of them it must have, and the same in words for everybody."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import asked_by, condition_of, visible_answers
from tosportal.domain.regulation import DocumentSlot, Regulation

Answers = Mapping[str, Mapping[str, Any]]


def wanted_documents(
    regulation: Regulation, nomination: str, group: str | None, answers: Answers
) -> tuple[DocumentSlot, ...]:
    """The documents of the regulation that this application is asked for; `required` says whether it must have them.

    `answers` are sections by code as typed; an answer to a hidden question, or to one of another nomination, makes
    nothing necessary. Without a group (a form tried on) no document is kept back for one. Basis: DOMAIN 3.4.
    """
    said: dict[str, Any] = {}
    if any(one.required_if for one in regulation.documents):
        for own in visible_answers(regulation.sections_for(nomination), answers).values():
            said = {**own, **said}  # of two questions of one code the first counts, as everywhere
    wanted = (one for one in regulation.documents if one.is_for(nomination, group))
    return tuple(replace(one, required=True) if _is_required(one, said) else one for one in wanted)


def _is_required(slot: DocumentSlot, answers: Mapping[str, Any]) -> bool:
    said = condition_of(slot.required_if)
    return slot.required or (said is not None and said.holds(answers))


def when_needed(regulation: Regulation, slot: DocumentSlot) -> list[Remark]:
    """When a document is needed, as a table of documents says it: whether, then for whom."""
    fields = [one for section in regulation.sections for one in section.fields]
    asked = None if slot.required else asked_by(slot.required_if, fields)
    if slot.required:
        words = [Remark(N_("всегда"))]
    elif asked is None:
        words = [Remark(N_("если есть"))]
    else:
        template = (
            N_("если на вопрос «%(question)s» ответ не «%(answer)s»")
            if asked.is_not
            else N_("если на вопрос «%(question)s» ответ «%(answer)s»")
        )
        words = [Remark(template, {"question": asked.question, "answer": asked.answer})]
    if slot.nominations:
        names = [one.name for one in regulation.nominations if one.code in slot.nominations]
        words.append(Remark(N_("только в номинациях: %(names)s"), {"names": ", ".join(names)}))
    if slot.groups:
        bands = regulation.scoring.group_names
        names = [name for code, name in bands.items() if code in slot.groups]
        words.append(Remark(N_("только для групп: %(names)s"), {"names": ", ".join(names)}))
    return words
