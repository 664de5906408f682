"""The regulation of one contest, whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from decimal import Decimal

from tosportal.domain.awarding import AwardingRule
from tosportal.domain.budget import BudgetLimits
from tosportal.domain.contest_questions import QuestionRule
from tosportal.domain.contest_states import last_day
from tosportal.domain.criteria import Criterion, criteria_for
from tosportal.domain.errors import N_
from tosportal.domain.form_definition import FormField, FormSection, PlanWindow
from tosportal.domain.part_funds import PartFund
from tosportal.domain.regulation.commission import Commission
from tosportal.domain.regulation.documents import OWN_SLOTS, DocumentSlot
from tosportal.domain.regulation.eligibility import AdmissionItem, EligibilityRule
from tosportal.domain.regulation.intake import Intake
from tosportal.domain.regulation.letters import Wording
from tosportal.domain.regulation.limit_parts import LimitPart
from tosportal.domain.regulation.limits import Limits
from tosportal.domain.regulation.nominations import Nomination
from tosportal.domain.regulation.timeline import TimelineMoment
from tosportal.domain.scoring import ScoringRule
from tosportal.domain.submission_rule import AS_ALWAYS, SubmissionRule

KINDS: Mapping[str, str] = {"grant": N_("Гранты на проекты"), "prize": N_("Премии по местам")}


@dataclass(frozen=True)
class Regulation:
    """Everything the regulation of one contest says.

    `letters` are the contest's own texts of letters: they travel with the file and with a copy, but lie beside the
    editions, because they change without an amendment.
    """

    kind: str
    name: str
    summary: str
    nominations: tuple[Nomination, ...]
    timeline: tuple[TimelineMoment, ...]
    eligibility: tuple[EligibilityRule, ...]
    documents: tuple[DocumentSlot, ...]
    limits: Limits
    sections: tuple[FormSection, ...]
    criteria: tuple[Criterion, ...]
    scoring: ScoringRule
    awarding: AwardingRule
    admission: tuple[AdmissionItem, ...] = ()
    questions: QuestionRule = field(default_factory=QuestionRule)
    submission: SubmissionRule = AS_ALWAYS
    intake: Intake = field(default_factory=Intake)
    commission: Commission = field(default_factory=Commission)
    letters: tuple[Wording, ...] = ()

    @property
    def moments(self) -> dict[str, datetime]:
        """The timeline as `contest_states` takes it."""
        return {moment.code: moment.at for moment in self.timeline}

    def nomination(self, code: str) -> Nomination | None:
        return next((one for one in self.nominations if one.code == code), None)

    def document(self, code: str) -> DocumentSlot | None:
        return next((one for one in (*self.documents, *OWN_SLOTS) if one.code == code), None)

    def section(self, code: str) -> FormSection | None:
        return next((one for one in self.sections if one.code == code), None)

    def sections_for(self, nomination: str | None) -> tuple[FormSection, ...]:
        return tuple(one for one in self.sections if one.is_for(nomination))

    def criteria_for(self, nomination: str | None) -> tuple[Criterion, ...]:
        return criteria_for(self.criteria, nomination)

    def field_of_kind(self, kind: str, nomination: str | None = None) -> tuple[FormSection, FormField] | None:
        """The first field of a kind with its section: the budget, the calendar plan."""
        sections = self.sections if nomination is None else self.sections_for(nomination)
        return next(((section, one) for section in sections for one in section.fields if one.kind == kind), None)

    def plan_window(self, zone: tzinfo) -> PlanWindow:
        """The days in which projects run, in the municipality's zone."""
        moments = self.moments
        first, last = moments.get("project_from"), moments.get("project_until")
        return PlanWindow(
            None if first is None else first.astimezone(zone).date(),
            None if last is None else last_day(last, zone),
            self.limits.project_months_max,
        )

    def part_name(self, part: LimitPart) -> str:
        """The name of what a limit is for: the nomination, the group, or both."""
        nomination = self.nomination(part.nomination)
        group = self.scoring.group_names.get(part.group, part.group)
        return ", ".join(name for name in (nomination.name if nomination else part.nomination, group) if name)

    def budget_limits(self, nomination: str | None, group: str | None) -> BudgetLimits:
        """The limits for an application of this nomination and group: of the contest's and its own the tighter."""
        found = self.limits.for_budget
        most, least, whose = found.grant_max, found.own_percent_min, {}
        for one in self.limits.parts:
            if not one.is_for(nomination, group):
                continue
            if one.grant_max is not None and (most is None or one.grant_max < most):
                most, whose["grant_max"] = one.grant_max, self.part_name(one)
            if one.own_percent_min is not None and (least is None or one.own_percent_min > least):
                least, whose["own_percent_min"] = one.own_percent_min, self.part_name(one)
        return replace(found, grant_max=most, own_percent_min=least, whose=whose)

    @property
    def part_funds(self) -> tuple[PartFund, ...]:
        """The funds of nominations and groups, within the fund of the contest."""
        return tuple(
            PartFund(self.part_name(one), one.fund, one.nomination, one.group)
            for one in self.limits.parts
            if one.fund is not None
        )

    @property
    def lists_of_places(self) -> int:
        """In how many groups places are given: each has all the prizes of its nomination."""
        groups = self.scoring.groups
        return len(groups.bands) if groups is not None and groups.is_ranked else 1

    @property
    def prizes_total(self) -> Decimal:
        """All prizes of all nominations, in every group that has places of its own."""
        prizes = sum((prize.sum for one in self.nominations for prize in one.prizes), Decimal("0.00"))
        return prizes * self.lists_of_places
