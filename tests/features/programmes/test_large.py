"""A programme of 300 activities, 60 indicators and 8 years: its pages are light and cost no more than a small one's."""

import copy
import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import NOW
from tests.domain.consistent_programmes import programme as consistent
from tests.features.programmes.test_service import DOCUMENT
from tests.make import make_municipality, make_secretary
from tests.pages import Browser, said
from tosportal.domain.ledger import EntryFacts
from tosportal.features.ledger.service import record_entry
from tosportal.features.programmes import papers, queries, service
from tosportal.features.programmes.models import Indicator, Programme
from tosportal.support.db import db

LIGHT = 150_000  # bytes of a page
YEARS = [str(year) for year in range(2024, 2032)]
ACT = service.Act("постановление", "5", date(2026, 1, 20))


def large_document() -> dict[str, Any]:
    """Five tasks of sixty activities, sixty indicators, eight years."""
    tasks = [[(1 + n % 3, 10 + n + 300 * task, 30 + n % 50) for n in range(60)] for task in range(5)]
    return consistent(years=YEARS, tasks=tasks, thousands=False, counts=55)


def load(district, data: dict[str, Any], slug: str) -> Programme:
    portal = {**(data.get("portal") or {}), "slug": slug}
    programme = service.load_programme({**data, "portal": portal}, municipality=district, actor=None, now=NOW)
    db.session.commit()
    return programme


@pytest.fixture
def district(app):
    return make_municipality()


@pytest.fixture
def office(app, district) -> Browser:
    secretary = make_secretary(district)
    db.session.commit()
    return Browser(app, secretary)


def measured(browser: Browser, statements: list[str], address: str) -> tuple[str, int]:
    """The text of a page and how many statements it sends when caches are warm."""
    browser.get(address)
    statements.clear()
    page = browser.get(address).get_data()
    count = len(statements)
    assert len(page) < LIGHT, f"{address}: {len(page)} bytes"
    assert count <= 12, f"{address}: {count} statements"
    return page.decode(), count


def test_pages_of_a_large_programme_are_light(district, visitor, statements):
    load(district, large_document(), "large")
    page, _count = measured(visitor, statements, "/programme/large")
    assert page.count("60 мероприятий этой задачи") == 5
    assert "60 показателей с планом по годам" in page
    seen: set[str] = set()
    counts = []
    for number in range(1, 5):
        page, count = measured(visitor, statements, f"/programme/large/tasks/task-2?page={number}")
        seen |= set(re.findall(r'<h2 id="(act-[0-9-]+)"', page))
        counts.append(count)
    assert seen == {f"act-2-{number}" for number in range(1, 61)}
    assert len(set(counts)) == 1
    first, count = measured(visitor, statements, "/programme/large/indicators")
    second, same = measured(visitor, statements, "/programme/large/indicators?page=2")
    assert count == same
    assert (first.count('<tr><th scope="row">'), second.count('<tr><th scope="row">')) == (30, 30)


def test_a_small_programme_is_one_page_and_costs_no_less(district, visitor, statements):
    load(district, DOCUMENT, "small")
    load(district, large_document(), "large")
    page, count = measured(visitor, statements, "/programme/small")
    assert page.count("<h4 id=") == len(DOCUMENT["activities"]) == 9
    assert "мероприятий этой задачи" not in page
    assert measured(visitor, statements, "/programme/large")[1] <= count
    tasks = [measured(visitor, statements, f"/programme/{slug}/tasks/task-1")[1] for slug in ("small", "large")]
    assert tasks[0] == tasks[1]


@pytest.mark.parametrize(
    ("slug", "code", "where"),
    [
        ("small", "act-4-4", "/programme/small#act-4-4"),
        ("large", "act-3-1", "/programme/large/tasks/task-3#act-3-1"),
        ("large", "act-3-60", "/programme/large/tasks/task-3?page=4#act-3-60"),
    ],
)
def test_an_activity_has_an_address(district, visitor, slug, code, where):
    load(district, DOCUMENT if slug == "small" else large_document(), slug)
    answer = visitor.client.get(f"/programme/{slug}/activities/{code}")
    assert (answer.status_code, answer.headers["Location"]) == (302, where)
    address, _hash, anchor = where.partition("#")
    assert f'id="{anchor}"' in visitor.get(address).get_data(as_text=True)


@pytest.mark.parametrize("address", ["tasks/none", "tasks/%00", "activities/none", "activities/%00"])
def test_no_such_task_or_activity_is_404(district, visitor, address):
    load(district, DOCUMENT, "small")
    visitor.get(f"/programme/small/{address}", code=404)
    visitor.get(f"/programme/none/{address}", code=404)


def test_a_comparison_of_thousands_of_lines_comes_in_pages(district, visitor, statements):
    programme = load(district, large_document(), "large")
    data = copy.deepcopy(large_document())
    for one in data["activities"]:
        one["name"] += " и далее"
    for one in data["indicators"]:
        for target in one["targets"].values():
            target["value"] = target["printed"] = "7"
    service.adopt_edition(programme, data, act=ACT, reason="Уточнение", actor=None, now=NOW)
    db.session.commit()
    page, count = measured(visitor, statements, "/programme/large/editions/1/2")
    found = re.search(r"Отличается (\d+) строк", page)
    assert found
    assert int(found[1]) == 300 + 60 * 8
    assert page.count('<tr><th scope="row">') == 100
    last, same = measured(visitor, statements, "/programme/large/editions/1/2?page=8")
    assert last.count('<tr><th scope="row">') == 80
    assert count == same


def test_an_upload_of_a_large_programme_is_light_and_checked_once(district, office, visitor, statements, monkeypatch):
    from tosportal.features.programmes.routes import recognised

    programme = load(district, large_document(), "large")
    edition = queries.edition_of(programme.id, 1)
    assert edition
    paper = papers.programme_xlsx(programme, edition, now=NOW)
    checks: list[int] = []
    check = recognised.check_programme
    monkeypatch.setattr(recognised, "check_programme", lambda *args: checks.append(1) or check(*args))
    sent = office.post("/office/programme/upload", {"file": (io.BytesIO(paper), "программа.xlsx")})
    address = sent.request.path
    for part in ("", "/passport", "/indicators", "/of-task-1", "/of-task-1?page=2"):
        measured(office, statements, f"{address}{part}")
    assert len(checks) == 1, "what a file says is checked once, not on every page"
    page = office.get(f"{address}/of-task-1").get_data(as_text=True)
    path = re.search(r'name="(activities\[[^"]+\]\.name)"', page)
    assert path
    office.post(f"{address}/of-task-1", {"seen": "1", path[1]: "Совсем другая работа"})
    assert "Совсем другая работа" in said(office.get(f"{address}/of-task-1"))
    assert len(checks) == 2, "a correction is checked anew"


def test_the_ledger_of_a_large_programme_is_light(district, office, statements):
    load(district, DOCUMENT, "small")
    programme = load(district, large_document(), "large")
    last = queries.activity_by_code(programme, "act-5-60")
    assert last
    facts = EntryFacts("cash", last.code, 2026, "local", Decimal("999999999.00"), date(2026, 2, 1), "п/п № 1")
    record_entry(programme, facts, actor=None, now=NOW)
    db.session.commit()
    pages = (
        "ledger",
        "ledger/entries?figure=plan",
        "ledger/entries?figure=cash",
        "cofinancing",
        "refund",
        "ledger/new",
    )
    for page in pages:
        mark = "&" if "?" in page else "?"
        address = f"{page}{mark}year=2026"
        _small, few = measured(office, statements, f"/office/programme/small/{address}")
        _large, many = measured(office, statements, f"/office/programme/large/{address}")
        assert many <= few, page
    first = office.get("/office/programme/large/ledger?year=2026")
    assert "Мероприятия с 1 по 20 из 300" in said(first)
    assert 'href="/office/programme/large/ledger?year=2026&amp;page=15#act-5-60"' in first.get_data(as_text=True)
    final = office.get("/office/programme/large/ledger?year=2026&page=15")
    assert 'id="act-5-60"' in final.get_data(as_text=True)
    totals = [re.search(r"Вся программа (.*) Остаток —", said(page)) for page in (first, final)]
    assert totals[0]
    assert totals[1]
    assert totals[0][1].split(" Мероприятия с")[0] == totals[1][1].split(" Мероприятия с")[0], (
        "the total is of all pages"
    )


def test_the_passport_of_an_indicator_of_a_large_programme_is_light_and_takes_an_activity_by_name(
    district, office, statements
):
    programme = load(district, large_document(), "large")
    indicator = db.session.query(Indicator).filter_by(programme_id=programme.id).first()
    address = f"/office/indicators/large/{indicator.code}/passport"
    page, _count = measured(office, statements, address)
    assert page.count("<option") < 700, "the activities stand once, not in every row"
    listed = re.findall(r'<option value="(act-2-7 — [^"]+)"></option>', page)
    assert len(listed) == 1
    typed = {"formula": "Д = А", "name-0": "А", "meaning-0": "проекты", "measure-0": "cash", "unit-0": "тыс. руб."}
    wrong = office.post(address, typed | {"activity-0": "такого нет"}, code=422).get_data(as_text=True)
    assert 'value="такого нет"' in wrong, "what was typed is kept"
    office.post(address, typed | {"activity-0": listed[0]})
    shown = office.get(address).get_data(as_text=True)
    assert f'value="{listed[0]}"' in shown
