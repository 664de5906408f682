"""requests to change one's own address"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0020"
down_revision = "0019"

LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    moment = tosportal.support.db.Moment(timezone=True)
    op.create_table(
        "email_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_email_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_email_change_key_hash")),
    )
    op.create_index(
        "uq_email_change_live", "email_change", ["person_id"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
