"""Letters of the jury: facts → subject and body, in the language of the receiver. No letter holds a mark."""

from datetime import datetime

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.contests.models import Contest
from tosportal.features.jury.models import JuryInvitation
from tosportal.features.jury.papers import until_words
from tosportal.web.filters import moment

Letter = tuple[str, str]


def invitation(row: JuryInvitation, contest: Contest, *, key: str, locale: str) -> Letter:
    """Come into the jury of this contest: the link, and until when it works."""
    with force_locale(locale):
        chair = row.seat == "chair"
        lines = [
            _("Здравствуйте, %(name)s!", name=row.full_name),
            "",
            _("Вас приглашают стать председателем конкурсной комиссии.")
            if chair
            else _("Вас приглашают в жюри конкурса ТОС."),
            _("Конкурс: %(name)s", name=contest.name),
            "",
            _("Откройте ссылку и примите приглашение:"),
            _address(f"/invitations/{key}"),
            "",
            _("Ссылка действует до %(moment)s.", moment=moment(row.expires_at)),
            _("Если у вас ещё нет учётной записи, заведите её с этим же адресом почты."),
            _("Если вы не ждали этого письма, просто удалите его."),
        ]
        subject = (
            _("Приглашение в комиссию: %(name)s", name=contest.name)
            if chair
            else _("Приглашение в жюри: %(name)s", name=contest.name)
        )
        return subject, "\n".join(lines)


def reminder(person: Person, contest: Contest, *, left: int, until: datetime | None) -> Letter:
    """So many applications still wait for marks."""
    with force_locale(person.locale):
        lines = [
            _("Здравствуйте, %(name)s!", name=person.full_name),
            "",
            ngettext(
                "В конкурсе «%(contest)s» вас ждёт %(num)d заявка.",
                "В конкурсе «%(contest)s» вас ждут заявки: %(num)d.",
                left,
                contest=contest.name,
            ),
            *([_("Оценить их нужно %(until)s.", until=until_words(until))] if until else []),
            "",
            _("Ваши заявки: %(address)s", address=_address(f"/jury/{contest.slug}")),
        ]
        return _("Заявки ждут вашей оценки: %(name)s", name=contest.name), "\n".join(lines)


def conflict(
    person: Person, *, juror: Person, application: Application, contest: Contest, reason: str, was_signed: bool
) -> Letter:
    """To the secretary: a juror has a personal interest and no longer judges this application."""
    with force_locale(person.locale):
        lines = [
            _(
                "%(name)s заявляет о личном интересе и не оценивает заявку № %(number)s.",
                name=juror.full_name,
                number=application.number,
            ),
            _("Конкурс: %(name)s", name=contest.name),
            _("Причина: %(reason)s", reason=reason),
            *(
                [_("Лист по этой заявке уже был подписан. Он сохранён, но в итогах не учитывается.")]
                if was_signed
                else []
            ),
            "",
            _("Ход оценки: %(address)s", address=_address(f"/office/contests/{contest.slug}/jury")),
        ]
        return _("Личный интерес эксперта: заявка № %(number)s", number=application.number), "\n".join(lines)


def all_signed(person: Person, contest: Contest) -> Letter:
    """To the secretary: every sheet of the contest is signed."""
    with force_locale(person.locale):
        lines = [
            _("Жюри подписало все оценочные листы."),
            _("Конкурс: %(name)s", name=contest.name),
            "",
            _("Рейтинг: %(address)s", address=_address(f"/office/contests/{contest.slug}/ranking")),
        ]
        return _("Жюри закончило работу: %(name)s", name=contest.name), "\n".join(lines)


def _address(path: str) -> str:
    return current_app.config["BASE_URL"].rstrip("/") + path
