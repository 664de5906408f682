"""What a jury may do, on both engines: invitations, declarations, sheets, marks for the ranking."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.features.jury.court import MARKS, SCORING, Court
from tests.make import give_role, make_contest, make_juror, make_person, saved
from tosportal.domain.contest_states import Phase
from tosportal.domain.errors import NotAllowed, RuleBroken, StateConflict
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import RoleGrant
from tosportal.features.applications.queries import sections_of
from tosportal.features.jury import queries, service
from tosportal.features.jury.models import ConflictDeclaration, Juror, JuryInvitation, Mark, ScoreSheet
from tosportal.features.registry.models import TosLink
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter


@pytest.fixture
def court(app):
    return Court(app)


def letters(kind):
    return db.session.scalars(select(Letter).where(Letter.kind == kind)).all()


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def live_roles(person):
    found = select(RoleGrant.role).where(RoleGrant.person_id == person.id, RoleGrant.revoked_at.is_(None))
    return set(db.session.scalars(found))


# --- invitations ---------------------------------------------------------------------------------------------------


def invite(court, email="guest@example.org", seat="member", now=SCORING):
    return service.invite_juror(
        court.contest, email=email, full_name="Гостева Ольга", seat=seat, actor=court.secretary, now=now
    )


def test_by_the_letter_into_the_jury_under_the_next_code(court):
    row, key = invite(court, " Guest@Example.ORG ")
    assert key in letters("jury.invitation")[0].body
    assert key not in row.key_hash
    assert queries.invitation_by_key(key)[0].id == row.id
    guest = make_person("guest@example.org")
    juror = service.accept_invitation(row, person=guest, now=SCORING)
    assert juror.code == "Э3"
    assert live_roles(guest) == {Role.JUROR}
    assert service.accept_invitation(row, person=guest, now=SCORING).id == juror.id
    assert count(Juror) == 3
    assert audit.verify()[1] is None


def test_a_chair_gets_the_role_alone(court):
    row, _key = invite(court, seat="chair")
    guest = make_person("guest@example.org")
    assert service.accept_invitation(row, person=guest, now=SCORING) is None
    assert live_roles(guest) == {Role.CHAIR}
    assert count(Juror) == 2


def test_a_stranger_does_not_come_in(court):
    row, _key = invite(court)
    with pytest.raises(NotAllowed, match="другой адрес"):
        service.accept_invitation(row, person=make_person("other@example.org"), now=SCORING)
    unconfirmed = make_person("guest@example.org")
    unconfirmed.confirmed_at = None
    with pytest.raises(NotAllowed):
        service.accept_invitation(row, person=unconfirmed, now=SCORING)


def test_an_old_or_cancelled_invitation_does_not_work_and_a_new_letter_kills_the_old_link(court):
    row, key = invite(court)
    guest = make_person("guest@example.org")
    with pytest.raises(RuleBroken, match="истёк"):
        service.accept_invitation(row, person=guest, now=SCORING + timedelta(days=14))
    new_key = service.resend_invitation(row, court.contest, actor=court.secretary, now=SCORING)
    assert queries.invitation_by_key(key) is None
    assert queries.invitation_by_key(new_key)[0].id == row.id
    service.cancel_invitation(row, court.contest, actor=court.secretary, now=SCORING)
    with pytest.raises(RuleBroken, match="отозвано"):
        service.accept_invitation(row, person=guest, now=SCORING)
    with pytest.raises(RuleBroken, match="отозвано"):
        service.resend_invitation(row, court.contest, actor=court.secretary, now=SCORING)
    assert live_roles(guest) == set()


def test_one_invitation_to_one_address(court):
    invite(court)
    with pytest.raises(RuleBroken, match="уже отправлено"):
        invite(court)
    with pytest.raises(RuleBroken, match="уже в жюри"):
        invite(court, court.jurors[0].email)
    assert count(JuryInvitation) == 1


@pytest.mark.parametrize("email", ["", "нет", "a@b", "a b@c.de", "<x@y.ru>", "x@y.ru\x00, z@q.ru", "a" * 300 + "@b.ru"])
def test_what_is_no_address_is_not_invited(court, email):
    with pytest.raises(RuleBroken) as refused:
        invite(court, email)
    assert refused.value.remarks[0].place == "email"


# --- declarations --------------------------------------------------------------------------------------------------


def test_without_a_declaration_nothing_is_marked(court):
    with pytest.raises(NotAllowed, match="Сначала скажите"):
        court.save()
    court.declare()
    court.save()
    assert count(ScoreSheet) == 1


def relation(kind, court):
    juror, tos, application = court.jurors[0], court.toses[0], court.application()
    if kind == "member now":
        give_role(juror, Role.ACTIVIST, Scope.TOS, tos.id)
    elif kind == "member before":
        saved(
            RoleGrant(
                person_id=juror.id, role=Role.ACTIVIST, scope=Scope.TOS, scope_id=tos.id, granted_at=NOW, revoked_at=NOW
            )
        )
    elif kind in {"confirmed", "ended"}:
        saved(TosLink(person_id=juror.id, tos_id=tos.id, seat="chair", state=kind, asked_at=NOW, decided_at=NOW))
    elif kind == "author":
        application.created_by_id = juror.id
    elif kind == "wrote a section":
        next(iter(sections_of(application.id).values())).saved_by_id = juror.id
    db.session.flush()


@pytest.mark.parametrize(
    "kind", ["member now", "member before", "confirmed", "ended", "author", "wrote a section", "declared"]
)
def test_whoever_is_tied_to_an_application_never_judges_it(court, kind):
    if kind == "declared":
        court.declare(conflict=True, reason="Сестра")
    relation(kind, court)
    with pytest.raises(RuleBroken):
        court.declare()
    with pytest.raises(NotAllowed):
        court.save()
    assert queries.sheet_for_juror(court.keys[0], court.jurors[0]) is None
    assert queries.work_of(court.juror()).rows[0].state == "conflict"
    assert queries.sheet_for_juror(court.keys[0], court.jurors[1]) is not None
    assert count(ScoreSheet) == 0


def test_a_conflict_needs_a_reason_and_tells_the_secretary(court):
    with pytest.raises(RuleBroken) as refused:
        court.declare(conflict=True, reason=" ")
    assert refused.value.remarks[0].place == "reason"
    court.declare(conflict=True, reason="Брат\x00 руководит")
    court.declare(conflict=True, reason="ещё раз")
    assert count(ConflictDeclaration) == 1
    letter = letters("jury.conflict")[0]
    assert letter.to_address == court.secretary.email
    assert "Брат руководит" in letter.body


def test_a_late_conflict_strikes_the_sheet_out_and_keeps_it(court):
    for number in range(2):
        court.score(number)
    found = queries.signed_marks(court.contest.id)
    marks = {"k1": Decimal(8), "k2": Decimal(7)}
    assert found.marks == {court.application().id: {"Э1": marks, "Э2": marks}}
    late = SCORING + timedelta(days=11)  # the commission decides already
    court.declare(0, conflict=True, reason="Узнал, что родня", now=late)
    found = queries.signed_marks(court.contest.id)
    assert found.marks == {court.application().id: {"Э2": marks}}
    assert [(one.juror, one.application_id) for one in found.recusals] == [("Э1", court.application().id)]
    assert count(ScoreSheet) == 2
    assert "не учитывается" in letters("jury.conflict")[0].body
    with pytest.raises(RuleBroken):
        court.declare(1, now=late)


def test_a_tie_found_out_later_takes_the_sheet_out_too(court):
    court.score(0)
    give_role(court.jurors[0], Role.ACTIVIST, Scope.TOS, court.toses[0].id)
    assert queries.signed_marks(court.contest.id).marks == {court.application().id: {}}


# --- marks ---------------------------------------------------------------------------------------------------------


def test_a_half_done_sheet_is_kept_and_a_full_one_has_its_total(court):
    court.declare()
    sheet = court.save(marks={"k1": "8", "k2": ""}, notes={"k2": "спрошу про цены"})
    assert sheet.total is None
    assert queries.marks_of(queries.own_sheet(court.juror(), court.application()))["k2"].comment == "спрошу про цены"
    sheet = court.save(version=sheet.version)
    assert sheet.total == Decimal("6.80")  # 0.50 × 8 + 0.40 × 7; the computed criterion enters once, in the ranking
    sheet = court.save(marks={"k1": "", "k2": ""}, version=sheet.version)
    assert sheet.total is None
    assert count(Mark) == 0


@pytest.mark.parametrize(
    "mark", ["11", "-1", "1e3", "NaN", "Infinity", "восемь", "9" * 400, "7.5", "<b>", "1\x002", "0x5", "٣"]
)
def test_marks_are_bounded(court, mark):
    court.declare()
    with pytest.raises(RuleBroken) as refused:
        court.save(marks={"k1": mark})
    assert refused.value.remarks[0].place == "k1"
    assert count(ScoreSheet) == 0


@pytest.mark.parametrize("code", ["k3", "k9", ""])
def test_only_the_criteria_of_the_jury_are_marked(court, code):
    court.declare()
    with pytest.raises(RuleBroken):
        court.save(marks={code: "5"})


def test_the_second_tab_is_told_and_a_repeated_send_is_one_send(court):
    court.declare()
    first = court.save().version
    assert court.save().version == first  # the same once more
    assert count(ScoreSheet) == 1
    second = court.save(marks={"k1": "9", "k2": "7"}, version=first)
    assert second.version > first
    with pytest.raises(StateConflict):
        court.save(marks={"k1": "2", "k2": "7"}, version=first)
    with pytest.raises(StateConflict):
        court.save(marks={"k1": "2", "k2": "7"}, version=0)


def test_low_marks_ask_for_a_note_at_signing_not_before(court):
    court.declare()
    sheet = court.save(marks={"k1": "1", "k2": "0"})
    with pytest.raises(RuleBroken) as refused:
        service.sign_sheet(sheet, now=SCORING)
    assert [remark.place for remark in refused.value.remarks] == ["k1-note", "k2-note"]
    sheet = court.save(marks={"k1": "1", "k2": "0"}, notes={"k1": "Нет фактов", "k2": "Нет цен"}, version=sheet.version)
    assert service.sign_sheet(sheet, now=SCORING).signed_at == SCORING


def test_a_signature_needs_every_mark_and_locks(court):
    court.declare()
    sheet = court.save(marks={"k1": "5", "k2": ""})
    with pytest.raises(RuleBroken) as refused:
        service.sign_sheet(sheet, now=SCORING)
    assert [remark.place for remark in refused.value.remarks] == ["k2"]
    sheet = court.save(version=sheet.version)
    with pytest.raises(StateConflict):
        service.sign_sheet(sheet, now=SCORING, version=1)
    sheet = service.sign_sheet(sheet, now=SCORING, version=sheet.version)
    assert service.sign_sheet(sheet, now=SCORING + timedelta(hours=1)).signed_at == SCORING
    with pytest.raises(RuleBroken, match="подписан"):
        court.save(marks={"k1": "6", "k2": "7"}, version=sheet.version)


@pytest.mark.parametrize(("days", "words"), [(-10, "начнётся"), (11, "закончилась")])
def test_only_within_the_days_of_scoring(court, days, words):
    court.declare()
    sheet = court.save()
    at = SCORING + timedelta(days=days)
    for act in (
        lambda: court.save(marks={"k1": "1"}, version=1, now=at),
        lambda: service.sign_sheet(sheet, now=at),
        lambda: court.declare(1, now=at),
    ):
        with pytest.raises(RuleBroken, match=words):
            act()


def test_only_admitted_applications(court):
    court.declare()
    application = court.application()
    application.state = "submitted"
    db.session.flush()
    with pytest.raises(RuleBroken, match="не оценивается"):
        court.save()
    assert queries.sheet_for_juror(court.keys[0], court.jurors[0]) is None


def test_a_juror_of_another_contest_does_not_judge_here(court):
    stranger = make_juror(make_contest(court.municipality))
    with pytest.raises(NotAllowed):
        service.save_marks(stranger, court.application(), marks=MARKS, comment="", version=0, now=SCORING)


# --- what staff see ------------------------------------------------------------------------------------------------


def test_progress_reminder_and_the_end(court):
    progress = queries.jury_progress(court.contest.id)
    assert (progress.signed, progress.to_judge, progress.is_done) == (0, 2, False)
    assert [one.number for one, _able in progress.without_quorum(3)] == [1]
    assert not queries.may_see_marks(court.contest, Phase.SCORING)
    court.score(0)
    juror = queries.juror_by_code(court.contest, "Э2")
    service.remind_juror(juror, court.contest, actor=court.secretary, now=SCORING)
    with pytest.raises(RuleBroken, match="через сутки"):
        service.remind_juror(juror, court.contest, actor=court.secretary, now=SCORING + timedelta(hours=23))
    service.remind_juror(juror, court.contest, actor=court.secretary, now=SCORING + timedelta(hours=24))
    with pytest.raises(RuleBroken, match="подписал все"):
        service.remind_juror(
            queries.juror_by_code(court.contest, "Э1"), court.contest, actor=court.secretary, now=SCORING
        )
    assert len(letters("jury.reminder")) == 2
    court.score(1)
    assert queries.jury_progress(court.contest.id).is_done
    assert queries.may_see_marks(court.contest, Phase.SCORING)
    assert [letter.to_address for letter in letters("jury.done")] == [court.secretary.email]


def test_a_recused_juror_owes_nothing_there(court):
    court.declare(0, conflict=True, reason="Сосед")
    progress = queries.jury_progress(court.contest.id)
    assert [(one.signed, one.to_judge) for one in progress.jurors] == [(0, 0), (0, 1)]
    assert progress.able == {court.application().id: 1}


def test_the_journal_and_the_letters_hold_no_mark(court):
    court.declare(0)
    sheet = court.save(marks={"k1": "9", "k2": "3"}, comment="СЕКРЕТ-1", notes={"k1": "СЕКРЕТ-2"})
    service.sign_sheet(sheet, now=SCORING)
    for entry in db.session.scalars(select(JournalEntry).where(JournalEntry.act.like("jury.%"))):
        facts = json.loads(entry.facts)["after"]
        assert "СЕКРЕТ" not in entry.facts
        assert set(facts) <= {
            "contest_id",
            "juror",
            "application_id",
            "version",
            "marked",
            "of",
            "has_conflict",
            "struck_out",
        }
    for letter in db.session.scalars(select(Letter)):
        assert "СЕКРЕТ" not in letter.body
    assert audit.verify()[1] is None
