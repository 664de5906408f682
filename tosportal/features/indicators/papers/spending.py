"""Forms of money: by activity and source, with all the plans of a line, by quarters and by months."""

from collections.abc import Sequence
from dataclasses import dataclass

from tosportal.features.indicators.papers.cells import at, heads, money, numbers_of, percent, span, words
from tosportal.features.indicators.papers.spending_rows import SpendingRow, spending_rows
from tosportal.features.indicators.papers.words import ENDS, NONE, Report, plan_lines, title_of
from tosportal.support.documents.forms import Form, Slot

PLAN_HEADINGS = {
    "current": "План, действующая редакция № {edition}, руб.",
    "first": "План, первая редакция № {edition}, руб.",
    "january": "План на 1 января (редакция № {edition}), руб.",
    "roster": "Сводная бюджетная роспись, руб.",
    "agreement": "Соглашение с областью, руб.",
}
MONTHS = [
    "Январь",
    "Февраль",
    "Март",
    "Апрель",
    "Май",
    "Июнь",
    "Июль",
    "Август",
    "Сентябрь",
    "Октябрь",
    "Ноябрь",
    "Декабрь",
]
CASH, REASON = "Кассовое исполнение, руб.", "Причины отклонения"
DEVIATION = 'IF(AND(ISNUMBER({plan}),ISNUMBER({cash})),{cash}-{plan},"—")'
SHARE = 'IF(AND(ISNUMBER({plan}),ISNUMBER({off})),IF({plan}<>0,({plan}+{off})/{plan}*100,"—"),"—")'
SUM = 'IF(COUNT({cells})=0,"{without}",SUM({cells}))'
SUM_OF_SOURCE = 'IF(SUMPRODUCT(({sources}={source})*ISNUMBER({cells}))=0,"{without}",SUMIF({sources},{source},{cells}))'
NOTE = "Отклонение и процент в итогах посчитаны по строкам, для которых план указан."


@dataclass(frozen=True)
class Column:
    """A column of money: its heading, the sum it shows, its share of the width."""

    heading: str
    name: str
    width: int = 11


class MoneyTable:
    """A table of rows by activity and source: columns of sums, then deviation, per cent and reason. Totals, deviations
    and per cents are formulas."""

    def __init__(
        self, report: Report, columns: Sequence[Column], *, plan: int, cash: int, has_status: bool = False
    ) -> None:
        self.report, self.columns = report, columns
        self.rows = spending_rows(report)
        self.left = 3 if has_status else 2
        self.plan, self.cash = self.left + plan, self.left + cash
        self.off = self.left + len(columns)
        self.has_status = has_status

    def draw(self, top: Sequence[tuple[Slot, ...]]) -> tuple[tuple[Slot, ...], ...]:
        """The heading rows and the body."""
        self.top = len(top)
        found = list(top)
        begin = self.top
        for place, row in enumerate(self.rows, self.top):
            begin = place if row.block else begin
            found.append(self.row(row, place, begin))
        return tuple(found)

    def row(self, row: SpendingRow, place: int, begin: int) -> tuple[Slot, ...]:
        is_bold = not row.source
        left: tuple[Slot, ...] = ()
        if row.block:
            left = (*((words(row.status, row.block),) if self.has_status else ()), words(row.name, row.block))
        source = Slot(row.source_name, is_bold=is_bold)
        sums = [
            money(row.sums[one.name], self.formula(row, place, self.left + number), is_bold=is_bold)
            for number, one in enumerate(self.columns)
        ]
        own = {"plan": at(place, self.plan), "cash": at(place, self.cash), "off": at(place, self.off)}
        off = DEVIATION.format(**own) if row.is_leaf else self.formula(row, place, self.off, NONE)
        reason = (words(row.reason, row.block),) if row.block else ()
        return (
            *left,
            source,
            *sums,
            money(row.sums["deviation"], off, without=NONE, is_bold=is_bold),
            percent(row.percent, SHARE.format(**own), is_bold=is_bold),
            *reason,
        )

    def formula(self, row: SpendingRow, place: int, column: int, without: str = "не указано") -> str:
        """How a total adds up: a block its sources, a source of the programme the activities."""
        if row.is_leaf:
            return ""
        if not row.source:
            size = row.block
            return SUM.format(cells=span(place + 1, place + size - 1, column), without=without)
        first, last = self.top + self.rows[0].block, self.top + len(self.rows) - 1
        return SUM_OF_SOURCE.format(
            sources=span(first, last, self.left - 1, is_fixed=True),
            source=at(place, self.left - 1),
            cells=span(first, last, column, is_fixed=True),
            without=without,
        )

    def widths(self, name: int, reason: int) -> tuple[int, ...]:
        status = (10,) if self.has_status else ()
        return (*status, name, 12, *(one.width for one in self.columns), 11, 8, reason)


def plan_heading(report: Report, plan: str) -> str:
    return PLAN_HEADINGS[plan].format(edition=report["plans"][plan]["edition"] or "—")


def title(report: Report, said: str) -> str:
    return "\n".join((title_of(report), report["name"], said, plan_lines(report)[0]))


def spending_form(report: Report) -> Form:
    """Status – activity – source with «всего» – plan – cash – deviation – % – reasons."""
    columns = [Column(plan_heading(report, report["plan"]), "plan", 13), Column(CASH, "cash", 13)]
    table = MoneyTable(report, columns, plan=0, cash=1, has_status=True)
    names = ("Статус", "Наименование", "Источник", *(one.heading for one in columns), "Отклонение, руб.", "%", REASON)
    rows = table.draw([heads(names)])
    said = title(report, "Расходы по мероприятиям и источникам")
    return Form("Расходы по источникам", (), said, rows, table.widths(26, 20), 1, is_wide=True, below=(NOTE,))


def plans_form(report: Report) -> Form:
    """Plan of the first of January – last edition – roster – cash – deviation – % – reasons, with numbers of columns.
    Where another plan is chosen, it stands in the place of its kin."""
    plan = report["plan"]
    left = "first" if plan == "first" else "january"
    right = "agreement" if plan == "agreement" else "roster"
    columns = [Column(plan_heading(report, name), name, 12) for name in (left, "current", right)]
    columns.append(Column(CASH, "cash", 12))
    at_plan = {"first": 0, "current": 1, "roster": 2, "agreement": 2}[plan]
    table = MoneyTable(report, columns, plan=at_plan, cash=3)
    number = at_plan + 3
    tail = (f"Отклонение, руб. (7=6−{number})", f"% (8=6/{number})", REASON)
    names = ("Наименование", "Источник", *(one.heading for one in columns), *tail)
    rows = table.draw([heads(names), numbers_of(len(names))])
    said = title(report, "Использование бюджетных ассигнований")
    return Form("Ассигнования", (), said, rows, table.widths(26, 18), 2, is_wide=True, below=(NOTE,))


def quarters_form(report: Report) -> Form:
    """Cash from the beginning of the year to the end of each quarter, beside the plans and what was promised."""
    quarters = range(1, (report["quarter"] or 4) + 1)
    plan = report["plan"]
    beside = "current" if plan == "roster" else "roster"
    columns = [
        Column(plan_heading(report, plan), "plan", 11),
        Column(plan_heading(report, beside), beside, 11),
        Column("Принято обязательств (соглашения с ТОС), руб.", "obligations", 11),
        *(Column(f"Касса: {ENDS[one]}, руб.", f"until {one}") for one in quarters[:-1]),
        Column(f"Касса: {ENDS[quarters[-1]]}, руб.", "cash"),
    ]
    table = MoneyTable(report, columns, plan=0, cash=len(columns) - 1)
    names = ("Наименование", "Источник", *(one.heading for one in columns), "Отклонение, руб.", "%", REASON)
    rows = table.draw([heads(names)])
    said = title(report, "Расходы по кварталам, нарастающим итогом")
    return Form("Расходы по кварталам", (), said, rows, table.widths(20, 14), 1, is_wide=True, below=(NOTE,))


def months_form(report: Report) -> Form:
    """Plan of the year and cash of each month by the days of the ledger's entries."""
    last = {1: 3, 2: 6, 3: 9}.get(report["quarter"], 12)
    columns = [Column(plan_heading(report, report["plan"]), "plan", 13)]
    whole = spending_rows(report)[:1]
    if whole and whole[0].sums["month before"]:
        columns.append(Column("До начала года", "month before", 10))
    columns += [Column(MONTHS[number - 1], f"month {number}", 10) for number in range(1, last + 1)]
    if whole and whole[0].sums["month after"]:
        columns.append(Column("После конца года", "month after", 10))
    columns.append(Column("Касса всего, руб.", "cash", 13))
    table = MonthsTable(report, columns, plan=0, cash=len(columns) - 1)
    names = ("Наименование", "Источник", *(one.heading for one in columns), "Отклонение, руб.", "%", REASON)
    rows = table.draw([heads(names)])
    said = title(report, "Кассовое исполнение по месяцам, руб.")
    notes = (
        NOTE,
        "Месяц — по дню записи в учёте. Плана по месяцам нет ни в программе, ни в росписи: сравнение с планом года.",
    )
    widths = table.widths(18, 10)
    return Form("Касса по месяцам", (), said, rows, widths, 1, is_wide=True, is_tight=last > 6, below=notes)


class MonthsTable(MoneyTable):
    """The cash of a row is the sum of its months."""

    def formula(self, row: SpendingRow, place: int, column: int, without: str = "не указано") -> str:
        if column == self.cash and row.is_leaf and row.sums["month 1"] is not None:
            return f"SUM([{place},{self.left + 1}]:[{place},{self.cash - 1}])"
        return super().formula(row, place, column, without)
