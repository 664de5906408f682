"""Letters about contests: facts → subject and body, in the language of the receiver."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest
from tosportal.web.filters import moment


def announced(contest: Contest, regulation: Regulation, person: Person) -> tuple[str, str]:
    """A new contest: what it is, until when, where; and how to get no more such letters."""
    site = str(current_app.config["BASE_URL"]).rstrip("/")
    with force_locale(person.locale):
        close = regulation.moments.get("close")
        lines = [
            _("Объявлен конкурс: %(name)s", name=contest.name),
            "",
            *([regulation.summary, ""] if regulation.summary else []),
            *([_("Заявки принимают до %(moment)s.", moment=moment(close))] if close else []),
            _("Условия и подача: %(address)s", address=f"{site}/contests/{contest.slug}"),
            "",
            _("Вы просили писать о новых конкурсах. Отказаться: %(address)s", address=f"{site}/my/consents"),
        ]
        return _("Новый конкурс: %(name)s", name=contest.name), "\n".join(lines)
