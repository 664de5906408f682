"""Letters of accounts: facts → (subject, body), in the language of whoever reads."""

from flask_babel import gettext as _


def greeting(name: str) -> str:
    """«Здравствуйте, Анна Образцовна!» from the full name; without a name just «Здравствуйте!»."""
    given = " ".join(name.split()[1:3]) or name
    return _("Здравствуйте, %(name)s!", name=given) if given else _("Здравствуйте!")


def confirm_address(*, name: str, link: str) -> tuple[str, str]:
    """Somebody signed up with this address: the link confirms that it is theirs."""
    return _("Подтвердите адрес почты"), "\n\n".join(
        (
            greeting(name),
            _("Вы завели кабинет на Портале ТОС. Чтобы войти, подтвердите, что этот адрес ваш:"),
            link,
            _(
                "Ссылка действует двое суток. Если кабинет заводили не вы, ничего не делайте: "
                "без подтверждения он не работает."
            ),
        )
    )


def already_here(*, name: str, sign_in_link: str, reset_link: str, confirm_link: str) -> tuple[str, str]:
    """Somebody tried to sign up with an address that has an account: only its owner learns about it."""
    parts = [
        greeting(name),
        _("Кто-то заводит кабинет на Портале ТОС с вашим адресом. Кабинет у вас уже есть, второй не нужен."),
    ]
    if confirm_link:
        parts += [_("Адрес ещё не подтверждён. Подтвердите его:"), confirm_link]
    else:
        parts += [_("Войдите здесь:"), sign_in_link]
    parts += [
        _("Забыли пароль? Задайте новый:"),
        reset_link,
        _("Если это были не вы, ничего не делайте: в кабинет никто не вошёл."),
    ]
    return _("Кабинет с этим адресом уже есть"), "\n\n".join(parts)


def reset_password(*, name: str, link: str) -> tuple[str, str]:
    """The link by which a new password is set."""
    return _("Новый пароль"), "\n\n".join(
        (
            greeting(name),
            _("Чтобы задать новый пароль, откройте ссылку:"),
            link,
            _(
                "Ссылка действует один час и только один раз. Если вы не просили о новом пароле, ничего не делайте: "
                "прежний работает."
            ),
        )
    )


def password_changed(*, name: str, reset_link: str) -> tuple[str, str]:
    """The password is another one now; whoever did not do it learns what to do."""
    return _("Пароль изменён"), "\n\n".join(
        (
            greeting(name),
            _(
                "Пароль вашего кабинета на Портале ТОС изменён. Остальные входы закрыты: "
                "на других устройствах войдите заново."
            ),
            _("Если это сделали не вы, задайте новый пароль и позвоните нам:"),
            reset_link,
        )
    )
