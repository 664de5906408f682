"""The columns of the rows of a regulation, and the words of its choices."""

from collections.abc import Mapping

from tosportal.domain.awarding import COMMISSION, ORGANISER
from tosportal.domain.contest_states import MOMENT_NAMES, TIMELINE_CODES
from tosportal.domain.errors import N_
from tosportal.domain.form_definition import (
    AGREEMENTS,
    AGREEMENTS_OF,
    CELL_KINDS,
    GROUP_KINDS,
    MAY_BE_SEALED,
    NUMBER_KINDS,
    OPTION_KINDS,
    QUORUM_NAMES,
    ROW_KINDS,
    SEALED_KINDS,
    TICKED,
)
from tosportal.domain.form_definition import KINDS as FIELD_KINDS
from tosportal.domain.named_awards import AWARD_KINDS
from tosportal.domain.regulation import APPLICANTS, DAYS, FILE_KINDS, WORKDAYS
from tosportal.web.rows import Column, Rows

LAST_WORDS: Mapping[str, str] = {
    "cut": N_("Последнему по рейтингу — остаток фонда"),
    "skip": N_("Пропустить и искать дальше того, кому хватает"),
    "stop": N_("Остановиться, остаток не распределять"),
}
SUMS_BY_WORDS: Mapping[str, str] = {
    COMMISSION: N_("Комиссия: списком, после оценки"),
    ORGANISER: N_("Организатор: комиссия только рекомендует"),
}
OWN_WORDS: Mapping[str, str] = {
    "own": N_("свои деньги"),
    "attracted": N_("деньги партнёров"),
    "in_kind": N_("вещи и труд"),
}
SHARED_WORDS: Mapping[str, str] = {
    "same_prize": N_("Каждому — премия этого места"),
    "split_sum": N_("Премии занятых мест сложить и разделить поровну"),
}
PREFILLS = (
    ("tos.name", N_("название ТОС")),
    ("tos.chair_name", N_("председатель ТОС")),
    ("tos.chair_phone", N_("телефон председателя")),
    ("tos.chair_email", N_("почта председателя")),
    ("tos.settlement", N_("поселение")),
    ("tos.place", N_("населённый пункт")),
    ("tos.borders", N_("границы ТОС")),
    ("tos.border_decision", N_("решение о границах: кто, когда, №")),
    ("tos.charter", N_("регистрация устава: когда, №")),
    ("tos.residents", N_("число жителей")),
    ("tos.residents_16", N_("число жителей от 16 лет")),
    ("tos.legal_entity", N_("юридическое лицо или нет")),
    ("tos.inn", N_("ИНН")),
    ("tos.ogrn", N_("ОГРН")),
    ("tos.kpp", N_("КПП")),
    ("tos.legal_address", N_("юридический адрес")),
    ("application.nomination", N_("номинация заявки")),
)


CODE = Column("code", N_("Код"), "hidden")


NOMINATION_COLUMNS = (
    CODE,
    Column("name", N_("Название номинации")),
    Column("applicant", N_("Кто участвует"), "choice", choices=tuple(APPLICANTS.items())),
    Column(
        "prizes",
        N_("Премии"),
        "rows",
        N_("Только для конкурса с премиями"),
        rows=Rows(
            N_("Премия"),
            N_("Добавить премию"),
            (Column("place", N_("Место"), "whole"), Column("sum", N_("Премия, ₽"), "money")),
            title="",
        ),
    ),
    Column(
        "awards",
        N_("Награды, кроме денег"),
        "rows",
        N_("Дипломы, благодарности, звания, подарки: по местам или всем участникам"),
        rows=Rows(
            N_("Награда"),
            N_("Добавить награду"),
            (
                Column("kind", N_("Что это"), "choice", choices=tuple(AWARD_KINDS.items())),
                Column("name", N_("Как называется"), "text", N_("Например «Диплом I степени» или «Лучший ТОС»")),
                Column("first", N_("За место, или с какого места"), "whole", N_("Пусто — всем"), optional=True),
                Column("last", N_("По какое место"), "whole", N_("Пусто — за одно место"), optional=True),
            ),
        ),
    ),
)
UNIT_WORDS: Mapping[str, str] = {WORKDAYS: N_("рабочих дней"), DAYS: N_("календарных дней")}
_FOLLOWS = "after", frozenset(TIMELINE_CODES)
TIMELINE_COLUMNS = (
    CODE,
    Column("at", N_("Когда"), "moment", optional=True),
    Column("name", N_("Как называется"), optional=True),
    Column(
        "after",
        N_("Отсчитывать от"),
        "choice",
        N_("Не выбрано — день назначен сам по себе"),
        tuple((code, MOMENT_NAMES[code]) for code in TIMELINE_CODES[:-1]),
        optional=True,
        fit=N_("Показать, как считать дни"),
    ),
    Column("count", N_("Через сколько дней"), "whole", N_("День самого события не считается"), default="0",
           when=_FOLLOWS),
    Column("unit", N_("Каких дней"), "choice", choices=tuple(UNIT_WORDS.items()), when=_FOLLOWS),
    Column("hour", N_("В котором часу"), "text", N_("Например 18:00. Пусто — до конца дня"), optional=True,
           when=_FOLLOWS),
    Column(
        "fixed",
        N_("Почему день назначен вручную"),
        hint=N_("С причиной остаётся день, который вы поставили, без причины портал считает его сам"),
        optional=True,
        when=_FOLLOWS,
    ),
)  # fmt: skip
DOCUMENT_COLUMNS = (
    CODE,
    Column("name", N_("Документ")),
    Column("required", N_("Обязателен"), "flag"),
    Column("required_if", N_("Обязателен, если"), "choice", N_("По ответу на вопрос формы"), optional=True),
    Column("nominations", N_("Для номинаций"), "many", N_("Ни одной отметки — для всех")),
    Column("groups", N_("Для групп"), "many", N_("Ни одной отметки — для всех")),
    Column(
        "accept",
        N_("Какие файлы"),
        "many",
        choices=tuple((kind, kind.upper()) for kind in FILE_KINDS),
        default="pdf jpeg png",
    ),
    Column("max_files", N_("Сколько файлов, не больше"), "whole", default="1"),
    Column("max_mb", N_("Размер файла в МБ, не больше"), "whole", default="20"),
    Column("clause", N_("Пункт положения"), optional=True),
    Column("public", N_("Показывать вместе с результатами"), "flag"),
)
LIMIT_PART_COLUMNS = (
    CODE,
    Column("nomination", N_("Для номинации"), "choice", N_("Не выбрано — для любой"), optional=True),
    Column("group", N_("Для группы"), "choice", N_("Не выбрано — для любой"), optional=True),
    Column("fund", N_("Фонд, ₽"), "money", N_("Внутри фонда конкурса. Пусто — своего фонда нет"), optional=True),
    Column("grant_max", N_("Наибольший грант, ₽"), "money", optional=True),
    Column("own_percent_min", N_("Собственный вклад, % не меньше"), "decimal", optional=True),
)
BANK_LATER = N_("Счёт и БИК спрашивают при соглашении с победителем. В заявке они нужны редко и лежат зашифрованными")
NOT_FILES = frozenset(FIELD_KINDS) - {"files"}
LINES = frozenset({"text", "long_text", "person", "address", "url", "list"})
PREFILLED = frozenset(
    {"text", "long_text", "integer", "yes_no", "choice", "phone", "email", "inn", "inn10", "ogrn", "ogrn13", "kpp",
     "person", "address", "url"}
)  # fmt: skip
WITH_EXAMPLE = NOT_FILES - TICKED - OPTION_KINDS - GROUP_KINDS - {"yes_no"}


def _of(*kinds: str) -> tuple[str, frozenset[str]]:
    return "kind", frozenset(kinds)


def _field_columns(kinds: Mapping[str, str], *, cell: bool) -> tuple[Column, ...]:
    """The properties of a question, each for the kinds where it means something."""
    own = (
        Column("label", N_("Вопрос")),
        Column("kind", N_("Вид ответа"), "choice", "" if cell else BANK_LATER, choices=tuple(kinds.items())),
        Column("required", N_("Обязателен"), "flag", when=_of(*NOT_FILES)),
        Column("help", N_("Подсказка"), optional=True),
        Column("example", N_("Пример ответа"), optional=True, when=_of(*WITH_EXAMPLE)),
        Column("max_chars", N_("Знаков, не больше"), "whole", optional=True, when=_of(*LINES)),
        Column("min", N_("Число не меньше"), "decimal", optional=True, when=_of(*NUMBER_KINDS)),
        Column("max", N_("Число не больше"), "decimal", optional=True, when=_of(*NUMBER_KINDS)),
        Column("options", N_("Варианты"), "options", N_("Каждый с новой строки"), when=_of(*OPTION_KINDS)),
        Column(
            "not_before", N_("Не раньше дня в вопросе"), "choice", optional=True, when=_of("date"),
        ),
    )  # fmt: skip
    code = Column(
        "code",
        N_("Код поля"),
        "code",
        N_("Латинскими буквами; пусто — портал даст сам. По коду ответ находят критерии"),
        on_demand=True,
    )
    flags = (
        Column("personal", N_("Персональные данные"), "flag", when=_of(*NOT_FILES)),
        Column("hidden_from_jury", N_("Не показывать экспертам"), "flag", when=_of(*NOT_FILES)),
    )
    if cell:
        return *own, Column("total", N_("Внизу показать сумму"), "flag", when=_of(*NUMBER_KINDS)), *flags, code
    return (
        *own,
        Column("min_chars", N_("Знаков, не меньше"), "whole", optional=True, when=_of("text", "long_text", "address")),
        Column(
            "text", N_("Текст согласия"), "long", N_("Отдельный документ целиком: кто, что, зачем и на какой срок"),
            when=_of("consent"),
        ),
        Column(
            "quorum", N_("Сколько жителей нужно для кворума"), "choice", choices=tuple(QUORUM_NAMES.items()),
            when=_of("meeting"),
        ),
        Column("slot", N_("Какой документ прикладывают"), "choice", when=_of("files")),
        Column("visible_if", N_("Задавать, только если"), "choice", N_("Не выбрано — всем"), optional=True),
        Column(
            "required_if", N_("Обязателен, если"), "choice", optional=True, when=_of(*NOT_FILES),
        ),
        Column("prefill", N_("Подставлять из реестра"), "choice", choices=PREFILLS, optional=True,
               when=_of(*PREFILLED)),
        Column(
            "agrees", N_("Сверять с"), "choice",
            N_("Портал сравнит, пока человек пишет и при отправке: сумму со сметой, дни с планом и сроками проектов, "
               "число людей с реестром"),
            tuple(AGREEMENTS.items()), optional=True, when=_of(*AGREEMENTS_OF),
        ),
        Column("min_rows", N_("Строк или отметок, не меньше"), "whole", optional=True, when=_of(*ROW_KINDS, "many")),
        Column("max_rows", N_("Строк или отметок, не больше"), "whole", optional=True, when=_of(*ROW_KINDS, "many")),
        Column(
            "columns",
            N_("Столбцы таблицы"),
            "rows",
            rows=Rows(
                N_("Столбец"),
                N_("Добавить столбец"),
                _field_columns({kind: FIELD_KINDS[kind] for kind in FIELD_KINDS if kind in CELL_KINDS}, cell=True),
                code="c",
                title="label",
                code_from="label",
                copies=True,
            ),
            when=_of("table"),
        ),
        *flags,
        Column(
            "sealed", N_("Паспортные или банковские данные"), "flag",
            N_("Храним зашифрованными, эксперты не видят, просмотры записаны. Обычно их спрашивают при соглашении"),
            when=_of(*(MAY_BE_SEALED - SEALED_KINDS)),
        ),
        Column("public", N_("Можно публиковать"), "flag", when=_of(*NOT_FILES)),
        code,
    )  # fmt: skip


FIELDS = Rows(
    N_("Поле"),
    N_("Добавить поле"),
    _field_columns(FIELD_KINDS, cell=False),
    code="f",
    title="label",
    code_from="label",
    copies=True,
)
