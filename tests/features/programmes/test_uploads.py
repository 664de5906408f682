"""A file with a programme: read, looked through, put right, confirmed; nothing enters before."""

import copy
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from sqlalchemy import func, select

import tosportal
from tests.conftest import NOW
from tests.make import make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tosportal.domain.document_paths import shown_value, value_at
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.features.programmes import service
from tosportal.features.programmes.models import Activity, ActivityFunding, Programme, ProgrammeEdition, ProgrammeUpload
from tosportal.features.programmes.routes.recognised import likely_slug
from tosportal.support.db import db

DATA = Path(__file__).parent.parent.parent / "data"
SEED: dict[str, Any] = yaml.safe_load(
    (Path(tosportal.__file__).parent / "sample" / "programme-ordynsky-2024-2026.yaml").read_text(encoding="utf-8")
)
SUM = "activities[act-4-4].sources.local.2026.rub"
AMOUNT = "activities[act-4-4].amount.2026.rub"
ACT = service.Act("постановление", "1200/10", date(2026, 5, 20))


@pytest.fixture
def district(app):
    return make_municipality()


def docx() -> bytes:
    return (DATA / "programme-ordynsky.docx").read_bytes()


def read(district, content: bytes | None = None, name: str = "программа.docx") -> ProgrammeUpload:
    kept = service.keep_programme(content or docx(), name)
    return service.upload_programme(kept, municipality=district, actor=None, now=NOW)


def confirm(upload: ProgrammeUpload, slug: str = "tos-ordynsky") -> Programme:
    return service.confirm_upload(upload, slug=slug, act=ACT, reason="", actor=None, now=NOW)


def test_a_word_file_becomes_the_programme_only_when_it_is_confirmed(district):
    upload = read(district)
    assert len(upload.recognised["fragments"]) > 300
    assert db.session.scalar(select(func.count()).select_from(Programme)) == 0
    programme = confirm(upload)
    assert (programme.year_from, programme.year_to, programme.act_number) == (2024, 2026, "1200/10")
    assert db.session.scalar(select(func.count()).select_from(Activity)) == 9
    assert upload.state == "confirmed"
    with pytest.raises(RuleBroken, match="уже подтверждён"):
        confirm(upload)


def test_what_is_put_right_is_what_is_confirmed(district):
    upload = read(district)
    assert service.correct_upload(upload, {SUM: "30 000,00", AMOUNT: "30000"}, seen=1, actor=None, now=NOW) == 2
    printed = value_at(service.corrected(upload), SUM.removesuffix(".rub"))
    assert printed == {"rub": "30000.00", "printed": "30000,00", "unit": "руб"}
    confirm(upload)
    activity = select(Activity.id).where(Activity.code == "act-4-4").scalar_subquery()
    paid = select(ActivityFunding.planned_sum).where(
        ActivityFunding.activity_id == activity, ActivityFunding.year == 2026, ActivityFunding.source == "local"
    )
    assert str(db.session.scalar(paid)) == "30000.00"


def test_a_second_file_is_a_new_edition_of_the_same_programme(district):
    first = confirm(read(district))
    changed = copy.deepcopy(SEED)
    row = next(one for one in changed["activities"] if one["id"] == "act-4-4")
    row["sources"]["local"]["2026"]["rub"] = row["amount"]["2026"]["rub"] = "31000.00"
    second = confirm(read(district, yaml.safe_dump(changed, allow_unicode=True).encode(), "новая.yaml"))
    assert (second.id, second.edition) == (first.id, 2)
    assert db.session.scalar(select(func.count()).select_from(ProgrammeEdition)) == 2


def test_the_same_values_again_are_no_correction_and_no_number_is_a_remark(district):
    upload = read(district)
    assert service.correct_upload(upload, {SUM: "27 013,24"}, seen=99, actor=None, now=NOW) == 0
    with pytest.raises(RuleBroken) as refused:
        service.correct_upload(upload, {SUM: "много", "no.such.path": "1"}, seen=1, actor=None, now=NOW)
    assert [one.place for one in refused.value.remarks] == [SUM]
    assert upload.corrections == {}


def test_a_stale_correction_overwrites_nothing(district):
    upload = read(district)
    service.correct_upload(upload, {SUM: "1"}, seen=1, actor=None, now=NOW)
    with pytest.raises(StateConflict):
        service.correct_upload(upload, {SUM: "2"}, seen=1, actor=None, now=NOW)
    assert upload.corrections == {SUM: "1.00"}


def test_the_same_file_that_waits_is_the_same_upload(district):
    assert read(district).id == read(district).id


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"x", "программа.pdf", "DOCX, XLSX, YAML или JSON"),
        (b"", "программа.docx", "Файл пустой"),
        (b"not a zip", "программа.docx", "Не удалось узнать тип файла"),
        (b"a: [", "программа.yaml", "не читается"),
        (b"a: &a [1]\nb: [*a, *a]", "программа.yaml", "не читается"),
        (b"\xff\xfe", "программа.json", "не читается"),
        (b"[" * 100_000, "программа.json", "не читается"),
        (b'{"schema": "other/1"}', "программа.json", "нужна схема"),
        (b"just words", "программа.yml", "не читается"),
    ],
)
def test_what_is_no_programme_is_refused_in_words(district, content, name, words):
    with pytest.raises(RuleBroken, match=words) as refused:
        service.keep_programme(content, name)
    assert str(refused.value)
    assert db.session.scalar(select(func.count()).select_from(ProgrammeUpload)) == 0


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(app, district) -> Browser:
    secretary = make_secretary(district)
    db.session.commit()
    return Browser(app, secretary)


def sent(office: Browser, content: bytes, name: str, code: int = 200):
    return office.post("/office/programme/upload", {"file": (io.BytesIO(content), name)}, code=code)


def test_from_the_word_file_to_the_programme_by_pages(office):
    page = sent(office, docx(), "программа.docx")
    address = page.request.path
    assert "В графе веса 21" in said(page)
    assert "таблица 2" in said(page)
    part = office.get(f"{address}/of-task-4")
    assert "«27013,24»" in said(part)
    form = {"seen": "1", SUM: "27 013,25"}
    after = said(office.post(f"{address}/of-task-4", form))
    assert "Исправлено значений: 1" in after
    assert "вместе давали ровно 40 000,00 ₽, а теперь 40 000,01 ₽" in said(office.get(f"{address}/of-task-4"))
    wrong = office.post(f"{address}/of-task-4", form | {SUM: "много"}, code=422)
    assert 'value="много"' in wrong.get_data(as_text=True)
    assert re.search(r"Мероприятие «Содействие[^:]+, местные бюджеты, 2026 год: ", said(wrong))
    stale = office.post(f"{address}/of-task-4", form | {SUM: "5"}, code=409)
    assert "исправил кто-то другой" in said(stale)
    assert 'value="5"' in stale.get_data(as_text=True)
    refused = office.post(f"{address}/confirm", {"slug": "tos", "act_number": "1"}, code=422)
    assert "источники дают" in said(refused)
    office.post(f"{address}/of-task-4", {"seen": "2", SUM: "27 013,24"})
    filled = {"slug": "tos", "act_number": "12", "act_on-day": "20", "act_on-month": "5", "act_on-year": "2026"}
    done = office.post(f"{address}/confirm", filled)
    assert "Программа записана, редакция 1" in said(done)
    for link in ("/office/indicators/tos/passports", "/office/programme/tos/ledger", "/programme/tos", "#findings"):
        assert f'href="{link}"' in done.get_data(as_text=True), link
    assert "уже стал редакцией" in said(office.get(address))
    assert office.get(f"{address}/file").data == docx()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "Имя с пробелом", "Короткое имя"),
        ("slug", "Tos", "Короткое имя: строчные латинские буквы"),
        ("act_on-day", "40", "Укажите день постановления"),
    ],
)
def test_a_bad_confirmation_is_answered_and_kept(office, field, value, words):
    address = sent(office, docx(), "программа.docx").request.path
    form = {"slug": "tos", "act_number": "12", "act_on-day": "20", "act_on-month": "5", "act_on-year": "2026"}
    answer = office.post(f"{address}/confirm", form | {field: value, "reason": "Уточнение"}, code=422)
    assert words in said(answer)
    assert "Уточнение" in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(Programme)) == 0


def test_a_part_opens_the_row_that_was_asked_for_and_folds_the_others(office):
    address = sent(office, docx(), "программа.docx").request.path
    folds = re.compile(r'<details class="fold"( open)?><summary>([^<]*)')
    rows = folds.findall(office.get(f"{address}/of-task-4").get_data(as_text=True))
    assert (len(rows), sum(bool(is_open) for is_open, _name in rows)) == (4, 1)
    asked = folds.findall(office.get(f"{address}/of-task-4?at={SUM}").get_data(as_text=True))
    assert ["День соседей" in name for is_open, name in asked if is_open] == [True]
    after = office.post(f"{address}/of-task-4?at={SUM}", {"seen": "1", SUM: "27 013,25"}).get_data(as_text=True)
    assert [name for is_open, name in folds.findall(after) if is_open] == [name for is_open, name in asked if is_open]


def test_the_act_that_the_document_names_is_shown_before_it_is_taken(office):
    page = sent(office, docx(), "программа.docx")
    text = page.get_data(as_text=True)
    assert re.search(r'name="act_number" value="1056/89"', text)
    assert re.search(r'name="act_on-day"[^>]* value="18"', text)
    office.post(f"{page.request.path}/confirm", {"slug": "tos", "act_number": "1056/89"})
    again = sent(office, (DATA / "programme-ordynsky.xlsx").read_bytes(), "программа.xlsx").get_data(as_text=True)
    assert 'name="act_number" value=""' in again


def test_a_file_that_is_no_programme_is_answered_next_to_the_field(office):
    assert "Загрузите программу как" in said(sent(office, b"MZ", "virus.exe", 422))
    assert "Выберите файл" in said(office.post("/office/programme/upload", {}, code=422))


def test_a_dropped_file_changes_nothing(office):
    address = sent(office, docx(), "программа.docx").request.path
    assert "Файл отложен" in said(office.post(f"{address}/drop", {}))
    office.post(f"{address}/confirm", {"slug": "tos", "act_number": "1"}, code=422)


def test_uploads_of_another_district_do_not_exist(app, office):
    address = sent(office, docx(), "программа.docx").request.path
    stranger = make_secretary(make_municipality("other", "Другой район"))
    nobody = make_person()
    db.session.commit()
    assert Browser(app, nobody).client.get(address).status_code == 403
    assert Browser(app, stranger).client.get(address).status_code == 404


def test_the_editions_of_a_programme_are_compared_for_everybody(app, district, office, visitor):
    confirm(read(district))
    changed = json.loads(json.dumps(SEED, default=str))
    row = next(one for one in changed["activities"] if one["id"] == "act-4-4")
    row["sources"]["local"]["2026"]["rub"] = row["amount"]["2026"]["rub"] = "31000.00"
    confirm(read(district, json.dumps(changed).encode(), "новая.json"))
    db.session.commit()
    assert "Редакция 2" in said(visitor.get("/programme/tos-ordynsky/editions"))
    page = said(visitor.get("/programme/tos-ordynsky/editions/1/2"))
    assert "31 000,00 ₽" in page
    assert "3 986,76 ₽" in page
    visitor.get("/programme/tos-ordynsky/editions/1/9", code=404)


def test_a_page_saved_as_it_stands_corrects_nothing(office):
    address = sent(office, docx(), "программа.docx").request.path
    upload = db.session.scalars(select(ProgrammeUpload)).one()
    data = service.corrected(upload)
    shown = {
        one["path"]: shown_value(value_at(data, one["path"]), one["path"]) for one in upload.recognised["fragments"]
    }
    assert shown["indicators[ind-1-1].number_appendix"] == "1.1", "the number of a row is no fraction"
    assert "Ничего не изменилось" in said(office.post(f"{address}/indicators", {"seen": "1", **shown}))
    after = office.post(f"{address}/indicators", {"seen": "1", **shown, "indicators[ind-4-2].targets.2025.value": "46"})
    assert re.search(r"Исправлено значений: 1\b", said(after))


def test_the_next_programme_is_not_offered_as_an_edition_of_the_last():
    """A file of other years or of another matter gets a name of its own; a new edition gets that of its programme."""
    tos = Programme(slug="tos-2024-2026", name=SEED["passport"]["name"], year_from=2024, year_to=2026)

    def offered(name: str, first: int | None, last: int | None) -> str:
        return likely_slug({"passport": {"name": name, "term": {"from": first, "to": last}}}, [tos])

    assert offered(tos.name, 2024, 2026) == "tos-2024-2026"
    assert offered(tos.name.replace("2026", "2028"), 2024, 2028) == "tos-2024-2026"
    assert offered("", 2024, 2026) == "tos-2024-2026"
    assert offered(tos.name, 2027, 2030) == "programme-2027-2030"
    assert offered("Культура и туризм", 2024, 2026) == "programme-2024-2026"
    assert offered(tos.name, None, None) == "tos-2024-2026"
    assert likely_slug({}, []) == ""


def test_a_new_edition_is_offered_the_name_of_its_programme(office, district):
    confirm(read(district), "tos-ordynsky")
    db.session.commit()
    assert 'value="tos-ordynsky"' in sent(office, docx(), "программа.docx").get_data(as_text=True)


def test_what_a_document_lacks_is_named_in_words(office):
    """A workbook without a goal: the secretary reads what to write in, not the name of a field."""
    book = openpyxl.Workbook()
    for row in (
        ["Муниципальная программа «Село»"],
        ["№", "Мероприятие", "Источник", "2027, руб.", "2028, руб."],
        [1, "Субботники", "местный бюджет", 5, 6],
    ):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    address = sent(office, content.getvalue(), "село.xlsx").request.path
    refused = said(office.post(f"{address}/confirm", {"slug": "selo", "act_number": "1"}, code=422))
    assert "Цель: в документе этого нет, впишите" in refused
    assert "goal" not in refused


def test_an_indicator_without_a_task_waits_for_an_answer(office):
    document = copy.deepcopy(SEED)
    document["indicators"][3]["task"] = ""
    address = sent(office, yaml.safe_dump(document, allow_unicode=True).encode(), "программа.yaml").request.path
    filled = {"slug": "tos", "act_number": "12", "act_on-day": "20", "act_on-month": "5", "act_on-year": "2026"}
    assert "не указано, выберите" in said(office.post(f"{address}/confirm", filled, code=422))
    assert db.session.scalar(select(func.count()).select_from(Programme)) == 0
    path = f"indicators[{document['indicators'][3]['id']}].task"
    page = office.get(f"{address}/indicators").get_data(as_text=True)
    field = page[page.index(f'name="{path}"') :][:4000]
    assert '<option value="" selected>не указана</option>' in field
    assert "Таблица не говорит, к какой задаче относится показатель" in field
    office.post(f"{address}/indicators", {"seen": "1", path: "task-2"})
    assert "Программа записана, редакция 1" in said(office.post(f"{address}/confirm", filled))


def test_what_to_look_at_is_said_in_the_language_of_the_page_and_old_files_as_they_said_it(app, district):
    secretary = make_secretary(district)
    upload = read(district)
    page = f"/office/programme/uploads/{upload.key}"
    russian = said(Browser(app, secretary).get(page))
    assert "таблица 3, строка 65, графа 8: текст разорван между строками, склеен" in russian
    english = said(Browser(app, secretary, "en").get(page))
    assert "table 3, row 65, column 8: " in english
    assert "текст разорван между строками" not in english
    upload.recognised = {**upload.recognised, "remarks": ["таблица 1: прочитано на 100 %, посмотрите"]}
    db.session.commit()
    assert "таблица 1: прочитано на 100 %, посмотрите" in said(Browser(app, secretary).get(page))
