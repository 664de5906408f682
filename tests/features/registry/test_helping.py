"""Helpers of a ТОС: invited by the chair, in by a one-time link, out at once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.make import make_activist, make_municipality, make_person, make_tos, saved
from tests.pages import Browser, said
from tosportal.domain.errors import NotAllowed, RuleBroken
from tosportal.domain.permissions import Role
from tosportal.features.accounts.queries import person_with_roles
from tosportal.features.journal.queries import ACTS
from tosportal.features.personal.service.retention import keep_term
from tosportal.features.registry import queries, service
from tosportal.features.registry.models import HelperInvitation, TosLink
from tosportal.features.registry.service.helping import AGAIN_AFTER, LASTS, MOST_A_DAY, MOST_SENT
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db
from tosportal.support.notifications import Letter

EMAIL = "petrova@example.org"


class World:
    def __init__(self) -> None:
        self.tos = make_tos(make_municipality(), "ТОС «Берёзка»")
        self.chair, self.member = make_activist(self.tos), make_activist(self.tos)
        for person, seat in ((self.chair, "chair"), (self.member, "member")):
            saved(
                TosLink(
                    person_id=person.id, tos_id=self.tos.id, seat=seat, basis="п", state="confirmed",
                    asked_at=NOW, decided_at=NOW,
                )
            )  # fmt: skip
        db.session.commit()

    @property
    def address(self) -> str:
        return f"/my/tos/{self.tos.code}/helpers"

    def invite(self, email: str = EMAIL, now=NOW, form_key: str | None = None) -> tuple[HelperInvitation, str]:
        return service.invite_helper(self.tos, email=email, form_key=form_key, actor=self.chair, now=now)

    def helper(self) -> TosLink:
        row, _key = self.invite()
        return service.accept_invitation(row, person=make_person(EMAIL, "Петрова Ольга Ивановна"), now=NOW)


@pytest.fixture
def world(app) -> World:
    return World()


def letters(kind: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def form_key(page) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', page.get_data(as_text=True))[1]


def roles(person_id: int) -> set[Role]:
    db.session.expire_all()
    return {one.role for one in person_with_roles(person_id).live_grants}


# --- the invitation --------------------------------------------------------------------------------------------------


def test_the_chair_invites_by_the_page_and_the_link_of_the_letter_brings_a_helper(app, world):
    chair = Browser(app, world.chair)
    page = chair.get(world.address)
    sent = {"email": f" {EMAIL.upper()} ", "form_key": form_key(page)}
    assert EMAIL in said(chair.post(world.address, sent))
    chair.post(world.address, sent)  # the same form again
    [letter] = letters("helper.invited")
    assert (letter.to_address, letter.person_id) == (EMAIL, None)
    path = re.search(r"https?://[^/]+(/helpers/\S+)", letter.body)[1]
    key = path.rsplit("/", 1)[1]
    assert key not in db.session.scalars(select(HelperInvitation.key_hash)).one()

    assert "Войдите или заведите кабинет" in said(Browser(app).get(path))
    stranger = Browser(app, make_person("other@example.org"))
    assert "на другой адрес" in said(stranger.get(path))
    stranger.post(path, code=403)
    invited = make_person(EMAIL, "Петрова Ольга Ивановна")
    browser = Browser(app, invited)
    assert "Принять приглашение" in said(browser.get(path))
    assert "Вы помощник" in said(browser.post(path))
    assert roles(invited.id) == {Role.HELPER}
    assert "помощник · " in said(browser.get("/my/tos")).replace(" · помощник", " помощник · ")
    assert "уже принято" in said(stranger.get(path))
    assert letters("helper.joined")[0].to_address == world.chair.email
    row = db.session.scalars(select(HelperInvitation)).one()
    assert (row.email, row.link_id) == (
        "",
        db.session.scalars(select(TosLink.id).where(TosLink.seat == "helper")).one(),
    )
    assert "Петрова Ольга Ивановна" in said(chair.get(world.address))
    acts = set(db.session.scalars(select(JournalEntry.act)))
    assert {"helper.invited", "helper.joined", "role.granted"} <= acts <= set(ACTS)
    assert EMAIL not in " ".join(str(one.facts) for one in db.session.scalars(select(JournalEntry)))


def test_nobody_but_the_chair_has_the_page(app, world):
    helper = world.helper().person
    db.session.commit()
    assert "Помощники" in said(Browser(app, world.chair).get(world.address))
    Browser(app, world.member).get(world.address, code=404)
    Browser(app, world.member).post(world.address, {"email": "a@example.org", "form_key": "k" * 20}, code=404)
    Browser(app, helper).get(world.address, code=403)
    other = make_tos(make_municipality("other"), "ТОС «Чужой»")
    Browser(app, world.chair).get(f"/my/tos/{other.code}/helpers", code=404)
    for act in (
        lambda: service.invite_helper(world.tos, email="a@example.org", form_key=None, actor=world.member, now=NOW),
        lambda: service.set_helpers(world.tos, may_submit=True, may_see_sealed=True, actor=world.member, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_wrong_address_keeps_what_was_typed(app, world):
    chair = Browser(app, world.chair)
    key = form_key(chair.get(world.address))
    page = chair.post(world.address, {"email": "петрова", "form_key": key}, code=422)
    assert "Проверьте адрес почты" in said(page)
    assert 'value="петрова"' in page.get_data(as_text=True)
    assert letters("helper.invited") == []


def test_whether_an_address_has_an_account_is_not_said(app, world):
    make_person("known@example.org")
    said_of = []
    for email in ("known@example.org", "nobody@example.org"):
        chair = Browser(app, world.chair)
        page = chair.post(world.address, {"email": email, "form_key": form_key(chair.get(world.address))})
        said_of.append(re.search(r"Приглашение отправлено\.[^.]*\.", said(page))[0])
    assert said_of[0] == said_of[1]


def test_an_invitation_is_used_once_and_expires(app, world):
    row, _key = world.invite()
    invited = make_person(EMAIL)
    with pytest.raises(RuleBroken, match="истёк"):
        service.accept_invitation(row, person=invited, now=NOW + LASTS)
    link = service.accept_invitation(row, person=invited, now=NOW + LASTS - timedelta(seconds=1))
    assert service.accept_invitation(row, person=invited, now=NOW).id == link.id
    with pytest.raises(RuleBroken, match="уже принято"):
        service.accept_invitation(row, person=make_person("b@example.org"), now=NOW)
    with pytest.raises(RuleBroken, match="уже в вашем ТОС"):
        world.invite()


def test_an_unconfirmed_address_brings_nobody(app, world):
    row, _key = world.invite()
    invited = make_person(EMAIL)
    invited.confirmed_at = None
    with pytest.raises(NotAllowed):
        service.accept_invitation(row, person=invited, now=NOW)


def test_the_letter_is_sent_again_a_few_times_and_only_the_last_link_works(app, world):
    row, first = world.invite()
    with pytest.raises(RuleBroken, match="через час"):
        service.invite_again(row, actor=world.chair, now=NOW + AGAIN_AFTER - timedelta(seconds=1))
    keys = {first}
    for number in range(1, MOST_SENT):
        keys.add(service.invite_again(row, actor=world.chair, now=NOW + number * AGAIN_AFTER))
    assert len(keys) == len(letters("helper.invited")) == MOST_SENT
    assert [queries.invitation_by_hash(service.key_hash(key)) is not None for key in (first, *(keys - {first}))].count(
        True
    ) == 1
    assert queries.invitation_by_hash(service.key_hash(first)) is None
    with pytest.raises(RuleBroken, match="отправлено уже 3"):
        service.invite_again(row, actor=world.chair, now=NOW + timedelta(days=2))


def test_one_tos_cannot_send_letters_without_end(app, world):
    for number in range(MOST_A_DAY):
        row, _key = world.invite(f"p{number}@example.org")
        service.cancel_invitation(row, actor=world.chair, now=NOW)
    with pytest.raises(RuleBroken, match="Продолжите завтра"):
        world.invite("last@example.org")
    world.invite("last@example.org", now=NOW + timedelta(days=1, seconds=1))


def test_a_withdrawn_invitation_forgets_the_address(app, world):
    row, key = world.invite()
    db.session.commit()
    chair = Browser(app, world.chair)
    assert EMAIL in said(chair.get(world.address))
    chair.post(f"{world.address}/invitations/{row.id}/cancel")
    assert EMAIL not in said(chair.get(world.address))
    assert "отозвано" in said(Browser(app).get(f"/helpers/{key}"))
    row = queries.invitation_by_hash(service.key_hash(key))
    with pytest.raises(RuleBroken, match="отозвал"):
        service.accept_invitation(row, person=make_person(EMAIL), now=NOW)


def test_an_invitation_of_somebody_who_is_no_chair_any_more_brings_nobody(app, world):
    row, _key = world.invite()
    link = queries.live_link(world.chair.id, world.tos.id)
    service.end_link(link, reason="срок", actor=None, now=NOW)
    with pytest.raises(RuleBroken, match="больше не председатель"):
        service.accept_invitation(row, person=make_person(EMAIL), now=NOW)


# --- the helper ------------------------------------------------------------------------------------------------------


def test_a_removed_helper_is_out_with_the_next_press(app, world):
    link = world.helper()
    number, person_id = link.id, link.person_id
    helper, chair = Browser(app, link.person), Browser(app, world.chair)
    helper.get("/my/tos")
    assert roles(person_id) == {Role.HELPER}
    chair.post(f"{world.address}/{number}/remove")
    chair.post(f"{world.address}/{number}/remove", code=404)
    assert roles(person_id) == set()
    assert letters("helper.removed")[0].to_address == EMAIL
    assert letters("link.ended") == []


def test_a_helper_leaves_alone_and_cannot_become_a_member_unseen(app, world):
    link = world.helper()
    person, number = link.person, link.id
    with pytest.raises(RuleBroken, match="Вы помощник"):
        service.ask_link(person=person, tos=world.tos, seat="member", basis="протокол", now=NOW)
    Browser(app, person).post(f"/my/tos/{number}/leave")
    assert roles(person.id) == set()
    service.ask_link(person=person, tos=world.tos, seat="member", basis="протокол", now=NOW)


def test_what_helpers_may_do_is_the_choice_of_the_tos(app, world):
    chair = Browser(app, world.chair)
    chair.post(f"{world.address}/rights", {"may": ["submit"]})
    db.session.expire_all()
    assert (world.tos.helpers_submit, world.tos.helpers_see_sealed) == (True, False)
    chair.post(f"{world.address}/rights", {"may": ["sealed"]})
    db.session.expire_all()
    assert (world.tos.helpers_submit, world.tos.helpers_see_sealed) == (False, True)
    assert list(db.session.scalars(select(JournalEntry.act))).count("tos.helpers_set") == 2


def test_old_invitations_go_by_their_term(app, world):
    world.invite()
    assert keep_term("invitations", now=NOW + timedelta(days=80)) == 0
    assert keep_term("invitations", now=NOW + timedelta(days=100)) == 1
    assert db.session.scalars(select(HelperInvitation)).all() == []


def test_the_page_costs_the_same_for_one_helper_and_for_ten(app, world, statements):
    world.helper()
    db.session.commit()
    chair = Browser(app, world.chair)
    counts = []
    for number in (1, 10):
        for extra in range(number):
            row, _key = world.invite(f"h{number}-{extra}@example.org", now=NOW + timedelta(days=number))
            if extra % 2:
                person = make_person(row.email)
                service.accept_invitation(row, person=person, now=NOW + timedelta(days=number))
        db.session.commit()
        chair.get(world.address)
        statements.clear()
        chair.get(world.address)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12
