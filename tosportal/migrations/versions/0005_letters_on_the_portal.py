"""letters are read on the portal too: when a person has read a letter"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("read_at", tosportal.support.db.Moment(timezone=True), nullable=True))
    op.execute("UPDATE letter SET read_at = sent_at")  # what came by mail before this page was is not news
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_letter_unread", "letter", ["person_id"], sqlite_where=unread, postgresql_where=unread)
