"""What a label of a row or a column says: a source of money, a kind of figure, a task, a goal, a total."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tosportal.domain.programme_tables.numbers import DASH, plain

QUANTITY, UNIT_COST, AMOUNT = "quantity", "unit_cost", "amount"

_SOURCE_BEGINS = re.compile(
    r"^(?:в ?т\. ?ч\.|в том числе|из них|за сч[её]т|по источникам|средства?м?|субсиди[яи]|бюджет|областн|краев|"
    r"республик|окружн|регионал|федеральн|местн|районн|городск|муниципальн|внебюджет|прочие|иные|собственные|"
    r"поселен|сельск|[-–—•])",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"^(?:(?P<outer>\d+(?:\.\d+)*)[.)]? ?)?(?:основная )?задача(?: ?(?:№ ?)?(?P<number>\d+(?:\.\d+)*))?"
    rf"(?:(?: ?[.:{DASH}])+ ?| (?=«)| ?$)(?P<name>.*)$",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"^(?:(?P<outer>\d+(?:\.\d+)*)[.)]? ?)?цель(?: (?:муниципальной )?программы)?(?: ?(?:№ ?)?(?P<number>\d+))?"
    rf"(?:(?: ?[.:{DASH}])+ ?| (?=«)| ?$)(?P<name>.*)$",
    re.IGNORECASE,
)
_SUBPROGRAMME = re.compile(
    rf"^(?:подпрограмма|направление|раздел)(?: ?№)? ?(?P<number>\d+)?(?: ?[.:{DASH}])* ?(?P<name>.*)$", re.IGNORECASE
)
_NUMBERED = re.compile(r"^(?P<printed>(?:\d+(?:\.\d+)+[.)]?|\d+[.)]))(?: |(?=[«А-ЯЁа-яё]))(?P<name>.+)$")
_TOTAL = re.compile(r"^(?:итого|всего|общ(?:ий|ая|ие) (?:объ[её]м|сумма|затраты))(?!\w)", re.IGNORECASE)
_OF_REGION = r"областн(?:ой|ого|ому|ым|ые)|краев|республиканск|регионал|субъект|окружн"
_OF_SETTLEMENT = re.compile(r"поселени|пос[её]лк|пос[её]лок|поселков|сельсовет|сельск\w* совет")
_OF_DISTRICT = re.compile(r"район|муниципальн\w+ округ|городск\w+ округ")
_SHORT = {
    "фб": "federal",
    "фед": "federal",
    "федеральный": "federal",
    "об": "regional",
    "обл": "regional",
    "мб": "local",
    "район": "local",
    "бп": "settlement",
    "поселение": "settlement",
    "поселения": "settlement",
    "вб": "extrabudget",
    "внебюджет": "extrabudget",
}
_BEFORE_SHORT = re.compile(r"^(?:в ?т\. ?ч\.:? ?|в том числе:? |из них:? |[-–—•] ?)?(?:за сч[её]т )?(?:средств[ао]? )?")
_PROGRAMME = re.compile(r"^(?:муниципальная )?программа(?: «|:|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A task or a goal that a row names: its number as printed («1», «1.1»), the number before the word, its name."""

    number: str
    outer: str
    name: str


def source_of(text: str) -> str | None:
    """The source of money that a label names; None when it names none.

    A budget of a district of a region is local; «областной», «краевой», «республиканский» is regional; a budget of
    settlements is their own, unless the district's is named before it.

    >>> source_of("средств бюджета Ордынского района Новосибирской области"), source_of("за счет областного бюджета")
    ('local', 'regional')
    >>> source_of("внебюджетные источники"), source_of("федеральный бюджет"), source_of("Количество")
    ('extrabudget', 'federal', None)
    >>> source_of("бюджеты поселений района"), source_of("ФБ"), source_of("бюджет района, в т. ч. поселений")
    ('settlement', 'federal', 'local')
    """
    said = plain(text).casefold()
    if short := _short_source(said):
        return short
    if not re.search(r"бюджет|источник|средств|субсиди|субвенци|областн|краев|федерал|местн", said):
        return None
    if re.search(
        r"внебюджет|(?:иные|прочие|другие|привлеч[её]нные) (?:источник|средств)|средств\w* (?:граждан|насел)", said
    ):
        return "extrabudget"
    if re.search(r"федерал", said):
        return "federal"
    if re.search(_OF_REGION, said):
        return "regional"
    if named := _OF_SETTLEMENT.search(said):
        district = _OF_DISTRICT.search(said)
        return "local" if district and district.start() < named.start() else "settlement"
    if re.search(r"местн|район|город|муниципал|сельск|округ", said):
        return "local"
    if re.search(r"бюджет\w* .*(?:области|края|республики)", said):
        return "regional"
    return None


def _short_source(said: str) -> str | None:
    return _SHORT.get(_BEFORE_SHORT.sub("", said).strip(" .:;*–—-"))


def is_source_label(text: str) -> bool:
    """Is the whole label a source of money, not the name of an activity that mentions a budget?

    >>> is_source_label("местные бюджеты"), is_source_label("Предоставление субсидий из областного бюджета")
    (True, False)
    """
    said = plain(text)
    begins = _SOURCE_BEGINS.match(said) or _short_source(said.casefold())
    return len(said) < 160 and bool(begins) and source_of(said) is not None


def is_of_one_settlement(text: str) -> bool:
    """Does a label name the budget of one settlement, as a programme of that settlement names its own?

    >>> is_of_one_settlement("бюджет сельского поселения"), is_of_one_settlement("бюджеты поселений")
    (True, False)
    """
    said = plain(text).casefold()
    return source_of(said) == "settlement" and not re.search(r"бюджет(?:ы|ов|ам|ах|ами)\b|поселени(?:й|я[мх])", said)


def several_budgets(text: str) -> bool:
    """Does a label name more than one level of budget, so that its sum belongs to none of them alone?

    >>> several_budgets("средства федерального и областного бюджетов"), several_budgets("бюджет района области")
    (True, False)
    """
    said = plain(text).casefold()
    settlement, district = _OF_SETTLEMENT.search(said), _OF_DISTRICT.search(said)
    is_local = "местн" in said or (district and (not settlement or district.start() < settlement.start()))
    levels = (re.search(r"федерал", said), re.search(_OF_REGION, said), is_local, settlement, "внебюджет" in said)
    return bool(re.search(r" и |[,/+]", said)) and sum(map(bool, levels)) > 1


def measure_of(text: str) -> str | None:
    """What figures a row of an activity holds: quantity, unit_cost, amount, or the name of a source; None: not said.

    >>> measure_of("Стоимость единицы"), measure_of("Сумма затрат, в том числе:"), measure_of("Количество")
    ('unit_cost', 'amount', 'quantity')
    """
    said = plain(text).casefold()
    if re.match(r"стоимост|цена|затраты на единицу|норматив затрат", said):
        return UNIT_COST
    if re.match(r"количеств|кол-во|число|натуральн|объ[её]м (?:в натур|работ|услуг)", said):
        return QUANTITY
    if source := source_of(said):
        return source
    if re.match(r"сумма|итого|всего|затраты|объ[её]м|общ(?:ий|ая)|финансирование|расходы", said):
        return AMOUNT
    return None


def task_of(text: str) -> Heading | None:
    """The task that a row names.

    >>> task_of("1.2. Задача  2: Обучение"), task_of("Задача «Порядок»").name, task_of("Задачник")
    (Heading(number='2', outer='1.2', name='Обучение'), 'Порядок', None)
    """
    said = plain(text)
    if found := _TASK.match(said):
        return Heading(found["number"] or "", found["outer"] or "", unquoted(found["name"]))
    if found := _SUBPROGRAMME.match(said):
        return Heading(found["number"] or "", "", unquoted(found["name"]))
    return None


def goal_of(text: str) -> Heading | None:
    """The goal that a row names.

    >>> goal_of("1. Цель: Развитие ТОС."), goal_of("Целевая аудитория")
    (Heading(number='', outer='1', name='Развитие ТОС.'), None)
    """
    found = _GOAL.match(plain(text))
    return Heading(found["number"] or "", found["outer"] or "", unquoted(found["name"])) if found else None


def is_total(text: str) -> bool:
    """Does a label say that the row is a total?"""
    return bool(_TOTAL.match(plain(text)))


def is_programme(text: str) -> bool:
    """Does a label say that the row is about the programme as a whole?"""
    return bool(_PROGRAMME.match(plain(text)))


def numbered(text: str) -> tuple[str, str]:
    """The printed number that a name begins with, and the name without it.

    >>> numbered("1.1. Доля граждан"), numbered("2.2 Общая сумма"), numbered("3) встречи"), numbered("100 дворов")
    (('1.1.', 'Доля граждан'), ('2.2', 'Общая сумма'), ('3)', 'встречи'), ('', '100 дворов'))
    """
    said = plain(text)
    found = _NUMBERED.match(said)
    return (found["printed"], found["name"].strip()) if found else ("", said)


def unquoted(text: str) -> str:
    """A name without the quotes that stand around the whole of it, and without the full stop after them.

    >>> unquoted("«Порядок».") , unquoted("«А» и «Б»")
    ('Порядок', '«А» и «Б»')
    """
    said = text.strip()
    bare = said.rstrip(".;")
    if bare.startswith("«") and bare.endswith("»") and "»" not in bare[:-1]:
        return bare[1:-1]
    return said


def tidy(text: str) -> str:
    """A name as a heading has it: no full stop or semicolon after it, the first letter large.

    >>> tidy("обеспечение условий;")
    'Обеспечение условий'
    """
    said = plain(text).rstrip(" .;:,")
    return said[:1].upper() + said[1:]


@lru_cache(maxsize=20_000)
def same_name(text: str) -> str:
    """A key that is equal for names that differ only in signs and large letters.

    >>> same_name("Встречи, проведённые  «на дому»") == same_name("встречи проведенные на дому.")
    True
    """
    return " ".join(re.findall(r"[0-9a-zа-я]+", plain(text).casefold().replace("ё", "е")))
