"""`flask indicators`: reports of programmes."""

from collections.abc import Mapping
from typing import Any

import click

from tosportal.cli.places import now, write_out
from tosportal.cli.programme import programme_named
from tosportal.cli.russian import Group, refuse
from tosportal.domain.errors import RuleBroken
from tosportal.domain.programme_report import PLANS
from tosportal.features.indicators import papers, queries, report_templates
from tosportal.features.indicators.models import ReportTemplate
from tosportal.features.registry.models import Municipality
from tosportal.support.db import db, reading

indicators = Group("indicators", help="Показатели программ: отчёты.")


def by_template(version: ReportTemplate, data: Mapping[str, Any]) -> bytes:
    """The report by the district's template, said in the error stream."""
    zone = db.session.get_one(Municipality, version.municipality_id).zone
    click.echo(f"По шаблону района, версия {version.number} ({version.name})", err=True)
    try:
        return report_templates.printed_by(version, data, zone=zone, now=now())
    except RuleBroken as error:
        refuse(f"Шаблон района, версия {version.number}: {error}")


@indicators.command("report")
@click.argument("slug", metavar="АДРЕС")
@click.option("--year", required=True, type=int, metavar="ГОД", help="За какой год.")
@click.option("--quarter", default="0", type=click.Choice(["0", "1", "2", "3", "4"]), help="По какой квартал; 0 — год.")
@click.option("--format", "form", default="json", type=click.Choice(["json", "xlsx", "docx"]), help="Вид файла.")
@click.option("--plan", default="", type=click.Choice(["", *PLANS]), metavar="|".join(PLANS), help="С каким планом.")
@click.option("--form", "paper", default="full", type=click.Choice(list(papers.FORMS)), help="Какая форма отчёта.")
@click.option("--standard", is_flag=True, help="DOCX без шаблона района.")
@click.option("--municipality", metavar="КОД", help="Чья программа, если таких адресов несколько.")
@click.option("--output", metavar="ФАЙЛ", help="Куда записать; без этого — на экран.")
def report(  # noqa: PLR0917
    slug: str,
    year: int,
    quarter: str,
    form: str,
    plan: str,
    paper: str,
    standard: bool,
    municipality: str | None,
    output: str | None,
) -> None:
    """Отчёт программы за год или с начала года по конец квартала.

    План: current — действующая редакция, first — первая, roster — бюджетная роспись, agreement — соглашение с областью;
    без него — тот, с которым закрыт год, или действующая редакция. Полный DOCX — по шаблону района, если он есть.
    """
    with reading():
        chosen = programme_named(slug, municipality)
        if not chosen.year_from <= year <= chosen.year_to:
            refuse(f"В программе годы с {chosen.year_from} по {chosen.year_to}")
        data = queries.report_in_force(chosen, year, int(quarter), plan)
        version = None
        if form == "docx" and paper == "full" and not standard:
            version = report_templates.template_in_force(chosen.municipality_id)
        if version is None:
            content = papers.report_file(data, form, form=paper, now=now())
        else:
            content = by_template(version, data)
    write_out(content, output)
