"""The district of the demo: municipality, programme, ТОС, people and their roles."""

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import yaml

from tosportal.demo.people import (
    ACTIVIST,
    ADMINISTRATOR,
    CHAIR,
    JURORS,
    NEWCOMER,
    OBSERVER,
    PASSWORD,
    SECRETARY,
    DemoPerson,
    activist_of,
)
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.tos_list import read_tos_csv
from tosportal.features.accounts.models import Person
from tosportal.features.accounts.service import add_person, grant_role
from tosportal.features.programmes.models import Programme
from tosportal.features.programmes.service import load_programme
from tosportal.features.registry.models import Municipality, Tos
from tosportal.features.registry.queries import tos_by_code
from tosportal.features.registry.service import add_municipality, ask_link, decide_link, give_consent, import_tos

SAMPLE = files("tosportal") / "sample"
MEASURES = {"ind-1-2": "supported_tos", "ind-4-1": "support_sum"}
HASHED: dict[str, str] = {}
BEFORE_ALL = datetime(2025, 1, 20, 3, tzinfo=UTC)  # some days before the contest of 2025 is drafted


@dataclass
class District:
    """What the contests of the demo need at hand."""

    municipality: Municipality
    programme: Programme
    secretary: Person
    chair: Person
    jurors: list[Person]
    activists: dict[str, Person] = field(default_factory=dict)  # by code of ТОС

    def tos(self, code: str) -> Tos:
        tos = tos_by_code(code)
        assert tos is not None  # noqa: S101  the sample file has it
        return tos

    def activist(self, code: str, now: datetime) -> Person:
        """The chair of a ТОС, signed up and confirmed when first needed."""
        if code not in self.activists:
            self.activists[code] = join(self, activist_of(code, CHAIRS[code]), now=now)
        return self.activists[code]


def rows_of(name: str) -> list[dict[str, str]]:
    """A CSV file of the sample as rows."""
    return list(csv.DictReader((SAMPLE / name).read_text(encoding="utf-8-sig").splitlines()))


def yaml_of(name: str) -> Any:
    """A YAML file of the sample."""
    return yaml.safe_load((SAMPLE / name).read_text(encoding="utf-8"))


CHAIRS = {row["id"]: row["chair_full_name"] for row in rows_of("tos-sample.csv")}


def add(person: DemoPerson, *, now: datetime) -> Person:
    return add_person(email=person.email, full_name=person.full_name, password=PASSWORD, now=now)


def join(district: District, person: DemoPerson, *, now: datetime) -> Person:
    """An activist signs up, asks to be linked to the ТОС, and the secretary confirms."""
    somebody = add(person, now=now)
    tos = district.tos(person.place)
    link = ask_link(person=somebody, tos=tos, seat=person.seat, basis="Протокол собрания № 1", now=now)
    decide_link(link, accept=True, answer="", actor=district.secretary, now=now)
    return somebody


def make(*, now: datetime) -> District:
    """Everything but the contests; it all happened some months ago, and before the first contest on the portal."""
    then = min(now - timedelta(days=300), BEFORE_ALL)
    municipality = add_municipality(
        code="ordynsky",
        name="Ордынский район",
        owner_name="Администрация Ордынского района Новосибирской области",
        region_name="Новосибирская область",
        zone="Asia/Novosibirsk",
        zone_words="по Новосибирску",
        population=35000,
        phone="8 (000) 000-00-00",
        email="tos@example.org",
        hours="Будни с 9:00 до 17:00, обед с 13:00 до 14:00",
        address="р. п. Ордынское, администрация района, управление делами",
        now=then,
    )
    administrator = add(ADMINISTRATOR, now=then)
    grant_role(administrator, Role.ADMINISTRATOR, Scope.EVERYWHERE, actor=None, now=then)
    secretary = add(SECRETARY, now=then)
    grant_role(secretary, Role.SECRETARY, Scope.MUNICIPALITY, municipality.id, actor=administrator, now=then)
    observer = add(OBSERVER, now=then)
    grant_role(observer, Role.OBSERVER, Scope.MUNICIPALITY, municipality.id, actor=administrator, now=then)
    programme = load_programme(
        yaml_of("programme-ordynsky-2024-2026.yaml"),
        municipality=municipality,
        measures=MEASURES,
        actor=secretary,
        now=then,
    )
    table = read_tos_csv((SAMPLE / "tos-sample.csv").read_bytes(), today=then.date())
    import_tos(table, municipality=municipality, actor=secretary, now=then)
    district = District(
        municipality=municipality,
        programme=programme,
        secretary=secretary,
        chair=add(CHAIR, now=then),
        jurors=[add(juror, now=then) for juror in JURORS],
    )
    district.activists[ACTIVIST.place] = join(district, ACTIVIST, now=then)
    newcomer = add(NEWCOMER, now=now - timedelta(days=1))
    ask_link(
        person=newcomer,
        tos=district.tos(NEWCOMER.place),
        seat=NEWCOMER.seat,
        basis="Избрана в совет ТОС 12 числа, протокол № 4",
        now=now - timedelta(hours=20),
    )
    publish_some_contacts(district, now=then)
    return district


def publish_some_contacts(district: District, *, now: datetime) -> None:
    """Some chairs agreed to be named and called, one let the consent run out: the public pages show the difference."""
    today = now.date()
    for code, what, days in (
        ("tos-001", "chair", None),
        ("tos-001", "phone", None),
        ("tos-003", "chair", None),
        ("tos-004", "chair", 30),
        ("tos-008", "chair", None),
        ("tos-008", "email", None),
    ):
        give_consent(
            district.tos(code),
            what=what,
            given_on=today,
            until_on=today + timedelta(days=days) if days else None,
            today=today,
            actor=district.secretary,
            now=now,
        )
