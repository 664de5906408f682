"""What may be typed in about oneself and for signing in."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
)
from flask_security.forms import EmailValidation, IsString, RequiredLocalize, unique_user_email, valid_user_email
from flask_security.utils import get_message, hash_password
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField, SubmitField, TelField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, Regexp

from tosportal.web.language import LOCALES

CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
PHONE = r"^[+\d][\d\s()–-]{4,38}$"
AUTOCOMPLETE = "autocomplete"


def one_line(text: Any) -> Any:
    """A value of one line: control characters become spaces, spaces are folded."""
    return " ".join(CONTROL.sub(" ", text).split()) if isinstance(text, str) else text


def is_own_path(address: str) -> bool:
    """Does an address stay on this portal? Browsers take «//» and «/\\» for the beginning of another host.

    >>> [is_own_path(one) for one in ("/desk?page=2", "//evil.example", "/\\\\evil.example", "https://evil", "")]
    [True, False, False, False, False]
    """
    return bool(re.match(r"/(?![/\\])", address)) and not CONTROL.search(address)


def email_field(*validators: Any) -> EmailField:
    return EmailField(
        _l("Адрес почты"),
        filters=[one_line],
        render_kw={AUTOCOMPLETE: "username", "inputmode": "email", "spellcheck": "false"},
        validators=[IsString(), RequiredLocalize(message="EMAIL_NOT_PROVIDED"), *validators],
    )


def new_password_field(label: Any) -> PasswordField:
    return PasswordField(
        label,
        description=_l("От 8 знаков. Лучше всего несколько слов: их легко запомнить и трудно подобрать"),
        render_kw={AUTOCOMPLETE: "new-password"},
        validators=[IsString(), RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
    )


def name_field() -> StringField:
    return StringField(
        _l("Фамилия, имя, отчество"),
        filters=[one_line],
        render_kw={AUTOCOMPLETE: "name"},
        validators=[
            DataRequired(_l("Укажите фамилию, имя и отчество, например Иванова Мария Петровна")),
            Length(min=2, max=200, message=_l("Имя слишком короткое или длиннее 200 знаков")),
        ],
    )


def phone_field() -> TelField:
    return TelField(
        _l("Телефон"),
        description=_l("По нему секретарь уточнит мелочь быстрее, чем письмом"),
        filters=[one_line],
        render_kw={AUTOCOMPLETE: "tel", "inputmode": "tel"},
        validators=[Optional(), Regexp(PHONE, message=_l("Укажите телефон цифрами, например +7 913 000-00-00"))],
    )


class SafeNext:
    """Where to go on afterwards: an address of this portal or nothing."""

    next: HiddenField = HiddenField()

    def validate_next(self, field: Any) -> None:
        if not is_own_path(field.data or ""):
            field.data = ""


class SignIn(SafeNext, LoginForm):
    """Signing in. What is wrong with the account is said only to whoever knew the password."""

    email = email_field(EmailValidation(verify=False))
    password = PasswordField(
        _l("Пароль"),
        render_kw={AUTOCOMPLETE: "current-password"},
        validators=[IsString(), RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
    )
    remember = None
    submit = SubmitField(_l("Войти"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""
        self.account_errors: list[str] = []
        if not is_own_path(self.next.data or ""):
            self.next.data = ""

    def validate(self, **kwargs: Any) -> bool:
        if super().validate(**kwargs):
            return True
        if self.user_authenticated:
            self.account_errors = [str(error) for error in self.email.errors]
        return False


class SignUp(SafeNext, RegisterFormV2):
    """A new account."""

    full_name = name_field()
    email = email_field(EmailValidation(verify=True), unique_user_email)
    phone = phone_field()
    password = new_password_field(_l("Пароль"))
    submit = SubmitField(_l("Завести кабинет"))


class AskForReset(ForgotPasswordForm):
    """Recovery. An address that was never confirmed may recover too: the link in the letter confirms it."""

    email = email_field(EmailValidation(verify=False), valid_user_email)
    submit = SubmitField(_l("Прислать ссылку"))

    def validate(self, **kwargs: Any) -> bool:
        if not FlaskForm.validate(self, **kwargs):
            return False
        hash_password("takes as long as for an address without an account")
        if not self.user.is_active:  # type: ignore[union-attr]
            self.email.errors = [*self.email.errors, get_message("DISABLED_ACCOUNT")[0]]
            return False
        return True


class SetNewPassword(ResetPasswordForm):
    """A new password by the link of a letter."""

    password = new_password_field(_l("Новый пароль"))
    password_confirm = None
    submit = SubmitField(_l("Сохранить пароль"))


class AskForConfirmation(SendConfirmationForm):
    """The letter that confirms an address, once more."""

    email = email_field(EmailValidation(verify=False), valid_user_email)
    submit = SubmitField(_l("Прислать письмо ещё раз"))


class ChangePassword(ChangePasswordForm):
    """Another password while signed in."""

    password = PasswordField(_l("Нынешний пароль"), render_kw={AUTOCOMPLETE: "current-password"})
    new_password = new_password_field(_l("Новый пароль"))
    new_password_confirm = None
    submit = SubmitField(_l("Сменить пароль"))


class Profile(FlaskForm):
    """What a person says about themself."""

    full_name = name_field()
    phone = phone_field()
    locale = StringField(_l("Язык писем"), validators=[AnyOf(LOCALES, message=_l("Выберите язык"))])
    submit = SubmitField(_l("Сохранить"))


class NewAddress(FlaskForm):
    """Another address of one's own, with the present password."""

    email = EmailField(
        _l("Новый адрес почты"),
        filters=[one_line],
        render_kw={AUTOCOMPLETE: "email", "inputmode": "email", "spellcheck": "false"},
        validators=[
            IsString(),
            RequiredLocalize(message="EMAIL_NOT_PROVIDED"),
            EmailValidation(verify=True),
            Length(max=255, message=_l("Адрес длиннее 255 знаков")),
        ],
    )
    password = PasswordField(
        _l("Нынешний пароль"),
        render_kw={AUTOCOMPLETE: "current-password"},
        validators=[IsString(), RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
    )
    submit = SubmitField(_l("Прислать ссылку"))
