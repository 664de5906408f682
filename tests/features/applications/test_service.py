"""Acts on applications: begin, save, attach, submit, correct, withdraw, on both engines."""

import copy
import hashlib
import io
import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.make import ANSWERS, REGULATION, make_activist, make_contest, make_municipality, make_tos
from tests.support.test_upload_checks import pdf, picture
from tosportal.domain.application_states import ApplicationAct
from tosportal.domain.errors import RuleBroken, StateConflict
from tosportal.features.accounts.models import Person
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, Attachment, Submission
from tosportal.features.applications.service.contents import draft_digest
from tosportal.features.contests.models import Contest
from tosportal.features.contests.queries import contest_by_slug
from tosportal.features.registry.models import ChairTerm, Contact, Tos
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter
from tosportal.support.storage import current_storage

CLOSE = datetime(2026, 3, 13, 10, 0, tzinfo=UTC)  # 17:00 in Novosibirsk


class Case:
    """A contest that accepts, a ТОС and its activist."""

    def __init__(self, definition: dict | None = None) -> None:
        self.municipality = make_municipality()
        self.contest = contest_by_slug(make_contest(self.municipality, regulation=definition).slug)
        self.tos = make_tos(self.municipality, "ТОС «Берёзка»")
        self.person = make_activist(self.tos)
        db.session.commit()

    def start(self, form_key: str | None = None, now: datetime = NOW) -> Application:
        return service.start_application(
            contest=self.contest, tos=self.tos, nomination="n1", form_key=form_key, actor=self.person, now=now
        )

    def filled(self) -> Application:
        """A draft in which nothing is missing."""
        application = self.start()
        versions = {code: row.version for code, row in queries.sections_of(application.id).items()}
        for code, answers in ANSWERS.items():
            service.save_section(application, code, answers, version=versions.get(code, 0), actor=self.person, now=NOW)
        service.attach_file(application, "minutes", io.BytesIO(pdf()), "протокол.pdf", actor=self.person, now=NOW)
        db.session.commit()
        return queries.application_for_applicant(application.key, self.person)

    def returned(self, until: datetime) -> Application:
        application = self.filled()
        service.submit_application(application, actor=self.person, now=NOW)
        service.advance_application(
            application, ApplicationAct.RETURN, actor=None, now=NOW, fix_until_on=date(2026, 3, 25), fix_until_at=until
        )
        db.session.commit()
        return application


@pytest.fixture
def case(app) -> Case:
    return Case()


def acts() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


# --- beginning -----------------------------------------------------------------------------------------------------


def test_a_beginning_is_a_draft_on_the_edition_in_force_filled_in_from_the_registry(case):
    db.session.add(ChairTerm(tos_id=case.tos.id, full_name="Берёзова Нина Петровна"))
    db.session.add(Contact(tos_id=case.tos.id, kind="phone", value="+7 383 590-11-22"))
    application = case.start("k" * 20)
    rows = queries.sections_of(application.id)
    assert application.state == "draft"
    assert application.regulation.number == 1
    assert rows["applicant"].answers == {
        "chair_name": "Берёзова Нина Петровна",
        "chair_phone": "+7 383 590-11-22",
        "residents": "200",
    }
    assert acts() == ["application.started"]


def test_requisites_come_from_the_registry_too(app):
    definition = copy.deepcopy(REGULATION)
    asked = definition["form"]["sections"][0]["fields"]
    asked += [
        {"code": code, "label": code, "kind": kind, "prefill": f"tos.{code}"}
        for code, kind in (("kpp", "kpp"), ("legal_address", "address"))
    ]
    case = Case(definition)
    case.tos.kpp, case.tos.legal_address = "543401001", "с. Вагайцево, ул. Ленина, 1"
    answers = queries.sections_of(case.start().id)["applicant"].answers
    assert (answers["kpp"], answers["legal_address"]) == ("543401001", "с. Вагайцево, ул. Ленина, 1")


def test_the_same_form_key_is_the_same_application(case):
    first = case.start("k" * 20)
    assert case.start("k" * 20).id == first.id
    assert case.start("m" * 20).id != first.id
    assert acts() == ["application.started"] * 2


def test_a_form_key_of_another_tos_gives_nothing_away(case):
    case.start("k" * 20)
    other = make_tos(case.municipality)
    with pytest.raises(StateConflict):
        service.start_application(
            contest=case.contest, tos=other, nomination="n1", form_key="k" * 20, actor=make_activist(other), now=NOW
        )


def test_the_limit_of_applications_holds(case):
    case.start()
    case.start()
    with pytest.raises(RuleBroken, match="От одного ТОС можно подать заявок: 2, у вас уже 2"):
        case.start()


@pytest.mark.parametrize(("now", "words"), [(CLOSE, "закончился"), (datetime(2026, 2, 2, tzinfo=UTC), "не начался")])
def test_nothing_begins_outside_the_intake(case, now, words):
    with pytest.raises(RuleBroken, match=words):
        case.start(now=now)
    assert db.session.scalar(select(func.count(Application.id))) == 0


def test_a_charter_registered_late_and_an_unknown_nomination_are_named(case):
    case.tos.charter_registered_on = date(2026, 3, 14)
    with pytest.raises(RuleBroken) as refused:
        service.start_application(
            contest=case.contest, tos=case.tos, nomination="<b>", form_key=None, actor=case.person, now=NOW
        )
    assert [remark.clause for remark in refused.value.remarks] == ["2.1", ""]
    assert "Выберите номинацию" in str(refused.value)


def test_twenty_at_once_with_one_key_make_one_application(app, case):
    """Real threads, each with its own connection, as twenty clicks would come."""
    ids = (case.contest.slug, case.tos.id, case.person.id)
    gate, made, failed = threading.Barrier(20), [], []
    db.session.commit()  # the test itself must hold no lock while the clicks come

    def click() -> None:
        with app.app_context():
            gate.wait()
            try:
                application = service.start_application(
                    contest=contest_by_slug(ids[0]),
                    tos=db.session.get_one(Tos, ids[1]),
                    nomination="n1",
                    form_key="one-key-one-key-one",
                    actor=db.session.get_one(Person, ids[2]),
                    now=NOW,
                )
                db.session.commit()
                made.append(application.id)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(made) == 20
    assert len(set(made)) == 1
    assert db.session.scalar(select(func.count(Application.id))) == 1
    assert acts() == ["application.started"]


# --- saving --------------------------------------------------------------------------------------------------------


def test_wrong_and_missing_answers_are_kept_as_typed(case):
    application = case.start()
    answers = {"title": "Площадка", "problem": "<b>нет</b>", "plan": [{"name": "Шаг", "starts_on": "31.02.2026"}]}
    row = service.save_section(application, "project", answers, version=0, actor=case.person, now=NOW)
    db.session.commit()
    db.session.expire_all()
    assert queries.sections_of(application.id)["project"].answers == answers
    assert row.version == 1
    assert application.title == "Площадка"


def test_sums_and_title_are_copied_for_lists(case):
    application = case.filled()
    assert (application.title, str(application.requested_sum), str(application.total_sum)) == (
        "Детская площадка «Родничок»",
        "72000.00",
        "90000.00",
    )


def test_absurd_sums_in_a_draft_do_not_break_the_column(case):
    application = case.start()
    rows = [{"name": "Всё", "quantity": "9999999.999", "price": "9999999999.99", "requested": "9999999999.99"}] * 40
    service.save_section(application, "budget", {"items": rows}, version=0, actor=case.person, now=NOW)
    assert str(application.total_sum) == "9999999999.99"


def test_a_stale_save_is_refused_and_the_same_save_again_is_one_save(case):
    application = case.start()
    mine = {"title": "Первое", "problem": "", "plan": []}
    service.save_section(application, "project", mine, version=0, actor=case.person, now=NOW)
    service.save_section(application, "project", mine, version=0, actor=case.person, now=NOW)
    assert acts().count("application.section_saved") == 1
    with pytest.raises(StateConflict, match="уже изменили"):
        service.save_section(application, "project", {"title": "Второе"}, version=0, actor=case.person, now=NOW)
    assert queries.sections_of(application.id)["project"].answers == mine


def test_the_journal_of_a_save_holds_no_answers(case):
    application = case.start()
    service.save_section(application, "applicant", {"chair_name": "Тайна"}, version=1, actor=case.person, now=NOW)
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "application.section_saved")).one()
    assert "Тайна" not in entry.facts
    assert json.loads(entry.facts)["after"]["section"] == "applicant"


def test_a_submitted_application_is_not_changed(case):
    application = case.filled()
    service.submit_application(application, actor=case.person, now=NOW)
    with pytest.raises(RuleBroken, match="нельзя менять"):
        service.save_section(application, "project", {}, version=1, actor=case.person, now=NOW)
    with pytest.raises(RuleBroken, match="нельзя менять"):
        service.attach_file(application, "photos", io.BytesIO(picture("PNG")), "1.png", actor=case.person, now=NOW)


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_file_lies_in_its_slot_and_a_second_one_takes_its_place(case):
    application = case.start()
    first = service.attach_file(application, "minutes", io.BytesIO(pdf()), "../../п.pdf", actor=case.person, now=NOW)
    again = service.attach_file(application, "minutes", io.BytesIO(pdf()), "п.pdf", actor=case.person, now=NOW)
    assert again.id == first.id
    assert first.name == "п.pdf"
    second = service.attach_file(
        application, "minutes", io.BytesIO(pdf(pages=2)), "новый.pdf", actor=case.person, now=NOW
    )
    assert [file.id for file in queries.attachments_of(application.id)] == [second.id]
    with current_storage().open(second.storage_key) as file:
        assert hashlib.sha256(file.read()).hexdigest() == second.sha256


def test_a_stored_file_goes_away_when_the_transaction_fails(case):
    application = case.start()
    db.session.commit()
    file = service.attach_file(application, "minutes", io.BytesIO(pdf()), "п.pdf", actor=case.person, now=NOW)
    key = file.storage_key
    assert current_storage().exists(key)
    db.session.rollback()
    assert not current_storage().exists(key)
    assert db.session.scalar(select(func.count(Attachment.id))) == 0
    application = queries.application_for_applicant(application.key, case.person)
    kept = service.attach_file(application, "minutes", io.BytesIO(pdf()), "п.pdf", actor=case.person, now=NOW)
    key = kept.storage_key
    db.session.commit()
    db.session.execute(select(1))
    db.session.rollback()
    assert current_storage().exists(key)


def test_bad_files_are_refused_with_words(case):
    application = case.start()
    for slot, content, words in (
        ("minutes", b"", "пустой"),
        ("minutes", b"MZ\x90\x00" + b"0" * 300, "программа"),
        ("photos", pdf(), "не подходит"),
        ("secret", pdf(), "Такого документа"),
    ):
        with pytest.raises(RuleBroken, match=words):
            service.attach_file(application, slot, io.BytesIO(content), "ф.pdf", actor=case.person, now=NOW)
    assert queries.attachments_of(application.id) == []


def test_a_removed_file_does_not_count(case):
    application = case.filled()
    file = queries.attachments_of(application.id)[0]
    service.remove_attachment(file, actor=case.person, now=NOW)
    service.remove_attachment(file, actor=case.person, now=NOW)
    assert queries.attachments_of(application.id) == []
    assert acts().count("application.file_removed") == 1
    with pytest.raises(RuleBroken, match="Приложите: Протокол собрания жителей"):
        service.submit_application(application, actor=case.person, now=NOW)


# --- sending -------------------------------------------------------------------------------------------------------


def test_a_submission_freezes_the_content_under_a_number(case):
    application = case.filled()
    submission = service.submit_application(application, actor=case.person, now=NOW)
    db.session.commit()
    content = json.loads(submission.content)
    assert submission.digest == hashlib.sha256(submission.content.encode()).hexdigest()
    assert (application.state, application.number, application.submitted_at) == ("submitted", 1, NOW)
    assert list(content) == sorted(content)
    assert content["schema"] == "application/1"
    assert content["tos"]["name"] == "ТОС «Берёзка»"
    assert content["submitted_at"] == "2026-03-02T05:00:00+00:00"
    assert [section["code"] for section in content["sections"]] == ["applicant", "project", "budget", "consent"]
    assert content["sections"][2]["answers"]["items"][0]["requested"] == "72000"
    assert content["attachments"][0]["sha256"] == queries.attachments_of(application.id)[0].sha256
    letter = db.session.scalars(select(Letter)).one()
    assert letter.to_address == case.person.email
    assert submission.digest in letter.body
    assert "02.03.2026, 12:00:00 по Новосибирску" in letter.body
    assert acts()[-2:] == ["application.submit", "application.frozen"]
    assert audit.verify()[1] is None


def test_a_double_send_is_one_submission(case):
    application = case.filled()
    first = service.submit_application(application, actor=case.person, now=NOW)
    assert service.submit_application(application, actor=case.person, now=NOW).id == first.id
    assert db.session.scalar(select(func.count(Submission.id))) == 1
    assert db.session.scalar(select(func.count(Letter.id))) == 1


def test_everything_missing_is_named_and_nothing_is_frozen(case):
    application = case.start()
    with pytest.raises(RuleBroken) as refused:
        service.submit_application(application, actor=case.person, now=NOW)
    words = str(refused.value)
    for one in ("Название проекта", "Статьи расходов", "Достоверность", "Протокол собрания"):
        assert one in words
    assert (application.state, application.number) == ("draft", None)
    assert case.contest.next_number == 1


def test_limits_of_money_stop_a_submission(case):
    application = case.filled()
    rows = [dict(ANSWERS["budget"]["items"][0], quantity="1", price="144000.01", requested="144000.01", own="0")]
    service.save_section(application, "budget", {"items": rows}, version=1, actor=case.person, now=NOW)
    with pytest.raises(RuleBroken) as refused:
        service.submit_application(application, actor=case.person, now=NOW)
    words = str(refused.value).replace("\u00a0", " ")
    assert "можно не больше 144 000,00 ₽" in words
    assert "Свой вклад должен быть не меньше 10" in words


def test_the_last_second_is_in_time_and_the_next_is_late(case):
    application = case.filled()
    with pytest.raises(RuleBroken, match="Черновик сохранён"):
        service.submit_application(application, actor=case.person, now=CLOSE)
    assert application.state == "draft"
    assert queries.sections_of(application.id)["project"].answers == ANSWERS["project"]
    submission = service.submit_application(application, actor=case.person, now=CLOSE - timedelta(seconds=1))
    assert submission.submitted_at == CLOSE - timedelta(seconds=1)


def test_what_was_shown_is_what_is_sent(case):
    application = case.filled()
    seen = draft_digest(queries.whole(application))
    changed = dict(ANSWERS["project"], title="Другое название")
    service.save_section(application, "project", changed, version=1, actor=case.person, now=NOW)
    with pytest.raises(StateConflict, match="Проверьте её ещё раз"):
        service.submit_application(application, actor=case.person, now=NOW, seen_digest=seen)
    seen = draft_digest(queries.whole(application))
    assert service.submit_application(application, actor=case.person, now=NOW, seen_digest=seen).number == 1


def test_a_correction_adds_a_copy_and_keeps_the_number_and_the_first_moment(case):
    later = CLOSE + timedelta(days=5)
    application = case.returned(until=later + timedelta(days=1))
    number = application.number
    changed = dict(ANSWERS["project"], title="Площадка «Родничок»")
    service.save_section(application, "project", changed, version=1, actor=case.person, now=later)
    assert application.title == "Детская площадка «Родничок»"
    second = service.submit_application(application, actor=case.person, now=later)
    db.session.commit()
    assert (application.state, application.number, application.submitted_at) == ("submitted", number, NOW)
    assert application.title == "Площадка «Родничок»"
    assert (second.number, second.submitted_at, application.fix_until_at) == (2, later, None)
    assert queries.last_submission(application.id).id == second.id
    assert json.loads(queries.submissions_of(application.id)[0].content)["sections"][1]["answers"] == ANSWERS["project"]


def test_a_correction_one_second_late_is_refused(case):
    until = CLOSE + timedelta(days=5)
    application = case.returned(until=until)
    with pytest.raises(RuleBroken, match="Срок исправлений закончился"):
        service.submit_application(application, actor=case.person, now=until)
    with pytest.raises(RuleBroken, match="Срок исправлений закончился"):
        service.save_section(application, "project", {}, version=1, actor=case.person, now=until)
    assert application.state == "returned"


def test_numbers_are_not_repeated_when_sent_at_once(app, case):
    definition = copy.deepcopy(REGULATION)
    definition["limits"]["applications_per_tos"] = None
    case = Case.__new__(Case)
    case.municipality = make_municipality("second", "Второй район")
    case.contest = contest_by_slug(make_contest(case.municipality, regulation=definition).slug)
    case.tos = make_tos(case.municipality)
    case.person = make_activist(case.tos)
    keys = [case.filled().key for _ in range(6)]
    gate, failed, person_id = threading.Barrier(6), [], case.person.id
    db.session.commit()

    def send(key: str) -> None:
        with app.app_context():
            gate.wait()
            try:
                person = db.session.get_one(Person, person_id)
                application = queries.application_for_applicant(key, person)
                service.submit_application(application, actor=person, now=NOW)
                db.session.commit()
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    db.session.expire_all()
    numbers = db.session.scalars(select(Application.number).order_by(Application.number)).all()
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert db.session.get_one(Contest, case.contest.id).next_number == 7
    assert audit.verify()[1] is None


# --- withdrawing ---------------------------------------------------------------------------------------------------


def test_a_withdrawal_before_the_deadline_frees_the_place(case):
    application = case.filled()
    service.submit_application(application, actor=case.person, now=NOW)
    service.withdraw_application(application, actor=case.person, now=CLOSE - timedelta(seconds=1))
    service.withdraw_application(application, actor=case.person, now=CLOSE - timedelta(seconds=1))
    assert (application.state, application.withdrawn_at) == ("withdrawn", CLOSE - timedelta(seconds=1))
    assert acts().count("application.withdraw") == 1
    assert queries.live_nominations([case.contest.id], [case.tos.id]) == {}
    assert {letter.kind for letter in db.session.scalars(select(Letter))} == {
        "application.receipt",
        "application.withdrawn",
    }


def test_a_draft_is_thrown_away_at_any_time_and_frees_its_place_without_a_letter(case):
    application = case.filled()
    service.withdraw_application(application, actor=case.person, now=CLOSE + timedelta(days=9))
    assert (application.state, application.number) == ("withdrawn", None)
    assert queries.live_nominations([case.contest.id], [case.tos.id]) == {}
    assert queries.applications_of_person(case.person) == []
    assert db.session.scalars(queries.applications_for_officer(case.contest.id)).all() == []
    assert db.session.scalars(select(Letter)).all() == []
    assert acts()[-1] == "application.withdraw"


def test_no_withdrawal_after_the_deadline(case):
    application = case.filled()
    service.submit_application(application, actor=case.person, now=NOW)
    with pytest.raises(RuleBroken, match="секретарю"):
        service.withdraw_application(application, actor=case.person, now=CLOSE)
    assert application.state == "submitted"


def test_the_one_door_refuses_what_the_table_does_not_have(case):
    application = case.filled()
    with pytest.raises(RuleBroken, match="Нельзя допустить заявку"):
        service.advance_application(application, ApplicationAct.ADMIT, actor=None, now=NOW)
    service.submit_application(application, actor=case.person, now=NOW)
    with pytest.raises(ValueError, match="last day"):
        service.advance_application(application, ApplicationAct.RETURN, actor=None, now=NOW)
    service.advance_application(application, ApplicationAct.ADMIT, actor=None, now=NOW)
    assert application.state == "admitted"
