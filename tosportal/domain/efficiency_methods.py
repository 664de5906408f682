"""The methods of evaluation found in the acts of districts and regions, and reading a district's own method from data.

Basis: DOMAIN §6.1, with the acts it names.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tosportal.domain.attainment import ZeroRule
from tosportal.domain.efficiency import FOUR_BANDS, PLANNING_TABLE, Band, Combine, Method, Weights
from tosportal.domain.errors import N_, Remark, RuleBroken

_PERCENT_BANDS = tuple(Band(band.least * 100, band.name) for band in FOUR_BANDS)

METHODS: tuple[Method, ...] = (
    Method(
        "federal",
        N_("ЭР = СР × Эис, степень не больше 1"),
        Combine.RESOURCE_USE,
        basis="DOMAIN §6.1 (3, 4): S162, S163",
    ),
    Method(
        "federal_uncapped",
        N_("ЭР = СР × Эис, степень без ограничения"),
        Combine.RESOURCE_USE,
        cap=False,
        basis="DOMAIN §6.1 (3, 4)",
    ),
    Method("mean", N_("Среднее степеней, степень не больше 1"), Combine.MEAN, basis="DOMAIN §6.1 (1, 2): S156, S158"),
    Method(
        "mean_uncapped",
        N_("Среднее степеней без ограничения"),
        Combine.MEAN,
        cap=False,
        basis="DOMAIN §6.1 (1, 2): S154, S155, S158",
    ),
    Method(
        "direct_reverse",
        N_("R прямых и обратных показателей к их числу N"),
        Combine.DIRECT_REVERSE,
        cap=False,
        bands=(
            Band(Fraction(1), N_("выше плановой"), above=True),
            Band(Fraction(1), N_("плановая")),
            Band(Fraction(3, 4), N_("ниже плановой")),
            Band(Fraction(0), N_("неэффективна")),
        ),
        basis="DOMAIN §6.1 (2, 4): S159, S160, S165",
    ),
    Method(
        "achieved",
        N_("Доля достигнутых показателей"),
        Combine.ACHIEVED,
        bands=(Band(Fraction(9, 10), N_("эффективна")), Band(Fraction(0), N_("низкая"))),
        basis="DOMAIN §6.1 (2): S161",
    ),
    Method(
        "planning",
        N_("E = D × R × k, с качеством планирования"),
        Combine.PLANNING,
        basis="DOMAIN §6.1 (5): S166; таблица k: cntd 577954783, таблица 4; границы вывода задаёт порядок района",
    ),
    Method(
        "plain_percent",
        N_("Среднее отношений в процентах, без ограничения"),
        Combine.MEAN,
        cap=False,
        scale=100,
        bands=_PERCENT_BANDS,
        basis="DOMAIN §6.1 (6): S167; границы вывода задаёт порядок района",
    ),
)
BY_CODE: Mapping[str, Method] = {method.code: method for method in METHODS}


def method_data(method: Method) -> dict[str, Any]:
    """The method as JSON can hold it; numbers are exact fractions as text. `read_method` reads it back."""
    zero = method.zero
    return {
        "code": method.code,
        "name": method.name,
        "combine": method.combine.value,
        "cap": method.cap,
        "weights": method.weights.value,
        "zero": {name: _text(getattr(zero, name)) for name in ("both", "growing_over", "over")},
        "scale": method.scale,
        "bands": [{"least": str(band.least), "name": band.name, "above": band.above} for band in method.bands],
        "planning": [{"most": _text(most), "factor": str(factor)} for most, factor in method.planning],
        "basis": method.basis,
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def read_method(data: Any) -> Method:
    """A method from data. Only `code`, `name` and `combine` are needed, the rest is as in `Method`.

    >>> read_method({"code": "own", "name": "Наш порядок", "combine": "mean", "cap": False}).cap
    False

    Raises RuleBroken with every fault and its place. Basis: issue 3, point 13 («methods as data»).
    """
    return _MethodReader().method(data)


class _MethodReader:
    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def say(self, template: str, place: str) -> None:
        self.remarks.append(Remark(template, {"place": place}, place))

    def method(self, data: Any) -> Method:
        if not isinstance(data, Mapping):
            raise RuleBroken(Remark(N_("Здесь должно быть описание метода оценки")))
        zero = data.get("zero", {})
        zero = zero if isinstance(zero, Mapping) else self.wrong({}, "zero")
        found = Method(
            code=self.text(data.get("code"), "code"),
            name=self.text(data.get("name"), "name"),
            combine=self.choice(Combine, data.get("combine"), "combine"),
            cap=self.kind(bool, data.get("cap", True), "cap"),
            weights=self.choice(Weights, data.get("weights", "equal"), "weights"),
            zero=ZeroRule(
                *(
                    self.number(zero.get(name, default), f"zero.{name}", may_lack=True)
                    for name, default in (("both", "1"), ("growing_over", "1"), ("over", "0"))
                )
            ),
            scale=self.choice_of_scale(data.get("scale", 1)),
            bands=self.bands(data["bands"]) if "bands" in data else FOUR_BANDS,
            planning=self.planning(data["planning"]) if "planning" in data else PLANNING_TABLE,
            basis=str(data.get("basis") or ""),
        )
        if self.remarks:
            raise RuleBroken(self.remarks)
        return found

    def wrong(self, value: Any, place: str) -> Any:
        self.say(N_("%(place)s: здесь не то значение, которого ждёт метод"), place)
        return value

    def text(self, value: Any, place: str) -> str:
        return value.strip() if isinstance(value, str) and 0 < len(value.strip()) <= 200 else self.wrong("", place)

    def kind(self, kind: type, value: Any, place: str) -> Any:
        return value if isinstance(value, kind) else self.wrong(kind(), place)

    def choice(self, kind: Any, value: Any, place: str) -> Any:
        return kind(value) if isinstance(value, str) and value in set(kind) else self.wrong(next(iter(kind)), place)

    def choice_of_scale(self, value: Any) -> int:
        return (
            value
            if isinstance(value, int) and not isinstance(value, bool) and value in {1, 100}
            else self.wrong(1, "scale")
        )

    def number(self, value: Any, place: str, *, may_lack: bool = False) -> Fraction | None:
        if value is None and may_lack:
            return None
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if len(text) > 40 or not re.fullmatch(r"[0-9]+(?:\.[0-9]+|/0*[1-9][0-9]*)?", text):
            return self.wrong(Fraction(0), place)
        found = Fraction(text)
        return found if found <= 10**6 else self.wrong(Fraction(0), place)

    def rows(self, value: Any, place: str) -> list[Mapping[str, Any]]:
        rows = value if isinstance(value, list) else []
        good = [row for row in rows if isinstance(row, Mapping)]
        return good if good and len(good) == len(rows) <= 20 else self.wrong([], place)

    def bands(self, value: Any) -> tuple[Band, ...]:
        bands = tuple(
            Band(
                self.number(row.get("least"), f"bands[{n}].least") or Fraction(0),
                self.text(row.get("name"), f"bands[{n}].name"),
                self.kind(bool, row.get("above", False), f"bands[{n}].above"),
            )
            for n, row in enumerate(self.rows(value, "bands"))
        )
        falling = all((a.least, a.above) > (b.least, b.above) for a, b in pairwise(bands))
        if bands and (not falling or bands[-1].least != 0 or bands[-1].above):
            self.say(N_("%(place)s: границы идут от большей к меньшей, последняя начинается с нуля"), "bands")
        return bands

    def planning(self, value: Any) -> tuple[tuple[Fraction | None, Fraction], ...]:
        rows = tuple(
            (
                self.number(row.get("most"), f"planning[{n}].most", may_lack=True),
                self.number(row.get("factor"), f"planning[{n}].factor") or Fraction(0),
            )
            for n, row in enumerate(self.rows(value, "planning"))
        )
        limits = [most for most, _factor in rows[:-1]]
        rising = all(a is not None and b is not None and a < b for a, b in pairwise(limits))
        if rows and (not rising or None in limits or rows[-1][0] is not None):
            self.say(N_("%(place)s: разница растёт от строки к строке, у последней предела нет"), "planning")
        return rows
