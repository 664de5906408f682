"""what coincides between applications, and when a contest was compared"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "application_likeness",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("whole_shared", sa.Integer(), nullable=False),
        sa.Column("whole_words", sa.Integer(), nullable=False),
        sa.Column("permille", sa.Integer(), nullable=False),
        sa.CheckConstraint("application_id <> other_id", name=op.f("ck_application_likeness_of_two")),
        sa.CheckConstraint("shared BETWEEN 0 AND words", name=op.f("ck_application_likeness_section")),
        sa.CheckConstraint("whole_shared BETWEEN 0 AND whole_words", name=op.f("ck_application_likeness_whole")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_likeness_application_id")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["application.id"], name=op.f("fk_application_likeness_other_id")),
        sa.PrimaryKeyConstraint("application_id", "other_id", name=op.f("pk_application_likeness")),
    )
    op.create_index("ix_application_likeness_other", "application_likeness", ["other_id"], unique=False)
    op.create_table(
        "contest_comparison",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("through_id", sa.Integer(), nullable=False),
        sa.Column("compared_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_contest_comparison_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_contest_comparison")),
    )
