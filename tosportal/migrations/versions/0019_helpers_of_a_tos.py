"""helpers of a ТОС by the chair's invitation"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0019"
down_revision = "0018"

WAITING = sa.text("accepted_at IS NULL AND cancelled_at IS NULL")


def upgrade() -> None:
    moment = tosportal.support.db.Moment(timezone=True)
    for name in ("helpers_submit", "helpers_see_sealed"):
        op.add_column("tos", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "helper_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tos_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_at", moment, nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("accepted_at", moment, nullable=True),
        sa.Column("cancelled_at", moment, nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("accepted_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_helper_invitation_one_end")),
        sa.CheckConstraint("(accepted_at IS NULL) = (link_id IS NULL)", name=op.f("ck_helper_invitation_brought")),
        sa.ForeignKeyConstraint(["tos_id"], ["tos.id"], name=op.f("fk_helper_invitation_tos_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"], name=op.f("fk_helper_invitation_invited_by_id")),
        sa.ForeignKeyConstraint(["link_id"], ["tos_link.id"], name=op.f("fk_helper_invitation_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper_invitation")),
        sa.UniqueConstraint("form_key", name=op.f("uq_helper_invitation_form_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_helper_invitation_key_hash")),
    )
    op.create_index("ix_helper_invitation_tos_id", "helper_invitation", ["tos_id"], unique=False)
    op.create_index(
        "uq_helper_invitation_waiting",
        "helper_invitation",
        ["tos_id", "email"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
