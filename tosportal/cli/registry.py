"""`flask registry`: municipalities and their ТОС from a table."""

import re
from zoneinfo import available_timezones

import click
from sqlalchemy import select

from tosportal.cli.places import data_of_file, municipality_named, now
from tosportal.cli.russian import Group, Refused, refuse
from tosportal.domain.tos_list import BadCell, read_tos_csv
from tosportal.features.registry import service
from tosportal.features.registry.models import Municipality
from tosportal.features.registry.service import ImportReport
from tosportal.support import db as database
from tosportal.support.db import db

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
registry = Group("registry", help="Реестр ТОС: муниципальное образование, загрузка списка.")


@registry.command()
@click.argument("code", metavar="КОД")
@click.option("--name", required=True, metavar="ИМЯ", help="Например «Ордынский район».")
@click.option("--owner", "owner_name", default="", metavar="ИМЯ", help="Кто ведёт портал: администрация района.")
@click.option("--region", "region_name", default="", metavar="ИМЯ", help="Субъект Федерации.")
@click.option("--zone", default="Asia/Novosibirsk", show_default=True, metavar="ЗОНА", help="Часовой пояс по IANA.")
@click.option("--zone-words", default="по Новосибирску", show_default=True, metavar="СЛОВА", help="Как его называют.")
def municipality(code: str, name: str, *, zone: str, **words: str) -> None:
    """Завести муниципальное образование: без него портал пуст."""
    if not CODE.fullmatch(code):
        refuse(f"Код «{code}»: строчные латинские буквы, цифры и дефис")
    if zone not in available_timezones():
        refuse(f"Нет часового пояса «{zone}»: нужно имя вроде Asia/Novosibirsk")
    if db.session.scalar(select(Municipality.id).where(Municipality.code == code)):
        refuse(f"Муниципальное образование «{code}» уже есть")
    service.add_municipality(code=code, name=name, zone=zone, now=now(), actor=None, **words)
    database.commit()
    click.echo(f"Заведено: {name} ({code}).")


@registry.command("import")
@click.argument("file", metavar="ФАЙЛ")
@click.option("--municipality", required=True, metavar="КОД", help="В какое муниципальное образование.")
@click.option("--dry-run", is_flag=True, help="Только проверить и показать, что изменится.")
@click.option("--skip-bad", is_flag=True, help="Загрузить верные строки, а неверные пропустить.")
def import_file(file: str, municipality: str, dry_run: bool, skip_bad: bool) -> None:
    """Загрузить список ТОС из CSV; одна неверная строка — и не меняется ничего."""
    place, moment = municipality_named(municipality), now()
    table = read_tos_csv(data_of_file(file), today=service.today_in(place, moment))
    report = service.import_tos(table, municipality=place, skip_bad=skip_bad, dry_run=dry_run, actor=None, now=moment)
    for cell in report.bad:
        click.echo(said_of(cell), err=True)
    if report.unknown_columns:
        click.echo(f"Не знаем столбцы: {', '.join(report.unknown_columns)}. Они пропущены.", err=True)
    if report.is_blocked and not dry_run:
        db.session.rollback()
        raise Refused(f"Ничего не изменено: неверных строк {report.bad_lines}. Исправьте их или добавьте --skip-bad")
    if report.is_done:
        database.commit()
    click.echo(summary(report, dry_run))
    if dry_run and report.bad and not skip_bad:
        raise SystemExit(1)


def said_of(cell: BadCell) -> str:
    """One bad cell: line, column, what stands there, what is wrong."""
    where = f"Строка {cell.line}" + (f", столбец {cell.column}" if cell.column else "")
    return f"{where}: {cell.remark}" + (f" — «{cell.given}»" if cell.given else "")


def summary(report: ImportReport, dry_run: bool) -> str:
    """What was done, or would be."""
    counts = f"новых {len(report.added)}, изменённых {len(report.changed)}, без изменений {report.unchanged}"
    skipped = f", неверных {report.bad_lines}" if report.bad else ""
    return f"{'Проверка, ничего не изменено' if dry_run else 'Загружено'}: {counts}{skipped}."
