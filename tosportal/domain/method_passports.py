"""Passports of indicators from the methods that an edition prints, and how they differ from those in force.

An edition speaks of the formula, its variables with meaning, unit and source of data, and of the source of the whole.
Measures of the portal, numbers, the day of the denominator and the counting of people are a person's own and stay.

Basis: issue «The programme office», points 2 and 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tosportal.domain.errors import N_, Remark
from tosportal.domain.formula_units import unit_of
from tosportal.domain.formulas import name_key
from tosportal.domain.indicator_measures import suggested_measure
from tosportal.domain.indicator_passport import Passport, Variable, check_passport, notes_of


@dataclass(frozen=True)
class Method:
    """What an edition says of one indicator. `passport`: None when it prints no method; `remarks`: what is wrong with
    it, in words; `suggested`: the measure that the name of the indicator clearly means, empty when none."""

    passport: Passport | None
    remarks: tuple[Remark, ...]
    suggested: str = ""


@dataclass(frozen=True)
class Difference:
    """One thing that a passport in force says otherwise than the edition. `name` is the sign of a variable."""

    what: str
    name: str
    held: str
    offered: str


def method_of(row: Mapping[str, Any], unit: str) -> Method:
    """The method of an indicator of a document (schema municipal-programme/1); `unit` is the code of its unit.

    >>> row = {"methodology": {"formula_printed": "Доб = Коб1/Коб2 Х 100", "variables": [
    ...     {"symbol_printed": "Коб1", "name": "готово"}, {"symbol_printed": "Коб2", "name": "всего"}]}}
    >>> method_of(row, "percent").passport.formula
    'Доб = Коб1/Коб2 Х 100'
    >>> [str(one) for one in method_of({"name": "Встречи"}, "unit").remarks]
    ['Методики расчёта этого показателя в редакции нет: значение вносят с документом, из которого оно взято']
    """
    suggested = suggested_measure(_text(row.get("name")), unit)
    method = row.get("methodology")
    if not isinstance(method, Mapping) or not method:
        words = N_(
            "Методики расчёта этого показателя в редакции нет: значение вносят с документом, из которого оно взято"
        )
        return Method(None, (Remark(words),), suggested)
    formula, told = _text(method.get("formula_printed")), _text(method.get("text_printed"))
    if told and not formula:
        words = N_(
            "Методика в редакции описана словами, без формулы: «%(told)s». Напишите формулу в паспорте сами"
            " или вносите значение с документом, из которого оно взято"
        )
        return Method(None, (Remark(words, {"told": told}),), suggested)
    variables = method.get("variables")
    passport = Passport(
        formula,
        tuple(
            Variable(
                _text(one.get("symbol_printed")),
                _text(one.get("name")),
                _text(one.get("data_source")),
                unit=str(unit_of(_text(one.get("unit_printed"))) or ""),
            )
            for one in (variables if isinstance(variables, list) else ())
            if isinstance(one, Mapping) and _text(one.get("symbol_printed"))
        ),
        source=_text(method.get("information_source")),
    )
    return Method(passport, (*check_passport(passport, unit), *notes_of(passport)), suggested)


def differences(held: Passport, offered: Passport) -> list[Difference]:
    """What the passport in force says otherwise than the edition; what the edition does not say is no difference."""
    found = []
    if held.formula != offered.formula:
        found.append(Difference(N_("Формула"), "", held.formula, offered.formula))
    if offered.source and held.source != offered.source:
        found.append(Difference(N_("Источник информации"), "", held.source, offered.source))
    own = {name_key(one.name): one for one in held.variables}
    for one in offered.variables:
        mine = own.pop(name_key(one.name), None)
        if mine is None:
            found.append(Difference(N_("Обозначения нет"), one.name, "", one.meaning))
            continue
        if one.meaning and mine.meaning != one.meaning:
            found.append(Difference(N_("Что значит"), one.name, mine.meaning, one.meaning))
        if one.unit and mine.unit != one.unit:
            found.append(Difference(N_("Единица"), one.name, mine.unit, one.unit))
        if one.source and not mine.value and mine.source != one.source:
            found.append(Difference(N_("Источник данных"), one.name, mine.source, one.source))
    found += [Difference(N_("Лишнее обозначение"), one.name, one.meaning, "") for one in own.values()]
    return found


def taken_over(held: Passport | None, offered: Passport) -> Passport:
    """The passport of the edition with what the edition does not speak of kept: measures, numbers with their documents,
    the day of the denominator, how people are counted."""
    if held is None:
        return offered
    own = {name_key(one.name): one for one in held.variables}
    return Passport(
        offered.formula,
        tuple(_kept(own.get(name_key(one.name)), one) for one in offered.variables),
        held.denominator_on,
        held.counting,
        source=offered.source or held.source,
    )


def _kept(own: Variable | None, offered: Variable) -> Variable:
    if own is None:
        return offered
    source = own.source if own.value else offered.source or own.source
    return replace(offered, source=source, measure=own.measure, value=own.value, unit=offered.unit or own.unit)


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""
