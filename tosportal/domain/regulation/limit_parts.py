"""The fund and the limits of a nomination or a group beside those of the contest."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tosportal.domain.definition_reader import Reader
from tosportal.domain.errors import N_, Remark

NUMBERS = ("fund", "grant_max", "own_percent_min")
NAMES = ("code", "nomination", "group", *NUMBERS)


@dataclass(frozen=True)
class LimitPart:
    """What holds for a nomination, for a group, or for a group in a nomination (empty: any), beside the limits of the
    contest: of two limits the tighter counts. Roubles and per cent; None is no limit.

    Basis: DOMAIN 3.1 (two nominations with different caps; categories with caps of their own).
    """

    code: str
    nomination: str = ""
    group: str = ""
    fund: Decimal | None = None
    grant_max: Decimal | None = None
    own_percent_min: Decimal | None = None

    def is_for(self, nomination: str | None, group: str | None) -> bool:
        return self.nomination in ("", nomination) and self.group in ("", group)


def read_limit_part(reader: Reader, data: Mapping[str, Any], place: str) -> LimitPart:
    reader.only(data, NAMES, place)
    return LimitPart(
        reader.code(data, "code", place),
        reader.code(data, "nomination", place, required=False),
        reader.text(data, "group", place, required=False),
        reader.decimal(data, "fund", place, money=True),
        reader.decimal(data, "grant_max", place, money=True),
        reader.decimal(data, "own_percent_min", place),
    )


def limit_part_to_json(one: LimitPart) -> dict[str, Any]:
    """What is said; the rest is left out."""
    named = {name: getattr(one, name) for name in ("nomination", "group") if getattr(one, name)}
    numbers = {name: getattr(one, name) for name in NUMBERS}
    said = {name: f"{value:f}" for name, value in numbers.items() if value is not None}
    return {"code": one.code, **named, **said}


def check_limit_parts(
    parts: Iterable[LimitPart],
    *,
    nominations: Mapping[str, str],
    groups: Mapping[str, str],
    grant_max: Decimal | None,
    grant_min: Decimal | None,
    fund_total: Decimal | None,
) -> list[Remark]:
    """Parts that are not there, say nothing, are said twice, or say more than the contest has."""
    parts, remarks = list(parts), []
    twice = Counter((one.nomination, one.group) for one in parts)
    for one in parts:

        def wrong(words: str, place: str = f"limits.parts.{one.code}", **values: object) -> None:
            remarks.append(Remark(words, values, place))

        if one.nomination and one.nomination not in nominations:
            wrong(N_("Нет номинации %(nomination)s"), nomination=one.nomination)
        if one.group and one.group not in groups:
            wrong(N_("Нет группы %(group)s"), group=one.group)
        if not one.nomination and not one.group:
            wrong(N_("Выберите номинацию или группу: для всех пределы стоят выше"))
        if twice[one.nomination, one.group] > 1:
            wrong(N_("Пределы для этой номинации и группы названы дважды"))
        if one.fund is None and one.grant_max is None and one.own_percent_min is None:
            wrong(N_("Назовите фонд, наибольший грант или собственный вклад"))
        if one.own_percent_min is not None and not 0 <= one.own_percent_min <= 100:
            wrong(N_("Доля должна быть от 0 до 100 %%"))
        if one.grant_max is not None and grant_max is not None and one.grant_max > grant_max:
            wrong(N_("Наибольший грант %(most_sum)s больше общего %(limit_sum)s, считается меньший из них"),
                  most_sum=one.grant_max, limit_sum=grant_max)  # fmt: skip
        if one.grant_max is not None and grant_min is not None and one.grant_max < grant_min:
            wrong(N_("Наименьший грант %(least_sum)s больше наибольшего %(most_sum)s"),
                  least_sum=grant_min, most_sum=one.grant_max)  # fmt: skip
        if one.fund is not None and one.grant_max is not None and one.grant_max > one.fund:
            wrong(N_("Наибольший грант %(most_sum)s больше всего фонда %(fund_sum)s"),
                  most_sum=one.grant_max, fund_sum=one.fund)  # fmt: skip
    funds = [one.fund for one in parts if one.fund is not None and one.nomination and not one.group]
    if fund_total is not None and sum(funds, Decimal(0)) > fund_total > 0:
        words = N_("Фонды номинаций вместе %(funds_sum)s, больше фонда конкурса %(fund_sum)s")
        remarks.append(Remark(words, {"funds_sum": sum(funds, Decimal(0)), "fund_sum": fund_total}, "limits.parts"))
    return remarks
