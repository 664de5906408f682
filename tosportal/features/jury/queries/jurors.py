"""Who is in a jury and who was invited."""

import hashlib
import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.queries import SLUG
from tosportal.features.jury.models import Juror, JuryInvitation
from tosportal.support.db import db

KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
CODE = re.compile(r"Э[1-9][0-9]{0,3}")


def key_hash(key: str) -> str:
    """What is kept of the key of an invitation."""
    return hashlib.sha256(key.encode()).hexdigest()


def invitation_by_key(key: str) -> tuple[JuryInvitation, Contest] | None:
    """The invitation whose letter held this key, with its contest (municipality loaded)."""
    if not KEY.fullmatch(key):
        return None
    row = db.session.execute(
        select(JuryInvitation, Contest)
        .join(Contest, Contest.id == JuryInvitation.contest_id)
        .options(joinedload(Contest.municipality))
        .where(JuryInvitation.key_hash == key_hash(key))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def invitations_of(contest_id: int) -> Sequence[JuryInvitation]:
    """All invitations into a jury, the latest first."""
    return db.session.scalars(
        select(JuryInvitation).where(JuryInvitation.contest_id == contest_id).order_by(JuryInvitation.id.desc())
    ).all()


def invitation_in_contest(invitation_id: int, contest: Contest) -> JuryInvitation | None:
    """An invitation into the jury of this very contest."""
    return db.session.scalars(
        select(JuryInvitation).where(JuryInvitation.id == invitation_id, JuryInvitation.contest_id == contest.id)
    ).one_or_none()


def juror_of(person: Person, contest: Contest) -> Juror | None:
    """The person as a juror of the contest, while they are one."""
    return db.session.scalars(
        select(Juror).where(Juror.contest_id == contest.id, Juror.person_id == person.id, Juror.left_at.is_(None))
    ).one_or_none()


def contest_of_juror(slug: str, person: Person) -> tuple[Juror, Contest, RegulationEdition] | None:
    """The juror, the contest of this address and its regulation in force, when the person judges there."""
    if not SLUG.fullmatch(slug):
        return None
    row = db.session.execute(
        select(Juror, Contest, RegulationEdition)
        .join(Contest, Contest.id == Juror.contest_id)
        .join(
            RegulationEdition,
            (RegulationEdition.contest_id == Contest.id) & (RegulationEdition.number == Contest.edition),
        )
        .options(joinedload(Contest.municipality))
        .where(
            Contest.slug == slug,
            Contest.announced_at.is_not(None),
            Juror.person_id == person.id,
            Juror.left_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def juries_of_person(person: Person) -> Sequence[tuple[Juror, Contest, RegulationEdition]]:
    """The contests that the person judges, the latest first, with the regulations in force."""
    rows = db.session.execute(
        select(Juror, Contest, RegulationEdition)
        .join(Contest, Contest.id == Juror.contest_id)
        .join(
            RegulationEdition,
            (RegulationEdition.contest_id == Contest.id) & (RegulationEdition.number == Contest.edition),
        )
        .where(Juror.person_id == person.id, Juror.left_at.is_(None), Contest.announced_at.is_not(None))
        .order_by(Contest.year.desc(), Contest.id.desc())
    ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def jurors_of(contest_id: int, *, also_left: bool = False) -> Sequence[Juror]:
    """The jurors of a contest with their people, in the order in which they joined."""
    found = select(Juror).options(joinedload(Juror.person)).where(Juror.contest_id == contest_id).order_by(Juror.id)
    return db.session.scalars(found if also_left else found.where(Juror.left_at.is_(None))).all()


def juror_by_code(contest: Contest, code: str) -> Juror | None:
    """The juror of this code with their person."""
    if not CODE.fullmatch(code):
        return None
    return db.session.scalars(
        select(Juror)
        .options(joinedload(Juror.person))
        .where(Juror.contest_id == contest.id, Juror.code == code, Juror.left_at.is_(None))
    ).one_or_none()
