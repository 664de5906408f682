"""The columns of the rows of a regulation, and the words of its choices."""

from collections.abc import Mapping

from tosportal.domain.errors import N_
from tosportal.domain.form_definition import (
    CELL_KINDS,
    GROUP_KINDS,
    NUMBER_KINDS,
    OPTION_KINDS,
    QUORUM_NAMES,
    ROW_KINDS,
    TICKED,
)
from tosportal.domain.form_definition import KINDS as FIELD_KINDS
from tosportal.domain.regulation import APPLICANTS, FILE_KINDS
from tosportal.web.rows import Column, Rows

METHODS = (
    ("weighted_mean", N_("Среднее по критериям, умноженное на вес")),
    ("mean_of_totals", N_("Среднее из сумм баллов экспертов")),
    ("sum_of_criterion_means", N_("Сумма средних по критериям")),
    ("sum_of_totals", N_("Сумма баллов всех экспертов")),
)
LAST_WORDS: Mapping[str, str] = {
    "cut": N_("Последнему по рейтингу — остаток фонда"),
    "skip": N_("Пропустить и искать дальше того, кому хватает"),
    "stop": N_("Остановиться, остаток не распределять"),
}
SHARED_WORDS: Mapping[str, str] = {
    "same_prize": N_("Каждому — премия этого места"),
    "split_sum": N_("Премии занятых мест сложить и разделить поровну"),
}
ROUNDINGS = (("1", N_("до целых")), ("0.1", N_("до десятых")), ("0.01", N_("до сотых")), ("0.001", N_("до тысячных")))
PREFILLS = (
    ("tos.name", N_("название ТОС")),
    ("tos.chair_name", N_("председатель ТОС")),
    ("tos.chair_phone", N_("телефон председателя")),
    ("tos.chair_email", N_("почта председателя")),
    ("tos.residents", N_("число жителей")),
    ("tos.legal_entity", N_("юридическое лицо или нет")),
    ("tos.inn", N_("ИНН")),
    ("tos.ogrn", N_("ОГРН")),
    ("application.nomination", N_("номинация заявки")),
)


EARLIER = N_("кто раньше отправил заявку")
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
)
DOCUMENT_COLUMNS = (
    CODE,
    Column("name", N_("Документ")),
    Column("required", N_("Обязателен"), "flag"),
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
CRITERION_COLUMNS = (
    CODE,
    Column("name", N_("Критерий")),
    Column("nomination", N_("Номинация"), "choice", N_("Не выбрано — для всех"), optional=True),
    Column("max", N_("Наибольший балл"), "decimal", default="10"),
    Column("step", N_("Шаг оценки"), "decimal", default="1"),
    Column("weight", N_("Вес"), "decimal", N_("Например 0,25. В сумме веса дают 1"), default="1"),
    Column(
        "kind",
        N_("Кто ставит балл"),
        "choice",
        choices=(("jury_mark", N_("Эксперт")), ("band", N_("Портал по шкале"))),
    ),
    Column(
        "value",
        N_("Что измеряет портал"),
        "choice",
        N_("Только для шкалы портала: доля собственного вклада или числовое поле формы"),
        optional=True,
    ),
    Column(
        "levels",
        N_("Уровни"),
        "rows",
        rows=Rows(
            N_("Уровень"),
            N_("Добавить уровень"),
            (
                Column("points", N_("Баллы"), "decimal"),
                Column("text", N_("За что"), optional=True),
                Column("from", N_("От какого значения"), "decimal", N_("Для шкалы портала"), optional=True),
            ),
            title="text",
        ),
    ),
)


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
        Column("kind", N_("Вид ответа"), "choice", choices=tuple(kinds.items())),
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
