"""`flask indicators`: reports of programmes."""

import click

from tosportal.cli.places import now, write_out
from tosportal.cli.programme import programme_named
from tosportal.cli.russian import Group, refuse
from tosportal.features.indicators import papers, queries
from tosportal.support.db import reading

indicators = Group("indicators", help="Показатели программ: отчёты.")


@indicators.command("report")
@click.argument("slug", metavar="АДРЕС")
@click.option("--year", required=True, type=int, metavar="ГОД", help="За какой год.")
@click.option("--quarter", default="0", type=click.Choice(["0", "1", "2", "3", "4"]), help="По какой квартал; 0 — год.")
@click.option("--format", "form", default="json", type=click.Choice(["json", "xlsx", "docx"]), help="Вид файла.")
@click.option("--municipality", metavar="КОД", help="Чья программа, если таких адресов несколько.")
@click.option("--output", metavar="ФАЙЛ", help="Куда записать; без этого — на экран.")
def report(  # noqa: PLR0917
    slug: str, year: int, quarter: str, form: str, municipality: str | None, output: str | None
) -> None:
    """Отчёт программы за год или с начала года по конец квартала."""
    with reading():
        chosen = programme_named(slug, municipality)
        if not chosen.year_from <= year <= chosen.year_to:
            refuse(f"В программе годы с {chosen.year_from} по {chosen.year_to}")
        data = queries.report_in_force(chosen, year, int(quarter))
        content = papers.report_file(data, form, now=now())
    write_out(content, output)
