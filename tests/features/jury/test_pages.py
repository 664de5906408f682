"""Pages of the jury: what a juror sees and must not see, bad input, two tabs, invitations, counts of queries."""

import io
import re

import pytest
from sqlalchemy import func, insert, select

from tests.features.jury.court import SCORING, Court
from tests.make import (
    REGULATION,
    give_role,
    make_contest,
    make_juror,
    make_municipality,
    make_person,
    make_secretary,
    make_submission,
    regulation_with,
)
from tests.pages import Browser, said
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.service import revoke_role
from tosportal.features.applications.models import Application, Attachment
from tosportal.features.jury import service
from tosportal.features.jury.models import Juror, JuryInvitation, ScoreSheet
from tosportal.features.jury.queries import own_sheet
from tosportal.support.db import db
from tosportal.support.notifications import Letter
from tosportal.support.storage import current_storage, new_key


@pytest.fixture
def court(app):
    return Court(app)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.get_data(as_text=True))[1]


def marks(k1="8", k2="7", **more):
    return {"mark-k1": k1, "mark-k2": k2} | more


def test_from_the_list_through_the_declaration_to_the_signature(app, court):
    browser = Browser(app, court.jurors[0])
    page = browser.get("/jury")
    assert "Осталась 1 заявка" in said(page)
    page = browser.get(f"/jury/{court.contest.slug}")
    assert "Осталось оценить 1 заявку" in said(page)
    page = browser.get(court.url())
    words = said(page)
    assert "Знаете ли вы этих людей?" in words
    assert "Примерова Анна Образцовна" in words
    assert "играют на дороге" not in words  # the application itself is not open yet
    page = browser.post(court.url(more="/declare"), {"conflict": "no"})
    words = said(page)
    assert "играют на дороге" in words
    assert "0 — не описана" in words
    assert "Собственный вклад" in words
    assert "Считает портал по заявке: 20,00 %" in words
    assert "+7 383 590-00-01" not in words  # personal
    revision = hidden(page, "revision")
    page = browser.post(court.url(), marks(k1="1", act="sign", revision=revision))
    assert "Подписать пока нельзя" in said(page)
    assert "Объясните низкую оценку (1)" in said(page)
    page = browser.get(court.url())
    page = browser.post(
        court.url(), marks(k1="1", act="sign", revision=hidden(page, "revision"), **{"note-k1": "Нет фактов"})
    )
    assert "После подписи изменить оценку нельзя" in said(page)
    page = browser.post(court.url(more="/sign"), {"revision": hidden(page, "revision")})
    assert "Лист по заявке № 1 подписан" in said(page)
    assert "Вы оценили всё" in said(page)
    assert "3,30" in said(page)
    page = browser.get(court.url())
    assert "Лист подписан" in said(page)
    assert 'type="radio"' not in page.get_data(as_text=True)
    browser.post(court.url(), marks(), code=409)


def test_a_half_done_sheet_goes_on_to_the_next(app):
    court = Court(app, applications=3)
    browser = Browser(app, court.jurors[0])
    for number in range(3):
        court.declare(0, number)
    db.session.commit()
    page = browser.get(f"/jury/{court.contest.slug}")
    assert "Осталось оценить 3" in said(page)
    page = browser.post(court.url(0), {"mark-k1": "6", "act": "next", "revision": "0"})
    assert "Оценка заявки № 1 сохранена" in said(page)
    assert re.search(r"№ [23]\. ТОС", said(page))
    page = browser.get(court.url(0))
    assert re.search(r'value="6" checked', page.get_data(as_text=True))
    assert "1 из 2" in said(page)


def test_bad_marks_are_explained_and_kept(app, court):
    court.declare()
    db.session.commit()
    browser = Browser(app, court.jurors[0])
    evil = "<script>alert(1)</script>"
    page = browser.post(court.url(), marks(k1="99", comment=evil, revision="0", **{"note-k1": evil + "\x00"}), code=422)
    text = page.get_data(as_text=True)
    assert 'href="#mark-k1"' in text
    assert "Оценка должна быть от 0 до 10, а введено 99" in said(page)
    assert text.count("&lt;script&gt;") == 2
    assert "<script>alert" not in text
    assert 'value="7" checked' in text
    for data in (marks(k1="-5"), marks(k1="٣"), marks(k1="1" * 5000), marks(comment="я" * 5001), {"mark-k1": "\x00x"}):
        browser.post(court.url(), data | {"revision": "0"}, code=422)
    for revision in ("", "x", "-1", "9" * 50):
        browser.post(court.url(), marks(revision=revision))
    assert db.session.scalar(select(func.count()).select_from(ScoreSheet)) == 1


def test_fields_that_are_not_asked_change_nothing(app, court):
    court.declare()
    db.session.commit()
    Browser(app, court.jurors[0]).post(
        court.url(),
        marks(revision="0", act="save", total="100", signed_at="2026-01-01", juror_id="2", **{"mark-k3": "10"}),
    )
    sheet = db.session.scalars(select(ScoreSheet)).one()
    assert (str(sheet.total), sheet.signed_at, sheet.juror_id) == ("6.80", None, court.juror().id)


def test_two_tabs_the_second_sees_both(app, court):
    court.declare()
    db.session.commit()
    browser = Browser(app, court.jurors[0])
    first, second = browser.get(court.url()), browser.get(court.url())
    browser.post(court.url(), marks(k1="9", act="save", revision=hidden(first, "revision")))
    page = browser.post(court.url(), marks(k1="2", act="save", revision=hidden(second, "revision")), code=409)
    assert "В форме: 2" in said(page)
    assert "Сохранено: 9" in said(page)
    page = browser.post(court.url(), marks(k1="2", act="save", revision=hidden(page, "revision")))
    assert re.search(r'value="2" checked', page.get_data(as_text=True))


def test_a_sheet_saves_itself(app, court):
    court.declare()
    db.session.commit()
    browser = Browser(app, court.jurors[0])
    headers = {"X-Requested-With": "autosave"}
    answer = browser.client.post(court.url(), data={"mark-k1": "4", "revision": "0"}, headers=headers)
    assert answer.status_code == 200
    assert answer.json["saved"] == "Сохранено в 12:00"
    stale = browser.client.post(court.url(), data={"mark-k1": "5", "revision": "0"}, headers=headers)
    assert stale.status_code == 409
    wrong = browser.client.post(
        court.url(), data={"mark-k1": "50", "revision": answer.json["revision"]}, headers=headers
    )
    assert wrong.status_code == 422


def test_a_double_press_is_one_sheet(app, court):
    court.declare()
    db.session.commit()
    browser = Browser(app, court.jurors[0])
    for _press in range(2):
        browser.post(court.url(), marks(act="save", revision="0"))
    sheet = own_sheet(court.juror(), court.application())
    page = browser.get(court.url(more="/sign"))
    for _press in range(2):
        browser.post(
            court.url(more="/sign"), {"revision": hidden(page, "revision")} if _press == 0 else {"revision": "1"}
        )
    assert db.session.scalar(select(func.count()).select_from(ScoreSheet)) == 1
    assert sheet.id


def test_large_scales_are_typed_and_have_buttons_of_their_levels(app):
    criteria = [
        {
            "code": "k1",
            "nomination": None,
            "name": "Проекты",
            "max": "15",
            "step": "1",
            "weight": "1",
            "kind": "jury_mark",
            "value": None,
            "levels": [
                {"points": "0", "text": "нет", "from": None},
                {"points": "8", "text": "1–3", "from": None},
                {"points": "15", "text": "4 и более", "from": None},
            ],
        },
    ]
    scoring = dict(REGULATION["scoring"], method="sum_of_criterion_means", ties=["submitted_at"], pass_total=None)
    court = Court(app, regulation=regulation_with(criteria=criteria, scoring=scoring))
    court.declare()
    db.session.commit()
    browser = Browser(app, court.jurors[0])
    page = browser.get(court.url())
    assert 'value="k1=8"' in page.get_data(as_text=True)
    page = browser.post(court.url(), {"mark-k1": "3", "level": "k1=8", "revision": "0"})
    assert 'value="8"' in page.get_data(as_text=True)
    browser.post(court.url(), {"mark-k1": "3", "level": "k1=800", "revision": hidden(page, "revision")}, code=422)
    browser.post(court.url(), {"mark-k1": "3", "level": "zzz=8", "revision": hidden(page, "revision")})


# --- who sees what -------------------------------------------------------------------------------------------------


def test_nobody_sees_another_jurors_marks(app):
    court = Court(app, applications=2, jurors=3)
    court.score(0, 0, {"k1": "9", "k2": "4"}, comment="ПОДБРОШЕНО-1", notes={"k1": "ПОДБРОШЕНО-2"})
    chair = give_role(make_person(), Role.CHAIR, Scope.CONTEST, court.contest.id)
    observer = give_role(make_person(), Role.OBSERVER, Scope.MUNICIPALITY, court.municipality.id)
    court.declare(1, 0)
    db.session.commit()
    total = "6,10"
    addresses = [
        "/jury",
        f"/jury/{court.contest.slug}",
        court.url(),
        court.url(1),
        court.url(more="/sign"),
        court.url(more="/declare"),
        f"/office/contests/{court.contest.slug}/jury",
        f"/office/contests/{court.contest.slug}/applications",
        f"/office/applications/{court.keys[0]}",
        f"/office/contests/{court.contest.slug}/ranking",
        "/office/journal",
        f"/contests/{court.contest.slug}",
        f"/applications/{court.keys[0]}",
        f"/contests/{court.contest.slug}/results",
    ]
    readers = [court.jurors[1], court.jurors[2], court.secretary, chair, observer, court.activists[0], None]
    seen = 0
    for reader in readers:
        browser = Browser(app, reader)
        for address in addresses:
            answer = browser.client.get(address, follow_redirects=True)
            text = answer.get_data(as_text=True)
            assert answer.status_code < 500
            assert "ПОДБРОШЕНО" not in text, (address, reader and reader.full_name)
            assert total not in said(text), (address, reader and reader.full_name)
            seen += answer.status_code == 200
    assert seen > 30
    own = Browser(app, court.jurors[0]).get(court.url())
    assert "ПОДБРОШЕНО-1" in said(own)
    assert total in said(own)


def test_a_juror_who_is_an_activist_never_sees_the_wrong_side_of_their_own_application(app):
    court = Court(app, applications=2)
    both = court.jurors[0]
    court.declare(0, 0)
    court.save(0, 0)
    give_role(both, Role.ACTIVIST, Scope.TOS, court.toses[0].id)  # joins the ТОС after having marked
    attachment = Attachment(
        key="filekeyfilekeyfile",
        application_id=court.application().id,
        slot="minutes",
        name="x.pdf",
        media_type="application/pdf",
        size=3,
        sha256="0" * 64,
        storage_key=new_key(),
        uploaded_at=SCORING,
    )
    db.session.add(attachment)
    make_submission(court.application())
    db.session.commit()
    browser = Browser(app, both)
    for more in ("", "/declare", "/sign", "/files/1"):
        browser.get(court.url(0, more), code=404)
    browser.post(court.url(), marks(revision="1"), code=404)
    browser.post(court.url(more="/declare"), {"conflict": "no"}, code=404)
    browser.post(court.url(more="/sign"), {"revision": "1"}, code=404)
    page = browser.get(f"/jury/{court.contest.slug}")
    assert "Эксперт состоит в этом ТОС" in said(page)
    assert court.url() not in page.get_data(as_text=True)
    assert "6,80" not in said(page)
    browser.get(f"/office/applications/{court.keys[0]}", code=403)
    browser.get(f"/office/contests/{court.contest.slug}/jury", code=403)
    assert browser.client.get(court.url(1), follow_redirects=True).status_code == 200


def test_a_declared_conflict_closes_the_sheet_and_the_files_for_good(app, court):
    storage_key = new_key()
    current_storage().put(storage_key, io.BytesIO(b"%PDF-1.4 test"), size_limit=100)
    db.session.add(
        Attachment(
            key="filekeyfilekeyfile",
            application_id=court.application().id,
            slot="minutes",
            name="Иванов.pdf",
            media_type="application/pdf",
            size=13,
            sha256="0" * 64,
            storage_key=storage_key,
            uploaded_at=SCORING,
        )
    )
    make_submission(court.application())
    db.session.commit()
    browser = Browser(app, court.jurors[0])
    file = court.url(more="/files/1")
    assert browser.client.get(file).status_code == 404  # not declared yet
    page = browser.post(court.url(more="/declare"), {"conflict": "no"})
    assert file in page.get_data(as_text=True)
    assert "filekeyfilekeyfile" not in page.get_data(as_text=True)
    assert "Иванов.pdf" not in page.get_data(as_text=True)
    answer = browser.client.get(file)
    assert answer.status_code == 200
    assert answer.data == b"%PDF-1.4 test"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer.close()
    assert browser.client.get(court.url(more="/files/2")).status_code == 404
    assert Browser(app, make_person()).client.get(file).status_code == 403
    page = browser.post(court.url(more="/declare"), {"conflict": "yes", "reason": " "}, code=422)
    assert 'href="#reason"' in page.get_data(as_text=True)
    page = browser.post(court.url(more="/declare"), {"conflict": "yes", "reason": "Сосед по дому"})
    assert "вы не оцениваете" in said(page)
    assert "Сосед по дому" in said(page)
    for address in (court.url(), file, court.url(more="/declare")):
        assert browser.client.get(address).status_code == 404
    monitor = Browser(app, court.secretary).get(f"/office/contests/{court.contest.slug}/jury")
    assert "Сосед по дому" in said(monitor)


def test_an_answer_must_be_given(app, court):
    browser = Browser(app, court.jurors[0])
    for choice in ({}, {"conflict": "maybe"}, {"conflict": "\x00"}):
        browser.post(court.url(more="/declare"), choice, code=422)
    page = browser.post(court.url(more="/declare"), {"conflict": "yes", "reason": "я" * 2001}, code=422)
    assert "я" * 2001 in page.get_data(as_text=True)


def test_a_namesake_is_asked_about(app, court):
    court.jurors[0].full_name = "Примерова Светлана Юрьевна"
    db.session.commit()
    assert "У вас одна фамилия: Примерова Анна Образцовна" in said(Browser(app, court.jurors[0]).get(court.url()))


def test_other_places_are_not_there(app, court):
    stranger = make_person()
    foreign = make_juror(make_contest_elsewhere(), stranger)
    db.session.commit()
    assert foreign.id
    browser = Browser(app, stranger)
    for address in (f"/jury/{court.contest.slug}", court.url(), court.url(more="/sign"), court.url(more="/declare")):
        browser.get(address, code=404)
    browser.post(court.url(), marks(revision="0"), code=404)
    juror = Browser(app, court.jurors[0])
    for key in ("nothing", "x" * 200, "a%00b", "%D1%8F"):
        juror.get(f"/jury/{court.contest.slug}/{key}", code=404)
    for slug in ("no", "a%00b", "x" * 200):
        juror.get(f"/jury/{slug}", code=404)
    juror.get(f"/jury/{foreign.contest_id}/{court.keys[0]}", code=404)


def make_contest_elsewhere():
    return make_contest(make_municipality("kochki", "Кочковский район"), slug="elsewhere")


def test_a_role_taken_back_closes_the_door(app, court):
    browser = Browser(app, court.jurors[0])
    browser.get(f"/jury/{court.contest.slug}")
    revoke_role(court.jurors[0], Role.JUROR, Scope.CONTEST, court.contest.id, actor=court.secretary, now=SCORING)
    db.session.commit()
    browser.get(f"/jury/{court.contest.slug}", code=403)


@pytest.mark.parametrize(("days", "words"), [(-10, "Оценка ещё не началась"), (11, "Оценка закончена")])
def test_outside_the_days_of_scoring_a_kind_page(app, court, clock, days, words):
    court.score(0, 0)
    db.session.commit()
    clock.move(days=days)
    browser = Browser(app, court.jurors[0])
    assert words in said(browser.get(court.url()))
    page = said(browser.get(f"/jury/{court.contest.slug}"))
    assert words.split()[0] in page
    assert ("6,80" in page) == (days > 0)
    browser.post(court.url(), marks(k1="1", revision="1"), code=409)
    browser.get("/jury")


# --- invitations ---------------------------------------------------------------------------------------------------


def key_of_letter():
    body = db.session.scalars(
        select(Letter.body).where(Letter.kind == "jury.invitation").order_by(Letter.id.desc())
    ).first()
    return re.search(r"/invitations/([\w-]+)", body)[1]


def test_the_secretary_invites_and_the_guest_comes_in(app, court, visitor, clock):
    monitor = f"/office/contests/{court.contest.slug}/jury"
    secretary = Browser(app, court.secretary)
    page = secretary.post(monitor, {"email": "не адрес", "full_name": "<b>Я</b>", "seat": "king"}, code=422)
    assert 'href="#email"' in page.get_data(as_text=True)
    assert "&lt;b&gt;Я&lt;/b&gt;" in page.get_data(as_text=True)
    page = secretary.post(
        monitor, {"email": "guest@example.org", "full_name": "Гостева Ольга Ивановна", "seat": "member"}
    )
    assert "Приглашение отправлено: guest@example.org" in said(page)
    secretary.post(
        monitor, {"email": "guest@example.org", "full_name": "Гостева Ольга Ивановна", "seat": "member"}, code=422
    )
    link = f"/invitations/{key_of_letter()}"
    page = visitor.get(link)
    assert "Войдите, чтобы принять приглашение" in said(page)
    assert "next=" in page.get_data(as_text=True)
    assert "guest@example.org" not in page.get_data(as_text=True)
    assert visitor.client.post(link).status_code == 303
    stranger = Browser(app, make_person())
    assert "на другой адрес" in said(stranger.get(link))
    stranger.post(link, code=403)
    guest_person = make_person("guest@example.org")
    db.session.commit()
    guest = Browser(app, guest_person)
    page = guest.post(link)
    assert "Вы в комиссии конкурса" in said(page)
    assert "Осталось оценить 1 заявку" in said(page)
    guest.post(link)
    assert "Вы уже приняли" in said(guest.get(link))
    assert "уже принято" in said(visitor.get(link))
    assert db.session.scalar(select(func.count()).select_from(Juror)) == 3
    assert "Э3" in said(secretary.get(monitor))


def test_a_link_that_does_not_work_says_why(app, court, visitor, clock):
    row, key = service.invite_juror(
        court.contest, email="guest@example.org", full_name="Гостева О.", seat="member", actor=None, now=SCORING
    )
    guest_person = make_person("guest@example.org")
    db.session.commit()
    secretary, guest = Browser(app, court.secretary), Browser(app, guest_person)
    base = f"/office/contests/{court.contest.slug}/jury/invitations/{row.id}"
    secretary.post(base + "/resend")
    visitor.get(f"/invitations/{key}", code=404)
    link = f"/invitations/{key_of_letter()}"
    clock.move(days=15)
    assert "Срок приглашения истёк" in said(guest.get(link))
    guest = Browser(app, guest_person)  # the earlier sign-in has run out too
    guest.post(link, code=409)
    clock.move(days=-15)
    secretary.post(base + "/cancel")
    assert "отозвал" in said(guest.get(link))
    guest.post(link, code=409)
    secretary.post(base + "/resend", code=409)
    for key in ("x", "a" * 500, "a%00" * 10):
        visitor.get(f"/invitations/{key}", code=404)


def test_only_the_secretary_of_the_place_invites(app, court):
    chair = give_role(make_person(), Role.CHAIR, Scope.CONTEST, court.contest.id)
    observer = give_role(make_person(), Role.OBSERVER)
    foreign = make_secretary(make_municipality("kochki", "Кочковский район"))
    row, _key = service.invite_juror(
        court.contest, email="a@example.org", full_name="А Б", seat="member", actor=None, now=SCORING
    )
    db.session.commit()
    monitor = f"/office/contests/{court.contest.slug}/jury"
    data = {"email": "guest@example.org", "full_name": "Гостева О.", "seat": "member"}
    for person, reads, writes in (
        (chair, 200, 403),
        (observer, 200, 403),
        (foreign, 404, 404),
        (court.jurors[0], 403, 403),
    ):
        browser = Browser(app, person)
        page = browser.get(monitor, code=reads)
        assert "a@example.org" not in page.get_data(as_text=True)
        browser.post(monitor, data, code=writes)
        browser.post(f"{monitor}/invitations/{row.id}/cancel", code=writes)
        browser.post(f"{monitor}/%D0%AD1/remind", code=writes)
    secretary = Browser(app, court.secretary)
    for number in (999999, 2**31, 10**30):
        secretary.post(f"{monitor}/invitations/{number}/cancel", code=404)
    secretary.post(f"{monitor}/%D0%AD99/remind", code=404)
    assert "Напоминание отправлено" in said(secretary.post(f"{monitor}/%D0%AD1/remind"))
    secretary.post(f"{monitor}/%D0%AD1/remind", code=409)
    assert db.session.scalar(select(func.count()).select_from(JuryInvitation)) == 1


# --- how much it costs ---------------------------------------------------------------------------------------------


def test_the_dashboard_costs_the_same_for_one_and_a_thousand(app, court, statements):
    browser = Browser(app, court.jurors[0])
    address = f"/jury/{court.contest.slug}"
    statements.clear()
    browser.get(address)
    one = len(statements)
    for _number in range(2):
        court.add_application()
    db.session.commit()
    statements.clear()
    browser.get(address)
    assert len(statements) == one <= 10
    sample = court.application()
    columns = {
        column.key: getattr(sample, column.key) for column in Application.__mapper__.column_attrs if column.key != "id"
    }
    rows = [columns | {"key": f"bulk-{number}", "number": 1000 + number, "form_key": None} for number in range(1000)]
    db.session.execute(insert(Application), rows)
    db.session.commit()
    statements.clear()
    page = browser.get(address)
    assert len(statements) == one
    assert "Осталось оценить 1003" in said(page)
    assert page.get_data(as_text=True).count("<tr>") == 51
    first, second = said(page), said(browser.get(address + "?page=2"))
    assert first != second
    assert said(browser.get(address)) == first  # the same order at every look
    browser.get(address + "?page=99999999999999")
    browser.get(address + "?page=-1")


def test_the_monitor_costs_the_same_however_much_there_is(app, court, statements):
    browser = Browser(app, court.secretary)
    address = f"/office/contests/{court.contest.slug}/jury"
    statements.clear()
    browser.get(address)
    one = len(statements)
    for _number in range(2):
        court.add_application()
        make_juror(court.contest)
    court.score(0)
    court.declare(1, 1, conflict=True, reason="Сват")
    db.session.commit()
    statements.clear()
    browser.get(address)
    assert len(statements) == one <= 10


def test_in_english(app, court):
    court.declare(0, 0)
    court.save(0, 0)
    db.session.commit()
    juror = Browser(app, court.jurors[0], language="en")
    other = Browser(app, court.jurors[1], language="en")
    secretary = Browser(app, court.secretary, language="en")
    for browser, address in (
        (juror, "/jury"),
        (juror, f"/jury/{court.contest.slug}"),
        (juror, court.url()),
        (juror, court.url(more="/sign")),
        (other, court.url()),
        (secretary, f"/office/contests/{court.contest.slug}/jury"),
    ):
        assert '<html lang="en"' in browser.get(address).get_data(as_text=True)
