"""The paper of an application says every answer as it is stored: hundreds of random forms, read back cell by cell."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm.attributes import set_committed_value

from tests.conftest import NOW, close, make_app
from tests.features.applications.printed_forms import (
    Item,
    are_joined,
    begins,
    expected,
    forms,
    holds_the_signs,
    read_back,
    squeezed,
)  # fmt: skip
from tests.make import REGULATION
from tosportal.domain.form_definition import KINDS, FormField, FormSection
from tosportal.domain.regulation import regulation_from_json
from tosportal.features.applications.models import Application, Submission
from tosportal.features.applications.papers import Sent, receipt_context, signing_context
from tosportal.features.contests.models import Contest
from tosportal.features.registry.models import Municipality
from tosportal.support.documents import application_pdf, receipt_pdf

PAPERS, FORMS = 20, 12


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    app = make_app(folder, f"sqlite:///{folder / 'p.sqlite3'}")
    with app.app_context():
        yield app
    close(app)


def an_application() -> Application:
    contest = Contest(slug="c", name="Конкурс")
    place = Municipality(
        name="Район", owner_name="Администрация", zone="Asia/Novosibirsk", zone_words="по Новосибирску"
    )
    set_committed_value(contest, "municipality", place)
    application = Application(key="k", number=7, submitted_at=NOW, paper_at=None)
    set_committed_value(application, "contest", contest)
    return application


def content_of(sections) -> dict:
    return {
        "schema": "application/1", "number": 7, "edition": 1, "nomination": "n1", "attachments": [],
        "contest": {"slug": "c", "name": "Конкурс"}, "tos": {"code": "t", "name": "ТОС", "settlement": "Село"},
        "sections": [{"code": one.code, "title": one.title, "answers": answers} for one, answers in sections],
    }  # fmt: skip


def printed(portal: Flask, sections, *, to_sign: bool) -> bytes:
    """The stored answers, there and back as the database keeps them, as a PDF."""
    stored = json.dumps(content_of(sections), ensure_ascii=False)
    regulation = replace(regulation_from_json(REGULATION), sections=tuple(one for one, _answers in sections))
    application = an_application()
    with portal.test_request_context():
        if to_sign:
            return application_pdf(
                signing_context(application, regulation, json.loads(stored), digest="a" * 64,
                                chair="Берёзова Нина Петровна", portal="Администрация", at=NOW)
            )  # fmt: skip
        submission = Submission(content=stored, digest="b" * 64, submitted_at=NOW, number=1)
        return receipt_pdf(receipt_context(application, regulation, Sent(submission, None), portal="Администрация"))


def agrees(wanted: Item, found: Item) -> bool:
    kind, cells = wanted
    read = [squeezed(cell) for cell in found[1]]
    said = [squeezed(cell) for cell in cells]
    if are_joined(cells):  # the order within the PDF says nothing: every sign is there
        return holds_the_signs("".join(read), "".join(said))
    if kind in {"heading", "row"}:
        return found[0] == kind and read == said
    if kind == "caption":  # «Таблица 3. » stands before it
        return found[0] == kind and squeezed(found[1][0].partition(". ")[2]) == said[0]
    if found[0] != "row" or len(read) < len(said):
        return False
    if kind == "group":  # under a meeting the portal says how it counts the quorum
        return read[0] == said[0] and begins(read[1], said[1])
    if kind == "budget":  # «name (kind): quantity × price», the amount, then who pays how much
        return begins(read[0], said[0]) and read[2:] == said[1:]
    if kind == "total":
        return read[0].startswith(said[0])
    return read[: len(said)] == said  # help in kind has its amount at the end


def after_attachments(found: list[Item]) -> list[Item]:
    return found[1 + next(n for n, one in enumerate(found) if squeezed(one[1][0]) == "Приложения") :]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a failure is shown whole
def test_every_answer_stands_on_the_paper_as_it_is_stored(portal):
    seen: Counter[str] = Counter()

    @settings(
        max_examples=PAPERS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(sections=st.tuples(*(forms(number) for number in range(FORMS))), to_sign=st.booleans())
    def every_paper(sections, to_sign):
        rows = after_attachments(read_back(printed(portal, sections, to_sign=to_sign)))
        for section, answers in sections:
            for wanted in expected(section, answers):
                assert agrees(wanted, rows[0]), f"{wanted}\n{rows[0]}"
                rows = rows[1:]
            seen.update(one.kind for one in section.fields)

    every_paper()
    assert set(seen) == set(KINDS)
    assert seen.total() > 400


def test_a_missing_or_changed_answer_would_be_seen(portal):
    """The comparison itself: one sign less in one answer, and it does not agree."""
    section = FormSection("s0", "Раздел", (FormField("a", "Вопрос", "text"), FormField("b", "Ещё", "money")))
    answers = {"a": "Ответ", "b": "1000,5"}
    found = read_back(printed(portal, [(section, answers)], to_sign=False))
    rows = after_attachments(found)
    wanted = list(expected(section, answers))
    assert all(agrees(one, other) for one, other in zip(wanted, rows, strict=False))
    changed = list(expected(section, {"a": "Отве", "b": "1000,51"}))
    assert [agrees(one, other) for one, other in zip(changed, rows, strict=False)] == [True, False, False]
