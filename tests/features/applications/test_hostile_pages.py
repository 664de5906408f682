"""Every kind of question, sent what nobody types by mistake: by the button, by itself while typing, as pasted rows and
as a spreadsheet. Nothing falls, what was typed stays on the page, what is wrong is said, what is stored is text
everywhere.

A new kind of question, a new kind of criterion does not pass until it has hostile values of its own here.
"""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.features.applications.test_routes import begin, hidden, the_application
from tests.features.applications.test_service import Case
from tests.features.jury.court import Court
from tests.make import make_application, make_tos, regulation_with, saved
from tests.pages import Browser
from tests.security.forms import LIVE, PAYLOADS, forms_of, has_planted_nodes, is_live, sent, values_in
from tosportal.domain import criteria
from tosportal.domain.form_definition import (
    CELL_KINDS,
    GROUP_KINDS,
    KINDS,
    OPTION_KINDS,
    ROW_KINDS,
    TICKED,
    FormField,
    FormSection,
    check_section,
    cleaned,
    input_name,
)
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.applications import queries
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.service.submissions import canonical, content_of
from tosportal.support import audit
from tosportal.support.db import db

NASTY = f"=1+1 100 % %s %(label)s {{0}} {{{{987*654321}}}} O'Нил \"кавычки» {LIVE} /*:?[]\\ "
PARAGRAPH = "Расскажите подробно, зачем всё это жителям и кому станет лучше. " * 12

# For every kind: what looks right to a careless reader of it.
OF_KIND: dict[str, tuple[str, ...]] = {
    "text": ("=cmd|'/c calc'!A1", "a\ufffe\uffffb", "' OR '1'='1"),
    "long_text": ("@SUM(1+1)*cmd|'/c calc'!A1", "\n" * 300, "Z̸͑͗" * 200),
    "integer": ("NaN", "1e999", "-99999999999999999999", "١٢", "1_000", "0x10"),
    "decimal": ("Infinity", "1e-999", "-0,0", "1.5.5", "9" * 60),
    "money": ("1e999", "-1", "0,001", "9" * 59, "１２", "1 000 000 000 000 000,00"),
    "date": ("31.02.2026", "0000-01-01", "9999-12-31", "2026-13-45", "٣١.١٢.٢٠٢٦"),
    "period": ("31.02.2026", "0000-00-00", "9999-12-31", "10000-01-01"),
    "yes_no": ("maybe", "да", "yes\x00", "YES;no"),
    "choice": ("a' OR 1=1--", "z", "a,b", LIVE),
    "many": ("a,b", "z", "a\x00", LIVE),
    "phone": ("+7 383 000-00-00; ls", "٠١٢٣٤٥٦٧٨٩", "=7383590", "0" * 15),
    "email": ("a@b.ru\r\nBcc: c@d.ru", f"{LIVE}@example.org", '"a"@b', "a@b@c.ru", "=a@b.ru"),
    "inn": ("0000000000", "-7707083893", "7707083893.0", "٧٧٠٧٠٨٣٨٩٣"),
    "inn10": ("7707083894", "+7707083893", "770708389 3"),
    "ogrn": ("1027700132196", "0" * 13, "1e12"),
    "ogrn13": ("304500116000157", "-102770013219"),
    "kpp": ("54330100\uffff", "'43301001", "5433--001"),
    "bik": ("945004641", "04500464١", "0" * 9),
    "account": ("4" * 20, "40703810844070100124", "'0703810844070100123"),
    "person": ("Роберт'); DROP TABLE application;--", f"{LIVE} Иван", "=HYPERLINK(1)", "\u202eнавИ"),
    "address": ('=HYPERLINK("http://evil.example")', "ул. О'Нила, 5 % «А»\u2066", "\ufeff"),
    "url": ("javascript:alert(1)", 'https://x.ru/"onerror="alert(1)', "http://[::1", "data:text/html,<b>", "//evil.ru"),
    "list": ("=1+1", "\t\t", "a\uffff"),
    "table": ("+1+cmd|' /C calc'!A0", "-2+3", "31.02.2026", "NaN"),
    "budget": ("-40000", "1e999", "NaN", "9" * 58, "=9500*2", "0,000001"),
    "calendar_plan": ("31.02.2026", "0000-01-01", "9999-12-31", "=TODAY()"),
    "in_kind": ("-1", "1e400", "9" * 58, "labour' --"),
    "meeting": ("-1", "9" * 58, "1e9", "31.02.2026", "NaN"),
    "results": ("-1", "=1+1", "Infinity", "\uffff"),
    "files": ("../../etc/passwd", "1", "\x00"),
    "declaration": ("on\x00", "да", "maybe", "2"),
    "consent": ("on\x00", "ja", "maybe", "[]"),
}
# For all of them, besides those that every form of the portal is sent.
OF_ALL = {
    name: PAYLOADS[name]
    for name in ("html", "quotes", "template", "nul", "turned", "huge", "surrogate", "day", "lines")
} | {
    "formula": "=cmd|'/c calc'!A1",
    "sql": "'); DROP TABLE application; --",
    "per cent": "%n%n%s%(x)d {0.__class__} 100 %",
    "combining": "é" + "\u0301" * 300 + "👩‍👩‍👧",
    "no sign": "а\ufffe\uffffб",
    "overflowing": "1e999",
    "not a number": "NaN",
}
CRITERIA: dict[str, dict[str, Any]] = {
    "jury_mark": {},
    "band": {"value": "field:n", "levels": [{"points": "0", "text": NASTY, "from": "0"},
                                            {"points": "10", "text": NASTY, "from": "10"}]},
    "counter": {"value": "field:n", "each": "1"},
    "steps": {"value": "field:n", "every": "5", "rounding": "full",
              "levels": [{"points": "0", "text": NASTY, "from": "0"}, {"points": "5", "text": NASTY, "from": "10"}]},
    "penalty": {"value": "field:n", "each": "1"},
    "share": {"value": "field:n", "base": "field:n2", "full_at": "50"},
    "bonus": {"value": "field:y"},
    "checklist": {"items": [{"code": "i1", "text": NASTY, "points": "5", "value": "field:y"}]},
    "subsum": {"items": [{"code": "i1", "text": NASTY, "points": "1", "value": "field:n", "at_most": "5"}]},
    "weighted_counter": {"items": [{"code": "i1", "text": NASTY, "points": "2", "value": "field:n"}]},
}  # fmt: skip


def field(kind: str, code: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"code": code, "label": f"{kind} {NASTY}", "kind": kind, "help": PARAGRAPH + NASTY,
                             "example": NASTY, "public": True}  # fmt: skip
    if kind in OPTION_KINDS:
        found["options"] = [{"code": one, "name": f"{one} {NASTY}"} for one in ("a", "b")]
    if kind == "table":
        found["columns"] = [
            {"code": one.replace("_", ""), "label": f"{one} {NASTY}", "kind": one}
            | ({"options": found_options()} if one in OPTION_KINDS else {})
            for one in sorted(CELL_KINDS)
        ]
    return found | {"meeting": {"quorum": "half"}, "files": {"slot": "minutes"}, "consent": {"text": PARAGRAPH + NASTY}
                    }.get(kind, {}) | more  # fmt: skip


def found_options() -> list[dict[str, str]]:
    return [{"code": "a", "name": NASTY}]


def definition() -> dict[str, Any]:
    """The sample regulation whose form asks one question of each kind."""
    found = regulation_with(name=f"Конкурс {NASTY}", summary=f"Кратко {NASTY}")
    for nomination in found["nominations"]:
        nomination["name"] += NASTY
    project = next(one for one in found["form"]["sections"] if one["code"] == "project")
    project["fields"] = [one for one in project["fields"] if one["kind"] != "calendar_plan"]
    found["form"]["sections"] = [one for one in found["form"]["sections"] if one["code"] != "budget"] + [
        {"code": "every", "title": f"Раздел/{NASTY}", "nominations": [],
         "fields": [field(kind, f"f{kind.replace('_', '')}") for kind in KINDS]}
    ]  # fmt: skip
    return found


def section() -> FormSection:
    found = regulation_from_json(definition()).section("every")
    assert found
    return found


def names_of(one: FormField) -> Iterator[str]:
    """The inputs of a question, of a list those of its first two rows."""
    rows = (0, 1) if one.kind in ROW_KINDS else (None,)
    if one.kind == "list" or (one.kind not in ROW_KINDS and one.kind not in GROUP_KINDS):
        yield from (input_name(one.code, row) for row in rows)
    else:
        yield from (input_name(one.code, row, column.code) for row in rows for column in one.row_columns)


class Draft:
    """An application that somebody fills in."""

    def __init__(self, app) -> None:
        self.case = Case(definition())
        self.browser = Browser(app, self.case.person)
        self.client = self.browser.client
        self.key = begin(self.browser, self.case)
        self.id = the_application().id
        self.address = f"/applications/{self.key}/sections/every"
        self.asked = section()

    def revision(self) -> str:
        return hidden(self.browser.get(self.address), "revision")

    def stored(self) -> dict[str, Any]:
        db.session.expire_all()
        row = queries.sections_of(self.id).get("every")
        return dict(row.answers) if row else {}

    def send(self, typed: dict[str, Any], *, by_itself: bool = False):
        headers = {"X-Requested-With": "autosave"} if by_itself else {}
        return self.client.post(self.address, data={"revision": self.revision(), **typed}, headers=headers)


@pytest.fixture
def draft(app) -> Draft:
    return Draft(app)


def texts(answer: Any) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict):
        for one in answer.values():
            yield from texts(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from texts(one)


def assert_text(page: str) -> None:
    assert LIVE not in page
    assert not is_live(page)
    assert not has_planted_nodes(page)
    assert "\0" not in page


def test_every_kind_has_hostile_values() -> None:
    assert set(OF_KIND) == set(KINDS)
    assert all(len(values) >= 2 for values in OF_KIND.values())
    assert set(CRITERIA) == set(criteria.KINDS)
    assert {one.kind for one in section().fields} == set(KINDS)


def rounds() -> dict[str, dict[str, str]]:
    """What is sent: by the name of the round, what each kind is sent."""
    found = {name: dict.fromkeys(KINDS, payload) for name, payload in OF_ALL.items()}
    most = max(map(len, OF_KIND.values()))
    return found | {
        f"own {number}": {kind: values[number % len(values)] for kind, values in OF_KIND.items()}
        for number in range(most)
    }


@pytest.mark.parametrize("by_itself", [False, True], ids=["by the button", "by itself"])
def test_no_kind_falls_or_lies(draft: Draft, by_itself: bool) -> None:
    """What is said to be right is right, what is wrong is named and stays as it was typed."""
    for name, values in rounds().items():
        typed = {one: values[this.kind] for this in draft.asked.fields for one in names_of(this)}
        answer = draft.send(typed, by_itself=by_itself)
        assert answer.status_code in ({200} if by_itself else {303, 422}), (name, answer.status_code)
        stored = draft.stored()
        wrong = {remark.place for remark in check_section(draft.asked, stored, final=False)}
        assert all(cleaned(text) == text for text in texts(stored)), name
        if by_itself:
            assert {one["place"] for one in answer.json["remarks"]} == wrong, name
            continue
        assert (answer.status_code == 303) == (not wrong), (name, wrong)
        page = answer.get_data(as_text=True) if answer.status_code == 422 else draft.browser.get(draft.address).text
        assert_text(page)
        shown = values_in(page)
        for this in draft.asked.fields:
            if this.kind in TICKED | OPTION_KINDS | {"yes_no", "files"}:
                continue
            for one in names_of(this):
                wanted = cleaned(typed[one])
                chosen = any(kind in kind_of_input(page, one) for kind in ("select", "radio", "checkbox"))
                if one in shown and not chosen:
                    assert shown[one][0].strip() == wanted.strip(), (name, one)
    assert audit.verify()[1] is None


def kind_of_input(page: str, name: str) -> str:
    at = page.find(f'name="{name}"')
    return page[page.rfind("<", 0, at) : at]


def test_a_megabyte_in_any_kind_is_refused_and_nothing_changes(draft: Draft) -> None:
    draft.send({"ftext": "Было"})
    before = draft.stored()
    assert before["ftext"] == "Было"
    for this in draft.asked.fields:
        if not this.is_answered:
            continue
        name = next(iter(names_of(this)))
        revision = draft.revision() if this.kind == "text" else str(the_revision(draft))
        data = {"revision": revision, "ftext": "Было", name: "x" * 1_000_000}
        answer = draft.client.post(draft.address, data=data, headers={"X-Requested-With": "autosave"})
        if this.kind in {"many"}:  # no option is as long: so much of it is kept that the page can say so
            assert answer.status_code == 200
            assert answer.json["remarks"]
        else:
            assert answer.status_code == 422, this.kind
            assert [one["place"] for one in answer.json["remarks"]] == [name], this.kind
            assert draft.stored() == before, this.kind
        before = draft.stored()


def the_revision(draft: Draft) -> int:
    db.session.expire_all()
    return queries.sections_of(draft.id)["every"].version


def test_names_nobody_asked_for_and_values_where_none_belong(draft: Draft) -> None:
    strange = make_application(draft.case.contest, make_tos(draft.case.municipality), answers={"every": {}})
    db.session.commit()
    odd: dict[str, Any] = {
        "__class__": "x", "state": "admitted", "tos_id": "1", "application": strange.key, "ffiles": strange.key,
        ".changed": ["every", "\0", "ftext", "ftext"], ".keep-ftext": "mine", ".saw": "{", ".was": "]", "add": "ftext",
        "del": "fbudget-99999", "ftable-9999-text": "x", "ftable-0-nothing": "x", "flist-0-x": "x", "fmeeting-0-x": "x",
        "ftext": ["один", "два"], "fmany": ["a", "a", "b", strange.key], "fmoney": ["1", "2"], "": "x", "\0": "\0",
    }  # fmt: skip
    for more in ({}, {"choice": "edit"}, {"calc": "1"}, {"to_list": "1"}, {".found": "1"}, {"revision": "9" * 40}):
        answer = draft.client.post(draft.address, data={"revision": draft.revision(), **odd, **more})
        assert answer.status_code < 500, more
        if answer.mimetype == "text/html":
            assert_text(answer.get_data(as_text=True))
        stored = draft.stored()
        assert set(stored) <= {one.code for one in draft.asked.fields if one.is_answered}
        assert stored.get("ftext", "один") in {"один", ""}
    db.session.expire_all()
    assert {one.state for one in db.session.scalars(db.select(Application))} == {"draft"}
    assert queries.sections_of(strange.id)["every"].answers == {}


ROWS = sorted(ROW_KINDS - {"list"})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a form as large lies in a file
@pytest.mark.parametrize("kind", ROWS)
def test_rows_that_are_pasted_or_come_in_a_spreadsheet(draft: Draft, kind: str) -> None:
    this = next(one for one in draft.asked.fields if one.kind == kind)
    address = f"{draft.address}/rows/{this.code}"
    values = [*OF_ALL.values(), *OF_KIND[kind]]
    width = len(this.row_columns)
    pasted = "\n".join("\t".join([value.replace("\t", " ").replace("\n", " ")] * width) for value in values[:40])
    mark = hidden(draft.browser.get(address), "mark")
    for do, text in (("look", pasted), ("look", "\0"), ("look", '"' + "\t" * 5000), ("look", "x" * 1_000_000)):
        answer = draft.client.post(address, data={"mark": mark, "text": text, "do": do, "how": "replace"})
        assert answer.status_code in {200, 422, 413}, do
        assert_text(answer.get_data(as_text=True))
    answer = draft.client.post(address, data={"mark": mark, "text": pasted, "do": "take", "how": "replace"})
    assert answer.status_code in {303, 422}
    if answer.status_code == 303:
        assert all(cleaned(text) == text for text in texts(draft.stored()))
        assert len(draft.stored()[this.code]) > 5
    book = Workbook()
    for line, value in enumerate(values, 1):
        for column in range(1, width + 1):
            book.active.cell(line, column, "".join(s for s in cleaned(value) if s >= " "))
    whole = io.BytesIO()
    book.save(whole)
    file = {"file": (io.BytesIO(whole.getvalue()), f"{LIVE}.xlsx")}
    answer = draft.client.post(address, data={"mark": mark, **file}, content_type="multipart/form-data")
    assert answer.status_code in {200, 422}
    assert_text(answer.get_data(as_text=True))
    assert_text(draft.browser.get(draft.address).text)
    given = draft.browser.get(f"{address}.xlsx").get_data()
    sheet = load_workbook(io.BytesIO(given)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) >= width
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def stored_as_it_came(value: str) -> dict[str, Any]:
    """An answer of every kind that holds the value, as an older edition or a mistake of ours might have left it."""
    found: dict[str, Any] = {}
    for one in section().fields:
        cells = {column.code: value for column in one.row_columns}
        if one.is_answered:
            found[one.code] = (
                [value] if one.kind in {"many", "list"}
                else [cells, cells] if one.kind in ROW_KINDS
                else cells if one.kind in GROUP_KINDS
                else value
            )  # fmt: skip
    return found


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("value", [NASTY, "1e999", "a\u202eb\ufffe\u0301"], ids=["markup", "number", "signs"])
def test_what_is_stored_is_text_to_the_jury_the_office_and_on_paper(app, value: str) -> None:
    judged = definition()
    judged["form"]["sections"].append({"code": "counted", "title": "Счёт", "nominations": [], "fields": [
        field("integer", "n"), field("integer", "n2"), field("yes_no", "y")]})  # fmt: skip
    judged["criteria"] = [
        {"code": f"c{number}", "nomination": None, "name": f"{kind} {NASTY}", "max": "10", "step": "1", "weight": "1",
         "kind": kind, "value": None, "levels": [], **more}
        for number, (kind, more) in enumerate(CRITERIA.items())
    ]  # fmt: skip
    judged["scoring"]["ties"] = ["submitted_at"]
    court = Court(app, applications=0, regulation=judged)
    answers = {"every": stored_as_it_came(value), "counted": {"n": value, "n2": value, "y": value}}
    application = court.add_application(answers=answers, title=value)
    frozen = canonical(content_of(queries.whole(court.application()), submitted_at=application.submitted_at))
    digest, moment = hashlib.sha256(frozen.encode()).hexdigest(), application.submitted_at
    saved(Submission(application_id=application.id, number=2, content=frozen, submitted_at=moment, digest=digest))
    juror, secretary, visitor = Browser(app, court.jurors[0]), Browser(app, court.secretary), Browser(app)
    court.declare()
    db.session.commit()
    sheet = juror.get(court.url())
    assert_text(sheet.text)
    form = next(one for one in forms_of(sheet.text, court.url()) if one.address == court.url())
    fields = [one for one in form.fields if one.kind not in {"hidden", "button"}]
    assert any(one.name == "mark-c0" for one in fields)
    for payload in (*OF_ALL.values(), "x" * 1_000_000, "-1", "11", "0.5", "5,0000000001"):
        pairs = form.with_values(lambda one: one.kind not in {"hidden", "button"}, payload)
        answer = sent(juror.client, form, [*pairs, ("mark-c1", payload), ("level", f"c0={payload}"), ("act", "sign")])
        assert answer.status_code in {303, 409, 413, 422}, payload[:50]  # a refused note is shown as it came
        assert_text(answer.get_data(as_text=True).replace("\0", ""))
    slug, key = court.contest.slug, court.keys[0]
    for browser, places in (
        (juror, [court.url(), f"/jury/{slug}"]),
        (visitor, ["/", f"/contests/{slug}", f"/contests/{slug}/notice", f"/contests/{slug}/questions"]),
        (secretary, [f"/office/applications/{key}", f"/office/contests/{slug}/applications",
                     f"/office/contests/{slug}/ranking", f"/office/contests/{slug}/jury",
                     f"/office/contests/{slug}/similarity", f"/office/contests/{slug}/trial",
                     f"/office/contests/{slug}/preview", f"/office/contests/{slug}/try-sheet",
                     f"/office/applications/{key}/submissions/2", f"/office/contests/{slug}/edit/form",
                     f"/office/contests/{slug}/edit/criteria"]),
    ):  # fmt: skip
        for place in places:
            assert_text(browser.get(place).text)
    papers = {
        f"/contests/{slug}/notice.docx": b"PK", f"/office/applications/{key}/submissions/2.pdf": b"%PDF",
    }  # fmt: skip
    for place, begins in papers.items():
        assert secretary.get(place).get_data().startswith(begins), place
