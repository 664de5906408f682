"""Conditions of questions by names instead of codes: «Вы юридическое лицо?» — да."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from tosportal.domain.form_definition import CONDITION_KINDS, NO, OPTION_KINDS, YES, condition_of
from tosportal.web.rows import options_of

Question = Mapping[str, Any]  # a field of a definition, or a row of the editor as typed


def _options(question: Question) -> list[tuple[str, str]]:
    """The answers one can give to a question, codes with names."""
    if question.get("kind") not in OPTION_KINDS:
        return [(YES, _("да")), (NO, _("нет"))]
    options = question.get("options") or ()
    rows = options_of(options) if isinstance(options, Mapping) else options
    return [(row["code"], row["name"]) for row in rows]


def _shortened(label: str) -> str:
    return label if len(label) <= 80 else f"{label[:79]}…"


def condition_choices(questions: Iterable[Question]) -> list[tuple[str, str]]:
    """Every condition that can be chosen, as it is stored and in words."""
    found: list[tuple[str, str]] = []
    for one in questions:
        code, label = one.get("code"), one.get("label")
        if not code or not label or one.get("kind") not in CONDITION_KINDS:
            continue
        if one["kind"] in OPTION_KINDS:
            codes = [option for option, _name in _options(one)]
            found += [(f"{code}={option}", words_of(f"{code}={option}", one)) for option in codes]
            found += [(f"not {code}={option}", words_of(f"not {code}={option}", one)) for option in codes]
        else:
            found += [(text, words_of(text, one)) for text in (str(code), f"not {code}")]
    return found


def words_of(text: str, question: Question) -> str:
    """A condition on this question in words."""
    said = condition_of(text)
    label = _shortened(str(question.get("label")))
    if said is None:
        return text
    if not said.options:
        return _("«%(question)s» — %(answer)s", question=label, answer=_("нет") if said.is_not else _("да"))
    names = dict(_options(question))
    answers = ", ".join(_shortened(names.get(code, code)) for code in said.options)
    if said.is_not:
        return _("«%(question)s» — не %(answer)s", question=label, answer=answers)
    return _("«%(question)s» — %(answer)s", question=label, answer=answers)


def condition_words(text: str, questions: Iterable[Question]) -> str:
    """A stored condition in words; of a question that is not there the codes."""
    said = condition_of(text)
    asked = next((one for one in questions if said and one.get("code") == said.field), None)
    return text if asked is None else words_of(text, asked)
