"""Applications, their sections, files and submissions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.registry.models import Tos
from tosportal.support.db import Base, Moment, Roubles
from tosportal.support.sealing import SealedJSON, SealedText

TAKEN = text("paper_number IS NOT NULL AND state <> 'withdrawn'")
ONE_ENTRY: dict[str, Any] = {"sqlite_where": TAKEN, "postgresql_where": TAKEN}  # of a paper in a contest


class Application(Base):
    """An application of a ТОС to a contest, on the edition of the regulation it was filled in on.

    `key` stands in addresses (it cannot be guessed); `number` is the registration number given by the first submission;
    `submitted_at` is the moment of the submission that counts, to which ties go down: the first, or the last before the
    deadline where the regulation says so. `title`, the nomination and the sums are copied from the answers when a
    section is saved, for lists and ranking. `paper_at` and `paper_number`: when an application on paper arrived and its
    entry in the register of papers; such a one was typed in by the secretary. `paper_signer` signed it; while a sealed
    one is being corrected, `paper_reason` says why, and `paper_fix_at` when a correction asked for came on paper.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        Index("ix_application_list", "contest_id", "state", "number"),
        CheckConstraint("state = 'draft' OR state = 'withdrawn' OR submitted_at IS NOT NULL", name="submitted"),
        CheckConstraint("state <> 'returned' OR fix_until_at IS NOT NULL", name="returned"),
        CheckConstraint("(paper_at IS NULL) = (paper_number IS NULL)", name="on_paper"),
        Index("ix_application_paper", "contest_id", "paper_number", unique=True, **ONE_ENTRY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    form_key: Mapped[str | None] = mapped_column(
        String(64), unique=True
    )  # a repeated send of one form copy is one application
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation_edition.id"))
    tos_id: Mapped[int] = mapped_column(ForeignKey("tos.id"), index=True)
    nomination: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(300), default="")
    requested_sum: Mapped[Decimal] = mapped_column(Roubles, default=Decimal("0.00"))
    total_sum: Mapped[Decimal] = mapped_column(Roubles, default=Decimal("0.00"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    fix_until_at: Mapped[datetime | None] = mapped_column(Moment)
    fix_until_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    paper_at: Mapped[datetime | None] = mapped_column(Moment)
    paper_number: Mapped[str | None] = mapped_column(String(60))
    paper_signer: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    paper_reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    paper_fix_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    contest: Mapped[Contest] = relationship(lazy="raise")
    regulation: Mapped[RegulationEdition] = relationship(lazy="raise")
    tos: Mapped[Tos] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_on_paper(self) -> bool:
        return self.paper_at is not None


class ApplicationSection(Base):
    """The answers of one section, exactly as typed; its version refuses a stale save from another tab."""

    __tablename__ = "application_section"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Attachment(Base):
    """A file in a typed slot. `name` is for people and never a path; `storage_key` is where the bytes lie.

    A file that was taken out (`removed_at`, `removed_by_id`) stays; one that was `replaced` is shown as an earlier
    version. `preview_key` is a small picture made anew. `verdict` of the virus check: "" when none is set up, waiting,
    clean, infected. `signs`: of a paper made for signing and of a signature, the SHA-256 of the content it is about.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index(
            "ix_attachment_waiting",
            "id",
            sqlite_where=text("verdict = 'waiting'"),
            postgresql_where=text("verdict = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    slot: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaced: Mapped[bool] = mapped_column(default=False)
    preview_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    preview_size: Mapped[int | None]
    verdict: Mapped[str] = mapped_column(String(12), default="")
    virus: Mapped[str] = mapped_column(String(120), default="")
    signs: Mapped[str | None] = mapped_column(String(64))


class Upload(Base):
    """A file on its way in pieces: what was announced, by whom, and until when the pieces are kept.

    `sha256` and `size` are those of the whole file, so the same file chosen again goes on where it stopped.
    """

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("application_id", "slot", "person_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    slot: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class UploadPart(Base):
    """One piece that has come: `place` is its first byte in the file."""

    __tablename__ = "upload_part"
    __table_args__ = (UniqueConstraint("upload_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    place: Mapped[int]
    size: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)


class Submission(Base):
    """A frozen copy of what was submitted: canonical JSON text and its SHA-256. Corrections add the next number.

    `erased_at`: its personal data went when their term was over; the digest is that of what was submitted."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(SealedText)
    digest: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    erased_at: Mapped[datetime | None] = mapped_column(Moment)


class SigningCode(Base):
    """A one-time code sent to a signer's e-mail, kept as a keyed hash and bound to the digest of what is signed.

    It ends when it was used, when another one was sent, or when the draft changed.
    """

    __tablename__ = "signing_code"
    __table_args__ = (Index("ix_signing_code_application", "application_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Signature(Base):
    """How one submission was signed: the way, by whom, when, which digest, under which rule. Never changed.

    `email`: the address of the code, masked; `rule_sha256`: of the text of the rule that was shown; `attachment_id`:
    the scan or the file of the signature; `names`: whom the certificate names, as far as it can be read.
    """

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    way: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    signed_at: Mapped[datetime] = mapped_column(Moment)
    email: Mapped[str] = mapped_column(String(255), default="")
    rule_name: Mapped[str] = mapped_column(String(300), default="")
    rule_sha256: Mapped[str] = mapped_column(String(64), default="")
    edition: Mapped[int]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"), index=True)
    names: Mapped[str] = mapped_column(String(500), default="")
