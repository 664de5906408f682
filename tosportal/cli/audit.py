"""`flask audit`: does the journal hold?"""

import click

from tosportal.cli.russian import Group, refuse
from tosportal.support import audit as journal
from tosportal.support.db import reading

audit = Group("audit", help="Журнал действий.")


@audit.command()
def verify() -> None:
    """Проверить всю цепочку журнала; первая нарушенная строка называется."""
    with reading():
        count, broken = journal.verify()
    if broken:
        refuse(f"Журнал нарушен: строка {broken.entry_id} — {broken.reason}. Верных строк до неё: {count}.")
    click.echo(f"Журнал цел, строк: {count}.")
