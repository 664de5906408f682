"""who signed a paper application, why it is corrected; one entry of a paper in a contest"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column(
        "application", sa.Column("paper_signer", sa.String(length=200), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "application", sa.Column("paper_reason", sa.String(length=500), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("application", sa.Column("paper_fix_at", tosportal.support.db.Moment(timezone=True), nullable=True))
    taken = sa.text("paper_number IS NOT NULL AND state <> 'withdrawn'")
    op.create_index(
        "ix_application_paper",
        "application",
        ["contest_id", "paper_number"],
        unique=True,
        sqlite_where=taken,
        postgresql_where=taken,
    )
