"""questions on contests and their answers, own texts of letters"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("due_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer_number", sa.Integer(), nullable=False),
        sa.Column("declined_at", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.Column("declined_by_id", sa.Integer(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_question_text")),
        sa.CheckConstraint("answer_number >= 0", name=op.f("ck_question_answer_number")),
        sa.CheckConstraint("declined_at IS NULL OR answer_number = 0", name=op.f("ck_question_declined_or_answered")),
        sa.CheckConstraint(
            "declined_at IS NULL OR decline_reason <> ''", name=op.f("ck_question_declined_with_reason")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_question_contest_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_question_asked_by_id")),
        sa.ForeignKeyConstraint(["declined_by_id"], ["person.id"], name=op.f("fk_question_declined_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_question_contest_id_number")),
        sa.UniqueConstraint("form_key", name=op.f("uq_question_form_key")),
    )
    op.create_index("ix_question_waiting", "question", ["contest_id", "answer_number", "due_at"])
    op.create_index("ix_question_asked_by_id", "question", ["asked_by_id"])
    op.create_table(
        "question_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("wording <> ''", name=op.f("ck_question_answer_wording")),
        sa.CheckConstraint("answer <> ''", name=op.f("ck_question_answer_answer")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_answer_question_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_question_answer_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answer")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_answer_question_id_number")),
    )
    op.create_table(
        "letter_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(subject = '') = (body = '')", name=op.f("ck_letter_text_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_text")),
        sa.UniqueConstraint(
            "municipality_id",
            "contest_id",
            "kind",
            "locale",
            "number",
            name=op.f("uq_letter_text_municipality_id_contest_id_kind_locale_number"),
        ),
    )
