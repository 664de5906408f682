"""`flask contest`: what there is, and the protocol as anyone may check it."""

import click
from sqlalchemy import select

from tosportal.cli.places import contest_named, now, write_out
from tosportal.cli.russian import Group, refuse
from tosportal.domain.contest_states import PHASE_NAMES
from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import glances, with_editions
from tosportal.features.decisions import papers
from tosportal.features.decisions.models import Decision
from tosportal.support.db import db, reading
from tosportal.support.documents import protocol_docx, protocol_pdf

KINDS = click.Choice(["json", "pdf", "docx"])
contest = Group("contest", help="Конкурсы: список, протокол.")


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
