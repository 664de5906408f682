"""Passports from the methods of an edition: filled where empty, taken over by a person, never overwritten."""

import copy
from decimal import Decimal
from importlib.resources import files

import pytest
import yaml
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.make import make_municipality, make_secretary
from tests.pages import Browser, said
from tosportal.domain.errors import RuleBroken
from tosportal.domain.indicator_passport import Passport, Variable
from tosportal.features.indicators import queries, service
from tosportal.features.indicators.models import IndicatorFact, IndicatorPassport
from tosportal.features.programmes.queries import indicator_by_code, indicators_of
from tosportal.features.programmes.service import Act, adopt_edition, load_programme
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

DOCUMENT = yaml.safe_load(
    (files("tosportal") / "sample/programme-kirovo-chepetsk-2020-2030.yaml").read_text(encoding="utf-8")
)
PASSPORTS = "/office/indicators/safety-2020-2030/passports"
ENTER = "/office/indicators/safety-2020-2030/{}/2025"


@pytest.fixture
def town(app):
    return make_municipality("kirovo-chepetsk", "Город Кирово-Чепецк")


@pytest.fixture
def programme(town):
    found = load_programme(DOCUMENT, municipality=town, actor=None, now=NOW)
    db.session.commit()
    return found


@pytest.fixture
def office(app, programme, town):
    secretary = make_secretary(town)
    db.session.commit()
    return Browser(app, secretary)


def rows_of(programme) -> dict[str, queries.PassportRow]:
    return {row.indicator.code: row for row in queries.passport_rows(programme)}


def acts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


def test_empty_passports_are_filled_with_the_formulas_as_written(programme):
    filled = service.fill_passports(programme, actor=None, now=NOW)
    assert filled == [f"ind-{number}" for number in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11)]
    rows = rows_of(programme)
    assert [rows[code].held.formula for code in ("ind-1", "ind-6", "ind-10")] == [
        "Доб = Коб1/Коб2 Х 100",
        "ВН = (Куг.отв.+Кадм.отв) x 100000/КН",
        "Двып= Квып/КобщX100",
    ]
    people = rows["ind-6"].held.variables[-1]
    assert (people.name, people.unit, people.measure) == ("КН", "ед.", "")
    assert people.source == "Федеральная служба государственной статистики Российской Федерации"
    assert (
        rows["ind-1"].held.source == "Сведения о состоянии антитеррористической защищенности подведомственных объектов"
    )
    assert {row.state for code, row in rows.items() if code != "ind-3"} == {"same"}
    assert (rows["ind-3"].state, rows["ind-3"].held) == ("none", None)
    assert acts().count("indicator_passport.filled") == 10
    assert service.fill_passports(programme, actor=None, now=NOW) == []


def test_a_method_that_is_missing_unclear_or_wrong_is_said_in_words(programme):
    words = {code: [str(one) for one in row.method.remarks] for code, row in rows_of(programme).items()}
    assert words["ind-1"] == []
    assert words["ind-3"][0].startswith("Методики расчёта этого показателя в редакции нет")
    assert words["ind-7"][0].startswith("«КН» обозначает и сам показатель, и одно из чисел формулы (количество")
    assert words["ind-8"] == ["Обозначение «Котр.» формулы не описано", "Обозначения «Корт.» в формуле нет"]


def test_a_written_passport_is_shown_beside_the_edition_and_taken_over_by_a_person(programme, office):
    indicator = indicator_by_code(programme, "ind-11")
    own = Passport(
        "Он = Чо / Чн",
        (Variable("Чо", "мои слова", unit="тыс. чел."), Variable("Чн", "жители", "Росстат", "", "тыс. чел.", "68,4")),
    )
    with pytest.raises(RuleBroken):  # a share is not a per cent: the units say so
        service.write_passport(indicator, own, actor=None, now=NOW)
    own = Passport("Он = 100 × Чо / Чн", own.variables, counting="persons")
    service.write_passport(indicator, own, actor=None, now=NOW)
    db.session.commit()
    assert "ind-11" not in service.fill_passports(programme, actor=None, now=NOW)
    db.session.commit()
    page = said(office.get(PASSPORTS))
    assert "Отличается от редакции" in page
    assert "Формула Он = 100 × Чо / Чн Он = Чо/Чн Х 100" in page
    assert "Что значит «Чо» мои слова количество населения, охваченного системой оповещения" in page
    office.post(PASSPORTS, {"do": "take", "code": "ind-11"})
    held = rows_of(programme)["ind-11"].held
    assert (held.formula, held.number, held.counting) == ("Он = Чо/Чн Х 100", 2, "persons")
    assert (held.variables[1].value, held.variables[1].source) == ("68,4", "Росстат")
    assert rows_of(programme)["ind-11"].state == "same"
    assert acts()[-1] == "indicator_passport.taken"
    office.post(PASSPORTS, {"do": "take", "code": "ind-3"}, code=422)
    office.post(PASSPORTS, {"do": "take", "code": "ind-99"}, code=404)
    office.post(PASSPORTS, {"do": "measure", "code": "ind-11"}, code=422)


def test_a_new_edition_with_another_method_changes_nothing_by_itself(programme):
    service.fill_passports(programme, actor=None, now=NOW)
    changed = copy.deepcopy(DOCUMENT)
    changed["indicators"][3]["methodology"]["formula_printed"] = "Увес = 100 × Ктек1 : Ктек2"
    adopt_edition(programme, changed, act=Act("Постановление", "7", NOW.date()), reason="", actor=None, now=NOW)
    assert service.fill_passports(programme, actor=None, now=NOW) == []
    row = rows_of(programme)["ind-4"]
    assert (row.state, [(one.held, one.offered) for one in row.differs]) == (
        "differs",
        [("Увес = Ктек1/Ктек2 Х 100", "Увес = 100 × Ктек1 : Ктек2")],
    )


def test_the_page_fills_by_a_button_and_says_what_is_wrong_next_to_the_field(programme, office):
    assert "Методики расчёта этого показателя в редакции нет" in said(office.get(PASSPORTS))
    office.post(PASSPORTS, {"do": "fill"})
    page = said(office.get(PASSPORTS))
    assert "Заполнить" not in page
    assert "Обозначение «Котр.» формулы не описано." in page
    unread = office.get("/office/indicators/safety-2020-2030/ind-8/passport").get_data(as_text=True)
    assert 'value="Онарк. = Котр. x 100000/Чнас."' in unread
    assert 'id="formula-error"' in unread
    assert 'id="name-0-error"' in unread
    double = said(office.get("/office/indicators/safety-2020-2030/ind-7/passport"))
    assert "«КН» обозначает и сам показатель, и одно из чисел формулы" in double
    assert "По смыслу похоже: «Жители района»" in double


def test_only_the_office_of_the_place_sees_and_fills(app, programme):
    stranger = make_secretary(make_municipality("other", "Другой район"))
    db.session.commit()
    Browser(app, stranger).get(PASSPORTS, code=404)
    Browser(app, stranger).post(PASSPORTS, {"do": "fill"}, code=404)
    assert db.session.scalar(select(func.count(IndicatorPassport.id))) == 0


def test_a_fact_follows_by_the_formula_from_typed_numbers(programme, office, visitor):
    service.fill_passports(programme, actor=None, now=NOW)
    db.session.commit()
    address = ENTER.format("ind-1")
    page = said(office.get(address))
    assert "Посчитать по формуле паспорта Доб = Коб1/Коб2 Х 100" in page
    wrong = office.post(address, {"do": "count", "number-0": "пять", "number-1": "14"}, code=422)
    text = wrong.get_data(as_text=True)
    assert 'value="пять"' in text
    assert 'id="number-0-error"' in text
    assert 'id="counted_from-error"' in text
    assert 'id="number-1-error"' not in text
    form = {"do": "count", "number-0": "5", "counted_from": "Сведения за 2025 год"}
    for bad in ("0", "-14", "9" * 13, "13,5"):
        office.post(address, {**form, "number-1": bad}, code=422)
    assert db.session.scalar(select(func.count(IndicatorFact.id))) == 0
    for _press in range(2):
        office.post(address, {**form, "number-1": "14,0"})
    (fact,) = db.session.scalars(select(IndicatorFact)).all()
    assert (fact.value, fact.origin, fact.source_document) == (Decimal("35.71429"), "person", "Сведения за 2025 год")
    public = said(visitor.get("/indicators/safety-2020-2030/ind-1/2025"))
    assert "5 / 14 × 100 = 35,71429" in public
    assert "из чисел, внесённых вручную. Источник: Сведения за 2025 год" in public
    assert "Считает портал" not in public


def test_an_indicator_whose_name_means_a_measure_is_given_it_by_a_button(app):
    from tests.features.programmes.test_service import load

    found = load()
    place = found.municipality_id
    from tosportal.features.registry.models import Municipality

    browser = Browser(app, make_secretary(db.session.get_one(Municipality, place)))
    db.session.commit()
    address = f"/office/indicators/{found.slug}/passports"
    assert "похоже на меру портала «События»" in said(browser.get(address))
    browser.post(address, {"do": "measure", "code": "ind-2-1"})
    assert rows_of(found)["ind-2-1"].held.variables[0].measure == "events:seminar"
    assert rows_of(found)["ind-1-2"].held.number == 0  # counted by the programme's own measure


def test_the_page_of_passports_costs_the_same_for_three_indicators_and_for_sixty(app, town, statements):
    secretary = make_secretary(town)
    db.session.commit()
    costs = {}
    for number in (3, 60):
        data = copy.deepcopy(DOCUMENT)
        model = data["indicators"][3]
        data["indicators"] = [{**model, "id": f"many-{at}", "number": at + 1} for at in range(number)]
        data["portal"] = {"slug": f"many-{number}"}
        made = load_programme(data, municipality=town, actor=None, now=NOW)
        service.fill_passports(made, actor=None, now=NOW)
        for one in indicators_of(made.id):
            service.enter_counted(
                one,
                year=2025,
                values={"Ктек1": Decimal(3), "Ктек2": Decimal(10)},
                source_document="Отчёт",
                actor=None,
                now=NOW,
            )
        db.session.commit()
        browser = Browser(app, secretary)
        for address in (
            f"/office/indicators/many-{number}/passports",
            f"/indicators?programme=many-{number}&year=2025",
            f"/indicators/many-{number}/many-1/2025",
            f"/office/indicators/many-{number}/many-1/2025",
            f"/office/indicators/many-{number}/many-1/passport",
        ):
            browser.get(address)
            statements.clear()
            browser.get(address)
            costs.setdefault(address.replace(f"many-{number}", ""), []).append(len(statements))
    assert all(few == many <= 12 for few, many in costs.values()), costs
