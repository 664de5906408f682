"""Own texts of letters: refused when they would break the letter, used from the next letter on, taken back."""

import ast
import importlib
import inspect
import json
import pkgutil
import re

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.conftest import NOW
from tests.make import make_application, make_contest, make_municipality, make_person, make_secretary, make_tos
from tests.pages import Browser, said
from tests.support.test_letters import office, smtp, use  # noqa: F401
from tosportal import features, tasks
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.letter_texts import LetterKind, check_letter, filled
from tosportal.features.accounts import letters as of_accounts
from tosportal.features.admission.letters import ADMITTED, admitted
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import RegulationEdition
from tosportal.features.contests.queries import contest_by_slug, fund_choices
from tosportal.features.letters import queries, service
from tosportal.features.registry.models import Municipality
from tosportal.support import notifications
from tosportal.support.audit import JournalEntry
from tosportal.support.db import commit, db
from tosportal.support.notifications import Letter

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
    assert len(queries.KINDS) >= 40
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


# --- the catalogue is whole -------------------------------------------------------------------------------------------

# Letters whose text nobody may change, each with its reason.
NOT_EDITABLE: dict[str, str] = {}


def modules_of_letters():
    for found in pkgutil.walk_packages(features.__path__, "tosportal.features."):
        if found.name.rpartition(".")[2] == "letters" and not found.ispkg:
            yield importlib.import_module(found.name)


def test_every_letter_is_in_the_catalogue_or_stands_in_the_list_with_its_reason():
    modules = list(modules_of_letters())
    kinds = {one.code: one for module in modules for one in vars(module).values() if isinstance(one, LetterKind)}
    assert len(modules) >= 12
    assert set(kinds) - set(NOT_EDITABLE) == set(queries.KINDS)
    assert all(NOT_EDITABLE.values())
    assert not set(NOT_EDITABLE) & set(queries.KINDS)
    codes = [kind.code for _title, group in queries.GROUPS for kind in group]
    assert len(codes) == len(set(codes))


def test_no_letter_is_put_together_past_the_catalogue():
    """Whatever returns a letter asks `notifications.written` for its words, itself or by the module's own helper."""
    seen = 0
    for module in modules_of_letters():
        tree = ast.parse(inspect.getsource(module))
        functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
        calls = {
            name: {
                call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                for call in ast.walk(body)
                if isinstance(call, ast.Call)
            }
            for name, body in functions.items()
        }
        asks = {name for name, called in calls.items() if "written" in called}
        for _round in functions:
            asks |= {name for name, called in calls.items() if called & asks}
        for name, body in functions.items():
            if body.returns is not None and ast.unparse(body.returns) in {"tuple[str, str]", "Letter"}:
                seen += 1
                assert name in asks, f"{module.__name__}.{name}"
    assert seen >= 30


@pytest.mark.parametrize("kind", list(queries.KINDS.values()), ids=lambda kind: kind.code)
def test_a_link_that_a_letter_needs_cannot_be_taken_out(kind):
    links = [code for code, word in kind.words.items() if word.example.startswith("https://")]
    assert set(links) <= set(kind.needed) or kind.code in MAY_BE_WITHOUT
    for code in kind.needed:
        others = " ".join(f"{{{kind.words[one].name}}}" for one in kind.needed if one != code)
        [remark] = check_letter(kind, "Тема", f"Текст {others}", "ru")
        assert remark.place == "body"
        assert kind.words[code].name in str(remark)


# These letters say all there is to say; the page only shows it again.
MAY_BE_WITHOUT = {
    "application.withdrawn", "question.declined", "jury.conflict", "jury.done", "link.received", "link.confirmed",
    "link.declined", "link.ended", "event.withdrawn",
}  # fmt: skip


def test_letters_of_the_account_go_out_in_the_words_of_the_district(app):
    district = make_municipality()
    place = {"municipality": district, "contest_id": 0, "locale": "ru", "seen": 0, "actor": None, "now": NOW}
    text = {"subject": "Здесь новый пароль", "body": "{приветствие}\nНажмите: {новый_пароль}"}
    service.word_letter(queries.KINDS["accounts.reset_password"], **text, **place)
    person = make_person("forgot@example.org")
    db.session.commit()
    Browser(app).post("/recovery", {"email": person.email})
    letter = db.session.scalars(select(Letter)).one()
    assert letter.subject == "Здесь новый пароль"
    assert letter.body.startswith("Здравствуйте, Анна Образцовна!\nНажмите: http")


def test_an_owner_with_an_unconfirmed_address_is_shown_how_to_confirm_it_and_nothing_else(app):
    with app.test_request_context():
        links = {"sign_in_link": "https://a.ru/in", "reset_link": "https://a.ru/new", "municipality_id": None}
        _subject, body = of_accounts.already_here(name="", confirm_link="https://a.ru/yes", **links)
        assert "Подтвердите его: https://a.ru/yes" in body
        assert "Войдите здесь" not in body
        _subject, body = of_accounts.already_here(name="", confirm_link="", **links)
        assert "Войдите здесь: https://a.ru/in" in body
        assert "Подтвердите" not in body


# --- texts of a contest travel ----------------------------------------------------------------------------------------


def test_texts_of_a_contest_are_copied_with_it_and_travel_in_its_file(app):
    district = make_municipality()
    contest = make_contest(district, announced=False)
    db.session.commit()
    contest = contest_by_slug(contest.slug)
    browser = Browser(app, make_secretary(district))
    desk = f"/office/contests/{contest.slug}"
    browser.post(f"{desk}/letter-texts/admission.admitted", {"subject": OWN[0], "body": OWN[1], "seen": "0"})
    file = browser.get(f"{desk}/regulation.json").get_data()
    said_in_file = [{"code": "admission.admitted:ru", "subject": OWN[0], "body": OWN[1]}]
    assert json.loads(file)["letters"] == said_in_file
    fund = f"{fund_choices(district.id)[0].code}"
    browser.post("/office/contests/new", {"source": contest.slug, "fund": fund, "name": "Копия", "slug": "copy"})
    browser.post(
        "/office/contests/import",
        {"text": file.decode(), "confirmed": "1", "fund": fund, "name": "Файл", "slug": "file"},
    )
    for slug in ("copy", "file"):
        made = contest_by_slug(slug)
        assert notifications.text_for(ADMITTED, "ru", district.id, made.id) == OWN, slug
        assert (
            "letters"
            not in db.session.scalars(
                select(RegulationEdition.definition).where(RegulationEdition.contest_id == made.id)
            ).one()
        )
    changed = file.decode().replace("Ура, заявка", "Отлично, заявка")
    page = browser.post("/office/contests/copy/import", {"text": changed})
    assert "Отлично, заявка" in said(page)
    assert "Тексты писем → Заявка допущена" in " ".join(said(page).split())
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page.get_data(as_text=True))[1]
    browser.post("/office/contests/copy/import", {"text": changed, "confirmed": "1", "seen": seen})
    db.session.expire_all()
    assert notifications.text_for(ADMITTED, "ru", district.id, contest_by_slug("copy").id)[0].startswith("Отлично")


@pytest.mark.parametrize(
    ("code", "body", "words"),
    [
        ("admission.admitted:ru", "Без ссылки", "{ссылка}"),
        ("admission.admitted:ru", "{ссылка} {пароль}", "{пароль}"),
        ("no.such:ru", "{ссылка}", "no.such"),
        ("event.asked:ru", "{ссылка}", "event.asked"),
    ],
)
def test_a_file_whose_text_would_break_a_letter_is_refused_by_its_place(app, code, body, words):
    district = make_municipality()
    contest = make_contest(district, announced=False)
    db.session.commit()
    browser = Browser(app, make_secretary(district))
    desk = f"/office/contests/{contest.slug}"
    data = json.loads(browser.get(f"{desk}/regulation.json").get_data())
    data["letters"] = [{"code": code, "subject": "Тема", "body": body}]
    page = said(browser.post(f"{desk}/import", {"text": json.dumps(data)}, code=422))
    assert "Письмо 1" in page
    assert words in page
