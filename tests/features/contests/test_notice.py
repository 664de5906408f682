"""The notice of a contest: page and DOCX say what the regulation says, read back from the paper itself."""

import io
import re
from datetime import datetime

import docx
import pytest

from tests.conftest import NOW
from tests.features.contests.test_routes import desk, district  # noqa: F401
from tests.make import REGULATION, make_contest, regulation_with
from tests.pages import said
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.contests import service
from tosportal.support.db import db
from tosportal.web.filters import money


def paper_of(answer) -> tuple[str, list[list[list[str]]]]:
    """The words of a DOCX and its tables."""
    paper = docx.Document(io.BytesIO(answer.data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    return "\n".join(paragraph.text for paragraph in paper.paragraphs), tables


def plain(text: str) -> str:
    """Words alone: a page puts a label and its value beside each other, a paper writes a colon between them."""
    return " ".join(re.sub(r"^\d+\. ", "", text).replace(":", " ").split())


@pytest.fixture
def contest(district):  # noqa: F811
    district.phone, district.email, district.address = "8 (383) 000-00-00", "tos@example.org", "ул. Революции, 17"
    found = make_contest(district, "open")
    db.session.commit()
    return found


def test_the_paper_says_everything_a_notice_must_say(app, visitor, district, contest):  # noqa: F811
    words, tables = paper_of(visitor.get("/contests/open/notice.docx"))
    place = db.session.merge(district)
    for one in (
        "Извещение о конкурсе", REGULATION["name"], REGULATION["summary"], place.owner_name or place.name, place.phone,
        place.email, place.address, "/contests/open", "отозвать до 13.03.2026, 17:00:00 (UTC+7)",
        "исправленную принимают до 26.03.2026, 00:00:00 (UTC+7)", "Проекты начинаются",
        "Согласие каждого человека", "Итоги публикуют: 14.04.2026", "Если на следующего не хватает денег",
    ):  # fmt: skip
        assert one in words, one
    regulation = regulation_from_json(REGULATION)
    for rule in (*regulation.eligibility, *regulation.admission):
        assert rule.text in words
    for nomination in regulation.nominations:
        assert nomination.name in words
    with app.test_request_context():
        for amount in (regulation.limits.grant_max, regulation.limits.grant_min):
            assert money(amount) in words
    dates, documents, criteria = tables
    assert [row[0] for row in dates[1:]] == [one.name for one in regulation.timeline]
    assert [datetime.strptime(row[1][:20], "%d.%m.%Y, %H:%M:%S").isoformat() for row in dates[1:]] == [
        one["at"][:19] for one in REGULATION["timeline"]
    ]
    assert [row[0].partition(" (пункт")[0] for row in documents[1:]] == [one.name for one in regulation.documents]
    assert [row[1] for row in documents[1:]] == [
        "всегда" if one.required else "если есть" for one in regulation.documents
    ]
    assert [row[0].partition("\n")[0] for row in criteria[1:]] == [one.name for one in regulation.criteria]
    assert [row[1] for row in criteria[1:]] == [f"{one.maximum:f}" for one in regulation.criteria]
    assert [row[2].replace(",", ".") for row in criteria[1:]] == [f"{one.weight:f}" for one in regulation.criteria]


def test_the_page_says_the_same_and_the_paper_is_the_same_bytes_each_time(visitor, contest):
    page = plain(said(visitor.get("/contests/open/notice")))
    words, tables = paper_of(visitor.get("/contests/open/notice.docx"))
    lines = [line for line in words.split("\n") if line.strip() and not line.startswith("Таблица")]
    assert len(lines) > 40
    assert [line for line in lines if plain(line) not in page] == []
    for table in tables:
        for row in table[1:]:
            assert all(plain(cell.split("\n")[0]) in page for cell in row), row
    assert visitor.get("/contests/open/notice.docx").data == visitor.get("/contests/open/notice.docx").data


def test_after_an_amendment_the_notice_says_what_changed_when_and_why(visitor, contest):
    assert "Что изменилось" not in said(visitor.get("/contests/open/notice"))
    data = regulation_with()
    data["limits"] = {**data["limits"], "expected_winners": 9}
    new = regulation_from_json(data)
    act = "Постановление от 10.02.2026 № 5"
    service.amend_contest(contest, new, act=act, reason="Денег хватит", actor=None, now=NOW)
    db.session.commit()
    words, _tables = paper_of(visitor.get("/contests/open/notice.docx"))
    page = said(visitor.get("/contests/open/notice"))
    for one in ("Редакция № 2", act, "Денег хватит", "было «5», стало «9»"):
        assert one in words
        assert one in page


def test_the_notice_of_a_draft_and_of_an_amendment_is_for_officers_and_called_a_draft(desk, visitor, district, contest):  # noqa: F811
    make_contest(district, "draft", announced=False)
    service.propose_regulation(contest, regulation_from_json(regulation_with(summary="Иначе")), actor=None, now=NOW)
    db.session.commit()
    visitor.get("/contests/draft/notice", code=404)
    visitor.get("/contests/draft/notice.docx", code=404)
    for slug in ("draft", "open"):
        assert "Проект извещения" in said(desk.get(f"/office/contests/{slug}/notice"))
        assert "Проект извещения" in paper_of(desk.get(f"/office/contests/{slug}/notice.docx"))[0]
    assert "ещё не действует" in said(desk.get("/office/contests/open/notice"))
    assert "Иначе" not in said(visitor.get("/contests/open/notice"))
    assert "Проект" not in paper_of(visitor.get("/contests/open/notice.docx"))[0].split("\n")[1]


def test_an_empty_draft_has_a_notice_too(desk, district):  # noqa: F811
    empty = {name: REGULATION[name] for name in ("schema", "kind", "name", "scoring", "awarding")}
    empty["scoring"] = {**empty["scoring"], "ties": []}
    make_contest(district, "bare", empty, announced=False)
    db.session.commit()
    assert "Организатор" in said(desk.get("/office/contests/bare/notice"))
    assert "Организатор" in paper_of(desk.get("/office/contests/bare/notice.docx"))[0]
