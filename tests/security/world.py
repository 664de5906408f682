"""Two districts with contests in every phase and people in every role, and words planted where few may read them.

Every planted word is made once and noted together with the people who may read it; a page that shows it to anybody
else leaks.
"""

import copy
import hashlib
import io
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.conftest import NOW
from tests.make import (
    REGULATION,
    give_role,
    make_activist,
    make_application,
    make_contest,
    make_juror,
    make_municipality,
    make_person,
    make_secretary,
    make_settlement,
    make_sheet,
    make_tos,
    saved,
)
from tests.make_decision import make_sitting
from tests.pages import Browser
from tosportal.demo.files import minutes_pdf
from tosportal.domain.permissions import Role, Scope, Scopes
from tosportal.features.accounts.models import Person
from tosportal.features.admission.models import AdmissionAct, AdmissionCheck
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.queries import application_for_officer, whole
from tosportal.features.applications.service import attach_file
from tosportal.features.applications.service.submissions import canonical, content_of
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import Decision
from tosportal.features.decisions.service import (
    approve_decision,
    prepare_decision,
    publish_decision,
    return_decision,
)
from tosportal.features.jury.models import Juror
from tosportal.features.jury.service import invite_juror
from tosportal.features.programmes.models import Activity, Indicator, IndicatorTarget
from tosportal.features.registry.models import ChairTerm, Contact, Municipality, Tos, TosLink
from tosportal.support import audit
from tosportal.support.db import db

SITTING = make_sitting("2", datetime(2026, 2, 20, 5, tzinfo=UTC), present=4, members=5)
# How far the timeline of the sample regulation is moved, in days, so that NOW lies in the phase.
SHIFTS = {"announced": 28, "accepting": 0, "admission": -12, "scoring": -28, "deciding": -48, "published": -60}
HOURS = timedelta(hours=1)
# The districts have no such thing: one address that leads to nothing says as much as a score of them.
NOTHING_OF = {
    "events.edit", "events.files", "events.show", "events.photo", "events.file", "personal.archive",
    "calendars.own_file", "applications.preview",
}  # fmt: skip
# The administrator looks after the registry and the letters of the whole portal, not after what is in applications.
REGISTRY = ("administrator",)


def regulation_in(phase: str) -> dict:
    definition = copy.deepcopy(REGULATION)
    for moment in definition["timeline"]:
        at = datetime.fromisoformat(moment["at"]) + timedelta(days=SHIFTS.get(phase, 28))
        moment["at"] = at.isoformat()
    definition["name"] = f"Конкурс: {phase}"
    return definition


@dataclass
class Side:
    """One of the two districts."""

    name: str
    municipality: Municipality
    toses: list[Tos]
    contests: dict[str, Contest] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)  # "phase/number of ТОС"
    files: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    jurors: dict[str, list[Juror]] = field(default_factory=dict)
    invitations: list[str] = field(default_factory=list)
    activity: Activity | None = None


class World:
    """`people` by a name such as «secretary-a»; `secrets` by planted word: who may read it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        # What a role is shown in the districts as they were made, kept by tests that ask it more than once.
        self.known: dict[str, Any] = {}
        self.people: dict[str, Person | None] = {"visitor": None, "newcomer": make_person(full_name="Новикова Дарья")}
        self.people["administrator"] = give_role(make_person(full_name="Настройкин Олег"), Role.ADMINISTRATOR)
        self.secrets: dict[str, set[str]] = {}
        self.sides = [self._side("a", "Ордынский район"), self._side("b", "Чужой район")]
        db.session.commit()
        self.addresses = list(dict.fromkeys(self._all_addresses()))

    def settle(self, app: Flask) -> None:
        """From now on the districts live in this portal, whose database is a copy of the one where they were made."""
        self.app = app
        sides = [
            [side.municipality, side.activity, *side.toses, *side.contests.values(), *side.applications.values(),
             *side.decisions.values(), *(one for jurors in side.jurors.values() for one in jurors)]
            for side in self.sides
        ]  # fmt: skip
        db.session.add_all([one for one in (*self.people.values(), *sides[0], *sides[1]) if one is not None])
        db.session.expire_all()

    # --- planting ---

    def plant(self, what: str, *readers: str) -> str:
        """A word that only these people may ever be shown."""
        word = f"{what.upper()}{secrets.token_hex(5)}"
        self.secrets[word] = set(readers)
        return word

    @cached_property
    def by_ending(self) -> dict[str, list[str]]:
        """The planted words by their last ten signs."""
        found: dict[str, list[str]] = {}
        for word in self.secrets:
            assert re.fullmatch(r"[0-9a-f]{10}", word[-10:]), word
            found.setdefault(word[-10:], []).append(word)
        return found

    def planted_in(self, text: str) -> list[str]:
        """The planted words that stand in a text, found by their endings: to look for each of hundreds takes long."""
        runs = re.findall(r"[0-9a-f]{10,}", text)
        endings = {run[at : at + 10] for run in runs for at in range(len(run) - 9)}
        return [word for one in endings & self.by_ending.keys() for word in self.by_ending[one] if word in text]

    def leaks(self, who: str, text: str) -> list[str]:
        """The planted words in a text that this person must not be shown."""
        return [word for word in self.planted_in(text) if who not in self.secrets[word]]

    # --- building ---

    def _side(self, name: str, title: str) -> Side:
        municipality = make_municipality(f"district-{name}", title)
        place = make_settlement(municipality)
        toses = [make_tos(municipality, f"ТОС «{name.upper()}{number}»", place) for number in (1, 2)]
        side = Side(name, municipality, toses)
        people = self.people
        people[f"secretary-{name}"] = make_secretary(municipality)
        people[f"observer-{name}"] = give_role(
            make_person(full_name="Областная Ирина"), Role.OBSERVER, Scope.MUNICIPALITY, municipality.id
        )
        for number, tos in enumerate(toses, 1):
            people[f"activist-{name}{number}"] = make_activist(tos)
        for juror in ("juror1", "juror2", "juror3"):
            people[f"{juror}-{name}"] = make_person(full_name="Оценкина Мария")
        # an expert who is also an activist of the first ТОС
        people[f"both-{name}"] = give_role(
            make_person(full_name="Двоякова Ольга"), Role.ACTIVIST, Scope.TOS, toses[0].id
        )
        people[f"chair-{name}"] = make_person(full_name="Председателев Николай")
        for number, tos in enumerate(toses, 1):
            self._registry(side, tos, number)
        for phase in ("draft", *SHIFTS, "cancelled"):
            self._contest(side, phase)
        return side

    def _own(self, name: str, number: int) -> tuple[str, ...]:
        """Who speaks for a ТОС."""
        return (f"activist-{name}{number}", *((f"both-{name}",) if number == 1 else ()))

    def _office(self, name: str) -> tuple[str, ...]:
        return (f"secretary-{name}", f"chair-{name}")

    def _jury(self, name: str) -> tuple[str, ...]:
        return (f"juror1-{name}", f"juror2-{name}", f"juror3-{name}", f"both-{name}")

    def _registry(self, side: Side, tos: Tos, number: int) -> None:
        name, own = side.name, self._own(side.name, number)
        office = (f"secretary-{name}", *REGISTRY)
        # An expert is shown who leads the ТОС to say whether they are related; that is what the declaration is for.
        chair = self.plant("фамилия", *own, *office, *self._jury(name), f"chair-{name}")
        saved(ChairTerm(tos_id=tos.id, full_name=f"{chair} Анна", since_on=date(2024, 1, 1)))
        phone = self.plant("телефон", *own, *office)
        saved(Contact(tos_id=tos.id, kind="phone", value=phone))
        saved(Contact(tos_id=tos.id, kind="email", value=f"{self.plant('почта', *own, *office)}@example.org"))
        asker = make_person(full_name=self.plant("проситель", *office))
        basis = self.plant("основание", *office)
        saved(
            TosLink(person_id=asker.id, tos_id=tos.id, seat="member", basis=basis, state="asked", asked_at=NOW - HOURS)
        )
        declined = self.people[f"juror3-{name}"]
        answer = self.plant("отказано", *office, f"juror3-{name}")
        saved(
            TosLink(
                person_id=declined.id, tos_id=tos.id, seat="member", basis="Избран", state="declined", answer=answer,
                asked_at=NOW - 2 * HOURS, decided_at=NOW - HOURS,
            )
        )  # fmt: skip

    def _contest(self, side: Side, phase: str) -> None:
        name = side.name
        definition = regulation_in(phase)
        if phase == "draft":
            definition["name"] = self.plant(
                "черновик", f"secretary-{name}", f"observer-{name}", *REGISTRY, f"chair-{name}"
            )
        knobs = {}
        if phase == "cancelled":
            knobs = {"cancelled_at": NOW - HOURS, "cancel_reason": "Нет средств"}
        contest = make_contest(side.municipality, f"{phase}-{name}", definition, announced=phase != "draft", **knobs)
        side.contests[phase] = contest
        if side.activity is None:
            side.activity = db.session.get_one(Activity, contest.activity_id)
            indicator = saved(
                Indicator(
                    programme_id=side.activity.programme_id, task_id=side.activity.task_id, code="ind-1",
                    number="1", name="Число ТОС", unit="ед.", direction="growth",
                )
            )  # fmt: skip
            saved(IndicatorTarget(indicator_id=indicator.id, year=2026, value=Decimal(5)))
        give_role(self.people[f"chair-{name}"], Role.CHAIR, Scope.CONTEST, contest.id)
        if phase in {"draft", "announced", "cancelled"}:
            return
        for number in (1, 2):
            self._application(side, phase, number)
        if phase in {"accepting", "admission"}:
            return
        people = [self.people[one] for one in self._jury(name)]
        side.jurors[phase] = [make_juror(contest, one, f"Э{at}") for at, one in enumerate(people, 1)]
        self._sheets(side, phase)
        if phase == "scoring":
            email = f"{self.plant('приглашён', f'secretary-{name}', f'chair-{name}', *REGISTRY).lower()}@example.org"
            self.secrets[email.partition("@")[0]] = {f"secretary-{name}", f"chair-{name}", *REGISTRY}
            _row, key = invite_juror(
                contest, email=email, full_name="Приглашённый Пётр", seat="member",
                actor=self.people[f"secretary-{name}"], now=NOW,
            )  # fmt: skip
            side.invitations.append(key)
            return
        self._decision(side, phase, contest)

    def _application(self, side: Side, phase: str, number: int) -> None:
        name, tos, contest = side.name, side.toses[number - 1], side.contests[phase]
        own, office = self._own(name, number), self._office(name)
        state = "draft" if phase == "accepting" and number == 1 else "submitted"
        if phase in {"scoring", "deciding", "published"}:
            state = "admitted"
        readers = own if state == "draft" else (*own, *office)
        judges = self._jury(name)[: 3 if number == 1 else 4] if state == "admitted" else ()
        problem = self.plant("проблема", *readers, *judges)
        phone = self.plant("связь", *readers)
        answers = {
            "applicant": {"chair_name": self.plant("лицо", *readers), "chair_phone": phone, "residents": "200"},
            "project": {"title": "Площадка", "problem": problem, "plan": []},
        }
        person = self.people[f"activist-{name}{number}"]
        application = make_application(contest, tos, person, state=state, answers=answers)
        side.applications[f"{phase}/{number}"] = application
        if state != "draft":
            frozen = canonical(content_of(whole(loaded(application)), submitted_at=application.submitted_at))
            saved(
                Submission(
                    application_id=application.id, number=1, content=frozen, submitted_at=application.submitted_at,
                    digest=hashlib.sha256(frozen.encode()).hexdigest(),
                )
            )  # fmt: skip
        remark = self.plant("замечание", *own, *office)
        if phase == "admission":
            saved(
                AdmissionCheck(
                    application_id=application.id, rule="limits_ok", verdict="not_ok", remark=remark, checked_at=NOW
                )
            )
        if phase == "admission" and number == 2:
            application.state = "refused"
            reasons = self.plant("причина", *own, *office)
            saved(AdmissionAct(application_id=application.id, act="refused", reasons=reasons, acted_at=NOW - HOURS))
        if phase == "accepting" and number == 1:
            db.session.commit()
            file = attach_file(
                application, "minutes", io.BytesIO(minutes_pdf(tos.name, "Площадка")),
                f"{self.plant('файл', *readers)}.pdf", actor=person, now=NOW - HOURS,
            )  # fmt: skip
            side.files[f"{phase}/{number}"] = file.key
        audit.record(
            "test.planted",
            application,
            actor=person,
            now=NOW - HOURS,
            after={"note": self.plant("запись", f"secretary-{name}", f"observer-{name}", *REGISTRY)},
            municipality_id=side.municipality.id,
        )

    def _sheets(self, side: Side, phase: str) -> None:
        """Signed sheets of the first three experts; what each wrote is theirs until the office decides."""
        name = side.name
        for number in (1, 2):
            application = side.applications[f"{phase}/{number}"]
            for at, juror in enumerate(side.jurors[phase][:3]):
                sheet = make_sheet(juror, application, {"k1": str(9 - number), "k2": "7"})
                readers = {f"juror{at + 1}-{name}"}
                if phase != "scoring":
                    readers |= set(self._office(name))
                sheet.comment = self.plant("комментарий", *readers)
                db.session.flush()
        if phase == "scoring":  # the third takes the signature back, as it were: a sheet half done
            sheet.signed_at = None

    def _decision(self, side: Side, phase: str, contest: Contest) -> None:
        name = side.name
        secretary, chair = self.people[f"secretary-{name}"], self.people[f"chair-{name}"]
        first = prepare_decision(contest, sitting=SITTING, actor=secretary, now=NOW - 4 * HOURS)
        watchers = (*self._office(name), f"observer-{name}", "administrator")  # the journal keeps the reason of an act
        reason = self.plant("вернул", *watchers)
        return_decision(first, reason=reason, actor=chair, now=NOW - 3 * HOURS)
        second = prepare_decision(contest, sitting=SITTING, actor=secretary, now=NOW - 2 * HOURS)
        side.decisions[phase] = second
        if phase == "deciding":
            # the digest of a decision that is not published yet
            self.secrets[second.digest] = set(watchers)
            return
        approve_decision(second, actor=chair, now=NOW - HOURS)
        publish_decision(second, actor=secretary, now=NOW - HOURS)

    # --- addresses ---

    def browser(self, who: str) -> Browser:
        return Browser(self.app, self.people[who])

    def values(self) -> dict[str, list[str]]:
        """Every real value of every argument of an address, of the first district.

        Both are made alike: what a secretary of the first sees of the second, one of the second sees of the first.
        """
        side = self.sides[0]
        people = [one for name, one in self.people.items() if one and not name.endswith(("-b", "-b1", "-b2"))]
        return {
            "slug": [contest.slug for contest in side.contests.values()],
            "key": [one.key for one in side.applications.values()],
            "code": [tos.code for tos in side.toses],
            "person_id": [str(one.id) for one in people],
        }

    def _all_addresses(self) -> Iterator[str]:
        """The addresses of the URL map with real values of the first district."""
        known = self.values()
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                yield from self._addresses(rule, known)

    def _addresses(self, rule: Rule, known: dict[str, list[str]]) -> list[str]:
        path, name = rule.rule, rule.endpoint
        if not rule.arguments:
            return [path]
        if name == "static":
            return []
        path = re.sub(r"<any\((.*?)\):\w+>", lambda found: re.findall(r"\w+", found[1])[0], path)
        side = self.sides[0]
        if "/programme/<" in path or name.startswith(("programmes.", "indicators.")):
            found = [_put(path, slug=_programme(side), code="ind-1", year="2026")]
        elif name == "public.help_page":
            found = [_put(path, name=page) for page in ("permissions", "personal-data", "accessibility", "jurors")]
        elif name == "jury.invitation":
            found = [_put(path, key=key) for key in side.invitations]
        elif name.startswith("jury.") and "key" in rule.arguments:
            found = [
                _put(path, slug=side.contests[phase.partition("/")[0]].slug, key=one.key, file_key=_file(side))
                for phase, one in side.applications.items()
                if not phase.startswith(("accepting", "admission"))
            ]
        elif name == "applications.attachment":
            found = [_put(path, key=key) for key in side.files.values()]
        elif name in NOTHING_OF:
            found = [_put(path, key=known["key"][0])]
        elif "section" in name:
            found = [
                _put(path, key=key, code=code) for key in known["key"] for code in ("applicant", "project", "budget")
            ]
        elif name == "applications.attach":
            found = [_put(path, key=key, slot="minutes") for key in known["key"]]
        elif name == "applications.remove_file":
            found = [
                _put(path, key=side.applications[at].key, slot="minutes", file_key=key)
                for at, key in side.files.items()
            ]
        elif "link_id" in rule.arguments:
            found = [_put(path, link_id=str(number)) for number in range(1, 9)]
        elif name.startswith("contests.") and "part" in rule.arguments:
            # one part of every contest, every part of the one that is being made: the part has no say in who may see it
            parts = ("nominations", "timeline", "limits", "form", "criteria", "scoring", "documents")
            found = [_put(path, slug=slug, part="basics") for slug in known["slug"]]
            found += [_put(path, slug=side.contests["draft"].slug, part=part) for part in parts]
        else:
            found = [""]
            argument = next((one for one in ("slug", "key", "code", "person_id") if one in rule.arguments), "")
            found = [_put(path, **{argument: value}) for value in known.get(argument, ["1"])]
            found = [re.sub(r"<[^>]+>", number, one) for one in found for number in ("1", "2")]
        return [re.sub(r"<[^>]+>", "1", one) for one in dict.fromkeys(found)]


def loaded(application: Application) -> Application:
    """The same application with all that a page reads of it."""
    db.session.flush()
    db.session.expire(application)
    found = application_for_officer(application.key, Scopes(everywhere=True))
    assert found is not None
    return found


def _put(path: str, **values: str) -> str:
    for name, value in values.items():
        path = re.sub(rf"<(?:[^:>]+:)?{name}>", value, path)
    return path


def _programme(side: Side) -> str:
    from tosportal.features.programmes.models import Programme

    return db.session.get_one(Programme, side.activity.programme_id).slug if side.activity else ""


def _file(side: Side) -> str:
    return next(iter(side.files.values()), "nothing")
