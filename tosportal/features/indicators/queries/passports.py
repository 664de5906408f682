"""Passports of a programme beside the methods of its edition in force."""

from dataclasses import dataclass
from typing import Any

from tosportal.domain.indicator_passport import Passport
from tosportal.domain.method_passports import Difference, Method, differences, method_of
from tosportal.features.indicators.queries.facts import latest_passports
from tosportal.features.indicators.queries.rows import passport_in_force
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.features.programmes.queries import edition_of, indicators_of


@dataclass(frozen=True)
class PassportRow:
    """An indicator with the passport in force and what the edition says. `differs`: where the two say different things;
    empty when one of them is not there."""

    indicator: Indicator
    held: Passport | None
    method: Method

    @property
    def differs(self) -> list[Difference]:
        if self.held is None or self.method.passport is None:
            return []
        return differences(self.held, self.method.passport)

    @property
    def state(self) -> str:
        """can_fill · differs · same (as the edition) · own (the edition prints no method) · none."""
        if self.method.passport is None:
            return "own" if self.held else "none"
        if self.held is None:
            return "can_fill"
        return "differs" if self.differs else "same"


def passport_rows(programme: Programme) -> list[PassportRow]:
    """Every indicator of a programme in its order: four selects whatever the size."""
    indicators = indicators_of(programme.id)
    written = latest_passports(programme.id)
    rows = _rows_of_edition(programme)
    return [
        PassportRow(one, passport_in_force(one, written.get(one.id)), method_of(rows.get(one.code, {}), one.unit))
        for one in indicators
    ]


def method_in_force(programme: Programme, indicator: Indicator) -> Method:
    """What the edition in force says of one indicator."""
    return method_of(_rows_of_edition(programme).get(indicator.code, {}), indicator.unit)


def _rows_of_edition(programme: Programme) -> dict[str, dict[str, Any]]:
    edition = edition_of(programme.id, programme.edition)
    found = edition.document.get("indicators") if edition else None
    return {str(one.get("id")): one for one in found or () if isinstance(one, dict)}
