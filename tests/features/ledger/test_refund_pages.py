"""The refund to the region on its page: from the ledger and the facts to a sum with its steps."""

from datetime import date
from decimal import Decimal

from tests.conftest import NOW
from tests.features.ledger.make_ledger import make_entry
from tests.features.ledger.test_routes import office, programme, words  # noqa: F401  fixtures
from tosportal.features.indicators.service import enter_fact
from tosportal.features.programmes.queries import indicator_by_code
from tosportal.support.db import db

PAGE = "/office/programme/tos-2024-2026/refund"
CASE = {"year": "2025", "count": "yes", "rule": "all_results", "subsidy": "100 000,00", "unused": "", "misused": ""}
MISSED = {"result-ind-1-2": "yes", "plan-ind-1-2": "10", "fact-ind-1-2": "8"}
REACHED = {"result-ind-4-2": "yes", "plan-ind-4-2": "5", "fact-ind-4-2": "5"}


def test_the_form_knows_the_subsidy_the_targets_and_the_facts(programme, office):  # noqa: F811
    make_entry(programme, kind="region_agreement", level=Decimal("98.2"), year=2025, dated_on=date(2025, 2, 10))
    make_entry(programme, "300000.00", kind="tranche", year=2025, dated_on=date(2025, 4, 10))
    make_entry(programme, "250000.00", kind="cash", year=2025, dated_on=date(2025, 6, 10))
    indicator = indicator_by_code(programme, "ind-4-2")
    enter_fact(indicator, year=2025, value=Decimal(52), source_document="Списки", actor=None, now=NOW)
    db.session.commit()
    text = office.get(f"{PAGE}?year=2025").get_data(as_text=True)
    for name, value in (("subsidy", "708500,00"), ("unused", "50000,00"), ("fact-ind-4-2", "52")):
        assert f'name="{name}" value="{value}"' in text, name
    assert 'name="result-ind-4-2" value="yes" checked' in text
    assert "К возврату" not in text


def test_every_step_of_the_refund_is_shown(programme, office):  # noqa: F811
    page = words(office.get(PAGE, query_string=CASE | MISSED | REACHED))
    assert "К возврату 1 000,00 ₽" in page
    assert "Вернуть до 1 июля 2026 года" in page
    assert "Показатель 1.2: план 10, факт 8 — D = 1 − 0,8" in page
    assert "m — не достигнуто 1, n — всего результатов 2" in page
    page = words(office.get(PAGE, query_string=CASE | MISSED | REACHED | {"unused": "10000"}))
    assert "К возврату 11 000,00 ₽" in page
    assert "где V — без неиспользованного остатка 900,00 ₽ 10 900,00 ₽" in page
    by_itself = {"rule": "each_result_half", "part-ind-1-2": "60000", "part-ind-4-2": "40000"}
    assert "К возврату 600,00 ₽" in words(office.get(PAGE, query_string=CASE | MISSED | REACHED | by_itself))
    unknown = words(office.get(PAGE, query_string=CASE | MISSED | REACHED | {"fact-ind-4-2": ""}))
    assert "Сумма предварительная" in unknown


def test_a_case_that_cannot_be_counted_is_said_at_its_field(programme, office):  # noqa: F811
    for change, remark in (
        ({"rule": "none"}, "Выберите формулу"),
        ({"subsidy": ""}, "Напишите сумму субсидии"),
        ({"subsidy": "много"}, "Напишите сумму цифрами"),
        ({"unused": "100 001"}, "это больше субсидии"),
        ({"fact-ind-1-2": "восемь"}, "Напишите число цифрами"),
        ({"result-ind-1-2": ""}, "Отметьте результаты соглашения"),
        ({"rule": "each_result", **REACHED}, "укажите субсидию на каждый результат"),
    ):
        page = office.get(PAGE, query_string=CASE | MISSED | change, code=422)
        assert remark in words(page), change


def test_the_page_of_the_refund_costs_few_queries(programme, office, statements):  # noqa: F811
    make_entry(programme, kind="region_agreement", level=Decimal("98.2"))
    office.get(PAGE)
    statements.clear()
    office.get(PAGE)
    assert 3 < len(statements) <= 12, len(statements)
