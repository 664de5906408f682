"""files of applications: pieces, earlier versions, previews, the verdict of the virus check"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_upload_application_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("key", name=op.f("uq_upload_key")),
        sa.UniqueConstraint(
            "application_id", "slot", "person_id", "sha256", name=op.f("uq_upload_application_id_slot_person_id_sha256")
        ),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"], unique=False)
    op.create_index("ix_upload_person_id", "upload", ["person_id"], unique=False)
    op.create_table(
        "upload_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_part_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_part")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_upload_part_storage_key")),
        sa.UniqueConstraint("upload_id", "place", name=op.f("uq_upload_part_upload_id_place")),
    )
    with op.batch_alter_table("attachment") as table:
        table.add_column(sa.Column("removed_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("replaced", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("preview_key", sa.String(length=120), nullable=True))
        table.add_column(sa.Column("preview_size", sa.Integer(), nullable=True))
        table.add_column(sa.Column("verdict", sa.String(length=12), nullable=False, server_default=""))
        table.add_column(sa.Column("virus", sa.String(length=120), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_attachment_removed_by_id"), "person", ["removed_by_id"], ["id"])
        table.create_unique_constraint(op.f("uq_attachment_preview_key"), ["preview_key"])
    with op.batch_alter_table("attachment") as table:
        table.alter_column("replaced", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        table.alter_column("verdict", existing_type=sa.String(length=12), existing_nullable=False, server_default=None)
        table.alter_column("virus", existing_type=sa.String(length=120), existing_nullable=False, server_default=None)
    waiting = sa.text("verdict = 'waiting'")
    op.create_index(
        "ix_attachment_waiting", "attachment", ["id"], unique=False, sqlite_where=waiting, postgresql_where=waiting
    )
