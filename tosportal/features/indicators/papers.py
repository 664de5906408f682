"""The report of a programme as papers: JSON, XLSX in the forms of DOMAIN §6.3 with live sums, DOCX with Word tables."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tosportal.domain.attainment import rounded
from tosportal.domain.efficiency import evaluate
from tosportal.domain.efficiency_methods import METHODS
from tosportal.features.indicators.queries.report import FIGURES, outcome_of
from tosportal.features.programmes.queries import SOURCE_NAMES
from tosportal.support.documents.docx import docx_from_blocks
from tosportal.support.documents.layout import Block, column, heading, paragraph, shown_number, table
from tosportal.support.documents.xlsx import MONEY, NUMBER, PERCENT, Form, FormColumn, Formula, FormValue, forms_book

UNITS = {
    "percent": "%",
    "unit": "ед.",
    "person": "чел.",
    "thousand_rub": "тыс. руб.",
    "per_100k_population": "на 100 тыс. жителей",
}
FIGURE_NAMES = {
    "first": "План, первая редакция, руб.",
    "plan": "План, действующая редакция, руб.",
    "roster": "Сводная бюджетная роспись, руб.",
    "cash": "Кассовое исполнение, руб.",
}
LABELS = {"page": "с.", "table": "Таблица"}


def title_of(report: Mapping[str, Any]) -> str:
    year, quarter = report["year"], report["quarter"]
    period = f"за {quarter} квартал {year} года, нарастающим итогом" if quarter else f"за {year} год"
    return f"Отчёт о выполнении муниципальной программы {period}"


def plan_words(report: Mapping[str, Any]) -> str:
    """Which plan the report uses."""
    act = report["act"]
    by_act = f", постановление от {act['on']} № {act['number']}" if act["number"] and act["on"] else ""
    return f"План показателей и денег — по редакции № {report['edition']} программы{by_act}."


def report_file(report: Mapping[str, Any], kind: str, *, now: datetime) -> bytes:
    """The report as a file of this kind: json, xlsx, docx."""
    if kind == "json":
        return report_json(report)
    return report_xlsx(report, now=now) if kind == "xlsx" else report_docx(report, now=now)


def report_json(report: Mapping[str, Any]) -> bytes:
    return json.dumps(report, ensure_ascii=False, indent=1).encode()


def report_xlsx(report: Mapping[str, Any], *, now: datetime) -> bytes:
    """Two forms: indicators, spending by activity and source. Deviations, per cents and totals are formulas."""
    return forms_book([_indicators_form(report), _spending_form(report)], now=now)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _indicators_form(report: Mapping[str, Any]) -> Form:
    rows = [
        (
            one["number"],
            one["name"],
            UNITS.get(one["unit"], one["unit"]),
            _number(one["plan"]),
            _number(one["fact"]) if one["fact"] is not None else "нет данных",
            Formula('IF(ISNUMBER(E{row}),E{row}-D{row},"—")'),
            Formula('IF(AND(ISNUMBER(E{row}),D{row}<>0),(E{row}-D{row})/D{row}*100,"—")'),
            one["reason"],
        )
        for one in report["indicators"]
    ]
    columns = (
        FormColumn("№", 8),
        FormColumn("Наименование показателя", 48),
        FormColumn("Ед. изм.", 12),
        FormColumn("Плановое значение на год", 14, NUMBER),
        FormColumn("Фактическое значение за отчётный период", 16, NUMBER),
        FormColumn("Отклонение (−/+)", 14, NUMBER),
        FormColumn("Отклонение, %", 12, PERCENT),
        FormColumn("Обоснование причин отклонения", 40),
    )
    return Form("Показатели", title_of(report), columns, rows, above=(report["name"], plan_words(report)))


def _spending_form(report: Mapping[str, Any]) -> Form:
    rows = [
        (
            row["name"],
            SOURCE_NAMES[row["source"]],
            *(Decimal(row[figure]) for figure in FIGURES),
            Formula("F{row}-E{row}"),
            Formula('IF(E{row}<>0,F{row}/E{row}*100,"—")'),
        )
        for row in report["spending"]
    ]
    sums = [Formula(f"SUM({letter}{{first}}:{letter}{{last}})") for letter in "CDEFG"]
    columns = (
        FormColumn("Мероприятие", 52),
        FormColumn("Источник", 24),
        *(FormColumn(FIGURE_NAMES[figure], 18, MONEY) for figure in FIGURES),
        FormColumn("Отклонение от росписи, руб.", 18, MONEY),
        FormColumn("Исполнение росписи, %", 14, PERCENT),
    )
    total: tuple[FormValue, ...] = ("Всего", "", *sums, Formula('IF(E{row}<>0,F{row}/E{row}*100,"—")'))
    above = (report["name"], plan_words(report))
    return Form("Расходы по источникам", title_of(report), columns, rows, above=above, total=total)


def report_docx(report: Mapping[str, Any], *, now: datetime) -> bytes:
    """Indicators with reasons of deviation, spending, efficiency; wide tables lie."""
    blocks: list[Block] = [paragraph(plan_words(report)), heading("Показатели"), _indicators_table(report)]
    blocks += [heading("Расходы по источникам"), _spending_table(report)]
    if not report["quarter"]:
        blocks += _efficiency_blocks(report)
    return docx_from_blocks(
        blocks, over="", title=title_of(report), under=report["name"], labels=LABELS, lang="ru", now=now
    )


def _shown(text: str | None) -> str:
    return "нет данных" if text is None else shown_number(text, "ru")


def _deviation(one: Mapping[str, Any]) -> tuple[str, str]:
    if one["plan"] is None or one["fact"] is None:
        return "—", "—"
    plan, fact = Decimal(one["plan"]), Decimal(one["fact"])
    percent = f"{(fact - plan) / plan * 100:.1f}" if plan else "—"
    return shown_number(f"{fact - plan:f}", "ru"), shown_number(percent, "ru")


def _indicators_table(report: Mapping[str, Any]) -> Block:
    columns = [
        column("№", 5),
        column("Наименование показателя", 28),
        column("Ед. изм.", 8),
        column("План", 9, "end"),
        column("Факт", 10, "end"),
        column("Отклонение", 10, "end"),
        column("Отклонение, %", 10, "end"),
        column("Обоснование причин отклонения", 20),
    ]
    rows = [
        (
            one["number"],
            one["name"],
            UNITS.get(one["unit"], one["unit"]),
            "—" if one["plan"] is None else _shown(one["plan"]),
            _shown(one["fact"]),
            *_deviation(one),
            one["reason"],
        )
        for one in report["indicators"]
    ]
    return table("Показатели: план и факт", columns, rows, landscape=True)


def _spending_table(report: Mapping[str, Any]) -> Block:
    columns = [column("Мероприятие", 34), column("Источник", 16)]
    columns += [column(FIGURE_NAMES[figure], 12, "end") for figure in FIGURES]
    rows = [
        (row["name"], SOURCE_NAMES[row["source"]], *(_roubles(Decimal(row[figure])) for figure in FIGURES))
        for row in report["spending"]
    ]
    totals = [sum((Decimal(row[figure]) for row in report["spending"]), Decimal("0.00")) for figure in FIGURES]
    total = ("Всего", "", *map(_roubles, totals))
    return table("Расходы по мероприятиям и источникам, рублей", columns, rows, total=total, landscape=True)


def _roubles(value: Decimal) -> str:
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",").replace("-", "−")


def _efficiency_blocks(report: Mapping[str, Any]) -> list[Block]:
    found = evaluate(METHODS[0], outcome_of(report))
    if found.value is None:
        return [heading("Эффективность"), paragraph(str(found.why_not))]
    value = shown_number(f"{rounded(found.value, 5):f}", "ru")
    return [
        heading("Эффективность"),
        paragraph(f"{found.method.name}: {value} — {found.verdict}."),
        *(paragraph(str(step)) for step in found.steps),
    ]
