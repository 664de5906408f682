"""Makers with few knobs: what a test does not mention does not matter to it."""

import copy
import itertools
import json
import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.applications.models import Application, ApplicationSection, Attachment, Submission
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.jury.models import ConflictDeclaration, Juror, Mark, ScoreSheet
from tosportal.features.programmes.models import Activity, ActivityFunding, ActivityYear, Programme, ProgrammeTask
from tosportal.features.registry.models import Municipality, Settlement, Tos
from tosportal.support.db import db

_count = itertools.count(1)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

REGULATION: dict[str, Any] = {
    "schema": "regulation/1",
    "kind": "grant",
    "name": "Если хочешь изменить мир",
    "summary": "Гранты на проекты ТОС",
    "nominations": [
        {"code": "n1", "name": "Благоустройство", "applicant": "tos", "prizes": []},
        {"code": "n2", "name": "Дети и молодёжь", "applicant": "tos", "prizes": []},
    ],
    "timeline": [
        {"code": "announce", "name": "Публикация извещения", "at": "2026-02-02T00:00:00+07:00"},
        {"code": "open", "name": "Начало приёма заявок", "at": "2026-02-03T00:00:00+07:00"},
        {"code": "close", "name": "Окончание приёма заявок", "at": "2026-03-13T17:00:00+07:00"},
        {"code": "check_until", "name": "Проверка заявок — до", "at": "2026-03-21T00:00:00+07:00"},
        {"code": "fix_until", "name": "Устранение замечаний — до", "at": "2026-03-26T00:00:00+07:00"},
        {"code": "scoring_from", "name": "Начало оценки", "at": "2026-03-26T00:00:00+07:00"},
        {"code": "scoring_until", "name": "Окончание оценки", "at": "2026-04-09T00:00:00+07:00"},
        {"code": "meeting", "name": "Заседание комиссии", "at": "2026-04-10T10:00:00+07:00"},
        {"code": "approved", "name": "Утверждение результатов", "at": "2026-04-13T00:00:00+07:00"},
        {"code": "official_day", "name": "Официальный день объявления результатов", "at": "2026-04-14T00:00:00+07:00"},
        {"code": "project_from", "name": "Начало проектов", "at": "2026-05-18T00:00:00+07:00"},
        {"code": "project_until", "name": "Окончание проектов", "at": "2026-10-01T00:00:00+07:00"},
        {"code": "report_until", "name": "Отчёты — до", "at": "2026-10-16T00:00:00+07:00"},
    ],
    "eligibility": [
        {
            "code": "charter",
            "text": "Устав ТОС зарегистрирован не позднее дня окончания приёма заявок",
            "clause": "2.1",
            "check": "charter_registered",
            "value": None,
        },
        {
            "code": "debts",
            "text": "Нет просроченных отчётов по прошлым конкурсам",
            "clause": "2.2",
            "check": None,
            "value": None,
        },
    ],
    "documents": [
        {
            "code": "minutes",
            "name": "Протокол собрания жителей",
            "required": True,
            "accept": ["pdf", "jpeg", "png"],
            "max_files": 1,
            "max_mb": 20,
            "clause": "3.1",
            "public": False,
        },
        {
            "code": "photos",
            "name": "Фотографии места",
            "required": False,
            "accept": ["jpeg", "png"],
            "max_files": 10,
            "max_mb": 10,
            "clause": "3.2",
            "public": False,
        },
    ],
    "limits": {
        "grant_max": "144000.00",
        "grant_min": "30000.00",
        "grant_percent_max": None,
        "own_percent_min": "10",
        "own_includes": ["own", "attracted", "in_kind"],
        "applications_per_tos": 2,
        "grants_per_tos": 1,
        "project_months_max": 5,
        "expected_winners": 5,
    },
    "form": {
        "sections": [
            {
                "code": "applicant",
                "title": "Сведения о ТОС",
                "nominations": [],
                "fields": [
                    {
                        "code": "chair_name",
                        "label": "Председатель ТОС (ФИО)",
                        "kind": "person",
                        "required": True,
                        "personal": True,
                        "prefill": "chair.full_name",
                    },
                    {
                        "code": "chair_phone",
                        "label": "Телефон",
                        "kind": "phone",
                        "required": True,
                        "personal": True,
                        "prefill": "chair.phone",
                    },
                    {
                        "code": "residents",
                        "label": "Число жителей",
                        "kind": "integer",
                        "required": True,
                        "min": "1",
                        "max": "20000",
                        "prefill": "tos.population",
                    },
                ],
            },
            {
                "code": "project",
                "title": "Проект",
                "nominations": [],
                "fields": [
                    {
                        "code": "title",
                        "label": "Название проекта",
                        "kind": "text",
                        "required": True,
                        "max_chars": 200,
                        "public": True,
                    },
                    {
                        "code": "problem",
                        "label": "Описание проблемы",
                        "kind": "long_text",
                        "required": True,
                        "min_chars": 20,
                        "max_chars": 3000,
                    },
                    {"code": "plan", "label": "Календарный план", "kind": "calendar_plan", "required": True},
                ],
            },
            {
                "code": "budget",
                "title": "Смета",
                "nominations": [],
                "fields": [
                    {"code": "items", "label": "Статьи расходов", "kind": "budget", "required": True},
                ],
            },
            {
                "code": "consent",
                "title": "Согласия",
                "nominations": [],
                "fields": [
                    {
                        "code": "truth",
                        "label": "Достоверность сведений подтверждаю",
                        "kind": "declaration",
                        "required": True,
                    },
                ],
            },
        ]
    },
    "criteria": [
        {
            "code": "k1",
            "nomination": None,
            "name": "Актуальность",
            "max": "10",
            "step": "1",
            "weight": "0.50",
            "kind": "jury_mark",
            "value": None,
            "levels": [
                {"points": "0", "text": "не описана", "from": None},
                {"points": "10", "text": "подтверждена фактами", "from": None},
            ],
        },
        {
            "code": "k2",
            "nomination": None,
            "name": "Обоснованность сметы",
            "max": "10",
            "step": "1",
            "weight": "0.40",
            "kind": "jury_mark",
            "value": None,
            "levels": [
                {"points": "0", "text": "цены не подтверждены", "from": None},
                {"points": "10", "text": "подтверждены все", "from": None},
            ],
        },
        {
            "code": "k3",
            "nomination": None,
            "name": "Собственный вклад",
            "max": "10",
            "step": "1",
            "weight": "0.10",
            "kind": "band",
            "value": "own_share",
            "levels": [
                {"points": "0", "text": "менее 10 %", "from": "0"},
                {"points": "5", "text": "от 10 %", "from": "10"},
                {"points": "10", "text": "25 % и более", "from": "25"},
            ],
        },
    ],
    "scoring": {
        "method": "weighted_mean",
        "rounding": "0.01",
        "criterion_rounding": None,
        "pass_total": "6.00",
        "ties": ["k1", "submitted_at"],
        "sheets_min": 3,
    },
    "awarding": {"method": "walk", "last": "cut", "partial_min": "30000.00"},
    "admission": [
        {"code": "minutes_ok", "text": "Протокол собрания приложен и читается", "clause": "3.1"},
        {"code": "limits_ok", "text": "Сумма и собственный вклад в пределах", "clause": "4.1"},
    ],
}


def saved(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def make_municipality(code: str = "ordynsky", name: str = "Ордынский район") -> Municipality:
    return saved(
        Municipality(
            code=code,
            name=name,
            owner_name=f"Администрация {name}",
            region_name="Новосибирская область",
            zone="Asia/Novosibirsk",
            zone_words="по Новосибирску",
            phone="8 (000) 000-00-00",
            hours="Будни с 9:00 до 17:00",
            address="р. п. Ордынское",
        )
    )


def make_person(email: str | None = None, full_name: str = "Примерова Анна Образцовна", **knobs: Any) -> Person:
    return saved(
        Person(
            email=email or f"person{next(_count)}@example.org",
            full_name=full_name,
            fs_uniquifier=secrets.token_hex(16),
            locale="ru",
            phone="",
            password="",
            active=True,
            confirmed_at=LONG_AGO,
            joined_at=LONG_AGO,
            **knobs,
        )
    )


def give_role(person: Person, role: Role, scope: Scope = Scope.EVERYWHERE, scope_id: int = 0) -> Person:
    saved(RoleGrant(person_id=person.id, role=role, scope=scope, scope_id=scope_id, granted_at=LONG_AGO))
    db.session.expire(person)
    return person


def make_secretary(municipality: Municipality) -> Person:
    return give_role(
        make_person(full_name="Секретарева Вера Ивановна"), Role.SECRETARY, Scope.MUNICIPALITY, municipality.id
    )


def make_activist(tos: Tos) -> Person:
    return give_role(make_person(), Role.ACTIVIST, Scope.TOS, tos.id)


def make_settlement(municipality: Municipality, name: str | None = None) -> Settlement:
    name = name or f"Селение {next(_count)}"
    return saved(Settlement(municipality_id=municipality.id, name=name, kind="сельсовет", place_kind="с.", place=name))


def make_tos(
    municipality: Municipality, name: str | None = None, settlement: Settlement | None = None, **knobs: Any
) -> Tos:
    number = next(_count)
    name = name or f"ТОС «Пример {number}»"
    values: dict[str, Any] = {
        "code": f"tos-{number:04}",
        "borders": "ул. Мира",
        "charter_number": "05/2018",
        "charter_registered_on": date(2018, 10, 23),
        "population": 200,
        "residents_16": 150,
        "search_text": name.casefold(),
        **knobs,
    }
    settlement = settlement or make_settlement(municipality)
    return saved(Tos(municipality_id=municipality.id, settlement_id=settlement.id, name=name, **values))


def make_activity(municipality: Municipality, year: int = 2026, funds: dict[str, str] | None = None) -> Activity:
    programme = saved(
        Programme(
            municipality_id=municipality.id,
            slug=f"programme-{next(_count)}",
            name="Развитие ТОС",
            goal="Развитие",
            year_from=2024,
            year_to=2026,
            passport={},
        )
    )
    task = saved(ProgrammeTask(programme_id=programme.id, code="task-4", number=4, name="Материальная поддержка"))
    activity = saved(Activity(programme_id=programme.id, task_id=task.id, code="act-4-1", name="Конкурс проектов"))
    funds = funds or {"regional": "708500.00", "local": "12986.76", "extrabudget": "0.00"}
    saved(
        ActivityYear(
            activity_id=activity.id,
            year=year,
            quantity=Decimal(1),
            unit_cost=sum((Decimal(sum_) for sum_ in funds.values()), Decimal(0)),
        )
    )
    for source, planned in funds.items():
        saved(ActivityFunding(activity_id=activity.id, year=year, source=source, planned_sum=Decimal(planned)))
    return activity


def regulation_with(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(REGULATION), **changes}


def make_contest(
    municipality: Municipality,
    slug: str | None = None,
    regulation: dict[str, Any] | None = None,
    announced: bool = True,
    **knobs: Any,
) -> Contest:
    definition = copy.deepcopy(regulation or REGULATION)
    activity = make_activity(municipality)
    contest = saved(
        Contest(
            municipality_id=municipality.id,
            activity_id=activity.id,
            slug=slug or f"contest-{next(_count)}",
            name=definition["name"],
            kind=definition["kind"],
            year=2026,
            edition=1,
            announced_at=datetime(2026, 2, 1, 18, tzinfo=UTC) if announced else None,
            **knobs,
        )
    )
    saved(RegulationEdition(contest_id=contest.id, number=1, definition=definition, made_at=LONG_AGO))
    return contest


ANSWERS: dict[str, dict[str, Any]] = {
    "applicant": {"chair_name": "Примерова Анна Образцовна", "chair_phone": "+7 383 590-00-01", "residents": "200"},
    "project": {
        "title": "Детская площадка «Родничок»",
        "problem": "В селе шестьдесят детей, а площадки нет: играют на дороге.",
        "plan": [
            {
                "name": "Расчистка",
                "starts_on": "2026-05-20",
                "ends_on": "2026-06-10",
                "responsible": "Примерова А. О.",
                "result": "Место готово",
            }
        ],
    },
    "budget": {
        "items": [
            {
                "name": "Качели",
                "kind": "",
                "unit": "шт.",
                "quantity": "2",
                "price": "40000",
                "requested": "72000",
                "own": "8000",
                "attracted": "0",
                "in_kind": "0",
            },
            {
                "name": "Сборка",
                "kind": "",
                "unit": "ч",
                "quantity": "10",
                "price": "1000",
                "requested": "0",
                "own": "0",
                "attracted": "0",
                "in_kind": "10000",
            },
        ]
    },
    "consent": {"truth": "yes"},
}


def make_application(
    contest: Contest,
    tos: Tos,
    person: Person | None = None,
    state: str = "draft",
    answers: dict[str, Any] | None = None,
    **knobs: Any,
) -> Application:
    """A draft with all sections filled; for another state the columns of that state are set too (no submission row)."""
    person = person or make_person()
    edition = db.session.scalars(
        db.select(RegulationEdition).filter_by(contest_id=contest.id, number=contest.edition)
    ).one()
    values: dict[str, Any] = {
        "nomination": "n1",
        "title": "Детская площадка «Родничок»",
        "requested_sum": Decimal("72000.00"),
        "total_sum": Decimal("90000.00"),
    }
    if state not in {"draft"}:
        values |= {
            "submitted_at": datetime(2026, 3, 1, 5, 0, next(_count) % 60, tzinfo=UTC),
            "number": contest.next_number,
        }
        contest.next_number += 1
    application = saved(
        Application(
            key=secrets.token_urlsafe(12),
            contest_id=contest.id,
            regulation_id=edition.id,
            tos_id=tos.id,
            state=state,
            created_at=datetime(2026, 2, 20, tzinfo=UTC),
            created_by_id=person.id,
            **(values | knobs),
        )
    )
    for code, given in (ANSWERS | (answers or {})).items():
        saved(
            ApplicationSection(
                application_id=application.id,
                code=code,
                answers=given,
                saved_at=application.created_at,
                saved_by_id=person.id,
            )
        )
    return application


def make_juror(contest: Contest, person: Person | None = None, code: str | None = None) -> Juror:
    """A member of the jury with the role in the contest."""
    person = person or make_person(full_name="Оценкина Мария Львовна")
    give_role(person, Role.JUROR, Scope.CONTEST, contest.id)
    return saved(Juror(contest_id=contest.id, person_id=person.id, code=code or f"Э{next(_count)}", joined_at=LONG_AGO))


def make_sheet(juror: Juror, application: Application, marks: dict[str, str], signed: bool = True) -> ScoreSheet:
    """A declaration of no conflict and a sheet with these marks."""
    at = datetime(2026, 4, 1, 5, tzinfo=UTC)
    saved(ConflictDeclaration(juror_id=juror.id, application_id=application.id, has_conflict=False, declared_at=at))
    sheet = saved(
        ScoreSheet(
            juror_id=juror.id,
            application_id=application.id,
            total=sum((Decimal(one) for one in marks.values()), Decimal(0)),
            saved_at=at,
            signed_at=at if signed else None,
        )
    )
    for code, points in marks.items():
        saved(Mark(sheet_id=sheet.id, criterion=code, points=Decimal(points)))
    return sheet


def make_submission(application: Application) -> Submission:
    """The next frozen copy of an application as it stands, with its files."""
    sections = db.session.scalars(db.select(ApplicationSection).filter_by(application_id=application.id)).all()
    files = db.session.scalars(db.select(Attachment).filter_by(application_id=application.id, removed_at=None)).all()
    content = {
        "schema": "application/1",
        "number": application.number,
        "sections": [{"code": one.code, "title": one.code, "answers": one.answers} for one in sections],
        "attachments": [{"slot": one.slot, "name": one.name, "size": one.size, "sha256": one.sha256} for one in files],
    }
    before = db.session.scalars(db.select(Submission).filter_by(application_id=application.id)).all()
    return saved(
        Submission(
            application_id=application.id,
            number=len(before) + 1,
            content=json.dumps(content, ensure_ascii=False),
            digest="0" * 64,
            submitted_at=application.submitted_at,
        )
    )
