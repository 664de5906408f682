"""How a rule says no: remarks in plain Russian that the glass can translate, and the three errors that carry them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


def N_(text: str) -> str:
    """Mark a Russian text for the catalogue of translations; returns it unchanged."""
    return text


@dataclass(frozen=True)
class Remark:
    """One thing that is wrong or worth saying: a Russian template and its raw values.

    The suffix of a value's name says how it is shown: `…_sum` roubles (Decimal), `…_percent` a Decimal, `…_on` a date,
    `…_at` an aware datetime, other Decimals get a comma; other values are shown as they are. `place` is the field or
    row it belongs to, `clause` the clause of the regulation it comes from.

    >>> str(Remark("Сумма не может быть больше %(limit_sum)s", {"limit_sum": Decimal("120000")}))
    'Сумма не может быть больше 120\\xa0000,00\\xa0₽'
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    place: str = ""
    clause: str = ""

    def __str__(self) -> str:
        return self.template % {name: shown_in_russian(name, value) for name, value in self.values.items()}


def too_long(text: str, most: int, place: str) -> list[Remark]:
    """The remark that a text has more than `most` signs; nothing when it may stand. A text is never cut instead.

    >>> [str(one) for one in too_long("двор", 3, "name")], too_long("дом", 3, "name")
    (['Не длиннее 3 знаков, сейчас 4'], [])
    """
    if len(text) <= most:
        return []
    return [Remark(N_("Не длиннее %(most)s знаков, сейчас %(actual)s"), {"most": most, "actual": len(text)}, place)]


def shown_in_russian(name: str, value: object) -> str:
    """A value of a remark as a Russian reader expects it, by the suffix of its name."""
    if name.endswith("_sum") and isinstance(value, Decimal):
        sign = "−" if value < 0 else ""
        return f"{sign}{abs(value):,.2f}".replace(",", "\u00a0").replace(".", ",") + "\u00a0₽"
    if name.endswith("_percent") and isinstance(value, Decimal):
        return f"{value}".replace(".", ",") + "\u00a0%"
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y, %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",").replace("-", "−")
    return f"{value}"


class DomainError(Exception):
    """Base of the errors below: carries one or more remarks."""

    def __init__(self, remarks: Remark | str | Iterable[Remark]) -> None:
        if isinstance(remarks, str):
            remarks = Remark(remarks)
        self.remarks: tuple[Remark, ...] = (remarks,) if isinstance(remarks, Remark) else tuple(remarks)
        super().__init__("; ".join(str(remark) for remark in self.remarks))


class RuleBroken(DomainError):
    """A rule of the law, the programme or the regulation does not allow this (HTTP 409, or 422 next to a field)."""


class NotAllowed(DomainError):
    """This person may not do this (HTTP 403)."""


class StateConflict(DomainError):
    """Somebody else changed the same thing meanwhile (HTTP 409 with both versions shown)."""
