"""Pages of the decision, for the office and for everybody."""

import json
import secrets
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.features.decisions.test_service import AFTER_SCORING, World
from tests.make import REGULATION, make_municipality, make_person, make_secretary, make_submission
from tests.pages import Browser, said
from tests.support.test_upload_checks import pdf
from tosportal.domain.protocol import build_protocol, canonical_bytes, inputs_from_json
from tosportal.domain.sitting import CountedSession
from tosportal.features.applications.models import Attachment
from tosportal.features.contests.queries import edition_in_force, regulation_of
from tosportal.features.decisions import queries, service
from tosportal.support.db import db
from tosportal.support.storage import current_storage, new_key

RESULTS_QUERIES = 10
SESSION_FORM = {
    "number": "2",
    "held_at-date": "10.04.2026",
    "held_at-time": "11:30",
    "place": "Администрация",
    "present": ["chair", "Э1", "Э2"],
    "others_absent": "Морозов И. О., депутат",
    "invitees": "Павлова Е. Н., ресурсный центр",
    "questions-0-question": "О распределении средств конкурса",
    "questions-0-in_favour": "2",
    "questions-0-against": "1",
    "questions-0-abstained": "",
    "questions-0-decision": "Распределить по рейтингу",
    "conditions": "Отчёт до 1 ноября 2026 года",
    "opinions-0-member": "Э2",
    "opinions-0-text": "Считаю, что освещение следует оценивать отдельно.",
}


@pytest.fixture
def world(app, clock) -> World:
    clock.at = AFTER_SCORING
    world = World([10, 9, 8, 8, 7, 7, 3], requested="130000.00")
    db.session.commit()
    return world


def published(world: World) -> None:
    decision = world.prepare()
    service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    service.publish_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    db.session.commit()


def test_from_the_form_of_the_meeting_to_the_published_page(app, world, visitor):
    office = f"/office/contests/{world.contest.slug}/ranking"
    secretary, chair = Browser(app, world.secretary), Browser(app, world.chair)
    assert "Подготовить решение" in said(secretary.get(office))
    done = secretary.post(f"/office/contests/{world.contest.slug}/decision", SESSION_FORM)
    assert "ждёт председателя" in said(done)
    assert "71 486,76 ₽" in said(done)
    secretary.post(f"/office/contests/{world.contest.slug}/decision/1/approve", code=403)
    assert "Утвердить решение на 721 486,76 ₽" in said(chair.get(office))
    visitor.get(f"/contests/{world.contest.slug}/results", code=404)
    chair.post(f"/office/contests/{world.contest.slug}/decision/1/approve")
    page = said(secretary.post(f"/office/contests/{world.contest.slug}/decision/1/publish"))
    for words in ("721 486,76 ₽", "708 500,00 ₽", "12 986,76 ₽", "Поддержан частично", "Ниже проходного балла"):
        assert words in page
    assert said(visitor.get(f"/contests/{world.contest.slug}/results")).count("130 000,00 ₽") >= 5
    assert "Пункты" not in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "", "Заполните «Номер протокола»"),
        ("held_at-date", "вчера", "Укажите день, например 13.03.2026"),
        ("held_at-time", "с утра", "Укажите время, например 17:00"),
        ("held_at-time", "", "Укажите час, когда началось заседание"),
        ("place", "", "Заполните «Где проходило заседание»"),
        ("place", "я" * 300, "сократите до 200 знаков"),
        ("present", [], "Отметьте, кто из членов комиссии пришёл"),
        ("present", ["Э1"], "Кворума нет: пришли 1 из 5, а нужно не меньше 3"),
        ("present", ["Э77"], "Отметьте, кто из членов комиссии пришёл"),
        ("others_present", "Морозов И. О., депутат", "записан дважды"),
        ("questions-0-in_favour", "двое", "Введите целое число"),
        ("questions-0-in_favour", "7", "Голосов 8, а пришли 3"),
        ("questions-0-decision", "", "Напишите, что решили"),
        ("questions-0-question", "", "Заполните «Вопрос»"),
        ("opinions-0-text", "", "Заполните «Особое мнение»"),
        ("tie_votes", "первая", "Напишите номера заявок через запятую"),
        ("tie_votes", "99", "Заявки № 99 нет среди допущенных"),
    ],
)
def test_a_bad_meeting_is_answered_next_to_the_field_and_kept(app, world, field, value, words):
    answer = Browser(app, world.secretary).post(
        f"/office/contests/{world.contest.slug}/decision", SESSION_FORM | {field: value}, code=422
    )
    assert queries.latest_decision(world.contest.id) is None
    html = answer.get_data(as_text=True)
    assert words in said(answer)
    for name, kept in (SESSION_FORM | {field: value}).items():
        for text in [kept] if isinstance(kept, str) else []:
            assert text in html, name


def test_somebody_elses_office_does_not_exist(app, world, visitor):
    stranger = make_secretary(make_municipality("other", "Другой район"))
    nobody = make_person()
    db.session.commit()
    address = f"/office/contests/{world.contest.slug}/ranking"
    Browser(app, stranger).get(address, code=404)
    Browser(app, nobody).get(address, code=403)
    assert visitor.client.get(address).status_code == 302


def test_every_number_unfolds_to_the_marks_it_came_from(app, world, visitor):
    published(world)
    page = said(visitor.get(f"/contests/{world.contest.slug}/results/1"))
    assert "(10 + 10 + 10) / 3 = 10,00 × 0,50 = 5,00" in page
    assert "Э1" in page
    visitor.get(f"/contests/{world.contest.slug}/results/999", code=404)


def test_the_protocol_comes_as_pdf_docx_and_json_and_verifies(app, world, visitor, tmp_path):
    published(world)
    base = f"/contests/{world.contest.slug}/protocol."
    pdf = PdfReader(BytesIO(visitor.get(base + "pdf").data))
    text = " ".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ")
    word = docx.Document(BytesIO(visitor.get(base + "docx").data))
    cells = {cell.text.replace("\xa0", " ") for table in word.tables for row in table.rows for cell in row.cells}
    rows = list(db.session.scalars(queries.ranked_rows(queries.published_decision(world.contest.id).id)).unique())
    for row in rows:
        for sum_ in (row.awarded_sum, *(share.share_sum for share in row.shares)):
            if sum_:
                shown = f"{sum_:,.2f}".replace(",", " ").replace(".", ",")
                assert shown in text
                assert any(shown in cell for cell in cells)
    assert "10 апреля 2026 года, 12:00" in text
    assert "Эксперт Э3, член комиссии" in text
    file = tmp_path / "protocol.json"
    file.write_bytes(visitor.get(base + "json").data)
    command = [sys.executable, "-m", "tosportal.verify", str(file)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    protocol = json.loads(file.read_text())
    protocol["results"][0]["award_sum"] = "130000.01"
    file.write_text(json.dumps(protocol))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_the_paper_prints_what_was_written_down_and_nothing_else(app, world):
    secretary = Browser(app, world.secretary)
    office = f"/office/contests/{world.contest.slug}"
    secretary.post(f"{office}/decision", SESSION_FORM)
    pdf = PdfReader(BytesIO(secretary.get(f"{office}/draft-protocol.pdf").data))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ").split())
    for words in (
        "10 апреля 2026 года, 11:30",
        "Председателев Н. Ф., председатель комиссии",
        "Отсутствовали: Эксперт Э3, член комиссии; Морозов И. О., депутат.",
        "Приглашены: Павлова Е. Н., ресурсный центр.",
        "Членов комиссии: 5, присутствуют: 3, нужно для кворума: 3.",
        "О распределении средств конкурса 2 1 0 Распределить по рейтингу",
        "Отчёт до 1 ноября 2026 года",
        "Эксперт Э2: Считаю, что освещение следует оценивать отдельно.",
    ):
        assert words in text
    assert "10:00" not in text
    again = secretary.get(f"{office}/ranking").get_data(as_text=True)
    for kept in ("11:30:00", "Морозов И. О., депутат", "Распределить по рейтингу", "Отчёт до 1 ноября 2026 года"):
        assert kept in again  # preparing anew begins with what was written down


def test_a_protocol_of_the_first_schema_is_printed_without_what_it_never_kept(app, world):
    decision = world.prepare()
    inputs = inputs_from_json(json.loads(decision.protocol))
    counted = CountedSession("2", AFTER_SCORING.date(), "Администрация района", 3, 4)
    first = build_protocol(replace(inputs, session=counted))
    decision.protocol, decision.digest = canonical_bytes(first).decode(), first["digest"]
    db.session.commit()
    pdf = PdfReader(BytesIO(Browser(app, world.secretary).get(
        f"/office/contests/{world.contest.slug}/draft-protocol.pdf").data))  # fmt: skip
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ").split())
    assert "Дата 10 апреля 2026 года Место" in text
    assert "Членов комиссии: 4, присутствуют: 3" in text
    for words in ("10:00", "Повестка дня", "Голосование", "председатель комиссии", "Условия"):
        assert words not in text
    assert "(tos-protocol/1)" in text


def test_a_row_button_adds_a_question_and_keeps_everything(app, world):
    answer = Browser(app, world.secretary).post(
        f"/office/contests/{world.contest.slug}/decision", SESSION_FORM | {"add": "questions"}
    )
    html = answer.get_data(as_text=True)
    assert 'name="questions-1-question"' in html
    assert "Распределить по рейтингу" in html
    assert queries.latest_decision(world.contest.id) is None


@pytest.mark.parametrize("marks", [[10], [10, 9, 8, 7]])
def test_the_results_page_costs_ten_queries_for_any_number_of_rows(app, clock, statements, marks):
    clock.at = AFTER_SCORING
    world = World(marks)
    published(world)
    statements.clear()
    Browser(app).get(f"/contests/{world.contest.slug}/results")
    assert len(statements) == RESULTS_QUERIES


def test_the_pages_speak_english(app, world):
    published(world)
    english = Browser(app, language="en")
    assert english.get(f"/contests/{world.contest.slug}/results").status_code == 200
    assert "RUB 721,486.76" in said(english.get(f"/contests/{world.contest.slug}/results"))


# --- files shown with the results -------------------------------------------------------------------------------------

GPS = 0x8825


def photo_of_a_phone() -> bytes:
    """A picture that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(GPS)[2] = (54.0, 22.0, 5.0)
    out = BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def attach(application, slot: str, content: bytes, name: str, media_type: str, **knobs) -> Attachment:
    storage, key = current_storage(), new_key()
    stored = storage.put(key, BytesIO(content), size_limit=10_000_000)
    row = Attachment(
        key=secrets.token_urlsafe(12), application_id=application.id, slot=slot, name=name, media_type=media_type,
        size=stored.size, sha256=stored.sha256, storage_key=key, uploaded_at=AFTER_SCORING, **knobs,
    )  # fmt: skip
    db.session.add(row)
    make_submission(application)
    db.session.commit()
    return row


def slots_shown(*codes: str) -> list[dict]:
    return [one | {"public": one["code"] in codes} for one in REGULATION["documents"]]


def with_slots(world: World, *codes: str) -> None:
    """The edition on which the applications were filled in shows these slots with the results."""
    edition = edition_in_force(world.contest)
    edition.definition = edition.definition | {"documents": slots_shown(*codes)}
    db.session.commit()


def test_files_of_public_slots_are_shown_with_the_results_and_no_others(app, world, visitor):
    with_slots(world, "photos")
    first = world.applications[0]
    attach(first, "minutes", pdf(), "Протокол Ивановой.pdf", "application/pdf")
    attach(first, "photos", photo_of_a_phone(), "Двор Ивановой.jpg", "image/jpeg")
    attach(first, "photos", photo_of_a_phone(), "лишнее.jpg", "image/jpeg", removed_at=AFTER_SCORING)
    row = f"/contests/{world.contest.slug}/results/{first.number}"
    visitor.get(f"{row}/files/1", code=404)
    decision = world.prepare()
    db.session.commit()
    visitor.get(f"{row}/files/1", code=404)
    Browser(app, world.secretary).get(f"{row}/files/1", code=404)
    service.approve_decision(decision, actor=world.chair, now=AFTER_SCORING)
    service.publish_decision(decision, actor=world.secretary, now=AFTER_SCORING)
    db.session.commit()
    page = visitor.get(row).get_data(as_text=True)
    assert f'href="{row}/files/1"' in page
    assert f'href="{row}/files/2"' not in page
    assert "Ивановой" not in page
    answer = visitor.get(f"{row}/files/1")
    assert answer.mimetype == "image/jpeg"
    assert not Image.open(BytesIO(answer.data)).getexif().get_ifd(GPS)
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "photos-1.jpg" in answer.headers["Content-Disposition"]
    for wrong in ("0", "2", "999"):
        visitor.get(f"{row}/files/{wrong}", code=404)
    second = f"/contests/{world.contest.slug}/results/{world.applications[1].number}"
    assert "Документы заявки" not in said(visitor.get(second)), "an application without such files says nothing of them"
    visitor.get(f"{second}/files/1", code=404)


def test_a_slot_that_became_public_later_shows_nothing_of_before(app, world, visitor):
    first = world.applications[0]
    attach(first, "minutes", pdf(), "Протокол.pdf", "application/pdf")
    edition = edition_in_force(world.contest)
    columns = [one.name for one in edition.__table__.columns if one.name != "id"]
    made = {name: getattr(edition, name) for name in columns}
    shown = edition.definition | {"documents": slots_shown("minutes")}
    db.session.add(type(edition)(**(made | {"number": edition.number + 1, "definition": shown})))
    world.contest.edition = edition.number + 1
    db.session.commit()
    assert [one.code for one in regulation_of(world.contest).documents if one.public] == ["minutes"]
    published(world)
    row = f"/contests/{world.contest.slug}/results/{first.number}"
    assert "Документы заявки" not in said(visitor.get(row))
    visitor.get(f"{row}/files/1", code=404)
