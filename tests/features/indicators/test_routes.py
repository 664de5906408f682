"""The page of indicators, and entering a fact."""

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.indicators.make_facts import make_contest_of, make_decision
from tests.features.ledger.make_ledger import make_entry
from tests.features.programmes.test_service import load
from tests.make import make_activist, make_municipality, make_secretary, make_tos
from tests.pages import Browser, said
from tosportal.domain.indicator_passport import Passport, Variable
from tosportal.features.indicators import queries
from tosportal.features.indicators.models import IndicatorFact
from tosportal.features.indicators.service import write_passport
from tosportal.features.programmes.queries import indicator_by_code
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

ENTER = "/office/indicators/tos-2024-2026/{}/2026"


@pytest.fixture
def programme(app):
    found = load()
    db.session.commit()
    return found


@pytest.fixture
def office(app, programme):
    secretary = make_secretary(municipality_of_page())
    db.session.commit()
    return Browser(app, secretary)


def test_an_empty_portal_has_a_page(app, visitor):
    assert "ещё не загружена" in said(visitor.get("/indicators"))


def test_the_page_shows_plan_fact_source_and_the_records_behind(programme, visitor, office):
    district = municipality_of_page()
    contest = make_contest_of(programme, district)
    make_decision(contest, [(make_tos(district, "ТОС «Берёзка»"), "118400.76"), (make_tos(district), "0")])
    db.session.commit()
    page = said(visitor.get("/indicators"))
    assert "В 2026 году достигнуто 0 показателей из 7" in page
    assert "1 из 8 ед. 13 %" in page
    assert "118,4 из 1 288,5 тыс. ₽ 9 %" in page
    assert "план 15 % Нет данных" in page
    assert "ТОС «Берёзка»" in page
    assert "Протокол № 1" in page
    assert "3 575,5 тыс. ₽" in page
    assert "Не достигнут" not in page
    assert "Внести" not in page
    assert f'href="/contests/{contest.slug}/results/1"' in visitor.get("/indicators").get_data(as_text=True)
    office.post(ENTER.format("ind-1-1"), {"value": "12,9", "source_document": "Отчёт № 4"})
    page = said(visitor.get("/indicators?indicator=ind-1-1"))
    assert "12.9 из 15" in page.replace(",", ".")
    assert "86 %" in page
    assert "Источник факта 2026 года: Отчёт № 4" in page
    for nonsense in ("year=1", "year=9999", "year=-5", "year=x", "indicator=%00", "indicator=none", "page=77"):
        visitor.get(f"/indicators?{nonsense}")


def test_a_year_that_is_over_says_reached_or_missed(programme, visitor, office, clock):
    for code, value in (("ind-1-1", "12.9"), ("ind-3-1", "4")):
        office.post(ENTER.format(code), {"value": value, "source_document": "Отчёт"})
    clock.move(days=330)
    page = said(visitor.get("/indicators?year=2026"))
    assert "12,9 из 15 % Не достигнут" in page
    assert "4 из 4 ед. Достигнут" in page
    assert "Нет данных" in page


def test_bad_values_are_explained_and_kept(programme, office):
    address = ENTER.format("ind-3-1")
    for value in ("", "много", "-5", "9" * 40, "2,5", "\x00", "<b>1</b>", "1e3", "٣", "--1"):
        page = office.post(address, {"value": value, "source_document": "запомни меня"}, code=422)
        assert 'value="запомни меня"' in page.get_data(as_text=True)
        assert "<b>1</b>" not in page.get_data(as_text=True)
    for document in ("", " ", "x" * 501):
        office.post(address, {"value": "3", "source_document": document}, code=422)
    assert db.session.scalar(select(func.count(IndicatorFact.id))) == 0
    for _press in range(2):
        office.post(address, {"value": "3", "source_document": "Отчёт"})
    assert db.session.scalar(select(func.count(IndicatorFact.id))) == 1
    assert db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()[-1] == "indicator_fact.entered"
    assert "Отчёт" in said(office.get(address))
    for wrong in ("ind-9-9/2026", "ind-3-1/2040", "%00/2026"):
        office.get(f"/office/indicators/tos-2024-2026/{wrong}", code=404)


def test_only_the_secretary_of_the_place_enters(app, programme):
    other = make_secretary(make_municipality("other", "Другой район"))
    activist = make_activist(make_tos(municipality_of_page()))
    db.session.commit()
    form = {"value": "3", "source_document": "Отчёт"}
    Browser(app, other).post(ENTER.format("ind-3-1"), form, code=404)
    Browser(app, activist).post(ENTER.format("ind-3-1"), form, code=403)
    assert db.session.scalar(select(func.count(IndicatorFact.id))) == 0


def test_the_page_costs_the_same_for_one_award_and_for_many(programme, visitor, statements):
    district = municipality_of_page()
    costs = []
    for number in (1, 3):
        for _one in range(number):
            contest = make_contest_of(programme, district)
            make_decision(contest, [(make_tos(district), "5.00") for _award in range(number)])
        db.session.commit()
        visitor.get("/indicators")
        statements.clear()
        visitor.get("/indicators")
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 12


PASSPORT = "/office/indicators/tos-2024-2026/ind-1-1/passport"


def test_a_passport_is_written_with_remarks_next_to_the_field(programme, office, visitor):
    page = office.post(PASSPORT, {"formula": "Куч / / КН", "name-0": "Куч", "meaning-0": "участники"}, code=422)
    assert 'value="участники"' in page.get_data(as_text=True)
    assert 'id="formula-error"' in page.get_data(as_text=True)
    form = {
        "formula": "Доля = Куч/КН Х 100",
        "counting": "visits",
        "name-0": "Куч",
        "measure-0": "participants",
        "unit-0": "чел.",
        "name-1": "КН",
        "value-1": "36 000",
        "unit-1": "чел.",
        "source-1": "Росстат",
        "denominator_on-day": "1",
        "denominator_on-month": "1",
        "denominator_on-year": "2026",
    }
    office.post(PASSPORT, form)
    assert "Действует паспорт № 1" in said(office.get(PASSPORT))
    assert "данных нет" in said(visitor.get("/indicators/tos-2024-2026/ind-1-1/2026"))


def test_a_measure_is_chosen_by_its_name_and_a_count_of_people_says_how_a_person_counts(programme, office):
    page = office.get(PASSPORT).get_data(as_text=True)
    assert '<option value="cash::local">Кассовое исполнение: Местный бюджет</option>' in page
    assert '<option value="events:seminar">События: Семинар, обучение</option>' in page
    assert page.index('id="name-0"') < page.index("<summary>Ещё обозначения</summary>") < page.index('id="name-1"')
    form = {"formula": "Куч/КН Х 100", "name-0": "Куч", "measure-0": "participants:seminar", "activity-0": "act-2-2"}
    form |= {"name-1": "КН", "measure-1": "population"}
    refused = office.post(PASSPORT, form | {"counting": ""}, code=422).get_data(as_text=True)
    assert 'id="counting-error"' in refused
    assert '<option value="participants:seminar" selected>' in refused
    office.post(PASSPORT, form | {"counting": "visits"})
    held = queries.passport_of(indicator_by_code(programme, "ind-1-1").id)
    assert held.variables[0]["measure"] == "participants:seminar:act-2-2"
    page = office.get(PASSPORT).get_data(as_text=True)
    assert '<option value="participants:seminar" selected>' in page
    assert '<option value="act-2-2" selected>' in page
    wrong = office.post(PASSPORT, form | {"measure-0": "population"}, code=422).get_data(as_text=True)
    assert 'id="activity-0-error"' in wrong


def test_a_measure_limited_to_an_activity_names_it(programme, visitor):
    make_entry(programme, "35000.00", year=2026, kind="cash", source="local", activity="act-2-2")
    spent = Variable("Собуч", measure="cash:act-2-2:local")
    write_passport(indicator_by_code(programme, "ind-2-2"), Passport("Собуч", (spent,)), actor=None, now=NOW)
    db.session.commit()
    for address in ("/indicators/tos-2024-2026/ind-2-2/2026", "/indicators?year=2026&indicator=ind-2-2"):
        page = said(visitor.get(address)).replace("\u00a0", " ")
        assert "Только: мероприятие «Обучение членов ТОС" in page, address
        assert "act-2-2" not in page


def test_a_counted_fact_is_frozen_and_its_lineage_is_public(programme, office, visitor):
    district = municipality_of_page()
    make_decision(make_contest_of(programme, district), [(make_tos(district, "ТОС «Берёзка»"), "118400.76")])
    db.session.commit()
    assert "Зафиксировать 118,40076" in said(office.get(ENTER.format("ind-4-1")))
    office.post(ENTER.format("ind-4-1"), {"do": "freeze"})
    office.post(ENTER.format("ind-4-1"), {"do": "reason", "reason": ""}, code=422)
    office.post(ENTER.format("ind-4-1"), {"do": "reason", "reason": "Заявок мало"})
    page = said(visitor.get("/indicators/tos-2024-2026/ind-4-1/2026"))
    assert "ТОС «Берёзка»" in page
    assert "Зафиксировано" in page
    assert "118 400,76" in page.replace("\u00a0", " ")
