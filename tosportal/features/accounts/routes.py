"""Pages of accounts: one's own account, and the administrator's list of people."""

import re

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tosportal.domain.errors import Remark, RuleBroken
from tosportal.domain.permissions import GRANTED_IN, ROLE_NAMES, SCOPE_NAMES, Permission, Role, Scope
from tosportal.features.accounts import brakes, device_keys, forms, queries, service, sessions
from tosportal.features.accounts import new_address as addresses
from tosportal.features.accounts.guards import needs, open_to_all, person
from tosportal.features.accounts.looks import note_look
from tosportal.features.accounts.models import Person, RoleGrant
from tosportal.features.accounts.passwords import is_password_of
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.filters import say
from tosportal.web.lists import paged

blueprint = Blueprint("accounts", __name__)
NUMBER = "<int(max=2147483647):{}>"
BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@blueprint.get("/letter-sent")
@open_to_all
def letter_sent() -> ResponseReturnValue:
    return render_template("accounts/letter_sent.html", without_mail=not current_app.config["SETTINGS"].smtp_url)


@blueprint.route("/account", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT_EDIT)
def profile() -> ResponseReturnValue:
    form = forms.Profile(obj=person())
    if form.validate_on_submit():
        service.edit_profile(
            person(), full_name=form.full_name.data, phone=form.phone.data or "", locale=form.locale.data, now=now()
        )
        flash(_("Сохранено"), "success")
        return redirect(url_for("accounts.profile"), 303)
    live = [grant for grant in person().grants if grant.revoked_at is None]
    rows = queries.live_sessions_of(person().id, now())
    key = sessions.key_hash(session.get(sessions.KEY, ""))
    return render_template(
        "accounts/profile.html",
        form=form,
        errors=form.errors,
        roles=in_words(live, queries.names_of_places(live)),
        sign_ins=[(row, browser_in_words(row.browser), row.key_hash == key) for row in rows],
    ), 422 if form.errors else 200


@blueprint.route("/account/email", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT_EDIT)
@brakes.for_passwords
def new_address() -> ResponseReturnValue:
    """Ask for another address: the password first, then a link to the new one."""
    form = forms.NewAddress()
    if form.validate_on_submit():
        if not is_password_of(person(), form.password.data):
            form.password.errors = [_("Пароль не подходит")]
        else:
            try:
                addresses.ask_new_address(person(), form.email.data, now=now(), municipality_id=district())
            except RuleBroken as refused:
                form.email.errors = [say(one) for one in refused.remarks]
            else:
                flash(_("Если адрес свободен, на него ушло письмо со ссылкой. Пока входите по-прежнему."), "success")
                return redirect(url_for("accounts.new_address"), 303)
    waiting = addresses.waiting_request(person(), now())
    page = render_template("accounts/new_address.html", form=form, errors=form.errors, waiting=waiting)
    return page, 422 if form.errors else 200


@blueprint.post("/account/email/keep")
@needs(Permission.OWN_ACCOUNT_EDIT)
def keep_address() -> ResponseReturnValue:
    addresses.give_up_new_address(person(), now=now())
    flash(_("Адрес остался прежним."), "success")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.route("/account/email/<key>", methods=["GET", "POST"])
@open_to_all
def confirm_address(key: str) -> ResponseReturnValue:
    """The link of the letter: a page with a button, because mail programs open links by themselves."""
    found = addresses.request_by_key(key, now())
    if found is None:
        return render_template("accounts/confirm_address.html", row=None, remarks=[]), 404
    if request.method == "GET":
        return render_template("accounts/confirm_address.html", row=found[0], remarks=[])
    try:
        with db.session.begin_nested():
            addresses.confirm_new_address(*found, now=now(), municipality_id=district())
    except RuleBroken as refused:
        return render_template("accounts/confirm_address.html", row=found[0], remarks=refused.remarks), 409
    flash(_("Адрес изменён. Войдите с новым."), "success")
    return redirect(url_for("security.login"), 303)


@blueprint.post(f"/account/sessions/{NUMBER.format('session_id')}/end")
@needs(Permission.OWN_ACCOUNT_EDIT)
def end_session(session_id: int) -> ResponseReturnValue:
    if not service.end_other_session(person(), session_id, now=now()):
        abort(404)
    flash(_("Вход завершён"), "success")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/account/not-my-device")
@needs(Permission.OWN_ACCOUNT_EDIT)
def not_my_device() -> ResponseReturnValue:
    """What this browser has kept is erased, and until it is closed it keeps nothing more."""
    back = request.form.get("next", "")
    flash(_("На этом устройстве больше ничего не храним. Закончите — нажмите «Выйти»"), "success")
    response = make_response(redirect(back if forms.is_own_path(back) else url_for("accounts.profile"), 303))
    device_keys.never_keep(response)
    return response


@blueprint.get("/office/people")
@needs(Permission.PEOPLE_MANAGE)
def people() -> ResponseReturnValue:
    search = forms.one_line(request.args.get("q", ""))[:100]
    without_role = request.args.get("without_role") == "yes"
    page = paged(queries.people(search, without_role=without_role))
    live = {one.id: [grant for grant in one.grants if grant.revoked_at is None] for one in page.rows}
    names = queries.names_of_places(grant for grants in live.values() for grant in grants)
    return render_template(
        "accounts/people.html",
        page=page,
        search=search,
        without_role=without_role,
        roles={number: in_words(grants, names) for number, grants in live.items()},
    )


@blueprint.get(f"/office/people/{NUMBER.format('person_id')}")
@needs(Permission.PEOPLE_MANAGE)
def person_card(person_id: int) -> ResponseReturnValue:
    whom = somebody(person_id)
    note_look("person", whom)
    return card(whom)


@blueprint.post(f"/office/people/{NUMBER.format('person_id')}/roles")
@needs(Permission.PEOPLE_MANAGE)
def grant_role(person_id: int) -> ResponseReturnValue:
    whom = somebody(person_id)
    role_text, place_text = request.form.get("role", ""), request.form.get("place", "")
    try:
        role, scope, scope_id = chosen(role_text, place_text)
        service.grant_role(whom, role, scope, scope_id, actor=person(), now=now())
    except RuleBroken as broken:
        return card(whom, remarks=broken.remarks, role=role_text, place=place_text)
    flash(_("Роль дана: %(role)s", role=_(ROLE_NAMES[role])), "success")
    return redirect(url_for("accounts.person_card", person_id=whom.id), 303)


@blueprint.post(f"/office/people/{NUMBER.format('person_id')}/roles/{NUMBER.format('grant_id')}/revoke")
@needs(Permission.PEOPLE_MANAGE)
def revoke_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    whom = somebody(person_id)
    grant = queries.grant_of(person_id, grant_id)
    if grant is None:
        abort(404)
    try:
        service.revoke_role(whom, Role(grant.role), Scope(grant.scope), grant.scope_id, actor=person(), now=now())
    except RuleBroken as broken:
        return card(whom, remarks=broken.remarks)
    flash(_("Роль снята"), "success")
    return redirect(url_for("accounts.person_card", person_id=whom.id), 303)


@blueprint.post(f"/office/people/{NUMBER.format('person_id')}/active")
@needs(Permission.PEOPLE_MANAGE)
def set_active(person_id: int) -> ResponseReturnValue:
    whom = somebody(person_id)
    active = request.form.get("active") == "yes"
    try:
        service.set_active(whom, active=active, actor=person(), now=now())
    except RuleBroken as broken:
        return card(whom, remarks=broken.remarks)
    flash(_("Кабинет открыт") if active else _("Кабинет закрыт, все входы завершены"), "success")
    return redirect(url_for("accounts.person_card", person_id=whom.id), 303)


def district() -> int | None:
    """Whose words the letters are in: the municipality of the page."""
    return g.municipality.id if g.get("municipality") else None


def somebody(person_id: int) -> Person:
    return queries.person_with_roles(person_id) or abort(404)


def card(whom: Person, *, remarks: tuple[Remark, ...] = (), role: str = "", place: str = "") -> ResponseReturnValue:
    grants = [grant for grant in queries.person_with_roles(whom.id).grants if grant.revoked_at is None]  # type: ignore[union-attr]
    names = queries.names_of_places(grants)
    return render_template(
        "accounts/person_card.html",
        whom=whom,
        grants=list(zip(grants, in_words(grants, names), strict=True)),
        roles=[(one.value, _(name)) for one, name in ROLE_NAMES.items()],
        places=[(_(SCOPE_NAMES[Scope.EVERYWHERE]), [("everywhere:0", _(SCOPE_NAMES[Scope.EVERYWHERE]))])]
        + [
            (_(SCOPE_NAMES[scope]), [(f"{scope}:{number}", name) for number, name in rows])
            for scope, rows in queries.choices_of_places().items()
        ],
        where_given=[
            (_(name), ", ".join(_(SCOPE_NAMES[scope]) for scope in sorted(GRANTED_IN[one])))
            for one, name in ROLE_NAMES.items()
        ],
        remarks=remarks,
        errors=remarks,
        role=role,
        place=place,
    ), 422 if remarks else 200


def chosen(role_text: str, place_text: str) -> tuple[Role, Scope, int]:
    """The role and the place picked in the form. RuleBroken when they are not there or do not go together."""
    if role_text not in set(Role):
        raise RuleBroken(Remark(_("Выберите роль"), place="role"))
    kind, _colon, number = place_text.partition(":")
    if (
        kind not in set(Scope)
        or not re.fullmatch(r"\d{1,9}", number)
        or not queries.place_exists(Scope(kind), int(number))
    ):
        raise RuleBroken(Remark(_("Выберите, где действует роль"), place="place"))
    role, scope = Role(role_text), Scope(kind)
    if scope not in GRANTED_IN[role]:
        where = ", ".join(_(SCOPE_NAMES[one]) for one in sorted(GRANTED_IN[role]))
        raise RuleBroken(Remark(_("Эту роль дают иначе. Где: %(where)s") % {"where": where}, place="place"))
    return role, scope, int(number)


def in_words(grants: list[RoleGrant], names: object) -> list[str]:
    """«Секретарь — Ордынский район» for each grant."""
    words = []
    for grant in grants:
        name = names.get((grant.scope, grant.scope_id), "")  # type: ignore[attr-defined]
        role = _(ROLE_NAMES[Role(grant.role)])
        words.append(f"{role} — {name}" if name else role)
    return words


def browser_in_words(user_agent: str) -> str:
    """«Firefox, Windows» from what a browser says of itself."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return ", ".join(word for word in (browser, system) if word) or _("Неизвестный браузер")
