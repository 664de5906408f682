"""The scoring rule in words for everybody: the method, what is rounded, who falls out, what decides ties."""

from collections.abc import Mapping

from tosportal.domain.criteria import plain
from tosportal.domain.errors import N_, Remark
from tosportal.domain.scoring.rule import ANY, EVERY, NORMALISED, POSSIBLE, WEIGHTED_SHARE, ScoringRule

METHOD_NAMES: Mapping[str, str] = {
    "weighted_mean": N_("Среднее по критериям, умноженное на вес"),
    "mean_of_totals": N_("Среднее из сумм баллов экспертов"),
    "sum_of_criterion_means": N_("Сумма средних по критериям"),
    "sum_of_totals": N_("Сумма баллов всех экспертов"),
    WEIGHTED_SHARE: N_("Доля от наибольшего балла, умноженная на вес"),
    NORMALISED: N_("Доля от лучшей заявки или от наибольшего возможного"),
}
EXPERT_MIN_NAMES: Mapping[str, str] = {EVERY: N_("все эксперты"), ANY: N_("хотя бы один эксперт")}
TIE_DECISION_NAMES: Mapping[str, str] = {
    "vote": N_("открытое голосование"),
    "lot": N_("жребий"),
    "chair": N_("решение председателя"),
}
METHOD_WORDS: Mapping[str, str] = {
    "weighted_mean": N_("Средний балл по каждому критерию умножается на вес, произведения складываются."),
    "mean_of_totals": N_("Баллы каждого эксперта складываются, из сумм берётся среднее. Баллы портала прибавляются."),
    "sum_of_criterion_means": N_("По каждому критерию берётся среднее, средние складываются."),
    "sum_of_totals": N_("Складываются все баллы всех экспертов, без деления. Баллы портала прибавляются один раз."),
    WEIGHTED_SHARE: N_(
        "Средний балл по каждому критерию делится на наибольший и умножается на вес. Доли складываются, наибольший "
        "итог — %(scale)s."
    ),
}
BEST_WORDS = N_("Сумма средних делится на сумму лучшей заявки списка и умножается на %(scale)s.")
POSSIBLE_WORDS = N_("Сумма средних делится на наибольшую возможную и умножается на %(scale)s.")
SCALE_OF_COUNT = N_("число критериев")


def method_words(rule: ScoringRule) -> list[Remark]:
    """How the total comes, sentence by sentence.

    >>> [str(one) for one in method_words(ScoringRule("sum_of_criterion_means"))]
    ['По каждому критерию берётся среднее, средние складываются.', 'Итог округляется до 0,01.']
    """
    text = METHOD_WORDS.get(rule.method, "")
    scale: object = Remark(SCALE_OF_COUNT) if rule.method == NORMALISED else 100
    if rule.scale is not None:
        scale = plain(rule.scale)
    if rule.method == NORMALISED:
        text = POSSIBLE_WORDS if rule.against == POSSIBLE else BEST_WORDS
    found = [Remark(text, {"scale": scale})] if text else []
    if rule.criterion_rounding is not None:
        words = N_("Среднее по критерию округляется до %(step)s.")
        found.append(Remark(words, {"step": rule.criterion_rounding}))
    return [*found, Remark(N_("Итог округляется до %(step)s."), {"step": rule.rounding})]


def threshold_words(rule: ScoringRule) -> list[Remark]:
    """Who does not pass."""
    found = []
    if rule.pass_total is not None:
        found.append(Remark(N_("Проходной балл — %(total)s."), {"total": plain(rule.pass_total)}))
    for one in rule.pass_by_sum:
        words = N_("Если запрошено больше %(above_sum)s, проходной балл — %(total)s.")
        found.append(Remark(words, {"above_sum": one.above, "total": plain(one.total)}))
    if rule.expert_min is not None:
        text = (
            N_("Заявка не проходит, если каждый эксперт поставил ей меньше %(least)s.")
            if rule.expert_min_who == EVERY
            else N_("Заявка не проходит, если хотя бы один эксперт поставил ей меньше %(least)s.")
        )
        found.append(Remark(text, {"least": plain(rule.expert_min)}))
    return found


def tie_words(rule: ScoringRule, names: Mapping[str, str]) -> list[Remark]:
    """What decides when totals are equal; `names` are the criteria by their codes."""
    chain: list[object] = [
        Remark(N_("кто раньше отправил заявку")) if code == "submitted_at" else f"«{names.get(code, code)}»"
        for code in rule.ties
    ]
    decision = Remark(TIE_DECISION_NAMES.get(rule.tie_decision or "vote", rule.tie_decision))
    found = [
        Remark(N_("При равенстве решает: %(rule)s.") if not number else N_("Затем: %(rule)s."), {"rule": one})
        for number, one in enumerate(chain)
    ]
    return [*found, Remark(N_("Если и это не решило: %(decision)s."), {"decision": decision})]
