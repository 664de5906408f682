"""The letter about the results."""

from flask import current_app
from flask_babel import gettext as _

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import CONTEST_WORD, LINK_WORD, NUMBER_WORD, TOS_WORD, LetterKind, Word
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import RankedApplication
from tosportal.support import notifications
from tosportal.web.filters import money

RESULTS = LetterKind(
    "decision.results",
    N_("Результаты конкурса"),
    N_("тем, кто действует от имени ТОС"),
    N_("Результаты конкурса «%(contest)s»"),
    N_(
        "Здравствуйте!\n\nОпубликованы результаты конкурса «%(contest)s».\n\nЗаявка № %(number)s, %(tos)s.\n\n"
        "%(outcome)s\n\nМесто: %(place)s, итог: %(total)s.\n\n"
        "Все места, баллы и суммы, протокол и способ проверки: %(link)s"
    ),
    {
        "contest": CONTEST_WORD,
        "number": NUMBER_WORD,
        "tos": TOS_WORD,
        "outcome": Word("исход", N_("поддержана ли и какой суммой"), N_("Ваша заявка поддержана. Сумма: 72 000,00 ₽.")),
        "place": Word("место", N_("место в рейтинге"), "3"),
        "total": Word("итог", N_("итоговый балл"), "35.67"),
        "link": LINK_WORD,
    },
    ("number", "outcome", "link"),
)
KINDS = (RESULTS,)


def results(contest: Contest, application: Application, row: RankedApplication) -> tuple[str, str]:
    """Subject and body: what became of the application and where all is published."""
    address = f"{current_app.config['BASE_URL']}/contests/{contest.slug}/results"
    outcome = {
        "winner": _("Ваша заявка поддержана. Сумма: %(sum)s.", sum=money(row.awarded_sum)),
        "partial": _("Ваша заявка поддержана частично. Сумма: %(sum)s.", sum=money(row.awarded_sum)),
        "reserve": _("Ваша заявка прошла отбор, но денег конкурса на неё не хватило. Она в резерве."),
    }.get(row.outcome, _("На этот раз ваша заявка не поддержана."))
    if awards := row.criteria.get("awards"):
        words = _("Награда: %(names)s.", names=", ".join(awards))
        outcome = words if row.outcome == "not_awarded" else f"{outcome} {words}"
    values = {
        "contest": contest.name,
        "number": application.number,
        "tos": application.tos.name,
        "outcome": outcome,
        "place": row.place,
        "total": row.total,
        "link": address,
    }
    return notifications.written(RESULTS, values, municipality_id=contest.municipality_id, contest_id=contest.id)
