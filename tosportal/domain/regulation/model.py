"""The regulation of one contest, whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from tosportal.domain.awarding import AwardingRule
from tosportal.domain.contest_questions import QuestionRule
from tosportal.domain.contest_states import last_day
from tosportal.domain.criteria import Criterion, criteria_for
from tosportal.domain.errors import N_
from tosportal.domain.form_definition import FormField, FormSection, PlanWindow
from tosportal.domain.regulation.commission import Commission
from tosportal.domain.regulation.documents import OWN_SLOTS, DocumentSlot
from tosportal.domain.regulation.eligibility import AdmissionItem, EligibilityRule
from tosportal.domain.regulation.intake import Intake
from tosportal.domain.regulation.limits import Limits
from tosportal.domain.regulation.nominations import Nomination
from tosportal.domain.regulation.timeline import TimelineMoment
from tosportal.domain.scoring import ScoringRule
from tosportal.domain.submission_rule import AS_ALWAYS, SubmissionRule

KINDS: Mapping[str, str] = {"grant": N_("Гранты на проекты"), "prize": N_("Премии по местам")}


@dataclass(frozen=True)
class Regulation:
    """Everything the regulation of one contest says."""

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
