"""The names that a district's own template of the report may use, and what stands in them: texts as they are printed.

A name with rows is a list; its rows are repeated in the template («{%tr for строка in показатели %}»).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tosportal.domain.attainment import rounded
from tosportal.domain.efficiency import evaluate
from tosportal.domain.efficiency_methods import METHODS
from tosportal.domain.errors import N_
from tosportal.domain.programme_report import STATES
from tosportal.features.indicators.papers.activities import basis_of, day_said, undated_note
from tosportal.features.indicators.papers.spending import MONTHS
from tosportal.features.indicators.papers.spending_rows import SpendingRow, spending_rows
from tosportal.features.indicators.papers.words import (
    NO_DATA,
    NONE,
    NOT_GIVEN,
    Report,
    day_of,
    period_of,
    plan_lines,
    roubles,
    shown,
    title_of,
    unit_of,
)
from tosportal.features.indicators.queries.report import outcome_of

MONEY: Mapping[str, tuple[str, str]] = {
    "план": ("plan", N_("выбранный план, рублей")),
    "план_1_января": ("january", N_("план редакции, действовавшей 1 января")),
    "первая_редакция": ("first", N_("план первой редакции")),
    "действующая_редакция": ("current", N_("план действующей редакции")),
    "роспись": ("roster", N_("сводная бюджетная роспись")),
    "соглашение": ("agreement", N_("соглашение с областью")),
    "обязательства": ("obligations", N_("соглашения с ТОС")),
    "касса": ("cash", N_("кассовое исполнение")),
    "отклонение": ("deviation", N_("касса минус план")),
}
ROWS_OF_INDICATORS: Mapping[str, str] = {
    "номер": N_("номер показателя"),
    "название": N_("название показателя"),
    "единица": N_("единица измерения"),
    "план": N_("план на год"),
    "факт": N_("факт за отчётный период"),
    "прошлый_год": N_("факт прошлого года"),
    "отклонение": N_("факт минус план"),
    "отклонение_процент": N_("отклонение в процентах плана"),
    "выполнение": N_("степень выполнения, процентов"),
    "причина": N_("причина отклонения"),
    "источник": N_("документ, из которого взят факт"),
}
ROWS_OF_MONEY: Mapping[str, str] = {
    "статус": N_("муниципальная программа или мероприятие"),
    "название": N_("название программы или мероприятия"),
    "источник": N_("источник денег или «всего»"),
    **{name: said for name, (_sum, said) in MONEY.items()},
    "процент": N_("исполнение плана, процентов"),
    "причина": N_("причина отклонения"),
}
NAMES: Mapping[str, Any] = {
    "заголовок": N_("название отчёта с периодом"),
    "программа": N_("название программы"),
    "год": N_("отчётный год"),
    "квартал": N_("номер квартала, у годового отчёта пусто"),
    "период": N_("за какое время отчёт, словами"),
    "план_денег": N_("какой план денег взят, с актом или документами"),
    "план_показателей": N_("по какой редакции взяты плановые значения показателей"),
    "редакция": N_("номер действующей редакции программы"),
    "акт_номер": N_("номер акта, которым утверждена программа"),
    "акт_дата": N_("день этого акта"),
    "составлен": N_("день, когда составлен отчёт"),
    "метод": N_("метод оценки эффективности"),
    "эффективность": N_("значение эффективности"),
    "вывод": N_("вывод об эффективности"),
    "показатели": ROWS_OF_INDICATORS,
    "расходы": ROWS_OF_MONEY,
    "мероприятия": {
        "название": N_("название мероприятия"),
        "количество": N_("количество по плану на год"),
        "состояние": N_("выполнено или нет к концу периода отчёта"),
        "день": N_("какого числа выполнено"),
        "основание": N_("документ, объяснение или касса"),
    },
    "мероприятия_без_дня": N_("в квартальном отчёте: сколько отметок без дня в него не вошло"),
    "шаги": {"текст": N_("шаг расчёта эффективности")},
    "касса_по_месяцам": {
        "название": N_("название программы или мероприятия"),
        "источник": N_("источник денег или «всего»"),
        **{month.lower(): N_("касса этого месяца") for month in MONTHS},
        "всего": N_("касса за отчётный период"),
    },
}


def template_context(report: Report, now: datetime) -> dict[str, Any]:
    """What stands in each name of `NAMES` for this report; `now` is of the municipality's zone."""
    money, indicators = plan_lines(report)
    found = evaluate(METHODS[0], outcome_of(report))
    rows = spending_rows(report)
    return {
        "заголовок": title_of(report),
        "программа": report["name"],
        "год": str(report["year"]),
        "квартал": str(report["quarter"] or ""),
        "период": period_of(report),
        "план_денег": money,
        "план_показателей": indicators,
        "редакция": str(report["edition"]),
        "акт_номер": report["act"]["number"],
        "акт_дата": day_of(report["act"]["on"]),
        "составлен": f"{now:%d.%m.%Y}",
        "метод": found.method.name,
        "эффективность": NONE if found.value is None else shown(f"{rounded(found.value, 5):f}", ""),
        "вывод": str(found.why_not) if found.value is None else found.verdict,
        "показатели": [_indicator(one) for one in report["indicators"]],
        "расходы": [_money(row) for row in rows],
        "мероприятия": [
            {
                "название": one["name"],
                "количество": shown(one["quantity"], NONE),
                "состояние": STATES[one["state"]],
                "день": day_said(one),
                "основание": basis_of(one, report),
            }
            for one in report.get("activities", ())
        ],
        "мероприятия_без_дня": "".join(undated_note(report)),
        "шаги": [{"текст": str(step)} for step in found.steps],
        "касса_по_месяцам": [_months(row) for row in rows],
    }


def _indicator(one: Report) -> dict[str, str]:
    return {
        "номер": one["number"],
        "название": one["name"],
        "единица": unit_of(one),
        "план": shown(one["plan"], NOT_GIVEN),
        "факт": shown(one["fact"], NO_DATA),
        "прошлый_год": shown(one["previous_fact"], NO_DATA),
        "отклонение": shown(one["deviation"], NONE),
        "отклонение_процент": shown(one["deviation_percent"], NONE),
        "выполнение": shown(one["degree_percent"], NONE),
        "причина": one["reason"],
        "источник": one.get("source", ""),
    }


def _money(row: SpendingRow) -> dict[str, str]:
    return {
        "статус": row.status,
        "название": row.name,
        "источник": row.source_name,
        **{
            name: roubles(row.sums[code], NONE if code == "deviation" else NOT_GIVEN)
            for name, (code, _) in MONEY.items()
        },
        "процент": NONE if row.percent is None else shown(f"{row.percent:f}", ""),
        "причина": row.reason,
    }


def _months(row: SpendingRow) -> dict[str, str]:
    months = {month.lower(): roubles(row.sums[f"month {number}"]) for number, month in enumerate(MONTHS, 1)}
    return {"название": row.name, "источник": row.source_name, **months, "всего": roubles(row.sums["cash"])}
