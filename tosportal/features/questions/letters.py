"""Letters about questions: facts → subject and body, in the language of the receiver."""

from datetime import time
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale

from tosportal.domain.contest_states import last_day
from tosportal.domain.errors import N_
from tosportal.domain.letter_texts import CONTEST_WORD, LINK_WORD, LetterKind, Word
from tosportal.features.accounts.models import Person
from tosportal.features.contests.models import Contest
from tosportal.features.questions.models import Question, QuestionAnswer
from tosportal.support import notifications
from tosportal.web.until import until_words

NUMBER = Word("номер", N_("номер вопроса в конкурсе"), "7")
QUESTION = Word("вопрос", N_("текст вопроса"), N_("Можно ли купить саженцы до подписания соглашения?"))

ASKED = LetterKind(
    "question.asked",
    N_("Новый вопрос о конкурсе"),
    N_("секретарям района"),
    N_("Вопрос о конкурсе «%(contest)s»"),
    N_(
        "О конкурсе «%(contest)s» задан вопрос № %(number)s.\n\n%(question)s\n\n"
        "Ответить нужно %(due)s. Ответ увидят все, имя того, кто спросил, — никто.\n\nОтветить: %(link)s"
    ),
    {
        "contest": CONTEST_WORD,
        "number": NUMBER,
        "question": QUESTION,
        "due": Word("срок", N_("до какого времени ответить"), N_("до конца 4 марта")),
        "link": LINK_WORD,
    },
    ("link",),
)
ANSWERED = LetterKind(
    "question.answered",
    N_("Ответ на вопрос о конкурсе"),
    N_("тому, кто спросил"),
    N_("Ответ на ваш вопрос о конкурсе «%(contest)s»"),
    N_(
        "Здравствуйте!\n\nВы спросили:\n%(question)s\n\nОтвет:\n%(answer)s\n\n"
        "Вопрос и ответ видят все, без вашего имени: %(link)s"
    ),
    {
        "contest": CONTEST_WORD,
        "number": NUMBER,
        "question": QUESTION,
        "answer": Word("ответ", N_("текст ответа"), N_("Нет: деньги гранта тратят после подписания соглашения.")),
        "link": LINK_WORD,
    },
    ("answer", "link"),
)
CORRECTED = LetterKind(
    "question.answer_corrected",
    N_("Ответ на вопрос исправлен"),
    N_("тому, кто спросил"),
    N_("Исправлен ответ на ваш вопрос о конкурсе «%(contest)s»"),
    N_(
        "Здравствуйте!\n\nОрганизатор исправил ответ на ваш вопрос.\n\nВы спросили:\n%(question)s\n\n"
        "Новый ответ:\n%(answer)s\n\nВопрос и ответ видят все, без вашего имени: %(link)s"
    ),
    ANSWERED.words,
    ("answer", "link"),
)
DECLINED = LetterKind(
    "question.declined",
    N_("Вопрос о конкурсе не принят"),
    N_("тому, кто спросил"),
    N_("Ваш вопрос о конкурсе «%(contest)s» не принят"),
    N_(
        "Здравствуйте!\n\nВы спросили:\n%(question)s\n\nНа этот вопрос организатор не отвечает.\n"
        "Причина: %(reason)s\n\nВаши вопросы: %(link)s"
    ),
    {
        "contest": CONTEST_WORD,
        "number": NUMBER,
        "question": QUESTION,
        "reason": Word("причина", N_("почему вопрос не принят"), N_("Вопрос не о конкурсе.")),
        "link": LINK_WORD,
    },
    ("reason",),
)
OVERDUE = LetterKind(
    "question.overdue",
    N_("На вопрос не ответили в срок"),
    N_("секретарям района"),
    N_("Срок ответа прошёл: вопрос № %(number)s о конкурсе «%(contest)s»"),
    N_(
        "На вопрос № %(number)s о конкурсе «%(contest)s» не ответили в срок: он был %(due)s.\n\n%(question)s\n\n"
        "Ответьте сейчас: тот, кто спросил, ждёт.\n\nОтветить: %(link)s"
    ),
    {**ASKED.words, "due": Word("срок", N_("когда был последний день ответа"), "04.03.2026")},
    ("number", "link"),
)
KINDS = (ASKED, OVERDUE, ANSWERED, CORRECTED, DECLINED)


def asked(question: Question, contest: Contest, person: Person) -> tuple[str, str]:
    """To the secretary: a question waits."""
    with force_locale(person.locale):
        values = {
            **_about(question, contest, question.text),
            "due": until_words(question.due_at),
            "link": _address(f"/office/contests/{contest.slug}/questions/{question.number}"),
        }
        return _written(ASKED, values, contest)


def overdue(question: Question, contest: Contest, person: Person) -> tuple[str, str]:
    """To the secretary: the last day of the answer is over and there is none."""
    zone = ZoneInfo(contest.municipality.zone)
    due = question.due_at.astimezone(zone)
    with force_locale(person.locale):
        values = {
            **_about(question, contest, question.text),
            "due": f"{last_day(due, zone):%d.%m.%Y}" if due.time() == time() else f"{due:%d.%m.%Y, %H:%M}",
            "link": _address(f"/office/contests/{contest.slug}/questions/{question.number}"),
        }
        return _written(OVERDUE, values, contest)


def answered(
    question: Question, answer: QuestionAnswer, contest: Contest, person: Person, *, is_correction: bool
) -> tuple[str, str]:
    """To the one who asked: what the organiser answers, and where everybody reads it."""
    with force_locale(person.locale):
        address = _address(f"/contests/{contest.slug}/questions#question-{question.number}")
        values = {**_about(question, contest, answer.wording), "answer": answer.answer, "link": address}
        return _written(CORRECTED if is_correction else ANSWERED, values, contest)


def declined(question: Question, contest: Contest, person: Person) -> tuple[str, str]:
    """To the one who asked: why there is no answer."""
    with force_locale(person.locale):
        values = {
            **_about(question, contest, question.text),
            "reason": question.decline_reason,
            "link": _address(f"/contests/{contest.slug}/questions"),
        }
        return _written(DECLINED, values, contest)


def _about(question: Question, contest: Contest, text: str) -> dict[str, object]:
    return {"contest": contest.name, "number": question.number, "question": text}


def _written(kind: LetterKind, values: dict[str, object], contest: Contest) -> tuple[str, str]:
    place = {"municipality_id": contest.municipality_id, "contest_id": contest.id}
    return notifications.written(kind, values, **place)


def _address(path: str) -> str:
    return current_app.config["BASE_URL"].rstrip("/") + path
