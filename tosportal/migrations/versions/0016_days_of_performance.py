"""the day on which a marked activity was performed"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("activity_mark") as batch_op:
        batch_op.add_column(sa.Column("performed_on", sa.Date(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_activity_mark_day_of_done"), "performed_on IS NULL OR verdict = 'done'"
        )
