"""КПП and the legal address of a ТОС, for filling applications in"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    for name, length in (("kpp", 9), ("legal_address", 500)):
        op.add_column("tos", sa.Column(name, sa.String(length=length), server_default=sa.text("''"), nullable=False))
