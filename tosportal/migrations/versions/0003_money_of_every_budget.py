"""money of every budget

Federal money and money of settlements beside the three sources of before; units of indicators as they are printed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BEFORE = "source IN ('regional', 'local', 'extrabudget')"
AFTER = "source IN ('federal', 'regional', 'local', 'settlement', 'extrabudget')"
PRINTED_MOST = 100


def upgrade() -> None:
    printed = sa.Column("unit_printed", sa.String(length=PRINTED_MOST), server_default=sa.text("''"), nullable=False)
    op.add_column("indicator", printed)
    put_printed_units()
    for table in ("activity_funding", "ledger_entry"):
        let_in_more_sources(table)


def put_printed_units() -> None:
    """An indicator shows the unit that the document of the edition in force prints."""
    connection = op.get_bind()
    indicator = sa.table("indicator", *map(sa.column, ("programme_id", "code", "unit_printed")))
    editions = connection.execute(
        sa.select(sa.column("programme_id"), sa.column("document", sa.JSON)).select_from(
            sa.text(
                "(SELECT e.programme_id, e.document FROM programme_edition e"
                " JOIN programme p ON p.id = e.programme_id AND p.edition = e.number) AS in_force"
            )
        )
    ).all()
    for programme_id, document in editions:
        rows = document.get("indicators") if isinstance(document, dict) else None
        for one in rows if isinstance(rows, list) else []:
            printed = one.get("unit_printed") if isinstance(one, dict) else None
            if isinstance(printed, str) and printed.strip():
                connection.execute(
                    indicator.update()
                    .where(indicator.c.programme_id == programme_id, indicator.c.code == str(one.get("id")))
                    .values(unit_printed=" ".join(printed.split())[:PRINTED_MOST])
                )


def let_in_more_sources(table: str) -> None:
    """The check of the source is the wider one.

    SQLite cannot change a check: the table is made anew by its own words with only the check changed, and its rows,
    indexes and triggers are put back as they were. Dropping a table fires no trigger, so the ledger, which refuses
    every DELETE, can be moved; it points at itself, so its rows wait in a table that points at nothing.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        name = op.f(f"ck_{table}_source")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, AFTER)
        return
    of_table = "FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL"
    made_by = connection.execute(sa.text(f"SELECT sql {of_table} AND type = 'table'"), {"name": table}).scalar_one()
    around = connection.execute(sa.text(f"SELECT sql {of_table} AND type <> 'table'"), {"name": table}).scalars().all()
    if BEFORE not in made_by:
        raise RuntimeError(f"{table}: the check of the source is not the one of revision 0002")
    kept = f"kept_{table}"
    for statement in (
        f"CREATE TABLE {kept} AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        made_by.replace(BEFORE, AFTER),
        f"INSERT INTO {table} SELECT * FROM {kept}",
        f"DROP TABLE {kept}",
        *around,
    ):
        connection.exec_driver_sql(statement)
