"""Own texts of letters: refused when they would break the letter, used from the next letter on, taken back."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.conftest import NOW
from tests.make import make_application, make_contest, make_municipality, make_person, make_secretary, make_tos
from tests.support.test_letters import office, smtp, use  # noqa: F401
from tosportal import tasks
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.letter_texts import filled
from tosportal.features.admission.letters import ADMITTED, admitted
from tosportal.features.applications.models import Application
from tosportal.features.letters import queries, service
from tosportal.features.registry.models import Municipality
from tosportal.support import notifications
from tosportal.support.audit import JournalEntry
from tosportal.support.db import commit, db

LOADED = (joinedload(Application.contest), joinedload(Application.tos))
OWN = ("Ура, заявка {номер}!", "Заявка № {номер} прошла проверку.\nНазвание: {название}\n\nСмотрите: {ссылка}")


@pytest.fixture
def application(app):
    district = make_municipality()
    made = make_application(
        make_contest(district), make_tos(district), title="Двор {номер}", state="admitted", number=7
    )
    db.session.commit()
    return db.session.get_one(Application, made.id, options=LOADED, populate_existing=True)


def word(application, text=OWN, *, contest_id=0, locale="ru", seen=0, kind=ADMITTED):
    municipality = db.session.get_one(Municipality, application.contest.municipality_id)
    service.word_letter(
        kind,
        municipality=municipality,
        contest_id=contest_id,
        locale=locale,
        subject=text[0],
        body=text[1],
        seen=seen,
        actor=None,
        now=NOW,
    )


def letter(application, locale="ru"):
    person = make_person()
    person.locale = locale
    return admitted(application, person)


def test_the_district_words_a_letter_and_a_contest_words_it_for_itself(app, application):
    standard = letter(application)
    assert standard[0] == f"Заявка № {application.number} допущена"
    word(application)
    subject, body = letter(application)
    assert subject == f"Ура, заявка {application.number}!"
    assert "Название: Двор {номер}" in body, "a value is never read as a text again"
    assert f"/applications/{application.key}" in body
    assert letter(application, "en")[0].replace("\xa0", " ") == f"Application No. {application.number} is admitted"
    word(application, ("Своё", "{ссылка}"), contest_id=application.contest_id)
    assert letter(application)[0] == "Своё"
    municipality = db.session.get_one(Municipality, application.contest.municipality_id)
    place = {"municipality": municipality, "locale": "ru", "actor": None, "now": NOW}
    service.word_as_standard(ADMITTED, contest_id=application.contest_id, **place)
    assert letter(application)[0] == f"Ура, заявка {application.number}!", "a contest goes back to the district's text"
    service.word_as_standard(ADMITTED, contest_id=0, **place)
    service.word_as_standard(ADMITTED, contest_id=0, **place)
    assert letter(application) == standard
    versions = queries.versions(ADMITTED, "ru", municipality.id, 0)
    assert [(one.text.number, one.text.subject) for one in versions] == [(2, ""), (1, OWN[0])]
    acts = db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
    assert acts == ["letter_text.written", "letter_text.written", "letter_text.taken_out", "letter_text.taken_out"]


@pytest.mark.parametrize(
    ("subject", "body", "places"),
    [
        ("Тема", "Без ссылки", ["body"]),
        ("Тема", "{ссылка} {пароль}", ["body"]),
        ("Тема", "{ссылка} {number}", ["body"]),
        ("Тема {", "{ссылка}", ["subject"]),
        ("Тема\nBcc: all@example.org", "{ссылка}", ["subject"]),
        ("", "", ["subject", "body", "body"]),
        ("ы" * 201, "{ссылка}", ["subject"]),
        ("Тема", "{ссылка}" + "ы" * 10_000, ["body"]),
        ("{{ config }}", "{ссылка} {% for x in y %}", ["subject", "subject", "body"]),
        ("{номер.__class__}", "{ссылка}", ["subject"]),
    ],
)
def test_a_text_that_would_break_the_letter_is_refused_beside_its_field(app, application, subject, body, places):
    with pytest.raises(RuleBroken) as refused:
        word(application, (subject, body))
    assert [one.place for one in refused.value.remarks] == places
    assert letter(application)[0] == f"Заявка № {application.number} допущена"


def test_a_stale_save_is_refused(app, application):
    word(application)
    with pytest.raises(StateConflict):
        word(application, ("Другое", "{ссылка}"), seen=0)
    word(application, ("Другое", "{ссылка}"), seen=1)
    assert letter(application)[0] == "Другое"


def test_the_changed_text_goes_out_and_the_outbox_of_before_keeps_its_words(app, application, office, smtp):  # noqa: F811
    use(app, smtp)

    def post(number: int) -> None:
        subject, body = letter(application)
        notifications.post("admission.admitted", to=f"p{number}@example.org", subject=subject, body=body, now=NOW)

    post(1)
    word(application)
    post(2)
    commit()
    assert tasks.deliver_letters() == 2
    first, second = office.letters
    assert first["Subject"] == f"Заявка № {application.number} допущена"
    assert second["Subject"] == f"Ура, заявка {application.number}!"
    assert "прошла проверку" in second.get_content()
    assert "прошла проверку" not in first.get_content()


def test_texts_are_read_once_in_a_transaction(app, application, statements):
    word(application)
    db.session.commit()
    application = db.session.get_one(Application, application.id, options=LOADED, populate_existing=True)
    person = make_person()
    statements.clear()
    for _number in range(20):
        admitted(application, person)
    assert len([one for one in statements if "letter_text" in one]) == 1


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_every_standard_text_can_be_saved_as_it_is(app, locale):
    """Each names only its own words, has what it needs, and is whole with the examples."""
    assert len(queries.KINDS) >= 30
    with app.test_request_context(), force_locale(locale):
        for kind in queries.KINDS.values():
            subject, body = notifications.standard_text(kind, locale)
            assert service.check_letter(kind, subject, body, locale) == [], kind.code
            examples = {kind.names(locale)[code]: word.example for code, word in kind.words.items()}
            assert "{" not in filled(subject, examples) + filled(body, examples)


def test_a_secretary_of_another_district_changes_nothing_here(app, application):
    word(application)
    other = make_municipality("other", "Другой район")
    make_secretary(other)
    assert queries.own_texts(other.id, 0) == {}
