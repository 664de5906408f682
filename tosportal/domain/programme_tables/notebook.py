"""What the recogniser writes down while it reads: the data, where every value stands, what a person should look at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.programme_tables.numbers import (
    NotANumber,
    is_none,
    plain,
    read_number,
    roubles,
    split_number,
    unit_scale,
    written,
)

REMARKS_MOST = 1000


@dataclass(frozen=True)
class Fragment:
    """One recognised value: path in the data, value, what is printed and where («таблица 3, строка 5, графа 4»).

    A path reads `activities[act-1-1].sources.local.2026.rub`, `tasks[task-2].name`, `passport.term.from`.
    """

    path: str
    value: str
    printed: str
    place: str


@dataclass(frozen=True)
class Recognised:
    """A recognised programme: data in the schema municipal-programme/1, its fragments, and remarks with places."""

    data: dict[str, Any]
    fragments: tuple[Fragment, ...]
    remarks: tuple[Remark, ...]


def settled(fragments: Iterable[Fragment], data: Mapping[str, Any]) -> tuple[Fragment, ...]:
    """The fragments that tell of a value of the data, one to a path: a value printed again is left out."""
    values = dict(_scalars(data, ""))
    found: dict[str, Fragment] = {}
    for one in fragments:
        if values.get(one.path) == one.value:
            found.setdefault(one.path, one)
    return tuple(found.values())


def _scalars(data: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, inner in data.items():
            yield from _scalars(inner, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for number, inner in enumerate(data):
            row = inner.get("id") if isinstance(inner, Mapping) else None
            yield from _scalars(inner, f"{path}[{number if row is None else row}]")
    else:
        yield path, "" if data is None else str(data)


@dataclass
class Notebook:
    """Collects fragments and remarks; gives values in the form of the schema."""

    fragments: list[Fragment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    _said: set[tuple[str, ...]] = field(default_factory=set)

    def say(self, template: str, place: str, **values: object) -> None:
        """Write down what a person should look at; the same words about the same place once."""
        key = (template, place, *map(str, values.values()))
        if key not in self._said and len(self.remarks) < REMARKS_MOST:
            self._said.add(key)
            self.remarks.append(Remark(template, {"place": place, **values}, place))

    def text(self, path: str, value: str, place: str, printed: str | None = None) -> str:
        """Write down a recognised text; gives it back."""
        self.fragments.append(Fragment(path, value, plain(value if printed is None else printed), place))
        return value

    def leaves(self, path: str, value: Any, place: str, printed: str) -> None:
        """Write down every text inside a value of the schema, each with its own path."""
        if isinstance(value, Mapping):
            for key, inner in value.items():
                if key != "printed":
                    self.leaves(f"{path}.{key}", inner, place, printed if len(value) < 2 else str(inner or ""))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self.leaves(f"{path}[{number}]", inner, place, inner if isinstance(inner, str) else printed)
        else:
            self.text(path, "" if value is None else str(value), place, printed)

    def number(self, path: str, printed: str, place: str, exact: Decimal | None = None) -> str | None:
        """A number as the schema holds it («70.0»), None for a dash, a blank and what is no number (with a remark)."""
        value = self._value(printed, place, exact)
        if value is None:
            self.text(path, "", place, printed)
            return None
        return self.text(path, written(value), place, printed)

    def money(
        self, path: str, printed: str, unit: str, place: str, exact: Decimal | None = None
    ) -> dict[str, str | None] | None:
        """A sum as the schema holds it; `unit` is the unit of the row or the column unless the cell prints its own.

        None for a dash and a blank. What is no number gives a cell without `rub`, for a person to fill in.
        """
        value, said = self._value(printed, place, exact), plain(printed)
        if value is None and is_none(printed):
            return None
        if value is None:
            self.text(f"{path}.rub", "", place, printed)
            return {"rub": None, "printed": said, "unit": unit}
        if exact is None and unit_scale(rest := split_number(said)[1]) is not None:
            said, unit = said[: len(said) - len(rest)].strip(), rest
        sum_printed, is_exact = roubles(value, unit_scale(unit) or Decimal(1))
        if not is_exact:
            self.say(N_("%(place)s: в сумме «%(printed)s» есть доли копейки, она округлена"), place, printed=said)
        self.fragments.append(Fragment(f"{path}.rub", sum_printed, plain(printed), place))
        return {"rub": sum_printed, "printed": said, "unit": unit}

    def _value(self, printed: str, place: str, exact: Decimal | None) -> Decimal | None:
        if is_none(printed):
            return None
        try:
            shown = read_number(printed)
        except NotANumber:
            shown = None
            if exact is None or "%" in printed:
                self.say(
                    N_("%(place)s: «%(printed)s» – не число, значение не взято"), place, printed=plain(printed)[:80]
                )
        if exact is None or "%" in printed or shown == exact:
            return shown  # with the zeros that are printed after the comma
        return exact
