"""The migrations make exactly the tables of the models, on both engines, and stand on a database with data."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import Config, upgrade
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW
from tests.make import make_application, make_contest, make_municipality, make_person, make_tos
from tosportal.assembly import MIGRATIONS
from tosportal.features.applications.models import Application, Submission
from tosportal.features.registry.models import Tos
from tosportal.support import audit
from tosportal.support.db import Base, db

APPEND_ONLY = ("journal_entry", "submission")


def difference() -> list:
    """What the models have and the database has not, or the other way round; types compared too."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "target_metadata": Base.metadata},
        )
        return compare_metadata(context, Base.metadata)


def test_the_tables_are_those_of_the_models(app):
    assert difference() == []


def test_the_comparison_sees_what_is_missing(app):
    """Otherwise the test above would prove nothing."""
    db.session.execute(text("DROP INDEX ix_role_grant_scope"))
    db.session.execute(text("ALTER TABLE tos ADD COLUMN colour VARCHAR(10)"))
    db.session.commit()
    assert {step[0] for step in difference()} == {"add_index", "remove_column"}


def test_the_database_itself_has_the_checks_and_unique_keys(app):
    """Alembic does not compare check constraints: they are compared here by name."""
    look = inspect(db.engine)
    for table in Base.metadata.tables.values():
        wanted = {str(item.name) for item in table.constraints if item.__visit_name__ == "check_constraint"}
        found = {item["name"] for item in look.get_check_constraints(table.name)}
        assert wanted <= found, f"{table.name}: {wanted - found}"
        for key in table.foreign_keys:
            assert any(key.parent.name in item["constrained_columns"] for item in look.get_foreign_keys(table.name))


def rows() -> dict[str, int]:
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) for name, table in Base.metadata.tables.items()
    }


def test_an_upgrade_keeps_the_data(app):
    municipality = make_municipality()
    application = make_application(make_contest(municipality), make_tos(municipality))
    audit.record("thing.done", application, actor=None, now=NOW, after={"sum": application.requested_sum})
    db.session.commit()
    before = rows()
    assert sum(before.values()) > 10
    db.session.remove()
    upgrade()
    assert rows() == before
    assert str(db.session.scalars(select(Application.requested_sum)).one()) == "72000.00"
    assert db.session.scalar(select(func.count()).select_from(Tos)) == 1
    assert audit.verify() == (1, None)


def test_migrations_are_one_numbered_line():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    names = [revision.revision for revision in script.walk_revisions()][::-1]
    assert names == [f"{number:04}" for number in range(1, len(names) + 1)]
    for revision in script.walk_revisions():
        assert revision.doc, f"{revision.revision} says nothing"


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_database_refuses_to_change_what_is_append_only(app, engine, table, act):
    if act == "TRUNCATE" and engine == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    municipality = make_municipality()
    application = make_application(make_contest(municipality), make_tos(municipality))
    audit.record("thing.done", application, actor=make_person(), now=NOW)
    db.session.add(Submission(application_id=application.id, number=1, content="{}", digest="0" * 64, submitted_at=NOW))
    db.session.commit()
    assert rows()[table] == 1
    statement = {
        "UPDATE": f"UPDATE {table} SET id = id + 1",  # noqa: S608
        "DELETE": f"DELETE FROM {table}",  # noqa: S608
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[act]
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()
    assert rows()[table] == 1
