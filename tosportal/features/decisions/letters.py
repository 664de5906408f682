"""The letter about the results."""

from flask import current_app
from flask_babel import gettext as _

from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.decisions.models import RankedApplication
from tosportal.web.filters import money


def results(contest: Contest, application: Application, row: RankedApplication) -> tuple[str, str]:
    """Subject and body: what became of the application and where all is published."""
    address = f"{current_app.config['BASE_URL']}/contests/{contest.slug}/results"
    outcome = {
        "winner": _("Ваша заявка поддержана. Сумма: %(sum)s.", sum=money(row.awarded_sum)),
        "partial": _("Ваша заявка поддержана частично. Сумма: %(sum)s.", sum=money(row.awarded_sum)),
        "reserve": _("Ваша заявка прошла отбор, но денег конкурса на неё не хватило. Она в резерве."),
    }.get(row.outcome, _("На этот раз ваша заявка не поддержана."))
    return (
        _("Результаты конкурса «%(name)s»", name=contest.name),
        "\n\n".join(
            [
                _("Здравствуйте!"),
                _("Опубликованы результаты конкурса «%(name)s».", name=contest.name),
                _("Заявка № %(number)s, %(tos)s.", number=application.number, tos=application.tos.name),
                outcome,
                _("Место: %(place)s, итог: %(total)s.", place=row.place, total=row.total),
                _("Все места, баллы и суммы, протокол и способ проверки: %(address)s", address=address),
            ]
        ),
    )
