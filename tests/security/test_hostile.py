"""Every form on every page that a role can open, sent wrongly in every way we could think of.

Nothing falls, what was typed is still in the page beside an explanation, and nothing that was planted ever lives.
"""

import re

import pytest

from tests.security.forms import (
    LIVE,
    Form,
    Shown,
    attacks,
    few_attacks,
    has_planted_nodes,
    is_live,
    links_of,
    named_in,
    sent,
    shape_of_address,
    values_in,
)
from tests.security.world import World
from tosportal.features.accounts.models import Person
from tosportal.support import audit
from tosportal.support.audit import JournalEntry
from tosportal.support.db import db

ROLES = [
    "visitor", "newcomer", "activist-a1", "activist-a2", "juror3-a", "both-a", "secretary-a", "chair-a", "observer-a",
    "administrator",
]  # fmt: skip
# Whose forms are sent in every wrong way by the person named, and in the few that matter by those who come after.
BEFORE = {
    "newcomer": ["visitor"],
    "activist-a1": ["newcomer"],
    "activist-a2": ["activist-a1"],
    "juror3-a": ["newcomer"],
    "both-a": ["activist-a1", "juror3-a"],
    "secretary-a": ["newcomer"],
    "chair-a": ["secretary-a"],
    "observer-a": ["secretary-a"],
    "administrator": ["secretary-a"],
}
# Who attacks with which of the forms: the secretary has so many that two processes share them.
SHARES = [pytest.param(who, slice(None), id=who) for who in ROLES if who != "secretary-a"]
SHARES += [pytest.param("secretary-a", slice(half, None, 2), id=f"secretary-a-{half + 1}") for half in (0, 1)]
MORE_PAGES = 150  # that pages lead to after an attack and did not before
# Leaving is not attacked from within: there would be nobody left to go on.
LEFT_ALONE = ("/sign-out", "/end")
# A choice of one's own browser, kept in a cookie of its own: a visitor's page needs no session for a token.
NO_TOKEN = {"/language", "/vision"}


def shown_to(world: World, who: str) -> Shown:
    """What this person can open of all pages of the URL map; looked at once, reading changes nothing."""
    if who not in world.known:
        client, shown = world.browser(who).client, Shown()
        for address in world.addresses:
            answer = client.get(address)
            if answer.status_code == 200:
                shown.note(address, answer)
        world.known[who] = shown
    return world.known[who]


def forms_for(shown: Shown) -> list[Form]:
    return [one for one in shown.forms.values() if not one.address.endswith(LEFT_ALONE)]


def foreign_to(world: World) -> dict[str, list[str]]:
    """Names and numbers of the other district."""
    other = world.sides[1]
    return {
        "key": [one.key for one in other.applications.values()],
        "contest": [one.slug for one in other.contests.values()],
        "tos": [one.code for one in other.toses],
        "number": [str(other.municipality.id), str(other.contests["scoring"].id)],
    }


def explains(text: str) -> bool:
    """Does the page say what is wrong?"""
    return bool(re.search(r'class="err"|id="[\w-]*error|id="errors-title"|role="alert"', text))


def kept(form: Form, pairs: list[tuple[str, str]], text: str) -> list[str]:
    """Names of the fields that a person typed into and that the page came back without.

    Of a day or a year the first signs are enough: nobody types twenty of them.
    """
    there, typed = values_in(text), {one.name for one in form.fields if one.is_typed}
    lost = []
    for name, value in pairs:
        wanted = value[:10] if name.endswith(("-day", "-year")) else value
        if name in typed and name in there and not any(shown.startswith(wanted) for shown in there[name]):
            lost.append(name)
    return lost


def all_before(who: str) -> list[str]:
    """Whose forms were attacked before this person's."""
    found = BEFORE.get(who, [])
    return list(dict.fromkeys([*found, *(one for earlier in found for one in all_before(earlier))]))


def worth_reading(before: Shown, attacked: list[Form]) -> list[str]:
    """Pages on which something sent may stand: those that name what a form named, and one of every other shape."""
    touched = {name for form in attacked for name in named_in(form.address)}
    shapes: dict[str, str] = {}
    for address in before.pages:
        shapes.setdefault(shape_of_address(address), address)
    first = set(shapes.values())
    return [one for one in before.pages if one in first or touched.intersection(named_in(one))]


def assert_all_is_text(world: World, reader: str, before: Shown, attacked: list[Form]) -> None:
    """What got in is text on every page that was there before and on those that pages lead to since then."""
    client = world.browser(reader).client
    waiting, seen = worth_reading(before, attacked), {*world.addresses, *before.links}
    most = len(seen) + MORE_PAGES
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.mimetype == "text/html":
            text = answer.get_data(as_text=True)
            assert LIVE not in text, address
            assert not is_live(text), address
            assert not has_planted_nodes(text), address
            fresh = list(dict.fromkeys(one for one in links_of(text, address) if one not in seen))[: most - len(seen)]
            seen.update(fresh)
            waiting += fresh


@pytest.mark.parametrize(("who", "share"), SHARES)
def test_every_form_sent_wrongly(world, who, share):
    shown = {reader: shown_to(world, reader) for reader in (who, "secretary-a", "visitor")}
    forms, foreign = forms_for(shown[who])[share], foreign_to(world)
    assert len(forms) >= (2 if who == "visitor" else 3)
    done = {one.template for earlier in all_before(who) for one in forms_for(shown_to(world, earlier))}
    client = world.browser(who).client
    fallen, lost, silent, alive, tried = [], [], [], [], 0
    for form in forms:
        ways = few_attacks if form.template in done else attacks
        done.add(form.template)
        for name, pairs in ways(form, foreign):
            answer = sent(client, form, pairs)
            tried += 1
            if answer.status_code >= 500:
                fallen.append((form.address, name, answer.status_code))
                continue
            if answer.mimetype != "text/html":
                continue
            text = answer.get_data(as_text=True)
            if is_live(text):
                alive.append((form.address, name))
            if answer.status_code == 422:
                if not explains(text):
                    silent.append((form.address, name))
                if name in {"html", "quotes", "negative", "template"} and (missing := kept(form, pairs, text)):
                    lost.append((form.address, name, missing))
    assert fallen == []
    assert alive == []
    assert silent == []
    assert lost == []
    assert tried > 100
    for reader, before in shown.items():
        assert_all_is_text(world, reader, before, forms)
    assert audit.verify()[1] is None


@pytest.mark.parametrize("who", ["activist-a1", "secretary-a", "administrator"])
def test_no_form_is_taken_without_its_token(app, world, who):
    forms = [one for one in forms_for(shown_to(world, who)) if one.method == "post" and one.address not in NO_TOKEN]
    assert forms
    client = world.browser(who).client
    app.config["WTF_CSRF_ENABLED"] = True
    db.session.commit()
    acts = db.session.scalar(db.select(db.func.count(JournalEntry.id)))
    db.session.commit()
    for form in forms:
        for token in ("", "wrong", "IjEi.YQ.x", "\x00"):
            pairs = [(name, value) for name, value in form.pairs if name != "csrf_token"]
            answer = sent(client, form, [*pairs, ("csrf_token", token)])
            assert answer.status_code == 400, (form.address, token)
    assert db.session.scalar(db.select(db.func.count(JournalEntry.id))) == acts
    assert db.session.scalar(db.select(db.func.count(Person.id)))
