"""Findings and the one table of their codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tosportal.domain.consistency.places import Atlas
from tosportal.domain.errors import N_, Remark


class Severity(StrEnum):
    """How bad: high changes a number or the meaning, medium hinders counting, low is wording and layout, a hint
    contradicts nothing."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    HINT = "hint"


@dataclass(frozen=True)
class Finding:
    """Where a programme contradicts itself.

    `place` is for people: the address of the cell and what its row and column say. `expected` and `found` are values as
    data hold them («721486.76») or words. `paths` are the cells of the document that it is about, the most likely wrong
    one first.
    """

    code: str
    severity: Severity
    place: str
    expected: str
    found: str
    message: Remark
    paths: tuple[str, ...] = ()


H, M, L, HINT = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.HINT

# Every code, how bad it is, and what it says. The codes are part of the answer of `flask programme check`.
CODES: Mapping[str, tuple[Severity, str]] = {
    # sums
    "sources_differ": (H, N_("Источники вместе дают %(computed)s, а написано %(stated)s")),
    "years_differ": (H, N_("Годы вместе дают %(computed)s, а в графе «итого» написано %(stated)s")),
    "price_differs": (H, N_("Количество × стоимость единицы = %(computed)s, а сумма затрат %(stated)s")),
    "task_total_differs": (H, N_("Мероприятия задачи вместе дают %(computed)s, а итог задачи %(stated)s")),
    "programme_total_differs": (H, N_("Задачи вместе дают %(computed)s, а итог программы %(stated)s")),
    "statements_differ": (H, N_("Одна и та же сумма в двух местах разная: %(computed)s и %(stated)s")),
    "rounding_drift": (M, N_("Слагаемые дают %(computed)s, а написано %(stated)s: разница в пределах округления")),
    "printed_differs": (H, N_("Напечатано «%(printed)s», а число читается как %(value)s")),
    "unit_cost_added_up": (
        M,
        N_("«Стоимость единицы» за все годы %(stated)s — сумма цен: умноженная на количество, она даёт %(computed)s"),
    ),
    "unit_cost_total_differs": (
        H,
        N_("«Стоимость единицы» за все годы %(stated)s не равна ни сумме цен, ни затратам на единицу"),
    ),
    "percents_added_up": (M, N_("Проценты за годы сложены как штуки: %(parts)s = %(stated)s")),
    "units_mixed": (H, N_("В одной таблице смешаны единицы. В рублях: %(roubles)s. В тысячах и больше: %(thousands)s")),
    "paired_lines": (
        HINT,
        N_("Две строки каждый год вместе дают ровно %(total)s (%(parts)s): меняя одну, измените и другую"),
    ),
    "pair_broken": (
        M,
        N_(
            "Две строки вместе давали ровно %(total)s, а теперь %(made)s. Вторая строка: %(other)s; чтобы сумма"
            " осталась, в ней нужно %(needed)s"
        ),
    ),
    "share_differs": (
        HINT,
        N_("Доля источника — ровно %(share)s %% в %(years)s, а в %(others)s она немного другая"),
    ),
    # indicators
    "weight_is_sum": (H, N_("В графе веса %(stated)s — это сумма целей по годам (%(parts)s), а не вес")),
    "weight_is_mean": (H, N_("В графе веса %(stated)s — это среднее целей по годам (%(parts)s), а не вес")),
    "weight_is_unclear": (
        H,
        N_("В графе веса %(stated)s — не вес, не сумма целей (%(sum)s) и не среднее: смысл из документа не виден"),
    ),
    "weights_do_not_add_up": (H, N_("Веса вместе дают %(computed)s, а должны давать 1 или 100")),
    "prose_differs": (H, N_("В таблице цель %(computed)s, а в тексте ожидаемых результатов %(stated)s")),
    "prose_precision": (L, N_("Одно число напечатано по-разному: %(pairs)s")),
    "zero_plan": (M, N_("План 0: отношение факта к плану посчитать нельзя, нужно правило для нуля")),
    "zero_or_blank": (L, N_("В %(years)s стоит 0, а дальше %(next)s: неясно, ноль это или нет данных")),
    "target_blank": (L, N_("Прочерк вместо цели: %(years)s")),
    "years_without_targets": (M, N_("Программа действует с %(first)s года, а целей за %(years)s нет")),
    "trend_differs": (M, N_("Цели меняются не в ту сторону: %(parts)s при направлении «%(direction)s»")),
    "share_impossible": (
        L,
        N_("%(value)s %% — не доля целого числа из %(whole)s, а знаменатель у показателей общий"),
    ),
    "share_cut": (HINT, N_("Доли получаются из %(whole)s, только если отбрасывать знаки, а не округлять: %(parts)s")),
    "indicator_lists_differ": (M, N_("В паспорте показателей %(computed)s, а в таблице %(stated)s")),
    "targets_against_activity": (
        H,
        N_("По показателю %(indicator)s, по мероприятию %(activity)s (%(years)s)"),
    ),
    "indicator_without_task": (
        M,
        N_("Таблица не говорит, к какой задаче относится показатель: выберите задачу, без неё программу не записать"),
    ),
    "indicator_in_other_task": (
        H,
        N_("Показатель стоит в задаче %(task)s, а мероприятие, которое его даёт, в задаче %(other)s"),
    ),
    "topic_in_other_task": (
        M,
        N_("Показатель стоит в задаче %(task)s, а мероприятия о том же («%(phrase)s») — в задаче %(other)s"),
    ),
    "money_against_activities": (
        H,
        N_("По показателю %(indicator)s, а деньги мероприятий задачи дают %(activity)s (%(years)s)"),
    ),
    "money_counts_all": (
        L,
        N_("«Полученная поддержка» равна всем затратам задачи и включает то, что никто не получает: %(others)s"),
    ),
    "activity_without_indicator": (L, N_("У мероприятия нет своего показателя")),
    "yearly_but_zero": (L, N_("Результат обещан ежегодно, а количество 0: %(years)s")),
    # methods
    "methodology_missing": (H, N_("Методики расчёта этого показателя нет, у остальных она есть")),
    "no_methodology": (M, N_("Методики расчёта показателей в документе нет")),
    "symbol_is_result": (H, N_("%(symbol)s — и сам показатель, и переменная: формула ссылается на себя")),
    "symbol_not_in_formula": (M, N_("Переменной «%(symbol)s» нет в формуле «%(formula)s»")),
    "symbol_reused": (M, N_("%(symbol)s значит разное: «%(first)s» и «%(second)s»")),
    "denominators_differ": (M, N_("Знаменатель «на 100 тыс. населения» разный: «%(first)s» и «%(second)s»")),
    "method_units_missing": (L, N_("В методике нет единиц измерения: %(symbols)s")),
    "multiplication_signs": (M, N_("Знак умножения напечатан разными знаками: %(signs)s")),
    "variable_period": (L, N_("Переменная «%(symbol)s» сразу и за текущий год, и на 1 января")),
    "method_source_differs": (L, N_("Источники данных расходятся: «%(first)s» и «%(second)s»")),
    "share_of_other_things": (L, N_("Назван долей, но числитель и знаменатель — разное: «%(first)s» и «%(second)s»")),
    # acts, names, words
    "act_blank": (H, N_("Нет даты и номера акта, а в других местах они есть: %(computed)s")),
    "act_missing": (M, N_("Реквизитов акта об утверждении в документе нет")),
    "acts_differ": (H, N_("Реквизиты одного акта разные: %(first)s и %(second)s")),
    "acts_alike": (
        HINT,
        N_("Номера двух актов отличаются одной цифрой: %(first)s и %(second)s. Проверьте, что это два акта"),
    ),
    "names_differ": (L, N_("Одно и то же названо по-разному: «%(first)s» и «%(second)s»")),
    "result_verbs_differ": (M, N_("Ожидаемый результат — то «%(first)s», то «%(second)s»")),
    "row_printed_twice": (M, N_("Строка напечатана дважды: «%(row)s»")),
    "executor_not_in_passport": (M, N_("Исполнитель мероприятия не назван в паспорте: %(names)s")),
    "executor_without_activity": (M, N_("Исполнитель из паспорта не стоит ни у одного мероприятия: %(names)s")),
    "source_named_differently": (L, N_("Один источник денег назван по-разному: %(names)s")),
    "source_not_in_passport": (L, N_("Источник денег есть в приложениях, но не в паспорте: %(names)s")),
    "numbering_differs": (L, N_("Показатели пронумерованы по-разному: %(first)s и %(second)s")),
    "unit_spelled_differently": (L, N_("Одна единица напечатана по-разному: %(names)s")),
    "unit_printed_twice": (L, N_("Единица напечатана дважды: «%(printed)s»")),
    "money_spacing": (L, N_("Пробелы и тире у чисел вразнобой: %(examples)s")),
    "dashes_differ": (L, N_("В одном обозначении лет разные тире: %(names)s")),
    "quotes_unbalanced": (L, N_("Кавычки не сходятся: открыто %(opening)s, закрыто %(closing)s — %(words)s")),
    "column_empty": (L, N_("Графа «Примечание» пуста во всех строках")),
    "appendix_not_mentioned": (L, N_("Приложение %(number)s в тексте не упомянуто")),
    "head_is_office": (
        L,
        N_("Руководитель программы — не должностное лицо, а тот же орган, что и разработчик: %(name)s"),
    ),
    "passport_row_missing": (M, N_("В паспорте нет строки «%(row)s»")),
    "stages_broken": (M, N_("Этапы не покрывают срок программы: ждали %(computed)s, написано %(stated)s")),
    "funding_missing": (M, N_("Сумм на %(years)s нет")),
    "funding_total_missing": (M, N_("Общего объёма финансирования за все годы нет")),
    "activities_missing": (M, N_("Перечня мероприятий в документе нет")),
    "abbreviation_differs": (L, N_("Одна организация под двумя сокращениями: «%(first)s» и «%(second)s»")),
    "act_sign": (L, N_("Вместо знака № стоит буква или нет пробела: «%(words)s»")),
    "act_expires": (L, N_("Акт действует до %(year)s года, а программа — до %(end)s")),
}


class Book:
    """Collects findings of one document; what two equalities say of one place in the same words is told once."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self._found: list[Finding] = []
        self._told: set[tuple[str, ...]] = set()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def add(self, code: str, *paths: str, at: int = 1, expected: str = "", found: str = "", **values: object) -> None:
        """A finding of a known code; the first `at` paths make its place."""
        severity, template = CODES[code]
        place = self.atlas.of(*paths[:at])
        message = Remark(template, values, paths[0])
        told = (code, place, expected, found, str(message))
        if told in self._told:
            return
        self._told.add(told)
        self._found.append(Finding(code, severity, place, expected, found, message, paths))
