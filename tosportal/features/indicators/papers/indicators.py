"""Forms of indicators: plan and fact with deviations and reasons, with the fact of the year before, by quarters."""

from tosportal.domain.programme_report import decimal
from tosportal.features.indicators.papers.cells import at, heads, percent, value, words
from tosportal.features.indicators.papers.words import (
    ENDS,
    NOT_GIVEN,
    Report,
    plan_lines,
    title_of,
    unit_of,
)
from tosportal.support.documents.forms import Form, Slot

DEVIATION = 'IF(AND(ISNUMBER({plan}),ISNUMBER({fact})),{fact}-{plan},"—")'
PERCENT = 'IF(AND(ISNUMBER({plan}),ISNUMBER({fact})),IF({plan}<>0,({fact}-{plan})/{plan}*100,"—"),"—")'
TAIL = ("Отклонение (−/+)", "Отклонение, %", "Обоснование причин отклонения")


def indicators_form(report: Report) -> Form:
    """№ – name – unit – plan – fact – deviation (± and %) – reason."""
    names = ("№", "Наименование показателя", "Ед. изм.", "Плановое значение на год", fact_heading(report), *TAIL)
    rows = [heads(names)]
    for place, one in enumerate(report["indicators"], 1):
        plan, fact = value(one["plan"], without=NOT_GIVEN), value(one["fact"])
        rows.append((*left(one), plan, fact, *right(one, place, 3, 4)))
    return form(report, "Показатели", "Показатели", rows, (4, 28, 9, 10, 11, 10, 10, 22))


def previous_form(report: Report) -> Form:
    """The same with the fact of the year before."""
    before = f"Факт за {report['year'] - 1} год"
    names = ("№", "Наименование показателя", "Ед. изм.", before, "Плановое значение на год", fact_heading(report))
    rows = [heads((*names, *TAIL))]
    for place, one in enumerate(report["indicators"], 1):
        plan, fact = value(one["plan"], without=NOT_GIVEN), value(one["fact"])
        rows.append((*left(one), value(one["previous_fact"]), plan, fact, *right(one, place, 4, 5)))
    said = "Показатели в сравнении с предыдущим годом"
    return form(report, "Показатели, прошлый год", said, rows, (4, 26, 9, 10, 10, 11, 10, 10, 20))


def quarters_form(report: Report) -> Form:
    """Facts from the beginning of the year to the end of each quarter."""
    ends = [ENDS[number] for number in range(1, (report["quarter"] or 4) + 1)]
    rows = [heads(("№", "Наименование показателя", "Ед. изм.", "Плановое значение на год", *ends, *TAIL))]
    last = 3 + len(ends)
    for place, one in enumerate(report["indicators"], 1):
        facts = [value(one["quarters"].get(str(number))) for number in range(1, len(ends))]
        plan = value(one["plan"], without=NOT_GIVEN)
        rows.append((*left(one), plan, *facts, value(one["fact"]), *right(one, place, 3, last)))
    said = "Показатели по кварталам, нарастающим итогом"
    widths = (4, 24, 9, 10, *(9 for _end in ends), 10, 10, 18)
    return form(report, "Показатели по кварталам", said, rows, widths)


def form(report: Report, sheet: str, said: str, rows: list[tuple[Slot, ...]], widths: tuple[int, ...]) -> Form:
    title = "\n".join((title_of(report), report["name"], said, plan_lines(report)[1]))
    return Form(sheet, (), title, tuple(rows), widths, 1, is_wide=True)


def fact_heading(report: Report) -> str:
    return "Фактическое значение за отчётный период" if not report["quarter"] else "Факт нарастающим итогом"


def left(one: Report) -> tuple[Slot, ...]:
    return words(one["number"]), words(one["name"]), words(unit_of(one))


def right(one: Report, row: int, plan: int, fact: int) -> tuple[Slot, ...]:
    """Deviation and per cent as formulas over the plan and the fact of the row, and the reason."""
    cells = {"plan": at(row, plan), "fact": at(row, fact)}
    deviation = value(one["deviation"], DEVIATION.format(**cells), without="—")
    share = percent(decimal(one["deviation_percent"]), PERCENT.format(**cells))
    return deviation, share, words(one["reason"])
