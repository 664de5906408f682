"""What must be known of an event for it to count, and the way from what was told to what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from tosportal.domain.errors import N_, Remark
from tosportal.domain.form_definition import cleaned, day_from
from tosportal.domain.tos_list import one_line
from tosportal.domain.transitions import TransitionTable, advance

FIRST_YEAR = 2000
PARTICIPANTS_MOST = 100_000
LENGTHS: Mapping[str, int] = {"title": 300, "place": 300, "link": 500, "description": 5000, "reason": 1000}


class EventKind(StrEnum):
    """What kind of event it was."""

    NEIGHBOURS_DAY = "neighbours_day"
    MEETING = "meeting"
    SEMINAR = "seminar"
    PUBLICATION = "publication"
    OTHER = "other"


class Counting(StrEnum):
    """What the number of participants says: people, each once, or visits."""

    PERSONS = "persons"
    VISITS = "visits"


class EventState(StrEnum):
    """Only confirmed events are public and counted."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class EventAct(StrEnum):
    """Acts of the ТОС (correct, withdraw) and of the secretary (confirm, refuse, amend, strike)."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    CORRECT = "correct"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    STRIKE = "strike"


KIND_NAMES: Mapping[str, str] = {
    EventKind.NEIGHBOURS_DAY: N_("День соседей"),
    EventKind.MEETING: N_("Встреча, собрание"),
    EventKind.SEMINAR: N_("Семинар, обучение"),
    EventKind.PUBLICATION: N_("Публикация в СМИ"),
    EventKind.OTHER: N_("Другое"),
}
COUNTING_NAMES: Mapping[str, str] = {
    Counting.PERSONS: N_("Людей: каждый один раз"),
    Counting.VISITS: N_("Посещений: каждый приход"),
}
STATE_NAMES: Mapping[str, str] = {
    EventState.ASKED: N_("Ждёт подтверждения"),
    EventState.CONFIRMED: N_("Подтверждено"),
    EventState.REFUSED: N_("Не подтверждено"),
    EventState.WITHDRAWN: N_("Снято"),
}
ACT_NAMES: Mapping[str, str] = {
    EventAct.CONFIRM: N_("подтвердить событие"),
    EventAct.REFUSE: N_("отказать в подтверждении события"),
    EventAct.CORRECT: N_("исправить событие"),
    EventAct.AMEND: N_("исправить событие"),
    EventAct.WITHDRAW: N_("отозвать событие"),
    EventAct.STRIKE: N_("снять событие с учёта"),
}
# Tag class and icon of the design; a plain tag has no modifier.
STATE_TAGS: Mapping[str, tuple[str, str]] = {
    EventState.ASKED: ("honey", "clock"),
    EventState.CONFIRMED: ("green", "check"),
    EventState.REFUSED: ("rowan", "cross"),
    EventState.WITHDRAWN: ("", "left"),
}
TABLE = TransitionTable(
    {
        (EventState.ASKED, EventAct.CONFIRM): EventState.CONFIRMED,
        (EventState.ASKED, EventAct.REFUSE): EventState.REFUSED,
        (EventState.ASKED, EventAct.CORRECT): EventState.ASKED,
        (EventState.ASKED, EventAct.AMEND): EventState.ASKED,
        (EventState.ASKED, EventAct.WITHDRAW): EventState.WITHDRAWN,
        (EventState.REFUSED, EventAct.CONFIRM): EventState.CONFIRMED,
        (EventState.REFUSED, EventAct.CORRECT): EventState.ASKED,
        (EventState.REFUSED, EventAct.AMEND): EventState.REFUSED,
        (EventState.REFUSED, EventAct.WITHDRAW): EventState.WITHDRAWN,
        (EventState.CONFIRMED, EventAct.AMEND): EventState.CONFIRMED,
        (EventState.CONFIRMED, EventAct.STRIKE): EventState.WITHDRAWN,
    },
    STATE_NAMES,
    ACT_NAMES,
)


def after(state: str, act: str) -> EventState:
    """The state of an event after an act; RuleBroken with the reason when it is not possible now.

    >>> after("refused", "correct")
    <EventState.ASKED: 'asked'>
    >>> after("confirmed", "correct")
    Traceback (most recent call last):
    tosportal.domain.errors.RuleBroken: Нельзя исправить событие: сейчас состояние «Подтверждено»

    Basis: issue 3, point 10 (entered by an activist for confirmation; corrected or withdrawn until then).
    """
    return EventState(advance(TABLE, state, act))


def is_possible(state: str, act: str) -> bool:
    """May this act follow now? For buttons.

    >>> is_possible("asked", "withdraw"), is_possible("confirmed", "withdraw")
    (True, False)
    """
    return (state, act) in TABLE.moves


@dataclass(frozen=True)
class EventFacts:
    """What is told of an event, checked. `participants` are persons or visits, as `counting` says; 0 only for a
    publication, which nobody attends."""

    kind: EventKind
    title: str
    held_on: date
    place: str
    participants: int
    counting: Counting
    description: str = ""
    link: str = ""


def read_event(given: Mapping[str, str], *, today: date) -> tuple[EventFacts | None, list[Remark]]:
    """The facts of texts as typed, or everything that is wrong with them, each remark at its input.

    >>> typed = {"kind": "seminar", "title": "Как писать заявку", "held_on": "5.3.2026", "place": "Дом культуры",
    ...          "participants": "24", "counting": "persons"}
    >>> facts, remarks = read_event(typed, today=date(2026, 3, 6))
    >>> facts.held_on, facts.participants, remarks
    (datetime.date(2026, 3, 5), 24, [])
    >>> [str(one) for one in read_event({**typed, "participants": ""}, today=date(2026, 3, 4))[1]]
    ['Этот день ещё не наступил: внесите событие, когда оно пройдёт', 'Укажите, сколько было участников, например 45']

    Basis: issue 3, point 10; DOMAIN §10, item 68.
    """
    remarks: list[Remark] = []
    kind = given.get("kind", "")
    if kind not in KIND_NAMES:
        remarks.append(Remark(N_("Выберите, что это было"), place="kind"))
    texts = {name: one_line(cleaned(given.get(name, ""))) for name in ("title", "place", "link")}
    texts["description"] = cleaned(given.get("description", "")).strip()
    for name, remark in (
        ("title", N_("Напишите название, например «День соседей на улице Мира»")),
        ("place", N_("Напишите, где это было (для публикации — название издания)")),
    ):
        if not texts[name]:
            remarks.append(Remark(remark, place=name))
    remarks += [
        Remark(N_("Не длиннее %(most)s знаков, сейчас %(actual)s"), {"most": LENGTHS[name], "actual": len(text)}, name)
        for name, text in texts.items()
        if len(text) > LENGTHS[name]
    ]
    held_on = _day(given.get("held_on", ""), today, remarks)
    participants = _participants(given.get("participants", ""), kind, remarks)
    counting = given.get("counting", "") or Counting.PERSONS
    if counting not in COUNTING_NAMES:
        remarks.append(Remark(N_("Выберите, как считали участников"), place="counting"))
    if texts["link"] and not is_web_address(texts["link"]):
        remarks.append(Remark(N_("Проверьте ссылку: она начинается с https://"), place="link"))
    if remarks or held_on is None or participants is None:
        return None, remarks
    facts = EventFacts(
        kind=EventKind(kind),
        title=texts["title"],
        held_on=held_on,
        place=texts["place"],
        participants=participants,
        counting=Counting(counting),
        description=texts["description"],
        link=texts["link"],
    )
    return facts, []


def _day(text: str, today: date, remarks: list[Remark]) -> date | None:
    found = day_from(text)
    if found is None or found.year < FIRST_YEAR:
        remarks.append(Remark(N_("Укажите день, месяц и год, например 20 июля 2026 года"), place="held_on"))
    elif found > today:
        words = N_("Этот день ещё не наступил: внесите событие, когда оно пройдёт")
        remarks.append(Remark(words, place="held_on"))
    return found


def _participants(text: str, kind: str, remarks: list[Remark]) -> int | None:
    digits = "".join(text.split())
    if not digits and kind == EventKind.PUBLICATION:
        return 0
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 10
    number = int(digits) if is_number else -1
    if number < 0 or (number == 0 and kind != EventKind.PUBLICATION):
        remarks.append(Remark(N_("Укажите, сколько было участников, например 45"), place="participants"))
        return None
    if number > PARTICIPANTS_MOST:
        words = N_("Слишком много участников: не больше %(most)s")
        remarks.append(Remark(words, {"most": PARTICIPANTS_MOST}, "participants"))
        return None
    return number


def is_web_address(text: str) -> bool:
    """Is it an ordinary address of a page that a reader may click?

    >>> is_web_address("https://ord-gazeta.ru/den-sosedej"), is_web_address("javascript:alert(1)")
    (True, False)
    >>> is_web_address("https://"), is_web_address("https://example.org/a b"), is_web_address("http://[")
    (False, False, False)
    """
    if any(sign.isspace() or sign in "<>\"'`\\" for sign in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc
