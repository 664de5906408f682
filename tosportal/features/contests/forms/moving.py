"""A question goes from its section to the end of another one, if nothing that depends on it breaks."""

from collections.abc import Sequence

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import condition_of
from tosportal.features.contests.forms.stored import JSON
from tosportal.web.rows import Column

MOVE = "move_to"


def move_column(sections: Sequence[JSON], place: int) -> Column:
    """The choice of another section, folded away until it is asked for."""
    return Column(
        MOVE,
        N_("Перенести в другой раздел"),
        "choice",
        N_("Вопрос встанет там последним"),
        tuple((row["code"], row["title"]) for number, row in enumerate(sections) if number != place),
        optional=True,
        on_demand=True,
    )


def moved_questions(sections: Sequence[JSON], place: int, questions: Sequence[JSON]) -> list[JSON]:
    """The sections with these questions in the one at `place`, those with `move_to` in theirs.

    RuleBroken says at each question that cannot go why: what it depends on stays, or what depends on it does.
    """
    goes = [one.get(MOVE) or "" for one in questions]
    bare = [{name: value for name, value in one.items() if name != MOVE} for one in questions]
    remarks: list[Remark] = []
    for number, (one, target) in enumerate(zip(bare, goes, strict=True)):
        where = f"form.sections[{place}].fields[{number}].{MOVE}"
        for other_number, other in enumerate(bare):
            if other_number == number or goes[other_number] == target or not target:
                continue
            values = {"label": other.get("label")}
            if other.get("code") in _needs(one):
                words = N_("Этот вопрос зависит от вопроса «%(label)s»: перенесите и его или уберите условие")
                remarks.append(Remark(words, values, where))
            if one.get("code") in _needs(other):
                words = N_("От этого вопроса зависит вопрос «%(label)s»: перенесите и его или уберите условие")
                remarks.append(Remark(words, values, where))
        there = next((row for row in sections if row["code"] == target), None)
        if there and one.get("code") in {row["code"] for row in there["fields"]}:
            words = N_("В разделе «%(title)s» уже есть поле с кодом «%(code)s»: дайте этому другой код")
            remarks.append(Remark(words, {"title": there["title"], "code": one["code"]}, where))
    if remarks:
        raise RuleBroken(remarks)
    found = []
    for number, row in enumerate(sections):
        code = "" if number == place else row["code"]
        coming = [one for one, target in zip(bare, goes, strict=True) if target == code]
        found.append({**row, "fields": coming if number == place else [*row["fields"], *coming]})
    return found


def _needs(question: JSON) -> set[str]:
    """The questions without which this one cannot stand."""
    conditions = (condition_of(question.get(name)) for name in ("visible_if", "required_if"))
    return {said.field for said in conditions if said} | {day for day in (question.get("not_before"),) if day}
