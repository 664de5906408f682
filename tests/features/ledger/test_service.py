"""Entries of the ledger: written, taken back, imported, posted from decisions."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW
from tests.features.decisions.test_service import AFTER_SCORING, World
from tests.features.ledger.make_ledger import SUBSIDY, make_entry, make_facts
from tests.features.programmes.test_service import load
from tests.make import make_person
from tosportal.domain.errors import RuleBroken
from tosportal.domain.ledger_sheet import COLUMNS, LedgerSheet, read_ledger_sheet
from tosportal.features.decisions import service as decisions
from tosportal.features.decisions.models import AwardShare
from tosportal.features.ledger import queries, service
from tosportal.features.ledger.models import LedgerEntry
from tosportal.features.programmes.models import Activity, Programme
from tosportal.support.audit import JournalEntry, verify
from tosportal.support.db import db

TITLES = [titles[0] for titles in COLUMNS.values()]


def entries_count() -> int:
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def refused_at(programme, **knobs) -> list[str]:
    with pytest.raises(RuleBroken) as refused:
        service.record_entry(programme, make_facts(**knobs), actor=None, now=NOW)
    return [remark.place for remark in refused.value.remarks]


def test_an_entry_stands_with_its_author_and_the_journal_tells_of_it(app):
    programme, secretary = load(), make_person()
    entry = service.record_entry(programme, make_facts(), actor=secretary, now=NOW).entry
    assert (entry.entry_sum, entry.recorded_by_id, entry.origin) == (Decimal(SUBSIDY), secretary.id, "person")
    told = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "ledger_entry.recorded")).one()
    assert "Уведомление № 3" in told.facts
    assert verify()[1] is None
    ledger = queries.year_ledger(programme, 2026)
    cell = ledger.cell(entry.activity_id, "regional")
    assert (cell.plan, cell.of("roster"), cell.remainder) == (Decimal(SUBSIDY),) * 3


@pytest.mark.parametrize(
    ("knobs", "places"),
    [
        ({"entry_sum": "0.00"}, ["entry_sum"]),
        ({"entry_sum": "0.001"}, ["entry_sum"]),
        ({"entry_sum": "NaN"}, ["entry_sum"]),
        ({"entry_sum": "10000000000.00"}, ["entry_sum"]),
        ({"year": 2027}, ["year"]),
        ({"year": 2023}, ["year"]),
        ({"source": "lunar"}, ["source"]),
        ({"kind": "gift"}, ["kind"]),
        ({"activity": "act-9-9"}, ["activity"]),
        ({"document": ""}, ["document"]),
        ({"document": "д" * 501}, ["document"]),
        ({"dated_on": date(2026, 3, 3)}, ["dated_on"]),
        ({"level": Decimal("98.2")}, ["level"]),
        ({"kind": "region_agreement"}, ["level"]),
        ({"kind": "region_agreement", "level": Decimal("100.1")}, ["level"]),
        ({"kind": "tranche", "source": "local"}, ["source"]),
        ({"entry_sum": "-5.00"}, ["note"]),
    ],
)
def test_what_is_no_entry_is_refused_at_its_field(app, knobs, places):
    programme = load()
    assert refused_at(programme, **knobs) == places
    assert entries_count() == 0
    make_entry(programme)
    assert entries_count() == 1


def test_a_decrease_needs_words_and_never_goes_below_zero(app):
    programme = load()
    make_entry(programme, "100.00")
    assert refused_at(programme, entry_sum="-100.01", note="Уточнение бюджета") == ["entry_sum"]
    entry = make_entry(programme, "-40.00", note="Уточнение бюджета")
    assert queries.cell_of(entry.activity_id, 2026, "regional").of("roster") == Decimal("60.00")


def test_the_same_entry_twice_is_a_slip(app):
    programme = load()
    make_entry(programme)
    assert refused_at(programme) == ["document"]
    make_entry(programme, document="Уведомление № 4")
    assert entries_count() == 2


def test_an_entry_is_taken_back_once_by_its_opposite(app):
    programme = load()
    entry = make_entry(programme)
    with pytest.raises(RuleBroken, match="почему"):
        service.take_back(entry, programme, reason=" ", actor=None, now=NOW)
    opposite = service.take_back(entry, programme, reason="Не тот год", actor=None, now=NOW)
    assert (opposite.entry_sum, opposite.takes_back_id) == (-Decimal(SUBSIDY), entry.id)
    assert queries.cell_of(entry.activity_id, 2026, "regional").of("roster") == 0
    with pytest.raises(RuleBroken, match="уже взяли"):
        service.take_back(entry, programme, reason="Ещё раз", actor=None, now=NOW)
    with pytest.raises(RuleBroken, match="сама берёт"):
        service.take_back(opposite, programme, reason="Ещё раз", actor=None, now=NOW)
    make_entry(programme)  # what was taken back may be entered anew
    assert entries_count() == 3


def test_the_database_refuses_to_change_an_entry(app):
    make_entry(load())
    db.session.commit()
    for act in ("UPDATE ledger_entry SET entry_sum = 1", "DELETE FROM ledger_entry"):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(act))
        db.session.rollback()
    assert entries_count() == 1


def test_cash_beyond_roster_and_agreement_is_said_not_refused(app):
    programme = load()
    make_entry(programme, "100.00")
    make_entry(programme, "80.00", kind="agreement")
    said = service.record_entry(
        programme, make_facts("100.50", kind="cash", document="Платёжное поручение № 1"), actor=None, now=NOW
    ).warnings
    assert [str(one).replace("\u00a0", " ") for one in said] == [
        "Роспись 100,00 ₽, а касса 100,50 ₽: больше на 0,50 ₽",
        "Соглашения с ТОС 80,00 ₽, а касса 100,50 ₽: больше на 20,50 ₽",
        "Награды 0,00 ₽, а соглашения 80,00 ₽: больше на 80,00 ₽",
    ][:2]


# --- import ----------------------------------------------------------------------------------------------------------


def sheet_of(programme, *rows) -> LedgerSheet:
    return read_ledger_sheet(
        [(1, ["Учёт программы"]), (2, TITLES), *((3 + at, list(row)) for at, row in enumerate(rows))],
        activities=queries.activity_names(queries.activities_in_order(programme.id)),
        year_from=programme.year_from,
        year_to=programme.year_to,
        today=NOW.date(),
    )


ROSTER = ("Бюджетная роспись", "act-4-1", 2026, "Областной бюджет", Decimal("708500"), date(2026, 1, 12), "Увед. № 3")
REGION = ("Соглашение с областью", "act-4-1", "2026 год", "областной", "708 500,00", "20.01.2026", "№ 7", "", "98,2 %")
NEIGHBOURS = "Содействие в проведении акции «День соседей»"
CASH = ("Кассовый расход", NEIGHBOURS, 2025, "Местный", "27 013,24 руб.", "01.06.2025", "п/п № 8")


def brought(programme, *rows, dry_run: bool = False) -> service.ImportReport:
    return service.import_entries(sheet_of(programme, *rows), programme=programme, dry_run=dry_run, actor=None, now=NOW)


def test_a_file_is_looked_through_then_loaded_and_the_second_time_changes_nothing(app):
    programme = load()
    report = brought(programme, ROSTER, REGION, CASH, dry_run=True)
    assert (len(report.added), report.bad, report.is_done, entries_count()) == (3, (), False, 0)
    report = brought(programme, ROSTER, REGION, CASH)
    assert (len(report.added), report.added_sum, report.is_done) == (3, Decimal("1444013.24"), True)
    assert entries_count() == 3
    report = brought(programme, ROSTER, REGION, CASH)
    assert (len(report.added), report.known, entries_count()) == (0, 3, 3)
    told = select(func.count()).select_from(JournalEntry).where(JournalEntry.act == "ledger_entry.recorded")
    assert db.session.scalar(told) == 3


def test_two_equal_rows_are_two_entries_and_a_row_taken_back_is_not_brought_again(app):
    programme = load()
    brought(programme, CASH, CASH)
    assert entries_count() == 2
    assert brought(programme, CASH, CASH).known == 2
    entry = db.session.scalars(select(LedgerEntry)).first()
    service.take_back(entry, programme, reason="Ошибка", actor=None, now=NOW)
    assert (brought(programme, CASH, CASH).known, entries_count()) == (2, 3)


def test_one_bad_cell_and_nothing_changes(app):
    programme = load()
    bad = [
        ("Подарок", "act-4-1", 2026, "Областной бюджет", 5, date(2026, 1, 12), "№ 1"),
        ("Касса", "нет такого", 2026, "Областной бюджет", 5, date(2026, 1, 12), "№ 1"),
        ("Касса", "act-4-1", 2031, "Областной бюджет", 5, date(2026, 1, 12), "№ 1"),
        ("Касса", "act-4-1", 2026, "Лунный", 5, date(2026, 1, 12), "№ 1"),
        ("Касса", "act-4-1", 2026, "Местный", "сорок", date(2026, 1, 12), "№ 1"),
        ("Касса", "act-4-1", 2026, "Местный", Decimal("5.005"), date(2026, 1, 12), "№ 1"),
        ("Касса", "act-4-1", 2026, "Местный", 5, "тридцатого", "№ 1"),
        ("Касса", "act-4-1", 2026, "Местный", 5, date(2026, 1, 12), ""),
    ]
    report = brought(programme, ROSTER, *bad)
    assert [(cell.line, cell.column) for cell in report.bad] == [
        (4, "Вид записи"),
        (5, "Мероприятие"),
        (6, "Год"),
        (7, "Источник"),
        (8, "Сумма, руб."),
        (9, "Сумма, руб."),
        (10, "День"),
        (11, "Документ"),
    ]
    assert all(str(cell.remark) for cell in report.bad)
    assert (report.is_done, entries_count()) == (False, 0)
    assert (brought(programme, ROSTER).is_done, entries_count()) == (True, 1)


def test_a_file_may_not_take_more_than_there_is_and_says_what_goes_beyond(app):
    programme = load()
    decrease = ("Касса", "act-4-1", 2026, "Местный", "−5", date(2026, 1, 12), "№ 1", "Возврат")
    assert [cell.line for cell in brought(programme, decrease).bad] == [3]
    report = brought(programme, ("Касса", "act-4-4", 2026, "Местный", 40000, date(2026, 1, 12), "№ 2"))
    assert [str(remark).replace("\u00a0", " ") for _row, remark in report.warnings] == [
        "План 27 013,24 ₽, а касса 40 000,00 ₽: больше на 12 986,76 ₽"
    ]


def test_a_table_without_its_columns_is_refused_in_words(app):
    programme = load()
    for rows in ([], [(1, ["Имя", "Сумма"])], [(1, [None])]):
        sheet = read_ledger_sheet(rows, activities={}, year_from=2024, year_to=2026, today=NOW.date())
        assert "Вид записи" in str(sheet.bad[0].remark)
    doubled = [(1, [*TITLES, "Сумма"])]
    sheet = read_ledger_sheet(doubled, activities={}, year_from=2024, year_to=2026, today=NOW.date())
    assert [(cell.column, str(cell.remark)) for cell in sheet.bad] == [("Сумма, руб.", "Колонка повторяется")]
    assert brought(programme).is_done


def programme_of(world: World) -> Programme:
    activity = db.session.get_one(Activity, world.contest.activity_id)
    return db.session.get_one(Programme, activity.programme_id)


# --- decisions -------------------------------------------------------------------------------------------------------


def test_awards_post_themselves_when_the_decision_is_published_and_only_once(app):
    world = World([10, 9, 8, 8, 7, 7, 3])
    decision = world.prepare()
    decisions.approve_decision(decision, actor=world.chair, now=AFTER_SCORING + timedelta(days=1))
    assert entries_count() == 0
    published_at = datetime(2026, 4, 14, 18, tzinfo=UTC)  # the 15th in Novosibirsk
    decisions.publish_decision(decision, actor=world.secretary, now=published_at)
    entries = list(db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)))
    shares = list(db.session.scalars(select(AwardShare)))
    assert len(entries) == len([one for one in shares if one.share_sum]) >= 10
    for source in ("regional", "local"):
        posted = sum(one.entry_sum for one in entries if one.source == source)
        assert posted == sum(one.share_sum for one in shares if one.source == source) > 0
    assert {(one.kind, one.origin, one.origin_id, one.year, one.dated_on) for one in entries} == {
        ("award", "decision", decision.id, 2026, date(2026, 4, 15))
    }
    assert "Заявка № " in entries[0].note
    again = service.post_awards(
        world.contest.activity_id,
        [service.PostedAward("local", Decimal("1.00"), "Протокол", "")],
        decision_id=decision.id,
        year=2026,
        decided_on=date(2026, 4, 15),
        actor=None,
        now=published_at,
    )
    assert (again, entries_count()) == (0, len(entries))
    programme, by_hand = programme_of(world), make_facts("5.00", kind="award", dated_on=date(2026, 4, 15))
    said = service.record_entry(programme, by_hand, actor=None, now=published_at).warnings
    assert "проверьте, не дважды ли" in str(said[-1])
    told = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "ledger.awards_posted")).one()
    assert f'"entries":{len(entries)}' in told.facts
