"""The notice of a contest (извещение): the blocks that its page and its DOCX are made of, out of the same regulation.

Basis: DOMAIN.md 3.3 (dates and times, addresses, result, requirements, documents, criteria, how to withdraw, return and
change an application, grounds of rejection, publication of results), 3.4 (documents), 8 (personal data).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from decimal import Decimal
from itertools import pairwise

from flask_babel import force_locale
from flask_babel import gettext as _

from tosportal.domain.contest_states import BEGINNINGS
from tosportal.domain.criteria import Criterion
from tosportal.domain.explaining import explain_scoring
from tosportal.domain.regulation import KINDS, Regulation
from tosportal.domain.scoring import METHODS_BY_CRITERION
from tosportal.domain.wanted_documents import when_needed
from tosportal.features.contests import queries
from tosportal.features.contests.models import Contest, RegulationEdition
from tosportal.features.contests.papers.amendments import change_lines, changes_in_words
from tosportal.features.contests.papers.procedure import group_words, own_share_words, procedure
from tosportal.features.programmes.queries import SOURCE_NAMES
from tosportal.support.documents.docx import docx_from_blocks
from tosportal.support.documents.layout import Block, column, heading, listing, pairs, paragraph, table
from tosportal.web.filters import day, exact_moment, local, money, num, pct, say
from tosportal.web.until import until_words


def notice_blocks(contest: Contest, editions: Sequence[RegulationEdition], address: str) -> list[Block]:
    """The notice by the last of these editions, in the language of the page; `address` is where one applies."""
    regulation = queries.regulation_of_edition(editions[-1])
    return [
        *_organiser(contest, regulation),
        *_dates(contest, regulation),
        *_participants(regulation),
        *_money(regulation),
        *_applying(regulation, address),
        *_refusing(regulation),
        *_judging(regulation),
        *_procedure(contest, regulation),
        *_after(regulation),
        *_personal_data(contest, regulation),
        *_changes(editions),
    ]


def notice_docx(contest: Contest, editions: Sequence[RegulationEdition], address: str) -> bytes:
    """The notice as a DOCX in Russian, dated by its edition: the same bytes whenever it is asked for."""
    with force_locale("ru"):
        return docx_from_blocks(
            notice_blocks(contest, editions, address),
            over=contest.municipality.owner_name or contest.municipality.name,
            title=notice_title(contest, editions[-1]),
            under=queries.regulation_of_edition(editions[-1]).name,
            labels={"page": _("стр."), "table": _("Таблица")},
            lang="ru",
            now=contest.announced_at or editions[-1].made_at,
        )


def notice_title(contest: Contest, edition: RegulationEdition) -> str:
    if contest.announced_at is None or edition.number > contest.edition:
        return _("Проект извещения о конкурсе")
    return _("Извещение о конкурсе")


# --- who, what, when -------------------------------------------------------------------------------------------------


def _organiser(contest: Contest, regulation: Regulation) -> list[Block]:
    place = contest.municipality
    fund = {source: money_sum for source, money_sum in queries.fund_of(contest).items() if money_sum > 0}
    rows = [
        (_("Организатор"), place.owner_name or place.name),
        (_("Адрес"), place.address),
        (_("Телефон"), place.phone),
        (_("Почта"), place.email),
        (_("Часы работы"), place.hours),
        (_("Вид конкурса"), say(KINDS[regulation.kind])),
        (_("Что даст конкурс"), say(regulation.summary)),
        (_("Мероприятие программы"), f"{contest.activity.name}, {contest.year}"),
        (_("Фонд конкурса"), money(sum(fund.values(), Decimal(0)))),
        *((say(SOURCE_NAMES[source]), money(part)) for source, part in fund.items() if len(fund) > 1),
    ]
    return [heading(_("Организатор и предмет конкурса")), pairs([row for row in rows if row[1]])]


def _dates(contest: Contest, regulation: Regulation) -> list[Block]:
    rows = [(say(one.name), _moment_words(one.code, one.at)) for one in regulation.timeline]
    if not rows:
        return []
    words = _("Время %(zone)s. Срок «до» заканчивается в указанную секунду.", zone=contest.municipality.zone_words)
    columns = [column(_("Что"), 6), column(_("Когда"), 5)]
    return [heading(_("Сроки")), paragraph(words), table(_("Сроки конкурса"), columns, rows)]


def _moment_words(code: str, at: datetime) -> str:
    """The second, and of an end at midnight the day that a reader means: it ends with the day before."""
    words = exact_moment(at)
    return words if code in BEGINNINGS or local(at).time() != time() else f"{words}, {until_words(at)}"


def _participants(regulation: Regulation) -> Iterator[Block]:
    yield heading(_("Кто может участвовать"))
    if regulation.nominations:
        names = []
        for one in regulation.nominations:
            prizes = ", ".join(f"{_('%(place)s место', place=it.place)} — {money(it.sum)}" for it in one.prizes)
            who = f" ({_('участвует человек')})" if one.applicant == "person" else ""
            awards = [f"{award.name} ({say(award.places)})" for award in one.awards]
            given = "; ".join([*([prizes] if prizes else []), *awards])
            names.append(f"{say(one.name)}{who}{': ' + given if given else ''}")
        yield paragraph(_("Номинации:"))
        yield listing(names)
    yield from (paragraph(one) for one in group_words(regulation))
    if regulation.eligibility:
        yield paragraph(_("Требования к участникам:"))
        yield listing([with_clause(one.text, one.clause) for one in regulation.eligibility], numbered=True)


def with_clause(text: str, clause: str) -> str:
    """A text of the regulation with the clause it stands in."""
    return f"{say(text)} ({_('пункт %(clause)s', clause=clause)})" if clause else say(text)


def _money(regulation: Regulation) -> list[Block]:
    limits, rows = regulation.limits, []
    for label, most in ((_("Наибольший грант"), limits.grant_max), (_("Наименьший грант"), limits.grant_min)):
        if most is not None:
            rows.append((label, money(most)))
    if limits.grant_percent_max is not None:
        rows.append(
            (_("Грант от стоимости проекта"), _("не больше %(percent)s", percent=pct(limits.grant_percent_max)))
        )
    if limits.own_percent_min is not None:
        share = _("не меньше %(percent)s стоимости проекта", percent=pct(limits.own_percent_min))
        rows.append((_("Собственный вклад"), share))
        rows.append((_("Что считается собственным вкладом"), own_share_words(regulation)))
    for part in limits.parts:
        words = [
            *([_("фонд %(sum)s", sum=money(part.fund))] if part.fund is not None else []),
            *([_("грант до %(sum)s", sum=money(part.grant_max))] if part.grant_max is not None else []),
            *(
                [_("свой вклад от %(percent)s", percent=pct(part.own_percent_min))]
                if part.own_percent_min is not None
                else []
            ),
        ]
        rows.append((regulation.part_name(part), "; ".join(words)))
    for label, count in (
        (_("Заявок от одного ТОС"), limits.applications_per_tos),
        (_("Грантов одному ТОС"), limits.grants_per_tos),
        (_("Длительность проекта, месяцев"), limits.project_months_max),
    ):
        if count is not None:
            rows.append((label, _("не больше %(count)s", count=count)))
    if limits.expected_winners is not None:
        rows.append((_("Победителей ожидаем"), str(limits.expected_winners)))
    rows.append((_("Все файлы одной заявки"), _("до %(size)s МБ", size=limits.files_mb)))
    return [heading(_("Суммы и условия")), pairs(rows)]


# --- applying --------------------------------------------------------------------------------------------------------


def _applying(regulation: Regulation, address: str) -> Iterator[Block]:
    yield heading(_("Как подать заявку"))
    yield paragraph(_("Заявку заполняют и отправляют на портале: %(address)s", address=address))
    titles = [say(one.title) for one in regulation.sections]
    if titles:
        yield paragraph(_("Разделы заявки: %(titles)s.", titles="; ".join(titles)))
    close, fix = regulation.moments.get("close"), regulation.moments.get("fix_until")
    if close:
        yield paragraph(
            _(
                "Отправленную заявку можно отозвать до %(at)s: отозванная не участвует, до этого же срока можно подать "
                "новую, с изменениями.",
                at=exact_moment(close),
            )
        )
    if fix:
        yield paragraph(
            _(
                "Заявку с недостатками секретарь вернёт с замечаниями; исправленную принимают до %(at)s, если в "
                "замечаниях не назван другой день.",
                at=exact_moment(fix),
            )
        )
    if regulation.documents:
        columns = [column(_("Документ"), 6), column(_("Когда нужен"), 2), column(_("Файл"), 4)]
        rows = [
            (
                with_clause(one.name, one.clause),
                "; ".join(say(words) for words in when_needed(regulation, one)),
                ", ".join(kind.upper() for kind in one.accept)
                + _(", до %(size)s МБ", size=one.max_mb)
                + (_(", до %(count)s файлов", count=one.max_files) if one.max_files > 1 else ""),
            )
            for one in regulation.documents
        ]
        yield table(_("Документы для заявки"), columns, rows)


def _refusing(regulation: Regulation) -> Iterator[Block]:
    if not regulation.admission:
        return
    yield heading(_("Когда заявку отклоняют"))
    yield paragraph(_("К оценке не допускают заявку, в которой не выполнено хотя бы одно:"))
    yield listing([with_clause(one.text, one.clause) for one in regulation.admission], numbered=True)


# --- judging and after -----------------------------------------------------------------------------------------------


def _judging(regulation: Regulation) -> Iterator[Block]:
    if not regulation.criteria:
        return
    yield heading(_("Как оценивают заявки"))
    yield paragraph(" ".join(say(one) for one in explain_scoring(regulation)))
    if all(one.nomination is None for one in regulation.criteria):
        yield _criteria(_("Критерии"), regulation.criteria, regulation)
    else:
        for nomination in regulation.nominations:
            own = regulation.criteria_for(nomination.code)
            if own:
                yield _criteria(_("Критерии: %(name)s", name=say(nomination.name)), own, regulation)


def _procedure(contest: Contest, regulation: Regulation) -> Iterator[Block]:
    for title, words in procedure(contest, regulation):
        yield heading(title)
        yield listing(words)


def _criteria(caption: str, criteria: Sequence[Criterion], regulation: Regulation) -> Block:
    """The criteria with their maximum and, where the method has one, their weight; levels under the name."""
    is_weighted = regulation.scoring.method in METHODS_BY_CRITERION
    columns = [column(_("Критерий"), 8), column(_("Наибольший балл"), 2, "end")]
    if is_weighted:
        columns.append(column(_("Вес"), 2, "end"))
    rows = []
    for one in criteria:
        levels = [f"{num(level.points)} — {say(level.text)}" for level in one.levels if level.text]
        rows.append(
            [
                "\n".join([say(one.name), *levels]),
                num(one.maximum),
                *([num(one.weight)] if is_weighted else []),
            ]
        )
    return table(caption, columns, rows)


def _after(regulation: Regulation) -> Iterator[Block]:
    moments = regulation.moments
    rows = [
        (_("Итоги публикуют"), "official_day" if "official_day" in moments else "approved"),
        (_("Апелляции принимают до"), "appeal_until"),
        (_("Соглашения заключают до"), "agreements_until"),
        (_("Проекты начинаются"), "project_from"),
        (_("Проекты заканчиваются до"), "project_until"),
        (_("Отчёты сдают до"), "report_until"),
    ]
    said = [(label, _moment_words(code, moments[code])) for label, code in rows if code in moments]
    if said:
        yield heading(_("Итоги и что после них"))
        yield pairs(said)


def _personal_data(contest: Contest, regulation: Regulation) -> Iterator[Block]:
    place = contest.municipality
    yield heading(_("Персональные данные"))
    yield paragraph(
        _(
            "Данные людей, названных в заявке, обрабатывает %(operator)s, чтобы провести этот конкурс. Согласие "
            "каждого человека — отдельный документ, его можно отозвать: %(contacts)s.",
            operator=place.owner_name or place.name,
            contacts=", ".join(one for one in (place.email, place.phone) if one) or place.address,
        )
    )
    consents = [one.label for section in regulation.sections for one in section.fields if one.kind == "consent"]
    if consents:
        yield paragraph(_("В заявке спрашивают согласия:"))
        yield listing([say(one) for one in consents])


# --- amendments ------------------------------------------------------------------------------------------------------


def _changes(editions: Sequence[RegulationEdition]) -> Iterator[Block]:
    """What every amendment changed, by which act, why and when; nothing while the first edition is in force."""
    if len(editions) < 2:
        return
    yield heading(_("Что изменилось в условиях"))
    for before, after in pairwise(editions):
        act, made_on = after.act or _("готовится, ещё не действует"), day(after.made_at)
        yield paragraph(_("Редакция № %(number)s, %(day)s: %(act)s", number=after.number, day=made_on, act=act))
        if after.reason:
            yield paragraph(after.reason)
        yield listing([line.removeprefix("— ") for line in change_lines(changes_in_words(before, after))])
