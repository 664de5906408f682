"""How marks become a total: every parameter of every method, each shown for the methods that have it."""

from typing import Any

from tosportal.domain.errors import N_
from tosportal.domain.scoring import (
    EXPERT_MIN_NAMES,
    METHOD_NAMES,
    METHODS_BY_CRITERION,
    NORMALISED,
    TIE_DECISION_NAMES,
    WEIGHTED_SHARE,
)
from tosportal.web.rows import Column, Rows

ROUNDINGS = (("1", N_("до целых")), ("0.1", N_("до десятых")), ("0.01", N_("до сотых")), ("0.001", N_("до тысячных")))
EARLIER = N_("кто раньше отправил заявку")


def _of(*methods: str) -> tuple[str, frozenset[str]]:
    return "scoring-method", frozenset(methods)


SCORING_COLUMNS = (
    Column("scoring-method", N_("Как считается итог"), "choice", choices=tuple(METHOD_NAMES.items())),
    Column(
        "scoring-scale",
        N_("Наибольший итог"),
        "decimal",
        N_("Пусто: 100 для долей, число критериев для итога от лучшей заявки"),
        optional=True,
        when=_of(WEIGHTED_SHARE, NORMALISED),
    ),
    Column(
        "scoring-against",
        N_("На что делится"),
        "choice",
        choices=(("best", N_("на лучшую заявку списка")), ("possible", N_("на наибольшее возможное"))),
        when=_of(NORMALISED),
    ),
    Column("scoring-rounding", N_("Итог округляется"), "choice", choices=ROUNDINGS),
    Column(
        "scoring-criterion_rounding",
        N_("Среднее по критерию округляется"),
        "choice",
        N_("Не выбрано — не округляется"),
        ROUNDINGS,
        optional=True,
        when=_of(*METHODS_BY_CRITERION),
    ),
    Column("scoring-pass_total", N_("Проходной балл"), "decimal", N_("Пусто — нет"), optional=True),
    Column(
        "scoring-pass_by_sum",
        N_("Другой проходной балл для больших сумм"),
        "rows",
        N_("По возрастанию; для остальных — проходной балл выше"),
        rows=Rows(
            N_("Проходной балл для суммы"),
            N_("Добавить проходной балл для суммы"),
            (
                Column("above", N_("Запрошено больше, ₽"), "money", N_("Сама сумма не входит")),
                Column("total", N_("Проходной балл"), "decimal"),
            ),
            title="",
            unfolded=True,
        ),
    ),
    Column(
        "scoring-expert_min",
        N_("Наименьший итог одного эксперта"),
        "decimal",
        N_("Заявка с меньшим не проходит, каким бы ни был общий итог. Пусто — нет"),
        optional=True,
    ),
    Column(
        "scoring-expert_min_who",
        N_("Кто должен поставить меньше, чтобы заявка не прошла"),
        "choice",
        choices=tuple(EXPERT_MIN_NAMES.items()),
    ),
    Column("scoring-sheets_min", N_("Сколько оценочных листов нужно заявке"), "whole"),
    Column(
        "scoring-ties",
        N_("При равенстве решает"),
        "rows",
        N_("По порядку: если первое не решило — второе и так далее"),
        rows=Rows(
            N_("Правило"),
            N_("Добавить правило"),
            (Column("code", N_("Кто выше"), "choice"),),
            title="",
            unfolded=True,
        ),
    ),
    Column(
        "scoring-tie_decision",
        N_("Если правила не решили"),
        "choice",
        N_("Не выбрано — открытое голосование"),
        tuple(TIE_DECISION_NAMES.items()),
        optional=True,
    ),
)
ONLY_OF_METHOD = {
    column.name.partition("-")[2]: column.when[1] for column in SCORING_COLUMNS if column.when is not None
}


def of_method(scoring: dict[str, Any], method: str) -> dict[str, Any]:
    """A stored scoring rule without what a newly chosen method does not have; of the same method as it is."""
    if scoring.get("method") == method:
        return scoring
    return {name: value for name, value in scoring.items() if method in ONLY_OF_METHOD.get(name, {method})}
