"""The notice of a contest: page and DOCX say what the regulation says, read back from the paper itself."""

import copy
import io
import re
from dataclasses import fields
from datetime import datetime
from typing import Any

import docx
import pytest
from flask import g

from tests.conftest import NOW
from tests.features.contests.test_routes import desk, district  # noqa: F401
from tests.make import REGULATION, make_contest, regulation_with
from tests.pages import said
from tosportal.domain.awarding import AwardingRule
from tosportal.domain.contest_questions import QuestionRule
from tosportal.domain.regulation import Commission, Intake, Limits, Regulation, regulation_from_json, to_json
from tosportal.domain.scoring import ScoringRule
from tosportal.domain.submission_rule import SubmissionRule
from tosportal.features.contests import service
from tosportal.features.contests.models import RegulationEdition
from tosportal.features.contests.papers import notice_blocks, procedure
from tosportal.features.contests.queries import contest_by_slug
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
        "Согласие каждого человека", "Итоги публикуют: 14.04.2026", "Если на следующего не хватает",
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


# --- nothing of a regulation is passed over in silence ----------------------------------------------------------------

BANDS = {"value": "registry:residents", "bands": [{"code": "I", "name": "до 125 жителей", "from": "0"}], "ranked": True}
# Place in a regulation → another value than the whole one below has. Every change must be seen in the notice.
CHANGES: dict[str, Any] = {
    "kind": "prize", "summary": "О другом",
    "nominations": [{"code": "n1", "name": "Совсем другая"}],
    "timeline": REGULATION["timeline"][:-1],
    "eligibility": [{"code": "e1", "text": "Совсем другое условие"}],
    "documents": [{"code": "d1", "name": "Совсем другой документ", "accept": ["pdf"]}],
    "admission": [{"code": "a1", "text": "Совсем другая причина"}],
    "form.sections": [{"code": "s1", "title": "Совсем другой раздел", "fields": []}],
    "limits.grant_max": "99999.00", "limits.grant_min": "1.00", "limits.grant_percent_max": "11",
    "limits.own_percent_min": "77", "limits.own_includes": ["own"], "limits.applications_per_tos": 7,
    "limits.grants_per_tos": 7, "limits.project_months_max": 7, "limits.expected_winners": 77,
    "limits.application_mb": 77, "limits.parts": [{"code": "p1", "fund": "200000.00"}],
    "questions.per_person": 8, "questions.per_day": 8, "questions.until_workdays": 8, "questions.answer_workdays": 8,
    "questions.answer_before_workdays": 2,
    "submission.ways": ["sig"], "submission.rule_name": "Другие правила", "submission.counts": "last",
    "submission.resubmit": False, "submission.signer": "chair",
    "intake.extension": "never", "intake.days_min": 29,
    "commission.quorum": "half", "commission.members_min": 9, "commission.votes_min": 9,
    "commission.casting_vote": True,
    "scoring.method": "sum_of_totals", "scoring.rounding": "1", "scoring.pass_total": "3", "scoring.ties": [],
    "scoring.sheets_min": 9, "scoring.expert_min": "7", "scoring.expert_min_who": "every",
    "scoring.tie_decision": "lot",
    "scoring.groups": BANDS, "scoring.pass_by_sum": [{"above": "50000", "total": "4"}],
    "awarding.method": "prizes", "awarding.last": "skip", "awarding.partial_min": "77777.00",
    "awarding.sums_by": "organiser",
}  # fmt: skip
# What the notice says nothing of by itself, each with its reason.
SILENT = {
    "name": "stands in the title of the page and of the paper, see above",
    "criteria": "the table of criteria is compared with the regulation above",
    "letters": "letters are no condition of a contest",
    "submission.rule": "the text is shown to whoever signs; the notice names it",
    "scoring.criterion_rounding": "is said by the method, for the methods that have it",
    "scoring.scale": "is said by the method, for the methods that have it",
    "scoring.against": "is said by the method, for the methods that have it",
    "awarding.shared": "belongs to prizes; the test below changes it",
}


def whole() -> dict[str, Any]:
    """A regulation that says something other than usual wherever it can."""
    data = regulation_with()
    data["questions"] = {"per_person": 4, "answer_before_workdays": 1, "until_workdays": 3, "answer_workdays": 2}
    data["submission"] = {"ways": ["code"], "rule_name": "Порядок подписи", "resubmit": True}
    data["intake"] = {"extension": "before_close", "days_min": 20}
    data["commission"] = {"members_min": 5, "votes_min": 3}
    data["scoring"] = {**data["scoring"], "expert_min": "1", "expert_min_who": "any"}
    data["awarding"] = {"method": "walk", "last": "cut", "partial_min": "30000.00"}
    return data


def with_change(place: str, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(whole())
    head, _dot, name = place.partition(".")
    if name:
        data[head] = {**data.get(head, {}), name: value}
    else:
        data[head] = value
    return data


def test_the_list_of_changes_names_every_part_of_a_regulation():
    named = {*CHANGES, *SILENT}
    parts = {
        "limits": Limits, "questions": QuestionRule, "submission": SubmissionRule, "intake": Intake,
        "commission": Commission, "scoring": ScoringRule, "awarding": AwardingRule,
    }  # fmt: skip
    for one in fields(Regulation):
        if one.name in parts:
            assert {f"{one.name}.{it.name}" for it in fields(parts[one.name])} <= named, one.name
        else:
            assert named & {one.name, f"form.{one.name}"}, one.name


def words_of(app, contest, data) -> list[str]:
    edition = RegulationEdition(definition=to_json(regulation_from_json(data)), number=1, made_at=NOW)
    with app.test_request_context():
        g.municipality = contest.municipality
        found = [str(block) for block in notice_blocks(contest, [edition], "https://tos.example.org")]
        return found + [str(one) for one in procedure(contest, regulation_from_json(data))]


def test_every_part_of_a_regulation_is_said_in_its_notice(app, contest):
    contest = contest_by_slug(contest.slug)
    before = words_of(app, contest, whole())
    silent = []
    for place, value in CHANGES.items():
        data = with_change(place, value)
        assert regulation_from_json(data) != regulation_from_json(whole()), f"{place}: nothing was changed"
        if words_of(app, contest, data) == before:
            silent.append(place)
    assert silent == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"submission": {}}, "Отдельной подписи не нужно"),
        ({"submission": {"ways": ["code", "scan"]}}, "одним из способов на выбор: кодом из письма"),
        ({"submission": {"resubmit": True, "counts": "last"}}, "считается время последней"),
        ({"questions": {"per_person": 4, "per_day": 2}}, "задать вопросов: 4, за один день — 2"),
        ({"intake": {"extension": "never"}}, "Срок приёма не продлевают"),
        ({"commission": {"quorum": "two_thirds"}}, "пришли не меньше двух третей членов комиссии"),
        ({"commission": {"members_min": 5, "votes_min": 3}}, "В комиссии не меньше 5 членов"),
        ({"commission": {"casting_vote": True}}, "При равенстве голосов решает голос председателя"),
        ({"commission": {}}, "При равенстве голосов решение не принято"),
        (
            {"awarding": {"method": "walk", "last": "skip", "sums_by": "organiser"}},
            "решает и называет суммы организатор",
        ),
        (
            {"awarding": {"method": "prizes", "shared": "split_sum"}},
            "Если место разделили: премии занятых мест сложить",
        ),
        (
            {"awarding": {"method": "prizes", "shared": "same_prize"}},
            "Если место разделили: каждому — премия этого места",
        ),
    ],
)
def test_the_page_and_the_paper_say_the_rule_in_these_words(visitor, district, change, words):  # noqa: F811
    make_contest(district, "other", regulation_with(**change))
    db.session.commit()
    assert words in paper_of(visitor.get("/contests/other/notice.docx"))[0].replace("\xa0", " ")
    for page in ("/contests/other", "/contests/other/notice"):
        assert words in said(visitor.get(page)).replace("\xa0", " "), page


def test_an_end_at_midnight_is_told_by_the_day_it_ends_with_and_a_beginning_is_not(visitor, contest):
    _words, [dates, *_tables] = paper_of(visitor.get("/contests/open/notice.docx"))
    said_at = {row[0]: row[1].replace("\xa0", " ") for row in dates[1:]}
    names = {one["code"]: one["name"] for one in REGULATION["timeline"]}
    assert said_at[names["fix_until"]] == "26.03.2026, 00:00:00 (UTC+7), до конца 25 марта"
    assert said_at[names["close"]] == "13.03.2026, 17:00:00 (UTC+7)"
    assert "до конца" not in said_at[names["project_from"]]
