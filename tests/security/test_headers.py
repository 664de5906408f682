"""What every answer carries, what a cookie is, what reading never does, where a reader is never sent."""

import pytest
from sqlalchemy import MetaData, select

from tests.conftest import close, make_app, settings
from tests.make import make_municipality, make_person, make_secretary
from tests.pages import Browser
from tests.security.world import World
from tosportal import create_app
from tosportal.features.accounts.service import add_person
from tosportal.support.db import Base, db

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICIES = {"default-src 'none'; sandbox", "sandbox; default-src 'none'"}
KEPT_BY_ALL = {"/robots.txt", "/favicon.ico"}  # the same for everybody, with nothing of anybody

LOOKS = ("personal_look",)  # who saw whose data: the one thing that reading does write

PASSWORD = "Долгая-дорога-домой-27"
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "javascript:alert(1)", "http:evil.example", "/%0d%0aSet-Cookie:a=b", "\x00//evil.example",
    "//evil.example\\@localhost",
)  # fmt: skip


def rows_of_all_tables(*, but: tuple[str, ...] = ()) -> dict[str, list[tuple]]:
    tables: MetaData = Base.metadata
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in tables.sorted_tables
        if table.name not in but
    }


@pytest.mark.parametrize("who", ["visitor", "secretary-a", "activist-a1"])
def test_every_answer_is_guarded_and_reading_changes_nothing(standing_world: World, who: str):
    world = standing_world
    client = world.browser(who).client
    db.session.commit()
    before = rows_of_all_tables(but=LOOKS)
    db.session.commit()
    wrong, pages = [], 0
    for address in world.addresses:
        answer = client.get(address)
        headers = answer.headers
        pages += answer.status_code == 200
        is_file = headers.get("Content-Disposition", "").startswith("attachment")
        policy = headers.get("Content-Security-Policy")
        if policy != POLICY and not (is_file and policy in FILE_POLICIES):
            wrong.append((address, "policy", policy))
        if headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append((address, "nosniff", None))
        control = headers.get("Cache-Control", "")
        if who != "visitor" and "no-store" not in control and address not in KEPT_BY_ALL:
            wrong.append((address, "kept", control))
        if who == "visitor" and "public" in control and "Cookie" not in headers.get("Vary", ""):
            wrong.append((address, "shared", control))
        for cookie in headers.getlist("Set-Cookie"):
            if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie:
                wrong.append((address, "cookie", cookie))
        if {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(headers.keys()):
            wrong.append((address, "says too much", None))
    assert wrong == []
    assert pages > 20
    assert rows_of_all_tables(but=LOOKS) == before


def test_errors_are_guarded_too(app):
    make_municipality()
    visitor = Browser(app).client
    for answer in (
        visitor.get("/nothing-here"),
        visitor.post("/contests"),
        visitor.get("/static/nothing.css"),
        visitor.post("/sign-in", data=b"x" * 3_000_000, content_type="application/x-www-form-urlencoded"),
        visitor.open("/", method="TRACE"),
    ):
        assert 400 <= answer.status_code < 500, answer.request.path
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_over_https_cookies_are_secure_and_bound_to_the_host(sqlite_template, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS", "1")
    app = create_app(settings(tmp_path, f"sqlite:///{sqlite_template}"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=True)
    answer = app.test_client().get("/sign-in", base_url="https://localhost")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-tos="), cookie
        for words in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert words in cookie
        assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    close(app)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_form_sends_the_reader_to_another_host(app, elsewhere):
    make_municipality()
    add_person(email="anna@example.org", full_name="Анна", password=PASSWORD, now=app.config["CLOCK"]())
    db.session.commit()
    visitor = Browser(app).client
    known = {"email": "anna@example.org", "password": PASSWORD}
    answers = [
        visitor.post("/language", data={"lang": "en", "next": elsewhere}),
        visitor.post("/vision", data={"contrast": "black", "next": elsewhere}),
        visitor.post("/language", data={"lang": "en"}, headers={"Referer": f"http://localhost{elsewhere}"}),
        visitor.get("/sign-in", query_string={"next": elsewhere}),
        visitor.post("/sign-in", data=known | {"next": elsewhere}),
        visitor.get("/sign-in", query_string={"next": elsewhere}),  # signed in already
        visitor.post("/sign-out", data={"next": elsewhere}),
        Browser(app).client.post("/sign-in", query_string={"next": elsewhere}, data=known),
    ]
    for answer in answers:
        assert answer.status_code < 500
        place = answer.headers.get("Location", "/")
        assert place.startswith("/"), place
        assert not place.startswith(("//", "/\\")), place
        assert "\t" not in place
    assert answers[4].status_code in {302, 303}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost@evil.example", "a b", "[::1", "x" * 300, ""]
)
def test_a_strange_host_header_changes_no_link(app, host):
    make_municipality()
    visitor = Browser(app).client
    for path in ("/", "/sign-in", "/desk", "/contests", "/robots.txt"):
        answer = visitor.get(path, headers={"Host": host})
        assert answer.status_code < 500, (path, host)
        assert "evil.example" not in answer.get_data(as_text=True)
        assert "evil.example" not in answer.headers.get("Location", "")


def test_a_named_host_answers_and_no_other(sqlite_template, tmp_path, monkeypatch):
    monkeypatch.setenv("TRUSTED_HOSTS", "tos.example.ru")
    app = make_app(tmp_path, f"sqlite:///{sqlite_template}")
    app.config["SERVER_NAME"] = None
    client = app.test_client()
    assert client.get("/robots.txt", headers={"Host": "tos.example.ru"}).status_code == 200
    refused = client.get("/robots.txt", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    close(app)


def test_a_cookie_kept_from_before_opens_nothing_after_sign_out(app):
    secretary = make_secretary(make_municipality())
    browser = Browser(app, secretary)
    assert browser.client.get("/office/contests").status_code == 200
    kept = browser.client.get_cookie("tos")
    browser.client.post("/sign-out")
    assert browser.client.get("/office/contests").status_code == 302
    browser.client.set_cookie("tos", kept.value, domain="localhost")
    assert browser.client.get("/office/contests").status_code == 302
    assert Browser(app, secretary).client.get("/office/contests").status_code == 200  # only that one sign-in ended


def test_a_cookie_planted_before_the_sign_in_is_not_signed_in_by_it(app):
    make_municipality()
    add_person(email="anna@example.org", full_name="Анна", password=PASSWORD, now=app.config["CLOCK"]())
    db.session.commit()
    attacker, victim = Browser(app).client, Browser(app).client
    attacker.get("/sign-in")
    with attacker.session_transaction() as session:
        session["planted"] = "yes"
    planted = attacker.get_cookie("tos").value
    victim.set_cookie("tos", planted, domain="localhost")
    answer = victim.post("/sign-in", data={"email": "anna@example.org", "password": PASSWORD})
    assert answer.status_code in {302, 303}
    assert victim.get("/desk").status_code == 200
    assert victim.get_cookie("tos").value != planted
    assert attacker.get("/desk").status_code == 302


def test_a_cookie_of_one_person_with_the_key_of_another_is_nobody(app):
    make_municipality()
    one, other = Browser(app, make_person()), make_person()
    db.session.commit()
    with one.client.session_transaction() as session:
        session["_user_id"] = other.fs_uniquifier
    assert one.client.get("/desk").status_code == 302
