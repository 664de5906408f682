"""The registry: imports without surprise, consents that hide at once, links that give and take the role."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import tosportal
from tests.conftest import NOW
from tests.make import give_role, make_municipality, make_person, make_secretary, make_settlement, make_tos
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.permissions import Role, Scope
from tosportal.domain.tos_list import TosFacts, read_tos_csv
from tosportal.features.accounts import consents
from tosportal.features.accounts.models import Consent
from tosportal.features.registry import queries, service
from tosportal.features.registry.models import ChairTerm, Contact, Settlement, Tos, TosLink
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

TODAY = date(2026, 3, 2)
SAMPLE = (Path(tosportal.__file__).parent / "sample" / "tos-sample.csv").read_bytes()
HEADER = "id;name;municipality;municipality_type;settlement_type;settlement;population;chair_full_name;phone"


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def load(data: bytes | str, municipality, **knobs):
    raw = data.encode() if isinstance(data, str) else data
    return service.import_tos(read_tos_csv(raw, today=TODAY), municipality=municipality, actor=None, now=NOW, **knobs)


def letters_to(person) -> list[str]:
    return list(db.session.scalars(select(Letter.kind).where(Letter.to_address == person.email).order_by(Letter.id)))


# --- import ----------------------------------------------------------------------------------------------------------


def test_the_sample_comes_in_whole_and_a_second_time_changes_nothing(app):
    district = make_municipality()
    dry = load(SAMPLE, district, dry_run=True)
    assert (len(dry.added), len(dry.changed), dry.unchanged, dry.bad, dry.is_done) == (45, 0, 0, (), False)
    assert count(Tos) == 0
    done = load(SAMPLE, district)
    assert (len(done.added), done.is_done) == (45, True)
    assert (count(Tos), count(Settlement), count(ChairTerm), count(Contact)) == (45, 22, 45, 90)
    assert count(Consent) == 0, "personal data come hidden"
    rows_of_journal = count(JournalEntry)
    again = load(SAMPLE, district)
    assert (again.added, again.changed, again.unchanged) == ((), (), 45)
    assert count(JournalEntry) == rows_of_journal
    assert count(Tos) == 45
    assert audit.verify()[1] is None


@pytest.mark.parametrize(
    ("coding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1251", ";"), ("utf-16", "\t")]
)
def test_any_usual_file_reads_the_same(app, coding, delimiter):
    import csv
    import io

    rows = list(csv.reader(io.StringIO(SAMPLE.decode())))
    sheet = io.StringIO()
    csv.writer(sheet, delimiter=delimiter).writerows(rows)
    table = read_tos_csv(sheet.getvalue().encode(coding), today=TODAY)
    assert table == read_tos_csv(SAMPLE, today=TODAY)
    assert len(table.rows) == 45


def test_one_bad_row_stops_everything_unless_told_to_skip(app):
    district = make_municipality()
    lines = SAMPLE.decode().splitlines()
    lines[1] = lines[1].replace("5434999017", "5434999018")
    lines[3] = lines[3].replace(",893,", ",восемьсот,").replace("2015-12-03", "2015-13-03")
    text = "\n".join(lines)
    report = load(text, district)
    assert [(cell.line, cell.column, cell.given) for cell in report.bad] == [
        (2, "inn", "5434999018"),
        (4, "population", "восемьсот"),
        (4, "border_decision_date", "2015-13-03"),
    ]
    assert "контрольная" in str(report.bad[0].remark)
    assert report.is_blocked
    assert (count(Tos), count(Settlement), count(JournalEntry)) == (0, 0, 0)
    skipped = load(text, district, skip_bad=True)
    assert (len(skipped.added), skipped.bad_lines, skipped.is_done) == (43, 2, True)
    assert {"tos-001", "tos-003"}.isdisjoint(db.session.scalars(select(Tos.code)))
    assert len(load(SAMPLE, district).added) == 2


def test_changes_are_named_cell_by_cell_and_a_new_chair_loses_the_old_consent(app):
    district = make_municipality()
    load(SAMPLE, district)
    tos = queries.tos_by_code("tos-001")
    for what in ("chair", "phone", "email"):
        service.give_consent(tos, what=what, given_on=TODAY, today=TODAY, actor=None, now=NOW)
    text = SAMPLE.decode().replace("Примерова Анна Образцовна", "Новикова Нина Примеровна").replace(",515,", ",520,", 1)
    dry = load(text, district, dry_run=True)
    assert [(line.code, [(one.column, one.before, one.after) for one in line.changes]) for line in dry.changed] == [
        (
            "tos-001",
            [
                ("population", 515, 520),
                ("chair_full_name", "Примерова Анна Образцовна", "Новикова Нина Примеровна"),
            ],
        )
    ]
    load(text, district)
    db.session.expire_all()
    assert [(term.full_name, term.until_on) for term in queries.chair_terms(tos.id)] == [
        ("Новикова Нина Примеровна", None),
        ("Примерова Анна Образцовна", date(2026, 3, 1)),
    ]
    facts = queries.public_facts([tos.id], TODAY)[tos.id]
    assert (facts.chair, facts.phone) == (None, "+7 383 59 00-001")
    said = db.session.scalars(select(JournalEntry.facts).where(JournalEntry.act == "tos.edited")).one()
    assert "Новикова" not in said
    assert '"people":["chair_full_name"]' in said
    assert load(text, district).changed == ()


def test_columns_that_the_file_lacks_stay_and_empty_cells_of_people_too(app):
    district = make_municipality()
    load(SAMPLE, district)
    short = HEADER + "\ntos-001;ТОС «Центральный»;Ордынское;рабочий посёлок;р.п.;Ордынское;600;;\n"
    report = load(short, district)
    assert [change.column for change in report.changed[0].changes] == ["population"]
    tos = queries.tos_by_code("tos-001")
    assert (tos.population, tos.inn, tos.charter_number) == (600, "5434999017", "05/2018")
    assert queries.current_chair(tos.id, TODAY).full_name == "Примерова Анна Образцовна"
    assert set(queries.contacts_of(tos.id)) == {"phone", "email"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("", [(1, "")]),
        ("PK\x03\x04\x00\x00", [(1, "")]),
        ("name;settlement\nТОС;с. Мир", [(1, "id"), (1, "municipality")]),
        (f"{HEADER}\n", [(1, "")]),
        (f"{HEADER}\na;ТОС «А»;М;;;П;1;;\na;ТОС «Б»;М;;;П;1;;", [(3, "id")]),
        (f"{HEADER}\na;ТОС «А»;М;;;П;1;;\nb;Тос «А»;М;;;П;1;;", [(3, "name")]),
        (f"{HEADER}\na;ТОС «А»;М;;;П;1", [(2, "")]),
        (f"{HEADER}\na;ТОС «А»;М;;;П;-5;;x", [(2, "population"), (2, "phone")]),
        (f"{HEADER}\na;ТОС «А»;М;;;П;99999999999999999999;;", [(2, "population")]),
        (f"{HEADER}\n;;;;;;;;", [(1, "")]),
        (f"{HEADER}\n;ТОС;;;;;;;", [(2, "id"), (2, "municipality"), (2, "settlement")]),
        (f"{HEADER}\na;ТОС «А»;М;сельсовет;с.;П;1;;\nb;ТОС «Б»;М;сельсовет;д.;П;1;;", [(3, "settlement_type")]),
        (HEADER + '\na;"ТОС\n«А»";М;;;П;1;;\nb;ТОС «Б»;М;;;П;x;;', [(4, "population")]),
    ],
)
def test_bad_files_are_refused_with_line_and_column(app, rows, expected):
    report = load(rows, make_municipality())
    assert [(cell.line, cell.column) for cell in report.bad] == expected
    assert not report.is_done
    assert count(Tos) == 0


def test_a_name_that_stands_under_another_code_is_a_bad_row(app):
    district = make_municipality()
    load(SAMPLE, district)
    report = load(HEADER + "\nnew-1;тос Центральный;Ордынское;рабочий посёлок;р.п.;Ордынское;600;;\n", district)
    assert [(cell.line, cell.column) for cell in report.bad] == [(2, "name")]
    assert "tos-001" in str(report.bad[0].remark)


# --- the card --------------------------------------------------------------------------------------------------------


def facts_of(tos, settlement, **changes) -> TosFacts:
    return TosFacts(**{**service.tos_texts(tos, settlement), **changes})


def test_a_card_is_edited_once_and_a_stale_tab_is_refused(app):
    district = make_municipality()
    settlement = make_settlement(district, "Берёзовка")
    tos = make_tos(district, "ТОС «Берёзка»", settlement)
    db.session.commit()
    tos = queries.tos_by_code(tos.code)
    version = tos.version
    service.edit_tos(
        tos,
        facts_of(tos, settlement, population=300, borders="ул. Лётная"),
        settlement=settlement,
        version=version,
        actor=None,
        now=NOW,
    )
    assert tos.version == version + 1
    assert "летная" in tos.search_text
    rows_of_journal = count(JournalEntry)
    with pytest.raises(StateConflict):
        service.edit_tos(
            tos, facts_of(tos, settlement, population=1), settlement=settlement, version=version, actor=None, now=NOW
        )
    service.edit_tos(tos, facts_of(tos, settlement), settlement=settlement, version=tos.version, actor=None, now=NOW)
    assert (tos.population, count(JournalEntry)) == (300, rows_of_journal)


def test_the_same_code_or_name_is_refused(app):
    district = make_municipality()
    settlement = make_settlement(district, "Берёзовка")
    tos = make_tos(district, "ТОС «Берёзка»", settlement)
    other = {"municipality": district, "settlement": settlement, "actor": None, "now": NOW}
    for facts, place in (
        (facts_of(tos, settlement, name="ТОС «Иной»"), "code"),
        (facts_of(tos, settlement, code="tos-x", name="Тос  БЕРЕЗКА"), "name"),
    ):
        with pytest.raises(RuleBroken) as refused:
            service.add_tos(facts, **other)
        assert [remark.place for remark in refused.value.remarks] == [place]
    assert service.add_tos(facts_of(tos, settlement, code="tos-x", name="ТОС «Иной»"), **other).id


def test_a_consent_shows_for_its_term_and_hides_at_once_when_withdrawn(app):
    tos = make_tos(make_municipality())
    service.set_chair(
        tos,
        full_name="Примерова Анна",
        since_on=date(2024, 1, 1),
        until_on=date(2026, 12, 31),
        today=TODAY,
        actor=None,
        now=NOW,
    )
    service.set_contacts(tos, phone="+7 383 59 00-001", email="a@example.org", actor=None, now=NOW)
    assert queries.public_facts([tos.id], TODAY) == {}
    given = {"given_on": TODAY, "today": TODAY, "actor": None, "now": NOW}
    service.give_consent(tos, what="chair", **given)
    phone = service.give_consent(tos, what="phone", until_on=TODAY + timedelta(days=10), **given)
    facts = queries.public_facts([tos.id], TODAY)[tos.id]
    assert (facts.chair.full_name, facts.phone, facts.email) == ("Примерова Анна", "+7 383 59 00-001", None)
    assert queries.public_facts([tos.id], TODAY + timedelta(days=10))[tos.id].phone
    assert queries.public_facts([tos.id], TODAY + timedelta(days=11))[tos.id].phone is None
    assert queries.public_facts([tos.id], date(2027, 1, 1))[tos.id].chair is None, "the term of the chair is over"
    consents.withdraw(phone, actor=None, now=NOW)
    assert queries.public_facts([tos.id], TODAY)[tos.id].phone is None
    service.give_consent(tos, what="phone", **given)
    service.set_contacts(tos, phone="+7 383 59 00-002", email="a@example.org", actor=None, now=NOW)
    assert queries.public_facts([tos.id], TODAY)[tos.id].phone is None, "another number needs another consent"


def test_chairs_follow_one_another(app):
    tos = make_tos(make_municipality())
    told = {"until_on": None, "today": TODAY, "actor": None, "now": NOW}
    service.set_chair(tos, full_name="Первая Анна", since_on=date(2020, 1, 1), **told)
    service.set_chair(tos, full_name="Вторая Вера", since_on=date(2026, 2, 1), **told)
    assert [(term.full_name, term.since_on, term.until_on) for term in queries.chair_terms(tos.id)] == [
        ("Вторая Вера", date(2026, 2, 1), None),
        ("Первая Анна", date(2020, 1, 1), date(2026, 1, 31)),
    ]
    service.set_chair(tos, full_name="Вторая Вера", since_on=date(2026, 2, 2), **told)
    assert count(ChairTerm) == 2
    with pytest.raises(RuleBroken):
        service.set_chair(tos, full_name="Третья Галина", since_on=date(2026, 1, 1), **told)


# --- links -----------------------------------------------------------------------------------------------------------


def test_a_person_asks_and_the_secretary_confirms_and_ends(app):
    district = make_municipality()
    secretary, person, tos = make_secretary(district), make_person(), make_tos(district)
    link = service.ask_link(person=person, tos=tos, seat="chair", basis="Протокол № 3", now=NOW)
    assert service.ask_link(person=person, tos=tos, seat="chair", basis="Протокол № 3", now=NOW) is link
    assert count(TosLink) == 1
    assert (letters_to(secretary), letters_to(person)) == (["link.asked"], ["link.received"])
    assert queries.toses_of_person(person) == []
    link = queries.live_link(person.id, tos.id)
    service.decide_link(link, accept=True, answer="", actor=secretary, now=NOW)
    service.decide_link(link, accept=True, answer="", actor=secretary, now=NOW)
    assert queries.toses_of_person(person) == [tos]
    assert queries.people_of_tos(tos.id) == [person]
    assert letters_to(person) == ["link.received", "link.confirmed"]
    with pytest.raises(RuleBroken, match="уже присоединены"):
        service.ask_link(person=person, tos=tos, seat="member", basis="Протокол № 4", now=NOW)
    with pytest.raises(StateConflict):
        service.decide_link(link, accept=False, answer="нет", actor=secretary, now=NOW)
    with pytest.raises(RuleBroken):
        service.end_link(link, reason=" ", actor=secretary, now=NOW)
    service.end_link(link, reason="Полномочия закончились", actor=secretary, now=NOW)
    assert queries.toses_of_person(person) == []
    assert letters_to(person)[-1] == "link.ended"
    assert service.ask_link(person=person, tos=tos, seat="member", basis="Протокол № 5", now=NOW) is not link


def test_a_refusal_has_a_reason_and_nobody_answers_themself(app):
    district = make_municipality()
    secretary, tos = make_secretary(district), make_tos(district)
    person = give_role(make_person(), Role.SECRETARY, Scope.MUNICIPALITY, district.id)
    for seat, basis in (("king", "Протокол"), ("chair", "  "), ("chair", "x" * 501)):
        with pytest.raises(RuleBroken):
            service.ask_link(person=person, tos=tos, seat=seat, basis=basis, now=NOW)
    service.ask_link(person=person, tos=tos, seat="member", basis="Протокол № 3", now=NOW)
    link = queries.live_link(person.id, tos.id)
    with pytest.raises(RuleBroken):
        service.decide_link(link, accept=False, answer="", actor=secretary, now=NOW)
    with pytest.raises(RuleBroken):
        service.decide_link(link, accept=True, answer="", actor=person, now=NOW)
    service.decide_link(link, accept=False, answer="Нет подписи секретаря собрания", actor=secretary, now=NOW)
    assert queries.toses_of_person(person) == []
    assert letters_to(person)[-1] == "link.declined"


def test_a_person_of_two_toses_speaks_for_both(app):
    district = make_municipality()
    person = make_person()
    for tos in (one := make_tos(district, "ТОС «А»"), two := make_tos(district, "ТОС «Б»")):
        service.ask_link(person=person, tos=tos, seat="member", basis="Протокол", now=NOW)
        service.decide_link(queries.live_link(person.id, tos.id), accept=True, answer="", actor=None, now=NOW)
    assert queries.toses_of_person(person) == [one, two]
    service.end_link(queries.live_link(person.id, one.id), reason="", actor=person, now=NOW)
    assert queries.toses_of_person(person) == [two]
