"""What may be typed in about money of the programme, and what an address may ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from tosportal.domain.attainment import DIRECTION_OF_CODE, Direction
from tosportal.domain.attainment import Indicator as PlanAndFact
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.ledger import FIGURES, KINDS, EntryFacts, check_entry, signed_roubles
from tosportal.domain.money import MAX_ROUBLES, ZERO, parse_decimal, parse_roubles
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.refunds import REFUND_BY_CODE, RefundRule
from tosportal.features.ledger.queries import EntryFilter
from tosportal.features.programmes.models import Activity, Indicator

FIELDS = ("kind", "activity", "year", "source", "entry_sum", "document", "note", "level")
NO_YEAR, NO_DAY, SOME_SUM = 0, date(1, 1, 1), Decimal(1)


def typed_entry(form: MultiDict[str, str]) -> dict[str, str]:
    """The form as typed; the day stands in three inputs."""
    given = {name: cleaned(form.get(name, "")) for name in FIELDS}
    parts = [cleaned(form.get(f"dated_on-{part}", "")).strip().replace(".", "") for part in ("day", "month", "year")]
    return given | {"dated_on": ".".join(parts) if any(parts) else ""}


def asked_entry(args: MultiDict[str, str], year: int) -> dict[str, str]:
    """An empty form with what the address already says."""
    given = dict.fromkeys((*FIELDS, "dated_on"), "")
    given |= {name: cleaned(args.get(name, ""))[:100] for name in ("kind", "activity", "source")}
    return given | {"year": str(year)}


def read_entry(
    given: Mapping[str, str], *, year_from: int, year_to: int, today: date
) -> tuple[EntryFacts | None, list[Remark]]:
    """The entry that was typed, or what is wrong with it, one remark for a field."""
    remarks: list[Remark] = []
    entry_sum, level, dated_on = SOME_SUM, None, day_from(given["dated_on"])
    try:
        entry_sum = signed_roubles(given["entry_sum"], place="entry_sum")
    except RuleBroken as refused:
        remarks += refused.remarks
    if typed_level := given["level"].strip().rstrip("%").strip():
        try:
            level = parse_decimal(typed_level, places=6, place="level")
        except RuleBroken as refused:
            remarks += refused.remarks
    if dated_on is None:
        remarks.append(Remark(N_("Укажите день, месяц и год документа"), place="dated_on"))
    if not given["activity"]:
        remarks.append(Remark(N_("Выберите мероприятие"), place="activity"))
    year = given["year"]
    facts = EntryFacts(
        kind=given["kind"],
        activity=given["activity"],
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else NO_YEAR,
        source=given["source"],
        entry_sum=entry_sum,
        dated_on=dated_on or NO_DAY,
        document=" ".join(given["document"].split()),
        note=" ".join(given["note"].split()),
        level=level,
    )
    said = {remark.place for remark in remarks}
    checked = check_entry(facts, year_from=year_from, year_to=year_to, today=today)
    remarks += [remark for remark in checked if remark.place not in said]
    return (None if remarks else facts), remarks


def asked_year(args: MultiDict[str, str], this_year: int, first: int, last: int) -> int:
    """The year of an address, within the programme; this year when it asks for none."""
    text = args.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    return min(max(year, first), last)


def asked_figure(args: MultiDict[str, str]) -> str:
    """Which figure an address opens; nonsense opens the cash."""
    figure = args.get("figure", "")
    return figure if figure in FIGURES else "cash"


def asked_filter(args: MultiDict[str, str], year: int, activities: Sequence[Activity]) -> EntryFilter:
    """Which entries an address asks for; nonsense asks for all."""
    code, source, figure = args.get("activity", ""), args.get("source", ""), asked_figure(args)
    return EntryFilter(
        year=year,
        activity_id=next((one.id for one in activities if one.code == code), None),
        source=source if source in SOURCES else None,
        kinds=(figure,) if figure in KINDS else tuple(KINDS),
    )


# --- the refund ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedRefund:
    """What a refund is counted from, as the address gives it."""

    rule: RefundRule
    subsidy_sum: Decimal
    unused_sum: Decimal
    misused_sum: Decimal
    results: tuple[PlanAndFact, ...]
    parts: Mapping[str, Decimal] | None


def refund_fields(indicators: Sequence[Indicator]) -> list[str]:
    """The names of the inputs of the form of a refund."""
    names = [f"{name}-{one.code}" for one in indicators for name in ("result", "plan", "fact", "part")]
    return ["rule", "activity", "subsidy", "unused", "misused", *names]


def read_refund(given: Mapping[str, str], indicators: Sequence[Indicator]) -> tuple[AskedRefund | None, list[Remark]]:
    """The case that was typed, or what is wrong with it. An empty fact is one that is not known yet."""
    remarks: list[Remark] = []

    def read(name: str, parse: Any, empty: Decimal | None) -> Any:
        try:
            return parse(given[name], place=name) if given[name].strip() else empty
        except RuleBroken as refused:
            remarks.extend(refused.remarks)
            return empty

    rule = REFUND_BY_CODE.get(given["rule"])
    if rule is None:
        remarks.append(Remark(N_("Выберите формулу соглашения"), place="rule"))
    if not given["subsidy"].strip():
        remarks.append(Remark(N_("Напишите сумму субсидии"), place="subsidy"))
    sums = [read(name, parse_roubles, ZERO) for name in ("subsidy", "unused", "misused")]
    chosen = [one for one in indicators if given[f"result-{one.code}"] == "yes"]
    numbers = [one.number for one in indicators]
    named = {one.code: one.number if numbers.count(one.number) == 1 and one.number else one.code for one in chosen}
    results = tuple(
        PlanAndFact(
            named[one.code],
            read(f"plan-{one.code}", _indicator_value, None),
            read(f"fact-{one.code}", _indicator_value, None),
            DIRECTION_OF_CODE.get(one.direction, Direction.GROWING),
        )
        for one in chosen
    )
    typed_parts = [one for one in chosen if given[f"part-{one.code}"].strip()]
    parts = {named[one.code]: read(f"part-{one.code}", parse_roubles, ZERO) for one in typed_parts} or None
    if not chosen and indicators:
        remarks.append(Remark(N_("Отметьте результаты соглашения"), place=f"result-{indicators[0].code}"))
    if remarks or rule is None:
        return None, remarks
    return AskedRefund(rule, sums[0], sums[1], sums[2], results, parts), []


def _indicator_value(text: str, *, place: str) -> Decimal:
    return parse_decimal(text, places=5, limit=MAX_ROUBLES, place=place)
