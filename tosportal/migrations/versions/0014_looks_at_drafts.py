"""requests to look at a draft before it is sent"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0014"
down_revision = "0013"

STANDS = sa.text("answered_at IS NULL AND taken_back_at IS NULL")


def upgrade() -> None:
    moment = tosportal.support.db.Moment(timezone=True)
    op.create_table(
        "readiness_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_back_at", moment, nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer = '')", name=op.f("ck_readiness_request_answered_with_words")
        ),
        sa.CheckConstraint("answered_at IS NULL OR taken_back_at IS NULL", name=op.f("ck_readiness_request_one_end")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_readiness_request_application_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_readiness_request_asked_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_readiness_request_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_request")),
    )
    op.create_index("ix_readiness_request_application_id", "readiness_request", ["application_id"], unique=False)
    op.create_index(
        "uq_readiness_request_standing",
        "readiness_request",
        ["application_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
