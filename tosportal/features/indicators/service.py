"""What happens to indicators: a fact is entered with its source."""

from datetime import datetime
from decimal import Decimal

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.features.accounts.models import Person
from tosportal.features.indicators import queries
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import today_in
from tosportal.support import audit
from tosportal.support.db import db

WHOLE_UNITS = frozenset({"unit", "person"})
MOST = Decimal(10) ** 12
DOCUMENT_MOST = 500
PLACES_MOST = 5


def enter_fact(
    indicator: Indicator,
    *,
    year: int,
    value: Decimal,
    source_document: str,
    actor: Person | None,
    now: datetime,
) -> IndicatorFact:
    """The fact of the year is this value, by this document. A correction is a new row, the earlier ones stay.

    The same value by the same document again is the same row. Raises RuleBroken when the year is outside the programme
    or not begun, the value is no value of this unit, the document is not named, or the portal counts the fact itself.
    """
    programme = db.session.get_one(Programme, indicator.programme_id)
    municipality = db.session.get_one(Municipality, programme.municipality_id)
    source_document = " ".join(source_document.split())
    if not programme.year_from <= year <= programme.year_to:
        raise RuleBroken(Remark(N_("Такого года в программе нет"), place="year"))
    if year > today_in(municipality, now).year:
        raise RuleBroken(Remark(N_("Этот год ещё не начался"), place="year"))
    _ensure_value(value, indicator.unit)
    if not source_document:
        raise RuleBroken(Remark(N_("Назовите документ, из которого взято значение"), place="source_document"))
    if len(source_document) > DOCUMENT_MOST:
        values = {"most": DOCUMENT_MOST, "actual": len(source_document)}
        raise RuleBroken(Remark(N_("Не длиннее %(most)s знаков, сейчас %(actual)s"), values, "source_document"))
    if is_counted(indicator, year):
        raise RuleBroken(Remark(N_("Этот показатель портал считает сам по опубликованным решениям"), place="value"))
    earlier = queries.entered_facts(indicator.id, year)
    last = earlier[0][0] if earlier else None
    if last is not None and (last.value, last.source_document) == (value, source_document):
        return last
    fact = IndicatorFact(
        indicator_id=indicator.id,
        year=year,
        value=value,
        source_document=source_document,
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
        after={"indicator": indicator.code, "year": year, "value": value, "source_document": source_document},
        municipality_id=programme.municipality_id,
    )
    return fact


def is_counted(indicator: Indicator, year: int) -> bool:
    """Does a published decision give the fact of this year?"""
    counted = {queries.SUPPORTED_TOS: queries.supported_toses_by_year, queries.SUPPORT_SUM: queries.support_by_year}
    count = counted.get(indicator.measure)
    return count is not None and year in count(indicator.programme_id)


def _ensure_value(value: Decimal, unit: str) -> None:
    if not value.is_finite() or not 0 <= value < MOST:
        raise RuleBroken(Remark(N_("Значение не может быть меньше нуля или таким большим"), place="value"))
    if unit in WHOLE_UNITS and value != value.to_integral_value():
        raise RuleBroken(Remark(N_("Этот показатель — целое число"), place="value"))
    if value != round(value, PLACES_MOST):
        raise RuleBroken(Remark(N_("Не больше пяти знаков после запятой"), place="value"))
