"""Letters of accounts: facts → (subject, body), in the language of whoever reads."""

from flask_babel import gettext as _

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import LetterKind, Word
from tosportal.support import notifications

GREETING = Word("приветствие", N_("«Здравствуйте» и имя, если оно известно"), N_("Здравствуйте, Анна Образцовна!"))
CONFIRM = Word("ссылка", N_("ссылка, которая подтверждает адрес"), "https://tos.example.org/confirm/KEY")
RESET = Word("новый_пароль", N_("ссылка, по которой задают новый пароль"), "https://tos.example.org/recovery/KEY")

CONFIRM_ADDRESS = LetterKind(
    "accounts.confirm_address",
    N_("Подтверждение адреса почты"),
    N_("тому, кто завёл кабинет"),
    N_("Подтвердите адрес почты"),
    N_(
        "%(greeting)s\n\nВы завели кабинет на Портале ТОС. Чтобы войти, подтвердите, что этот адрес ваш:\n\n"
        "%(link)s\n\nСсылка действует двое суток. Если кабинет заводили не вы, ничего не делайте: "
        "без подтверждения он не работает."
    ),
    {"greeting": GREETING, "link": CONFIRM},
    ("link",),
    of_contest=False,
)
ALREADY_HERE = LetterKind(
    "accounts.already_here",
    N_("Кабинет с этим адресом уже есть"),
    N_("хозяину кабинета, если с его адресом заводят второй"),
    N_("Кабинет с этим адресом уже есть"),
    N_(
        "%(greeting)s\n\nКто-то заводит кабинет на Портале ТОС с вашим адресом. "
        "Кабинет у вас уже есть, второй не нужен.\n\n"
        "Адрес ещё не подтверждён. Подтвердите его: %(link)s\nВойдите здесь: %(sign_in)s\n\n"
        "Забыли пароль? Задайте новый: %(reset)s\n\n"
        "Если это были не вы, ничего не делайте: в кабинет никто не вошёл."
    ),
    {
        "greeting": GREETING,
        "link": Word("ссылка", N_("ссылка, которая подтверждает адрес, если он не подтверждён"), CONFIRM.example),
        "sign_in": Word("вход", N_("страница входа, если адрес подтверждён"), "https://tos.example.org/sign-in"),
        "reset": RESET,
    },
    ("link", "sign_in", "reset"),
    of_contest=False,
)
RESET_PASSWORD = LetterKind(
    "accounts.reset_password",
    N_("Новый пароль"),
    N_("тому, кто забыл пароль"),
    N_("Новый пароль"),
    N_(
        "%(greeting)s\n\nЧтобы задать новый пароль, откройте ссылку:\n\n%(reset)s\n\n"
        "Ссылка действует один час и только один раз. Если вы не просили о новом пароле, ничего не делайте: "
        "прежний работает."
    ),
    {"greeting": GREETING, "reset": RESET},
    ("reset",),
    of_contest=False,
)
PASSWORD_CHANGED = LetterKind(
    "accounts.password_changed",
    N_("Пароль изменён"),
    N_("хозяину кабинета"),
    N_("Пароль изменён"),
    N_(
        "%(greeting)s\n\nПароль вашего кабинета на Портале ТОС изменён. Остальные входы закрыты: "
        "на других устройствах войдите заново.\n\nЕсли это сделали не вы, задайте новый пароль и позвоните нам:\n\n"
        "%(reset)s"
    ),
    {"greeting": GREETING, "reset": RESET},
    ("reset",),
    of_contest=False,
)
MASKED = Word("адрес", N_("новый адрес, закрытый звёздочками"), "a•••a@example.org")
NEW_ADDRESS = LetterKind(
    "accounts.new_address",
    N_("Подтверждение нового адреса"),
    N_("на новый адрес"),
    N_("Подтвердите новый адрес"),
    N_(
        "%(greeting)s\n\nВы просите входить на Портал ТОС с этим адресом. Подтвердите его:\n\n%(link)s\n\n"
        "Ссылка действует сутки и один раз. До этого вход прежний. Если просили не вы, ничего не делайте."
    ),
    {"greeting": GREETING, "link": Word("ссылка", CONFIRM.meaning, "https://tos.example.org/account/email/KEY")},
    ("link",),
    of_contest=False,
)
ADDRESS_TAKEN = LetterKind(
    "accounts.address_taken",
    N_("Ваш адрес назвали новым"),
    N_("хозяину кабинета с этим адресом"),
    N_("Ваш адрес назвали на Портале ТОС"),
    N_(
        "%(greeting)s\n\nКто-то просит входить на Портал ТОС с вашим адресом. Ваш кабинет остался вашим, ничего не "
        "изменилось.\n\nЕсли это были вы, войдите в тот кабинет: %(sign_in)s"
    ),
    {"greeting": GREETING, "sign_in": Word("вход", N_("страница входа"), "https://tos.example.org/sign-in")},
    ("sign_in",),
    of_contest=False,
)
ADDRESS_ASKED = LetterKind(
    "accounts.address_asked",
    N_("Просьба сменить адрес почты"),
    N_("на прежний адрес"),
    N_("Просьба сменить адрес почты"),
    N_(
        "%(greeting)s\n\nВ вашем кабинете просят сменить адрес почты на %(email)s. Пока его не подтвердили, вход "
        "прежний.\n\nЕсли просили не вы, смените пароль и отзовите просьбу: %(page)s"
    ),
    {
        "greeting": GREETING,
        "email": MASKED,
        "page": Word("страница", N_("страница с просьбой"), "https://tos.example.org/account/email"),
    },
    ("page",),
    of_contest=False,
)
ADDRESS_CHANGED = LetterKind(
    "accounts.address_changed",
    N_("Адрес почты изменён"),
    N_("на прежний адрес"),
    N_("Адрес почты изменён"),
    N_(
        "%(greeting)s\n\nТеперь вы входите на Портал ТОС с адресом %(email)s. Все прежние входы закрыты.\n\n"
        "Если это сделали не вы, сразу позвоните нам: телефон на портале, %(site)s"
    ),
    {"greeting": GREETING, "email": MASKED, "site": Word("портал", N_("адрес портала"), "https://tos.example.org")},
    ("email", "site"),
    of_contest=False,
)
OF_ADDRESSES = (NEW_ADDRESS, ADDRESS_TAKEN, ADDRESS_ASKED, ADDRESS_CHANGED)
KINDS = (CONFIRM_ADDRESS, ALREADY_HERE, RESET_PASSWORD, PASSWORD_CHANGED, *OF_ADDRESSES)


def greeting(name: str) -> str:
    """«Здравствуйте, Анна Образцовна!» from the full name; without a name just «Здравствуйте!»."""
    given = " ".join(name.split()[1:3]) or name
    return _("Здравствуйте, %(name)s!", name=given) if given else _("Здравствуйте!")


def confirm_address(*, name: str, link: str, municipality_id: int | None) -> tuple[str, str]:
    """Somebody signed up with this address: the link confirms that it is theirs."""
    return _written(CONFIRM_ADDRESS, name, municipality_id, link=link)


def already_here(
    *, name: str, sign_in_link: str, reset_link: str, confirm_link: str, municipality_id: int | None
) -> tuple[str, str]:
    """Somebody tried to sign up with an address that has an account: only its owner learns about it."""
    sign_in = "" if confirm_link else sign_in_link
    return _written(ALREADY_HERE, name, municipality_id, link=confirm_link, sign_in=sign_in, reset=reset_link)


def reset_password(*, name: str, link: str, municipality_id: int | None) -> tuple[str, str]:
    """The link by which a new password is set."""
    return _written(RESET_PASSWORD, name, municipality_id, reset=link)


def password_changed(*, name: str, reset_link: str, municipality_id: int | None) -> tuple[str, str]:
    """The password is another one now; whoever did not do it learns what to do."""
    return _written(PASSWORD_CHANGED, name, municipality_id, reset=reset_link)


def _written(kind: LetterKind, name: str, municipality_id: int | None, **links: str) -> tuple[str, str]:
    return notifications.written(kind, {"greeting": greeting(name), **links}, municipality_id=municipality_id)


def of_address(kind: LetterKind, name: str, municipality_id: int | None, **facts: str) -> tuple[str, str]:
    """One of OF_ADDRESSES: another address was asked for, confirmed, or is somebody's already."""
    return _written(kind, name, municipality_id, **facts)
