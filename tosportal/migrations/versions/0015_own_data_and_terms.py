"""own data: archives, accounts on their way out; terms of keeping and what was done by them"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_index(op.f("ix_retention_run_at"), "retention_run", ["at"], unique=False)
    op.create_table(
        "account_leaving",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("due_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("cancelled_at", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.Column("done_at", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_leaving_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_leaving")),
    )
    op.create_index(op.f("ix_account_leaving_due_at"), "account_leaving", ["due_at"], unique=False)
    op.create_index(
        "uq_account_leaving_open",
        "account_leaving",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("cancelled_at IS NULL AND done_at IS NULL"),
        postgresql_where=sa.text("cancelled_at IS NULL AND done_at IS NULL"),
    )
    op.create_table(
        "data_archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("made_at", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.Column("expires_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_data_archive_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_archive")),
        sa.UniqueConstraint("key", name=op.f("uq_data_archive_key")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_data_archive_storage_key")),
    )
    op.create_index(op.f("ix_data_archive_person_id"), "data_archive", ["person_id"], unique=False)
    op.create_table(
        "retention_term",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("changed_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_retention_term_changed_by_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_retention_term")),
    )
