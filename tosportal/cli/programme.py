"""`flask programme`: a municipal programme checked against itself, loaded from a file, given out."""

import json
import re
from dataclasses import replace
from typing import Any

import click
import yaml
from sqlalchemy import select

from tosportal.cli.places import data_of_file, municipality_named, now, write_out
from tosportal.cli.russian import Group, Refused, refuse
from tosportal.domain.consistency import Finding, Severity, check_programme
from tosportal.domain.consistency.cells import mapping, text
from tosportal.domain.consistency.places import Atlas
from tosportal.domain.errors import RuleBroken
from tosportal.domain.programme_tables.labels import same_name
from tosportal.features.indicators.service import fill_passports
from tosportal.features.programmes import papers
from tosportal.features.programmes.models import Programme, ProgrammeEdition
from tosportal.features.programmes.service import load_programme
from tosportal.features.programmes.service.uploads import read_file, remarks_of
from tosportal.features.registry.models import Municipality
from tosportal.support import db as database
from tosportal.support.db import db, reading

PARTS = ("tasks", "indicators", "activities", "funding")
SEVERITY_NAMES = {
    Severity.HIGH: "меняет число или смысл",
    Severity.MEDIUM: "мешает расчёту",
    Severity.LOW: "оформление",
    Severity.HINT: "подсказка",
}
TEXT_OR_JSON = click.Choice(["text", "json"])
KINDS = click.Choice(["json", "xlsx", "docx"])
programme = Group("programme", help="Муниципальная программа: проверка, загрузка, выгрузка.")


def read_named(name: str) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """What a DOCX, XLSX, YAML or JSON file says: the document, the place of each value in the file, remarks of the
    reading. The standard input (`-`) is YAML. Refused with one line when it is no programme."""
    content = data_of_file(name)
    called = "programme.yaml" if name == "-" else name
    try:
        found = read_file(content, called)
    except RuleBroken as error:
        line = broken_line(content) if called.endswith((".yaml", ".yml")) else ""
        refuse(f"{name}: {error}{line}")
    if not any(found["data"].get(part) for part in PARTS):
        refuse(f"{name}: это не программа: в ней нет ни задач, ни показателей, ни мероприятий, ни денег")
    places = {one["path"]: one["place"] for one in found["fragments"]}
    return found["data"], places, [str(one) for one in remarks_of(found)]


def broken_line(content: bytes) -> str:
    """Where YAML stops being YAML, when that is the reason."""
    try:
        for _event in yaml.parse(content.decode("utf-8-sig"), Loader=yaml.SafeLoader):
            pass
    except UnicodeDecodeError:
        return ""
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return f", строка {mark.line + 1}" if mark else ""
    return ""


# --- check


def as_row(finding: Finding) -> dict[str, str]:
    """A finding as the JSON answer gives it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "place": finding.place,
        "expected": finding.expected,
        "found": finding.found,
        "message": str(finding.message),
    }


def with_comma(value: str) -> str:
    """A number as people print it; words as they are."""
    return value.replace(".", ",") if re.fullmatch(r"[\d. +−-]+", value) else value


def show(finding: Finding) -> None:
    """A finding for people: how bad and where, what is wrong, both values."""
    click.echo(f"[{SEVERITY_NAMES[finding.severity]}] {finding.place}")
    click.echo(f"    {finding.message}")
    values = [f"должно быть: {with_comma(finding.expected)}"] if finding.expected else []
    values += [f"написано: {with_comma(finding.found)}"] if finding.found else []
    if values:
        click.echo(f"    {'; '.join(values)}")
    click.echo(f"    код: {finding.code}")


@programme.command()
@click.argument("file", metavar="ФАЙЛ")
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", metavar="text|json", help="Для людей или данные.")
@click.pass_context
def check(context: click.Context, file: str, form: str) -> None:
    """Найти, где программа (DOCX, XLSX, YAML, JSON) противоречит себе.

    Код завершения: 0 — противоречий нет, 1 — есть, 2 — файл не читается (--format json даёт тогда {"error": …}).
    Подсказки (hint) противоречиями не считаются.
    """
    try:
        data, places, remarks = read_named(file)
    except (Refused, OSError) as error:
        reason = error.format_message() if isinstance(error, Refused) else f"{file}: не получилось ({error.strerror})"
        if form == "json":
            click.echo(json.dumps({"error": reason}, ensure_ascii=False))
        unreadable = Refused(reason)
        unreadable.exit_code = 2  # type: ignore[misc]
        raise unreadable from None
    findings = check_programme(data, places)
    if form == "json":
        click.echo(json.dumps([as_row(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        show_all(findings, remarks)
    if any(one.severity is not Severity.HINT for one in findings):
        context.exit(1)


def show_all(findings: list[Finding], remarks: list[str]) -> None:
    """Findings and a line of counts; remarks of the reading go to the error stream."""
    for remark in remarks:
        click.echo(f"При чтении: {remark}", err=True)
    for finding in findings:
        show(finding)
    counts = {severity: sum(one.severity is severity for one in findings) for severity in Severity}
    said = ", ".join(f"{SEVERITY_NAMES[severity]} — {count}" for severity, count in counts.items() if count)
    click.echo(f"Находок {len(findings)}: {said}." if findings else "Противоречий не найдено.")


# --- import and export


@programme.command("import")
@click.argument("file", metavar="ФАЙЛ")
@click.option("--municipality", required=True, metavar="КОД", help="Чья программа.")
def load(file: str, municipality: str) -> None:
    """Загрузить программу (DOCX, XLSX, YAML, JSON): цели, показатели, мероприятия, деньги по источникам и годам."""
    place = municipality_named(municipality)
    data, places, remarks = read_named(file)
    if not (data.get("portal") or {}).get("slug"):
        ensure_is_new(data, place)
    try:
        loaded = load_programme(data, municipality=place, actor=None, now=now())
    except RuleBroken as error:
        refuse(f"{file}: {in_words(error, Atlas(data, places))}")
    filled = fill_passports(loaded, actor=None, now=now())
    database.commit()
    for remark in remarks:
        click.echo(f"При чтении: {remark}", err=True)
    click.echo(f"Загружена программа «{loaded.name}», {loaded.year_from}–{loaded.year_to}: /programme/{loaded.slug}")
    if filled:
        click.echo(f"Паспорта показателей заполнены по методикам: {len(filled)}")


def ensure_is_new(data: dict[str, Any], place: Municipality) -> None:
    """Refused when a file that names no address of its own is a programme which the district already has."""
    plan = read_name_and_years(data)
    for one in db.session.scalars(select(Programme).where(Programme.municipality_id == place.id)):
        if (same_name(one.name), one.year_from, one.year_to) == plan:
            refuse(
                f"Эта программа уже есть: /programme/{one.slug}. "
                "Её новую редакцию записывают на портале, на странице «Работа с программой»"
            )


def read_name_and_years(data: dict[str, Any]) -> tuple[str, int | None, int | None]:
    """Name, first and last year as the passport of a document says them."""
    passport = mapping(data.get("passport"))
    term = mapping(passport.get("term"))
    return same_name(text(passport.get("name"))), term.get("from"), term.get("to")


def in_words(error: RuleBroken, atlas: Atlas) -> str:
    """What is wrong with a document, each with its place in words: nobody looks for «indicators[0].task»."""
    said = [
        replace(one, values={**one.values, "place": atlas.words(where)})
        if (where := str(one.values.get("place", "")))
        else one
        for one in error.remarks
    ]
    return "; ".join(str(one) for one in said)


def programme_named(slug: str, municipality: str | None) -> Programme:
    """The programme with this address; its municipality must be named where several have such a one."""
    chosen = select(Programme).where(Programme.slug == slug)
    if municipality:
        chosen = chosen.where(Programme.municipality_id == municipality_named(municipality).id)
    found = db.session.scalars(chosen.limit(2)).all()
    if len(found) > 1:
        refuse(f"Программа «{slug}» есть у нескольких районов: добавьте --municipality КОД")
    if not found:
        known = ", ".join(db.session.scalars(select(Programme.slug).order_by(Programme.slug))) or "пока ни одной"
        refuse(f"Нет программы «{slug}». Есть: {known}")
    return found[0]


def edition_of(chosen: Programme, number: int | None) -> ProgrammeEdition:
    """An edition of a programme: the one in force, or the one with this number."""
    number = chosen.edition if number is None else number
    found = select(ProgrammeEdition).where(
        ProgrammeEdition.programme_id == chosen.id, ProgrammeEdition.number == number
    )
    return db.session.scalar(found) or refuse(f"У программы «{chosen.slug}» нет редакции {number}")


@programme.command()
@click.argument("slug", metavar="ПРОГРАММА")
@click.option("--format", "form", type=KINDS, default="json", metavar="json|xlsx|docx", help="Данные или бумага.")
@click.option("--edition", type=int, metavar="НОМЕР", help="Какая редакция; без него — действующая.")
@click.option("--municipality", metavar="КОД", help="Чья программа.")
@click.option("--output", metavar="ФАЙЛ", help="Куда записать; без него — на вывод.")
def export(slug: str, form: str, edition: int | None, municipality: str | None, output: str | None) -> None:
    """Отдать программу целиком, как в документе редакции: данные (снова загружаются) или бумага с приложениями."""
    with reading():
        chosen = programme_named(slug, municipality)
        found = edition_of(chosen, edition)
        content = json.dumps(found.document, ensure_ascii=False, indent=1).encode()
        if form != "json":
            paper = papers.programme_xlsx if form == "xlsx" else papers.programme_docx
            content = paper(chosen, found, now=now())
    write_out(content, output)
