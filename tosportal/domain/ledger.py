"""The ledger of the programme: what one entry may be, what its figures come to, and how they are shown in thousands.

Money is Decimal roubles with two places. Basis: issue «The programme office», points 7 and 8; DOMAIN §5, §6.3 (the plan
of the programme, the budget roster, the agreement and the cash are four different figures of one line).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tosportal.domain.cofinancing import rounded_table
from tosportal.domain.errors import N_, Remark, RuleBroken, too_long
from tosportal.domain.money import MAX_ROUBLES, ZERO, kopecks, parse_roubles, roubles
from tosportal.domain.programme_document import SOURCES

KINDS: Mapping[str, str] = {
    "roster": N_("Бюджетная роспись"),
    "region_agreement": N_("Соглашение с областью"),
    "tranche": N_("Транш области"),
    "award": N_("Награды"),
    "agreement": N_("Соглашения с ТОС"),
    "cash": N_("Касса"),
}
FROM_REGION = frozenset({"region_agreement", "tranche"})
FIGURES = ("first", "plan", "roster", "region_agreement", "tranche", "award", "agreement", "cash", "remainder")
DOCUMENT_MOST, NOTE_MOST = 500, 2000
LEVEL_PLACES = 6
MINUS = "-−–"
TENTH_OF_THOUSAND = Decimal(100)


# Which figure must not be above which, and the words when it is.
BEYOND: Mapping[tuple[str, str], str] = {
    ("cash", "roster"): N_("Роспись %(limit_sum)s, а касса %(actual_sum)s: больше на %(over_sum)s"),
    ("cash", "agreement"): N_("Соглашения с ТОС %(limit_sum)s, а касса %(actual_sum)s: больше на %(over_sum)s"),
    ("cash", "tranche"): N_("Область перечислила %(limit_sum)s, а касса %(actual_sum)s: больше на %(over_sum)s"),
    ("agreement", "award"): N_("Награды %(limit_sum)s, а соглашения %(actual_sum)s: больше на %(over_sum)s"),
    ("tranche", "region_agreement"): N_(
        "Соглашение с областью %(limit_sum)s, а транши %(actual_sum)s: больше на %(over_sum)s"
    ),
}


@dataclass(frozen=True)
class EntryFacts:
    """One entry as somebody writes it. `activity` is the code of the activity, `level` per cent the region pays."""

    kind: str
    activity: str
    year: int
    source: str
    entry_sum: Decimal
    dated_on: date
    document: str
    note: str = ""
    level: Decimal | None = None


def signed_roubles(text: str, *, place: str = "") -> Decimal:
    """What a person typed as a sum of an entry; a minus makes it a decrease. Zero is no entry.

    >>> signed_roubles("708 500,00"), signed_roubles("−1 000,5")
    (Decimal('708500.00'), Decimal('-1000.50'))

    Raises RuleBroken like `parse_roubles`, and for zero.
    """
    stripped = text.strip()
    is_minus = stripped[:1] in tuple(MINUS)
    value = parse_roubles(stripped[1:].lstrip() if is_minus else stripped, place=place)
    if not value:
        raise RuleBroken(Remark(N_("Запись на ноль рублей ничего не значит: напишите сумму"), place=place))
    return -value if is_minus else value


def check_entry(facts: EntryFacts, *, year_from: int, year_to: int, today: date) -> list[Remark]:
    """What is wrong with an entry; nothing when it may stand. Places are the names of the fields."""
    remarks: list[Remark] = []

    def say(place: str, template: str, **values: object) -> None:
        remarks.append(Remark(template, values, place))

    if facts.kind not in KINDS:
        say("kind", N_("Выберите вид записи"))
    if facts.source not in SOURCES:
        say("source", N_("Выберите источник денег"))
    elif facts.kind in FROM_REGION and facts.source != "regional":
        say("source", N_("Деньги области записывают по областному бюджету"))
    if not year_from <= facts.year <= year_to:
        say("year", N_("В программе годы с %(first)s по %(last)s"), first=year_from, last=year_to)
    _check_sum(facts, say)
    _check_level(facts, say)
    if facts.dated_on > today:
        say("dated_on", N_("Этот день ещё не наступил"))
    if not facts.document:
        say("document", N_("Назовите документ: вид, номер и день"))
    for place, text, most in (("document", facts.document, DOCUMENT_MOST), ("note", facts.note, NOTE_MOST)):
        remarks += too_long(text, most, place)
    return remarks


def _check_sum(facts: EntryFacts, say) -> None:  # type: ignore[no-untyped-def]
    try:
        kopecks(facts.entry_sum)
    except RuleBroken as refused:
        say("entry_sum", refused.remarks[0].template, **refused.remarks[0].values)
        return
    if not facts.entry_sum:
        say("entry_sum", N_("Запись на ноль рублей ничего не значит: напишите сумму"))
    elif abs(facts.entry_sum) > MAX_ROUBLES:
        say("entry_sum", N_("Сумма не может быть больше %(limit_sum)s"), limit_sum=MAX_ROUBLES)
    if facts.entry_sum < 0 and not facts.note:
        say("note", N_("Запись уменьшает сумму: напишите почему"))


def _check_level(facts: EntryFacts, say) -> None:  # type: ignore[no-untyped-def]
    if facts.kind != "region_agreement":
        if facts.level is not None:
            say("level", N_("Уровень пишут только у соглашения с областью"))
    elif facts.level is None:
        say("level", N_("Напишите уровень софинансирования в процентах, например 98,2"))
    elif not facts.level.is_finite() or not 0 < facts.level <= 100 or facts.level != round(facts.level, LEVEL_PLACES):
        say("level", N_("Уровень софинансирования должен быть больше 0 и не больше 100 процентов"))


@dataclass(frozen=True)
class LedgerCell:
    """What one source has for one activity in one year: the plan of the first edition and of the one in force, and the
    sums of the entries by kind. A kind that has no entries is not in `entered`."""

    first: Decimal = ZERO
    plan: Decimal = ZERO
    entered: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, figure: str) -> Decimal:
        """The sum of a figure: `first`, `plan`, a kind of entries or `remainder`."""
        if figure == "remainder":
            return self.remainder
        return {"first": self.first, "plan": self.plan}.get(figure) or self.entered.get(figure, ZERO)

    @property
    def base(self) -> str:
        """What the remainder is counted from: the roster, and where there is none the plan."""
        return "roster" if "roster" in self.entered else "plan"

    @property
    def remainder(self) -> Decimal:
        """What may still be paid; below zero when more was paid."""
        return self.of(self.base) - self.of("cash")

    def with_entry(self, kind: str, entry_sum: Decimal) -> "LedgerCell":
        """The same cell after one more entry."""
        after = self.of(kind) + entry_sum
        return LedgerCell(self.first, self.plan, {**self.entered, kind: after})

    def warnings(self) -> list[Remark]:
        """What goes beyond what: worth saying, never a refusal."""
        found = []
        by_plan = N_("План %(limit_sum)s, а касса %(actual_sum)s: больше на %(over_sum)s")
        pairs = [
            ("cash", self.base, BEYOND.get(("cash", self.base), by_plan)),
            *((figure, limit, words) for (figure, limit), words in BEYOND.items() if limit != "roster"),
        ]
        for figure, limit, words in pairs:
            if limit not in self.entered and limit != "plan":
                continue
            over = self.of(figure) - self.of(limit)
            if over > 0:
                values = {"limit_sum": self.of(limit), "actual_sum": self.of(figure), "over_sum": over}
                found.append(Remark(words, values))
        return found


Place = tuple[int, str]


@dataclass(frozen=True)
class ShownFigures:
    """Figures ready to be printed: (figure, row or None, source or None) → roubles; None is the total over all."""

    cells: Mapping[tuple[str, int | None, str | None], Decimal]
    is_rounded: bool

    def of(self, figure: str, row: int | None = None, source: str | None = None) -> Decimal:
        return self.cells.get((figure, row, source), ZERO)


def shown_figures(
    cells: Mapping[Place, LedgerCell], rows: Sequence[int], *, step: Decimal | None = None
) -> ShownFigures:
    """Every figure by row and source with its totals, exact, or rounded to `step` roubles so that what is printed adds
    up: sources to the activity, activities to the total, in every column; the remainder is what is printed before it
    less the cash that is printed.

    Each column is rounded as one table (controlled rounding): no cell, no total is a whole step away from the truth.
    The remainder follows from rounded figures, so it may be further away.
    Basis: issue, point 8; DOMAIN §0.1 point 4.
    """
    found: dict[tuple[str, int | None, str | None], Decimal] = {}
    for figure in FIGURES[:-1]:
        exact = [[cells.get((row, source), LedgerCell()).of(figure) for source in SOURCES] for row in rows]
        table = rounded_table(exact, step).cells if step and rows else exact
        for row, values in zip(rows, table, strict=True):
            found.update({(figure, row, source): value for source, value in zip(SOURCES, values, strict=True)})
    for row in rows:
        for source in SOURCES:
            base = cells.get((row, source), LedgerCell()).base
            found["remainder", row, source] = found[base, row, source] - found["cash", row, source]
    for figure in FIGURES:
        for row in rows:
            found[figure, row, None] = total_of(found[figure, row, source] for source in SOURCES)
        for source in SOURCES:
            found[figure, None, source] = total_of(found[figure, row, source] for row in rows)
        found[figure, None, None] = total_of(found[figure, None, source] for source in SOURCES)
    return ShownFigures(found, step is not None)


def total_of(values: Iterable[Decimal]) -> Decimal:
    """The sum in roubles, exact."""
    return roubles(sum(kopecks(value) for value in values))
