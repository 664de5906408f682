"""Applicants with complete drafts: each speaks for a ТОС of their own, is signed in, and has the minutes attached."""

import hashlib
import io
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench.measuring import session_cookie
from bench.rows import add_toses
from bench.rush.applicants import Applicant, photo
from tosportal import demo
from tosportal.demo.bulk import next_id, put
from tosportal.demo.stages import Stage
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts import sessions
from tosportal.features.accounts.models import Person, RoleGrant, SignedInSession
from tosportal.features.applications.models import Application, ApplicationSection, Attachment
from tosportal.features.contests.models import Contest
from tosportal.features.registry.models import Tos
from tosportal.support import db as database
from tosportal.support.db import db
from tosportal.support.storage import current_storage, new_key

SLUG = "change-the-world"
MEGABYTE = 1024 * 1024


def prepare(app: Flask, *, count: int, photos_in_rush: int, kilobytes: int) -> list[Applicant]:
    """An empty database holds the demo with its contest taking applications, and `count` applicants beside it; the
    first `photos_in_rush` of them still have to send their photo. Everything lies in the storage as the rows say."""
    now: datetime = app.config["CLOCK"]()
    demo.load(Stage.DRAFTS)
    contest = db.session.scalars(select(Contest).where(Contest.slug == SLUG)).one()
    pattern, sections, minutes = complete_draft(contest)
    content = read(minutes.storage_key)
    first_tos, first_person, first = next_id(Tos), next_id(Person), next_id(Application)
    add_toses(count)
    password = db.session.scalars(select(Person.password).limit(1)).one()
    names = [secrets.token_hex(16) for _ in range(count)]
    keys = [secrets.token_urlsafe(32) for _ in range(count)]
    put(Person, ({
        "id": first_person + place, "email": f"rush{place}@example.org", "full_name": f"Примеров Пример {place}",
        "fs_uniquifier": names[place], "locale": "ru", "phone": "", "password": password, "active": True,
        "confirmed_at": now, "joined_at": now,
    } for place in range(count)))  # fmt: skip
    put(RoleGrant, ({
        "person_id": first_person + place, "role": Role.ACTIVIST, "scope": Scope.TOS, "scope_id": first_tos + place,
        "granted_at": now,
    } for place in range(count)))  # fmt: skip
    put(SignedInSession, ({
        "person_id": first_person + place, "key_hash": sessions.key_hash(keys[place]), "started_at": now,
        "expires_at": now + sessions.LASTS, "browser": "rush",
    } for place in range(count)))  # fmt: skip
    addresses = [secrets.token_urlsafe(12) for _ in range(count)]
    put(Application, ({
        "id": first + place, "key": addresses[place], "contest_id": contest.id, "regulation_id": pattern.regulation_id,
        "tos_id": first_tos + place, "nomination": pattern.nomination, "state": "draft", "title": "",
        "created_at": now - timedelta(days=1), "created_by_id": first_person + place, "version": 1,
    } for place in range(count)))  # fmt: skip
    put(ApplicationSection, ({
        "application_id": first + place, "code": code, "answers": of_place(answers, place),
        "saved_at": now - timedelta(hours=1), "saved_by_id": first_person + place, "version": 1,
    } for place in range(count) for code, answers in sections.items()))  # fmt: skip
    database.commit()
    for place in range(count):
        files = [("minutes", "Протокол.pdf", "application/pdf", content + f"\n% {place}\n".encode())]
        if place >= photos_in_rush:
            files.append(("photos", "Место.jpg", "image/jpeg", photo(place, kilobytes)))
        for slot, name, media_type, whole in files:
            keep(first + place, slot, name, media_type, whole, now=now, person_id=first_person + place)
    database.commit()
    return [
        Applicant(place, addresses[place], session_cookie(app, names[place], keys[place]), place < photos_in_rush)
        for place in range(count)
    ]


def complete_draft(contest: Contest) -> tuple[Application, dict[str, dict[str, Any]], Attachment]:
    """A draft of the demo in which nothing is missing, its answers and its minutes."""
    minutes = db.session.scalars(
        select(Attachment)
        .join(Application, Application.id == Attachment.application_id)
        .where(Application.contest_id == contest.id, Application.state == "draft", Attachment.slot == "minutes")
        .order_by(Attachment.id)
    ).first()
    assert minutes is not None  # noqa: S101  the demo has just made it
    rows = db.session.scalars(
        select(ApplicationSection).where(ApplicationSection.application_id == minutes.application_id)
    )
    return db.session.get_one(Application, minutes.application_id), {row.code: row.answers for row in rows}, minutes


def of_place(answers: dict[str, Any], place: int) -> dict[str, Any]:
    """The answers with a title by which their copy is known again."""
    return answers | {"title": f"{answers['title']} — {place}"} if "title" in answers else answers


def read(storage_key: str) -> bytes:
    with current_storage().open(storage_key) as stream:
        return stream.read()


def keep(
    application_id: int, slot: str, name: str, media_type: str, whole: bytes, *, now: datetime, person_id: int
) -> None:
    """The file lies in the storage and has its row."""
    stored = current_storage().put(new_key(), io.BytesIO(whole), size_limit=20 * MEGABYTE)
    db.session.add(
        Attachment(
            key=secrets.token_urlsafe(12), application_id=application_id, slot=slot, name=name, media_type=media_type,
            size=stored.size, sha256=hashlib.sha256(whole).hexdigest(), storage_key=stored.key, uploaded_at=now,
            uploaded_by_id=person_id,
        )
    )  # fmt: skip
