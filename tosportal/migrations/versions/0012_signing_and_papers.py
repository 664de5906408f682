"""signing of applications, applications on paper, helpers of a ТОС"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "signing_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_signing_code_application_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signing_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_code")),
    )
    op.create_index("ix_signing_code_application", "signing_code", ["application_id", "sent_at"], unique=False)
    op.create_index("ix_signing_code_person_id", "signing_code", ["person_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("rule_name", sa.String(length=300), nullable=False),
        sa.Column("rule_sha256", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("names", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_signature_attachment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signature_person_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_signature_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_signature_submission_id")),
    )
    op.create_index("ix_signature_attachment_id", "signature", ["attachment_id"], unique=False)
    op.create_index("ix_signature_person_id", "signature", ["person_id"], unique=False)
    op.add_column("attachment", sa.Column("signs", sa.String(length=64), nullable=True))
    op.add_column("application", sa.Column("paper_at", tosportal.support.db.Moment(timezone=True), nullable=True))
    name, check = op.f("ck_application_on_paper"), "(paper_at IS NULL) = (paper_number IS NULL)"
    if op.get_bind().dialect.name == "sqlite":  # a table that others point at is not made anew: the check comes along
        op.execute(f"ALTER TABLE application ADD COLUMN paper_number VARCHAR(60) CONSTRAINT {name} CHECK ({check})")
    else:
        op.add_column("application", sa.Column("paper_number", sa.String(length=60), nullable=True))
        op.create_check_constraint(name, "application", check)
    signatures_are_never_changed()


def signatures_are_never_changed() -> None:
    """The database itself refuses to change or remove a signature, as it does a submission."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER signature_no_{act.lower()} BEFORE {act} ON signature "
                "BEGIN SELECT RAISE(ABORT, 'signature is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION signature_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'signature is append-only'; END $$"
    )
    for act, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER signature_no_{each.lower()}_change BEFORE {act} ON signature "
            f"FOR EACH {each} EXECUTE FUNCTION signature_is_append_only()"
        )
