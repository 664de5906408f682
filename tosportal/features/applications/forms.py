"""What may be typed in: the sections of an application and its beginning, read without losing anything."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from tosportal.domain.budget import BudgetSummary, LineView
from tosportal.domain.errors import Remark
from tosportal.domain.form_definition import (
    ROW_KINDS,
    Answers,
    FormField,
    FormSection,
    check_section,
    input_name,
    is_blank,
    is_visible,
    read_section,
)
from tosportal.domain.merging import marks_of
from tosportal.features.applications.papers import KindsOfFields, ShownAnswer, ShownSection, flat_answer
from tosportal.features.applications.queries import Whole, budget_summary

MARKS = re.compile(r"([^\s:]{1,80}):([0-9a-f]{16}|\?)")
# Names with a dot in front are the form's own: no question is called so.
UNSEEN = "?"  # a mark that no answer has: whatever is stored was not seen
# A person's name, address, number or money account, whatever the form says. Basis: DOMAIN.md 4.4 (C1–C6, D2–D4).
PERSONAL_KINDS = frozenset({"person", "phone", "email", "address", "inn", "bik", "account"})


def version_from(form: Mapping[str, str]) -> int:
    """The version a form was opened with; nonsense is a version that never was."""
    text = form.get("revision", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else -1


def marks_from(form: Mapping[str, str], name: str = ".was") -> dict[str, str] | None:
    """The marks of the answers the form was opened with; None for a form that carries none."""
    return dict(MARKS.findall(form[name])) if name in form else None


def marks_as_text(marks: Mapping[str, str]) -> str:
    return " ".join(f"{code}:{mark}" for code, mark in marks.items())


def marks_of_section(section: FormSection, answers: Answers) -> dict[str, str]:
    return marks_of([one.code for one in section.fields], answers)


def sent_answers(answers: Mapping[str, Any], form: MultiDict[str, str]) -> dict[str, Any]:
    """The answers that this form brings: only the named ones when it names any, without those given up to others."""
    named = form.getlist(".changed")
    return {
        code: answer
        for code, answer in answers.items()
        if (not named or code in named) and form.get(f".keep-{code}") != "theirs"
    }


def seen_from(form: MultiDict[str, str]) -> dict[str, str] | None:
    """The marks a form carries; where the person chose their own version, those of the version they chose it over."""
    seen, shown = marks_from(form), marks_from(form, ".saw") or {}
    if seen is None:
        return None
    chosen = {code: mark for code, mark in shown.items() if form.get(f".keep-{code}") == "mine"}
    return seen | chosen


def read_answers(section: FormSection, form: MultiDict[str, str]) -> tuple[dict[str, Any], list[Remark]]:
    """The answers of a section as typed, and remarks on what is too much to be kept at all."""
    return read_section(section, form.to_dict(flat=False))


@dataclass(frozen=True)
class SectionForm(KindsOfFields):
    """A section as its page shows it: answers as typed, what is wrong by the name of the input, the version to send."""

    section: FormSection
    answers: Answers
    remarks: Sequence[Remark]
    version: int
    whole: Whole
    seen: Mapping[str, str] | None = None

    @cached_property
    def notices(self) -> dict[str, list[tuple[Remark, FormSection | None]]]:
        """What the stored answers break or contradict, by question, with the other section it concerns; but for what
        the page says as an error already."""
        said = {(remark.template, str(remark.values)) for remark in self.remarks}
        found: dict[str, list[tuple[Remark, FormSection | None]]] = {}
        for remark, other in self.whole.notices(self.section):
            if (remark.template, str(remark.values)) not in said:
                found.setdefault(question_of(self.section, remark.place), []).append((remark, other))
        return found

    @property
    def marks(self) -> str | None:
        """The marks of the stored answers that the person has seen, for the form to carry."""
        return None if self.seen is None else marks_as_text(self.seen)

    @property
    def codes(self) -> str:
        return " ".join(one.code for one in self.section.fields)

    @property
    def personal(self) -> str:
        """The questions whose answers never go to the storage of a browser."""
        return " ".join(
            one.code
            for one in self.section.fields
            if any(part.personal or part.is_sealed or part.kind in PERSONAL_KINDS for part in (one, *one.row_columns))
        )

    @property
    def takes_files(self) -> bool:
        return any(one.kind == "files" for one in self.section.fields)

    @property
    def errors(self) -> dict[str, list[Remark]]:
        found: dict[str, list[Remark]] = {}
        for remark in self.remarks:
            found.setdefault(remark.place, []).append(remark)
        return found

    @property
    def fields(self) -> list[FormField]:
        """All questions: those that hide behind a «yes» or «no» stay on the page, so that it works without scripts."""
        return list(self.section.fields)

    def value(self, one: FormField) -> str:
        """A single answer as text, whatever the database holds."""
        answer = self.answers.get(one.code)
        return answer if isinstance(answer, str) else ""

    def is_visible(self, one: FormField) -> bool:
        return is_visible(one, self.answers)

    @cached_property
    def budget(self) -> BudgetSummary | None:
        one = next((one for one in self.section.fields if one.kind == "budget"), None)
        return None if one is None else budget_summary(self.whole.budget_limits, self.answers.get(one.code))

    def line_views(self, one: FormField) -> list[LineView | None]:
        """The view of each row of the budget; None for a row in which nothing was typed."""
        shown = self.budget
        views = iter(shown.lines if shown else ())
        return [None if is_blank(row) else next(views, None) for row in self.rows(one)]


def section_form(
    this: Whole,
    section: FormSection,
    answers: Answers,
    *,
    version: int,
    final: bool = False,
    more: Sequence[Remark] = (),
    seen: Mapping[str, str] | None = None,
) -> SectionForm:
    """The page of a section; `final` also says what is missing."""
    found = check_section(
        section,
        answers,
        final=final,
        budget_limits=this.budget_limits,
        plan_window=this.window,
    )
    if final:
        found += [one.remark for one in this.disagreements if one.section == section.code]
    known = {(remark.place, remark.template) for remark in more}
    # A line of a budget that does not add up has no input of its own: the words stand at the first of those who pay.
    found = [replace(remark, place=re.sub(r"^(.+-[0-9]+)-amount$", r"\1-requested", remark.place)) for remark in found]
    remarks = [*more, *(remark for remark in found if (remark.place, remark.template) not in known)]
    return SectionForm(section, answers, remarks, version, this, seen)


def question_of(section: FormSection, place: str) -> str:
    """The code of the question to which an input belongs: `plan` of `plan-2-ends_on`."""
    codes = [one.code for one in section.fields if place == one.code or place.startswith(f"{one.code}-")]
    return max(codes, key=len, default="")


def flat_answers(section: FormSection, answers: Answers) -> list[tuple[str, str]]:
    """The answers as names and values of inputs, for a page that carries them without showing them."""
    flat: list[tuple[str, str]] = []
    for one in section.fields:
        answer = answers.get(one.code)
        if (own := flat_answer(one, answer)) is not None:
            flat += own
            continue
        if one.kind not in ROW_KINDS:
            flat.append((one.code, answer if isinstance(answer, str) else ""))
            continue
        for number, row in enumerate(answer if isinstance(answer, list) else []):
            if isinstance(row, Mapping):
                flat += [(input_name(one.code, number, name), str(cell)) for name, cell in row.items()]
            else:
                flat.append((input_name(one.code, number), str(row)))
    return flat


def differing(
    mine: ShownSection, theirs: ShownSection, codes: Collection[str]
) -> list[tuple[FormField, ShownAnswer | None, ShownAnswer | None]]:
    """These questions with my answer and their answer."""
    own = {answer.field.code: answer for answer in mine.answers}
    other = {answer.field.code: answer for answer in theirs.answers}
    return [(one, own.get(one.code), other.get(one.code)) for one in mine.section.fields if one.code in codes]
