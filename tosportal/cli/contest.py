"""`flask contest`: what there is, the regulation as a file out and in, and the protocol as anyone may check it."""

import json
from typing import Any, NoReturn

import click
from sqlalchemy import select

from tosportal.cli.places import contest_named, data_of_file, municipality_named, now, write_out
from tosportal.cli.russian import Group, Refused, refuse
from tosportal.domain.contest_states import PHASE_NAMES
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.regulation import Regulation, check_regulation, regulation_from_json
from tosportal.domain.regulation import file as regulation_file
from tosportal.domain.regulation.schema import regulation_schema
from tosportal.features.accounts.models import Person
from tosportal.features.contests import service
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers import defect_lines
from tosportal.features.contests.queries import (
    fund_choices,
    glances,
    regulation_of_edition,
    with_editions,
    with_own_letters,
)
from tosportal.features.decisions import papers
from tosportal.features.decisions.models import Decision
from tosportal.support import db as database
from tosportal.support.db import db, reading
from tosportal.support.documents import protocol_docx, protocol_pdf

KINDS = click.Choice(["json", "pdf", "docx"])
contest = Group("contest", help="Конкурсы: список, положение файлом, протокол.")


@contest.command("list")
def show_all() -> None:
    """Адреса, годы и этапы всех конкурсов."""
    with reading():
        found = glances(db.session.execute(with_editions()).all(), now())
    if not found:
        click.echo("Конкурсов пока нет.")
    width = max((len(glance.contest.slug) for glance in found), default=0)
    for glance in found:
        click.echo(
            f"{glance.contest.slug:<{width}}  {glance.contest.year}  {PHASE_NAMES[glance.phase]}: {glance.contest.name}"
        )


def latest_decision(chosen: Contest) -> Decision:
    """The last decision of a contest, published or not."""
    found = select(Decision).where(Decision.contest_id == chosen.id).order_by(Decision.number.desc()).limit(1)
    return db.session.scalar(found) or refuse(f"У конкурса «{chosen.slug}» решения ещё нет: протокола нет.")


def paper(decision: Decision, chosen: Contest, form: str) -> bytes:
    """The protocol as a paper, signed by those who prepared and approved it."""
    chair, secretary = (
        (db.session.get(Person, person_id) if person_id else None)
        for person_id in (decision.approved_by_id, decision.prepared_by_id)
    )
    context = papers.protocol_context(
        decision,
        chosen,
        chair_name=chair.full_name if chair else "",
        secretary_name=secretary.full_name if secretary else "",
    )
    return (protocol_pdf if form == "pdf" else protocol_docx)(context)


@contest.command()
@click.argument("slug", metavar="КОНКУРС")
@click.option("--format", "form", type=KINDS, default="json", metavar="json|pdf|docx", help="Данные или бумага.")
@click.option("--output", metavar="ФАЙЛ", help="Куда записать; без него — на вывод.")
def protocol(slug: str, form: str, output: str | None) -> None:
    """Протокол последнего решения; json проверяет python -m tosportal.verify."""
    with reading():
        chosen = contest_named(slug)
        decision = latest_decision(chosen)
        content = decision.protocol.encode() if form == "json" else paper(decision, chosen, form)
    write_out(content, output)


# --- the regulation as a file


@contest.command("schema")
def schema() -> None:
    """JSON Schema положения (2020-12): по ней файл можно проверить и без портала."""
    write_out(json.dumps(regulation_schema(), ensure_ascii=False, indent=1).encode(), None)


@contest.command("export")
@click.argument("slug", metavar="КОНКУРС")
@click.option("--edition", type=int, metavar="НОМЕР", help="Какая редакция; без него — действующая.")
@click.option("--output", metavar="ФАЙЛ", help="Куда записать; без него — на вывод.")
def give_out(slug: str, edition: int | None, output: str | None) -> None:
    """Отдать положение конкурса файлом JSON: он снова загружается, здесь или на другом портале."""
    with reading():
        chosen = contest_named(slug)
        number = chosen.edition if edition is None else edition
        found = db.session.scalar(
            select(RegulationEdition).where(
                RegulationEdition.contest_id == chosen.id, RegulationEdition.number == number
            )
        ) or refuse(f"У конкурса «{slug}» нет редакции {number}")
        whole = with_own_letters(regulation_of_edition(found), chosen)
        content = regulation_file.written(whole).encode()
    write_out(content, output)


@contest.command("import")
@click.argument("file", metavar="ФАЙЛ")
@click.option("--over", metavar="КОНКУРС", help="Заменить черновик этого конкурса.")
@click.option("--municipality", metavar="КОД", help="Чей новый конкурс.")
@click.option("--fund", metavar="НОМЕР:ГОД", help="Мероприятие программы и год, из которых деньги нового конкурса.")
@click.option("--slug", metavar="АДРЕС", help="Адрес нового конкурса.")
def take_in(file: str, over: str | None, municipality: str | None, fund: str | None, slug: str | None) -> None:
    """Загрузить положение из файла JSON: новым черновиком или в место черновика (--over).

    Код завершения: 0 — загружено, 1 — в положении ошибки или так нельзя, 2 — файл не читается.
    """
    regulation = regulation_of_file(file)
    try:
        if over is not None:
            made = contest_named(over)
            service.save_regulation(made, regulation, actor=None, now=now())
        else:
            made = new_contest(regulation, municipality, fund, slug)
    except (RuleBroken, StateConflict) as error:
        refuse(str(error))
    database.commit()
    click.echo(f"Положение загружено в черновик «{made.slug}»: {made.name}")
    if missing := check_regulation(regulation):
        click.echo(f"До объявления останется замечаний: {len(missing)}", err=True)


def regulation_of_file(name: str) -> Regulation:
    """The regulation of a file; every defect is named by its place."""
    data: Any = None
    try:
        data = regulation_file.data_of_file(data_of_file(name))
        regulation = regulation_from_json(data)
        service.ensure_letters(regulation)
        return regulation
    except OSError as error:
        unreadable(f"{name}: не получилось ({error.strerror})")
    except RuleBroken as error:
        if data is None:
            unreadable(f"{name}: {error}")
        lines = defect_lines(error.remarks, data)
        refuse("\n".join([f"{name}: в положении ошибки ({len(lines)})", *lines]))


def unreadable(reason: str) -> NoReturn:
    refused = Refused(reason)
    refused.exit_code = 2  # type: ignore[misc]
    raise refused from None


def new_contest(regulation: Regulation, municipality: str | None, fund: str | None, slug: str | None) -> Contest:
    """A draft of this regulation in the municipality, paid from the named activity and year."""
    if not municipality or not slug:
        refuse("Назовите --over КОНКУРС или для нового конкурса --municipality КОД, --fund НОМЕР:ГОД и --slug АДРЕС")
    place = municipality_named(municipality)
    chosen = service.activity_of_choice(place.id, fund or "")
    if chosen is None:
        known = [f"  {one.code}  {one.total:,.2f} ₽  {one.activity.name}" for one in fund_choices(place.id)]
        refuse("\n".join(["Назовите, откуда деньги: --fund НОМЕР:ГОД. Есть:", *(known or ["  пока нигде нет денег"])]))
    activity, year = chosen
    return service.create_contest(
        municipality=place,
        activity=activity,
        slug=slug,
        year=year,
        regulation=regulation,
        actor=None,
        now=now(),
    )
