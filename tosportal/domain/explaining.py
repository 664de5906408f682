"""A criterion of a regulation explained to everybody: how its points come, from what, for whom, by which scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from tosportal.domain.criteria import (
    Criterion,
    Item,
    Level,
    band_words,
    groups_of_scale,
    levels_of,
    rule_words,
    whose_words,
)
from tosportal.domain.errors import N_, Remark
from tosportal.domain.measuring import BUDGET, BUDGET_NAMES, FIELD, OWN_SHARE, REGISTRY, REGISTRY_NAMES, ROWS
from tosportal.domain.regulation import Regulation
from tosportal.domain.scoring import method_words, threshold_words, tie_words


@dataclass(frozen=True)
class Explained:
    """`rules` are sentences; `bands` the scale with both ends of every level, by the name of the group (empty: for
    all); `items` what the points are for, each with where its count comes from."""

    criterion: Criterion
    rules: Sequence[Remark]
    bands: Sequence[tuple[str, Sequence[tuple[Remark, Level]]]] = ()
    items: Sequence[tuple[Item, Remark | None]] = ()


def explain(regulation: Regulation, criterion: Criterion) -> Explained:
    """The criterion in words; its fields by the questions of the form."""
    names = regulation.scoring.group_names
    rules = rule_words(criterion)
    if criterion.base:
        words = N_("Откуда число: %(value)s; делится на: %(base)s.")
        rules.append(
            Remark(words, {"value": source_words(regulation, criterion.value),
                           "base": source_words(regulation, criterion.base)})
        )  # fmt: skip
    elif criterion.value and not criterion.is_marked_by_jury:
        rules.append(Remark(N_("Откуда число: %(value)s."), {"value": source_words(regulation, criterion.value)}))
    bands: list[tuple[str, Sequence[tuple[Remark, Level]]]] = []
    if criterion.kind in ("band", "steps"):
        for group in groups_of_scale(criterion, names):
            bands.append((names.get(group, group) if group else "", band_words(levels_of(criterion, group))))
    return Explained(
        criterion,
        [*rules, *whose_words(criterion, names)],
        bands,
        [(item, source_words(regulation, item.value)) for item in criterion.items],
    )


def explain_scoring(regulation: Regulation) -> list[Remark]:
    """How the total comes, who does not pass and what decides ties, sentence by sentence."""
    rule, names = regulation.scoring, {one.code: one.name for one in regulation.criteria}
    return [*method_words(rule), *threshold_words(rule), *tie_words(rule, names)]


def source_words(regulation: Regulation, value: str | None) -> Remark | None:
    """What the portal measures, in words; of a field that is not there its code."""
    if not value:
        return None
    if value == OWN_SHARE:
        return Remark(N_("доля собственного вклада по смете"))
    for beginning, names in ((BUDGET, BUDGET_NAMES), (REGISTRY, REGISTRY_NAMES)):
        if value.startswith(beginning):
            name = value.removeprefix(beginning)
            return Remark(names[name]) if name in names else Remark(value)
    code, _equals, option = value.removeprefix(FIELD).removeprefix(ROWS).partition("=")
    field = next((found for section in regulation.sections if (found := section.field(code)) is not None), None)
    if field is None:
        return Remark(N_("поле «%(code)s»"), {"code": code})
    if value.startswith(ROWS):
        return Remark(N_("сколько строк в ответе «%(question)s»"), {"question": field.label})
    if option:
        chosen = next((one.name for one in field.options if one.code == option), option)
        return Remark(N_("ответ «%(answer)s» на вопрос «%(question)s»"), {"answer": chosen, "question": field.label})
    return Remark(N_("ответ на вопрос «%(question)s»"), {"question": field.label})
