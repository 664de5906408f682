"""Makers for the tests of scoring, ranking, awards and protocols: a small contest with few knobs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tosportal.domain.awarding import AwardingRule
from tosportal.domain.criteria import Criterion, Level
from tosportal.domain.protocol import (
    Candidate,
    ContestFacts,
    NominationFacts,
    ProtocolInputs,
    Recusal,
)
from tosportal.domain.ranking import Entry, RankedRow
from tosportal.domain.scoring import ScoringRule, Total
from tosportal.domain.sitting import CHAIR, Attendance, Question, Sitting, Votes

D = Decimal
OPENED_AT = datetime(2026, 4, 1, 3, tzinfo=UTC)
FUND = {"regional": D("708500.00"), "local": D("12986.76"), "extrabudget": D("0.00")}


def make_sitting(number: str, held_at: datetime, *, present: int, members: int) -> Sitting:
    """A sitting of a chair and jurors, the first `present` of whom came; one question, carried by all but one."""
    codes = [CHAIR, *(f"Э{n}" for n in range(1, members))]
    return Sitting(
        number=number,
        held_at=held_at,
        place="Администрация района",
        attendance=tuple(Attendance(code, place < present) for place, code in enumerate(codes)),
        questions=(Question("О распределении средств", Votes(present - 1, 0, 1), "Распределить по рейтингу"),),
    )


def jury_mark(code: str, maximum: str = "10", weight: str = "1", step: str = "1", **more: object) -> Criterion:
    made = Criterion(code, None, f"Критерий {code}", D(maximum), D(step), D(weight), "jury_mark")
    return replace(made, **more)  # type: ignore[arg-type]


def band(code: str, levels: Sequence[tuple[str, str]], weight: str = "1", maximum: str | None = None) -> Criterion:
    made = tuple(Level(D(points), f"от {start}", D(start)) for start, points in levels)
    highest = D(maximum) if maximum else max(level.points for level in made)
    return Criterion(code, None, f"Критерий {code}", highest, D(1), D(weight), "band", "own_share", made)


OWN_SHARE = (("0", "0"), ("10", "5"), ("25", "10"))


def sheets(*rows: Sequence[int | str], codes: Sequence[str] | None = None) -> dict[str, dict[str, Decimal]]:
    """One row per juror, marks in the order of the criteria k1, k2, …"""
    return {
        f"Э{number}": {
            code: D(mark) for code, mark in zip(codes or [f"k{n}" for n in range(1, len(row) + 1)], row, strict=True)
        }
        for number, row in enumerate(rows, 1)
    }


def total(value: str, exact: str | None = None, means: Mapping[str, str] | None = None) -> Total:
    found = {code: Fraction(mean) for code, mean in (means or {}).items()}
    return Total(D(value), Fraction(exact or value), found, found, (), ScoringRule("weighted_mean"), {}, {})


def entry(number: str, value: str, minute: int = 0, **more: object) -> Entry:
    """An entry with a total and a minute of submission."""
    means = more.pop("means", None)
    made = Entry(
        number, "n1", f"tos-{number}", OPENED_AT + timedelta(minutes=minute), D("100000.00"), 3,
        total(value, means=means),  # type: ignore[arg-type]
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def ranked(*requests: str, passed: int | None = None, **tos: str) -> list[RankedRow]:
    """Rows on places 1, 2, … that ask for these sums; `passed` of them passed; `a2="x"` gives row 2 the ТОС x."""
    return [
        RankedRow(
            entry(f"a{place}", "5.00", requested_sum=D(asked), tos_code=tos.get(f"a{place}", f"tos-{place}")),
            "",
            place,
            passed is None or place <= passed,
        )
        for place, asked in enumerate(requests, 1)
    ]


def grant_contest(applications: int = 12, jurors: int = 5) -> ProtocolInputs:
    """A grant contest: two jury criteria, a band, weights 0.5 + 0.3 + 0.2, one grant per ТОС, the last one is cut."""
    criteria = (jury_mark("k1", weight="0.5"), jury_mark("k2", weight="0.3"), band("k3", OWN_SHARE, weight="0.2"))
    candidates = tuple(
        Candidate(
            number=f"2026-{n:04d}",
            tos_code=f"tos-{n % 9}",
            tos_name=f"ТОС «Улица {n % 9}»",
            title=f"Проект {n}",
            nomination=f"n{n % 2 + 1}",
            requested_sum=D(6_000_000 + 777_777 * (n * 5 % 11)) / 100,
            submitted_at=OPENED_AT + timedelta(seconds=n),
            measured={"k3": Fraction(100 * (n % 4), 9)},
            marks={
                f"Э{j}": {"k1": D((n * 3 + j) % 6 + 5), "k2": D((n * 7 + j * 2) % 5 + 6)} for j in range(1, jurors + 1)
            },
        )
        for n in range(1, applications + 1)
    )
    recused = candidates[2]
    recused = replace(recused, marks={code: sheet for code, sheet in recused.marks.items() if code != "Э1"})
    return ProtocolInputs(
        contest=ContestFacts("change-the-world", "Если хочешь изменить мир", 1, "Ордынский район", "grant"),
        session=make_sitting("3", datetime(2026, 6, 5, 4, 30, tzinfo=UTC), present=5, members=7),
        nominations=(NominationFacts("n1", "Дети"), NominationFacts("n2", "Память")),
        criteria=criteria,
        scoring=ScoringRule("weighted_mean", D("0.01"), None, D("6.00"), ("k1", "k3", "submitted_at"), 3),
        awarding=AwardingRule("walk", "cut", D("30000.00")),
        grants_per_tos=1,
        fund_by_source=FUND,
        candidates=(*candidates[:2], recused, *candidates[3:]),
        recusals=(Recusal("Э1", recused.number),),
    )


def prize_contest() -> ProtocolInputs:
    """A prize contest of two nominations with their own criteria, plain sums of marks."""
    base = grant_contest(6, 3)
    criteria = (jury_mark("t1", "15", nomination="best-tos"), jury_mark("a1", "10", nomination="best-activist"))
    own = {"best-tos": "t1", "best-activist": "a1"}
    candidates = []
    for n, one in enumerate(base.candidates):
        nomination = ("best-tos", "best-activist")[n % 2]
        marks = {f"Э{j}": {own[nomination]: D(10 - n)} for j in range(1, 4)}
        candidates.append(replace(one, nomination=nomination, marks=marks, measured={}, requested_sum=None))
    prizes = {1: D("10000.00"), 2: D("7000.00")}
    return replace(
        base,
        contest=replace(base.contest, slug="best-tos", kind="prize"),
        nominations=(
            NominationFacts("best-tos", "Лучший ТОС", prizes),
            NominationFacts("best-activist", "Лучший активист", {1: D("8000.00")}),
        ),
        criteria=criteria,
        scoring=ScoringRule("mean_of_totals", D("1"), None, None, ("t1", "a1", "submitted_at"), 3),
        awarding=AwardingRule("prizes", shared="same_prize"),
        grants_per_tos=None,
        fund_by_source={"local": D("40000.00")},
        candidates=tuple(candidates),
        recusals=(),
    )
