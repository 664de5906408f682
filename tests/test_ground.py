"""The ground holds: rows of every feature go in on both engines, the journal chains and refuses change."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW
from tests.make import make_application, make_contest, make_municipality, make_person, make_tos
from tosportal.support import audit
from tosportal.support.db import db


def test_a_contest_with_an_application_is_kept(app):
    municipality = make_municipality()
    application = make_application(make_contest(municipality), make_tos(municipality))
    db.session.commit()
    db.session.expire_all()
    assert application.requested_sum == 72000
    assert str(application.requested_sum) == "72000.00"


def test_the_journal_chains_and_the_database_refuses_to_change_it(app):
    person = make_person()
    for step in range(3):
        audit.record("person.tested", person, actor=person, now=NOW, after={"step": step})
    db.session.commit()
    assert audit.verify() == (3, None)
    for change in ("UPDATE journal_entry SET act = 'x' WHERE id = 2", "DELETE FROM journal_entry WHERE id = 2"):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(change))
        db.session.rollback()
    assert audit.verify() == (3, None)
