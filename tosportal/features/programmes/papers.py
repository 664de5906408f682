"""The papers of a programme as forms: the passport and the appendices of an edition, every number as it was printed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tosportal.domain.edition_changes import SOURCE_WORDS
from tosportal.domain.printed_numbers import PrintedNumber, plain_number, printed_sum, printed_value
from tosportal.domain.programme_tables.passport import key_of
from tosportal.domain.stated_programme import (
    TOTAL,
    StatedTargets,
    fields_in,
    funding_cells,
    passport_funding,
    rows_in,
    rows_of_task,
    source_names,
    stated_targets,
    target_columns,
    year_keys,
)
from tosportal.features.programmes.models import Programme, ProgrammeEdition
from tosportal.support.documents.form_docx import docx_of_forms
from tosportal.support.documents.form_xlsx import xlsx_of_forms
from tosportal.support.documents.forms import Form, Slot

Row = tuple[Slot, ...]
Document = Mapping[str, Any]
USUAL_ROWS = (
    "Наименование программы",
    "Правовой акт о разработке программы",
    "Разработчики программы",
    "Заказчик программы",
    "Руководитель программы",
    "Исполнитель программы",
    "Исполнители основных мероприятий программы",
    "Участники программы",
    "Цели программы",
    "Задачи программы",
    "Сроки и этапы реализации программы",
    "Объёмы финансирования программы",
    "Целевые показатели программы",
    "Ожидаемые результаты реализации программы",
)
NOT_FILLED = "x"  # the cell of an executor in a row of totals, as these tables print it


def programme_docx(programme: Programme, edition: ProgrammeEdition, *, now: datetime) -> bytes:
    """The passport and the appendices of an edition as DOCX."""
    return docx_of_forms(programme_forms(edition.document), title=programme.name, under=made_by(edition), now=now)


def programme_xlsx(programme: Programme, edition: ProgrammeEdition, *, now: datetime) -> bytes:
    """The same as XLSX, a sheet each."""
    return xlsx_of_forms(programme_forms(edition.document), title=programme.name, now=now)


def made_by(edition: ProgrammeEdition) -> str:
    """Which edition the paper prints."""
    act = f", {edition.act_name or 'постановление'} № {edition.act_number}" if edition.act_number else ""
    day = f" от {edition.act_on:%d.%m.%Y}" if edition.act_number and edition.act_on else ""
    return f"Редакция {edition.number}{act}{day}. Напечатано по данным портала."


def programme_forms(document: Document) -> list[Form]:
    """The forms that this document fills: the passport always, an appendix when it has something to print."""
    forms = [passport_form(document)]
    if rows_in(document.get("indicators")):
        forms.append(indicators_form(document))
    if rows_in(document.get("activities")):
        forms.append(activities_form(document))
    if funding_cells(document):
        forms.append(funding_form(document))
    if any(one.formula for one in stated_targets(document)):
        forms.append(methods_form(document))
    return forms


def name_of(document: Document) -> str:
    return str(fields_in(document.get("passport")).get("name") or "")


def above_appendix(document: Document, number: int) -> tuple[str, ...]:
    """What stands over an appendix at the right: the act that approved it and whose appendix it is."""
    blocks = rows_in(fields_in(document.get("approval")).get("appendix_blocks"))
    printed = [str(one.get("printed") or "") for one in blocks if one.get("appendix") == number]
    return (*printed, f"Приложение № {number}", f"к муниципальной программе «{name_of(document)}»")


def text(value: Any) -> Slot:
    return Slot(str(value or ""))


def head(said: str, rows: int = 1, columns: int = 1) -> Slot:
    return Slot(said, rows, columns, align="center", is_bold=True)


def number_slot(shown: PrintedNumber, *, unit: str = "") -> Slot:
    """A number in its cell; one in another unit than its row says the unit too."""
    if shown.unit and unit and shown.unit != unit:
        return Slot(f"{shown.text} {shown.unit}", align="end")
    return Slot(shown.text, 1, 1, shown.number, shown.places, shown.is_grouped, align="end")


def column_words(key: str) -> str:
    return f"{key} год" if len(key) == 4 else f"{key.replace('-', '–')} годы"


def column_numbers(count: int, *, without: int = -1) -> Row:
    """The row with the numbers of columns; the column of weights has none, as in the document."""
    numbers = iter(range(1, count + 1))
    return tuple(head("" if place == without else str(next(numbers))) for place in range(count))


# --- the passport


def passport_form(document: Document) -> Form:
    passport = fields_in(document.get("passport"))
    labels = [str(one) for one in passport.get("rows_printed") or USUAL_ROWS]
    rows = [(text(label), text(said)) for label in labels if (said := passport_text(document, key_of(label)))]
    title = str(passport.get("title_printed") or f"Муниципальная программа «{name_of(document)}»")
    title = title if title.casefold().startswith("паспорт") else f"ПАСПОРТ\n{title}"
    block = fields_in(fields_in(document.get("approval")).get("title_block"))
    above = tuple(str(block["printed"]).split("\n")) if block.get("printed") else ()
    return Form("Паспорт", above, title, tuple(rows), (3, 7))


def passport_text(document: Document, key: str) -> str:
    """What a row of the passport holds, in the lines of the document."""
    passport = fields_in(document.get("passport"))
    tasks = [str(one.get("name") or "") for one in rows_in(document.get("tasks"))]
    if key == "funding":
        return "\n".join(passport_funding(document))
    if key == "indicators":
        names = passport.get("indicator_names") or [one.name for one in stated_targets(document)]
        return "\n".join(f"{number}. {name}" for number, name in enumerate(names, 1))
    if key == "goal":
        goal = document.get("goal")
        return str(passport.get("goal") or fields_in(goal).get("name") or goal or "")
    if key == "tasks":
        return "\n".join(str(one) for one in passport.get("tasks") or tasks)
    if key == "term":
        term = fields_in(passport.get("term"))
        return "\n".join(words for one in [term, *rows_in(term.get("stages"))] if (words := words_of(one)))
    value = passport.get(key) or passport.get(f"{key}_printed") or ""
    return "; ".join(map(words_of, value)) if key == "executors" and value else words_of(value)


def words_of(value: Any) -> str:
    """A field of the passport as words: a text, the print of a row, a list by lines."""
    if isinstance(value, Mapping):
        return str(value.get("printed") or value.get("name") or value.get("title") or "")
    return "\n".join(map(words_of, value)) if isinstance(value, list) else str(value or "")


# --- appendix 1: indicators


def indicators_form(document: Document) -> Form:
    years, shown = target_columns(document), stated_targets(document)
    has_weights = any(one.weight for one in shown)
    width = 4 + has_weights + len(years)
    goal = fields_in(document.get("goal"))
    rows = [
        *indicators_head(years, has_weights=has_weights),
        (Slot(f"Цель: {goal.get('appendix1') or goal.get('name') or document.get('goal') or ''}", columns=width),),
        *indicator_rows(document, shown, has_weights=has_weights),
    ]
    title = f"Цели, задачи и целевые индикаторы муниципальной программы «{name_of(document)}»"
    widths = (22, 30, 10, *((11,) if has_weights else ()), *(10 for _year in years), 10)
    return Form("Приложение 1", above_appendix(document, 1), title, tuple(rows), widths, 4, is_wide=True)


def indicators_head(years: Sequence[str], *, has_weights: bool) -> list[Row]:
    weight = (head("Значение весового коэффициента целевого индикатора", 3),) if has_weights else ()
    names = ("Цель/задачи, требующие решения для достижения цели", "Наименование целевого индикатора", "Ед. измерения")
    values = head("Значение целевого индикатора", columns=len(years))
    return [
        (*(head(name, 3) for name in names), *weight, values, head("Примечание", 3)),
        (head("в том числе по годам", columns=len(years)),),
        tuple(head(column_words(year)) for year in years),
        column_numbers(4 + has_weights + len(years), without=3 if has_weights else -1),
    ]


def indicator_rows(document: Document, shown: Sequence[StatedTargets], *, has_weights: bool) -> Iterator[Row]:
    by_code = {one.code: one for one in shown}
    indicators = rows_in(document.get("indicators"))
    for task in rows_in(document.get("tasks")):
        words = f"Задача {task.get('number')}: {task.get('name_appendix1') or task.get('name') or ''}"
        own = rows_of_task(indicators, str(task.get("id")))
        for place, row in enumerate(own):
            number = row.get("number_appendix_printed") or f"{row.get('number_appendix') or row.get('number')}."
            stated = by_code[str(row.get("id") or "")]
            yield (
                *((Slot(words, rows=len(own)),) if place == 0 else ()),
                text(f"{number} {row.get('name_appendix') or row.get('name') or ''}"),
                text(row.get("unit_printed")),
                *((number_slot(weight_of(row)),) if has_weights else ()),
                *(number_slot(one) if one else text("") for one in stated.targets),
                text(row.get("note_printed")),
            )


def weight_of(row: Mapping[str, Any]) -> PrintedNumber:
    """The «weight» as printed; without one an empty cell."""
    printed = row.get("weight_column_printed")
    if not printed:
        return PrintedNumber("")
    return printed_value({"value": row.get("weight_column_value", printed), "printed": printed})


# --- appendix 2: activities


def activities_form(document: Document) -> Form:
    activities = rows_in(document.get("activities"))
    parts = [fields_in(one.get("quantity")).get("by_year") for one in activities]
    sums = [one.get("amount") for one in activities]
    years = year_keys(*parts, *sums)
    width = 6 + len(years)
    goal = fields_in(document.get("goal"))
    rows: list[Row] = [
        *activities_head(years),
        (Slot(f"1. Цель: {goal.get('appendix2') or goal.get('name') or document.get('goal') or ''}", columns=width),),
    ]
    table = ActivityTable(years, source_names(document, "appendix2"))
    for task in rows_in(document.get("tasks")):
        number = task.get("number_appendix2") or f"1.{task.get('number')}"
        said = f"{number}. Задача {task.get('number')}: {task.get('name_appendix2') or task.get('name') or ''}"
        rows.append((Slot(said, columns=width, is_bold=True),))
        for one in rows_of_task(activities, str(task.get("id"))):
            rows += table.activity(one, fields_in(document.get("executors")))
        totals = fields_in(fields_in(document.get("task_totals")).get(str(task.get("id"))))
        rows += table.totals(f"Итого затрат на решение задачи {task.get('number')}, в том числе:", totals)
    totals = fields_in(document.get("programme_totals"))
    label = str(totals.get("label_printed") or "Итого затрат на достижение цели 1")
    rows += table.totals(label if "том числе" in label else f"{label}, в том числе:", totals)
    title = f"МЕРОПРИЯТИЯ\nмуниципальной программы «{name_of(document)}»"
    widths = (22, 13, 9, *(11 for _year in years), 11, 17, 17)
    return Form("Приложение 2", above_appendix(document, 2), title, tuple(rows), widths, 4, is_wide=True)


def activities_head(years: Sequence[str]) -> list[Row]:
    left = ("Наименование мероприятия", "Наименование показателя", "Единица измерения")
    right = ("Ответственный исполнитель", "Ожидаемый результат")
    values = head("Значение показателя", columns=len(years) + 1)
    return [
        (*(head(name, 3) for name in left), values, *(head(name, 3) for name in right)),
        (head("в том числе по годам", columns=len(years) + 1),),
        (*(head(column_words(year)) for year in years), head("итого")),
        column_numbers(6 + len(years)),
    ]


class ActivityTable:
    """Rows of appendix 2: a block of rows for each activity, rows of totals for each task."""

    def __init__(self, years: Sequence[str], sources: Mapping[str, str]) -> None:
        self.keys = [*years, TOTAL]
        self.sources = sources

    def activity(self, one: Mapping[str, Any], executors: Mapping[str, Any]) -> list[Row]:
        named = [str(executors.get(code, code)) for code in one.get("executors") or ()]
        lines = [self.quantities(one), *self.money_rows(one)]
        count = len(lines)
        left = Slot(str(one.get("name") or ""), rows=count)
        right = (str(one.get("executors_printed") or ", ".join(named)), str(one.get("expected_result") or ""))
        return [(left, *lines[0], *(Slot(said, rows=count) for said in right)), *lines[1:]]

    def quantities(self, one: Mapping[str, Any]) -> Row:
        quantity = fields_in(one.get("quantity"))
        values = {**fields_in(quantity.get("by_year")), TOTAL: quantity.get("total")}
        numbers = (number_slot(plain_number(values.get(key))) for key in self.keys)
        return (text("Количество"), text(quantity.get("unit")), *numbers)

    def money_rows(self, one: Mapping[str, Any]) -> Iterator[Row]:
        yield self.money(text("Стоимость единицы"), one.get("unit_cost"))
        yield self.money(text("Сумма затрат, в том числе:"), one.get("amount"))
        by_source = fields_in(one.get("sources"))
        extra = rows_in(one.get("printed_extra_rows"))
        for source in self.printed_sources(by_source):
            yield self.money(text(self.name_of(source)), by_source[source])
            for row in extra:
                if row.get("duplicate_of") == source:  # a row that the document prints twice is printed twice
                    yield self.money(text(row.get("row")), row.get("values"))

    def name_of(self, source: str) -> str:
        return self.sources.get(source) or SOURCE_WORDS.get(source, source)

    def printed_sources(self, cells: Mapping[str, Any]) -> list[str]:
        known = [source for source in self.sources if source in cells]
        return known + [source for source in cells if source not in known and isinstance(cells[source], Mapping)]

    def money(self, label: Slot, cells: Any) -> Row:
        named = fields_in(cells)  # a source that is not named in a year is a dash, a year that is not there is empty
        shown = [printed_sum(named[key]) if key in named else PrintedNumber("") for key in self.keys]
        unit = next((one.unit for one in shown if one.unit), "")
        return (label, text(unit), *(number_slot(one, unit=unit) for one in shown))

    def totals(self, label: str, cells: Mapping[str, Any]) -> Iterator[Row]:
        """The rows of a total: all the money, then each source; nothing when the document gives none."""
        rows = [(label, cells.get(TOTAL))] if cells.get(TOTAL) else []
        sources = [one for one in self.printed_sources(cells) if one not in {TOTAL, "label_printed"}]
        for said, own in [*rows, *((self.name_of(one), cells[one]) for one in sources)]:
            yield (*self.money(Slot(said, columns=2), own), Slot(NOT_FILLED, align="center"), text(""))


# --- appendix 3: money; and how indicators are counted


def funding_form(document: Document) -> Form:
    cells = funding_cells(document)
    years = sorted({year for year, _source in cells} - {TOTAL})
    has_total = any(year == TOTAL for year, _source in cells)
    keys = [*([TOTAL] if has_total else []), *years]
    names = source_names(document, "appendix3") | {TOTAL: "Всего финансовых затрат, в том числе за счет:"}
    printed = fields_in(fields_in(document.get("funding")).get("appendix3"))
    names |= {source: SOURCE_WORDS.get(source, source) for _year, source in cells if source not in names}
    order = [TOTAL, *(one for one in names if one != TOTAL)]
    table = ActivityTable([], {})
    table.keys = keys
    rows, unit = [], ""
    for source in order:
        own = {year: cells[year, source] for year in keys if (year, source) in cells}
        if any(own.values()):
            row = fields_in(printed.get(source))
            label, its_unit, *numbers = table.money(text(row.get("label_printed") or names[source]), own)
            unit = unit or its_unit.text
            rows.append((label, *numbers, text(row.get("note_printed"))))
    title = f"Сводные финансовые затраты муниципальной программы «{name_of(document)}»"
    heads = funding_head(years, unit, has_total=has_total)
    widths = (28, *(12 for _key in keys), 14)
    above = above_appendix(document, 3)
    return Form("Приложение 3", above, title, (*heads, *rows), widths, len(heads), is_wide=True)


def funding_head(years: Sequence[str], unit: str, *, has_total: bool) -> list[Row]:
    first = head("Источники и объемы расходов по программе", 3)
    money = head(f"Финансовые затраты, {unit}".rstrip(", "), columns=len(years) + has_total)
    total = (head("всего", 2),) if has_total else ()
    return [
        (first, money, head("Примечание", 3)),
        (*total, head("в том числе по годам реализации программы", columns=len(years))),
        tuple(head(column_words(year)) for year in years),
        column_numbers(2 + has_total + len(years)),
    ]


def methods_form(document: Document) -> Form:
    """How the indicators are counted: the formula as printed, what its signs mean, where the data come from."""
    heads = ("№", "Показатель", "Ед. измерения", "Формула", "Значения букв", "Источник данных")
    rows = [tuple(head(name) for name in heads)]
    for one in stated_targets(document):
        if one.formula:
            meant = "\n".join(f"{sign} – {name}" for sign, name in one.variables)
            rows.append(tuple(map(text, (one.number, one.name, one.unit, one.formula, meant, one.source))))
    title = f"Методика расчета показателей муниципальной программы «{name_of(document)}»"
    return Form("Методика", (), title, tuple(rows), (4, 22, 9, 22, 36, 18), 1, is_wide=True)
