"""Letters about personal data: facts → subject and body, in the language of the receiver."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.consents import PURPOSE_NAMES, Purpose
from tosportal.features.accounts.models import Consent, Person
from tosportal.features.personal.models import AccountLeaving, DataArchive
from tosportal.web.filters import moment


def consent_withdrawn(consent: Consent, secretary: Person) -> tuple[str, str]:
    """To the secretary: which consent was taken back, and where it stands. The name stays on the portal."""
    with force_locale(secretary.locale):
        what = _(PURPOSE_NAMES[Purpose(consent.purpose)])
        lines = [
            _("Человек отозвал согласие: %(what)s.", what=what),
            "",
            _("Кто и какое: %(address)s", address=address(f"/office/consents/{consent.id}")),
            _("Если это касается бумаг или снимков вне портала, уберите их тоже."),
        ]
        return _("Отозвано согласие: %(what)s", what=what), "\n".join(lines)


def archive_ready(archive: DataArchive, person: Person) -> tuple[str, str]:
    """The archive of own data can be fetched."""
    with force_locale(person.locale):
        lines = [
            _("Архив ваших данных готов. Скачать его можете только вы, войдя в кабинет:"),
            address(f"/my/data/archives/{archive.key}"),
            _("Ссылка действует до %(at)s.", at=moment(archive.expires_at)),
        ]
        return _("Архив ваших данных готов"), "\n".join(lines)


def leaving_asked(leaving: AccountLeaving, person: Person) -> tuple[str, str]:
    """The account will be deleted; until then the person may stay."""
    with force_locale(person.locale):
        lines = [
            _("Вы попросили удалить кабинет на Портале ТОС. Это произойдёт %(at)s.", at=moment(leaving.due_at)),
            "",
            _("Передумали или это были не вы? Войдите и нажмите «Остаться»: %(address)s", address=address("/my/leave")),
        ]
        return _("Кабинет будет удалён"), "\n".join(lines)


def left(person: Person) -> tuple[str, str]:
    """The last letter: the account is deleted."""
    with force_locale(person.locale):
        return _("Кабинет удалён"), _(
            "Ваш кабинет на Портале ТОС удалён. Поданные от ТОС заявки и протоколы остаются на срок, который велит "
            "закон, ваше имя в них обезличим по его окончании. Больше писем не будет."
        )


def address(path: str) -> str:
    """The whole address of a page, as letters need it."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path
