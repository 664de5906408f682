"""The contests of the demo, their dates laid around the day of loading."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from tosportal.demo.bulk import zone_of
from tosportal.demo.district import District, yaml_of
from tosportal.demo.ledger import keep_ledger
from tosportal.demo.stages import (
    ANCHORS,
    Stage,
    apply,
    attach,
    check,
    decide,
    last_year_projects,
    projects,
    score,
    seat_jury,
    submitted,
)
from tosportal.domain.contest_states import last_day
from tosportal.domain.regulation import Regulation, regulation_from_sample
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import regulation_of
from tosportal.features.contests.service import announce_contest, create_contest
from tosportal.features.programmes.queries import activity_by_code

SAMPLES = yaml_of("contests-sample.yaml")
BY_ID = {sample["id"]: sample for sample in SAMPLES["contests"]}
LAST_YEAR = date(2025, 4, 15)  # the official day of the contest of 2025: it begins, ends and is paid within its year


def laid(sample: dict[str, Any], district: District, anchor: str, days: int, now: datetime) -> Regulation:
    """A sample regulation moved so that the moment `anchor` falls `days` days from now."""
    zone = zone_of(district)
    regulation = regulation_from_sample(sample, SAMPLES["form_sections"]["items"], zone=zone)
    printed = regulation.moments[anchor].astimezone(zone).date()
    wanted = now.astimezone(zone).date() + timedelta(days=days)
    return regulation_from_sample(
        sample, SAMPLES["form_sections"]["items"], zone=zone, shift_days=(wanted - printed).days
    )


def make(district: District, slug: str, regulation: Regulation, *, year: int, announced: bool = True) -> Contest:
    """A contest of the programme's activity, announced at its first moment."""
    sample = BY_ID[slug.rsplit("-20", 1)[0]]
    activity = activity_by_code(district.programme, sample["programme_activity"])
    assert activity is not None  # noqa: S101  the sample programme has it
    announced_at = regulation.moments["announce"] + timedelta(hours=9)
    contest = create_contest(
        municipality=district.municipality,
        activity=activity,
        slug=slug,
        year=year,
        regulation=regulation,
        actor=district.secretary,
        now=announced_at - timedelta(days=6),
    )
    if announced:
        announce_contest(contest, actor=district.secretary, now=announced_at)
    return contest


def grant(district: District, slug: str, stage: Stage, *, now: datetime) -> Contest:
    """The project contest of this year, its dates laid for a stage."""
    anchor, days = ANCHORS[stage]
    return make(district, slug, laid(BY_ID[slug], district, anchor, days, now), year=2026)


def our_yard(district: District, now: datetime) -> Contest:
    """Announced, its intake opens in some days."""
    return make(district, "our-yard", laid(BY_ID["our-yard"], district, "announce", -1, now), year=2026)


def best_tos(district: District, now: datetime, anchor: tuple[str, int]) -> Contest:
    """Prizes by place in two nominations."""
    return make(district, "best-tos", laid(BY_ID["best-tos"], district, *anchor, now), year=2026)


def announce_others(district: District, *, now: datetime) -> None:
    """The other contests of the programme beside the one at a stage."""
    our_yard(district, now)
    best_tos(district, now, ("announce", -2))


def best_tos_entries(district: District, regulation: Regulation) -> list[dict[str, Any]]:
    """The entries of both nominations as answers of their sections."""
    samples = yaml_of("demo-projects.yaml")
    day = last_day(regulation.moments["open"], zone_of(district))
    found = []
    for code, events, raised, story in samples["best_tos"]:
        done = [
            {
                "title": f"Дело № {number + 1}",
                "date": (day - timedelta(days=20 * number + 9)).isoformat(),
                "people": str(18 + 7 * number),
                "amount": "0",
            }
            for number in range(events)
        ]
        published = {"title": "Наш ТОС в районной газете", "link": "https://example.org/news"}
        answers = {
            "year": str(day.year),
            "events": done,
            "raised": raised,
            "publications": [published | {"date": (day - timedelta(days=40)).isoformat()}],
            "story": story,
        }
        found.append(entry(code, "best-tos", "achievements", answers))
    for code, person, born, years, deeds in samples["best_activist"]:
        told = (deeds + " Соседи написали о нём отзывы и просят отметить этот труд. ") * 4
        answers = {"person": person, "birth_year": str(born), "years_in_tos": str(years), "deeds": told}
        found.append(entry(code, "best-activist", "activist", answers))
    return found


def entry(code: str, nomination: str, section: str, answers: dict[str, Any]) -> dict[str, Any]:
    """An entry to «Лучший ТОС» in the shape of a project; only its own section and the common ones are used."""
    filler = projects(1)[0] | {"tos": code, "nomination": nomination}
    return filler | {"answers": {section: answers}}


def mix(district: District, *, now: datetime) -> Iterator[str]:
    """Last year's project contest published, this year's accepting, «Лучший ТОС» being scored, «Двор» announced."""
    yield "Прошлогодний конкурс проектов, опубликован…"
    days = (LAST_YEAR - now.astimezone(zone_of(district)).date()).days
    last = laid(BY_ID["change-the-world"], district, "official_day", days, now)
    contest = make(district, "change-the-world-2025", last, year=2025)
    opened = last.moments["open"] + timedelta(hours=10)
    step = (last.moments["close"] - opened - timedelta(hours=9)) / 12
    sent = list(submitted(last_year_projects(), contest, last, district, first_at=opened, step=step))
    jurors = seat_jury(contest, district, now=last.moments["close"] - timedelta(days=3))
    admitted = check(sent, last, district, now=last.moments["close"] + timedelta(days=1))
    score(admitted, jurors, last, now=last.moments["scoring_from"] + timedelta(hours=9))
    decide(contest, last, district)
    keep_ledger(district, now=now)

    yield "Конкурс проектов этого года, идёт приём…"
    contest = grant(district, "change-the-world", Stage.DRAFTS, now=now)
    regulation = regulation_of(contest)
    opened = regulation.moments["open"] + timedelta(hours=10)
    list(submitted(projects()[8:], contest, regulation, district, first_at=opened, step=timedelta(days=4)))
    for place, project in enumerate(projects(5)):
        at = now - timedelta(days=5 - place, hours=2)
        draft = apply(project, contest, regulation, district, now=at, sections=(4, 1, 3, 4, 2)[place])
        if place == 0:
            attach(draft, regulation, district, project["tos"], now=at + timedelta(hours=1))
    seat_jury(contest, district, now=now - timedelta(days=2))

    yield "«Лучший ТОС», идёт оценка…"
    contest = best_tos(district, now, ("scoring_from", -4))
    regulation = regulation_of(contest)
    opened = regulation.moments["open"] + timedelta(hours=10)
    entries = best_tos_entries(district, regulation)
    sent = list(submitted(entries, contest, regulation, district, first_at=opened, step=timedelta(days=3)))
    jurors = seat_jury(contest, district, now=regulation.moments["close"] - timedelta(days=3))
    admitted = check(sent, regulation, district, now=regulation.moments["close"] + timedelta(days=1))
    score(admitted, jurors[1:4], regulation, now=regulation.moments["scoring_from"] + timedelta(hours=9), unsigned=4)

    yield "«А у нас во дворе ТОС», объявлен…"
    our_yard(district, now)
