"""Signing: a one-time code to the signer's e-mail, a scan of the signed paper, a detached signature; who may sign."""

import hashlib
import hmac
import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update

from tosportal.domain.errors import N_, NotAllowed, Remark, RuleBroken, StateConflict
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.submission_rule import PAPER_SLOT, SCAN_SLOT, SIG_SLOT, code_from, masked_email
from tosportal.features.accounts.models import Person
from tosportal.features.accounts.queries import person_with_roles
from tosportal.features.applications import letters
from tosportal.features.applications.models import Application, Attachment, Signature, SigningCode, Submission
from tosportal.features.applications.queries import Whole, attachments_of
from tosportal.features.applications.service.attachments import KeptFile, attach_kept
from tosportal.features.applications.service.contents import draft_digest
from tosportal.features.applications.service.rows import lock, record
from tosportal.features.registry.queries import chairs_of, is_chair_of
from tosportal.support import notifications
from tosportal.support.db import db
from tosportal.support.notifications import Letter
from tosportal.support.storage import current_storage, read_signature

LIVES = timedelta(minutes=10)
AGAIN_AFTER = timedelta(minutes=1)
MOST_TRIES = 5
MOST_CODES, WITHIN = 5, timedelta(hours=1)  # of one application, whoever asks
SLOT_OF: dict[str, str] = {"scan": SCAN_SLOT, "sig": SIG_SLOT}
STALE_PAPER = N_(
    "После того как сделали заявку для подписи, её изменили. Сделайте заявку для подписи заново и подпишите новую"
)


class WrongCode(RuleBroken):
    """The code is wrong: the try is counted, so what was written is kept although the answer is a refusal."""


@dataclass(frozen=True)
class Signing:
    """How a person signs: one of `domain.submission_rule.WAYS`, and the code as typed."""

    way: str
    code: str = ""


@dataclass(frozen=True)
class Proof:
    """What will stand in the signature of the submission."""

    way: str
    digest: str
    email: str = ""
    attachment_id: int | None = None
    names: str = ""


def helps(person: Person, tos_id: int) -> bool:
    """Is the person in this ТОС as its helper and not as one who speaks for it?"""
    known = person if "grants" in person.__dict__ else person_with_roles(person.id)
    there = {
        one.role for one in (known.live_grants if known else ()) if one.scope == Scope.TOS and one.scope_id == tos_id
    }
    return Role.HELPER in there and Role.ACTIVIST not in there


def sees_sealed(application: Application, person: Person) -> bool:
    """May the person see answers about banks and passports? A helper only where the ТОС has allowed it."""
    return application.tos.helpers_see_sealed or not helps(person, application.tos_id)


def must_be_chair(this: Whole) -> bool:
    """Does the regulation leave the sending to the chair? On paper the paper itself is signed."""
    return this.regulation.submission.signer == "chair" and not this.application.is_on_paper


def may_sign(this: Whole, person: Person) -> bool:
    """May the person send it, signed as the regulation asks?"""
    tos, rule = this.application.tos, this.regulation.submission
    if helps(person, tos.id):
        return rule.lets("helper", helpers_submit=tos.helpers_submit)
    if not must_be_chair(this):
        return True
    return rule.lets("chair" if is_chair_of(person.id, tos.id) else "member")


def ensure_may_sign(this: Whole, person: Person) -> None:
    """Raises NotAllowed that says who sends this application."""
    if not may_sign(this, person):
        if not must_be_chair(this):
            words = N_("Эту заявку отправляет председатель или член ТОС. Сообщите, что заявка готова к подписанию")
            raise NotAllowed(Remark(words))
        words = N_("Эту заявку отправляет председатель ТОС. Сообщите ему, что заявка готова к подписанию")
        raise NotAllowed(Remark(words))


def report_ready(this: Whole, *, actor: Person, now: datetime) -> int:
    """The chairs of the ТОС have a letter that the application is ready to be signed: one for each state of it.

    How many letters were written. Raises RuleBroken when no chair is on the portal.
    """
    chairs = [one for one in chairs_of(this.application.tos_id) if one.active]
    if not chairs:
        words = N_("Председатель ещё не присоединён к ТОС на портале, сообщить некому")
        raise RuleBroken(Remark(words))
    application, digest = this.application, draft_digest(this)
    count = 0
    for chair in chairs:
        once = f"application.ready {application.id} {digest}"
        known = select(Letter.id).where(Letter.message_id == notifications.message_id_of(once, chair.email))
        if db.session.scalar(known) is not None:
            continue
        subject, body = letters.ready(this, chair, actor)
        notifications.post(
            "application.ready", to=chair.email, subject=subject, body=body, now=now, person_id=chair.id, once=once
        )
        count += 1
    if count:
        record("application.ready", application, actor=actor, now=now, after={"digest": digest, "letters": count})
    return count


# --- a code by e-mail ----------------------------------------------------------------------------------------------


def send_code(this: Whole, *, actor: Person, now: datetime) -> SigningCode:
    """A fresh code of six digits is on its way to the signer; it holds for what stands in the application now.

    The codes before it hold no more. Raises RuleBroken: asked for too often.
    """
    application = this.application
    lock(application)
    ensure_may_sign(this, actor)
    sent = db.session.scalars(
        select(SigningCode)
        .where(SigningCode.application_id == application.id, SigningCode.sent_at > now - WITHIN)
        .order_by(SigningCode.sent_at.desc())
    ).all()
    if sent and now < sent[0].sent_at + AGAIN_AFTER:
        words = N_("Код уже отправлен. Новый можно попросить через минуту: письмо иногда идёт не сразу")
        raise RuleBroken(Remark(words, place="code"))
    if len(sent) >= MOST_CODES:
        words = N_("За час отправлено кодов: %(count)s. Подождите и попросите код снова или подпишите другим способом")
        raise RuleBroken(Remark(words, {"count": len(sent)}, "code"))
    _end_codes(application, now)
    code = f"{secrets.randbelow(10**6):06}"
    digest = draft_digest(this)
    row = SigningCode(
        application_id=application.id,
        person_id=actor.id,
        digest=digest,
        code_hash=_code_hash(application, actor, digest, code),
        sent_at=now,
        expires_at=now + LIVES,
        tries=0,
    )
    db.session.add(row)
    db.session.flush()
    email = masked_email(actor.email)
    record("application.code_sent", application, actor=actor, now=now, after={"digest": digest, "email": email})
    subject, body = letters.signing_code(this, actor, code, digest, LIVES)
    # To the mailbox alone: on the portal it would prove nothing.
    notifications.post("application.code", to=actor.email, subject=subject, body=body, now=now)
    return row


def live_code(application: Application, person: Person, now: datetime) -> SigningCode | None:
    """The code that this person may type in now."""
    return db.session.scalars(
        select(SigningCode)
        .where(
            SigningCode.application_id == application.id,
            SigningCode.person_id == person.id,
            SigningCode.ended_at.is_(None),
            SigningCode.expires_at > now,
            SigningCode.tries < MOST_TRIES,
        )
        .order_by(SigningCode.id.desc())
        .limit(1)
    ).first()


def _check_code(this: Whole, typed: str, *, actor: Person, now: datetime) -> Proof:
    """The proof, and the code is used up. StateConflict: the draft has changed since; WrongCode: the try is counted."""
    application = this.application
    row = live_code(application, actor, now)
    if row is None:
        raise RuleBroken(Remark(N_("Код больше не действует. Получите новый"), place="code"))
    digest = draft_digest(this)
    if row.digest != digest:
        words = N_("После того как код был отправлен, заявку изменили. Проверьте её и получите новый код")
        raise StateConflict(Remark(words))
    code = code_from(typed)
    if not code:
        raise RuleBroken(Remark(N_("Введите код из письма: шесть цифр"), place="code"))
    if not hmac.compare_digest(row.code_hash, _code_hash(application, actor, digest, code)):
        row.tries += 1
        db.session.flush()
        record("application.code_wrong", application, actor=actor, now=now, after={"tries": row.tries})
        left = MOST_TRIES - row.tries
        if left:
            raise WrongCode(Remark(N_("Код не подошёл. Осталось попыток: %(left)s"), {"left": left}, "code"))
        raise WrongCode(Remark(N_("Код не подошёл, и попытки кончились. Получите новый код"), place="code"))
    _end_codes(application, now)
    return Proof("code", digest, masked_email(actor.email))


def _end_codes(application: Application, now: datetime) -> None:
    db.session.execute(
        update(SigningCode)
        .where(SigningCode.application_id == application.id, SigningCode.ended_at.is_(None))
        .values(ended_at=now)
    )


def _code_hash(application: Application, person: Person, digest: str, code: str) -> str:
    """A keyed hash: six digits alone would be found by trying; with the digest it is a code for this content only."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    text = f"signing-code|{application.key}|{person.fs_uniquifier}|{digest}|{code}"
    return hmac.digest(secret, text.encode(), "sha256").hex()


# --- a paper and what is brought back signed -------------------------------------------------------------------------


def paper_of(application: Application) -> Attachment | None:
    """The PDF that was made to be signed, if it is there."""
    return next((one for one in attachments_of(application.id) if one.slot == PAPER_SLOT), None)


def keep_paper(this: Whole, kept: KeptFile, *, digest: str, actor: Person, now: datetime) -> Attachment:
    """The PDF is the one to be signed; `digest` is what it says. Raises StateConflict when the draft is another."""
    lock(this.application)
    if digest != draft_digest(this):
        raise StateConflict(Remark(STALE_PAPER))
    paper = attach_kept(this.application, PAPER_SLOT, kept, actor=actor, now=now)
    paper.signs = digest
    db.session.flush()
    return paper


def attach_signed(this: Whole, way: str, kept: KeptFile, *, actor: Person, now: datetime) -> Attachment:
    """The scan or the signature lies beside the paper that was signed.

    Raises RuleBroken: no paper was made, the draft is another now, the signature is of another file.
    """
    application = this.application
    lock(application)
    paper = paper_of(application)
    if paper is None:
        raise RuleBroken(Remark(N_("Сначала сделайте заявку для подписи"), place=way))
    if paper.signs != draft_digest(this):
        raise RuleBroken(Remark(STALE_PAPER, place=way))
    if way == "sig":
        storage = current_storage()
        with storage.open(kept.stored.key) as signature, storage.open(paper.storage_key) as signed:
            if read_signature(signature).is_of(signed.read()) is False:
                words = N_("Эта подпись сделана под другим файлом. Подпишите тот PDF, который скачали здесь")
                raise RuleBroken(Remark(words, place=way))
    found = attach_kept(application, SLOT_OF[way], kept, actor=actor, now=now)
    found.signs = paper.signs
    db.session.flush()
    return found


def signed_file(this: Whole, way: str) -> Attachment | None:
    """The scan or the signature of what stands in the application now."""
    digest = draft_digest(this)
    return next((one for one in this.attachments if one.slot == SLOT_OF[way] and one.signs == digest), None)


def names_in(attachment: Attachment) -> tuple[str, ...]:
    """Whom the certificate of a kept signature names; nobody when it cannot be read."""
    try:
        with current_storage().open(attachment.storage_key) as stream:
            return read_signature(io.BytesIO(stream.read())).names
    except (RuleBroken, FileNotFoundError):
        return ()


# --- the signature of a submission ---------------------------------------------------------------------------------


def proof_of(this: Whole, signing: Signing | None, *, actor: Person, now: datetime) -> Proof | None:
    """What proves the signature; None where the regulation asks for none, and on paper.

    Raises RuleBroken: not signed in any of the ways of the regulation; otherwise as the way does.
    """
    ways = this.regulation.submission.ways
    if not ways or this.application.is_on_paper:
        return None
    if signing is None or signing.way not in ways:
        raise RuleBroken(Remark(N_("Подпишите заявку одним из способов, которые называет положение конкурса")))
    if signing.way == "code":
        return _check_code(this, signing.code, actor=actor, now=now)
    found = signed_file(this, signing.way)
    if found is None:
        words = {
            "scan": N_("Приложите скан подписанной заявки, такой, какая она сейчас"),
            "sig": N_("Приложите файл подписи под заявкой, такой, какая она сейчас"),
        }
        raise RuleBroken(Remark(words[signing.way], place=signing.way))
    names = "; ".join(names_in(found)) if signing.way == "sig" else ""
    return Proof(signing.way, draft_digest(this), attachment_id=found.id, names=names[:500])


def sign(submission: Submission, this: Whole, proof: Proof, *, actor: Person, now: datetime) -> Signature:
    """The signature stands beside the submission for good."""
    rule = this.regulation.submission
    is_simple = proof.way == "code"
    signature = Signature(
        submission_id=submission.id,
        way=proof.way,
        digest=proof.digest,
        person_id=actor.id,
        signed_at=now,
        email=proof.email,
        rule_name=rule.rule_name if is_simple else "",
        rule_sha256=hashlib.sha256(rule.rule.encode()).hexdigest() if is_simple else "",
        edition=this.application.regulation.number,
        attachment_id=proof.attachment_id,
        names=proof.names,
    )
    db.session.add(signature)
    db.session.flush()
    facts = {"way": proof.way, "digest": proof.digest, "submission": submission.number, "email": proof.email}
    record("application.signed", this.application, actor=actor, now=now, after=facts)
    return signature
