"""Limits of grants, shares and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tosportal.domain.budget import BudgetLimits
from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_
from tosportal.domain.regulation.limit_parts import LimitPart, limit_part_to_json, read_limit_part

FILES_MB, MOST_FILES_MB = 100, 500  # of all files of one application: unless told, and at most


@dataclass(frozen=True)
class Limits:
    """Limits in roubles, per cent and pieces; None is no limit."""

    grant_max: Decimal | None = None
    grant_min: Decimal | None = None
    grant_percent_max: Decimal | None = None
    own_percent_min: Decimal | None = None
    own_includes: tuple[str, ...] = ("own", "attracted", "in_kind")
    applications_per_tos: int | None = None
    grants_per_tos: int | None = None
    project_months_max: int | None = None
    expected_winners: int | None = None
    application_mb: int | None = None
    parts: tuple[LimitPart, ...] = ()

    @property
    def files_mb(self) -> int:
        """How many megabytes all files of one application may take together."""
        return FILES_MB if self.application_mb is None else self.application_mb

    @property
    def for_budget(self) -> BudgetLimits:
        return BudgetLimits(
            self.grant_max, self.grant_min, self.grant_percent_max, self.own_percent_min, self.own_includes
        )


LIMIT_SUMS, LIMIT_PERCENTS = ("grant_max", "grant_min"), ("grant_percent_max", "own_percent_min")
LIMIT_COUNTS = ("applications_per_tos", "grants_per_tos", "project_months_max", "expected_winners")


def read_limits(reader: Reader, data: Mapping[str, Any]) -> Limits:
    reader.only(
        data, (*LIMIT_SUMS, *LIMIT_PERCENTS, "own_includes", *LIMIT_COUNTS, "application_mb", "parts"), "limits"
    )
    includes = reader.codes(data, "own_includes", "limits") if "own_includes" in data else Limits().own_includes
    if set(includes) - set(Limits().own_includes):
        reader.defect(N_("Собственный вклад складывается только из own, attracted, in_kind"), "limits.own_includes")
        includes = ()
    values: dict[str, Any] = {name: reader.decimal(data, name, "limits", money=True) for name in LIMIT_SUMS}
    values |= {name: reader.decimal(data, name, "limits") for name in LIMIT_PERCENTS}
    values |= {name: reader.whole(data, name, "limits", least=1) for name in (*LIMIT_COUNTS, "application_mb")}
    if (values["application_mb"] or 0) > MOST_FILES_MB:
        words = N_("Файлы одной заявки вместе: не больше %(limit)s МБ")
        reader.defect(words, "limits.application_mb", limit=MOST_FILES_MB)
    rows = reader.rows(data.get("parts"), "limits.parts")
    parts = tuple(read_limit_part(reader, row, place) for place, row in rows)
    reader.unique([one.code for one in parts], "limits.parts")
    return Limits(own_includes=includes, parts=parts, **values)


def limits_to_json(limits: Limits) -> dict[str, Any]:
    return {
        **{name: _plain(getattr(limits, name)) for name in (*LIMIT_SUMS, *LIMIT_PERCENTS)},
        "own_includes": list(limits.own_includes),
        **{name: getattr(limits, name) for name in LIMIT_COUNTS},
        **({} if limits.application_mb is None else {"application_mb": limits.application_mb}),
        **({"parts": [limit_part_to_json(one) for one in limits.parts]} if limits.parts else {}),
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
