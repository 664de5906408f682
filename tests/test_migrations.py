"""The migrations make exactly the tables of the models, on both engines, and stand on a database with data."""

import json
import uuid
from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Config, upgrade
from sqlalchemy import MetaData, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW, close, make_app
from tests.make import make_activity, make_application, make_contest, make_municipality, make_person, make_tos
from tests.postgres import POSTGRES
from tosportal.assembly import MIGRATIONS
from tosportal.domain.programme_document import read_programme
from tosportal.features.accounts.consents import shown_items
from tosportal.features.accounts.models import Consent
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Submission
from tosportal.features.contests.models import Contest
from tosportal.features.indicators.models import ActivityMark, IndicatorFact
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import Indicator, ProgrammeEdition
from tosportal.features.registry.models import Tos
from tosportal.support import audit
from tosportal.support.db import Base, db
from tosportal.support.sealing import missing_keys

APPEND_ONLY = ("journal_entry", "submission", "ledger_entry")


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


OLD = "0001"
FILLING = {"INTEGER": 0, "BIGINT": 0, "BOOLEAN": False}


@pytest.fixture
def old_database(engine, tmp_path) -> Iterator[Flask]:
    """A database of the first migration, with nothing in it."""
    name = f"tos_old_{uuid.uuid4().hex[:8]}"
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if engine == "postgres":
        url = POSTGRES.rsplit("/", 1)[0] + f"/{name}"
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
    app = make_app(tmp_path, url)
    with app.app_context():
        upgrade(revision=OLD)
        yield app
    close(app)
    if engine == "postgres":
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class OldRows:
    """Puts rows into tables as they were then: what is not given and must be there is filled with nothing much."""

    def __init__(self) -> None:
        self.tables = MetaData()
        self.tables.reflect(db.engine)

    def put(self, into: str, /, **values: object) -> int:
        table = self.tables.tables[into]
        for column in table.columns:
            if column.name not in values and not column.nullable and not (column.primary_key and column.name == "id"):
                kind = str(column.type).partition("(")[0]
                filling = FILLING.get(kind, "")
                values[column.name] = NOW if kind in {"DATETIME", "TIMESTAMP"} else {} if kind == "JSON" else filling
        with db.engine.begin() as connection:
            return connection.execute(table.insert().values(**values)).inserted_primary_key[0]


def test_a_programme_of_before_gets_its_edition_and_published_awards_stand_in_the_ledger(old_database):
    old = OldRows()
    place = old.put("municipality", code="ord", name="Район", zone="Asia/Novosibirsk")
    programme = old.put(
        "programme", municipality_id=place, slug="tos", name="Программа", goal="Цель", year_from=2025, year_to=2026,
        act_number="7-п", passport={"name": "Программа", "term": {"from": 2025, "to": 2026}},
    )  # fmt: skip
    task = old.put("programme_task", programme_id=programme, code="t1", number=1, name="Задача")
    indicator = old.put(
        "indicator", programme_id=programme, task_id=task, code="i1", number="1.1", name="Сколько", unit="unit",
        direction="growth", measure="supported_tos",
    )  # fmt: skip
    old.put("indicator_target", indicator_id=indicator, year=2026, value="8")
    old.put("indicator_fact", indicator_id=indicator, year=2025, value="7", source_document="Отчёт")
    activity = old.put(
        "activity", programme_id=programme, task_id=task, code="a1", name="Конкурс", executors="Управление",
        quantity_unit="ед.",
    )  # fmt: skip
    old.put("activity_year", activity_id=activity, year=2026, quantity="1", unit_cost=72148676)
    for source, kopecks in (("regional", 70850000), ("local", 1298676)):
        old.put("activity_funding", activity_id=activity, year=2026, source=source, planned_sum=kopecks)
    contest = old.put(
        "contest", municipality_id=place, activity_id=activity, slug="c", name="Конкурс", kind="grant", year=2026,
        edition=1, next_number=2, announced_at=NOW, approved_at=NOW, published_at=NOW,
    )  # fmt: skip
    people = [old.put("person", email=f"{n}@example.org", full_name="Имя", fs_uniquifier=str(n)) for n in (1, 2)]
    settlement = old.put("settlement", municipality_id=place, name="Село")
    tos = old.put("tos", settlement_id=settlement, municipality_id=place, code="t", name="ТОС")
    edition = old.put("regulation_edition", contest_id=contest, number=1)
    application = old.put(
        "application", contest_id=contest, tos_id=tos, key="k", number=1, state="admitted", nomination="n",
        regulation_id=edition, submitted_at=NOW, created_by_id=people[0],
        version=1,
    )  # fmt: skip
    decision = old.put(
        "decision", contest_id=contest, number=1, prepared_by_id=people[0], approved_by_id=people[1], approved_at=NOW,
        published_at=NOW, version=1,
    )  # fmt: skip
    ranked = old.put(
        "ranked_application", decision_id=decision, application_id=application, total="9", outcome="winner",
        awarded_sum=10000001,
    )  # fmt: skip
    for source, kopecks in (("regional", 9820001), ("local", 180000)):
        old.put("award_share", ranked_id=ranked, source=source, share_sum=kopecks)
    upgrade()
    assert difference() == []
    made = db.session.scalars(select(ProgrammeEdition)).one()
    plan = read_programme(made.document)
    assert (made.number, made.act_number, plan.slug, plan.goal) == (1, "7-п", "tos", "Цель")
    assert plan.indicators[0].targets == {2026: Decimal(8)}
    assert plan.indicators[0].measure == "supported_tos"
    assert plan.activities[0].funding == {
        (2026, "local"): Decimal("12986.76"),
        (2026, "regional"): Decimal("708500.00"),
    }
    assert plan.activities[0].executors == "Управление"
    assert db.session.scalar(select(Contest.programme_edition)) == 1
    fact = db.session.scalars(select(IndicatorFact)).one()
    assert (fact.value, fact.quarter, fact.origin, fact.lineage) == (Decimal(7), 0, "person", None)
    entries = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.source)).all()
    assert [(one.source, one.kind, one.entry_sum, one.origin_id) for one in entries] == [
        ("local", "award", Decimal("1800.00"), decision),
        ("regional", "award", Decimal("98200.01"), decision),
    ]


def test_the_ledger_and_the_plan_keep_their_rows_when_more_sources_are_let_in(old_database):
    """Revision 0003 makes both tables anew on SQLite: rows, indexes, keys, triggers are as they were."""
    upgrade(revision="0002")
    old = OldRows()
    place = old.put("municipality", code="ord", name="Район", zone="Asia/Novosibirsk")
    printed = {"i1": " случаев  на дорогах ", "i2": None, "gone": "км"}
    document = {"indicators": [{"id": code, "unit_printed": words} for code, words in printed.items()]}
    programme = old.put(
        "programme", municipality_id=place, slug="tos", name="Программа", goal="Цель", year_from=2025, year_to=2026,
        passport={}, edition=2,
    )  # fmt: skip
    for number, said in ((1, {"indicators": [{"id": "i1", "unit_printed": "ед."}]}), (2, document)):
        old.put("programme_edition", programme_id=programme, number=number, document=said)
    task = old.put("programme_task", programme_id=programme, code="t1", number=1, name="Задача")
    for code in ("i1", "i2", "i3"):
        old.put("indicator", programme_id=programme, task_id=task, code=code, number=code, name="Сколько", unit="unit")
    activity = old.put("activity", programme_id=programme, task_id=task, code="a1", name="Конкурс")
    for source, planned in (("regional", 70850000), ("local", 1298676), ("extrabudget", 0)):
        old.put("activity_funding", activity_id=activity, year=2026, source=source, planned_sum=planned)
    entry = {
        "activity_id": activity,
        "year": 2026,
        "source": "local",
        "kind": "cash",
        "origin": "person",
        "dated_on": NOW.date(),
    }
    first = old.put("ledger_entry", **entry, entry_sum=5001, document="п/п № 1", level="98.2")
    old.put("ledger_entry", **entry, entry_sum=-5001, note="ошибка", takes_back_id=first)
    tables = ("activity_funding", "ledger_entry")
    kept, around = rows_in_order(tables), indexes_and_keys(tables)
    upgrade(revision="0003")
    assert (rows_in_order(tables), indexes_and_keys(tables)) == (kept, around)
    upgrade()
    assert difference() == []
    units = db.session.execute(select(Indicator.code, Indicator.unit_printed).order_by(Indicator.code)).all()
    assert [tuple(one) for one in units] == [("i1", "случаев на дорогах"), ("i2", ""), ("i3", "")]
    db.session.remove()
    for source in ("federal", "settlement"):
        old.put("activity_funding", activity_id=activity, year=2026, source=source, planned_sum=1)
        old.put("ledger_entry", **entry | {"source": source}, entry_sum=1)
    for table, values in (("activity_funding", {"planned_sum": 1}), ("ledger_entry", entry | {"entry_sum": 1})):
        with pytest.raises(DBAPIError):
            old.put(table, **values | {"activity_id": activity, "year": 2026, "source": "moon"})
    for statement in ("UPDATE ledger_entry SET entry_sum = 1", "DELETE FROM ledger_entry"):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    with pytest.raises(DBAPIError):
        old.put("ledger_entry", **entry, entry_sum=-5001, takes_back_id=first)


def rows_in_order(tables: tuple[str, ...]) -> list[list[tuple]]:
    """Every row as it lies in the database."""
    with db.engine.connect() as connection:
        selects = [text(f"SELECT * FROM {name} ORDER BY 1, 2, 3") for name in tables]  # noqa: S608
        return [[tuple(row) for row in connection.execute(one)] for one in selects]


def indexes_and_keys(tables: tuple[str, ...]) -> list[object]:
    """What stands round the rows of tables: indexes, primary, unique and foreign keys."""
    look = inspect(db.engine)
    found: list[object] = []
    for name in tables:
        found += sorted(str(one) for one in look.get_indexes(name))
        found += [look.get_pk_constraint(name)["constrained_columns"]]
        found += sorted(str(one["column_names"]) for one in look.get_unique_constraints(name))
        found += sorted(str((one["name"], one["referred_table"])) for one in look.get_foreign_keys(name))
    return found


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
    activity = make_activity(municipality)
    db.session.add(
        LedgerEntry(activity_id=activity.id, year=2026, source="local", kind="cash", entry_sum=Decimal(1),
                    dated_on=NOW.date(), recorded_at=NOW)
    )  # fmt: skip
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


def test_letters_sent_before_the_page_of_messages_are_not_news(old_database):
    """Revision 0005: what the mail server took was received; what never left is unread on the portal."""
    upgrade(revision="0004")
    old = OldRows()
    numbers = [
        old.put("letter", kind="x", message_id=str(number), subject="Письмо", body="Текст", sent_at=sent)
        for number, sent in enumerate((NOW, None))
    ]
    upgrade()
    assert difference() == []
    with db.engine.connect() as connection:
        read = dict(connection.execute(text("SELECT id, read_at IS NOT NULL FROM letter")).all())
    assert {number: bool(read[number]) for number in numbers} == {numbers[0]: True, numbers[1]: False}


def applications_of_before(*keys: str) -> list[int]:
    """Drafts with all that they stand upon, in the database of an earlier revision."""
    old = OldRows()
    place = old.put("municipality", code="ord", name="Район", zone="Asia/Novosibirsk")
    person = old.put("person", email="1@example.org", full_name="Имя", fs_uniquifier="1")
    tos = old.put(
        "tos",
        settlement_id=old.put("settlement", municipality_id=place, name="Село"),
        municipality_id=place,
        code="t",
        name="ТОС",
    )
    programme = old.put("programme", municipality_id=place, slug="p", name="П", year_from=2025, year_to=2026)
    task = old.put("programme_task", programme_id=programme, code="t1", number=1, name="Задача")
    activity = old.put("activity", programme_id=programme, task_id=task, code="a1", name="Конкурс")
    contest = old.put(
        "contest",
        activity_id=activity,
        municipality_id=place,
        slug="c",
        name="Конкурс",
        kind="grant",
        year=2026,
        edition=1,
    )
    edition = old.put("regulation_edition", contest_id=contest, number=1)
    return [
        old.put(
            "application", key=key, contest_id=contest, tos_id=tos, state="draft", regulation_id=edition,
            created_by_id=person, version=1,
        )
        for key in keys
    ]  # fmt: skip


def test_files_of_before_are_neither_in_quarantine_nor_versions(old_database):
    [application] = applications_of_before("k")
    old = OldRows()
    old.put(
        "attachment", key="a", application_id=application, slot="s", name="протокол.pdf", storage_key="1" * 32, size=5
    )
    upgrade()
    file = db.session.scalars(select(Attachment)).one()
    assert (file.name, file.size, file.verdict, file.virus, file.replaced) == ("протокол.pdf", 5, "", "", False)
    assert (file.removed_by_id, file.preview_key) == (None, None)


def test_tables_of_own_data_and_terms_stand_beside_the_people_of_before(old_database):
    """Revision 0015: people stay as they were; one request to leave may be open at a time."""
    upgrade(revision="0014")
    old = OldRows()
    person = old.put("person", email="1@example.org", full_name="Имя", fs_uniquifier="1")
    before = rows_in_order(("person",))
    upgrade(revision="0015")
    assert rows_in_order(("person",)) == before
    upgrade()
    assert difference() == []
    new = OldRows()
    new.put("account_leaving", person_id=person, cancelled_at=NOW)
    new.put("account_leaving", person_id=person)
    with pytest.raises(DBAPIError):
        new.put("account_leaving", person_id=person)


def test_marks_of_activities_stand_beside_the_activities_of_before(old_database):
    """Revision 0007: what was there stays as it was; a mark takes its verdict and its basis."""
    upgrade(revision="0006")
    old = OldRows()
    municipality = old.put("municipality", code="x", name="Район", zone="Asia/Novosibirsk")
    programme = old.put("programme", municipality_id=municipality, slug="p", name="П", year_from=2024, year_to=2026)
    task = old.put("programme_task", programme_id=programme, code="t", number=1)
    activity = old.put("activity", programme_id=programme, task_id=task, code="a", name="Встречи")
    old.put("spending_reason", activity_id=activity, year=2024, reason="Торги")
    tables = ("activity", "spending_reason", "programme")
    before = rows_in_order(tables)
    upgrade()
    assert difference() == []
    assert rows_in_order(tables) == before
    new = OldRows()
    new.put("activity_mark", activity_id=activity, year=2024, verdict="done", basis="Протокол")
    for verdict, basis in (("maybe", "Протокол"), ("done", "")):
        with pytest.raises(DBAPIError):
            new.put("activity_mark", activity_id=activity, year=2024, verdict=verdict, basis=basis)
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT verdict, basis FROM activity_mark")).all() == [("done", "Протокол")]


def test_marks_of_before_have_no_day(old_database):
    """Revision 0016: marks stay as they were; a day stands beside «performed» alone."""
    upgrade(revision="0015")
    old = OldRows()
    municipality = old.put("municipality", code="x", name="Район", zone="Asia/Novosibirsk")
    programme = old.put("programme", municipality_id=municipality, slug="p", name="П", year_from=2024, year_to=2026)
    task = old.put("programme_task", programme_id=programme, code="t", number=1)
    activity = old.put("activity", programme_id=programme, task_id=task, code="a", name="Встречи")
    for verdict in ("done", "not_done"):
        old.put("activity_mark", activity_id=activity, year=2024, verdict=verdict, basis=f"Протокол {verdict}")
    upgrade()
    assert difference() == []
    new = OldRows()
    marked = {"activity_id": activity, "year": 2024, "basis": "Сводка"}
    new.put("activity_mark", **marked, verdict="done", performed_on=NOW.date())
    with pytest.raises(DBAPIError):
        new.put("activity_mark", **marked, verdict="not_done", performed_on=NOW.date())
    rows = db.session.scalars(select(ActivityMark).order_by(ActivityMark.id)).all()
    assert [(one.verdict, one.basis, one.performed_on) for one in rows] == [
        ("done", "Протокол done", None),
        ("not_done", "Протокол not_done", None),
        ("done", "Сводка", NOW.date()),
    ]
    with pytest.raises(DBAPIError):
        new.put("activity_mark", **{**marked, "basis": ""}, verdict="done")


def test_papers_of_before_have_no_signer_and_one_entry_stands_once(old_database):
    """Revision 0017: applications stay as they were; an entry of the register of papers stands once in a contest."""
    upgrade(revision="0016")
    one, other = applications_of_before("a", "b")
    upgrade()
    assert difference() == []
    rows = db.session.scalars(select(Application).order_by(Application.id)).all()
    assert [(row.key, row.paper_signer, row.paper_reason, row.paper_fix_at) for row in rows] == [
        ("a", "", "", None),
        ("b", "", "", None),
    ]
    entered = "UPDATE application SET paper_number = '12', paper_at = created_at WHERE id = :id"
    db.session.execute(text(entered), {"id": one})
    with pytest.raises(DBAPIError):
        db.session.execute(text(entered), {"id": other})
    db.session.rollback()
    db.session.execute(text(entered), {"id": one})
    db.session.execute(text("UPDATE application SET state = 'withdrawn' WHERE id = :id"), {"id": one})
    db.session.execute(text(entered), {"id": other})
    db.session.rollback()


def test_cards_of_before_have_no_requisites_yet(old_database):
    """Revision 0018: the registry stays as it was; КПП and the legal address are empty, not unknown."""
    upgrade(revision="0017")
    applications_of_before("a")
    [before] = rows_in_order(("tos",))
    upgrade(revision="0018")
    [after] = rows_in_order(("tos",))
    assert before
    assert after == [(*row, "", "") for row in before]
    upgrade()
    assert difference() == []


def test_comparison_of_texts_stands_beside_the_applications_of_before(old_database):
    """Revision 0008: applications stay as they were; what coincides takes two applications and a true share."""
    upgrade(revision="0007")
    one, other = applications_of_before("a", "b")
    before = rows_in_order(("application",))
    upgrade(revision="0008")
    assert rows_in_order(("application",)) == before
    upgrade()
    assert difference() == []
    new = OldRows()
    right = {"application_id": one, "other_id": other, "section": "goal"}
    right |= {"shared": 6, "words": 12, "whole_shared": 6, "whole_words": 40, "permille": 500}
    new.put("application_likeness", **right)
    for wrong in ({"shared": 13}, {"whole_shared": 41}):
        with pytest.raises(DBAPIError):
            new.put("application_likeness", **{**right, "application_id": other, "other_id": one, **wrong})
    with pytest.raises(DBAPIError):
        new.put("application_likeness", **{**right, "other_id": one})


def test_consents_recorded_without_words_go_on_holding(old_database):
    """Revision 0009: they stand in the one table of consents, as they were, and say that no words were kept."""
    upgrade(revision="0007")
    old = OldRows()
    place = old.put("municipality", code="ord", name="Район", zone="Asia/Novosibirsk")
    officer = old.put("person", email="1@example.org", full_name="Имя", fs_uniquifier="1")
    settlement = old.put("settlement", municipality_id=place, name="Село")
    tos = old.put("tos", settlement_id=settlement, municipality_id=place, code="t", name="ТОС")
    for what, withdrawn in (("chair", None), ("phone", NOW)):
        old.put(
            "publication_consent", tos_id=tos, what=what, given_on=NOW.date(), until_on=NOW.date(),
            withdrawn_at=withdrawn, recorded_by_id=officer,
        )  # fmt: skip
    upgrade()
    assert difference() == []
    rows = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(one.item, one.withdrawn_at) for one in rows] == [("chair", None), ("phone", NOW)]
    for one in rows:
        assert (one.municipality_id, one.tos_id, one.purpose, one.how, one.said, one.recorded_by_id) == (
            place, tos, "distribution", "before", "", officer,
        )  # fmt: skip
        assert (one.given_on, one.until_on) == (NOW.date(), NOW.date())
    assert shown_items([tos], NOW.date()) == {tos: {"chair"}}


def test_questions_and_own_letters_stand_beside_the_letters_of_before(old_database):
    """Revision 0010: letters of before keep their words; the checks of questions and of texts hold."""
    upgrade(revision="0009")
    old = OldRows()
    municipality = old.put("municipality", code="x", name="Район", zone="Asia/Novosibirsk")
    programme = old.put("programme", municipality_id=municipality, slug="p", name="П", year_from=2024, year_to=2026)
    task = old.put("programme_task", programme_id=programme, code="t", number=1)
    activity = old.put("activity", programme_id=programme, task_id=task, code="a", name="Конкурс")
    contest = old.put("contest", municipality_id=municipality, activity_id=activity, slug="c", name="К", edition=1)
    person = old.put("person", email="1@example.org", full_name="Имя", fs_uniquifier="1")
    old.put("letter", kind="link.asked", subject="Просьба", body="Слова", message_id="<1>", person_id=person)
    tables = ("letter", "contest", "person")
    before = rows_in_order(tables)
    upgrade()
    assert difference() == []
    assert rows_in_order(tables) == before
    new = OldRows()
    question = {"contest_id": contest, "asked_by_id": person, "text": "Что?", "declined_at": None}
    made = new.put("question", **question, number=1)
    new.put("question_answer", question_id=made, number=1, wording="Что?", answer="Всё")
    text_of = {"municipality_id": municipality, "kind": "link.asked", "locale": "ru"}
    new.put("letter_text", **text_of, number=1, subject="Тема", body="Текст")
    for table, values in (
        ("question", question | {"number": 1}),
        ("question", question | {"number": 2, "text": ""}),
        ("question", question | {"number": 3, "declined_at": NOW}),
        ("question_answer", {"question_id": made, "number": 2, "wording": "Что?", "answer": ""}),
        ("letter_text", text_of | {"number": 1, "subject": "Тема", "body": "Текст"}),
        ("letter_text", text_of | {"number": 2, "subject": "Тема", "body": ""}),
    ):
        with pytest.raises(DBAPIError):
            new.put(table, **values)


def test_bank_data_of_before_are_sealed_in_drafts_and_in_frozen_copies(old_database):
    """Revision 0011: read as they were, to the letter; other answers, other editions and the digest stay."""
    upgrade(revision="0010")
    one, other = applications_of_before("a", "b")
    account, passport = "40703810900000000001", "5004 123456"
    fields = [{"code": "r-s", "kind": "account"}, {"code": "passport", "kind": "text"}]
    definition = json.dumps({"form": {"sections": [{"code": "bank", "fields": fields}]}})
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE regulation_edition SET definition = :d"), {"d": definition})
    old = OldRows()
    answers = {"r-s": account, "passport": passport}
    content = json.dumps({"sections": [{"code": "bank", "answers": answers}]}, separators=(",", ":"))
    for number, code in ((one, "bank"), (one, "elsewhere"), (other, "bank")):
        old.put("application_section", application_id=number, code=code, answers=answers, version=1)
    old.put("submission", application_id=one, number=1, content=content, digest="d")
    db.session.remove()
    upgrade()
    assert difference() == []
    with db.engine.connect() as connection:
        raw = dict(connection.execute(text("SELECT code, CAST(answers AS TEXT) FROM application_section")).all())
        copy = connection.execute(text("SELECT content FROM submission")).scalar_one()
    assert account not in raw["bank"]
    assert account in raw["elsewhere"], "asked nowhere in the form: nothing is known of it"
    assert account not in copy
    assert passport in copy
    assert {str(row.answers) for row in db.session.scalars(select(ApplicationSection))} == {str(answers)}
    row = db.session.scalars(select(Submission)).one()
    assert (row.content, row.digest, row.erased_at) == (content, "d", None)
    assert missing_keys() == []
    db.session.remove()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text("UPDATE submission SET content = 'x'"))
    db.session.rollback()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text("DELETE FROM submission"))


def test_addresses_of_calendars_stand_beside_the_people_of_before(old_database):
    """Revision 0013: people stay as they were; one address of a person works at a time."""
    upgrade(revision="0012")
    person = OldRows().put("person", email="1@example.org", full_name="Имя", fs_uniquifier="1")
    before = rows_in_order(("person",))
    upgrade()
    assert difference() == []
    assert rows_in_order(("person",)) == before
    new = OldRows()
    new.put("calendar_feed", person_id=person, key_hash="a", ended_at=NOW)
    new.put("calendar_feed", person_id=person, key_hash="b", ended_at=None)
    for key in ("c", "a"):
        with pytest.raises(DBAPIError):
            new.put("calendar_feed", person_id=person, key_hash=key, ended_at=None)


def test_applications_sent_before_signing_live_on(old_database):
    """Revision 0012: what was sent stays as it was, unsigned and not on paper; a paper has its time and its entry."""
    upgrade(revision="0011")
    [application] = applications_of_before("k")
    old = OldRows()
    file = old.put("attachment", key="a", application_id=application, slot="s", name="протокол.pdf", storage_key="1")
    submission = old.put("submission", application_id=application, number=1, content="{}", digest="d")
    person = db.session.scalar(select(Application.created_by_id))
    db.session.remove()
    upgrade()
    assert difference() == []
    kept = db.session.scalars(select(Application)).one()
    assert (kept.key, kept.is_on_paper, kept.paper_number) == ("k", False, None)
    assert db.session.get_one(Attachment, file).signs is None
    assert [one.digest for one in db.session.scalars(select(Submission))] == ["d"]
    db.session.remove()
    new = OldRows()
    signature = {"way": "code", "digest": "d", "person_id": person, "edition": 1}
    new.put("signature", submission_id=submission, **signature)
    with pytest.raises(DBAPIError):
        new.put("signature", submission_id=submission, **signature)
    for statement in ("UPDATE signature SET digest = 'x'", "DELETE FROM signature"):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE application SET paper_number = '12'"))
    db.session.rollback()
    db.session.execute(text("UPDATE application SET paper_number = '12', paper_at = created_at"))
    db.session.rollback()


def test_requests_to_look_stand_once_for_a_draft_of_before(old_database):
    """Revision 0014: applications stay as they were; one request of an application stands, an answer has words."""
    upgrade(revision="0013")
    [application] = applications_of_before("k")
    before = rows_in_order(("application",))
    upgrade(revision="0014")
    assert rows_in_order(("application",)) == before
    upgrade()
    assert difference() == []
    new = OldRows()
    person = db.session.scalars(text("SELECT id FROM person")).one()
    db.session.rollback()
    asked = {"application_id": application, "asked_by_id": person}
    new.put("readiness_request", **asked)
    for wrong in ({}, {"answered_at": NOW}, {"answer": "Готово"}):
        with pytest.raises(DBAPIError):
            new.put("readiness_request", **asked, **wrong)
    new.put("readiness_request", **asked, answered_at=NOW, answer="Готово")
    new.put("readiness_request", **asked, taken_back_at=NOW)


def test_toses_of_before_let_their_helpers_do_nothing_more(old_database):
    """Revision 0019: ТОС stay as they were and allow nothing; an address waits once in a ТОС."""
    upgrade(revision="0018")
    old = OldRows()
    place = old.put("municipality", code="m", name="Район", owner_name="А", region_name="О")
    settlement = old.put("settlement", municipality_id=place, name="Село", kind="сельсовет", place_kind="с.", place="С")
    tos = old.put("tos", municipality_id=place, settlement_id=settlement, code="t", name="ТОС «Берёзка»")
    person = old.put("person", email="1@example.org", full_name="Имя", fs_uniquifier="1")
    upgrade()
    assert difference() == []
    kept = db.session.scalars(select(Tos)).one()
    assert (kept.id, kept.name, kept.helpers_submit, kept.helpers_see_sealed) == (tos, "ТОС «Берёзка»", False, False)
    db.session.remove()
    new = OldRows()
    invited = {"tos_id": tos, "email": "2@example.org", "invited_by_id": person, "sent": 1}
    new.put("helper_invitation", key_hash="a", **invited)
    with pytest.raises(DBAPIError):
        new.put("helper_invitation", key_hash="b", **invited)
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE helper_invitation SET accepted_at = invited_at"))
    db.session.rollback()
    db.session.execute(text("UPDATE helper_invitation SET cancelled_at = invited_at"))
    db.session.commit()
    new.put("helper_invitation", key_hash="b", **invited)


def test_people_of_before_may_ask_for_another_address_once_at_a_time(old_database):
    """Revision 0020: people stay as they were; one request of a person lives at a time."""
    upgrade(revision="0019")
    person = OldRows().put("person", email="1@example.org", full_name="Имя", fs_uniquifier="1")
    before = rows_in_order(("person",))
    upgrade()
    assert difference() == []
    assert rows_in_order(("person",)) == before
    new = OldRows()
    new.put("email_change", person_id=person, key_hash="a", ended_at=NOW)
    new.put("email_change", person_id=person, key_hash="b", ended_at=None)
    for key in ("c", "a"):
        with pytest.raises(DBAPIError):
            new.put("email_change", person_id=person, key_hash=key, ended_at=None)
