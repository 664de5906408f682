"""Pages of events: told on a phone, decided by the secretary, seen by everybody; what strangers never see."""

import base64
import io
import re
from datetime import date
from html import unescape

import pytest
from PIL import Image
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.events.make_events import Village, fresh, kept, letters_to, picture_of
from tests.make import give_role, make_activity, make_person, make_tos
from tests.pages import Browser, said
from tests.support.test_pictures import SECRET, with_secrets
from tests.support.test_upload_checks import pdf
from tosportal.domain.permissions import Role, Scope
from tosportal.features.events import queries, service
from tosportal.features.events.models import Event, EventEvidence
from tosportal.support.db import db
from tosportal.support.storage import StorageUnavailable, current_storage

FORM = {
    "kind": "neighbours_day",
    "title": "День соседей",
    "held_on-day": "28",
    "held_on-month": "2",
    "held_on-year": "2026",
    "place": "ул. Мира",
    "participants": "45",
    "counting": "persons",
}


@pytest.fixture
def village(app) -> Village:
    return Village()


@pytest.fixture
def activist(app, village) -> Browser:
    return Browser(app, village.activist)


@pytest.fixture
def office(app, village) -> Browser:
    return Browser(app, village.secretary)


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.get_data(as_text=True))
    assert found, f"no hidden {name}"
    return unescape(found[1])


def file(content: bytes, name: str = "фото.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def count(model: type = Event) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def the_event() -> Event:
    db.session.rollback()
    event_id = db.session.scalars(select(Event.id).order_by(Event.id.desc()).limit(1)).one()
    return queries.event_of_this_moment(event_id)


def form_of(village: Village, **changes) -> dict:
    return {**FORM, "toses": village.tos.code, "form_key": "f" * 24, **changes}


# --- told -------------------------------------------------------------------------------------------------------------


def test_an_activist_tells_with_a_photo_and_the_secretary_confirms(app, village, activist, office, visitor):
    page = activist.get("/events/new")
    form = form_of(village, form_key=hidden(page, "form_key"), photo=file(with_secrets()), caption="Самовар во дворе")
    assert hidden(page, "toses") == village.tos.code
    assert 'capture="environment"' in page.get_data(as_text=True)
    page = activist.post("/events/new", form)
    assert "Событие отправлено секретарю" in said(page)
    event = the_event()
    assert (event.state, event.participants, event.held_on.isoformat()) == ("asked", 45, "2026-02-28")
    visitor.get(f"/events/{event.key}", code=404)
    assert "День соседей" not in said(visitor.get("/events")).replace("Дни соседей", "").split("Показать")[1]
    assert "1 событие" in said(office.get("/desk"))
    assert "День соседей" in said(office.get("/office/events?state=asked"))
    page = office.get(f"/events/{event.key}")
    office.post(f"/office/events/{event.key}", {"act": "accept", "look": hidden(page, "look")})
    page = visitor.get(f"/events/{event.key}")
    assert "45 участников, каждый посчитан один раз" in said(page)
    assert 'alt="Самовар во дворе"' in page.get_data(as_text=True)
    assert "День соседей" in said(visitor.get(f"/tos/{village.tos.code}"))
    photo = visitor.get(f"/event-photos/{the_event().photos[0].key}")
    assert photo.mimetype == "image/jpeg"
    assert SECRET not in photo.data
    assert not Image.open(io.BytesIO(photo.data)).getexif()
    assert photo.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert letters_to(village.activist) == ["event.confirmed"]


def test_the_secretary_puts_an_event_under_an_activity_with_the_answer(village, activist, office):
    activist.post("/events/new", form_of(village))
    activity, foreign = make_activity(village.district), make_activity(village.neighbour)
    db.session.commit()
    event = the_event()
    page = office.get(f"/events/{event.key}")
    assert "Не отнесено к мероприятию программы" in said(page)
    assert "Без мероприятия программы" in said(office.get("/office/events")).split("День соседей", 1)[1]
    assert "День соседей" in said(office.get("/office/events?state=loose"))
    form = {"act": "accept", "look": hidden(page, "look"), "activity": str(foreign.id)}
    refused = office.post(f"/office/events/{event.key}", form, code=422)
    assert 'id="activity-error"' in refused.get_data(as_text=True)
    assert the_event().state == "asked"
    office.post(f"/office/events/{event.key}", form | {"activity": str(activity.id)})
    assert (the_event().state, the_event().activity_id) == ("confirmed", activity.id)
    assert "Таких событий нет" in said(office.get("/office/events?state=loose"))


def test_a_second_press_and_an_edited_second_press(village, activist):
    form = form_of(village)
    activist.post("/events/new", {**form, "photo": file(picture_of())})
    page = activist.post("/events/new", {**form, "photo": file(picture_of())})
    assert (count(), count(EventEvidence)) == (1, 1)
    assert "Событие отправлено секретарю" in said(page)
    page = activist.post("/events/new", {**form, "participants": "54"}, code=409)
    text = said(page)
    assert "уже внесено" in text
    assert "54" in text.split("Что различается")[1]
    address = f"/events/{the_event().key}/edit"
    activist.post(address, {**form, "participants": "54", "version": hidden(page, "version")})
    assert (count(), the_event().participants) == (1, 54)


def test_nothing_typed_or_photographed_is_lost_on_a_mistake(village, activist):
    form = form_of(village, participants="много", caption="Двор", description="Пели <b>песни</b>")
    page = activist.post("/events/new", {**form, "photo": file(picture_of())}, code=422)
    text = page.get_data(as_text=True)
    assert "Укажите, сколько было участников" in said(page)
    assert 'href="#participants"' in text
    for kept_text in ('value="День соседей"', 'value="много"', 'value="Двор"', "Пели &lt;b&gt;песни"):
        assert kept_text in text
    assert "1 фото на месте" in said(page)
    form |= {"participants": "45", "carried": hidden(page, "carried"), "form_key": hidden(page, "form_key")}
    activist.post("/events/new", form)
    assert [one.caption for one in the_event().photos] == ["Двор"]
    assert count() == 1


def test_what_was_typed_survives_the_end_of_the_session(app, village):
    page = Browser(app).post("/events/new", form_of(village), code=401, follow=False)
    assert "Текст цел" in said(page)
    assert hidden(page, "title") == "День соседей"
    assert count() == 0


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.jpg", "с разметкой"),
        (b"<!doctype html><script>alert(1)</script>", "a.jpg", "с разметкой"),
        (b"MZ" + b"\0" * 100, "фото.jpg", "программа для Windows"),
        (b"\xff\xd8\xff\xe0" + b"<script>" * 10, "a.jpg", "повреждён"),
        (pdf(), "a.jpg", "PDF"),
        (b"GIF89a" + b"\0" * 50, "a.jpg", "GIF"),
        (b"", "a.jpg", "пустой"),
        (picture_of()[:300], "a.jpg", "повреждён"),
    ],
)
def test_a_hostile_photo_is_refused_and_the_rest_stays(village, activist, content, name, words):
    page = activist.post("/events/new", form_of(village, photo=file(content, name)), code=422)
    assert words in said(page)
    assert 'value="День соседей"' in page.get_data(as_text=True)
    carried = base64.b64encode(content).decode()
    activist.post("/events/new", form_of(village, carried=carried), code=422)
    assert (count(), count(EventEvidence)) == (0, 0)


def test_markup_behind_a_photo_does_not_come_through(village, activist, visitor):
    trap = picture_of() + b"<script>alert(1)</script>"
    activist.post("/events/new", form_of(village, photo=file(trap, "<img onerror=1>.jpg")))
    photo = the_event().photos[0]
    with current_storage().open(photo.storage_key) as stream:
        stored = stream.read()
    assert b"script" not in stored
    assert "<" not in photo.name
    assert "<img onerror" not in activist.get(f"/events/{the_event().key}/files").get_data(as_text=True)
    visitor.get(f"/event-photos/{photo.key}", code=404)


BAD_TEXTS = ["", "\x00", "<script>alert(1)</script>", "-5", "9" * 400, "ё" * 30000, "'; DROP TABLE event; --", "\u202e"]


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_bad_texts_are_refused_in_words_or_kept_as_text(village, activist, text):
    for name in (*FORM, "toses", "description", "link", "activity", "caption", "form_key", "carried"):
        response = activist.client.post("/events/new", data=form_of(village, **{name: text}), follow_redirects=True)
        assert response.status_code in {200, 409, 422}, name
        assert "<script>alert" not in response.get_data(as_text=True)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b"])
def test_a_link_that_runs_is_refused(village, activist, link):
    page = activist.post("/events/new", form_of(village, link=link), code=422)
    assert "Проверьте ссылку" in said(page)


def test_an_activist_tells_of_no_other_tos(village, activist):
    page = activist.post("/events/new", form_of(village, toses=village.other_tos.code), code=422)
    assert "Выберите ТОС из списка" in said(page)
    foreign = make_activity(village.neighbour)
    page = activist.post("/events/new", form_of(village, activity=str(foreign.id)), code=422)
    assert "из списка" in said(page)
    assert count() == 0


def test_a_secretary_enters_for_several_tos_at_once(village, office, visitor):
    activity = make_activity(village.district)
    form = form_of(village, activity=str(activity.id))
    form["toses"] = [village.tos.code, village.other_tos.code]
    page = office.post("/events/new", form)
    assert "Событие внесено" in said(page)
    page = visitor.get(f"/events/{the_event().key}")
    assert "ТОС «Родник»" in said(page)
    assert "ТОС «Заря»" in said(page)
    assert "Конкурс проектов" in said(page)
    assert "Кто внёс" not in said(page)


def test_a_storage_that_is_away_loses_nothing(village, activist, monkeypatch):
    def away(*_args, **_knobs):
        raise StorageUnavailable("away")

    monkeypatch.setattr(type(current_storage()), "put", away)
    page = activist.post("/events/new", form_of(village, photo=file(picture_of())), code=503)
    assert "Хранилище файлов сейчас не отвечает" in said(page)
    assert 'value="День соседей"' in page.get_data(as_text=True)
    assert "1 фото на месте" in said(page)
    assert count() == 0


# --- decided and corrected --------------------------------------------------------------------------------------------


def test_refused_corrected_and_seen_again(village, activist, office):
    event = village.told()
    address, look = f"/office/events/{event.key}", event.look
    page = office.post(address, {"act": "refuse", "look": look, "reason": " "}, code=422)
    assert "Напишите, что исправить" in said(page)
    office.post(address, {"act": "refuse", "look": look, "reason": "Где это?"})
    page = activist.get(f"/events/{event.key}")
    assert "Где это?" in said(page)
    page = activist.get(f"/events/{event.key}/edit")
    page = activist.post(
        f"/events/{event.key}/edit", form_of(village, place="ул. Мира, 5", version=hidden(page, "version"))
    )
    assert "снова отправлено" in said(page)
    assert fresh(event).state == "asked"
    activist.post(f"/events/{event.key}/withdraw")
    assert fresh(event).state == "withdrawn"


def test_a_stale_save_shows_both_versions(village, activist, office):
    event = village.told()
    version = hidden(activist.get(f"/events/{event.key}/edit"), "version")
    office.post(f"/events/{event.key}/edit", form_of(village, place="Клуб", version=version))
    page = activist.post(f"/events/{event.key}/edit", form_of(village, place="Школа", version=version), code=409)
    rows = said(page).split("Что различается")[1].split("Исправить событие")[0]
    assert "Школа" in rows
    assert "Клуб" in rows
    assert fresh(event).place == "Клуб"
    again = form_of(village, place="Школа", version=hidden(page, "version"))
    activist.post(f"/events/{event.key}/edit", again)
    assert fresh(event).place == "Школа"


def test_a_decision_about_something_unread_is_refused(village, office):
    event = village.told()
    page = office.post(f"/office/events/{event.key}", {"act": "accept", "look": "1.0.0x"}, code=409)
    assert "изменили, пока вы читали" in said(page)
    assert fresh(event).state == "asked"


def test_a_confirmed_event_is_closed_to_its_tos_and_can_be_taken_off(village, activist, office, visitor):
    event = village.told()
    office.post(f"/office/events/{event.key}", {"act": "accept", "look": event.look})
    assert "Исправить" not in said(activist.get(f"/events/{event.key}"))
    activist.post(f"/events/{event.key}/edit", form_of(village, version="2"), code=422)
    activist.post(f"/events/{event.key}/withdraw", code=409)
    activist.post(f"/events/{event.key}/photos", {"photo": file(picture_of())}, code=422)
    assert count(EventEvidence) == 0
    visitor.get(f"/events/{event.key}")
    office.post(f"/office/events/{event.key}", {"act": "strike", "reason": ""}, code=422)
    office.post(f"/office/events/{event.key}", {"act": "strike", "reason": "Внесено дважды"})
    visitor.get(f"/events/{event.key}", code=404)


# --- files ------------------------------------------------------------------------------------------------------------


def test_photos_and_papers_are_added_described_and_taken_away(village, activist):
    event = village.told()
    address = f"/events/{event.key}"
    assert "Выберите файл" in said(activist.post(f"{address}/photos", {}, code=422))
    activist.post(f"{address}/photos", {"photo": [file(picture_of()), file(picture_of("blue"))], "caption": "Двор"})
    photo = fresh(event).photos[0]
    activist.post(f"{address}/files/{photo.key}", {"act": "caption", "caption": "Дети у качелей"})
    page = activist.post(f"{address}/files/{photo.key}", {"act": "caption", "caption": "ж" * 301}, code=422)
    assert "Не длиннее 300" in said(page)
    assert fresh(event).photos[0].caption == "Дети у качелей"
    activist.post(f"{address}/files/{photo.key}", {"act": "remove"})
    activist.get(f"/event-photos/{photo.key}", code=404)
    activist.post(f"{address}/papers/list", {"file": file(pdf(), "список.pdf")})
    activist.post(f"{address}/papers/document", {"file": file(pdf(pages=2), "протокол.pdf")})
    activist.post(f"{address}/papers/list", {"file": file(b"MZ", "список.pdf")}, code=422)
    activist.post(f"{address}/papers/other", {"file": file(pdf())}, code=404)
    assert [(one.kind, one.name) for one in fresh(event).papers] == [
        ("list", "список.pdf"),
        ("document", "протокол.pdf"),
    ]


def test_a_list_of_people_never_leaks(app, village, visitor, activist, office):
    event = village.confirmed(photos=[kept()])
    for kind in ("list", "document"):
        paper = service.keep_paper(io.BytesIO(pdf()), f"Фамилии {kind}.pdf")
        service.add_paper(event, kind, paper, actor=village.secretary, as_officer=True, now=NOW)
    db.session.commit()
    keys = {one.kind: one.key for one in fresh(event).evidence}
    chair = give_role(make_person(), Role.ADMINISTRATOR, Scope.EVERYWHERE)
    others = [Browser(app, one) for one in (village.stranger, village.other_activist, make_person(), chair)]
    assert office.get(f"/event-files/{keys['list']}").data.startswith(b"%PDF")
    assert Browser(app, village.observer).get(f"/event-files/{keys['list']}").data.startswith(b"%PDF")
    for browser in (activist, *others):
        browser.get(f"/event-files/{keys['list']}", code=404)
        browser.get(f"/event-photos/{keys['list']}", code=404)
    assert visitor.client.get(f"/event-files/{keys['list']}").status_code == 302
    visitor.get(f"/event-photos/{keys['list']}", code=404)
    for browser in (visitor, *others):
        text = browser.get(f"/events/{event.key}").get_data(as_text=True)
        assert "Фамилии" not in text
        assert keys["list"] not in text
    assert activist.get(f"/event-files/{keys['document']}").data.startswith(b"%PDF")
    text = activist.get(f"/events/{event.key}").get_data(as_text=True)
    assert "Фамилии list.pdf" in text
    assert keys["list"] not in text
    answer = office.get(f"/event-files/{keys['list']}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_somebody_elses_event_does_not_exist(app, village, office):
    event = village.told(photos=[kept()])
    photo, look = event.photos[0].key, event.look
    for person in (village.other_activist, village.stranger):
        browser = Browser(app, person)
        for address in (f"/events/{event.key}", f"/events/{event.key}/edit", f"/events/{event.key}/files"):
            browser.get(address, code=404)
        browser.get(f"/event-photos/{photo}", code=404)
        browser.post(f"/events/{event.key}/edit", form_of(village, version="1"), code=404)
        browser.post(f"/events/{event.key}/withdraw", code=404)
        browser.post(f"/events/{event.key}/photos", {"photo": file(picture_of())}, code=404)
        browser.post(f"/events/{event.key}/papers/list", {"file": file(pdf())}, code=404)
        browser.post(f"/events/{event.key}/files/{photo}", {"act": "remove"}, code=404)
    Browser(app, village.stranger).post(f"/office/events/{event.key}", {"act": "accept", "look": look}, code=404)
    Browser(app, village.activist).post(f"/office/events/{event.key}", {"act": "accept", "look": look}, code=403)
    observer = Browser(app, village.observer)
    assert "Подтвердить событие" not in said(observer.get(f"/events/{event.key}"))
    observer.post(f"/office/events/{event.key}", {"act": "accept", "look": look}, code=403)
    other = village.told(village.other_activist, village.other_tos)
    office.post(f"/events/{other.key}/files/{photo}", {"act": "remove"}, code=404)
    assert (fresh(event).state, len(fresh(event).photos)) == ("asked", 1)


# --- lists ------------------------------------------------------------------------------------------------------------


def test_the_public_list_is_filtered_by_kind_year_and_tos(village, visitor):
    village.confirmed(title="Семинар о грантах", kind="seminar", held_on=date(2025, 3, 3), toses=[village.other_tos])
    village.confirmed(title="Праздник двора")

    def titles(query: str) -> list[str]:
        page = visitor.get(f"/events?{query}").get_data(as_text=True)
        return re.findall(r'<h2 class="h3"><a href="[^"]*">([^<]*)', page)

    assert titles("") == ["Праздник двора", "Семинар о грантах"]
    assert titles("kind=seminar") == ["Семинар о грантах"]
    assert titles("year=2026") == ["Праздник двора"]
    assert titles(f"tos={village.other_tos.code}") == ["Семинар о грантах"]
    assert titles("year=2025&kind=neighbours_day") == []
    assert titles("kind=x&year=x&tos=%00") == ["Праздник двора", "Семинар о грантах"]


def test_lists_cost_the_same_for_one_row_and_for_many(app, village, visitor, statements):
    activist, office = Browser(app, village.activist), Browser(app, village.secretary)
    pages = {"/events": visitor, "/my/events": activist, "/office/events": office, "/desk": office}
    pages[f"/tos/{village.tos.code}"] = visitor

    def cost() -> dict[str, int]:
        counts = {}
        for address, browser in pages.items():
            browser.get(address)
            statements.clear()
            browser.get(address)
            counts[address] = len(statements)
        return counts

    def tell() -> None:
        village.told(photos=[kept()])
        event = village.confirmed(toses=[village.tos, make_tos(village.district)], photos=[kept(), kept("blue")])
        pages[f"/events/{event.key}"] = visitor

    tell()
    few = cost()
    single = {address: number for address, number in few.items() if address.count("/") == 2 and "/events/" in address}
    for _ in range(4):
        tell()
    many = cost()
    assert {address: many[address] for address in few} == few
    assert max(many.values()) <= 10, many
    assert single


def test_pages_in_english(app, village):
    event = village.told(photos=[kept()])
    for person, addresses in (
        (village.activist, ("/events/new", "/my/events", f"/events/{event.key}", f"/events/{event.key}/files")),
        (village.secretary, ("/events/new", "/office/events", f"/events/{event.key}", f"/events/{event.key}/edit")),
        (None, ("/events",)),
    ):
        browser = Browser(app, person, language="en")
        for address in addresses:
            assert 'lang="en"' in browser.get(address).get_data(as_text=True)
