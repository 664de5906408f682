"""Pages of contests: what visitors see at every second, and the officer's way from a draft to an amendment."""

import re
from datetime import UTC, datetime, timedelta

import html5lib
import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.make import (
    REGULATION,
    make_activist,
    make_activity,
    make_contest,
    make_municipality,
    make_person,
    make_secretary,
    make_tos,
    regulation_with,
)
from tests.pages import Browser, said
from tosportal.features.contests import queries
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db


@pytest.fixture
def district(app):
    return make_municipality()


@pytest.fixture
def desk(app, district):
    """A secretary's browser."""
    secretary = make_secretary(district)
    db.session.commit()
    return Browser(app, secretary)


def form_of(response, button: str | None = None) -> dict[str, list[str]]:
    """What a browser would send from the main form of a page."""
    tree = html5lib.parse(response.get_data(as_text=True), treebuilder="etree", namespaceHTMLElements=False)
    forms = list(tree.find(".//main").iter("form"))
    data: dict[str, list[str]] = {}
    for field in forms[0].iter():
        name = field.get("name")
        if not name or field.tag == "button":
            continue
        if field.tag == "textarea":
            data.setdefault(name, []).append("".join(field.itertext()).removeprefix("\n"))
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [one for one in options if one.get("selected") is not None] or options[:1]
            data.setdefault(name, []).extend(one.get("value", "") for one in chosen)
        elif field.tag == "input":
            if field.get("type") in {"checkbox", "radio"} and field.get("checked") is None:
                continue
            data.setdefault(name, []).append(field.get("value", ""))
    return data


# --- visitors --------------------------------------------------------------------------------------------------------


def test_list_shows_announced_contests_with_phase_and_fund_and_not_drafts(visitor, district):
    make_contest(district, "open-one")
    make_contest(district, "secret", regulation_with(name="Секретный"), announced=False)
    db.session.commit()
    words = said(visitor.get("/contests"))
    assert "Если хочешь изменить мир" in words
    assert "721 486,76 ₽" in words
    assert "Заявки до 13 марта, 17:00" in words
    assert "Секретный" not in words
    visitor.get("/contests/secret", code=404)


@pytest.mark.parametrize("page", ["/contests", "/contests/c-0"])
def test_list_and_page_cost_the_same_for_one_and_for_three(app, visitor, district, statements, page):
    make_contest(district, "c-0")
    db.session.commit()
    statements.clear()
    visitor.get(page)
    one = len(statements)
    for number in (1, 2):
        make_contest(district, f"c-{number}")
    db.session.commit()
    statements.clear()
    visitor.get(page)
    assert len(statements) == one <= 10


def test_officer_list_costs_the_same_for_one_and_for_three(desk, district, statements):
    make_contest(district)
    db.session.commit()
    statements.clear()
    desk.get("/office/contests")
    one = len(statements)
    make_contest(district)
    make_contest(district, announced=False)
    db.session.commit()
    statements.clear()
    desk.get("/office/contests")
    assert len(statements) == one <= 10


PHASES = [
    ("open", -1, "Объявлен", False),
    ("open", 0, "Приём заявок", True),
    ("close", -1, "Приём заявок", True),
    ("close", 0, "Проверка заявок", False),
    ("scoring_from", -1, "Проверка заявок", False),
    ("scoring_from", 0, "Идёт оценка", False),
    ("scoring_until", -1, "Идёт оценка", False),
    ("scoring_until", 0, "Комиссия решает", False),
]


@pytest.mark.parametrize(("moment", "seconds", "words", "may_start"), PHASES)
def test_phase_turns_in_the_very_second(visitor, clock, district, moment, seconds, words, may_start):  # noqa: PLR0917
    make_contest(district, "c")
    db.session.commit()
    at = next(one["at"] for one in REGULATION["timeline"] if one["code"] == moment)
    clock.at = datetime.fromisoformat(at).astimezone(UTC) + timedelta(seconds=seconds)
    page = visitor.get("/contests/c")
    tags = re.findall(r'<span class="tag[^"]*">.*?</span>', page.get_data(as_text=True))
    assert words in said(tags[0])
    assert ("Начать заявку" in said(page)) is may_start


def test_contest_page_tells_everything(visitor, district):
    make_contest(district, "c")
    db.session.commit()
    words = said(visitor.get("/contests/c"))
    for piece in (
        "Осталось 11 дней",
        "до 144 000 ₽",
        "708 500,00 ₽",
        "12 986,76 ₽",
        "98,2 %",
        "Устав ТОС зарегистрирован",
        "Протокол собрания жителей",
        "подтверждена фактами",
        "50 %",
        "не больше 2",
        "13.03.2026, 17:00:00 (UTC+7)",
    ):
        assert piece in words, piece


def test_contest_page_in_english(app, district):
    make_contest(district, "c")
    db.session.commit()
    page = Browser(app, language="en").get("/contests/c")
    assert '<html lang="en"' in page.get_data(as_text=True)
    assert "RUB 721,486.76" in said(page)


def test_page_of_a_contest_whose_texts_are_hostile(visitor, district):
    evil = "<script>alert(1)</script> 100 % %(name)s {{ 7*7 }}"
    regulation = regulation_with(name=evil, summary=evil)
    regulation["eligibility"][0]["text"] = evil
    regulation["criteria"][0]["name"] = evil
    regulation["documents"][0]["name"] = evil
    make_contest(district, "c", regulation)
    db.session.commit()
    for address in ("/contests/c", "/contests", "/"):
        page = visitor.get(address)
        assert "<script>alert" not in page.get_data(as_text=True)
        assert "100 % %(name)s {{ 7*7 }}" in said(page)


@pytest.mark.parametrize("address", ["/contests/%00", "/contests/../etc", "/contests/A%20B", "/contests/" + "x" * 300])
def test_strange_addresses_are_not_found(visitor, district, address):
    visitor.get(address, code=404)


@pytest.mark.parametrize(
    "query", ["?page=%00", "?page=-1", "?page=99999999999999", "?year=abcd", "?year=9999", "?year=²²²²"]
)
def test_strange_queries_of_the_list_do_no_harm(visitor, district, query):
    visitor.get("/contests" + query)


# --- conditional answers ---------------------------------------------------------------------------------------------


def test_an_unchanged_page_is_not_sent_twice_and_never_mixes_people(app, client, district):
    make_contest(district, "c")
    person = make_person()
    db.session.commit()
    for address in ("/", "/contests", "/contests/c"):
        first = client.get(address)
        tag = first.headers["ETag"]
        assert "Cookie" in first.headers["Vary"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert again.get_data() == b""
        client.set_cookie("lang", "en", domain="localhost")
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
        client.delete_cookie("lang", domain="localhost")
        signed_in = Browser(app, person).client.get(address, headers={"If-None-Match": tag})
        assert signed_in.status_code == 200
        assert "ETag" not in signed_in.headers
        assert signed_in.headers["Cache-Control"] == "no-store"


# --- who gets in -----------------------------------------------------------------------------------------------------

OFFICE = [
    "/office/contests",
    "/office/contests/new",
    "/office/contests/c",
    "/office/contests/c/edit/basics",
    "/office/contests/c/fund",
    "/office/contests/c/announce",
    "/office/contests/c/cancel",
    "/office/contests/c/preview",
]


@pytest.mark.parametrize("address", OFFICE)
def test_an_activist_gets_no_office_page(app, district, address):
    make_contest(district, "c", announced=False)
    activist = make_activist(make_tos(district))
    db.session.commit()
    Browser(app, activist).get(address, code=403)


def test_a_secretary_of_another_district_does_not_find_the_contest(app, district):
    make_contest(district, "c", announced=False)
    stranger = make_secretary(make_municipality("other", "Другой район"))
    db.session.commit()
    browser = Browser(app, stranger)
    for address in OFFICE[2:]:
        browser.get(address, code=404)
    assert "Если хочешь" not in said(browser.get("/office/contests"))
    browser.get("/office/contests/new", code=404)
    browser.post("/office/contests/c/cancel", {"reason": "назло"}, code=404)
    browser.post("/office/contests/c/edit/basics", {"name": "назло"}, code=404)
    assert db.session.scalars(select(Contest)).one().cancelled_at is None


# --- a new contest ---------------------------------------------------------------------------------------------------


def test_a_new_contest_from_nothing_and_from_a_copy(desk, district):
    activity = make_activity(district, 2027)
    make_contest(district, "old")
    db.session.commit()
    page = desk.post(
        "/office/contests/new",
        {"name": "Зелёный двор", "fund": f"{activity.id}:2027", "kind": "grant", "slug": "", "source": ""},
    )
    assert page.request.path == "/office/contests/zelenyy-dvor-2027"
    desk.post(
        "/office/contests/new",
        {"name": "Ещё раз", "fund": f"{activity.id}:2027", "kind": "grant", "slug": "again", "source": "old"},
    )
    copy = queries.contest_by_slug("again")
    regulation = queries.regulation_of(copy)
    assert (copy.year, regulation.name, len(regulation.criteria)) == (2027, "Ещё раз", 3)
    assert regulation.moments["close"] == datetime(2027, 3, 15, 10, tzinfo=UTC)  # 13 March 2027 is a Saturday
    assert copy.announced_at is None


def test_a_new_contest_offers_ready_sets_earlier_contests_and_nothing(desk, district):
    activity = make_activity(district, 2027)
    make_contest(district, "old")
    db.session.commit()
    words = said(desk.get("/office/contests/new"))
    for one in ("Лучший активист ТОС", "до 64 баллов", "91 вопрос", "16 документов", "Если хочешь изменить мир"):
        assert one in words
    for address in ("?set=best-tos", "?source=old", "?kind=prize"):
        desk.get(f"/office/contests/new{address}")
    for wrong in ("?set=no-such", "?source=no-such", "?kind=party"):
        desk.get(f"/office/contests/new{wrong}", code=404)
    data = form_of(desk.get("/office/contests/new?set=best-tos"))
    assert data["name"] == ["Лучший ТОС"]
    assert [data[f"announced_on-{part}"] for part in ("day", "month", "year")] == [["3"], ["3"], ["2026"]]
    page = desk.post("/office/contests/new", {**data, "fund": f"{activity.id}:2027", "slug": "best"})
    assert page.request.path == "/office/contests/best"
    regulation = queries.regulation_of(queries.contest_by_slug("best"))
    assert regulation.moments["close"] == datetime(2026, 4, 6, 10, tzinfo=UTC)  # 22 working days after 4 March
    assert len(regulation.sections) == 8


@pytest.mark.parametrize(("day", "month", "year"), [("", "", ""), ("30", "2", "2026"), ("1", "3", "2026"),
                                                    ("1", "1", "9999"), ("я" * 500, "1", "2026")])  # fmt: skip
def test_a_ready_set_needs_a_day_from_today_on(desk, district, day, month, year):
    activity = make_activity(district, 2027)
    db.session.commit()
    data = {"name": "Мой «Лучший ТОС»", "set": "best-tos", "fund": f"{activity.id}:2027", "announced_on-day": day,
            "announced_on-month": month, "announced_on-year": year}  # fmt: skip
    page = desk.post("/office/contests/new", data, code=422)
    assert "Назовите день, когда конкурс объявят" in said(page)
    assert form_of(page)["name"] == ["Мой «Лучший ТОС»"]
    assert db.session.scalars(select(Contest)).all() == []


def test_a_draft_says_in_words_what_is_left_to_do_and_where(desk, district):
    make_contest(district, "c", announced=False, regulation=regulation_with(criteria=[], nominations=[]))
    db.session.commit()
    page = desk.get("/office/contests/c")
    assert "Нет ни одного критерия" in said(page)
    assert '<a href="/office/contests/c/edit/criteria">Критерии</a>' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Назовите конкурс"),
        ({"fund": "99999999999999999999:2027"}, "Выберите, из какого мероприятия"),
        ({"fund": ""}, "Выберите, из какого мероприятия"),
        ({"kind": "party"}, "Выберите вид"),
        ({"slug": "Что-то"}, "латинские строчные"),
        ({"slug": "old"}, "уже есть"),
        ({"source": "no-such\x00"}, "Такого конкурса нет"),
        ({"name": "я" * 5000}, "Не длиннее 300 знаков, сейчас 5000"),
    ],
)
def test_a_new_contest_with_bad_input_keeps_what_was_typed(desk, district, change, words):
    activity = make_activity(district, 2027)
    make_contest(district, "old")
    db.session.commit()
    data = {
        "name": "Зелёный <b>двор",
        "fund": f"{activity.id}:2027",
        "kind": "grant",
        "slug": "",
        "source": "",
        **change,
    }
    page = desk.post("/office/contests/new", data, code=422)
    assert words in said(page)
    if "name" not in change:
        assert "Зелёный &lt;b&gt;двор" in page.get_data(as_text=True)
    assert len(db.session.scalars(select(Contest)).all()) == 1


# --- the editor ------------------------------------------------------------------------------------------------------

PARTS = [
    "basics", "nominations", "timeline", "eligibility", "limits", "documents", "form", "criteria", "scoring",
    "admission", "submission",
    "section-applicant", "section-project", "section-budget",
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_a_part_sent_back_as_it_came_changes_nothing(desk, district, part):
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    before = queries.regulation_of(contest)
    page = desk.get(f"/office/contests/c/edit/{part}")
    desk.post(f"/office/contests/c/edit/{part}", form_of(page))
    assert queries.regulation_of(contest) == before
    assert db.session.scalars(select(JournalEntry)).all() == []


def test_a_part_is_changed_rows_come_and_go_without_scripts(desk, district):
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    address = "/office/contests/c/edit/criteria"
    data = form_of(desk.get(address))
    data["criteria-0-weight"] = ["0,40"]
    page = desk.post(address, {**data, "add": "criteria"})
    data = form_of(page)
    assert data["criteria-0-weight"] == ["0,40"]  # what was typed survives the press of a row button
    data |= {"criteria-3-name": ["Новизна"], "criteria-3-weight": ["0,1"]}
    page = desk.post(address, {**data, "up": "criteria-3"})
    data = form_of(page)
    assert data["criteria-2-name"] == ["Новизна"]
    assert queries.regulation_of(contest).criteria[0].weight == queries.Decimal("0.50")  # nothing saved yet
    desk.post(address, data)
    db.session.expire_all()
    saved = queries.regulation_of(contest)
    assert [one.name for one in saved.criteria] == [
        "Актуальность",
        "Обоснованность сметы",
        "Новизна",
        "Собственный вклад",
    ]
    assert len({one.code for one in saved.criteria}) == 4
    assert f"{saved.criteria[0].weight}" == "0.40"
    data = form_of(desk.get(address))
    data = form_of(desk.post(address, {**data, "del": "criteria-2"}))
    desk.post(address, data)
    db.session.expire_all()
    assert len(queries.regulation_of(contest).criteria) == 3


def test_the_timeline_is_kept_to_the_second_in_the_zone_of_the_district(desk, district):
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    address = "/office/contests/c/edit/timeline"
    data = form_of(desk.get(address))
    assert (data["timeline-2-at-date"], data["timeline-2-at-time"]) == (["13.03.2026"], ["17:00:00"])
    page = desk.get(address).get_data(as_text=True)
    assert "fixed-row" not in page
    assert not re.search(r'<details class="fold" id="timeline-[0-9]+" open', page), (
        "the rows are folded, to be overseen"
    )
    assert "13.03.2026 17:00:00" in said(desk.get(address)), "a folded row says its moment"
    wrong = desk.post(address, data | {"timeline-2-at-date": ["31.02.2026"]}, code=422).get_data(as_text=True)
    assert re.findall(r'id="(timeline-[0-9]+)" open', wrong) == ["timeline-2"], "an error opens its row"
    data |= {
        "timeline-2-at-date": ["14.03.2026"],
        "timeline-2-at-time": ["16:59:58"],
        "timeline-1-at-date": [""],
        "timeline-1-at-time": [""],
    }
    desk.post(address, data)
    db.session.expire_all()
    moments = queries.regulation_of(contest).moments
    assert moments["close"] == datetime(2026, 3, 14, 9, 59, 58, tzinfo=UTC)
    assert "open" not in moments


@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        ("basics", "name", "", "Заполните «Название конкурса»"),
        ("basics", "kind", "party", "Выберите"),
        ("basics", "name", "я" * 30000, "Слишком длинно"),
        ("nominations", "nominations-0-name", "  ", "Заполните «Название номинации»"),
        ("nominations", "nominations-0-code", "../../x", "Нужен код"),
        ("nominations", "nominations-1-code", "n1", "повторяется"),
        ("timeline", "timeline-2-at-date", "31.02.2026", "Укажите день"),
        ("timeline", "timeline-2-at-time", "25:00", "Укажите время"),
        ("timeline", "timeline-2-code", "lunch", "Должно быть одно из"),
        ("limits", "limits-grant_max", "-5", "меньше нуля"),
        ("limits", "limits-grant_max", "9" * 40, "не может быть больше"),
        ("limits", "limits-grant_max", "много", "Напишите сумму цифрами"),
        ("limits", "limits-own_percent_min", "1e9", "Напишите число цифрами"),
        ("limits", "limits-applications_per_tos", "-1", "целое число"),
        ("limits", "limits-applications_per_tos", "99999999999999", "целое число"),
        ("documents", "documents-0-max_files", "0", "не меньше 1"),
        ("criteria", "criteria-0-max", "", "Заполните «Наибольший балл»"),
        ("criterion-k1", "levels-0-points", "x", "Напишите число цифрами"),
        ("criterion-k1", "max", "", "Заполните «Наибольший балл»"),
        ("criterion-k3", "levels-1-from", "десять", "Напишите число цифрами"),
        ("scoring", "scoring-method", "lottery", "Выберите"),
        ("section-project", "fields-0-kind", "spell", "Выберите"),
        ("section-project", "fields-0-code", "Код", "Нужен код"),
    ],
)
def test_bad_input_is_explained_at_the_field_and_kept(desk, district, part, name, value, words):  # noqa: PLR0917
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    before = queries.regulation_of(contest)
    address = f"/office/contests/c/edit/{part}"
    data = form_of(desk.get(address))
    assert name in data
    page = desk.post(address, data | {name: [value]}, code=422)
    assert words in said(page)
    if len(value) < 1000 and "kind" not in name:
        assert form_of(page)[name] == [value.strip()]
    assert queries.regulation_of(contest) == before


@pytest.mark.parametrize(
    "hostile", ["\x00\x01", "<script>alert(1)</script>", "'; DROP TABLE contest; --", "\ud800", "🏡" * 50]
)
@pytest.mark.parametrize("part", PARTS)
def test_hostile_input_in_every_field_never_breaks_the_page(desk, district, part, hostile):
    make_contest(district, "c", announced=False)
    db.session.commit()
    address = f"/office/contests/c/edit/{part}"
    data = form_of(desk.get(address))
    hostile = hostile.encode("utf-8", "replace").decode()
    response = desk.client.post(
        address, data={name: hostile for name in data if name != "seen"} | {"seen": data["seen"][0]}
    )
    assert response.status_code in {303, 422}
    assert b"<script>alert" not in response.get_data()
    for act in ("add", "del", "up"):
        assert desk.client.post(address, data={**data, act: hostile}).status_code == 200
        assert desk.client.post(address, data={**data, act: "criteria-99999-levels-3"}).status_code == 200


def test_two_tabs_the_second_save_is_refused_and_both_versions_are_shown(desk, district):
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    address = "/office/contests/c/edit/basics"
    first, second = form_of(desk.get(address)), form_of(desk.get(address))
    desk.post(address, first | {"name": ["Первая вкладка"]})
    page = desk.post(address, second | {"name": ["Вторая вкладка"]}, code=409)
    assert "Первая вкладка" in said(page)
    assert form_of(page)["name"] == ["Вторая вкладка"]
    db.session.expire_all()
    assert queries.regulation_of(contest).name == "Первая вкладка"
    desk.post(address, form_of(page))  # the second version is saved on purpose
    db.session.expire_all()
    assert queries.regulation_of(contest).name == "Вторая вкладка"


def test_tabs_with_different_parts_do_not_disturb_each_other(desk, district):
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    names, limits = (
        form_of(desk.get("/office/contests/c/edit/basics")),
        form_of(desk.get("/office/contests/c/edit/limits")),
    )
    desk.post("/office/contests/c/edit/basics", names | {"name": ["Имя"]})
    desk.post("/office/contests/c/edit/limits", limits | {"limits-grant_max": ["100 000"]})
    db.session.expire_all()
    saved = queries.regulation_of(contest)
    assert (saved.name, f"{saved.limits.grant_max}") == ("Имя", "100000.00")


def test_unknown_parts_are_not_found(desk, district):
    make_contest(district, "c", announced=False)
    db.session.commit()
    for part in ("nothing", "section-nothing", "%00", "section-"):
        desk.get(f"/office/contests/c/edit/{part}", code=404)


def test_the_fund_is_chosen_from_the_programme_while_it_is_a_draft(desk, district):
    contest = make_contest(district, "c", announced=False)
    activity = make_activity(district, 2027, {"local": "500000.00"})
    db.session.commit()
    desk.post("/office/contests/c/fund", {"fund": "1:1"}, code=422)
    page = desk.post("/office/contests/c/fund", {"fund": f"{activity.id}:2027"})
    assert "500 000,00 ₽" in said(page)
    db.session.expire_all()
    assert (contest.activity_id, contest.year) == (activity.id, 2027)


# --- announcing ------------------------------------------------------------------------------------------------------


def test_announcing_is_an_explicit_act_on_what_was_shown(desk, visitor, district):
    make_contest(district, "c", announced=False)
    db.session.commit()
    page = desk.get("/office/contests/c/announce")
    assert "721 486,76 ₽" in said(page)
    desk.post("/office/contests/c/announce", {"seen": "something else"}, code=409)
    visitor.get("/contests/c", code=404)
    desk.post("/office/contests/c/announce", form_of(page))
    visitor.get("/contests/c")
    assert queries.contest_by_slug("c").announced_at == NOW
    desk.post("/office/contests/c/announce", form_of(page), code=409)


def test_announcing_is_refused_with_everything_that_is_missing(desk, visitor, district):
    regulation = regulation_with(nominations=[], criteria=[])
    regulation["timeline"] = [one for one in regulation["timeline"] if one["code"] != "close"]
    make_contest(district, "c", regulation, announced=False)
    db.session.commit()
    page = desk.get("/office/contests/c/announce")
    words = said(page)
    for piece in ("Нет ни одной номинации", "Нет ни одного критерия", "нет момента «Окончание приёма заявок»"):
        assert piece in words
    edition = queries.edition_in_force(queries.contest_by_slug("c"))
    from tosportal.features.contests.service import digest

    desk.post("/office/contests/c/announce", {"seen": digest(edition.definition)}, code=422)
    visitor.get("/contests/c", code=404)


# --- amendments ------------------------------------------------------------------------------------------------------


def test_an_announced_contest_changes_only_by_a_numbered_amendment(desk, visitor, district):
    contest = make_contest(district, "c")
    db.session.commit()
    address = "/office/contests/c/edit/timeline"
    data = form_of(desk.get(address))
    desk.post(address, data | {"timeline-2-at-date": ["2026-03-20"], "timeline-2-at-time": ["17:00:00"]})
    assert "13 марта, 17:00" in said(visitor.get("/contests/c"))  # not yet
    page = desk.get("/office/contests/c/amendment")
    assert "13.03.2026, 17:00:00" in said(page)
    assert "20.03.2026, 17:00:00" in said(page)
    refused = desk.post("/office/contests/c/amendment", form_of(page), code=422)
    assert "Назовите правовой акт" in said(refused)
    filled = form_of(page) | {"act": ["Постановление от 02.03.2026 № 7"], "reason": ["Паводок: многие не успевают"]}
    desk.post("/office/contests/c/amendment", {**filled, "seen": ["stale"]}, code=409)
    desk.post("/office/contests/c/amendment", filled)
    db.session.expire_all()
    assert contest.edition == 2
    words = said(visitor.get("/contests/c"))
    assert "20 марта, 17:00" in words
    assert "Постановление от 02.03.2026 № 7" in words
    second = said(visitor.get("/contests/c/editions/2"))
    assert "Паводок" in second
    assert "13.03.2026, 17:00:00" in second
    visitor.get("/contests/c/editions/1")
    visitor.get("/contests/c/editions/3", code=404)
    acts = [entry.act for entry in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))]
    assert acts == ["contest.amendment_saved", "contest.amended"]


def test_a_proposal_can_be_seen_by_officers_only_and_thrown_away(desk, visitor, district):
    make_contest(district, "c")
    db.session.commit()
    address = "/office/contests/c/edit/basics"
    desk.post(address, form_of(desk.get(address)) | {"name": ["Новое имя"]})
    assert "Новое имя" in said(desk.get("/office/contests/c/preview"))
    assert "Новое имя" not in said(visitor.get("/contests/c"))
    visitor.get("/contests/c/editions/2", code=404)
    desk.post("/office/contests/c/amendment/discard")
    desk.get("/office/contests/c/amendment", code=404)
    assert db.session.scalars(select(RegulationEdition)).one().number == 1
    desk.post("/office/contests/c/amendment/discard", code=409)


def test_what_has_already_come_cannot_be_amended(desk, district):
    make_contest(district, "c")
    db.session.commit()
    address = "/office/contests/c/edit/timeline"
    desk.post(address, form_of(desk.get(address)) | {"timeline-1-at-date": ["2026-03-05"]})
    address = "/office/contests/c/edit/limits"
    desk.post(address, form_of(desk.get(address)) | {"limits-grant_max": ["100000"]})
    page = desk.get("/office/contests/c/amendment")
    assert "уже наступило" in said(page)
    assert "наибольший грант нельзя сделать меньше 144 000,00 ₽" in said(page)
    page = desk.post("/office/contests/c/amendment", form_of(page) | {"act": ["Акт"], "reason": ["Так"]}, code=422)
    assert form_of(page)["act"] == ["Акт"]


def test_a_cancelled_contest_stays_with_its_reason(desk, visitor, district):
    make_contest(district, "c")
    db.session.commit()
    assert "Объясните" in said(desk.post("/office/contests/c/cancel", {"reason": " "}, code=422))
    desk.post("/office/contests/c/cancel", {"reason": "Постановление № 9: <нет денег>\x00"})
    page = visitor.get("/contests/c")
    assert "Отменён" in said(page)
    assert "Постановление № 9: <нет денег>" in said(page)
    assert "Начать заявку" not in said(page)
    desk.post("/office/contests/c/cancel", {"reason": "ещё раз"}, code=409)
    address = "/office/contests/c/edit/basics"
    desk.post(address, form_of(desk.get(address)) | {"name": ["После отмены"]}, code=409)
