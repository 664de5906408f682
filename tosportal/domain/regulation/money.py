"""Whether the money of a regulation holds together: limits, prizes, the fund."""

from decimal import Decimal

from tosportal.domain.errors import N_, Remark
from tosportal.domain.named_awards import check_named_awards
from tosportal.domain.regulation.limit_parts import check_limit_parts
from tosportal.domain.regulation.limits import LIMIT_PERCENTS
from tosportal.domain.regulation.model import Regulation


def check_money(regulation: Regulation, fund_total: Decimal | None) -> list[Remark]:
    """Shares, sums and prizes that cannot be; `fund_total` None leaves the fund out."""
    limits, remarks = regulation.limits, []
    for one in regulation.nominations:
        remarks += check_named_awards(one.awards, f"nominations.{one.code}.awards")
    needs_money = regulation.kind == "grant" or bool(regulation.prizes_total) or not regulation.nominations
    if fund_total is not None and fund_total <= 0 and needs_money:
        remarks.append(Remark(N_("В программе на этот год нет денег на конкурс"), place="fund"))
    for name in LIMIT_PERCENTS:
        percent = getattr(limits, name)
        if percent is not None and not 0 <= percent <= 100:
            remarks.append(Remark(N_("Доля должна быть от 0 до 100 %%"), place=f"limits.{name}"))
    if limits.grant_max is not None and limits.grant_min is not None and limits.grant_min > limits.grant_max:
        remarks.append(
            Remark(
                N_("Наименьший грант %(least_sum)s больше наибольшего %(most_sum)s"),
                {"least_sum": limits.grant_min, "most_sum": limits.grant_max},
                "limits.grant_min",
            )
        )
    remarks += check_limit_parts(
        limits.parts,
        nominations={one.code: one.name for one in regulation.nominations},
        groups=regulation.scoring.group_names,
        grant_max=limits.grant_max,
        grant_min=limits.grant_min,
        fund_total=fund_total,
    )
    if regulation.kind == "grant":
        remarks += _check_grant_money(regulation, fund_total)
    else:
        remarks += _check_prize_money(regulation, fund_total)
    return remarks


def _check_grant_money(regulation: Regulation, fund_total: Decimal | None) -> list[Remark]:
    limits, remarks = regulation.limits, []
    if limits.grant_max is None or limits.grant_max <= 0:
        remarks.append(Remark(N_("Укажите наибольший грант"), place="limits.grant_max"))
    elif fund_total is not None and limits.grant_max > fund_total > 0:
        remarks.append(
            Remark(
                N_("Наибольший грант %(most_sum)s больше всего фонда %(fund_sum)s"),
                {"most_sum": limits.grant_max, "fund_sum": fund_total},
                "limits.grant_max",
            )
        )
    if regulation.awarding.method != "walk":
        remarks.append(Remark(N_("Гранты распределяются по рейтингу, а не по местам"), place="awarding.method"))
    least = regulation.awarding.partial_min
    if least is not None and limits.grant_max is not None and least > limits.grant_max:
        remarks.append(Remark(N_("Наименьшая часть гранта больше самого гранта"), place="awarding.partial_min"))
    if any(one.prizes for one in regulation.nominations):
        remarks.append(Remark(N_("В конкурсе грантов не бывает премий за места"), place="nominations"))
    return remarks


def _check_prize_money(regulation: Regulation, fund_total: Decimal | None) -> list[Remark]:
    remarks = []
    if regulation.awarding.method != "prizes":
        remarks.append(Remark(N_("Премии распределяются по местам"), place="awarding.method"))
    for one in regulation.nominations:
        places = [prize.place for prize in one.prizes]
        if not places and one.winners:
            continue  # the places of this nomination win diplomas, titles or gifts, no sums
        if places != list(range(1, len(places) + 1)) or not places:
            remarks.append(
                Remark(N_("Премии нужны за места подряд, начиная с первого"), place=f"nominations.{one.code}.prizes")
            )
        sums = [prize.sum for prize in one.prizes]
        if any(money <= 0 for money in sums) or sums != sorted(sums, reverse=True):
            remarks.append(
                Remark(
                    N_("Премия больше нуля и за лучшее место не меньше, чем за следующее"),
                    place=f"nominations.{one.code}.prizes",
                )
            )
    for part in regulation.part_funds:
        if part.group and not regulation.scoring.ranks_groups:
            continue  # who of the list is of this group is not known before
        own = [one for one in regulation.nominations if part.nomination in ("", one.code)]
        prizes = sum((prize.sum for one in own for prize in one.prizes), Decimal("0.00"))
        prizes *= 1 if part.group else regulation.lists_of_places
        if prizes > part.sum:
            words = N_("«%(name)s»: премии на %(prizes_sum)s больше фонда %(fund_sum)s")
            values = {"name": part.name, "prizes_sum": prizes, "fund_sum": part.sum}
            remarks.append(Remark(words, values, "limits.parts"))
    if fund_total is not None and regulation.prizes_total > fund_total:
        remarks.append(
            Remark(
                N_("Премии на %(prizes_sum)s больше фонда %(fund_sum)s"),
                {"prizes_sum": regulation.prizes_total, "fund_sum": fund_total},
                "nominations",
            )
        )
    return remarks
