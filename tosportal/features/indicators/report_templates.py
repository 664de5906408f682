"""A district's own Word template of the report: uploaded, looked at, put into force, taken out of it.

A version is a file that is never changed. One version at most is in force; without one reports have the standard look.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.features.accounts.models import Person
from tosportal.features.indicators import papers
from tosportal.features.indicators.models import ReportTemplate
from tosportal.features.registry.models import Municipality
from tosportal.support import audit
from tosportal.support.db import db
from tosportal.support.documents.docx_template import TEMPLATE_MAX, filled_template
from tosportal.support.storage import clean_name, current_storage, new_key, remember_to_undo

VERSIONS_MOST = 50


def versions_of(municipality_id: int) -> Sequence[Any]:
    """The versions of a district with who uploaded them, the latest first."""
    return db.session.execute(
        select(ReportTemplate, Person)
        .outerjoin(Person, Person.id == ReportTemplate.uploaded_by_id)
        .where(ReportTemplate.municipality_id == municipality_id)
        .order_by(ReportTemplate.number.desc())
        .limit(VERSIONS_MOST)
    ).all()


def version_of(municipality_id: int, number: int) -> ReportTemplate | None:
    """One version of a district."""
    return db.session.scalars(
        select(ReportTemplate).where(ReportTemplate.municipality_id == municipality_id, ReportTemplate.number == number)
    ).one_or_none()


def template_in_force(municipality_id: int) -> ReportTemplate | None:
    """The version by which the district's reports are printed; None for the standard look."""
    return db.session.scalars(
        select(ReportTemplate).where(
            ReportTemplate.municipality_id == municipality_id,
            ReportTemplate.used_from.is_not(None),
            ReportTemplate.used_until.is_(None),
        )
    ).one_or_none()


def content_of(version: ReportTemplate) -> bytes:
    """The file of a version."""
    with current_storage().open(version.storage_key) as stream:
        return stream.read()


def printed_by(version: ReportTemplate, report: Mapping[str, Any], *, zone: str, now: datetime) -> bytes:
    """The report by a version of the template. Raises RuleBroken when the template is at fault."""
    context = papers.template_context(report, now.astimezone(ZoneInfo(zone)))
    return filled_template(content_of(version), context, papers.NAMES)


def upload_template(
    content: bytes,
    name: str,
    *,
    report: Mapping[str, Any],
    municipality: Municipality,
    actor: Person | None,
    now: datetime,
) -> ReportTemplate:
    """A new version is kept; nothing is printed by it before it is put into force.

    `report` is filled in to see that the template works. Raises RuleBroken with the place of every fault. The same file
    as the last version is that version.
    """
    if len(content) > TEMPLATE_MAX:
        raise RuleBroken(Remark(N_("Файл больше %(limit)s МБ"), {"limit": TEMPLATE_MAX // 1024 // 1024}, "file"))
    if not content:
        raise RuleBroken(Remark(N_("Файл пустой"), place="file"))
    context = papers.template_context(report, now.astimezone(ZoneInfo(municipality.zone)))
    filled_template(content, context, papers.NAMES)
    storage, key = current_storage(), new_key()
    remember_to_undo(storage, key)
    stored = storage.put(key, io.BytesIO(content), size_limit=TEMPLATE_MAX)
    db.session.refresh(municipality, with_for_update=True)
    last = db.session.scalar(
        select(func.max(ReportTemplate.number)).where(ReportTemplate.municipality_id == municipality.id)
    )
    version = ReportTemplate(
        municipality_id=municipality.id,
        number=(last or 0) + 1,
        name=clean_name(name),
        size=stored.size,
        sha256=stored.sha256,
        storage_key=key,
        uploaded_at=now,
        uploaded_by_id=actor.id if actor else None,
    )
    db.session.add(version)
    db.session.flush()
    _journal("report_template.uploaded", version, actor, now)
    return version


def use_template(version: ReportTemplate, *, actor: Person | None, now: datetime) -> None:
    """The district's reports are printed by this version from now on. Again changes nothing."""
    current = template_in_force(version.municipality_id)
    if current is not None and current.id == version.id:
        return
    if current is not None:
        current.used_until = now
        db.session.flush()
    version.used_from, version.used_until = now, None
    db.session.flush()
    _journal("report_template.put_in_force", version, actor, now)


def use_standard(municipality: Municipality, *, actor: Person | None, now: datetime) -> None:
    """The district's reports have the standard look again; the versions stay. Again changes nothing."""
    current = template_in_force(municipality.id)
    if current is None:
        return
    current.used_until = now
    db.session.flush()
    _journal("report_template.taken_out", current, actor, now)


def _journal(act: str, version: ReportTemplate, actor: Person | None, now: datetime) -> None:
    after = {"number": version.number, "sha256": version.sha256, "size": version.size}
    audit.record(act, version, actor=actor, now=now, after=after, municipality_id=version.municipality_id)
