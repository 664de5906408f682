"""`python -m bench.filling`: what an applicant and the secretary wait for, on SQLite and on PostgreSQL.

Autosave of one field and of one cell of a budget of a hundred lines, the page of that budget, the page of the text, and
the secretary's list: with three applications in the contest and with ten thousand.
"""

import argparse
import contextlib
import os
import platform
import re
import secrets
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.measuring import Measured, asked, cookie_of, look_at, one_turn, start_server
from bench.results import write_chapter
from bench.rush.serving import ENGINES, let_go, place
from bench.server import CONSTANT
from tosportal import demo
from tosportal.demo.people import ACTIVIST, SECRETARY
from tosportal.demo.stages import Stage
from tosportal.domain.merging import mark_of
from tosportal.features.accounts.queries import person_by_email
from tosportal.features.applications.models import Application, ApplicationSection
from tosportal.features.applications.queries import sections_of
from tosportal.features.contests.models import Contest
from tosportal.features.registry.queries import tos_by_code
from tosportal.support import db as database
from tosportal.support.db import db

TITLE = "Заполнение заявки"
SLUG = "change-the-world"
FEW, LINES = 3, 100
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# What SPEED asks for, as a ratio of CPU time to that of the constant page.
GOALS = {"Автосохранение одного поля": 25, "Раздел со сметой в 100 строк": 40, "Заявки у секретаря": 60}


def fill(applications: int) -> str:
    """The demo with so many applications sent, and a draft with a budget of a hundred lines; the key of the draft."""
    demo.load(Stage.SUBMITTED, applications=applications)
    contest = db.session.scalars(select(Contest).where(Contest.slug == SLUG)).one()
    person, tos = person_by_email(ACTIVIST.email), tos_by_code(ACTIVIST.place)
    assert person is not None and tos is not None  # noqa: S101, PT018  the demo has just made them
    pattern = db.session.scalars(select(Application).order_by(Application.id).limit(1)).one()
    now = pattern.created_at
    draft = Application(
        key=secrets.token_urlsafe(12), contest_id=contest.id, regulation_id=pattern.regulation_id, tos_id=tos.id,
        nomination=pattern.nomination, state="draft", created_at=now, created_by_id=person.id,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    for code, row in sections_of(pattern.id).items():
        answers = {"budget": budget(row.answers["budget"][0])} if code == "budget" else row.answers
        db.session.add(
            ApplicationSection(application_id=draft.id, code=code, answers=answers, saved_at=now, saved_by_id=person.id)
        )
    database.commit()
    return draft.key


def budget(line: dict[str, str]) -> list[dict[str, str]]:
    """A hundred lines like this one."""
    sums = dict.fromkeys(("own", "attracted", "in_kind"), "0")
    return [
        line | sums | {"name": f"Материал № {number}", "price": f"{1000 + number}", "requested": f"{1000 + number}"}
        for number in range(LINES)
    ]


def saves(app: Flask, page: Measured, code: str, texts: tuple[Any, Any]) -> Measured:
    """The autosave of one question from this page: one text and the other in turn, each over the one before it."""
    answer = app.test_client(use_cookies=False).get(page.path, headers={"Cookie": page.cookie})
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', answer.text)
    given = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("tos="))
    assert token is not None  # noqa: S101  a page with a form
    bodies = []
    for turn, text in enumerate(texts):
        before = texts[1 - turn]
        fields = {
            "csrf_token": unescape(token[1]),
            "revision": "1",
            ".changed": code,
            ".was": f"{code}:{mark_of(before)}",
        }
        bodies.append(urlencode(fields | as_inputs(code, text)).encode())
    return replace(page, cookie=given.partition(";")[0], bodies=tuple(bodies))


def as_inputs(code: str, answer: Any) -> dict[str, str]:
    """An answer as the inputs of a page are named."""
    if isinstance(answer, str):
        return {code: answer}
    return {f"{code}-{number}-{name}": cell for number, row in enumerate(answer) for name, cell in row.items()}


def pages_of(app: Flask, key: str) -> list[Measured]:
    """All that is measured, each asked twice without a server."""
    with app.app_context():
        cookie = cookie_of(app, ACTIVIST)
        draft = db.session.scalars(select(Application).where(Application.key == key)).one()
        stored = {code: row.answers for code, row in sections_of(draft.id).items()}
        db.session.remove()
    text, lines = stored["project"]["problem"], stored["budget"]["budget"]
    other = [lines[0] | {"name": "Материал другой"}, *lines[1:]]

    def section(name: str, code: str) -> Measured:
        return Measured(name, f"/applications/{key}/sections/{code}", cookie, 0, 0)

    # The second of the pair is stored already, so the first is a change, and so is each after it.
    one_field = saves(app, section("Автосохранение одного поля", "project"), "problem", (f"{text} И ещё.", text))
    one_cell = saves(app, section("Автосохранение сметы, 100 строк", "budget"), "budget", (other, lines))
    return [
        asked(app, one_field),
        asked(app, one_cell),
        asked(app, section("Раздел с текстами", "project")),
        asked(app, section("Раздел со сметой в 100 строк", "budget")),
        look_at(app, "Заявки у секретаря", f"/office/contests/{SLUG}/applications", SECRETARY),
    ]


@contextlib.contextmanager
def filled(engine: str, applications: int) -> Iterator[tuple[list[Measured], dict[str, str]]]:
    """Such a portal, its pages asked once, and the environment of a server on it."""
    with place(engine, with_s3=False) as where:
        app = where.app()
        with app.app_context():
            key = fill(applications)
            db.session.remove()
        pages = pages_of(app, key)
        let_go(app)
        yield pages, where.environment(workers=2)


def measure(engine: str, options: argparse.Namespace) -> tuple[list[Measured], list[Measured]]:
    """What the pages of few and of many applications cost."""
    print(f"{NAMES[engine]}: {options.applications} заявок…", flush=True)
    with filled(engine, FEW) as (few, _environment):
        pass
    with filled(engine, options.applications) as (many, environment):
        server, port = start_server(environment, Path(environment["INSTANCE_PATH"]) / "log")
        try:
            for seconds in (0.5, *[options.seconds] * options.rounds):
                for one in many:
                    one.portal.append(
                        one_turn(
                            server, port, one.path, cookie=one.cookie, size=one.size, seconds=seconds, bodies=one.bodies
                        )
                    )
                    address = f"{CONSTANT}/{one.size}"
                    one.constant.append(one_turn(server, port, address, size=one.size, seconds=seconds))
        finally:
            server.terminate()
            server.wait(timeout=20)
        for one in many:  # the first turn was to warm both
            del one.portal[0], one.constant[0]
    return few, many


def table(few: list[Measured], many: list[Measured]) -> list[str]:
    """Rows of Markdown."""
    lines = [
        "| Страница | КБ | Запросов при 3 заявках | Запросов | ЦП, мс | У постоянной, мс | Отношение | Цель |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for less, one in zip(few, many, strict=True):
        cost, constant = one.middle("portal", 1), max(one.middle("constant", 1), 0.001)
        lines.append(
            f"| {one.name} | {one.size / 1024:.0f} | {less.queries} | {one.queries} | {cost:.2f} | {constant:.2f} "
            f"| {cost / constant:.1f} | {GOALS.get(one.name, '')} |"
        )
    return [*lines, ""]


def main() -> None:
    """Both engines, or the one asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.filling", description="Заполнение заявки и список заявок.")
    parser.add_argument("--applications", type=int, default=10_000, metavar="N", help="заявок в конкурсе")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="сколько кругов")
    parser.add_argument("--seconds", type=float, default=2.0, metavar="N", help="сколько секунд каждый замер")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="только эта база")
    parser.add_argument("--write", action="store_true", help="записать в bench/RESULTS.md")
    options = parser.parse_args()
    lines = []
    for engine in options.engine or ENGINES:
        few, many = measure(engine, options)
        lines += [f"## {NAMES[engine]}", "", *table(few, many)]
        if wrong := [one.name for less, one in zip(few, many, strict=True) if one.queries != less.queries]:
            sys.exit(f"Запросов больше при многих заявках: {', '.join(wrong)}")
    about = [
        "`python -m bench.filling` повторяет замер: рядом с постоянной страницей того же размера, из того же сервера.",
        "",
        f"- Python {platform.python_version()}, процессоров {os.cpu_count()}; заявок {options.applications}; "
        f"кругов {options.rounds} по {options.seconds:g} с; загрузка машины {os.getloadavg()[1]:.1f}.",
        "- ЦП — сервера портала; у PostgreSQL время самой базы сюда не входит.", "",
    ]  # fmt: skip
    print("\n".join([*about, *lines]))
    if options.write:
        write_chapter(TITLE, [*about, *lines])


if __name__ == "__main__":
    main()
