"""How a contest goes on, in sentences, out of its regulation: the public page and the notice say the same.

Basis: DOMAIN.md 3.3 (how to submit, to withdraw, to ask; extension), 3.6 (commission), 3.8 (thresholds and amounts).
"""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from tosportal.domain.awarding import COMMISSION, ORGANISER
from tosportal.domain.contest_questions import asked_until
from tosportal.domain.errors import N_
from tosportal.domain.regulation import BEFORE_ADMISSION, BEFORE_CLOSE, NEVER, Regulation
from tosportal.domain.sitting import QUORUMS
from tosportal.features.contests.forms.columns import LAST_WORDS, OWN_WORDS, SHARED_WORDS
from tosportal.features.contests.models import Contest
from tosportal.web.filters import money, say
from tosportal.web.until import until_words

SIGNED_BY: Mapping[str, str] = {
    "code": N_("кодом из письма (простая электронная подпись)"),
    "scan": N_("сканом заявки, подписанной на бумаге"),
    "sig": N_("отдельным файлом электронной подписи (.sig)"),
}
EXTENDED_WHEN: Mapping[str, str] = {
    NEVER: N_("Срок приёма не продлевают."),
    BEFORE_CLOSE: N_("Срок приёма могут продлить актом, пока он не закончился."),
    BEFORE_ADMISSION: N_("Срок приёма могут продлить актом, пока ни по одной заявке не решено о допуске."),
}
NAMED_BY: Mapping[str, str] = {
    COMMISSION: N_("Сумму каждому называет комиссия списком; сумма по правилу — рекомендация для неё."),
    ORGANISER: N_("Комиссия рекомендует, решает и называет суммы организатор."),
}


def procedure(contest: Contest, regulation: Regulation) -> list[tuple[str, list[str]]]:
    """Titles with their sentences, in the order in which a participant meets them; a title without any is left out."""
    parts = (
        (_("Подписание и отправка"), signing_words(regulation)),
        (_("Вопросы о конкурсе"), question_words(contest, regulation)),
        (_("Продление приёма"), intake_words(regulation)),
        (_("Комиссия"), commission_words(regulation)),
        (_("Как распределяют деньги"), money_words(regulation)),
    )
    return [(title, found) for title, words in parts if (found := list(words))]


def signing_words(regulation: Regulation) -> Iterator[str]:
    """How an application is signed, who sends it, what may be sent again and which time counts then."""
    rule = regulation.submission
    ways = [say(SIGNED_BY[way]) for way in rule.ways]
    if not ways:
        yield _("Отдельной подписи не нужно: заявка подана, когда нажата кнопка «Отправить».")
    elif len(ways) == 1:
        yield _("Заявку подписывают %(way)s.", way=ways[0])
    else:
        yield _("Заявку подписывают одним из способов на выбор: %(ways)s.", ways="; ".join(ways))
    if rule.rule_name:
        yield _("Правила электронной подписи: %(name)s.", name=say(rule.rule_name).rstrip("."))
    if rule.signer == "chair":
        yield _("Отправляет заявку только председатель ТОС; заполнять её могут и помощники.")
    else:
        yield _("Отправить заявку может любой, кто присоединён к ТОС на портале.")
    yield _("Временем подачи считается секунда, в которую отправку получил портал.")
    if not rule.resubmit:
        return
    yield _("До конца приёма отправленную заявку можно изменить и отправить снова; участвует отправленная последней.")
    yield (
        _("Если отправок было несколько, при равенстве баллов считается время последней.")
        if rule.counts == "last"
        else _("Если отправок было несколько, при равенстве баллов считается время первой.")
    )


def question_words(contest: Contest, regulation: Regulation) -> Iterator[str]:
    """How many questions, until when, by when they are answered, and who sees the answers."""
    rule, close = regulation.questions, regulation.moments.get("close")
    if close is not None:
        until = asked_until(close, rule, ZoneInfo(contest.municipality.zone))
        yield _("Вопросы принимают на странице конкурса %(until)s.", until=until_words(until))
    yield _(
        "Один человек может задать вопросов: %(count)s, за один день — %(per_day)s.",
        count=rule.per_person,
        per_day=rule.per_day,
    )
    yield ngettext(
        "Отвечают в течение %(num)d рабочего дня.", "Отвечают в течение %(num)d рабочих дней.", rule.answer_workdays
    )
    if rule.answer_before_workdays:
        yield ngettext(
            "Последний ответ — не позже чем за %(num)d рабочий день до последнего дня приёма.",
            "Последний ответ — не позже чем за %(num)d рабочих дней до последнего дня приёма.",
            rule.answer_before_workdays,
        )
    yield _("Вопросы и ответы видят все, без имени того, кто спросил. Условий конкурса ответ не меняет.")


def intake_words(regulation: Regulation) -> Iterator[str]:
    """Whether the intake may be extended, until when, and how long it lasts at least."""
    intake = regulation.intake
    yield _(EXTENDED_WHEN[intake.extension])
    if intake.extension != NEVER:
        yield _("О продлении пишут здесь же и письмом тем, у кого есть черновик или заявка.")
    if intake.days_min is not None:
        yield ngettext(
            "Приём идёт не меньше %(num)d календарного дня со дня объявления.",
            "Приём идёт не меньше %(num)d календарных дней со дня объявления.",
            intake.days_min,
        )


def commission_words(regulation: Regulation) -> Iterator[str]:
    """Members, quorum, votes, and how many experts mark an application."""
    rule = regulation.commission
    if rule.members_min is not None:
        yield ngettext("В комиссии не меньше %(num)d члена.", "В комиссии не меньше %(num)d членов.", rule.members_min)
    yield _("Заседание состоится, если пришли %(quorum)s.", quorum=say(QUORUMS[rule.quorum]))
    if rule.votes_min is not None:
        yield ngettext(
            "Решение принято, если за него не меньше %(num)d голоса.",
            "Решение принято, если за него не меньше %(num)d голосов.",
            rule.votes_min,
        )
    yield (
        _("При равенстве голосов решает голос председателя, а без него — того, кто ведёт заседание.")
        if rule.casting_vote
        else _("При равенстве голосов решение не принято.")
    )
    if any(one.is_marked_by_jury for one in regulation.criteria):
        yield ngettext(
            "Каждую заявку оценивает не меньше %(num)d эксперта.",
            "Каждую заявку оценивают не меньше %(num)d экспертов.",
            regulation.scoring.sheets_min,
        )


def money_words(regulation: Regulation) -> Iterator[str]:
    """How the rule gives sums, what happens at its edge, and who names the sums in the end."""
    rule = regulation.awarding
    if rule.method == "walk":
        yield _("Деньги получают по местам, с первого: каждый — сколько запросил, пока хватает фонда конкурса.")
        yield _("Если на следующего не хватает: %(rule)s.", rule=_lower(say(LAST_WORDS[rule.last])))
        if rule.last == "cut" and rule.partial_min is not None:
            yield _("Часть гранта дают, если осталось не меньше %(sum)s.", sum=money(rule.partial_min))
    else:
        yield _("Премию получают занявшие места, за которые она назначена.")
        yield _("Если место разделили: %(rule)s.", rule=_lower(say(SHARED_WORDS[rule.shared])))
    if rule.sums_by:
        yield _(NAMED_BY[rule.sums_by])


def own_share_words(regulation: Regulation) -> str:
    """What an own share is made of."""
    return ", ".join(say(OWN_WORDS[one]) for one in regulation.limits.own_includes)


def group_words(regulation: Regulation) -> Iterator[str]:
    """The groups of participants, and whether each has places of its own."""
    groups = regulation.scoring.groups
    if groups is None:
        return
    names = "; ".join(say(one.name) for one in groups.bands)
    yield _("Группы участников: %(names)s.", names=names)
    yield (
        _("Места и премии — отдельно в каждой группе.")
        if groups.is_ranked
        else _("Места общие, шкала критериев у каждой группы своя.")
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
