"""The passport of an indicator: its formula with named variables, and the fact that follows from them with its lineage.

A variable takes its value from a measure of the portal, or has a number of its own that a document says. The lineage is
plain data: it is stored with a frozen fact, and a stranger counts the value again from it by hand.

Basis: issue «The programme office», points 11 and 12; DOMAIN §6.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tosportal.domain.attainment import rounded
from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.formula_units import units_of
from tosportal.domain.formulas import Formula, name_key, parse_formula, shown_number
from tosportal.domain.indicator_measures import (
    MEASURES,
    OF_PEOPLE,
    Material,
    Measured,
    Period,
    measured,
    read_measure,
)

PLACES = 5
VARIABLES_MOST = 20
LENGTHS: Mapping[str, int] = {"name": 40, "meaning": 500, "source": 500, "measure": 100, "unit": 60, "value": 30}
SOURCE_MOST = 1000
MOST = Decimal(10) ** 12
WHOLE_PRINTED = frozenset({"ед.", "чел."})
COUNTINGS: Mapping[str, str] = {
    "": N_("Людей показатель не считает"),
    "persons": N_("Человек на трёх событиях — один человек: число берут из списков, сверенных между собой"),
    "visits": N_("Человек на трёх событиях — три посещения"),
}


@dataclass(frozen=True)
class Variable:
    """A name of the formula: what it means, where it comes from, the measure that gives it, or its number as typed."""

    name: str
    meaning: str = ""
    source: str = ""
    measure: str = ""
    unit: str = ""
    value: str = ""

    @property
    def number(self) -> Fraction | None:
        """The number that was typed; None when there is none."""
        text = "".join(self.value.split()).replace(",", ".")
        try:
            found = Decimal(text)
        except InvalidOperation:
            return None
        return Fraction(found) if found.is_finite() else None

    def as_json(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in LENGTHS}


def read_variables(rows: Sequence[Mapping[str, Any]]) -> tuple[Variable, ...]:
    """Variables as they are stored or typed; a row without a name is left out."""
    found = (Variable(**{name: str(row.get(name) or "").strip() for name in LENGTHS}) for row in rows)
    return tuple(one for one in found if one.name)


@dataclass(frozen=True)
class Passport:
    """What is counted: the formula as typed, its variables, the day of the denominator, how a person counts."""

    formula: str
    variables: tuple[Variable, ...]
    denominator_on: date | None = None
    counting: str = ""
    number: int = 0
    source: str = ""

    @property
    def is_automatic(self) -> bool:
        """Can the portal count the fact by itself: every name has a measure or a number?"""
        return bool(self.formula) and any(one.measure for one in self.variables)

    @property
    def asked(self) -> tuple[Variable, ...]:
        """The variables whose number a person gives for each period: neither the portal nor the passport has it. None
        when the formula is one name alone: then the value itself is asked."""
        found = tuple(one for one in self.variables if not one.measure and not one.value)
        return found if len(self.variables) > 1 else ()


def passport_of_measure(code: str) -> Passport:
    """The passport that an indicator has whose programme names only a measure.

    >>> passport_of_measure("supported_tos").formula
    'Ф'
    """
    measure, _limits = read_measure(code)
    return Passport("Ф", (Variable("Ф", measure.name, "", code, measure.unit),))


def check_passport(passport: Passport, unit: str) -> list[Remark]:
    """What is wrong with a passport, each remark at its field: `formula`, `name-0`, `measure-2`… Empty: it may stand.

    `unit` is the code of the indicator's unit; the unit that follows from the formula is compared with it.
    """
    remarks: list[Remark] = []
    for at, one in enumerate(passport.variables):
        remarks += _check_variable(one, at)
    remarks += too_long(passport.source, SOURCE_MOST, "source")
    if len(passport.variables) > VARIABLES_MOST:
        remarks.append(Remark(N_("Обозначений больше %(most)s"), {"most": VARIABLES_MOST}, "formula"))
    if passport.counting not in COUNTINGS:
        remarks.append(Remark(N_("Выберите, как считать человека"), place="counting"))
    try:
        formula = parse_formula(passport.formula, [one.name for one in passport.variables])
    except RuleBroken as refused:
        return [Remark(one.template, one.values, "formula") for one in refused.remarks] + remarks
    places = {name_key(one.name): at for at, one in enumerate(passport.variables)}
    if len(places) < len(passport.variables):
        remarks.append(Remark(N_("Одно обозначение описано дважды"), place="formula"))
    for name in formula.names:
        if name_key(name) not in places:
            remarks.append(Remark(N_("Обозначение «%(name)s» формулы не описано"), {"name": name}, "formula"))
    used = set(map(name_key, formula.names))
    for key, at in places.items():
        if key not in used:
            words = N_("Обозначения «%(name)s» в формуле нет")
            remarks.append(Remark(words, {"name": passport.variables[at].name}, f"name-{at}"))
    return remarks or _check_units(passport, formula, unit)


def notes_of(passport: Passport) -> list[Remark]:
    """What is worth knowing about a formula that may stand: a sign with two meanings.

    >>> unclear = Passport("КН = (Куг. + Кадм.) x 100000/КН", (Variable("КН", "население"),))
    >>> [str(one) for one in notes_of(unclear)]
    ['«КН» обозначает и сам показатель, и одно из чисел формулы (население): справа от знака «=» это число']
    """
    try:
        formula = parse_formula(passport.formula, [one.name for one in passport.variables])
    except RuleBroken:
        return []
    if not formula.refers_to_itself:
        return []
    own = next((one.meaning for one in passport.variables if name_key(one.name) == name_key(formula.target)), "")
    words = N_(
        "«%(name)s» обозначает и сам показатель, и одно из чисел формулы (%(meaning)s): справа от знака «=» это число"
    )
    return [Remark(words, {"name": formula.target, "meaning": own or "—"}, "formula")]


def check_counting(passport: Passport) -> list[Remark]:
    """A formula over participants must say how one person at several events counts.

    >>> people = Passport("А", (Variable("А", measure="participants:seminar"),))
    >>> [(one.place, str(one)) for one in check_counting(people)]
    [('counting', 'Среди мер есть участники событий: выберите, как считать человека на нескольких событиях')]
    """
    if passport.counting or not any(one.measure.split(":")[0] in OF_PEOPLE for one in passport.variables):
        return []
    words = N_("Среди мер есть участники событий: выберите, как считать человека на нескольких событиях")
    return [Remark(words, place="counting")]


def _check_units(passport: Passport, formula: Formula, unit: str) -> list[Remark]:
    places = {name_key(one.name): at for at, one in enumerate(passport.variables)}
    found = units_of(formula, {one.name: unit_in(one) for one in passport.variables}, unit)
    return [
        Remark(one.template, one.values, f"unit-{places[name_key(one.place)]}" if one.place else "formula")
        for one in found.remarks
    ]


def _check_variable(one: Variable, at: int) -> list[Remark]:
    remarks = [
        remark for name, most in LENGTHS.items() for remark in too_long(getattr(one, name), most, f"{name}-{at}")
    ]
    if one.measure:
        try:
            read_measure(one.measure)
        except RuleBroken as refused:
            remarks += [Remark(bad.template, bad.values, f"measure-{at}") for bad in refused.remarks]
    if one.value and one.number is None:
        remarks.append(Remark(N_("Напишите число, например 12,9"), place=f"value-{at}"))
    if one.value and one.measure:
        remarks.append(Remark(N_("Либо мера портала, либо число: не то и другое"), place=f"value-{at}"))
    if one.value and not one.source:
        remarks.append(Remark(N_("Назовите документ, из которого взято число"), place=f"source-{at}"))
    return remarks


def check_numbers(passport: Passport, values: Mapping[str, Decimal]) -> list[Remark]:
    """What is wrong with the numbers that a person gives for a period; `place` is the sign. Below zero, too large, a
    part of a person or of a thing.

    >>> people = Passport("А / Б", (Variable("А", unit="чел."), Variable("Б")))
    >>> [(one.place, str(one)) for one in check_numbers(people, {"А": Decimal("4.5"), "Б": Decimal("4.5")})]
    [('А', 'Здесь нужно целое число')]
    """
    remarks = []
    for one in passport.variables:
        value = values.get(one.name, Decimal(0))
        if not value.is_finite() or not 0 <= value < MOST:
            remarks.append(Remark(N_("Значение не может быть меньше нуля или таким большим"), place=one.name))
        elif one.unit in WHOLE_PRINTED and value != value.to_integral_value():
            remarks.append(Remark(N_("Здесь нужно целое число"), place=one.name))
    return remarks


def unit_in(one: Variable) -> str:
    """The unit of a variable: as typed, else of its measure."""
    return one.unit or (MEASURES[one.measure.split(":")[0]].unit if one.measure.split(":")[0] in MEASURES else "")


@dataclass(frozen=True)
class CountedFact:
    """The fact that follows from a passport: exact, as it is shown, and its lineage as plain data."""

    exact: Fraction
    value: Decimal
    lineage: dict[str, Any]


def counted_fact(passport: Passport, material: Material, period: Period) -> CountedFact | None:
    """The fact of a period by the passport; None when a variable has no value or a denominator is zero.

    >>> from tosportal.domain.indicator_measures import Record
    >>> meetings = [Record("Встреча", date(2026, 2, 3), "", Decimal(20), 2026, kind="meeting")]
    >>> passport = Passport("А/Б Х 100", (Variable("А", measure="participants"), Variable("Б", value="80")))
    >>> counted_fact(passport, Material(events=meetings, since=date(2026, 1, 1)), Period(2026)).value
    Decimal('25')
    """
    if not passport.is_automatic:
        return None
    try:
        return count_fact(passport, material, period, {})
    except RuleBroken:
        return None


def count_fact(
    passport: Passport, material: Material, period: Period, given: Mapping[str, Fraction | Decimal]
) -> CountedFact:
    """The same with the numbers that a person gives for the period, by name; they go before measures.

    >>> share = Passport("А/Б Х 100", (Variable("А"), Variable("Б", source="Росстат")))
    >>> count_fact(share, Material(), Period(2026), {"А": Decimal(5), "Б": Decimal(14)}).value
    Decimal('35.71429')

    Raises RuleBroken: the formula cannot be read, a name has no number (`place` is the name), a denominator is zero.
    """
    formula = parse_formula(passport.formula, [one.name for one in passport.variables])
    found: dict[str, Measured | Fraction | None] = {}
    for one in passport.variables:
        if one.name in given:
            found[one.name] = Fraction(given[one.name])
        else:
            found[one.name] = measured(one.measure, material, period) if one.measure else one.number
    values = {name: one.value if isinstance(one, Measured) else one for name, one in found.items()}
    exact = formula.evaluate(values)
    value = rounded(exact, PLACES)
    assert value is not None  # noqa: S101  an exact value was given
    value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    lineage = {
        "passport": passport.number,
        "year": period.year,
        "quarter": period.quarter,
        "formula": formula.text,
        "substituted": formula.substituted(values),
        "denominator_on": passport.denominator_on.isoformat() if passport.denominator_on else "",
        "counting": passport.counting,
        "value": shown_number(exact),
        "variables": [_variable_data(one, found[one.name]) for one in passport.variables],
    }
    return CountedFact(exact, value, lineage)


def _variable_data(one: Variable, found: Measured | Fraction | None) -> dict[str, Any]:
    counted = found if isinstance(found, Measured) else None
    value = found.value if isinstance(found, Measured) else found
    return {
        "name": one.name,
        "meaning": one.meaning,
        "source": one.source,
        "measure": one.measure,
        "limits": read_measure(one.measure)[1] if counted else {},
        "rule": counted.rule if counted else "",
        "unit": unit_in(one),
        "value": "" if value is None else shown_number(value),
        "records": [record.as_json() for record in counted.records] if counted else [],
    }
