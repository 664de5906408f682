"""Open pages: home, help, language and look."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.make import (
    make_contest,
    make_municipality,
    make_settlement,
    make_tos,
    regulation_with,
)
from tests.pages import Browser, said
from tosportal.domain.permissions import PERMISSION_TITLES, ROLE_NAMES
from tosportal.features.programmes.models import Activity, Indicator, IndicatorTarget
from tosportal.features.public.routes import HELP
from tosportal.support.db import db
from tosportal.web.language import LOOKS


@pytest.fixture
def district(app):
    return make_municipality()


def test_help_in_the_footer_is_never_an_empty_column(district, visitor):
    district.phone, district.hours, district.address = "", "", ""
    db.session.commit()
    column = visitor.get("/").get_data(as_text=True).split("Поможем с заявкой")[1].split("</ul>")[0]
    assert 'href="/help"' in column
    district.phone = "8 (000) 000-00-00"
    db.session.commit()
    column = visitor.get("/").get_data(as_text=True).split("Поможем с заявкой")[1].split("</ul>")[0]
    assert 'href="/help"' not in column
    assert "tel:80000000000" in column


def test_the_home_page_of_an_empty_portal(visitor):
    assert "Конкурсов пока нет" in said(visitor.get("/"))


def test_the_home_page_shows_every_contest_with_phase_date_and_fund(visitor, district):
    make_contest(district, "open-one")
    make_contest(district, "scored", regulation_with(name="Оценивают", timeline=[
        {"code": "open", "name": "Начало", "at": "2026-01-10T00:00:00+07:00"},
        {"code": "close", "name": "Конец", "at": "2026-02-10T17:00:00+07:00"},
        {"code": "scoring_from", "name": "Начало оценки", "at": "2026-02-20T00:00:00+07:00"},
        {"code": "scoring_until", "name": "Окончание оценки", "at": "2026-03-10T00:00:00+07:00"},
    ]))  # fmt: skip
    done = make_contest(district, "done", regulation_with(name="Завершён"))
    done.year, done.approved_at, done.published_at = (
        2025,
        datetime(2025, 5, 1, tzinfo=UTC),
        datetime(2025, 5, 2, tzinfo=UTC),
    )
    make_contest(district, "secret", regulation_with(name="Секрет"), announced=False)
    village = make_settlement(district, "Берёзовка")
    make_tos(district, settlement=village)
    make_tos(district, settlement=village)
    db.session.commit()
    page = visitor.get("/")
    words = said(page)
    for piece in ("13 марта, 17:00", "Осталось 11 дней", "до 144 000 ₽", "708 500,00 ₽", "12 986,76 ₽", "Идёт оценка",
                  "Окончание оценки: 9 марта", "Итоги подведены", "Берёзовка 2 ТОС"):  # fmt: skip
        assert piece in words, piece
    assert "Секрет" not in words


def test_targets_of_the_year_come_from_the_programme(visitor, district):
    contest = make_contest(district)
    row = db.session.get(Activity, contest.activity_id)
    for number, unit, value in (("1.2", "unit", "8"), ("1.1", "percent", "15"), ("4.1", "thousand_rub", "1288.5")):
        indicator = Indicator(programme_id=row.programme_id, task_id=row.task_id, code=number, number=number,
                              name=f"Показатель {number}", unit=unit, direction="growth")  # fmt: skip
        db.session.add(indicator)
        db.session.flush()
        db.session.add(IndicatorTarget(indicator_id=indicator.id, year=2026, value=Decimal(value)))
    db.session.commit()
    words = said(visitor.get("/"))
    assert "Цели на 2026 год" in words
    for piece in ("Показатель 1.2 8", "15 %", "1 288,5 тыс. ₽"):
        assert piece in words


def test_home_and_results_cost_the_same_for_one_and_for_three(visitor, district, statements):
    def one_more() -> None:
        contest = make_contest(district)
        contest.approved_at = contest.published_at = datetime(2026, 3, 1, tzinfo=UTC)
        make_contest(district)
        make_tos(district)
        db.session.commit()

    counts = []
    for _ in range(2):
        for address in ("/", "/results"):
            one_more()
            statements.clear()
            visitor.get(address)
            counts.append(len(statements))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 10


def test_results_list_only_what_is_published(visitor, district):
    done = make_contest(district, "done", regulation_with(name="Завершён"))
    done.approved_at = done.published_at = datetime(2026, 3, 1, tzinfo=UTC)
    make_contest(district, "open-one")
    db.session.commit()
    words = said(visitor.get("/results"))
    assert "Завершён" in words
    assert "Если хочешь" not in words


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_of_help_in_both_languages(app, district, language):
    db.session.commit()
    browser = Browser(app, language=language)
    browser.get("/help")
    for name in HELP:
        page = browser.get(f"/help/{name}")
        assert f'<html lang="{language}"' in page.get_data(as_text=True)
        assert len(said(page)) > 900
    browser.get("/help/nothing", code=404)
    browser.get("/help/..%2f..%2fetc", code=404)


def test_the_matrix_is_printed_whole(visitor):
    words = said(visitor.get("/help/permissions"))
    for title in (*PERMISSION_TITLES.values(), *ROLE_NAMES.values()):
        assert title in words


def test_the_gallery_of_components(visitor):
    visitor.get("/_components")


def test_language_is_chosen_in_the_page_and_remembered(app, district):
    app.config["WTF_CSRF_ENABLED"] = True  # no token is needed
    db.session.commit()
    client = app.test_client()
    response = client.post("/language", data={"locale": "en", "next": "/contests?year=2026"})
    assert (response.status_code, response.headers["Location"]) == (303, "/contests?year=2026")
    assert '<html lang="en"' in client.get("/").get_data(as_text=True)
    client.post("/language", data={"lang": "tlh"})
    assert '<html lang="en"' in client.get("/").get_data(as_text=True)
    client.post("/language", data={"lang": "ru"})
    assert '<html lang="ru"' in client.get("/").get_data(as_text=True)


BAD_NEXT = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "http:/evil.example",
    "/\t/evil.example", "javascript:alert(1)", "/\r\nSet-Cookie: a=b", "evil", "", " /x", "/" + "x" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("address", ["/language", "/vision"])
@pytest.mark.parametrize("target", BAD_NEXT)
def test_nobody_is_sent_to_another_host(client, address, target):
    response = client.post(address, data={"locale": "en", "next": target})
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_the_look_is_written_on_every_page(client, district):
    db.session.commit()
    response = client.post(
        "/vision", data={"theme": "hc-black", "size": "200", "spacing": "wider", "images": "off", "next": "/help"}
    )
    assert response.headers["Location"] == "/help"
    for address in ("/", "/help", "/vision", "/contests"):
        text = client.get(address).get_data(as_text=True)
        html = text[text.index("<html") : text.index(">", text.index("<html"))]
        for attribute in ('data-theme="hc-black"', 'data-size="200"', 'data-spacing="wider"', 'data-images="off"'):
            assert attribute in html
    assert 'class="village"' not in client.get("/").get_data(as_text=True)
    client.post("/vision", data={"reset": "1"})
    text = client.get("/").get_data(as_text=True)
    assert "data-theme" not in text[: text.index("<head")]
    assert 'class="village"' in text


@pytest.mark.parametrize("value", ['"><script>', "hc-pink", "\x00", "light:200", "x" * 3000])
def test_an_unknown_look_is_ignored(client, value):
    client.post("/vision", data=dict.fromkeys(LOOKS, value))
    text = client.get("/help").get_data(as_text=True)
    assert "data-theme" not in text[: text.index("<head")]
    client.set_cookie("look", value.replace("\x00", ""), domain="localhost")
    assert client.get("/help").status_code == 200


def test_the_look_page_shows_what_is_chosen_and_comes_back(client):
    client.post("/vision", data={"theme": "hc-blue"})
    text = client.get("/vision", headers={"Referer": "http://localhost/help?x=1"}).get_data(as_text=True)
    assert 'value="hc-blue" checked' in text
    assert 'name="next" value="/help?x=1"' in text
    text = client.get("/vision", headers={"Referer": "http://evil.example/"}).get_data(as_text=True)
    assert 'name="next" value="/"' in text


def test_robots_and_the_mark(client):
    assert "Disallow: /office" in client.get("/robots.txt").get_data(as_text=True)
    with client.get("/favicon.ico") as response:
        assert response.mimetype == "image/svg+xml"


def test_an_anonymous_visitor_gets_no_session_cookie(client, district):
    make_contest(district, "c")
    db.session.commit()
    for address in ("/", "/contests", "/contests/c", "/help", "/results"):
        assert "Set-Cookie" not in client.get(address).headers, address
