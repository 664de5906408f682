"""Each ready set becomes a contest by clicking: changed, tried on, announced and amended."""

from dataclasses import dataclass
from datetime import date

import pytest

from tests.browser import designer
from tests.browser.conftest import OpenWindow
from tests.browser.portal import Portal
from tosportal.demo.people import PASSWORD, SECRETARY
from tosportal.domain.regulation import diff_regulations
from tosportal.features.contests.queries import contest_by_slug, ready_sets, regulation_of

ANNOUNCED_ON = date(2026, 3, 2)
CRITERION = "1. Главное: «люди» и 100 %"
SLOT, NEW_SLOT = "Отзывы жителей «по желанию»", "Отзывы и письма жителей, 100 % по желанию"


@dataclass(frozen=True)
class Way:
    """What a journey does with a set: whose money, which places, and a mistake that the portal must notice."""

    fund: str
    section: str
    criterion: str
    wrong: tuple[str, str, str]
    """Part, input, value."""
    right: tuple[tuple[str, str], ...]
    remark: str
    lasting: tuple[str, ...] = ()
    """What of this stays different from the set."""


WAYS = {
    "best-tos": Way(
        "Лучший активист ТОС",
        "presentation",
        "people",
        ("nominations", "nominations-0-prizes-0-sum", "11 000,00"),
        tuple((f"nominations-0-prizes-{place}-sum", text) for place, text in enumerate(("5000", "4000", "3 000,00"))),
        "Премии на 69.000,00.₽ больше фонда 40.000,00.₽",
        tuple(f"nominations[best-tos].prizes[{place}].sum" for place in (1, 2, 3)),
    ),
    "best-activist": Way(
        "Лучший активист ТОС",
        "essay",
        "years",
        ("nominations", "nominations-1-prizes-0-sum", "18 000,00"),
        (("nominations-1-prizes-0-sum", "7999,99"),),
        "Премии на 46.000,00.₽ больше фонда 40.000,00.₽",
        ("nominations[chair].prizes[1].sum",),
    ),
    "project-grant": Way(
        "Если хочешь изменить мир",
        "project",
        "relevance",
        ("criterion-relevance", "weight", "0,25"),
        (("weight", "0,20"),),
        "Веса критериев должны в сумме давать 1, а дают 1,05",
    ),
}


@pytest.mark.parametrize(
    ("code", "screen", "look"),
    [
        ("best-tos", "1280", designer.pass_by),
        ("best-activist", "390", designer.pass_by),
        ("project-grant", "1280", designer.look_at_both),
    ],
)
def test_a_ready_set_becomes_a_contest(
    code: str, screen: str, look: designer.Look, fresh_portal: Portal, window_of: OpenWindow
) -> None:
    way = WAYS[code]
    window = window_of(fresh_portal, screen, shots=screen)
    window.sign_in(SECRETARY.email, PASSWORD)
    address = designer.begin(window, code, way.fund, ANNOUNCED_ON, look)
    designer.lengthen_intake(window, address, 24, look)
    designer.add_question(window, address, way.section, look)
    designer.add_slot(window, address, SLOT, look)
    designer.name_criterion(window, address, way.criterion, CRITERION, look)
    part, name, value = way.wrong
    designer.change_values(window, f"{address}/edit/{part}", (name, value))
    designer.meet_what_is_left(
        window, address, way.remark, lambda: designer.change_values(window, f"{address}/edit/{part}", *way.right), look
    )
    designer.try_on(window, address, look)
    designer.announce(window, address, look)
    designer.amend(window, address, NEW_SLOT, look)
    designer.read_as_visitor(window_of(fresh_portal, screen), address, NEW_SLOT)
    check_stored(fresh_portal, code, address, way)


def check_stored(portal: Portal, code: str, address: str, way: Way) -> None:
    """The edition in force is the ready set with its dates and what was typed, to the letter, and nothing else."""
    with portal.inside():
        contest = contest_by_slug(address.rsplit("/", 1)[-1])
        assert contest
        regulation, begun = regulation_of(contest), ready_sets()[code].regulation
        changed = [one.place for one in diff_regulations(begun, regulation) if not one.place.startswith("timeline[")]
    question = regulation.section(way.section).fields[-2]
    assert question.label == designer.LABEL
    assert changed == [
        *way.lasting,
        f"documents[{regulation.documents[-1].code}]",
        f"form.sections[{way.section}].fields[{question.code}]",
        f"criteria[{way.criterion}].name",
    ]
    assert contest.edition == 2
    assert regulation.documents[-1].name == NEW_SLOT
    assert next(one.name for one in regulation.criteria if one.code == way.criterion) == CRITERION
