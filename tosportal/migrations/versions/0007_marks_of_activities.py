"""marks of activities: whether each was performed in a year, by what document"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "activity_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("written_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("verdict IN ('', 'done', 'not_done')", name=op.f("ck_activity_mark_verdict")),
        sa.CheckConstraint("basis <> ''", name=op.f("ck_activity_mark_with_basis")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_mark_activity_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_activity_mark_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_mark")),
    )
    op.create_index("ix_activity_mark_year", "activity_mark", ["activity_id", "year"], unique=False)
