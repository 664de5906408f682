"""Money of the demo's programme: roster, agreement with the region, tranches and cash of its three years. Sums of the
plan are the programme's own, documents and payments are invented."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from tosportal.demo.district import District
from tosportal.domain.ledger import EntryFacts
from tosportal.features.ledger.queries import cell_of
from tosportal.features.ledger.service import record_entry, today_of
from tosportal.features.programmes.queries import activity_by_code

LEVEL = Decimal("98.2")
SUBSIDY = "708500.00"
LOCAL_SHARE = {2024: "13000.00", 2025: "12986.76", 2026: "12986.76"}
NEIGHBOURS = {2024: "27000.00", 2025: "27013.24", 2026: "27013.24"}
# Activity, year, sum, day, document: what the district paid beside the contest of projects.
PAYMENTS: tuple[tuple[str, int, str, str, str], ...] = (
    ("act-2-2", 2024, "68400.00", "2024-11-29", "Платёжное поручение № 214, семинары года"),
    ("act-4-3", 2024, "40000.00", "2024-12-09", "Платёжное поручение № 231, призы победителям"),
    ("act-4-4", 2024, "27000.00", "2024-05-27", "Платёжное поручение № 96, «День соседей»"),
    ("act-2-2", 2025, "70000.00", "2025-10-17", "Платёжное поручение № 188, семинары года"),
    ("act-4-2", 2025, "486300.00", "2025-09-22", "Платёжное поручение № 171, «А у нас во дворе»"),
    ("act-4-3", 2025, "40000.00", "2025-12-11", "Платёжное поручение № 240, призы победителям"),
    ("act-4-4", 2025, "27013.24", "2025-05-26", "Платёжное поручение № 101, «День соседей»"),
    ("act-2-2", 2026, "35000.00", "2026-02-20", "Платёжное поручение № 31, семинар для новых ТОС"),
    ("act-4-4", 2026, "27013.24", "2026-05-25", "Платёжное поручение № 99, «День соседей»"),
)


def plan_of_year(year: int) -> Iterator[EntryFacts]:
    """The roster and the agreement with the region of one year, as the district adopts them in winter."""
    roster = [
        ("act-2-2", "local", "70000.00"),
        ("act-4-1", "regional", SUBSIDY),
        ("act-4-1", "local", LOCAL_SHARE[year]),
        ("act-4-3", "local", "40000.00"),
        ("act-4-4", "local", NEIGHBOURS[year]),
        *([("act-4-2", "local", "500000.00")] if year > 2024 else []),
    ]
    paper = f"Уведомление о бюджетных ассигнованиях на {year} год № 5"
    for code, source, entry_sum in roster:
        yield EntryFacts("roster", code, year, source, Decimal(entry_sum), date(year, 1, 15), paper)
    agreement = f"Соглашение о субсидии на {year} год № {year - 2013}-ТОС"
    yield EntryFacts(
        "region_agreement", "act-4-1", year, "regional", Decimal(SUBSIDY), date(year, 2, 10), agreement, level=LEVEL
    )


def tranches(year: int) -> Iterator[EntryFacts]:
    """What the region sent: the whole of the years that are over, half of this one."""
    parts = (("354250.00", 4), ("354250.00", 7)) if year < 2026 else (("354250.00", 4),)
    for number, (entry_sum, month) in enumerate(parts, 1):
        paper = f"Платёжное поручение министерства № {year % 100}{number:02}"
        yield EntryFacts("tranche", "act-4-1", year, "regional", Decimal(entry_sum), date(year, month, 18), paper)


def first_contest() -> Iterator[EntryFacts]:
    """The contest of 2024 was before the portal: the secretary wrote it down herself."""
    papers = {
        "award": ("2024-05-14", "Протокол конкурсной комиссии № 1 от 14.05.2024"),
        "agreement": ("2024-06-03", "Соглашения с победителями № 1–5"),
        "cash": ("2024-06-20", "Платёжные поручения № 118–122"),
    }
    for kind, (day, paper) in papers.items():
        for source, entry_sum in (("regional", SUBSIDY), ("local", LOCAL_SHARE[2024])):
            yield EntryFacts(kind, "act-4-1", 2024, source, Decimal(entry_sum), date.fromisoformat(day), paper)


def last_contest(district: District) -> Iterator[EntryFacts]:
    """The awards of 2025 stand already by their decision; agreements and payments follow them source by source."""
    activity = activity_by_code(district.programme, "act-4-1")
    assert activity is not None  # noqa: S101  the sample programme has it
    papers = {
        "agreement": (date(2025, 5, 14), "Соглашения с победителями № 1–6"),
        "cash": (date(2025, 6, 10), "Платёжные поручения № 133–138"),
    }
    for source in ("regional", "local"):
        awarded = cell_of(activity.id, 2025, source).of("award")
        for kind, (day, paper) in papers.items():
            if awarded:
                yield EntryFacts(kind, "act-4-1", 2025, source, awarded, day, paper)


def keep_ledger(district: District, *, now: datetime) -> None:
    """The ledger as the secretary keeps it until some days ago; what was not yet then is left out."""
    written_at = now - timedelta(days=9)
    today = today_of(district.programme, written_at)
    facts = [one for year in (2024, 2025, 2026) for one in (*plan_of_year(year), *tranches(year))]
    facts += [*first_contest(), *last_contest(district)]
    facts += [
        EntryFacts("cash", code, year, "local", Decimal(entry_sum), date.fromisoformat(day), paper)
        for code, year, entry_sum, day, paper in PAYMENTS
    ]
    for one in sorted(facts, key=lambda one: one.dated_on):
        if one.dated_on <= today:
            record_entry(district.programme, one, actor=district.secretary, now=written_at)
