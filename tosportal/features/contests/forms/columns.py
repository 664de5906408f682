"""The columns of the rows of a regulation, and the words of its choices."""

from collections.abc import Mapping

from tosportal.domain.errors import N_
from tosportal.domain.form_definition import CELL_KINDS
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


def _field_columns(kinds: Mapping[str, str], *, cell: bool) -> tuple[Column, ...]:
    own = (
        Column("code", N_("Код поля"), "code", N_("Латинскими буквами; пусто — портал даст сам")),
        Column("label", N_("Вопрос")),
        Column("kind", N_("Вид ответа"), "choice", choices=tuple(kinds.items())),
        Column("required", N_("Обязателен"), "flag"),
        Column("help", N_("Подсказка"), optional=True),
        Column("max_chars", N_("Знаков, не больше"), "whole", optional=True),
        Column("min", N_("Число не меньше"), "decimal", optional=True),
        Column("max", N_("Число не больше"), "decimal", optional=True),
        Column("options", N_("Варианты"), "options", N_("Каждый с новой строки"), optional=True),
        Column("not_before", N_("Не раньше дня в поле"), "code", optional=True, hint=N_("Код другого поля с датой")),
    )
    if cell:
        return own
    return (
        *own,
        Column("min_chars", N_("Знаков, не меньше"), "whole", optional=True),
        Column(
            "visible_if", N_("Показывать, если"), optional=True, hint=N_("Код поля «да или нет»; «not код» — наоборот")
        ),
        Column("prefill", N_("Подставлять из реестра"), "choice", choices=PREFILLS, optional=True),
        Column("personal", N_("Персональные данные"), "flag"),
        Column("public", N_("Можно публиковать"), "flag"),
        Column("min_rows", N_("Строк, не меньше"), "whole", optional=True),
        Column("max_rows", N_("Строк, не больше"), "whole", optional=True),
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
            ),
        ),
    )


FIELDS = Rows(N_("Поле"), N_("Добавить поле"), _field_columns(FIELD_KINDS, cell=False), code="f", title="label")
