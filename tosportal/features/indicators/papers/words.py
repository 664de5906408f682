"""How the report says things on paper: its title, which plan it uses, numbers, sums, units."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tosportal.domain.programme_report import BY_EDITION, PLANS, targets_of_plan
from tosportal.support.documents.layout import shown_number

Report = Mapping[str, Any]

NOT_GIVEN, NO_DATA, NONE = "не указано", "нет данных", "—"
UNITS = {
    "percent": "%",
    "unit": "ед.",
    "person": "чел.",
    "thousand_rub": "тыс. руб.",
    "per_100k_population": "на 100 тыс. жителей",
}
PERIODS = {0: "за {} год", 1: "за I квартал {} года", 2: "за I полугодие {} года", 3: "за 9 месяцев {} года"}
ENDS = {1: "I квартал", 2: "I полугодие", 3: "9 месяцев", 4: "год"}
DOCUMENTS_MOST = 5


def period_of(report: Report) -> str:
    """For which time the report is; quarters count from the beginning of the year."""
    words = PERIODS.get(report["quarter"], PERIODS[0]).format(report["year"])
    return f"{words} (нарастающим итогом)" if report["quarter"] else words


def title_of(report: Report) -> str:
    return f"Отчёт о выполнении муниципальной программы {period_of(report)}"


def day_of(text: str) -> str:
    return f"{date.fromisoformat(text):%d.%m.%Y}" if text else ""


def basis_words(report: Report, plan: str) -> str:
    """A plan by its name with the act or the documents that set it.

    >>> basis_words({"plans": {"roster": {"edition": None, "documents": []}}}, "roster")
    'сводная бюджетная роспись: документов нет'
    """
    basis = report["plans"][plan]
    name = PLANS[plan][0].lower() + PLANS[plan][1:]
    if plan in BY_EDITION:
        return f"{name} № {basis['edition']}{act_words(basis['act'])}" if basis["edition"] else f"{name}: {NOT_GIVEN}"
    said = [f"{one['name']} (запись {day_of(one['on'])})" for one in basis["documents"]]
    more = f" и ещё {len(said) - DOCUMENTS_MOST}" if len(said) > DOCUMENTS_MOST else ""
    return f"{name}: {'; '.join(said[:DOCUMENTS_MOST])}{more}" if said else f"{name}: документов нет"


def act_words(act: Mapping[str, str]) -> str:
    if not act["number"]:
        return ", реквизиты акта не указаны"
    on = f" от {day_of(act['on'])}" if act["on"] else ""
    return f", {act['name'] or 'постановление'}{on} № {act['number']}"


def plan_lines(report: Report) -> tuple[str, str]:
    """Which plan the report uses: of money, and of indicators."""
    plan = report["plan"]
    targets = basis_words(report, targets_of_plan(plan))
    why = "" if plan in BY_EDITION else " (роспись и соглашение их не задают)"
    return f"План денег — {basis_words(report, plan)}.", f"План показателей — {targets}{why}."


def unit_of(one: Report) -> str:
    return str(one.get("unit_printed") or UNITS.get(one["unit"], one["unit"]))


def shown(text: str | None, without: str) -> str:
    return without if text is None else shown_number(text, "ru")


def roubles(value: Decimal | None, without: str = NOT_GIVEN) -> str:
    """A sum with kopecks.

    >>> roubles(Decimal("-1234.5")), roubles(None)
    ('−1\\xa0234,50', 'не указано')
    """
    if value is None:
        return without
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",").replace("-", "−")
