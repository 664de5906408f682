"""A file with a programme: read, put right by the secretary, confirmed. Nothing of it enters the programme before."""

import io
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from tosportal.domain.document_paths import typed_value, value_at, with_values
from tosportal.domain.errors import N_, Remark, RuleBroken, StateConflict, too_long
from tosportal.domain.programme_document import SCHEMA, as_json
from tosportal.domain.programme_tables import recognise
from tosportal.features.accounts.models import Person
from tosportal.features.programmes.models import Programme, ProgrammeUpload
from tosportal.features.programmes.service.editions import (
    Act,
    adopt_edition,
    edition_in_force,
    load_programme,
    put_act,
)
from tosportal.features.registry.models import Municipality
from tosportal.support import audit
from tosportal.support.db import db
from tosportal.support.documents.readers import read_source
from tosportal.support.storage import Stored, clean_name, current_storage, leave_out, new_key, remember_to_undo

MOST_BYTES = 20 * 1024 * 1024
VALUE_MOST = 20_000  # letters of a corrected value
MOST_TEXT = 4 * 1024 * 1024
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "json": "application/json",
}


@dataclass(frozen=True)
class KeptProgramme:
    """A file that was read and lies in the storage, but is no upload of a district yet."""

    name: str
    recognised: dict[str, Any]
    storage_key: str
    stored: Stored


def keep_programme(content: bytes, name: str) -> KeptProgramme:
    """The file is read, and its bytes lie in the storage; they go away again unless the next transaction is committed.

    Asks nothing of the database, so that nobody waits for a long document or a slow storage but the sender.
    Raises RuleBroken in words: not one of DOCX, XLSX, YAML, JSON; too large; broken, encrypted, with macros, a bomb;
    not a programme. Raises StorageUnavailable.
    """
    recognised = read_file(content, name)
    storage, key = current_storage(), new_key()
    remember_to_undo(storage, key)
    return KeptProgramme(name, recognised, key, storage.put(key, io.BytesIO(content), size_limit=MOST_BYTES))


def upload_programme(
    kept: KeptProgramme, *, municipality: Municipality, actor: Person | None, now: datetime
) -> ProgrammeUpload:
    """What was recognised in the file waits to be looked through. The same file that is still waiting is the same
    upload. When the transaction fails the stored bytes are removed again."""
    name, recognised, stored = kept.name, kept.recognised, kept.stored
    waiting = db.session.query(ProgrammeUpload).filter_by(
        municipality_id=municipality.id, sha256=stored.sha256, state="recognised"
    )
    if (same := waiting.first()) is not None:
        leave_out(kept.storage_key)
        return same
    upload = ProgrammeUpload(
        key=secrets.token_urlsafe(12),
        municipality_id=municipality.id,
        name=clean_name(name),
        media_type=MEDIA_TYPES[ending_of(name)],
        size=stored.size,
        sha256=stored.sha256,
        storage_key=kept.storage_key,
        recognised=recognised,
        corrections={},
        uploaded_at=now,
        uploaded_by_id=actor.id if actor else None,
    )
    db.session.add(upload)
    db.session.flush()
    after = {"sha256": stored.sha256, "size": stored.size, "fragments": len(recognised["fragments"])}
    record("programme_upload.read", upload, actor, now, after=after)
    return upload


def read_file(content: bytes, name: str) -> dict[str, Any]:
    """What a file says: `data` (schema municipal-programme/1), `fragments` with their places, `remarks` in words."""
    ending = ending_of(name)
    if ending not in MEDIA_TYPES:
        raise RuleBroken(Remark(N_("Загрузите программу как DOCX, XLSX, YAML или JSON"), place="file"))
    if not content:
        raise RuleBroken(Remark(N_("Файл пустой"), place="file"))
    if len(content) > MOST_BYTES:
        values = {"limit": MOST_BYTES // 1024 // 1024}
        raise RuleBroken(Remark(N_("Файл больше %(limit)s МБ: уберите из него картинки"), values, "file"))
    if ending in {"yaml", "yml", "json"}:
        data = read_text(content, ending)
        if data.get("schema") != SCHEMA:
            raise RuleBroken(
                Remark(N_("Это не описание программы: нужна схема %(schema)s"), {"schema": SCHEMA}, "file")
            )
        return {"data": as_json(data), "fragments": [], "remarks": []}
    found = recognise(read_source(content, name))
    return {
        "data": as_json(found.data),
        "fragments": [
            {"path": one.path, "value": as_json(one.value), "printed": one.printed, "place": one.place}
            for one in found.fragments
        ],
        "remarks": [{"template": one.template, "values": as_json(dict(one.values))} for one in found.remarks],
    }


def remarks_of(recognised: Mapping[str, Any]) -> list[Remark]:
    """What a person should look at in a recognised file. Files read earlier keep their remarks as Russian sentences."""
    return [
        Remark("%(said)s", {"said": one}) if isinstance(one, str) else Remark(one["template"], one["values"])
        for one in recognised["remarks"]
    ]


def read_text(content: bytes, ending: str) -> Mapping[str, Any]:
    """A YAML or JSON document, or RuleBroken."""
    unreadable = RuleBroken(Remark(N_("Файл не читается: это не %(kind)s в UTF-8"), {"kind": ending.upper()}, "file"))
    if len(content) > MOST_TEXT:
        raise unreadable
    try:
        text = content.decode("utf-8-sig")
        if ending != "json" and ("&" in text and "*" in text and yaml_has_aliases(text)):
            raise unreadable
        data = json.loads(text) if ending == "json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise unreadable from error
    if not isinstance(data, Mapping):
        raise unreadable
    return data


def yaml_has_aliases(text: str) -> bool:
    """Aliases multiply a small file without end: a programme has no use for them."""
    return any(isinstance(one, yaml.AliasToken) for one in yaml.scan(text, Loader=yaml.SafeLoader))


def ending_of(name: str) -> str:
    """The last part of a file's name, in small letters."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def corrected(upload: ProgrammeUpload) -> dict[str, Any]:
    """The document with what the secretary put right."""
    return with_values(upload.recognised["data"], upload.corrections)


def correct_upload(
    upload: ProgrammeUpload, typed: Mapping[str, str], *, seen: int, actor: Person | None, now: datetime
) -> int:
    """These places say this now; a value as it was recognised is no correction. How many were changed.

    Raises RuleBroken with the path of every value that is no value, StateConflict when somebody else corrected since.
    """
    ensure_waiting(upload)
    data = upload.recognised["data"]
    corrections, changed = dict(upload.corrections), 0
    remarks: list[Remark] = []
    for path, text in typed.items():
        if long := too_long(text, VALUE_MOST, path):
            remarks += long
            continue
        try:
            before = value_at(data, path)
            value = typed_value(path, text, corrections.get(path, before))
        except KeyError:
            continue
        except RuleBroken as error:
            remarks += error.remarks
            continue
        current = corrections.get(path, before)
        if value == current or (value == "" and current is None):
            continue
        changed += 1
        if value == before:
            del corrections[path]
        else:
            corrections[path] = value
    if remarks:
        raise RuleBroken(remarks)
    if not changed:
        return 0
    if seen != upload.version:
        raise StateConflict(Remark(N_("Пока вы смотрели, значения исправил кто-то ещё")))
    upload.corrections = corrections
    db.session.flush()
    record("programme_upload.corrected", upload, actor, now, after={"paths": sorted(corrections)})
    return changed


def confirm_upload(
    upload: ProgrammeUpload, *, slug: str, act: Act, reason: str, actor: Person | None, now: datetime
) -> Programme:
    """The document becomes a programme of the district, or a new edition of the one of this short name.

    Raises RuleBroken with the place of every fault of the document; the act must be named.
    """
    ensure_waiting(upload)
    municipality = db.session.get_one(Municipality, upload.municipality_id)
    data = corrected(upload)
    programme = db.session.query(Programme).filter_by(municipality_id=municipality.id, slug=slug).first()
    if programme is None:
        portal = {**(data.get("portal") or {}), "slug": slug}
        programme = load_programme({**data, "portal": portal}, municipality=municipality, actor=actor, now=now)
        put_act(programme, act, reason)
    else:
        data.pop("portal", None)
        adopt_edition(programme, data, act=act, reason=reason, actor=actor, now=now)
    upload.state, upload.edition_id = "confirmed", edition_in_force(programme).id
    db.session.flush()
    record("programme_upload.confirmed", upload, actor, now, after={"programme": slug, "edition": programme.edition})
    return programme


def drop_upload(upload: ProgrammeUpload, *, actor: Person | None, now: datetime) -> None:
    """The file is not wanted; it stays to be looked at. Dropping it again changes nothing."""
    if upload.state == "dropped":
        return
    ensure_waiting(upload)
    upload.state = "dropped"
    db.session.flush()
    record("programme_upload.dropped", upload, actor, now, after={})


def ensure_waiting(upload: ProgrammeUpload) -> None:
    """The upload still waits; the row is locked and fresh from here on."""
    db.session.refresh(upload, ["state", "corrections", "version"], with_for_update=True)
    if upload.state != "recognised":
        raise RuleBroken(Remark(N_("Этот файл уже подтверждён или отложен")))


def record(act: str, upload: ProgrammeUpload, actor: Person | None, now: datetime, *, after: dict[str, Any]) -> None:
    audit.record(act, upload, actor=actor, now=now, after=after, municipality_id=upload.municipality_id)
