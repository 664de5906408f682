"""reports by the district: its own template, reasons of deviation in money"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "report_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=False),
        sa.Column("uploaded_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("used_from", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.Column("used_until", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_report_template_municipality_id")
        ),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["person.id"], name=op.f("fk_report_template_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
        sa.UniqueConstraint("municipality_id", "number", name=op.f("uq_report_template_municipality_id_number")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_report_template_storage_key")),
    )
    in_force = sa.text("used_from IS NOT NULL AND used_until IS NULL")
    op.create_index(
        "ix_report_template_in_force",
        "report_template",
        ["municipality_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_table(
        "spending_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("written_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_spending_reason_activity_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_spending_reason_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending_reason")),
    )
    op.create_index("ix_spending_reason_year", "spending_reason", ["activity_id", "year"], unique=False)
