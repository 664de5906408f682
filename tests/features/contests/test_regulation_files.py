"""A regulation as a file on pages: given out to anybody, taken in as a new contest or over a draft."""

import io
import json

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import NOW
from tests.features.contests.test_routes import desk, district, form_of  # noqa: F401
from tests.make import REGULATION, make_activity, make_contest, regulation_with
from tests.pages import said
from tosportal.domain.regulation import regulation_from_json
from tosportal.domain.regulation.file import read_file
from tosportal.domain.regulation.schema import regulation_schema
from tosportal.features.contests import queries, service
from tosportal.support.db import db

NEW = "/office/contests/import"


def sent(content: object) -> dict[str, object]:
    """A chosen file, as a browser sends it."""
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return {"file": (io.BytesIO(data), "положение.json")}


def test_anybody_gets_the_regulation_and_its_schema(visitor, district):  # noqa: F811
    make_contest(district, "open")
    make_contest(district, "secret", announced=False)
    db.session.commit()
    answer = visitor.get("/contests/open/regulation.json")
    assert read_file(answer.data) == regulation_from_json(REGULATION)
    assert "open-regulation-1.json" in answer.headers["Content-Disposition"]
    schema = json.loads(visitor.get("/schema/regulation/1").data)
    assert schema == regulation_schema()
    assert Draft202012Validator(schema).is_valid(json.loads(answer.data))
    visitor.get("/contests/secret/regulation.json", code=404)
    page = visitor.get("/contests/open").get_data(as_text=True)
    assert "/contests/open/regulation.json" in page
    assert "/schema/regulation/1" in page


def test_an_officer_gets_the_draft_and_the_amendment_being_prepared(desk, district):  # noqa: F811
    make_contest(district, "draft", announced=False)
    contest = make_contest(district, "open")
    proposal = regulation_from_json(regulation_with(summary="Иначе"))
    service.propose_regulation(contest, proposal, actor=None, now=NOW)
    db.session.commit()
    assert read_file(desk.get("/office/contests/draft/regulation.json").data) == regulation_from_json(REGULATION)
    assert read_file(desk.get("/office/contests/open/regulation.json").data) == proposal
    assert read_file(desk.get("/contests/open/regulation.json").data) != proposal


def test_a_file_becomes_a_new_contest_only_after_it_was_looked_through(desk, district):  # noqa: F811
    activity = make_activity(district, 2027)
    db.session.commit()
    page = desk.post(NEW, sent(REGULATION))
    assert "Черновика пока нет" in said(page)
    assert "Благоустройство" in said(page)
    data = form_of(page)
    refused = desk.post(NEW, {**data, "slug": ["new"]}, code=422)
    assert "Выберите, из какого мероприятия" in said(refused)
    data = {**form_of(refused), "fund": [f"{activity.id}:2027"]}
    assert "Адрес — латинские" in said(desk.post(NEW, data, code=422))
    desk.post(NEW, {**data, "slug": ["copied"], "name": ["Второй"]})
    made = queries.contest_by_slug("copied")
    assert made.announced_at is None
    assert queries.regulation_of(made) == regulation_from_json(regulation_with(name="Второй"))


def test_a_file_replaces_a_draft_only_after_the_changes_were_seen(desk, district):  # noqa: F811
    contest = make_contest(district, "c", announced=False)
    db.session.commit()
    address = "/office/contests/c/import"
    new = regulation_with(summary="Иначе")
    page = desk.post(address, sent(new))
    words = said(page)
    assert "Что файл изменит" in words
    assert "Иначе" in words
    assert queries.regulation_of(contest) == regulation_from_json(REGULATION)
    data = form_of(page)
    assert "Черновик изменили" in said(desk.post(address, {**data, "seen": ["0" * 64]}, code=409))
    desk.post(address, data)
    db.session.expire_all()
    assert queries.regulation_of(contest) == regulation_from_json(new)
    assert "говорит то же самое" in said(desk.post(address, sent(new)))


def test_an_announced_contest_is_changed_by_an_amendment_not_by_a_file(desk, district):  # noqa: F811
    contest = make_contest(district, "c")
    db.session.commit()
    assert "меняют поправкой" in said(desk.get("/office/contests/c/import"))
    page = desk.post("/office/contests/c/import", sent(regulation_with(name="Иначе")), code=409)
    assert "меняют поправкой" in said(page)
    confirmed = {"text": json.dumps(regulation_with(name="Иначе")), "confirmed": "1"}
    desk.post("/office/contests/c/import", confirmed, code=409)
    assert queries.regulation_of(contest).name == REGULATION["name"]
    assert "/office/contests/c/import" not in desk.get("/office/contests/c").get_data(as_text=True)


def broken(**values: object) -> dict[str, object]:
    return {**json.loads(json.dumps(REGULATION)), **values}


DEEP = broken()
DEEP["form"]["sections"][1]["fields"][0]["max_chars"] = "много"  # type: ignore[index]
DEEP["criteria"][0]["levels"] = [{"points": 5}]  # type: ignore[index]
DEEP["timeline"][1]["at"] = "завтра"  # type: ignore[index]
DEEP["nominations"][1]["surprise"] = 1  # type: ignore[index]


def test_every_defect_is_told_by_its_place(desk, district):  # noqa: F811
    page = said(desk.post(NEW, sent(DEEP), code=422))
    section, question = REGULATION["form"]["sections"][1], REGULATION["form"]["sections"][1]["fields"][0]
    for words in (
        f"Раздел 2 «{section['title']}» → Вопрос 1 «{question['label']}» → Знаков, не больше: Нужно целое число",
        f"Критерий 1 «{REGULATION['criteria'][0]['name']}» → Уровень 1 → Баллы: Число должно быть записано строкой",
        f"Срок 2 «{REGULATION['timeline'][1]['name']}» → Когда: Нужен момент",
        "Номинация 2 «Дети и молодёжь»: Неизвестное поле «surprise»",
    ):
        assert words in page
    assert "В файле 4 ошиб" in page


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xef\xbb\xbf", b"{", b"null", b"[" * 100_000, b'{"schema":"regulation/1"}', b"\xcf\xf0\xe8\xe2\xe5\xf2",
        json.dumps(REGULATION, ensure_ascii=False).encode("cp1251"),
        b'{"schema":"regulation/1","name":NaN}', b'{"schema":"regulation/1","name":"a","name":"b"}',
        b'{"schema":"regulation/1","\\ud800":"\\udfff"}', b'{"schema":"regulation/1","<script>":{"%(x)s":["%s"]}}',
        json.dumps(broken(timeline={"open": 1}, form=[], criteria="нет", limits=None, scoring=5, awarding=[])).encode(),
        json.dumps(broken(nominations=[[], None, 5, {"code": {}, "name": []}])).encode(),
        b'{"schema":"regulation/1","nominations":[' + b"[]," * 400 + b"1]}",
        json.dumps(broken(name="%(name)s" * 3000)).encode(),
    ],
)  # fmt: skip
def test_no_file_brings_the_page_down(desk, district, content):  # noqa: F811
    make_contest(district, "c", announced=False)
    db.session.commit()
    for address in (NEW, "/office/contests/c/import"):
        words = said(desk.post(address, sent(content), code=422))
        assert "Ошибка:" in words
    assert "Выберите файл" in said(desk.post(NEW, {}, code=422))
    db.session.expire_all()
    assert queries.regulation_of(queries.contest_by_slug("c")) == regulation_from_json(REGULATION)
