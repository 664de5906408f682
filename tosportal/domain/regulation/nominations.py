"""Nominations and the prizes of their places."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_

APPLICANTS: Mapping[str, str] = {"tos": N_("ТОС"), "person": N_("Активист ТОС")}


@dataclass(frozen=True)
class Prize:
    """The prize of a place."""

    place: int
    sum: Decimal


@dataclass(frozen=True)
class Nomination:
    """A nomination; prizes only in a contest of prizes."""

    code: str
    name: str
    applicant: str = "tos"
    prizes: tuple[Prize, ...] = ()


def read_nomination(reader: Reader, data: Mapping[str, Any], place: str) -> Nomination:
    reader.only(data, ("code", "name", "applicant", "prizes"), place)
    prizes = []
    for where, row in reader.rows(data.get("prizes"), f"{place}.prizes"):
        reader.only(row, ("place", "sum"), where)
        number, money = reader.whole(row, "place", where, least=1), reader.decimal(row, "sum", where, money=True)
        if number is None or money is None:
            reader.defect(N_("Нужны место и сумма премии"), where)
        else:
            prizes.append(Prize(number, money))
    applicant = reader.one_of(data, "applicant", place, APPLICANTS) if "applicant" in data else "tos"
    return Nomination(reader.code(data, "code", place), reader.text(data, "name", place), applicant, tuple(prizes))


def nomination_to_json(one: Nomination) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "applicant": one.applicant,
        "prizes": [{"place": prize.place, "sum": f"{prize.sum:f}"} for prize in one.prizes],
    }
