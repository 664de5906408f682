"""bank and passport data of answers lie encrypted; a frozen copy may lose its personal data when its term is over"""

import json

import sqlalchemy as sa
from alembic import op

import tosportal.support.db
from tosportal.support.sealing import KEY_FACT, as_secret, sealed_text, sealed_value, sealer, secrets_in

revision = "0011"
down_revision = "0010"

ALWAYS_SEALED = {"bik", "account"}
KEPT = ("id", "application_id", "number", "digest", "submitted_at")


def upgrade() -> None:
    op.add_column("submission", sa.Column("erased_at", tosportal.support.db.Moment(timezone=True), nullable=True))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER submission_no_update")
    else:
        op.execute("ALTER TABLE submission DISABLE TRIGGER USER")
    if seal_what_is_there():
        number = sealer().ids[0]
        facts = sa.table("installation_fact", sa.column("name"), sa.column("value"))
        op.execute(facts.insert().values(name=KEY_FACT + number, value="sealing"))
    # Append-only, but for one change: the personal data of a copy go when their term is over, and it says when.
    if is_sqlite:
        kept = " AND ".join(f"NEW.{name} = OLD.{name}" for name in KEPT)
        op.execute(
            "CREATE TRIGGER submission_no_update BEFORE UPDATE ON submission "
            f"WHEN NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND {kept}) "
            "BEGIN SELECT RAISE(ABORT, 'submission is append-only'); END"
        )
    else:
        new, old = (", ".join(f"{row}.{name}" for name in KEPT) for row in ("NEW", "OLD"))
        op.execute(
            "CREATE OR REPLACE FUNCTION submission_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'UPDATE' THEN IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL "
            f"AND ({new}) = ({old}) THEN RETURN NEW; END IF; END IF; "
            "RAISE EXCEPTION 'submission is append-only'; END $$"
        )
        op.execute("ALTER TABLE submission ENABLE TRIGGER USER")


def seal_what_is_there() -> bool:
    """Answers to questions about banks, in drafts and in frozen copies; was there any?"""
    bind = op.get_bind()
    editions = sa.table("regulation_edition", sa.column("id"), sa.column("definition", sa.JSON))
    applications = sa.table("application", sa.column("id"), sa.column("regulation_id"))
    sections = sa.table(
        "application_section", sa.column("application_id"), sa.column("code"), sa.column("answers", sa.JSON)
    )
    copies = sa.table("submission", sa.column("id"), sa.column("application_id"), sa.column("content"))
    found = False
    for edition in bind.execute(sa.select(editions)).all():
        asked = sealed_fields(edition.definition)
        if not asked:
            continue
        own = sa.select(applications.c.id).where(applications.c.regulation_id == edition.id)
        for row in bind.execute(sa.select(sections).where(sections.c.application_id.in_(own))).all():
            answers = with_secrets(row.answers, asked.get(row.code, set()))
            if list(secrets_in(answers)):
                found = True
                this = (sections.c.application_id == row.application_id) & (sections.c.code == row.code)
                bind.execute(sections.update().where(this).values(answers=sealed_value(answers)))
        for row in bind.execute(sa.select(copies).where(copies.c.application_id.in_(own))).all():
            content = json.loads(row.content)
            hidden = {
                secret
                for section in content.get("sections", [])
                for secret in secrets_in(with_secrets(section.get("answers"), asked.get(section.get("code"), set())))
            }
            if hidden:
                found = True
                sealed = sealed_text(row.content, map(str, hidden))
                bind.execute(copies.update().where(copies.c.id == row.id).values(content=sealed))
    return found


def sealed_fields(definition: object) -> dict[str, set[str]]:
    """Codes of questions about banks by section, of a regulation as it is stored."""
    form = definition.get("form") if isinstance(definition, dict) else None
    return {
        section["code"]: codes
        for section in (form or {}).get("sections", [])
        if (
            codes := {
                one["code"]
                for one in section.get("fields", [])
                if one.get("kind") in ALWAYS_SEALED or (one.get("kind") == "inn" and one.get("personal"))
            }
        )
    }


def with_secrets(answers: object, codes: set[str]) -> object:
    if not isinstance(answers, dict):
        return answers
    return {code: as_secret(answer) if code in codes else answer for code, answer in answers.items()}
