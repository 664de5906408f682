"""The form of activities: what was planned of each, whether it is performed, on which day, by what it is known."""

from tosportal.domain.printed_numbers import places_of
from tosportal.domain.programme_report import DONE_PERCENT, STATES, decimal, is_undated, undated
from tosportal.features.indicators.papers.cells import heads, words
from tosportal.features.indicators.papers.words import NONE, Report, day_of, plan_lines, roubles, shown, title_of
from tosportal.support.documents.forms import Form, Slot

HEADINGS = ("№", "Мероприятие", "Количество по плану на год", "Состояние", "Выполнено", "Основание")
NOTE = (
    "Отметка главнее денег; без неё мероприятие с деньгами выполнено, когда касса не меньше "
    f"{DONE_PERCENT} % его плана на год, а мероприятие без денег не определено."
)
NOT_NAMED = "Сведений о мероприятиях в отчёте нет"


def activities_form(report: Report) -> Form:
    """№ – activity – quantity – state at the end of the period – day – document or money."""
    rows = [heads(HEADINGS)]
    for place, one in enumerate(report.get("activities", ()), 1):
        left = (words(str(place)), words(one["name"]), quantity(one), words(STATES[one["state"]]))
        rows.append((*left, words(day_said(one)), words(basis_of(one, report))))
    if len(rows) == 1:
        rows.append((words(""), words(NOT_NAMED), *(words("") for _heading in HEADINGS[2:])))
    title = "\n".join((title_of(report), report["name"], "Выполнение мероприятий", plan_lines(report)[0]))
    below = (NOTE, *undated_note(report))
    return Form("Мероприятия", (), title, tuple(rows), (4, 34, 12, 14, 12, 30), 1, is_wide=True, below=below)


def quantity(one: Report) -> Slot:
    number = decimal(one["quantity"])
    if number is None:
        return Slot(NONE, align="end")
    return Slot(shown(one["quantity"], ""), number=number, places=places_of(number), align="end")


def day_said(one: Report) -> str:
    """The day of an activity that is performed by the end of the period."""
    return day_of(one.get("performed_on", "")) if one["by"] == "mark" else ""


def basis_of(one: Report, report: Report) -> str:
    """What the state is known by."""
    if one["by"] == "mark":
        return str(one["basis"])
    said = f"касса {roubles(decimal(one['cash']))} из {roubles(decimal(one['plan']))}" if one["by"] == "cash" else ""
    if one["by"] == "later":
        said = f"выполнено позже, {day_of(one['performed_on'])}"
    elif report["quarter"] and is_undated(one):
        said = f"{said}; отметка без дня — только в отчёте за год".removeprefix("; ")
    return said or NONE


def undated_note(report: Report) -> tuple[str, ...]:
    """A quarterly report says how many marks it could not use."""
    count = undated(report.get("activities", ())) if report["quarter"] else 0
    if not count:
        return ()
    return (f"Отметок «Выполнено» без дня: {count}. Они учтены только в отчёте за год, здесь их нет.",)
