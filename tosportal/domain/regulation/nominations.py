"""Nominations and the prizes of their places."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_
from tosportal.domain.named_awards import NamedAward, named_award_to_json, read_named_award

APPLICANTS: Mapping[str, str] = {"tos": N_("ТОС"), "person": N_("Активист ТОС")}


@dataclass(frozen=True)
class Prize:
    """The prize of a place."""

    place: int
    sum: Decimal


@dataclass(frozen=True)
class Nomination:
    """A nomination; prizes only in a contest of prizes, `awards` beside sums in any."""

    code: str
    name: str
    applicant: str = "tos"
    prizes: tuple[Prize, ...] = ()
    awards: tuple[NamedAward, ...] = ()

    @property
    def winners(self) -> int:
        """How many places of the nomination, or of each of its groups, have a prize or an award."""
        last = [one.last or one.first for one in self.awards if one.first is not None]
        return max([0, *(one for one in last if one is not None), *(prize.place for prize in self.prizes)])


def read_nomination(reader: Reader, data: Mapping[str, Any], place: str) -> Nomination:
    reader.only(data, ("code", "name", "applicant", "prizes", "awards"), place)
    prizes = []
    for where, row in reader.rows(data.get("prizes"), f"{place}.prizes"):
        reader.only(row, ("place", "sum"), where)
        number, money = reader.whole(row, "place", where, least=1), reader.decimal(row, "sum", where, money=True)
        if number is None or money is None:
            reader.defect(N_("Нужны место и сумма премии"), where)
        else:
            prizes.append(Prize(number, money))
    applicant = reader.one_of(data, "applicant", place, APPLICANTS) if "applicant" in data else "tos"
    awards = [read_named_award(reader, row, where) for where, row in reader.rows(data.get("awards"), f"{place}.awards")]
    code, name = reader.code(data, "code", place), reader.text(data, "name", place)
    return Nomination(code, name, applicant, tuple(prizes), tuple(awards))


def nomination_to_json(one: Nomination) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "applicant": one.applicant,
        "prizes": [{"place": prize.place, "sum": f"{prize.sum:f}"} for prize in one.prizes],
        **({"awards": [named_award_to_json(award) for award in one.awards]} if one.awards else {}),
    }
