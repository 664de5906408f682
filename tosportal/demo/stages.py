"""Bringing a project contest to a stage, each act at its own simulated moment, through the services of the features."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from tosportal.demo import bulk
from tosportal.demo.district import District, yaml_of
from tosportal.demo.files import minutes_pdf, photo_jpeg
from tosportal.domain.contest_states import last_day
from tosportal.domain.errors import RuleBroken
from tosportal.domain.regulation import Regulation
from tosportal.domain.sitting import Attendance, Question, Sitting, Votes
from tosportal.features.accounts.models import Person
from tosportal.features.admission.service import (
    admit_application,
    refuse_application,
    return_for_correction,
    save_checklist,
)
from tosportal.features.applications.models import Application
from tosportal.features.applications.queries import sections_of
from tosportal.features.applications.service import attach_file, save_section, start_application, submit_application
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import edition_in_force, regulation_of
from tosportal.features.decisions.queries import roster_of
from tosportal.features.decisions.service import approve_decision, prepare_decision, publish_decision
from tosportal.features.jury.models import Juror
from tosportal.features.jury.queries import juror_of
from tosportal.features.jury.service import accept_invitation, declare_conflict, invite_juror, save_marks, sign_sheet
from tosportal.support import audit
from tosportal.support.db import db


class Stage(StrEnum):
    """How far `change-the-world` is brought."""

    DRAFTS = "drafts"
    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    SCORED = "scored"
    PUBLISHED = "published"


ORDER = list(Stage)
# Which moment of the timeline lies how many days from the day of loading, so that the stage is what is going on now.
ANCHORS: dict[Stage, tuple[str, int]] = {
    Stage.DRAFTS: ("close", 9),
    Stage.SUBMITTED: ("close", -1),
    Stage.ADMITTED: ("scoring_from", -3),
    Stage.SCORED: ("scoring_until", 0),
    Stage.PUBLISHED: ("official_day", -1),
}
PLACE = "р. п. Ордынское, администрация района, малый зал"


def reaches(stage: Stage, wanted: Stage) -> bool:
    return ORDER.index(stage) >= ORDER.index(wanted)


def projects(limit: int = 12) -> list[dict[str, Any]]:
    """The invented projects of the sample."""
    return yaml_of("demo-projects.yaml")["projects"][:limit]


def last_year_projects() -> list[dict[str, Any]]:
    """Shorter projects for the contest of last year, made from their line in the sample."""
    found = []
    for title, code, nomination, requested in yaml_of("demo-projects.yaml")["last_year"]:
        found.append({
            "tos": code,
            "nomination": nomination,
            "title": title,
            "goal": f"{title}: сделать вместе и сохранить надолго",
            "problem": f"{title}: об этом жители говорили на трёх собраниях подряд. " * 5,
            "tasks": ["Подготовить место", "Сделать работу вместе", "Открыть праздником"],
            "place": "В границах ТОС",
            "participants": 35,
            "sustainability": "За сделанным следят жители, график утвердило собрание.",
            "budget": [
                ["Материалы и оборудование", "комплект", "1", requested, requested, "0", "0", "0"],
                ["Труд жителей", "ч", "130", "220", "0", "0", "0", "28600"],
            ],
        })  # fmt: skip
    return found


def answers_of(
    project: dict[str, Any], district: District, regulation: Regulation, chair: Person
) -> dict[str, dict[str, Any]]:
    """A project of the sample as answers to the sections of the form, as a person would have typed them."""
    tos = district.tos(project["tos"])
    zone = bulk.zone_of(district)
    window = regulation.moments
    starts = last_day(window.get("project_from", window["close"]) + timedelta(seconds=1), zone)
    number = int(project["tos"][-3:])
    keys = ("name", "unit", "quantity", "price", "requested", "own", "attracted", "in_kind")
    lines = [dict(zip(keys, row, strict=True)) | {"kind": ""} for row in project["budget"]]
    return {
        "applicant": {
            "tos": tos.name,
            "chair_name": chair.full_name,
            "chair_phone": f"+7 383 590-00-{number:02}",
            "chair_email": chair.email,
            "residents": str(tos.population),
            "legal_entity": "yes" if tos.is_legal_entity else "no",
            "inn": tos.inn,
            "ogrn": tos.ogrn,
            "recipient": "" if tos.is_legal_entity else "Ресурсный центр общественных инициатив",
        },
        "project": {
            "title": project["title"],
            "nomination": project["nomination"],
            "problem": project["problem"].strip() + " Протокол собрания приложен к заявке.",
            "goal": project["goal"],
            "tasks": list(project["tasks"]),
            "plan": [
                {
                    "name": task,
                    "starts_on": (starts + timedelta(days=25 * place)).isoformat(),
                    "ends_on": (starts + timedelta(days=25 * place + 20)).isoformat(),
                    "responsible": chair.full_name,
                    "result": "Выполнено, фотографии в отчёте",
                }
                for place, task in enumerate(project["tasks"])
            ],
            "start": starts.isoformat(),
            "finish": (starts + timedelta(days=100)).isoformat(),
            "place": project["place"],
            "participants": str(project["participants"]),
            "results": [
                {"indicator": "Жителей приняли участие", "unit": "чел.", "value": str(project["participants"])},
                {"indicator": "Публикаций о проекте", "unit": "шт.", "value": "3"},
            ],
            "sustainability": project["sustainability"],
        },
        "budget": {"budget": lines},
        "consent": {"personal_data": "yes", "truth": "yes"},
    }


def apply(
    project: dict[str, Any],
    contest: Contest,
    regulation: Regulation,
    district: District,
    *,
    now: datetime,
    sections: int = 9,
) -> Application:
    """An activist starts an application and fills in the first `sections` sections."""
    actor = district.activist(project["tos"], now - timedelta(days=1))
    application = start_application(
        contest=contest,
        tos=district.tos(project["tos"]),
        nomination=project["nomination"],
        form_key=f"demo-{contest.slug}-{project['tos']}-{project['nomination']}",
        actor=actor,
        now=now,
    )
    answers = answers_of(project, district, regulation, actor)
    answers.update(project.get("answers", {}))
    begun = sections_of(application.id)
    for place, section in enumerate(regulation.sections_for(project["nomination"])):
        if place < sections:
            save_section(
                application,
                section.code,
                answers[section.code],
                version=begun[section.code].version if section.code in begun else 0,
                actor=actor,
                now=now + timedelta(minutes=7 * (place + 1)),
            )
    return application


def attach(application: Application, regulation: Regulation, district: District, code: str, *, now: datetime) -> None:
    """The minutes of the meeting, and a photo where there is a place for one."""
    actor = district.activist(code, now)
    tos = district.tos(code)
    attach_file(
        application,
        "minutes",
        io.BytesIO(minutes_pdf(tos.name, application.title)),
        "Протокол собрания.pdf",
        actor=actor,
        now=now,
    )
    if regulation.document("photos"):
        attach_file(application, "photos", io.BytesIO(photo_jpeg(code)), "Место до работ.jpg", actor=actor, now=now)


def submitted(
    chosen: list[dict[str, Any]],
    contest: Contest,
    regulation: Regulation,
    district: District,
    *,
    first_at: datetime,
    step: timedelta,
) -> Iterator[Application]:
    """Whole applications, submitted one after another."""
    for place, project in enumerate(chosen):
        at = first_at + step * place
        application = apply(project, contest, regulation, district, now=at)
        attach(application, regulation, district, project["tos"], now=at + timedelta(hours=1))
        submit_application(
            application,
            actor=district.activist(project["tos"], at),
            now=at + timedelta(hours=2, minutes=place, seconds=7 * place + 3),
        )
        yield application


def seat_jury(contest: Contest, district: District, *, now: datetime) -> list[Juror]:
    """Five jurors and the chair come in by invitation."""
    for person, seat in (*((juror, "member") for juror in district.jurors), (district.chair, "chair")):
        invitation, _key = invite_juror(
            contest, email=person.email, full_name=person.full_name, seat=seat, actor=district.secretary, now=now
        )
        accept_invitation(invitation, person=person, now=now + timedelta(hours=3))
    jurors = [juror_of(person, contest) for person in district.jurors]
    return [juror for juror in jurors if juror is not None]


def check(
    applications: list[Application], regulation: Regulation, district: District, *, now: datetime
) -> list[Application]:
    """The secretary goes down the checklist and admits; of twelve one is refused. Those admitted come back."""
    admitted = []
    for place, application in enumerate(applications):
        at = now + timedelta(minutes=12 * place)
        refused = len(applications) > 10 and place == len(applications) - 1
        verdicts = {item.code: ("ok", "") for item in regulation.admission}
        if refused:
            verdicts[regulation.admission[0].code] = ("not_ok", "Устав на момент проверки не подтверждён")
        save_checklist(application, verdicts, actor=district.secretary, now=at)
        if refused:
            refuse_application(
                application, reasons="Пункт 2.1: регистрация устава не подтверждена.", actor=district.secretary, now=at
            )
        else:
            admit_application(application, actor=district.secretary, now=at)
            admitted.append(application)
    return admitted


def mark_of(juror: str, application: Application, criterion: str, maximum: int) -> int:
    """A mark that looks like a person's, the same at every loading: a level of the project, a mood of the juror."""

    def dice(text: str, sides: int) -> int:
        return hashlib.sha256(text.encode()).digest()[0] % sides

    level = 55 + dice(application.title, 40)
    mood = dice(juror + criterion + application.title, 31) - 15
    return max(0, min(maximum, round(maximum * (level + mood) / 100)))


def score(
    applications: list[Application], jurors: list[Juror], regulation: Regulation, *, now: datetime, unsigned: int = 0
) -> None:
    """Every juror declares, marks and signs; the last one leaves `unsigned` sheets undone, and one has a conflict."""
    for turn, juror in enumerate(jurors):
        for place, application in enumerate(applications):
            at = now + timedelta(minutes=20 * turn + 5 * place)
            if turn == 1 and place == 2:
                declare_conflict(
                    juror, application, has_conflict=True, reason="Брат — руководитель этого проекта", now=at
                )
                continue
            try:
                declare_conflict(juror, application, has_conflict=False, reason="", now=at)
            except RuleBroken:
                continue  # the portal itself knows of a conflict
            if turn == len(jurors) - 1 and place >= len(applications) - unsigned:
                continue
            marks = {
                one.code: str(mark_of(juror.code, application, one.code, int(one.maximum)))
                for one in regulation.criteria_for(application.nomination)
                if one.kind == "jury_mark"
            }
            sheet = save_marks(
                juror,
                application,
                marks=marks,
                comment="Проект понятный, смета читается." if place % 3 == 0 else "",
                version=0,
                now=at + timedelta(minutes=3),
            )
            sign_sheet(sheet, now=at + timedelta(minutes=4))


def sitting_at(held_at: datetime, contest: Contest) -> Sitting:
    """A sitting to which everybody came but the last juror; the chair does not vote on the money."""
    codes = [code for code, _words in roster_of(contest.id)]
    present = codes[:-1]
    everybody = len(present)
    return Sitting(
        number="1",
        held_at=held_at,
        place=PLACE,
        attendance=tuple(Attendance(code, code in present) for code in codes),
        invitees=("Ресурсный центр общественных инициатив, специалист по работе с ТОС",),
        questions=(
            Question("О допуске заявок", Votes(everybody, 0, 0), "Утвердить список допущенных заявок"),
            Question("Об итогах оценки и рейтинге", Votes(everybody, 0, 0), "Утвердить рейтинг"),
            Question(
                "О распределении средств конкурса",
                Votes(everybody - 1, 0, 1),
                "Распределить средства по рейтингу, как указано в разделе «Поддержка»",
            ),
        ),
        conditions=("Соглашения заключаются после окончания срока апелляций.",),
    )


def decide(contest: Contest, regulation: Regulation, district: District, *, publish: bool = True) -> None:
    """The secretary prepares, the chair approves, the secretary publishes."""
    moments = regulation.moments
    zone = bulk.zone_of(district)
    held_at = datetime.combine(last_day(moments["meeting"] + timedelta(seconds=1), zone), time(10, 30), zone)
    sitting = sitting_at(held_at, contest)
    prepared_at = max(moments["meeting"], moments["scoring_until"]) + timedelta(hours=11)
    decision = prepare_decision(contest, sitting=sitting, actor=district.secretary, now=prepared_at)
    if publish:
        approve_decision(decision, actor=district.chair, now=max(moments["approved"], prepared_at) + timedelta(hours=1))
        publish_decision(
            decision, actor=district.secretary, now=max(moments["official_day"], prepared_at) + timedelta(hours=10)
        )


def fill(stage: Stage, contest: Contest, district: District, *, count: int, now: datetime) -> None:
    """`count` applications brought to the stage, in bulk; jury, decision and publication through the services."""
    regulation = regulation_of(contest)
    moments, samples = regulation.moments, projects()
    actor = district.activist(samples[0]["tos"], moments["open"])
    many = bulk.Many(
        contest=contest,
        regulation=regulation,
        regulation_id=edition_in_force(contest).id,
        actor=actor,
        samples=samples,
        templates=[answers_of(sample, district, regulation, actor) for sample in samples],
        count=count,
    )
    is_admitted = reaches(stage, Stage.ADMITTED)
    many.put_applications("admitted" if is_admitted else "draft" if stage is Stage.DRAFTS else "submitted")
    if reaches(stage, Stage.SUBMITTED):
        many.put_submissions()
    if is_admitted:
        jurors = seat_jury(contest, district, now=moments["close"] - timedelta(days=3))
        if reaches(stage, Stage.SCORED):
            many.put_sheets(jurors, at=moments["scoring_from"] + timedelta(hours=9))
    audit.record(
        "demo.filled",
        contest,
        actor=None,
        now=now,
        after={"applications": count, "stage": str(stage)},
        municipality_id=contest.municipality_id,
    )
    if stage is Stage.PUBLISHED:
        decide(contest, regulation, district)


def bring_to(
    stage: Stage, contest: Contest, district: District, *, now: datetime, applications: int | None = None
) -> None:
    """Bring an announced project contest to a stage with 12 applications, or with many in bulk."""
    regulation = regulation_of(contest)
    moments = regulation.moments
    opened = moments["open"] + timedelta(hours=10)
    if applications:
        fill(stage, contest, district, count=applications, now=now)
        return
    if stage is Stage.DRAFTS:
        for place, project in enumerate(projects()):
            draft = apply(
                project, contest, regulation, district, now=opened + timedelta(days=place, hours=3), sections=place % 5
            )
            if place % 5 == 4:
                attach(draft, regulation, district, project["tos"], now=now - timedelta(hours=2))
        return
    step = (moments["close"] - opened - timedelta(hours=9)) / 12
    sent = list(submitted(projects(), contest, regulation, district, first_at=opened, step=step))
    jurors = seat_jury(contest, district, now=moments["close"] - timedelta(days=3))
    if stage is Stage.SUBMITTED:
        return
    checked = moments["close"] + timedelta(days=1)
    return_for_correction(
        sent[3], reasons="Приложите к смете расчёт цены сканера.", workdays=3, actor=district.secretary, now=checked
    )
    submit_application(
        sent[3], actor=district.activist(projects()[3]["tos"], checked), now=checked + timedelta(hours=5)
    )
    admitted = check(sent, regulation, district, now=checked + timedelta(hours=20))
    if stage is Stage.ADMITTED:
        return
    score(admitted, jurors, regulation, now=moments["scoring_from"] + timedelta(hours=9))
    if stage is Stage.PUBLISHED:
        decide(contest, regulation, district)
    db.session.flush()
