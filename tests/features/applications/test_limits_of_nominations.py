"""Limits of a nomination or a group beside those of the contest: which counts, and whose it is in words."""

from decimal import Decimal

import pytest

from tests.features.applications.test_service import Case
from tests.make import REGULATION, regulation_with
from tests.pages import Browser, said
from tosportal.domain.regulation import check_regulation, regulation_from_json, to_json
from tosportal.features.applications import queries
from tosportal.support.db import db

D = Decimal


def definition(*parts):
    rows = [{"code": f"p{number}", **part} for number, part in enumerate(parts, 1)]
    return regulation_with(limits={**REGULATION["limits"], "parts": rows})


def regulation(*parts):
    return regulation_from_json(definition(*parts))


def test_of_two_limits_the_tighter_counts_and_says_whose_it_is():
    whole = regulation(
        {"nomination": "n1", "grant_max": "60000.00", "own_percent_min": "5"},
        {"nomination": "n2", "own_percent_min": "25", "fund": "90000.00"},
    )
    first, second = whole.budget_limits("n1", None), whole.budget_limits("n2", None)
    assert (first.grant_max, first.own_percent_min, first.whose) == (
        D("60000.00"), D("10"), {"grant_max": "Благоустройство"},
    )  # fmt: skip
    assert (second.grant_max, second.own_percent_min) == (D("144000.00"), D("25"))
    assert second.whose == {"own_percent_min": "Дети и молодёжь"}
    assert [(one.name, one.sum) for one in whole.part_funds] == [("Дети и молодёжь", D("90000.00"))]
    assert regulation_from_json(to_json(whole)) == whole
    assert "parts" not in to_json(regulation_from_json(regulation_with()))["limits"]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"nomination": "n9", "fund": "1.00"}, "Нет номинации n9"),
        ({"group": "I", "fund": "1.00"}, "Нет группы I"),
        ({"fund": "1.00"}, "Выберите номинацию или группу"),
        ({"nomination": "n1"}, "Назовите фонд, наибольший грант или собственный вклад"),
        ({"nomination": "n1", "grant_max": "144000.01"}, "больше общего 144\xa0000,00\xa0₽"),
        ({"nomination": "n1", "grant_max": "29999.99"}, "Наименьший грант 30\xa0000,00\xa0₽ больше наибольшего"),
        ({"nomination": "n1", "fund": "50000.00", "grant_max": "50000.01"}, "больше всего фонда 50\xa0000,00\xa0₽"),
        ({"nomination": "n1", "own_percent_min": "101"}, "Доля должна быть от 0 до 100"),
        ({"nomination": "n1", "fund": "700000.01"}, "Фонды номинаций вместе 700\xa0000,01\xa0₽, больше фонда конкурса"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_found_before_the_announcement(part, words):
    found = [str(one) for one in check_regulation(regulation(part), D("700000.00")) if "limits.parts" in one.place]
    assert [one for one in found if words in one], found


def test_the_applicant_reads_whose_limit_was_broken(app):
    case = Case(definition({"nomination": "n1", "grant_max": "50000.00", "fund": "200000.00"}))
    application = case.filled()
    assert "для «Благоустройство» можно не больше 50\xa0000,00\xa0₽" in "; ".join(
        str(one) for progress in queries.whole(application).progress.values() for one in progress.missing
    )
    db.session.commit()
    page = said(Browser(app, case.person).get(f"/applications/{application.key}/sections/budget"))
    assert "для «Благоустройство»" in page
    for address in (f"/contests/{case.contest.slug}", f"/contests/{case.contest.slug}/notice"):
        page = said(Browser(app).get(address))
        assert "фонд 200 000,00 ₽; грант до 50 000,00 ₽" in page
    db.session.expire_all()
    application.nomination = "n2"
    this = queries.whole(queries.application_for_applicant(application.key, case.person))
    assert all(progress.is_done for progress in this.progress.values())
