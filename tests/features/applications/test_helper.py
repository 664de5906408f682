"""What a helper of a ТОС may do with its applications: write, never sign; banks and passports only when allowed."""

from datetime import timedelta

import html5lib
import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.features.applications.test_sealed import ACCOUNT, PASSPORT, bank_regulation
from tests.features.applications.test_service import Case
from tests.features.applications.test_signing import RULE, as_it_is, definition
from tests.make import give_role, make_juror, make_person, saved
from tests.pages import Browser, said
from tosportal.domain.errors import NotAllowed
from tosportal.domain.permissions import Role, Scope
from tosportal.features.accounts.models import RoleGrant
from tosportal.features.admission.queries import is_of_tos
from tosportal.features.applications import queries, service
from tosportal.features.applications.models import Application, SigningCode
from tosportal.features.applications.service.signing import may_sign, send_code
from tosportal.features.jury.queries import reasons_for
from tosportal.features.registry.models import TosLink
from tosportal.support.db import db
from tosportal.support.notifications import Letter

BANK = {"bank-account": ACCOUNT, "passport": PASSPORT, "note": "пояснение"}


def helper_of(case: Case):
    person = give_role(make_person(full_name="Петрова Ольга Ивановна"), Role.HELPER, Scope.TOS, case.tos.id)
    saved(
        TosLink(person_id=person.id, tos_id=case.tos.id, seat="helper", state="confirmed", asked_at=NOW, decided_at=NOW)
    )
    db.session.commit()
    return person


def banked(app) -> tuple[Case, Application]:
    case = Case(bank_regulation())
    application = case.filled()
    service.save_section(application, "bank", BANK, version=0, actor=case.person, now=NOW)
    db.session.commit()
    return case, application


def form_of(page) -> dict[str, str]:
    """The hidden fields and inputs of the form of a section, as the browser would send them."""
    tree = html5lib.parse(page.get_data(as_text=True), treebuilder="etree", namespaceHTMLElements=False)
    found = {}
    for one in (*tree.iter("input"), *tree.iter("textarea")):
        if one.get("name") and one.get("type") not in {"file", "submit"}:
            found[one.get("name")] = one.get("value") or one.text or ""
    return found


def test_a_helper_begins_and_writes_and_uploads(app):
    case = Case()
    helper = Browser(app, helper_of(case))
    assert "ТОС «Берёзка»" in said(helper.get(f"/contests/{case.contest.slug}/apply"))
    application = case.filled()
    key = application.key
    assert "Помогают: Петрова О. И." in said(Browser(app, case.person).get(f"/applications/{key}"))
    page = helper.get(f"/applications/{key}/sections/project")
    helper.post(
        f"/applications/{key}/sections/project", form_of(page) | {".changed": "title", "title": "Написал помощник"}
    )
    assert as_it_is().answers["project"]["title"] == "Написал помощник"
    assert "протокол.pdf" in said(helper.get(f"/applications/{key}/documents"))


@pytest.mark.parametrize(
    ("rule", "allowed", "sends"),
    [({}, False, False), ({}, True, True), ({"signer": "chair"}, True, False), (RULE, True, False)],
)
def test_a_helper_sends_only_what_is_not_signed_and_only_when_the_tos_lets(app, rule, allowed, sends):
    case = Case(definition(rule))
    application, helper = case.filled(), helper_of(case)
    case.tos.helpers_submit = allowed
    db.session.commit()
    browser = Browser(app, helper)
    assert may_sign(as_it_is(), helper) is sends
    page = browser.get(f"/applications/{application.key}/check")
    assert ("Подтвердите" in said(page)) is sends
    data = form_of(page) | {"truth": "yes", "consent": "yes"}
    answer = browser.client.post(f"/applications/{application.key}/submit", data=data)
    assert answer.status_code == (303 if sends else 403)
    assert as_it_is().application.state == ("submitted" if sends else "draft")


def test_a_helper_asks_for_no_code_and_says_that_it_is_ready(app):
    case = Case(definition(RULE))
    application, helper = case.filled(), helper_of(case)
    saved(
        TosLink(
            person_id=case.person.id, tos_id=case.tos.id, seat="chair", basis="п", state="confirmed",
            asked_at=NOW, decided_at=NOW,
        )
    )  # fmt: skip
    db.session.commit()
    browser, key = Browser(app, helper), application.key
    with pytest.raises(NotAllowed):
        send_code(as_it_is(), actor=helper, now=NOW)
    for path in ("sign/code", "sign/paper", "sign/scan"):
        browser.post(f"/applications/{key}/{path}", code=403)
    browser.get(f"/applications/{key}/sign", code=403)
    assert db.session.scalars(select(SigningCode)).all() == []
    page = browser.get(f"/applications/{key}/check")
    assert "отправляет её председатель" in said(page)
    browser.post(f"/applications/{key}/ready", form_of(page))
    assert [one.to_address for one in db.session.scalars(select(Letter).where(Letter.kind == "application.ready"))] == [
        case.person.email
    ]


def test_a_helper_does_not_withdraw_even_when_they_speak_for_another_tos(app):
    case = Case()
    application, helper = case.filled(), helper_of(case)
    give_role(helper, Role.ACTIVIST, Scope.TOS, case.tos.id + 1000)
    db.session.commit()
    browser = Browser(app, helper)
    assert "Убрать черновик" not in said(browser.get(f"/applications/{application.key}"))
    browser.post(f"/applications/{application.key}/withdraw", {"sure": "yes"}, code=404)
    browser.get(f"/applications/{application.key}/sign", code=200)  # back at the check: nothing to sign
    assert as_it_is().application.state == "draft"
    assert "Убрать черновик" in said(Browser(app, case.person).get(f"/applications/{application.key}"))


def test_a_helper_sees_no_bank_and_no_passport_and_cannot_change_them(app):
    case, application = banked(app)
    helper, key = Browser(app, helper_of(case)), application.key
    page = helper.get(f"/applications/{key}/sections/bank")
    assert "вам не показаны" in said(page)
    assert "пояснение" in page.get_data(as_text=True)
    for path in ("", "/sections/bank", "/check", "/earlier", "/amended", "/documents"):
        text = helper.get(f"/applications/{key}{path}").get_data(as_text=True)
        assert ACCOUNT not in text, path
        assert "5004" not in text, path
    sent = form_of(page) | {"note": "новое", "bank-account": "1" * 20, "passport": "подмена"}
    helper.post(f"/applications/{key}/sections/bank", sent)
    assert as_it_is().answers["bank"] == BANK | {"note": "новое"}
    sent.pop(".was")  # an old page without marks
    sent["revision"] = str(as_it_is().version_of("bank"))
    helper.post(f"/applications/{key}/sections/bank", sent | {"note": "ещё"})
    assert as_it_is().answers["bank"] == BANK | {"note": "ещё"}
    own = Browser(app, case.person).get(f"/applications/{key}/sections/bank").get_data(as_text=True)
    assert ACCOUNT in own


def test_two_versions_side_by_side_show_a_helper_no_bank_either(app):
    case, application = banked(app)
    helper, key = Browser(app, helper_of(case)), application.key
    page = helper.get(f"/applications/{key}/sections/bank")
    changed = BANK | {"note": "председатель", "passport": 'серия "5004" № 654321'}
    service.save_section(
        application, "bank", changed, version=as_it_is().version_of("bank"), actor=case.person, now=NOW
    )
    db.session.commit()
    text = helper.post(f"/applications/{key}/sections/bank", form_of(page) | {"note": "помощник"}, code=409).get_data(
        as_text=True
    )
    assert "председатель" in text
    assert ACCOUNT not in text
    assert "5004" not in text


def test_what_was_sent_is_masked_for_a_helper_unless_the_tos_allows(app):
    case, application = banked(app)
    service.submit_application(application, actor=case.person, now=NOW)
    helper = Browser(app, helper_of(case))
    key = application.key
    for path in ("/check", "/submissions/1"):
        text = helper.get(f"/applications/{key}{path}").get_data(as_text=True)
        assert ACCOUNT not in text, path
        assert "•••• 0001" in text, path
        assert ACCOUNT in Browser(app, case.person).get(f"/applications/{key}{path}").get_data(as_text=True)
    case.tos.helpers_see_sealed = True
    db.session.commit()
    assert ACCOUNT in helper.get(f"/applications/{key}/submissions/1").get_data(as_text=True)
    assert ACCOUNT in helper.get(f"/applications/{key}/check").get_data(as_text=True)


def test_a_paper_to_be_signed_is_not_given_to_a_helper(app):
    case = Case(definition(RULE | {"ways": ["scan"]}))
    application, helper = case.filled(), Browser(app, helper_of(case))
    chair = Browser(app, case.person)
    chair.post(f"/applications/{application.key}/sign/paper", {"way": "scan"})
    paper = next(one for one in queries.attachments_of(application.id) if one.slot == ".paper")
    chair.get(f"/files/{paper.key}")
    helper.get(f"/files/{paper.key}", code=404)
    minutes = next(one for one in queries.attachments_of(application.id) if one.slot == "minutes")
    helper.get(f"/files/{minutes.key}")


def test_a_removed_helper_finds_nothing_with_the_next_press(app):
    case = Case()
    application, person = case.filled(), helper_of(case)
    helper = Browser(app, person)
    helper.get(f"/applications/{application.key}")
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    grant.revoked_at = NOW + timedelta(seconds=1)
    db.session.commit()
    for path in ("", "/sections/project"):
        assert helper.client.get(f"/applications/{application.key}{path}").status_code in {403, 404}


def test_a_helper_neither_judges_nor_admits_the_tos_they_help(app):
    case = Case()
    application, person = case.filled(), helper_of(case)
    service.submit_application(application, actor=case.person, now=NOW)
    assert is_of_tos(person.id, case.tos.id)
    juror = make_juror(case.contest, person)
    assert reasons_for(juror, application)
    assert not reasons_for(make_juror(case.contest), application)
