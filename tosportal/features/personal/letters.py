"""Letters about personal data: facts → subject and body, in the language of the receiver."""

from collections.abc import Mapping

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.consents import PURPOSE_NAMES, Purpose
from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import LINK_WORD, LetterKind, Word
from tosportal.features.accounts.models import Consent, Person
from tosportal.features.personal.models import AccountLeaving, DataArchive
from tosportal.features.registry.queries import municipality_of_page
from tosportal.support import notifications
from tosportal.web.filters import moment

WHEN = Word("когда", N_("день и час"), N_("20 марта, 17:00"))
CONSENT_WITHDRAWN = LetterKind(
    "consent.withdrawn",
    N_("Согласие отозвано"),
    N_("секретарям района"),
    N_("Отозвано согласие: %(what)s"),
    N_(
        "Человек отозвал согласие: %(what)s.\n\nКто и какое: %(link)s\n"
        "Если это касается бумаг или снимков вне портала, уберите их тоже."
    ),
    {"what": Word("согласие", N_("на что было согласие"), N_("Показывать меня в реестре ТОС")), "link": LINK_WORD},
    ("link",),
    of_contest=False,
)
ARCHIVE_READY = LetterKind(
    "archive.ready",
    N_("Архив своих данных готов"),
    N_("тому, кто просил архив"),
    N_("Архив ваших данных готов"),
    N_(
        "Архив ваших данных готов. Скачать его можете только вы, войдя в кабинет:\n%(link)s\n"
        "Ссылка действует до %(until)s."
    ),
    {"link": LINK_WORD, "until": WHEN},
    ("link", "until"),
    of_contest=False,
)
LEAVING_ASKED = LetterKind(
    "leaving.asked",
    N_("Кабинет будет удалён"),
    N_("тому, кто просил удалить кабинет"),
    N_("Кабинет будет удалён"),
    N_(
        "Вы попросили удалить кабинет на Портале ТОС. Это произойдёт %(at)s.\n\n"
        "Передумали или это были не вы? Войдите и нажмите «Остаться»: %(link)s"
    ),
    {"at": WHEN, "link": LINK_WORD},
    ("at", "link"),
    of_contest=False,
)
LEFT = LetterKind(
    "leaving.done",
    N_("Кабинет удалён"),
    N_("тому, чей кабинет удалён"),
    N_("Кабинет удалён"),
    N_(
        "Ваш кабинет на Портале ТОС удалён. Поданные от ТОС заявки и протоколы остаются на срок, который велит "
        "закон, ваше имя в них обезличим по его окончании. Больше писем не будет."
    ),
    of_contest=False,
)
KINDS = (CONSENT_WITHDRAWN, ARCHIVE_READY, LEAVING_ASKED, LEFT)


def consent_withdrawn(consent: Consent, secretary: Person) -> tuple[str, str]:
    """To the secretary: which consent was taken back, and where it stands. The name stays on the portal."""
    with force_locale(secretary.locale):
        values = {
            "what": _(PURPOSE_NAMES[Purpose(consent.purpose)]),
            "link": address(f"/office/consents/{consent.id}"),
        }
        return notifications.written(CONSENT_WITHDRAWN, values, municipality_id=consent.municipality_id)


def archive_ready(archive: DataArchive, person: Person) -> tuple[str, str]:
    """The archive of own data can be fetched."""
    with force_locale(person.locale):
        values = {"link": address(f"/my/data/archives/{archive.key}"), "until": moment(archive.expires_at)}
        return _of_the_portal(ARCHIVE_READY, values)


def leaving_asked(leaving: AccountLeaving, person: Person) -> tuple[str, str]:
    """The account will be deleted; until then the person may stay."""
    with force_locale(person.locale):
        values = {"at": moment(leaving.due_at), "link": address("/my/leave")}
        return _of_the_portal(LEAVING_ASKED, values)


def left(person: Person) -> tuple[str, str]:
    """The last letter: the account is deleted."""
    with force_locale(person.locale):
        return _of_the_portal(LEFT, {})


def _of_the_portal(kind: LetterKind, values: Mapping[str, object]) -> tuple[str, str]:
    """An account is of no district: its letters are in the words of the one whose portal this is."""
    municipality = municipality_of_page()
    return notifications.written(kind, values, municipality_id=municipality.id if municipality else None)


def address(path: str) -> str:
    """The whole address of a page, as letters need it."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path
