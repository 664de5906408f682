"""The import of a Word programme step by step, beside the bare parsing of the same file by the same library."""

import io
import resource
import statistics
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

from flask import Flask
from sqlalchemy import select

from tosportal.domain.programme_tables import recognise
from tosportal.features.programmes.service import Act, confirm_upload, keep_programme, upload_programme
from tosportal.features.registry.models import Municipality
from tosportal.support.db import db
from tosportal.support.documents.readers import read_source

FILE = Path(__file__).parent.parent / "tests" / "data" / "programme-ordynsky.docx"
NOW = datetime(2026, 2, 2, 5, tzinfo=UTC)
ACT = Act("постановление", "1056/89", date(2023, 8, 18))
BARE = "Только разбор XML"


def import_steps(app: Flask, rounds: int) -> dict[str, float]:
    """Name of a step → the median CPU milliseconds of all rounds; every round takes the steps in turn."""
    content = FILE.read_bytes()
    taken: dict[str, list[float]] = {}
    for _round in range(rounds):
        timed(taken, BARE, lambda: parse_all(content))
        source = timed(taken, "Прочитан", lambda: read_source(content, FILE.name))
        timed(taken, "Узнан", lambda source=source: recognise(source))
        with app.app_context():
            timed(taken, "Весь путь: прочитан, узнан, подтверждён", lambda: imported(content))
            db.session.rollback()
            db.session.remove()
    return {name: statistics.median(values) for name, values in taken.items()}


def timed(taken: dict[str, list[float]], name: str, work: Callable[[], Any]) -> Any:
    before = time.process_time()
    made = work()
    taken.setdefault(name, []).append((time.process_time() - before) * 1000)
    return made


def parse_all(content: bytes) -> None:
    """Every part of the archive that is XML, by expat with nobody listening."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                expat.ParserCreate().Parse(archive.read(name), True)


def imported(content: bytes) -> None:
    """As the secretary does it: the file is kept, read and looked for, the upload confirmed as a programme."""
    district = db.session.scalars(select(Municipality).order_by(Municipality.id)).first()
    assert district is not None  # noqa: S101
    upload = upload_programme(keep_programme(content, FILE.name), municipality=district, actor=None, now=NOW)
    confirm_upload(upload, slug="bench-import", act=ACT, reason="", actor=None, now=NOW)
    db.session.flush()


def import_table(steps: dict[str, float]) -> list[str]:
    """Rows of Markdown, and the peak of the process that measured."""
    bare = max(steps[BARE], 0.001)
    rows = [f"| {name} | {cost:.1f} | {cost / bare:.0f} |" for name, cost in steps.items()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        "| Шаг | ЦП, мс | Отношение к разбору XML |", "|---|--:|--:|", *rows, "",
        f"Процесс, который загружал, занял на пике {peak} МБ вместе со всей базой примера, которую он делал.",
    ]  # fmt: skip
