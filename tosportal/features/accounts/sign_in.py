"""Flask-Security on our people: settings, our forms and templates, Russian messages, letters through the outbox.

The link that confirms an address opens a page with a button, because mail programs open links by themselves.
Passwords and brakes are next door.
"""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_security
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_login import user_logged_in
from flask_security import MailUtil, RoleMixin, Security, SQLAlchemyUserDatastore, views
from flask_security.confirmable import confirm_email_token_status
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError

from tosportal.domain.errors import N_, RuleBroken
from tosportal.features.accounts import brakes, device_keys, forms, letters, service, sessions
from tosportal.features.accounts.models import Person
from tosportal.features.accounts.passwords import Hashing, Passwords
from tosportal.support import audit, notifications
from tosportal.support.db import db
from tosportal.web.clock import now
from tosportal.web.language import select_locale

log = logging.getLogger(__name__)

# Every message that Flask-Security may show with the features that are on. English comes from the catalogue.
MESSAGES: dict[str, str] = {
    "API_ERROR": N_("Такой ввод здесь не годится"),
    "GENERIC_AUTHN_FAILED": N_("Адрес или пароль не подходят. Проверьте раскладку и большие буквы"),
    "GENERIC_RECOVERY": N_("Если такой адрес есть на портале, на него придёт письмо"),
    "UNAUTHORIZED": N_("Для этой страницы нужна другая роль"),
    "UNAUTHENTICATED": N_("Войдите, чтобы открыть эту страницу"),
    "REAUTHENTICATION_REQUIRED": N_("Введите пароль ещё раз"),
    "CONFIRM_REGISTRATION": N_("Мы отправили письмо на %(email)s. Откройте ссылку из него, чтобы подтвердить адрес"),
    "EMAIL_CONFIRMED": N_("Адрес подтверждён. Теперь войдите"),
    "ALREADY_CONFIRMED": N_("Адрес уже подтверждён. Войдите"),
    "INVALID_CONFIRMATION_TOKEN": N_("Ссылка не подходит. Попросите прислать письмо ещё раз"),
    "EMAIL_ALREADY_ASSOCIATED": N_("Кабинет с адресом %(email)s уже есть"),
    "IDENTITY_ALREADY_ASSOCIATED": N_("Кабинет с адресом %(value)s уже есть"),
    "PASSWORD_MISMATCH": N_("Пароли не совпадают"),
    "RETYPE_PASSWORD_MISMATCH": N_("Пароли не совпадают"),
    "INVALID_REDIRECT": N_("Портал не открывает чужих адресов"),
    "PASSWORD_RESET_REQUEST": N_("Если адрес %(email)s есть на портале, мы отправили на него ссылку"),
    "PASSWORD_RESET_EXPIRED": N_("Ссылка действовала %(within)s и больше не подходит. Попросите новую"),
    "INVALID_RESET_PASSWORD_TOKEN": N_("Ссылка не подходит или ею уже пользовались. Попросите новую"),
    "CONFIRMATION_REQUIRED": N_("Адрес ещё не подтверждён: откройте ссылку из письма"),
    "CONFIRMATION_REQUEST": N_("Если адрес %(email)s ждёт подтверждения, мы отправили на него письмо"),
    "CONFIRMATION_EXPIRED": N_("Ссылка действовала %(within)s и больше не подходит. Попросите прислать письмо ещё раз"),
    "DISABLED_ACCOUNT": N_("Кабинет закрыт администратором. Позвоните нам: телефон внизу"),
    "EMAIL_NOT_PROVIDED": N_("Укажите адрес почты"),
    "INVALID_EMAIL_ADDRESS": N_("Проверьте адрес почты, например anna@example.org"),
    "INVALID_INPUT": N_("Такое значение здесь не годится"),
    "INVALID_INPUT_LENGTH": N_("Слишком длинно"),
    "PASSWORD_NOT_PROVIDED": N_("Введите пароль"),
    "PASSWORD_INVALID_LENGTH": N_("Пароль короче %(length)s знаков: добавьте ещё слово"),
    "PASSWORD_TOO_SIMPLE": N_("Такой пароль подбирают первым"),
    "USER_DOES_NOT_EXIST": N_("Адрес или пароль не подходят"),
    "INVALID_PASSWORD": N_("Пароль не подходит"),
    "FORGOT_PASSWORD": N_("Забыли пароль?"),
    "PASSWORD_RESET": N_("Новый пароль сохранён"),
    "PASSWORD_RESET_NO_LOGIN": N_("Новый пароль сохранён. Войдите с ним"),
    "PASSWORD_IS_THE_SAME": N_("Новый пароль такой же, как нынешний"),
    "PASSWORD_CHANGE": N_("Пароль изменён. На других устройствах войдите заново"),
    "LOGIN": N_("Войдите, чтобы открыть эту страницу"),
    "REFRESH": N_("Введите пароль ещё раз"),
    "REAUTHENTICATION_SUCCESSFUL": N_("Спасибо, это вы"),
    "ANONYMOUS_USER_REQUIRED": N_("Вы уже вошли. Чтобы завести другой кабинет, сначала выйдите"),
}
KINDS = {"EMAIL_CONFIRMED": "success", "PASSWORD_RESET_NO_LOGIN": "success", "PASSWORD_CHANGE": "success"}
INFORM = {
    "CONFIRM_REGISTRATION",
    "ALREADY_CONFIRMED",
    "PASSWORD_RESET_REQUEST",
    "CONFIRMATION_REQUEST",
    "ANONYMOUS_USER_REQUIRED",
}

SETTINGS: dict[str, Any] = {
    "REGISTERABLE": True,
    "CONFIRMABLE": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "RETURN_GENERIC_RESPONSES": True,
    "PASSWORD_CONFIRM_REQUIRED": False,
    # Argon2id as OWASP advises for a small server: 19 MiB, two passes, one lane. The salt is Argon2's own, so that a
    # change of SECRET_KEY locks nobody out.
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},
    "PASSWORD_SALT": "not used: argon2 brings its own",
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": 19 * 1024,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    # What goes into links is signed; the hash in them only ties a link to the password it was made for.
    "HASHING_SCHEMES": ["hex_sha256"],
    "DEPRECATED_HASHING_SCHEMES": [],
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "allow_smtputf8": False},
    "EMAIL_PLAINTEXT": False,  # the words come from letters.py
    "EMAIL_HTML": False,
    "CONFIRM_EMAIL_WITHIN": timedelta(days=2),
    "RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "FRESHNESS": timedelta(minutes=-1),
    "API_ENABLED_METHODS": ["session"],
    "JOIN_USER_ROLES": False,
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "CACHE_CONTROL": None,  # web/security.py does it
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "REGISTER_URL": "/sign-up",
    "RESET_URL": "/recovery",
    "CHANGE_URL": "/account/password",
    "CONFIRM_URL": "/confirm",
    "POST_LOGIN_VIEW": "/desk",
    "POST_LOGOUT_VIEW": "/",
    "POST_REGISTER_VIEW": "/letter-sent",
    "POST_CHANGE_VIEW": "/account",
    "LOGIN_USER_TEMPLATE": "security/login.html",
    "REGISTER_USER_TEMPLATE": "security/register.html",
    "FORGOT_PASSWORD_TEMPLATE": "security/forgot_password.html",
    "RESET_PASSWORD_TEMPLATE": "security/reset_password.html",
    "CHANGE_PASSWORD_TEMPLATE": "security/change_password.html",
    "SEND_CONFIRMATION_TEMPLATE": "security/send_confirmation.html",
    "REGISTER_EMAIL_TEMPLATE": "confirm_address",
    "EMAIL_TEMPLATE_CONFIRM": "confirm_address",
    "REGISTER_EMAIL_EXISTING_TEMPLATE": "already_here",
    "EMAIL_TEMPLATE_PASSWORD_RESET": "reset_password",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "password_changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "password_changed",
}
AFTER_WHICH_A_LETTER_LEAVES = {"security/forgot_password.html", "security/send_confirmation.html"}


# --- people of Flask-Security --------------------------------------------------------------------------------------


class NoRole(RoleMixin):
    """Flask-Security wants a role model; ours are grants (see `models.RoleGrant`) and it never meets them."""


class People(SQLAlchemyUserDatastore):
    """Flask-Security's store of people, without its own commit: one place commits (`web/transactions.py`)."""

    def commit(self) -> None:
        self.db.session.flush()

    def create_user(self, **given: Any) -> Person:
        try:
            with db.session.begin_nested():
                return service.sign_up(
                    email=given["email"],
                    full_name=given["full_name"],
                    phone=given.get("phone") or "",
                    password_hash=given["password"],
                    locale=select_locale(),
                    now=now(),
                )
        except IntegrityError as error:  # the same address in the same instant
            raise RuleBroken(N_("Эту форму только что отправили. Посмотрите почту")) from error


class LetterBox(MailUtil):
    """Flask-Security's letters go into the outbox, in the language of the person."""

    def normalize(self, email: str) -> str:
        return service.clean_email(super().normalize(email))

    def validate(self, email: str) -> str:
        return service.clean_email(super().validate(email))

    def send_mail(self, template: str, *_args: Any, user: Person, **facts: Any) -> None:  # type: ignore[override]
        with force_locale(user.locale):
            subject, body = self.written(template, user.full_name, facts)
        notifications.post(
            f"accounts.{template}", to=user.email, subject=subject, body=body, now=now(), person_id=user.id
        )

    @staticmethod
    def written(template: str, name: str, facts: dict[str, Any]) -> tuple[str, str]:
        """The letter of a template of Flask-Security, in the words of the district whose page was used."""
        about: dict[str, Any] = {"name": name, "municipality_id": g.municipality.id if g.get("municipality") else None}
        if template == "confirm_address":
            link = here("security.confirm_email", token=facts["confirmation_token"])
            return letters.confirm_address(**about, link=link)
        if template == "reset_password":
            return letters.reset_password(**about, link=here("security.reset_password", token=facts["reset_token"]))
        if template == "password_changed":
            return letters.password_changed(**about, reset_link=here("security.forgot_password"))
        confirm_token = facts["confirmation_token"]
        return letters.already_here(
            **about,
            sign_in_link=here("security.login"),
            reset_link=here("security.reset_password", token=facts["reset_token"]),
            confirm_link=here("security.confirm_email", token=confirm_token) if confirm_token else "",
        )


def here(endpoint: str, **values: Any) -> str:
    """A full address for a letter: from BASE_URL, never from what the request calls the host."""
    path = url_for(endpoint, _external=False, **values)
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


# --- pages ---------------------------------------------------------------------------------------------------------


def page(template: str, **context: Any) -> ResponseReturnValue:
    """A page of Flask-Security: 422 when the form was refused; after a request for a letter, the page that says so."""
    form = next(value for name, value in context.items() if name.endswith("_form"))
    errors = any(field.errors for field in form) or bool(form.form_errors)
    form.form_errors[:] = list(dict.fromkeys(form.form_errors))
    if request.method == "POST" and not errors and template in AFTER_WHICH_A_LETTER_LEAVES:
        return redirect(url_for("accounts.letter_sent"), 303)
    return render_template(template, form=form, errors=errors, **context), 422 if request.method == "POST" else 200


def confirm_email(token: str) -> ResponseReturnValue:
    """The link of a confirmation letter: a page with a button; pressing it confirms."""
    if request.method == "GET":
        expired, invalid, person = confirm_email_token_status(token)
        if person and not expired and not invalid and person.confirmed_at is None:
            return render_template("security/confirm_email.html", email=person.email, form=FlaskForm())
    return views.confirm_email(token)


# --- what is remembered of the acts --------------------------------------------------------------------------------


def listen(app: Flask) -> None:
    """Flask-Security tells of its acts by signals only; here they reach the journal and end sessions."""

    def confirmed(sender: Flask, user: Person, **_more: Any) -> None:
        db.session.flush()
        audit.record("person.confirmed", user, actor=user, now=now())

    def changed(sender: Flask, user: Person, **_more: Any) -> None:
        db.session.flush()
        sessions.end_all_sessions(user, now=now(), but_key=session.get(sessions.KEY))
        audit.record("password.changed", user, actor=user, now=now())

    def reset(sender: Flask, user: Person, **_more: Any) -> None:
        if user.confirmed_at is None:  # the link came by this very address
            user.confirmed_at = now()
        db.session.flush()
        sessions.end_all_sessions(user, now=now())
        audit.record("password.reset", user, actor=user, now=now())

    def signed_in(sender: Flask, user: Person) -> None:
        g.signed_in_email = user.email

    flask_security.user_confirmed.connect(confirmed, app, weak=False)
    flask_security.password_changed.connect(changed, app, weak=False)
    flask_security.password_reset.connect(reset, app, weak=False)
    user_logged_in.connect(signed_in, app, weak=False)


def init_app(app: Flask) -> None:
    """Attach signing in to an application."""
    settings = app.config["SETTINGS"]
    app.config.update({f"SECURITY_{name}": value for name, value in SETTINGS.items()})
    app.config.update(
        {
            f"SECURITY_MSG_{name}": (text, KINDS.get(name, "info" if name in INFORM else "error"))
            for name, text in MESSAGES.items()
        }
    )
    app.config.update(
        SECURITY_I18N_DOMAIN="messages",
        SECURITY_I18N_DIRNAME=str(Path(app.root_path) / "translations"),
        SECURITY_DATETIME_FACTORY=now,
    )
    security = Security(
        login_form=forms.SignIn,
        register_form=forms.SignUp,
        forgot_password_form=forms.AskForReset,
        reset_password_form=forms.SetNewPassword,
        change_password_form=forms.ChangePassword,
        send_confirmation_form=forms.AskForConfirmation,
        mail_util_cls=LetterBox,
        password_util_cls=Passwords,
        render_template=page,  # type: ignore[arg-type]
    )
    datastore: Any = People(db, Person, NoRole)
    security.init_app(app, datastore)
    security.want_json(lambda _request: False)  # forms only
    security.login_manager.request_loader(lambda _request: None)  # no tokens in headers: a session row or nobody
    security.pwd_context = Hashing(security.pwd_context, max(1, 2 // max(1, int(settings.workers or 1))))  # type: ignore[assignment]
    app.view_functions.update(brakes.BRAKED)
    app.view_functions["security.confirm_email"] = confirm_email
    listen(app)

    @app.before_request
    def forms_only() -> None:
        if request.blueprint == "security" and request.is_json:
            abort(400)

    @app.after_request
    def about_the_browser(response: Response) -> Response:
        if email := g.get("signed_in_email"):
            brakes.remember_device(email, response)
        if request.blueprint == "security" and response.location and not forms.is_own_path(response.location):
            response.location = app.config["SECURITY_POST_LOGIN_VIEW"]
        if request.endpoint == "security.logout" and request.method == "POST":
            device_keys.forget(response)
        device_keys.give(response)
        return response
