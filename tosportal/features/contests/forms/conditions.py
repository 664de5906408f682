"""Conditions of questions by names instead of codes: «Вы юридическое лицо?» — да."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from tosportal.domain.errors import N_
from tosportal.domain.form_definition import CONDITION_KINDS, NO, OPTION_KINDS, YES, condition_of
from tosportal.web.rows import Column, options_of

Question = Mapping[str, Any]  # a field of a definition, or a row of the editor as typed


def _options(question: Question) -> list[tuple[str, str]]:
    """The answers one can give to a question, codes with names."""
    if question.get("kind") not in OPTION_KINDS:
        return [(YES, _("да")), (NO, _("нет"))]
    options = question.get("options") or ()
    rows = options_of(options) if isinstance(options, Mapping) else options
    return [(row["code"], row["name"]) for row in rows]


def shortened(label: str) -> str:
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
    label = shortened(str(question.get("label")))
    if said is None:
        return text
    if not said.options:
        return _("«%(question)s» — %(answer)s", question=label, answer=_("нет") if said.is_not else _("да"))
    names = dict(_options(question))
    answers = ", ".join(shortened(names.get(code, code)) for code in said.options)
    if len(said.options) > 1 and said.is_not:
        return _("«%(question)s» — ни один из: %(answers)s", question=label, answers=answers)
    if len(said.options) > 1:
        return _("«%(question)s» — один из: %(answers)s", question=label, answers=answers)
    if said.is_not:
        return _("«%(question)s» — не %(answer)s", question=label, answer=answers)
    return _("«%(question)s» — %(answer)s", question=label, answer=answers)


def condition_words(text: str, questions: Iterable[Question]) -> str:
    """A stored condition in words; of a question that is not there the codes."""
    said = condition_of(text)
    asked = next((one for one in questions if said and one.get("code") == said.field), None)
    return text if asked is None else words_of(text, asked)


# --- several answers: the first stands in the choice, the others are ticked under it --------------------------------

ALSO = "-also-"  # visible_if-also-КОД: the other answers to that question; no code of a question has a capital letter
CONDITIONS = ("visible_if", "required_if")


def also_columns(column: Column, questions: Iterable[Question]) -> list[Column]:
    """Under the choice of a condition: the answers of each question with several, shown while that one is chosen."""
    found = []
    for one in questions:
        code, options = one.get("code"), _options(one)
        if not code or one.get("kind") not in OPTION_KINDS or len(options) < 3:
            continue
        texts = frozenset(f"{sign}{code}={option}" for sign in ("", "not ") for option, _name in options)
        found.append(
            Column(
                f"{column.name}{ALSO}{code}",
                N_("И ещё ответы на этот вопрос"),
                "many",
                N_("Достаточно любого из отмеченных; если выше стоит «не» — ни одного из них"),
                tuple((option, shortened(name)) for option, name in options),
                when=(column.name, texts),
            )
        )
    return found


def apart(question: dict[str, Any], questions: Iterable[Question]) -> dict[str, Any]:
    """The stored question with its conditions as the page shows them."""
    known = {one.get("code"): one for one in questions}
    found = dict(question)
    for name in CONDITIONS:
        said = condition_of(question.get(name))
        asked = known.get(said.field) if said else None
        if said is None or asked is None or len(said.options) < 2 or len(_options(asked)) < 3:
            continue
        found[name] = f"{'not ' if said.is_not else ''}{said.field}={said.options[0]}"
        found[f"{name}{ALSO}{said.field}"] = list(said.options[1:])
    return found


def together(question: dict[str, Any]) -> dict[str, Any]:
    """What the page says as it is stored: «kind=yard» with «sport» ticked is «kind=yard|sport»."""
    found = {name: value for name, value in question.items() if ALSO not in name}
    for name in CONDITIONS:
        said = condition_of(question.get(name))
        if said is None or not said.options:
            continue
        ticked = question.get(f"{name}{ALSO}{said.field}") or ()
        others = [code for code in ticked if code not in said.options]
        found[name] = "|".join([str(question[name]), *others])
    return found
