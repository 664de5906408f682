"""Events: told, confirmed, refused, corrected, taken back; what is counted and who may see what."""

import io
import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.events.make_events import FACTS, Village, fresh, kept, letters_to
from tests.make import make_activity
from tests.support.test_upload_checks import pdf
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.domain.event_record import Counting, EventKind
from tosportal.domain.permissions import Scopes
from tosportal.features.accounts.models import Person
from tosportal.features.events import queries, service
from tosportal.features.events.models import Event, EventEvidence
from tosportal.features.events.queries import EventTotals
from tosportal.features.registry.models import Tos
from tosportal.support import audit
from tosportal.support import db as database
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.storage import current_storage

NOBODY = Scopes()


@pytest.fixture
def village(app) -> Village:
    return Village()


def decide(village: Village, event: Event, accept: bool, reason: str = "", look: str | None = None) -> None:
    look = event.look if look is None else look
    service.decide_event(event, accept=accept, reason=reason, look=look, actor=village.secretary, now=NOW)
    db.session.commit()


def correct(village: Village, event: Event, *, version: int | None = None, as_officer: bool = False, **changes) -> None:
    service.edit_event(
        event,
        replace(FACTS, **changes),
        toses=[village.tos],
        activity=None,
        version=event.version if version is None else version,
        actor=village.secretary if as_officer else village.activist,
        as_officer=as_officer,
        now=NOW,
    )
    db.session.commit()


def acts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.act).where(JournalEntry.act.like("event.%")).order_by("id")))


def test_what_a_secretary_enters_counts_at_once_and_what_an_activist_tells_waits(village):
    assert village.confirmed().state == "confirmed"
    assert letters_to(village.secretary) == []
    assert village.told().state == "asked"
    assert letters_to(village.secretary) == ["event.asked"]
    assert letters_to(village.stranger) == []
    assert queries.events_of_year(village.district.id, 2026) == EventTotals(1, 45, 0)


def test_the_same_copy_of_the_form_is_the_same_event(village):
    first = village.told(form_key="k" * 20, photos=[kept()])
    again = village.told(form_key="k" * 20, photos=[kept("blue")], title="Другое")
    assert (again.id, again.title, len(again.photos)) == (first.id, FACTS.title, 1)
    assert letters_to(village.secretary) == ["event.asked"]
    with pytest.raises(StateConflict, match="другим человеком"):
        village.told(village.other_activist, village.other_tos, form_key="k" * 20)


def test_two_presses_in_one_instant_are_one_event(app, village):
    ready, made = threading.Barrier(2), []
    district_id, tos_id, person_id = village.district.id, village.tos.id, village.activist.id
    db.session.rollback()

    def press() -> None:
        with app.app_context():
            ready.wait()
            database.set_reading(False)
            event = service.add_event(
                FACTS,
                municipality_id=district_id,
                toses=[db.session.get_one(Tos, tos_id)],
                form_key="p" * 20,
                actor=db.session.get_one(Person, person_id),
                as_officer=False,
                now=NOW,
            )
            made.append(event.id)
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1
    assert letters_to(db.session.get_one(Person, village.secretary.id)) == ["event.asked"]


def test_an_activist_names_a_tos_and_everybody_one_of_the_district(village):
    with pytest.raises(RuleBroken, match="Выберите ТОС"):
        village.told(toses=[])
    assert village.told(village.secretary, toses=[]).toses == []
    with pytest.raises(RuleBroken, match="одного района"):
        service.add_event(
            FACTS,
            municipality_id=village.neighbour.id,
            toses=[village.tos],
            form_key=None,
            actor=village.stranger,
            as_officer=True,
            now=NOW,
        )


def test_an_activity_is_of_a_programme_that_ran_that_year(village):
    activity = make_activity(village.district)
    assert village.confirmed(activity=activity).activity_id == activity.id
    with pytest.raises(RuleBroken, match="действует с 2024 по 2026 год, а событие было в 2023"):
        village.confirmed(activity=activity, held_on=date(2023, 5, 5))
    with pytest.raises(RuleBroken, match="своего района"):
        village.confirmed(activity=make_activity(village.neighbour))


def test_confirmed_by_the_secretary_it_is_public_and_its_author_reads_so(village):
    event = village.told()
    assert queries.event_for(event.key, officer=NOBODY, speaks=NOBODY, public=True) is None
    decide(village, event, True)
    assert fresh(event).state == "confirmed"
    assert queries.event_for(event.key, officer=NOBODY, speaks=NOBODY, public=True) is not None
    assert letters_to(village.activist) == ["event.confirmed"]
    decide(village, event, True, look="old")
    assert letters_to(village.activist) == ["event.confirmed"]
    with pytest.raises(RuleBroken, match="Нельзя исправить"):
        correct(village, fresh(event), title="Иначе")
    with pytest.raises(RuleBroken, match="Нельзя отозвать"):
        service.withdraw_event(event, actor=village.activist, now=NOW)


def test_refused_with_a_reason_it_is_corrected_and_asked_again(village):
    event = village.told()
    with pytest.raises(RuleBroken, match="Напишите, что исправить"):
        decide(village, event, False, "  ")
    decide(village, fresh(event), False, "Укажите место точнее")
    assert (fresh(event).state, fresh(event).reason) == ("refused", "Укажите место точнее")
    assert letters_to(village.activist) == ["event.refused"]
    correct(village, fresh(event), place="ул. Мира, 5")
    assert (fresh(event).state, fresh(event).place) == ("asked", "ул. Мира, 5")
    assert letters_to(village.secretary) == ["event.asked", "event.asked"]
    assert acts() == ["event.entered", "event.refused", "event.corrected"]
    assert audit.verify()[1] is None


def test_the_secretary_decides_about_what_was_read(village):
    event = village.told()
    read = event.look
    correct(village, event, participants=450)
    with pytest.raises(StateConflict, match="изменили, пока вы читали"):
        decide(village, fresh(event), True, look=read)
    event, read = fresh(event), fresh(event).look
    service.add_photos(event, [kept()], "", actor=village.activist, as_officer=False, now=NOW)
    db.session.commit()
    with pytest.raises(StateConflict, match="изменили, пока вы читали"):
        decide(village, fresh(event), True, look=read)
    decide(village, fresh(event), True)
    assert fresh(event).state == "confirmed"


def test_a_stale_save_is_refused(village):
    event = village.told()
    old = event.version
    correct(village, event, title="Первая правка")
    with pytest.raises(StateConflict, match="только что изменил"):
        correct(village, event, version=old, title="Вторая правка")
    assert fresh(event).title == "Первая правка"


def test_another_tos_makes_it_another_version(village):
    event = village.told()
    old = event.version
    service.edit_event(
        event,
        FACTS,
        toses=[village.tos, village.other_tos],
        activity=None,
        version=old,
        actor=village.secretary,
        as_officer=True,
        now=NOW,
    )
    db.session.commit()
    event = fresh(event)
    assert [one.tos.name for one in event.toses] == ["ТОС «Родник»", "ТОС «Заря»"]
    assert (event.version, event.state) == (old + 1, "asked")
    correct(village, event)
    assert [one.tos.name for one in fresh(event).toses] == ["ТОС «Родник»"]
    version = fresh(event).version
    correct(village, fresh(event))
    assert fresh(event).version == version, "nothing new: nothing happens"


def test_taken_back_and_taken_off_it_counts_for_nothing(village):
    event, counted = village.told(), village.told()
    service.withdraw_event(event, actor=village.activist, now=NOW)
    service.withdraw_event(event, actor=village.activist, now=NOW)
    decide(village, counted, True)
    assert queries.events_of_year(village.district.id, 2026).count == 1
    with pytest.raises(RuleBroken, match="почему событие снимается"):
        service.strike_event(counted, reason="", actor=village.secretary, now=NOW)
    service.strike_event(counted, reason="Внесено дважды", actor=village.secretary, now=NOW)
    db.session.commit()
    assert queries.events_of_year(village.district.id, 2026) == EventTotals()
    assert letters_to(village.activist) == ["event.confirmed", "event.withdrawn"]


def test_totals_by_year_quarter_kind_activity_and_rule_of_counting(village):
    activity = make_activity(village.district)
    village.confirmed(kind=EventKind.SEMINAR, participants=10, held_on=date(2025, 12, 31))
    village.confirmed(kind=EventKind.SEMINAR, participants=20, held_on=date(2026, 1, 1), activity=activity)
    village.confirmed(
        kind=EventKind.MEETING, participants=30, counting=Counting.VISITS, held_on=date(2025, 3, 31), activity=activity
    )
    village.confirmed(kind=EventKind.MEETING, participants=5, held_on=date(2025, 4, 1))
    village.told(kind=EventKind.MEETING, participants=1000, held_on=date(2025, 4, 1))

    def totals(year: int, *args, **kwargs) -> tuple[int, int, int, int]:
        found = queries.events_of_year(village.district.id, year, *args, **kwargs)
        events = queries.counted_events(village.district.id, year, *args, **kwargs)
        assert (len(events), sum(one.participants for one in events)) == (found.count, found.participants)
        return found.count, found.persons, found.visits, found.participants

    assert totals(2025) == (3, 15, 30, 45)
    assert totals(2026) == (1, 20, 0, 20)
    assert totals(2024) == (0, 0, 0, 0)
    assert totals(2025, "seminar") == (1, 10, 0, 10)
    assert totals(2025, None, activity.id) == (1, 0, 30, 30)
    assert totals(2025, "meeting", quarter=1) == (1, 0, 30, 30)
    assert totals(2025, quarter=2) == (1, 5, 0, 5)
    assert totals(2025, quarter=4) == (1, 10, 0, 10)
    assert queries.events_of_year(village.neighbour.id, 2025) == EventTotals()


def test_a_list_of_people_is_read_by_officers_alone(village):
    event = village.confirmed()
    event_id = event.id
    for kind in ("list", "document"):
        paper = service.keep_paper(io.BytesIO(pdf()), f"{kind}.pdf")
        service.add_paper(event, kind, paper, actor=village.secretary, as_officer=True, now=NOW)
    service.add_photos(event, [kept()], "Двор", actor=village.secretary, as_officer=True, now=NOW)
    db.session.commit()
    keys = {one.kind: one.key for one in fresh(event).evidence}
    assert set(keys) == {"list", "document", "photo"}
    here, own = Scopes(municipalities=frozenset({village.district.id})), Scopes(toses=frozenset({village.tos.id}))
    elsewhere = Scopes(municipalities=frozenset({village.neighbour.id}))
    other = Scopes(toses=frozenset({village.other_tos.id}))

    def seen(officer: Scopes, speaks: Scopes) -> set[str]:
        return {kind for kind, key in keys.items() if queries.evidence_for(key, officer=officer, speaks=speaks)}

    assert seen(here, NOBODY) == {"list", "document", "photo"}
    assert seen(NOBODY, own) == {"document", "photo"}
    assert seen(elsewhere, other) == {"photo"}
    assert seen(NOBODY, NOBODY) == {"photo"}
    service.strike_event(fresh(event), reason="Ошибка", actor=village.secretary, now=NOW)
    db.session.commit()
    assert (seen(NOBODY, NOBODY), seen(elsewhere, other)) == (set(), set())
    assert seen(NOBODY, own) == {"document", "photo"}
    assert event_id == event.id


def test_a_file_taken_away_is_gone_with_its_bytes(village):
    event = village.told(photos=[kept(), kept("blue")])
    photo, other = event.photos
    with pytest.raises(RuleBroken, match="12"):
        service.add_photos(
            event, [kept((n, n, n)) for n in range(11)], "", actor=village.activist, as_officer=False, now=NOW
        )
    db.session.rollback()
    event = fresh(event)
    photo, other = event.photos
    service.remove_evidence(photo, event, actor=village.activist, as_officer=False, now=NOW)
    assert current_storage().exists(photo.storage_key)
    database.commit()
    assert not current_storage().exists(photo.storage_key)
    assert current_storage().exists(other.storage_key)
    assert [one.id for one in fresh(event).photos] == [other.id]
    key = photo.key
    assert queries.evidence_for(key, officer=Scopes(everywhere=True), speaks=NOBODY) is None


def test_the_same_photo_twice_is_one_and_a_failure_leaves_no_bytes(village):
    event = village.told(photos=[kept()])
    again = kept()
    service.add_photos(event, [again], "", actor=village.activist, as_officer=False, now=NOW)
    db.session.commit()
    assert not current_storage().exists(again.key)
    lost = kept("blue")
    service.add_photos(event, [lost], "", actor=village.activist, as_officer=False, now=NOW)
    db.session.rollback()
    assert not current_storage().exists(lost.key)
    assert db.session.scalar(select(func.count()).select_from(EventEvidence)) == 1


def test_a_caption_is_one_line_and_short(village):
    event = village.told(photos=[kept()])
    photo = event.photos[0]
    by = {"actor": village.activist, "as_officer": False, "now": NOW}
    service.caption_photo(photo, event, " Дети\n у качелей ", **by)
    assert photo.caption == "Дети у качелей"
    with pytest.raises(RuleBroken, match="Не длиннее 300"):
        service.caption_photo(photo, event, "ж" * 301, **by)


def test_the_office_sees_first_what_waits(village):
    village.confirmed(title="Давно подтверждено")
    late = village.told(title="Позже", now=NOW)
    early = village.told(title="Раньше", now=NOW.replace(hour=1))
    here = Scopes(municipalities=frozenset({village.district.id}))
    rows = db.session.scalars(queries.events_for_officer(here)).all()
    assert [one.title for one in rows] == ["Раньше", "Позже", "Давно подтверждено"]
    assert db.session.scalar(queries.waiting_events(here)) == 2
    assert db.session.scalar(queries.waiting_events(NOBODY)) == 0
    assert {late.state, early.state} == {"asked"}
