"""What happens to indicators: passports are written, facts entered or frozen, reasons of deviation named."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.indicator_measures import Period
from tosportal.domain.indicator_passport import (
    MOST,
    PLACES,
    Passport,
    check_numbers,
    check_passport,
    count_fact,
    counted_fact,
    passport_of_measure,
)
from tosportal.domain.method_passports import taken_over
from tosportal.domain.programme_report import USUAL
from tosportal.domain.protocol import canonical_bytes, digest
from tosportal.features.accounts.models import Person
from tosportal.features.indicators import queries
from tosportal.features.indicators.models import ClosedYear, DeviationReason, IndicatorFact, IndicatorPassport
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
from tosportal.support import audit
from tosportal.support.db import db

WHOLE_UNITS = frozenset({"unit", "person"})
DOCUMENT_MOST = 500
REASON_MOST = 2000


def write_passport(
    indicator: Indicator, passport: Passport, *, actor: Person | None, now: datetime
) -> IndicatorPassport:
    """The indicator is counted by this passport from now on; the earlier ones stay. Frozen facts keep their lineage.

    The same passport again is the same row. Raises RuleBroken with every remark of `check_passport` at its field.
    """
    if remarks := check_passport(passport, indicator.unit):
        raise RuleBroken(remarks)
    return _put_passport("indicator_passport.written", indicator, passport, {}, actor=actor, now=now)


def _put_passport(
    act: str, indicator: Indicator, passport: Passport, said: Mapping[str, Any], *, actor: Person | None, now: datetime
) -> IndicatorPassport:
    written: dict[str, Any] = {
        "formula": passport.formula,
        "variables": [one.as_json() for one in passport.variables],
        "source": passport.source,
        "denominator_on": passport.denominator_on,
        "counting": passport.counting,
    }
    last = queries.passport_of(indicator.id)
    if last is not None and all(getattr(last, name) == value for name, value in written.items()):
        return last
    row = IndicatorPassport(
        indicator_id=indicator.id,
        number=last.number + 1 if last else 1,
        **written,
        written_at=now,
        written_by_id=actor.id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    _journal(act, row, indicator, {"number": row.number, "formula": row.formula, **said}, actor=actor, now=now)
    return row


def fill_passports(programme: Programme, *, actor: Person | None, now: datetime) -> list[str]:
    """Every indicator without a passport has the one that the edition in force prints; the codes of those filled.

    A formula that cannot be read is kept as its text, and its page says why. A passport that stands, and an indicator
    that the portal counts by a measure of the programme, are not touched: what differs is taken over one by one.
    """
    said = {"edition": programme.edition}
    filled = []
    for row in queries.passport_rows(programme):
        if row.held is None and (offered := row.method.passport) is not None:
            _put_passport("indicator_passport.filled", row.indicator, offered, said, actor=actor, now=now)
            filled.append(row.indicator.code)
    return filled


def take_method(indicator: Indicator, *, actor: Person | None, now: datetime) -> IndicatorPassport:
    """The indicator is counted as the edition in force says; measures and numbers of the former passport stay with the
    signs they had. Raises RuleBroken when the edition prints no method for it."""
    programme = db.session.get_one(Programme, indicator.programme_id)
    method = queries.method_in_force(programme, indicator)
    if method.passport is None:
        raise RuleBroken(method.remarks)
    held = queries.passport_in_force(indicator, queries.passport_of(indicator.id))
    passport, said = taken_over(held, method.passport), {"edition": programme.edition}
    return _put_passport("indicator_passport.taken", indicator, passport, said, actor=actor, now=now)


def take_measure(indicator: Indicator, *, actor: Person | None, now: datetime) -> IndicatorPassport:
    """An indicator without a passport is counted by the measure that its name clearly means. Raises RuleBroken when
    there is none, or a passport stands."""
    programme = db.session.get_one(Programme, indicator.programme_id)
    held = queries.passport_in_force(indicator, queries.passport_of(indicator.id))
    suggested = queries.method_in_force(programme, indicator).suggested
    if held is not None or not suggested:
        raise RuleBroken(Remark(N_("Мера для этого показателя не предложена или паспорт уже написан")))
    return write_passport(indicator, passport_of_measure(suggested), actor=actor, now=now)


def _journal(
    act: str, row: Any, indicator: Indicator, after: Mapping[str, Any], *, actor: Person | None, now: datetime
) -> None:
    programme = db.session.get_one(Programme, indicator.programme_id)
    audit.record(
        act,
        row,
        actor=actor,
        now=now,
        before={},
        after={"indicator": indicator.code, **after},
        municipality_id=programme.municipality_id,
    )


def ensure_open_year(programme_id: int, year: int) -> None:
    """Raises RuleBroken when the year is closed with its report."""
    if queries.open_closing(programme_id, year) is not None:
        words = N_("%(year)s год закрыт с отчётом. Чтобы исправить, его нужно открыть и назвать причину")
        raise RuleBroken(Remark(words, {"year": year}, "year"))


def ensure_period(programme: Programme, year: int, quarter: int, now: datetime) -> None:
    """Raises RuleBroken for a year outside the programme, closed or not begun, and for a quarter not begun."""
    municipality = db.session.get_one(Municipality, programme.municipality_id)
    today = today_in(municipality, now)
    if not programme.year_from <= year <= programme.year_to:
        raise RuleBroken(Remark(N_("Такого года в программе нет"), place="year"))
    if quarter not in range(5):
        raise RuleBroken(Remark(N_("Кварталов четыре: с первого по четвёртый"), place="year"))
    if year > today.year:
        raise RuleBroken(Remark(N_("Этот год ещё не начался"), place="year"))
    if year == today.year and quarter > (today.month + 2) // 3:
        raise RuleBroken(Remark(N_("Этот квартал ещё не начался"), place="year"))
    ensure_open_year(programme.id, year)


def freeze_fact(
    indicator: Indicator, *, year: int, quarter: int = 0, actor: Person | None, now: datetime
) -> IndicatorFact:
    """What the portal counts for the period now is stored with its lineage and stays when the data change later.

    The same value by the same passport again is the same row. Raises RuleBroken when the portal cannot count it or the
    period is not open.
    """
    programme = db.session.get_one(Programme, indicator.programme_id)
    ensure_period(programme, year, quarter, now)
    written = queries.passport_of(indicator.id)
    passport = queries.passport_in_force(indicator, written)
    material = queries.material_of(programme, queries.codes_of([passport]))
    counted = counted_fact(passport, material, Period(year, quarter)) if passport else None
    if counted is None:
        raise RuleBroken(Remark(N_("Портал не может посчитать этот показатель: данных или паспорта не хватает")))
    earlier = queries.entered_facts(indicator.id, year, quarter)
    last = earlier[0][0] if earlier else None
    if last is not None and last.origin == "portal" and last.lineage == counted.lineage:
        return last
    _ensure_value(counted.value, "")
    fact = IndicatorFact(
        indicator_id=indicator.id,
        year=year,
        quarter=quarter,
        value=counted.value,
        source_document=f"Данные портала, паспорт показателя № {written.number}" if written else "Данные портала",
        origin="portal",
        lineage=counted.lineage,
        edition=programme.edition,
        entered_at=now,
        entered_by_id=actor.id if actor else None,
    )
    db.session.add(fact)
    db.session.flush()
    after = {"year": year, "quarter": quarter, "value": counted.value}
    _journal("indicator_fact.frozen", fact, indicator, after, actor=actor, now=now)
    return fact


def said_in_words(text: str, place: str, missing: str) -> str:
    """What a person explained, without spaces around it. Raises RuleBroken when there is nothing or too much."""
    text = text.strip()
    if not text:
        raise RuleBroken(Remark(missing, place=place))
    if remarks := too_long(text, REASON_MOST, place):
        raise RuleBroken(remarks)
    return text


def write_reason(
    indicator: Indicator, *, year: int, quarter: int = 0, reason: str, actor: Person | None, now: datetime
) -> DeviationReason:
    """Why the fact differs from the plan, for the report. A correction is a new row.

    Raises RuleBroken without words or when the period is not open.
    """
    programme = db.session.get_one(Programme, indicator.programme_id)
    ensure_period(programme, year, quarter, now)
    reason = said_in_words(reason, "reason", N_("Напишите, почему факт отличается от плана"))
    earlier = queries.reasons_of(indicator.id, year, quarter)
    if earlier and earlier[0].reason == reason:
        found: DeviationReason = earlier[0]
        return found
    row = DeviationReason(
        indicator_id=indicator.id,
        year=year,
        quarter=quarter,
        reason=reason,
        written_at=now,
        written_by_id=actor.id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    _journal("deviation_reason.written", row, indicator, {"year": year, "quarter": quarter}, actor=actor, now=now)
    return row


def enter_counted(
    indicator: Indicator,
    *,
    year: int,
    quarter: int = 0,
    values: Mapping[str, Decimal],
    source_document: str,
    actor: Person | None,
    now: datetime,
) -> IndicatorFact:
    """The fact of the year or quarter follows by the formula of the passport from these numbers, taken from this
    document; the lineage keeps them.

    Raises RuleBroken like `enter_fact`; `place` is the sign of the number that is missing or wrong.
    """
    programme = db.session.get_one(Programme, indicator.programme_id)
    passport = queries.passport_in_force(indicator, queries.passport_of(indicator.id))
    if passport is None or not passport.asked:
        raise RuleBroken(Remark(N_("У показателя нет паспорта с формулой, по которой считать"), place="value"))
    if remarks := check_numbers(passport, values):
        raise RuleBroken(remarks)
    material = queries.material_of(programme, queries.codes_of([passport]))
    counted = count_fact(passport, material, Period(year, quarter), values)
    return enter_fact(
        indicator,
        year=year,
        quarter=quarter,
        value=counted.value,
        source_document=source_document,
        lineage=counted.lineage,
        actor=actor,
        now=now,
    )


def enter_fact(
    indicator: Indicator,
    *,
    year: int,
    quarter: int = 0,
    value: Decimal,
    source_document: str,
    lineage: dict[str, Any] | None = None,
    actor: Person | None,
    now: datetime,
) -> IndicatorFact:
    """The fact of the year or quarter is this value, by this document. A correction is a new row.

    `lineage`: how it was counted by the passport's formula, when it was.

    The same value by the same document again is the same row. Raises RuleBroken when the year is outside the programme
    or not begun, the value is no value of this unit, the document is not named, or the portal counts the fact itself.
    """
    programme = db.session.get_one(Programme, indicator.programme_id)
    source_document = " ".join(source_document.split())
    ensure_period(programme, year, quarter, now)
    _ensure_value(value, indicator.unit)
    if not source_document:
        raise RuleBroken(Remark(N_("Назовите документ, из которого взято значение"), place="source_document"))
    if remarks := too_long(source_document, DOCUMENT_MOST, "source_document"):
        raise RuleBroken(remarks)
    if is_counted(indicator, year, quarter):
        raise RuleBroken(Remark(N_("Этот показатель портал считает сам по опубликованным решениям"), place="value"))
    earlier = queries.entered_facts(indicator.id, year, quarter)
    last = earlier[0][0] if earlier else None
    if last is not None and (last.value, last.source_document, last.lineage) == (value, source_document, lineage):
        return last
    fact = IndicatorFact(
        indicator_id=indicator.id,
        year=year,
        quarter=quarter,
        value=value,
        source_document=source_document,
        lineage=lineage,
        edition=programme.edition,
        entered_at=now,
        entered_by_id=actor.id if actor else None,
    )
    db.session.add(fact)
    db.session.flush()
    before = {} if last is None else {"value": last.value, "source_document": last.source_document}
    audit.record(
        "indicator_fact.entered",
        fact,
        actor=actor,
        now=now,
        before=before,
        after={
            "indicator": indicator.code,
            "year": year,
            "quarter": quarter,
            "value": value,
            "source_document": source_document,
        },
        municipality_id=programme.municipality_id,
    )
    return fact


def is_counted(indicator: Indicator, year: int, quarter: int = 0) -> bool:
    """Does the portal count the fact of this period by itself, or stands one that it counted and froze?"""
    programme = db.session.get_one(Programme, indicator.programme_id)
    found = queries.facts_of_periods(programme, [indicator], [Period(year, quarter)])
    return any(fact.counted for facts in found.values() for fact in facts.values())


def close_year(
    programme: Programme, *, year: int, plan: str = USUAL, actor: Person | None, now: datetime
) -> ClosedYear:
    """The year is closed: its report, counted against a plan, is kept as canonical JSON; facts take no corrections.

    Closing a closed year is the same closing. Raises RuleBroken for a year that is not in the programme or not over.
    """
    held = queries.open_closing(programme.id, year)
    if held is not None:
        return held
    ensure_period(programme, year, 0, now)
    municipality = db.session.get_one(Municipality, programme.municipality_id)
    if year >= today_in(municipality, now).year:
        raise RuleBroken(Remark(N_("%(year)s год ещё не закончился: закрыть его пока нельзя"), {"year": year}))
    report = queries.programme_report(programme, year, plan=plan)
    row = ClosedYear(
        programme_id=programme.id,
        year=year,
        edition=programme.edition,
        content=canonical_bytes(report).decode(),
        digest=digest(report),
        closed_at=now,
        closed_by_id=actor.id if actor else None,
    )
    db.session.add(row)
    db.session.flush()
    after = {"year": year, "plan": plan, "digest": row.digest}
    audit.record(
        "year.closed", row, actor=actor, now=now, before={}, after=after, municipality_id=programme.municipality_id
    )
    return row


def open_year(programme: Programme, *, year: int, reason: str, actor: Person | None, now: datetime) -> ClosedYear:
    """The closed year takes corrections again; its report stays. Raises RuleBroken when it is not closed or no reason
    is named."""
    held = queries.open_closing(programme.id, year)
    if held is None:
        raise RuleBroken(Remark(N_("%(year)s год не закрыт"), {"year": year}))
    reason = said_in_words(reason, "open_reason", N_("Напишите, зачем открывать закрытый год"))
    held.opened_at, held.opened_by_id, held.open_reason = now, actor.id if actor else None, reason
    db.session.flush()
    audit.record(
        "year.opened",
        held,
        actor=actor,
        now=now,
        before={},
        after={"year": year},
        municipality_id=programme.municipality_id,
    )
    return held


def _ensure_value(value: Decimal, unit: str) -> None:
    if not value.is_finite() or not 0 <= value < MOST:
        raise RuleBroken(Remark(N_("Значение не может быть меньше нуля или таким большим"), place="value"))
    if unit in WHOLE_UNITS and value != value.to_integral_value():
        raise RuleBroken(Remark(N_("Этот показатель — целое число"), place="value"))
    if value != round(value, PLACES):
        raise RuleBroken(Remark(N_("Не больше пяти знаков после запятой"), place="value"))
