"""Letters about contests: facts → subject and body, in the language of the receiver."""

from flask import current_app
from flask_babel import force_locale

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import CONTEST_WORD, LINK_WORD, LetterKind, Word
from tosportal.domain.regulation import Regulation
from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest
from tosportal.support import notifications
from tosportal.web.filters import moment

ANNOUNCED = LetterKind(
    "contest.announced",
    N_("Объявлен конкурс"),
    N_("тем, кто просил писать о новых конкурсах"),
    N_("Новый конкурс: %(contest)s"),
    N_(
        "Объявлен конкурс: %(contest)s\n\n%(summary)s\n\nЗаявки принимают до %(until)s.\n"
        "Условия и подача: %(link)s\n\nВы просили писать о новых конкурсах. Отказаться: %(stop)s"
    ),
    {
        "contest": CONTEST_WORD,
        "summary": Word("кратко", N_("о чём конкурс, если это написано"), N_("Гранты на благоустройство дворов.")),
        "until": Word("срок", N_("до какого времени принимают заявки"), N_("13 марта, 17:00")),
        "link": LINK_WORD,
        "stop": Word("отказ", N_("страница, где от писем отказываются"), "https://tos.example.org/my/consents"),
    },
    ("link", "stop"),
)
KINDS = (ANNOUNCED,)


def announced(contest: Contest, regulation: Regulation, person: Person) -> tuple[str, str]:
    """A new contest: what it is, until when, where; and how to get no more such letters."""
    site = str(current_app.config["BASE_URL"]).rstrip("/")
    with force_locale(person.locale):
        close = regulation.moments.get("close")
        values = {
            "contest": contest.name,
            "summary": regulation.summary,
            "until": moment(close) if close else None,
            "link": f"{site}/contests/{contest.slug}",
            "stop": f"{site}/my/consents",
        }
        place = {"municipality_id": contest.municipality_id, "contest_id": contest.id}
        return notifications.written(ANNOUNCED, values, **place)
