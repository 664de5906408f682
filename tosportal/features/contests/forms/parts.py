"""The parts of a regulation, each a page of the editor: which columns it has and where its JSON lies."""

from collections.abc import Callable
from dataclasses import dataclass

from tosportal.domain.awarding import LAST, SHARED
from tosportal.domain.errors import N_
from tosportal.domain.regulation import CHECKS, EXTENSIONS, KINDS, WITH_VALUE
from tosportal.domain.sitting import QUORUMS as SITTING_QUORUMS
from tosportal.features.contests.forms.columns import (
    CODE,
    DOCUMENT_COLUMNS,
    LAST_WORDS,
    LIMIT_PART_COLUMNS,
    NOMINATION_COLUMNS,
    OWN_WORDS,
    SHARED_WORDS,
    SUMS_BY_WORDS,
    TIMELINE_COLUMNS,
)
from tosportal.features.contests.forms.criteria import LIST as CRITERIA
from tosportal.features.contests.forms.scoring import SCORING_COLUMNS
from tosportal.features.contests.forms.signing import SIGNING_COLUMNS, put_signing, take_signing
from tosportal.features.contests.forms.stored import (
    JSON,
    put_basics,
    put_groups,
    put_scoring,
    put_sections,
    put_timeline,
    rows_of,
    take_basics,
    take_groups,
    take_scoring,
    take_sections,
    take_timeline,
    values_of,
)
from tosportal.web.rows import Column, Rows


@dataclass(frozen=True)
class Part:
    """A page of the editor. `take` reads its values out of a definition, `put` gives a definition with new ones."""

    code: str
    title: str
    hint: str
    columns: tuple[Column, ...]
    take: Callable[[JSON], JSON]
    put: Callable[[JSON, JSON], JSON]
    places: str  # a pattern of the places in a regulation that this part answers for; its group «cut» is cut off


def _rows_part(code: str, title: str, hint: str, rows: Rows) -> Part:
    take, put = rows_of(code)
    return Part(code, title, hint, (Column(code, title, "rows", rows=rows),), take, put, rf"{code}")


_TEXT_AND_CLAUSE = (Column("clause", N_("Пункт положения"), optional=True),)
_limits = values_of("limits")
PARTS: tuple[Part, ...] = (
    Part(
        "basics",
        N_("Название и вид"),
        "",
        (
            Column("kind", N_("Вид конкурса"), "choice", choices=tuple(KINDS.items())),
            Column("name", N_("Название конкурса")),
            Column(
                "summary",
                N_("Коротко о конкурсе"),
                "long",
                N_("Одно-два предложения для первой страницы"),
                optional=True,
            ),
        ),
        take_basics,
        put_basics,
        r"(?:kind|name|summary)",
    ),
    _rows_part(
        "nominations",
        N_("Номинации"),
        N_("В конкурсе премий у каждой номинации премии за места подряд"),
        Rows(N_("Номинация"), N_("Добавить номинацию"), NOMINATION_COLUMNS, code="n"),
    ),
    Part(
        "groups",
        N_("Группы участников"),
        N_(
            "По числу жителей, по сроку работы, по виду ТОС: у группы могут быть свои места, а у критериев — своя шкала"
        ),
        (
            Column("groups", N_("По чему делят на группы"), "choice", N_("Не выбрано — групп нет"), optional=True),
            Column(
                "bands",
                N_("Группы"),
                "rows",
                N_("От меньшего к большему; первая начинается с нуля. Да и нет считаются за 1 и 0"),
                rows=Rows(
                    N_("Группа"),
                    N_("Добавить группу"),
                    (
                        CODE,
                        Column("name", N_("Название группы")),
                        Column("from", N_("От какого значения (включительно)"), "decimal", default="0"),
                    ),
                    code="g",
                ),
            ),
            Column("ranked", N_("Места и премии — отдельно в каждой группе"), "flag"),
        ),
        take_groups,
        put_groups,
        r"(?P<cut>scoring\.groups\.)|(?P<whole>scoring\.)groups",
    ),
    Part(
        "timeline",
        N_("Сроки"),
        N_(
            "Время местное, до секунды. Момент «до» уже не входит в срок: весь день 13 марта — до 14 марта, 00:00:00. "
            "Пустой день — такого момента в конкурсе нет. Срок может идти за другим: «5 рабочих дней после окончания "
            "приёма»; такие дни портал считает сам по производственному календарю"
        ),
        (
            Column(
                "timeline",
                N_("Сроки"),
                "rows",
                rows=Rows(
                    N_("Момент"),
                    "",
                    TIMELINE_COLUMNS,
                    fixed=True,
                ),
            ),
            Column(
                "intake-extension",
                N_("Продлить приём заявок можно"),
                "choice",
                N_("Правовым актом, с письмом всем, у кого есть черновик или заявка"),
                tuple(EXTENSIONS.items()),
            ),
            Column(
                "intake-days_min",
                N_("Дней от объявления до окончания приёма, не меньше"),
                "whole",
                N_("Календарных. Пусто — не проверять"),
                optional=True,
            ),
        ),
        take_timeline,
        put_timeline,
        r"timeline|intake",
    ),
    _rows_part(
        "eligibility",
        N_("Кто может участвовать"),
        N_("Что портал проверит сам, а что — секретарь"),
        Rows(
            N_("Условие"),
            N_("Добавить условие"),
            (
                CODE,
                Column("text", N_("Условие"), "long"),
                *_TEXT_AND_CLAUSE,
                Column(
                    "check",
                    N_("Проверяет портал"),
                    "choice",
                    N_("Не выбрано — проверяет секретарь"),
                    tuple(CHECKS.items()),
                    optional=True,
                    fit=N_("Показать, сколько"),
                ),
                Column(
                    "value", N_("Сколько лет, жителей, номинаций или заявок"), "decimal", when=("check", WITH_VALUE)
                ),
                Column("nominations", N_("Для номинаций"), "many", N_("Ни одной отметки — для всех")),
            ),
            code="rule-",
            title="text",
        ),
    ),
    Part(
        "limits",
        N_("Суммы и пределы"),
        N_("Пустое поле — предела нет"),
        (
            Column("limits-grant_max", N_("Наибольший грант, ₽"), "money", optional=True),
            Column("limits-grant_min", N_("Наименьший грант, ₽"), "money", optional=True),
            Column("limits-grant_percent_max", N_("Грант от стоимости проекта, % не больше"), "decimal", optional=True),
            Column("limits-own_percent_min", N_("Собственный вклад, % не меньше"), "decimal", optional=True),
            Column(
                "limits-own_includes",
                N_("Что считается собственным вкладом"),
                "many",
                choices=tuple(OWN_WORDS.items()),
            ),
            Column("limits-applications_per_tos", N_("Заявок от одного ТОС, не больше"), "whole", optional=True),
            Column("limits-grants_per_tos", N_("Грантов одному ТОС, не больше"), "whole", optional=True),
            Column("limits-project_months_max", N_("Месяцев на проект, не больше"), "whole", optional=True),
            Column("limits-expected_winners", N_("Сколько победителей ожидается"), "whole", optional=True),
            Column(
                "limits-application_mb",
                N_("Все файлы одной заявки, МБ не больше"),
                "whole",
                hint=N_("Пустое поле: 100 МБ"),
                optional=True,
            ),
            Column(
                "limits-parts",
                N_("Отдельно для номинаций и групп"),
                "rows",
                N_("Из общего предела и отдельного считается тот, что строже"),
                rows=Rows(N_("Предел"), N_("Добавить предел"), LIMIT_PART_COLUMNS, code="p", title=""),
            ),
        ),
        *_limits,
        r"limits",
    ),
    _rows_part(
        "documents",
        N_("Документы"),
        N_("Файлы, которые прикладывают к заявке"),
        Rows(N_("Документ"), N_("Добавить документ"), DOCUMENT_COLUMNS, code="d"),
    ),
    Part(
        "form",
        N_("Разделы формы"),
        N_("Вопросы каждого раздела — на своей странице, ссылки внизу"),
        (
            Column(
                "sections",
                N_("Разделы"),
                "rows",
                rows=Rows(
                    N_("Раздел"),
                    N_("Добавить раздел"),
                    (
                        CODE,
                        Column("copy_of", "", "hidden"),
                        Column("title", N_("Название раздела")),
                        Column("nominations", N_("Для номинаций"), "many", N_("Ни одной отметки — для всех")),
                    ),
                    code="s",
                    title="title",
                    code_from="title",
                    copies=True,
                ),
            ),
        ),
        take_sections,
        put_sections,
        r"(?P<cut>form\.)|form",
    ),
    Part(
        "submission",
        N_("Подписание и отправка"),
        "",
        SIGNING_COLUMNS,
        take_signing,
        put_signing,
        r"submission",
    ),
    _rows_part(
        "criteria",
        N_("Критерии"),
        N_("Уровни, шкалы и источники каждого критерия — на его собственной странице, ссылки внизу"),
        CRITERIA,
    ),
    Part(
        "scoring",
        N_("Подсчёт и распределение"),
        N_("Как баллы становятся итогом, а итог — деньгами"),
        (
            *SCORING_COLUMNS,
            Column(
                "awarding-last",
                N_("Если на следующего не хватает денег"),
                "choice",
                N_("Для грантов"),
                tuple((one, LAST_WORDS[one]) for one in LAST),
                optional=True,
            ),
            Column(
                "awarding-partial_min",
                N_("Наименьшая часть гранта, ₽"),
                "money",
                N_("Меньше этого остаток никому не отдают"),
                optional=True,
            ),
            Column(
                "awarding-shared",
                N_("Если место разделили"),
                "choice",
                N_("Для премий"),
                tuple((one, SHARED_WORDS[one]) for one in SHARED),
                optional=True,
            ),
            Column(
                "awarding-sums_by",
                N_("Кто называет суммы"),
                "choice",
                N_("Не выбрано — суммы даёт правило; иначе оно только рекомендует"),
                tuple(SUMS_BY_WORDS.items()),
                optional=True,
            ),
        ),
        take_scoring,
        put_scoring,
        r"scoring|awarding",
    ),
    Part(
        "commission",
        N_("Комиссия"),
        N_("Портал проверит это, когда секретарь запишет заседание. Состав приглашают на странице «Жюри»"),
        (
            Column("commission-quorum", N_("Кворум"), "choice", choices=tuple(SITTING_QUORUMS.items())),
            Column("commission-members_min", N_("Членов комиссии, не меньше"), "whole", optional=True),
            Column("commission-votes_min", N_("Голосов «за» для решения, не меньше"), "whole", optional=True),
            Column(
                "commission-casting_vote", N_("При равенстве голосов решает голос того, кто ведёт заседание"), "flag"
            ),
        ),
        *values_of("commission"),
        r"commission",
    ),
    _rows_part(
        "admission",
        N_("Проверка заявок"),
        N_("Что секретарь отмечает у каждой заявки"),
        Rows(
            N_("Что проверить"),
            N_("Добавить строку"),
            (CODE, Column("text", N_("Что проверить"), "long"), *_TEXT_AND_CLAUSE),
            code="check-",
            title="text",
        ),
    ),
    Part(
        "questions",
        N_("Вопросы участников"),
        N_("Сколько вопросов можно задать и к какому дню на них отвечают. Пустое поле — как принято"),
        (
            Column(
                "questions-per_person", N_("Вопросов от одного человека"), "whole", N_("Пустое поле: 5"), optional=True
            ),
            Column("questions-per_day", N_("Из них за один день"), "whole", N_("Пустое поле: 3"), optional=True),
            Column(
                "questions-until_workdays",
                N_("Последний день вопросов: за сколько рабочих дней до конца приёма"),
                "whole",
                N_("Пустое поле: за 3 рабочих дня"),
                optional=True,
            ),
            Column(
                "questions-answer_workdays",
                N_("Ответ — за сколько рабочих дней"),
                "whole",
                N_("Пустое поле: за 2 рабочих дня"),
                optional=True,
            ),
            Column(
                "questions-answer_before_workdays",
                N_("И не позже чем за сколько рабочих дней до конца приёма"),
                "whole",
                N_("Пустое поле: за 1 рабочий день"),
                optional=True,
            ),
        ),
        *values_of("questions"),
        r"questions",
    ),
)
