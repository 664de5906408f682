"""Letters about readiness: facts → subject and body, in the language of the receiver."""

from flask import current_app
from flask_babel import force_locale, gettext

from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import LetterKind, Word
from tosportal.features.accounts.models import Person
from tosportal.features.applications.models import Application
from tosportal.features.readiness.models import ReadinessRequest
from tosportal.support import notifications

CONTEST = Word("конкурс", N_("название конкурса"), N_("Если хочешь изменить мир"))
TITLE = Word("заявка", N_("название заявки"), N_("Детская площадка «Родничок»"))
TOS = Word("ТОС", N_("название ТОС"), N_("ТОС «Берёзка»"))
LINK = Word(
    "ссылка", N_("ссылка на страницу портала, где это видно"), "https://tos.example.org/applications/aB3/readiness"
)

ASKED = LetterKind(
    "readiness.asked",
    N_("Просьба посмотреть черновик"),
    N_("секретарям района"),
    N_("Посмотрите черновик: %(title)s"),
    N_(
        "%(tos)s просит посмотреть черновик заявки «%(title)s» до отправки.\n\nКонкурс: %(contest)s\n\n%(note)s\n\n"
        "Посмотреть и ответить: %(link)s"
    ),
    {
        "contest": CONTEST,
        "title": TITLE,
        "tos": TOS,
        "note": Word("пояснение", N_("что написал заявитель"), N_("Сомневаюсь в протоколе собрания.")),
        "link": LINK,
    },
    ("link",),
)
ANSWERED = LetterKind(
    "readiness.answered",
    N_("Секретарь посмотрел черновик"),
    N_("тем, кто заполняет заявку"),
    N_("Секретарь посмотрел черновик: %(title)s"),
    N_(
        "Секретарь посмотрел черновик заявки «%(title)s».\n\n%(answer)s\n\nЗаявка ещё не отправлена: "
        "отправьте её сами, когда будет готова. Решение о допуске принимают после отправки.\n\nЧерновик: %(link)s"
    ),
    {
        "contest": CONTEST,
        "title": TITLE,
        "tos": TOS,
        "answer": Word("ответ", N_("что ответил секретарь"), N_("Приложите протокол с подписью председателя.")),
        "link": LINK,
    },
    ("answer", "link"),
)
KINDS = (ASKED, ANSWERED)


def asked(request: ReadinessRequest, person: Person) -> tuple[str, str]:
    """To the secretary: a draft waits to be looked at."""
    address = f"/office/applications/{request.application.key}/readiness"
    return _written(ASKED, request, person, address, {"note": request.note})


def answered(request: ReadinessRequest, person: Person) -> tuple[str, str]:
    """To the people of the ТОС: what the secretary says, and that the application is not sent yet."""
    return _written(ANSWERED, request, person, f"/applications/{request.application.key}", {"answer": request.answer})


def _written(
    kind: LetterKind, request: ReadinessRequest, person: Person, path: str, more: dict[str, object]
) -> tuple[str, str]:
    application: Application = request.application
    contest = application.contest
    with force_locale(person.locale):
        values = {
            "contest": contest.name,
            "title": application.title or gettext("Новая заявка"),
            "tos": application.tos.name,
            "link": current_app.config["BASE_URL"].rstrip("/") + path,
            **more,
        }
        return notifications.written(kind, values, municipality_id=contest.municipality_id, contest_id=contest.id)
