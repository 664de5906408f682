"""A contest walked from its regulation to its published results by the same service functions as the pages call."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from PIL import Image

from tests.make import give_role, make_activist, make_activity, make_juror, make_municipality, make_person, make_tos
from tests.make_decision import make_sitting
from tests.support.test_upload_checks import pdf
from tosportal.domain.form_definition import FormField
from tosportal.domain.form_definition.values import is_required, is_visible
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.admission import service as admission
from tosportal.features.applications import service as applications
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import application_for_applicant, sections_of
from tosportal.features.contests import service as contests
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import regulation_of
from tosportal.features.decisions import service as decisions
from tosportal.features.decisions.models import Decision
from tosportal.features.decisions.queries import ranked_rows
from tosportal.features.jury import service as jury
from tosportal.features.registry.models import Tos
from tosportal.support.db import db
from tosportal.verify import verify

Answers = Mapping[str, Any]


def answer_of(one: FormField) -> Any:
    """An answer that the form takes, for a question that the test does not care about."""
    words = "Сделано жителями, подтверждено протоколом. " * (1 + (one.min_chars or 0) // 40)
    simple = {
        "text": words[: one.max_chars or 500].strip(), "long_text": words[: one.max_chars or 5000].strip(),
        "integer": str(one.min or 1), "decimal": str(one.min or 1), "money": "1000,00", "date": "2026-02-20",
        "yes_no": "no", "phone": "+7 383 592-10-00", "email": "tos@example.org", "person": "Примерова Анна Образцовна",
        "address": "с. Вагайцево, ул. Мира, 1", "url": "https://example.org/", "declaration": "yes", "consent": "yes",
    }  # fmt: skip
    if one.kind == "choice":
        return one.options[0].code
    if one.kind == "list":
        return ["Убрать берег"]
    if one.kind == "period":
        return {"from": "2026-07-01", "until": "2026-08-31"}
    if one.kind == "meeting":
        return {"held_on": "2026-02-20", "form": "in_person", "residents": "300", "present": "150", "votes_for": "150",
                "votes_against": "0", "abstained": "0"}  # fmt: skip
    if one.kind == "results":
        return [{"name": "Деревьев", "unit": "шт.", "base": "0", "plan": "20", "proof": "Фотографии"}]
    return simple[one.kind]


def budget(requested: str, own: str = "0", in_kind: str = "0") -> list[dict[str, str]]:
    """A budget of one line that these three pay together."""
    price = sum(Decimal(one) for one in (requested, own, in_kind))
    return [{"name": "Саженцы", "kind": "", "unit": "компл.", "quantity": "1", "price": str(price),
             "requested": requested, "own": own, "attracted": "", "in_kind": in_kind}]  # fmt: skip


@dataclass
class Walk:
    """One contest. `announced_at` must be before the intake of its regulation; the days follow its timeline."""

    regulation: Regulation
    announced_at: datetime
    fund: Mapping[str, str] = field(default_factory=lambda: {"local": "1000000.00"})
    jurors_count: int = 3
    slug: str = "walked"

    def __post_init__(self) -> None:
        self.municipality = make_municipality(f"m-{self.slug}", "Ордынский район")
        self.activity = make_activity(self.municipality, self.announced_at.year, dict(self.fund))
        self.secretary = give_role(make_person(), Role.SECRETARY, Scope.MUNICIPALITY, self.municipality.id)
        self.contest: Contest = contests.create_contest(
            municipality=self.municipality, activity=self.activity, slug=self.slug, year=self.announced_at.year,
            regulation=self.regulation, actor=self.secretary, now=self.announced_at - timedelta(hours=1),
        )  # fmt: skip
        self.chair = give_role(make_person(), Role.CHAIR, Scope.CONTEST, self.contest.id)
        self.applications: dict[str, Application] = {}
        self.jurors: list[Any] = []

    @property
    def moments(self) -> dict[str, datetime]:
        return regulation_of(self.contest).moments

    def announce(self) -> None:
        contests.announce_contest(self.contest, actor=self.secretary, now=self.announced_at)
        self.jurors = [make_juror(self.contest, code=f"Э{number}") for number in range(1, self.jurors_count + 1)]

    def apply(
        self, name: str, answers: Answers | None = None, *, nomination: str | None = None, minute: int = 0, **tos: Any
    ) -> Application:
        """The ТОС fills in every section, attaches every required document and submits in time; what `answers` (field
        → answer) does not say is filled in with something that the form takes."""
        regulation, given = regulation_of(self.contest), dict(answers or {})
        knobs = {"charter_registered_on": datetime(2015, 3, 1).date(), "population": 300, **tos}
        knobs.setdefault("residents_16", knobs["population"] * 4 // 5)
        here: Tos = make_tos(self.municipality, name, **knobs)
        activist: Person = make_activist(here)
        at = self.moments["open"] + timedelta(minutes=minute)
        chosen = nomination or regulation.nominations[0].code
        application = applications.start_application(
            contest=self.contest, tos=here, nomination=chosen, form_key=None, actor=activist, now=at
        )
        kept = sections_of(application.id)
        for section in regulation.sections_for(chosen):
            row = kept.get(section.code)
            said = dict(row.answers) if row else {}
            for one in section.fields:
                if one.code in given:
                    said[one.code] = given.pop(one.code)
                elif one.is_answered and is_visible(one, said) and is_required(one, said) and not said.get(one.code):
                    said[one.code] = answer_of(one)
            if said:
                version = row.version if row else 0
                applications.save_section(application, section.code, said, version=version, actor=activist, now=at)
        assert not given, f"the form does not ask: {sorted(given)}"
        for slot in regulation.documents:
            if slot.required:
                content, ending = (pdf(), "pdf") if "pdf" in slot.accept else (photo(), "jpg")
                applications.attach_file(
                    application, slot.code, io.BytesIO(content), f"{slot.code}.{ending}", actor=activist, now=at
                )
        application = as_the_page_loads_it(application, activist)
        applications.submit_application(application, actor=activist, now=at + timedelta(seconds=minute))
        self.applications[name] = application
        return application

    def admit(self) -> None:
        """The secretary goes through the checklist of every application and admits it."""
        at = self.moments["close"] + timedelta(hours=1)
        verdicts = {one.code: ("ok", "") for one in regulation_of(self.contest).admission}
        for application in self.applications.values():
            admission.save_checklist(application, verdicts, actor=self.secretary, now=at)
            admission.admit_application(application, actor=self.secretary, now=at)

    def score(self, marks: Mapping[str, Sequence[Mapping[str, str] | None]]) -> None:
        """ТОС → a sheet of marks of every juror in turn, signed; None: this juror did not mark it."""
        at = self.moments["scoring_from"] + timedelta(hours=10)
        for name, sheets in marks.items():
            application = self.applications[name]
            for juror, sheet in zip(self.jurors, sheets, strict=False):
                if sheet is None:
                    continue
                jury.declare_conflict(juror, application, has_conflict=False, reason="", now=at)
                saved = jury.save_marks(
                    juror,
                    application,
                    marks=sheet,
                    comment="Оценено",
                    version=0,
                    now=at,
                    notes=dict.fromkeys(sheet, "Показано не всё"),
                )
                jury.sign_sheet(saved, now=at)

    def decide(self, tie_votes: Sequence[str] = (), **more: Any) -> Decision:
        """The commission sits and the secretary prepares the decision; its protocol holds by recomputation."""
        at = self.decided_at
        numbers = tuple(decisions.protocol_number(self.applications[name]) for name in tie_votes)
        decision = decisions.prepare_decision(
            self.contest, sitting=make_sitting("1", at - timedelta(hours=1), present=3, members=4),
            actor=self.secretary, now=at, tie_votes=numbers, **more,
        )  # fmt: skip
        self.ensure_verified(decision)
        return decision

    @property
    def decided_at(self) -> datetime:
        return self.moments["scoring_until"] + timedelta(days=2)

    def ensure_verified(self, decision: Decision) -> None:
        code, lines = verify(json.loads(decision.protocol))
        assert code == 0, lines

    def publish(self, decision: Decision) -> None:
        decisions.approve_decision(decision, actor=self.chair, now=self.decided_at)
        decisions.publish_decision(decision, actor=self.secretary, now=self.decided_at + timedelta(hours=1))

    def results(self, decision: Decision) -> dict[str, tuple[str, int, str, Decimal]]:
        """ТОС → total, place, outcome, sum: what the protocol says and the rows of the ranking repeat."""
        protocol = json.loads(decision.protocol)
        names = {decisions.protocol_number(one): name for name, one in self.applications.items()}
        found = {
            names[row["number"]]: (row["total"], row["place"], row["outcome"], Decimal(row["award_sum"]))
            for row in protocol["results"]
        }
        db.session.flush()
        kept = {row.application_id: row for row in db.session.scalars(ranked_rows(decision.id)).unique()}
        for name, (total, place, outcome, award) in found.items():
            row = kept[self.applications[name].id]
            assert (str(row.total), row.place, row.outcome, row.awarded_sum) == (total, place, outcome, award)
        return found


def as_the_page_loads_it(application: Application, person: Person) -> Application:
    """With everything that the pages of an applicant load."""
    db.session.flush()
    db.session.expire(application)
    found = application_for_applicant(application.key, person)
    assert found is not None
    return found


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    return out.getvalue()


def at(day: int, month: int, year: int = 2026, hour: int = 5) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
