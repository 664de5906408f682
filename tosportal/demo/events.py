"""Events of the demo: two years of seminars, meetings and «Дней соседей», all invented but the names of activities."""

import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tosportal.demo.district import District
from tosportal.demo.files import minutes_pdf, photo_jpeg
from tosportal.domain.event_record import Counting, EventFacts, EventKind
from tosportal.features.accounts.models import Person
from tosportal.features.events.models import Event
from tosportal.features.events.service import (
    KeptFile,
    add_event,
    add_paper,
    add_photos,
    decide_event,
    keep_paper,
    keep_photos,
    read_photo,
)
from tosportal.features.programmes.queries import activity_by_code
from tosportal.support import db as database
from tosportal.support.db import db


@dataclass(frozen=True)
class Told:
    """An event of the demo: when, what, where, how many, whose, of which activity."""

    held_on: date
    kind: EventKind
    title: str
    place: str
    participants: int
    toses: tuple[str, ...]
    activity: str
    description: str = ""
    counting: Counting = Counting.PERSONS
    link: str = ""
    photos: tuple[str, ...] = ()  # captions


WHOSE = "tos-001"
HALL = "р. п. Ордынское, администрация района, малый зал"
LINK = "https://example.org/news"
EVENTS = (
    Told(date(2025, 2, 20), EventKind.SEMINAR, "Как написать заявку на грант", HALL, 31, (), "act-2-2",
         "Разобрали заявку прошлого года по строкам: цель, смета, календарный план."),
    Told(date(2025, 4, 11), EventKind.MEETING, "Встреча главы района с жителями", "с. Вагайцево, Дом культуры", 64,
         ("tos-012",), "act-1-1", "Говорили о дорогах, освещении и вывозе мусора."),
    Told(date(2025, 6, 5), EventKind.PUBLICATION, "«Сила соседей»: очерк о ТОС «Центральный»", "Районная газета", 0,
         ("tos-001",), "act-1-2", link=LINK),
    Told(date(2025, 9, 18), EventKind.SEMINAR, "Отчёт ТОС без ошибок", HALL, 27, (), "act-2-2"),
    Told(date(2025, 10, 18), EventKind.NEIGHBOURS_DAY, "День соседей в р. п. Ордынское",
         "р. п. Ордынское, площадь у Дома культуры", 52, ("tos-001", "tos-002", "tos-003"), "act-4-4",
         "Чай из одного самовара, выставка солений и концерт дворовых талантов.",
         photos=("Жители у накрытого стола перед домом с красной крышей",)),
    Told(date(2025, 11, 27), EventKind.MEETING, "Приём граждан на территории ТОС", "с. Козиха, сельский клуб", 18,
         ("tos-022",), "act-1-1", counting=Counting.VISITS),
    Told(date(2026, 2, 12), EventKind.SEMINAR, "Новые конкурсы 2026 года: что изменилось", HALL, 38, (), "act-2-2",
         "Показали портал: как начать заявку с телефона и где видно замечания."),
    Told(date(2026, 3, 20), EventKind.MEETING, "Встреча депутатов с советами ТОС", HALL, 26,
         ("tos-001", "tos-004"), "act-1-1"),
    Told(date(2026, 5, 22), EventKind.MEETING, "Встреча о благоустройстве улиц", "с. Кирза, школа", 41,
         ("tos-020", "tos-021"), "act-1-1"),
    Told(date(2026, 6, 30), EventKind.PUBLICATION, "Как двор у реки стал общим", "Районная газета", 0, ("tos-002",),
         "act-1-2", link=LINK),
    Told(date(2026, 8, 14), EventKind.MEETING, "Приём граждан в ТОС «Солнечный»", "р. п. Ордынское, ул. Мира, 12", 22,
         ("tos-003",), "act-1-1", counting=Counting.VISITS),
    Told(date(2026, 9, 19), EventKind.NEIGHBOURS_DAY, "День соседей на Береговой", "р. п. Ордынское, ул. Береговая", 57,
         ("tos-002",), "act-4-4", "Посадили двенадцать рябин и сыграли в городки улица на улицу.",
         photos=("Новая аллея рябин вдоль улицы",)),
)  # fmt: skip


def facts_of(told: Told) -> EventFacts:
    """What is told, for the service."""
    return EventFacts(
        told.kind,
        told.title,
        told.held_on,
        told.place,
        told.participants,
        told.counting,
        told.description,
        told.link,
    )


def make(district: District, *, now: datetime) -> None:
    """Everything that has taken place by the day of loading, entered two days after; two events of an activist beside
    it: one waits for the secretary, one was returned."""
    zone = ZoneInfo(district.municipality.zone)
    today = now.astimezone(zone).date()
    past = [told for told in EVENTS if told.held_on < today - timedelta(days=3)]
    waiting, vague = told_last_week(today)
    database.commit()  # the storage may be slow: meanwhile the database is free for others
    kept = {told: files_of(told) for told in [*past, waiting]}
    for told in past:
        evening = datetime.combine(told.held_on + timedelta(days=2), time(10), zone)
        enter(district, told, kept[told], actor=district.secretary, now=evening)
    tell(district, waiting, vague, kept[waiting], now=now)


@dataclass(frozen=True)
class Files:
    """What lies with an event of the demo: each photo with its caption, and the list of people."""

    photos: tuple[tuple[KeptFile, str], ...] = ()
    people: KeptFile | None = None


def files_of(told: Told) -> Files:
    """The photos of an event; a list of people lies with every «День соседей». Asks nothing of the database."""
    photos = [read_photo(io.BytesIO(photo_jpeg(told.title)), "праздник.jpg") for _caption in told.photos]
    people = None
    if told.kind == EventKind.NEIGHBOURS_DAY:
        people = keep_paper(io.BytesIO(minutes_pdf("Список участников", told.title)), "список участников.pdf")
    return Files(tuple(zip(keep_photos(photos), told.photos, strict=True)), people)


def enter(district: District, told: Told, files: Files, *, actor: Person, now: datetime) -> Event:
    """One event with its files."""
    is_officer = actor is district.secretary
    event = add_event(
        facts_of(told),
        municipality_id=district.municipality.id,
        toses=[district.tos(code) for code in told.toses],
        activity=activity_by_code(district.programme, told.activity) if told.activity else None,
        form_key=None,
        actor=actor,
        as_officer=is_officer,
        now=now,
    )
    for photo, caption in files.photos:
        add_photos(event, [photo], caption, actor=actor, as_officer=is_officer, now=now)
    if files.people:
        add_paper(event, "list", files.people, actor=actor, as_officer=is_officer, now=now)
    db.session.flush()
    return event


def told_last_week(today: date) -> tuple[Told, Told]:
    """What the activist of the demo told of last week: one that is clear, one that nobody could know again."""
    clear = Told(
        today - timedelta(days=2),
        EventKind.OTHER,
        "Субботник у колодца",
        "р. п. Ордынское, ул. Центральная",
        17,
        (WHOSE,),
        "",
        "Убрали листву и покрасили скамейки.",
        photos=("Соседи у свежевыкрашенных скамеек",),
    )
    return clear, Told(today - timedelta(days=6), EventKind.MEETING, "Собрание", "у нас", 9, (WHOSE,), "")


def tell(district: District, waiting: Told, vague: Told, files: Files, *, now: datetime) -> None:
    """One event waits for the secretary, one was returned."""
    activist = district.activist(WHOSE, now)
    enter(district, waiting, files, actor=activist, now=now - timedelta(days=1))
    refused = enter(district, vague, Files(), actor=activist, now=now - timedelta(days=5))
    reason = "Напишите, о чём было собрание и где оно прошло: по этим словам его не узнать."
    decide_event(
        refused, accept=False, reason=reason, look=refused.look, actor=district.secretary, now=now - timedelta(days=4)
    )
