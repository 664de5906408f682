"""Applications that copy each other, and one that does not."""

from tests.conftest import NOW
from tests.make import make_application, make_contest, make_municipality, make_secretary, make_submission, make_tos
from tosportal.features.similarity import queries, service
from tosportal.support.db import db

OWN = "У пруда осыпался берег, тропа ушла под воду, люди ходят по проезжей части мимо магазина и школы."
COPY = "В селе шестьдесят детей, а площадки нет: играют на дороге. Летом хотим поставить там качели и горку."


def project(problem, item="Качели"):
    row = {"name": item, "unit": "шт.", "quantity": "2", "price": "40000", "requested": "72000", "own": "8000"}
    return {"project": {"title": "Проект", "problem": problem, "plan": []}, "budget": {"items": [row]}}


def send(contest, tos, problem, state="submitted", **more):
    application = make_application(contest, tos, state=state, answers=project(problem, **more))
    make_submission(application)
    return application


class Place:
    """Last year's contest with one application, this year's with a copy of it, a copy of that and one of its own."""

    def __init__(self):
        self.municipality = make_municipality()
        self.secretary = make_secretary(self.municipality)
        self.toses = toses = [make_tos(self.municipality) for _ in range(3)]
        self.old = make_contest(self.municipality)
        self.old.year = 2025
        self.contest = make_contest(self.municipality)
        self.last_year = send(self.old, toses[0], COPY)
        self.first = send(self.contest, toses[0], COPY, item="Скамья из лиственницы у пруда")
        self.second = send(self.contest, toses[1], COPY + " И ещё урну.", item="Лодка и два весла для спасателей")
        self.own = send(self.contest, toses[2], OWN, item="Щебень для дорожки вдоль берега")
        self.withdrawn = send(self.contest, toses[2], COPY, state="withdrawn")
        db.session.commit()

    def compare(self):
        service.keep_comparison(self.contest, queries.compared(self.contest), now=NOW)
        db.session.commit()

    def url(self, one=None, other=None):
        if one is None:
            return f"/office/contests/{self.contest.slug}/similarity"
        return f"/office/applications/{one.key}/similar/{other.key}"
