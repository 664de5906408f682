"""A contest in its days of scoring, with applications, jurors and a secretary."""

from datetime import UTC, datetime

from tests.make import (
    make_activist,
    make_application,
    make_contest,
    make_juror,
    make_municipality,
    make_person,
    make_secretary,
    make_submission,
    make_tos,
)
from tosportal.domain.permissions import Scopes
from tosportal.features.applications.queries import application_for_officer
from tosportal.features.jury import service
from tosportal.features.jury.queries import juror_of
from tosportal.support.db import db

SCORING = datetime(2026, 3, 30, 5, tzinfo=UTC)  # noon of a Monday in Novosibirsk, inside the days of scoring
MARKS = {"k1": "8", "k2": "7"}


class Court:
    """`keys` are the applications, `jurors` the people of the jury."""

    def __init__(self, app, applications=1, jurors=2, regulation=None):
        app.config["CLOCK"].at = SCORING
        self.app = app
        self.municipality = make_municipality()
        self.contest = make_contest(self.municipality, slug="our-contest", regulation=regulation)
        self.secretary = make_secretary(self.municipality)
        self.toses, self.activists, self.keys = [], [], []
        for _number in range(applications):
            self.add_application()
        self.jurors = []
        for number in range(jurors):
            person = make_person(full_name=f"Экспертова Мария {number}")
            make_juror(self.contest, person, code=f"Э{number + 1}")
            self.jurors.append(person)
        db.session.commit()

    def add_application(self, **knobs):
        tos = make_tos(self.municipality)
        activist = make_activist(tos)
        application = make_application(self.contest, tos, activist, state="admitted", **knobs)
        make_submission(application)
        self.toses.append(tos)
        self.activists.append(activist)
        self.keys.append(application.key)
        return application

    def application(self, number=0):
        db.session.flush()
        db.session.expire_all()
        return application_for_officer(self.keys[number], Scopes(everywhere=True))

    def juror(self, number=0):
        return juror_of(self.jurors[number], self.contest)

    def url(self, number=0, more=""):
        return f"/jury/{self.contest.slug}/{self.keys[number]}{more}"

    def declare(self, juror=0, application=0, conflict=False, reason="", now=SCORING):
        return service.declare_conflict(
            self.juror(juror), self.application(application), has_conflict=conflict, reason=reason, now=now
        )

    def save(self, juror=0, application=0, marks=None, version=0, now=SCORING, **more):
        return service.save_marks(
            self.juror(juror),
            self.application(application),
            marks=MARKS if marks is None else marks,
            comment=more.pop("comment", ""),
            version=version,
            now=now,
            **more,
        )

    def score(self, juror=0, application=0, marks=None, **more):
        self.declare(juror, application)
        return service.sign_sheet(self.save(juror, application, marks, **more), now=SCORING)
