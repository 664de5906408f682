"""consents: one table for all purposes with the very words, versions of the words, and the log of who looked"""

import sqlalchemy as sa
from alembic import op

import tosportal.support.db

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_consent_text_made_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_consent_text_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint(
            "municipality_id", "purpose", "number", name=op.f("uq_consent_text_municipality_id_purpose_number")
        ),
    )
    op.create_table(
        "personal_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", tosportal.support.db.Moment(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("tos_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_personal_look_actor_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_personal_look_municipality_id")
        ),
        sa.ForeignKeyConstraint(["tos_id"], ["tos.id"], name=op.f("fk_personal_look_tos_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_look")),
    )
    op.create_index(op.f("ix_personal_look_actor_id"), "personal_look", ["actor_id"], unique=False)
    op.create_index(op.f("ix_personal_look_at"), "personal_look", ["at"], unique=False)
    op.create_index(op.f("ix_personal_look_municipality_id"), "personal_look", ["municipality_id"], unique=False)
    op.create_index("ix_personal_look_subject", "personal_look", ["subject_kind", "subject_id"], unique=False)
    op.create_index(op.f("ix_personal_look_tos_id"), "personal_look", ["tos_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("tos_id", sa.Integer(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", tosportal.support.db.Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("storage_key", sa.String(length=120), nullable=True),
        sa.Column("scan_name", sa.String(length=120), nullable=False),
        sa.Column("scan_type", sa.String(length=120), nullable=False),
        sa.Column("scan_size", sa.Integer(), nullable=False),
        sa.Column("scan_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(purpose = 'distribution') = (item <> '')", name=op.f("ck_consent_item")),
        sa.CheckConstraint("how <> 'portal' OR person_id IS NOT NULL", name=op.f("ck_consent_with_account")),
        sa.CheckConstraint("how = 'before' OR said <> ''", name=op.f("ck_consent_with_words")),
        sa.CheckConstraint("how IN ('portal', 'paper', 'before')", name=op.f("ck_consent_how")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_consent_application_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_consent_municipality_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_consent_recorded_by_id")),
        sa.ForeignKeyConstraint(["text_id"], ["consent_text.id"], name=op.f("fk_consent_text_id")),
        sa.ForeignKeyConstraint(["tos_id"], ["tos.id"], name=op.f("fk_consent_tos_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["person.id"], name=op.f("fk_consent_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_consent_storage_key")),
    )
    op.create_index(op.f("ix_consent_application_id"), "consent", ["application_id"], unique=False)
    op.create_index(op.f("ix_consent_municipality_id"), "consent", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_consent_person_id"), "consent", ["person_id"], unique=False)
    op.create_index("ix_consent_shown", "consent", ["tos_id", "item"], unique=False)
    # What was recorded before had no words of its own: it says so, and goes on holding until its day.
    op.execute(
        "INSERT INTO consent (municipality_id, purpose, item, person_id, tos_id, application_id, subject_name, text_id,"
        " said, digest, how, given_on, recorded_at, recorded_by_id, until_on, withdrawn_at, withdrawn_by_id,"
        " storage_key, scan_name, scan_type, scan_size, scan_sha256)"
        " SELECT tos.municipality_id, 'distribution', old.what, NULL, old.tos_id, NULL, '', NULL, '', '', 'before',"
        " old.given_on, NULL, old.recorded_by_id, old.until_on, old.withdrawn_at, NULL, NULL, '', '', 0, ''"
        " FROM publication_consent AS old JOIN tos ON tos.id = old.tos_id ORDER BY old.id"
    )
    op.drop_index(op.f("ix_publication_consent_tos_id"), table_name="publication_consent")
    op.drop_table("publication_consent")
