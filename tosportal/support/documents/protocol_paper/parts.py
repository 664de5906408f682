"""The parts of a protocol as blocks of a paper, in the order in which a sitting goes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from tosportal.support.documents.layout import (
    Block,
    column,
    fingerprint,
    heading,
    listing,
    pairs,
    paragraph,
    shown_day,
    shown_moment,
    shown_number,
    shown_sum,
    signatures,
    table,
)
from tosportal.support.documents.protocol_labels import LABELS
from tosportal.support.documents.protocol_paper.content import Criterion, ListedApplication, ProtocolPaper


def sitting(context: ProtocolPaper) -> list[Block]:
    """When, where, who, with what quorum and agenda, and who stepped aside."""
    labels, quorum = LABELS[context["lang"]], context["quorum"]
    present = [member for member in context["members"] if member["is_present"]]
    absent = [member for member in context["members"] if not member["is_present"]]
    blocks = [pairs([beginning(context), (labels["place"], context["place"])]), heading(labels["present"])]
    if present:
        blocks.append(listing([named(member["name"], member["post"]) for member in present]))
    if absent:
        names = "; ".join(named(member["name"], member["post"]) for member in absent)
        blocks.append(paragraph(f"{labels['absent']}: {names}."))
    if context["invitees"]:
        blocks.append(paragraph(f"{labels['invitees']}: {'; '.join(context['invitees'])}."))
    counted = labels["quorum"].format(**{name: quorum[name] for name in ("members", "present", "needed")})
    blocks.append(paragraph(f"{counted} {labels['quorum_met' if quorum['is_met'] else 'quorum_not_met']}"))
    if quorum["basis"]:
        blocks.append(paragraph(quorum["basis"], quiet=True))
    if context["agenda"]:
        blocks += [heading(labels["agenda"]), listing(context["agenda"], numbered=True)]
    blocks.append(heading(labels["recusals"]))
    if context["recusals"]:
        blocks.append(
            table(
                labels["recusals_list"],
                [column(labels["juror"]), column("№"), column(labels["reason"], 3), column(labels["decision"], 3)],
                [[one["juror"], one["application"], one["reason"], one["decision"]] for one in context["recusals"]],
            )
        )
    else:
        blocks.append(paragraph(labels["no_recusals"]))
    return blocks


def beginning(context: ProtocolPaper) -> tuple[str, str]:
    """Label and words of when the sitting began: to the minute, or its day alone where no hour was kept."""
    labels, day = LABELS[context["lang"]], shown_day(context["held_at"], context["lang"])
    if "T" not in context["held_at"]:
        return labels["held_on"], day
    return labels["held_at"], f"{day}, {datetime.fromisoformat(context['held_at']):%H:%M} {context['zone_name']}"


def received_words(one: ListedApplication, labels: Mapping[str, str], lang: str) -> str:
    """When it came, and of one on paper its entry in the register."""
    moment = shown_moment(one["received_at"], lang, short=True)
    number = one.get("paper_number")
    return f"{moment}, {labels['on_paper'].format(number=number)}" if number else moment


def intake(context: ProtocolPaper) -> list[Block]:
    """Applications with their numbers and times; the admitted; the refused with reasons and clauses."""
    labels, lang = LABELS[context["lang"]], context["lang"]
    blocks = [
        heading(labels["applications"]),
        table(
            labels["applications_list"].format(count=len(context["applications"]), zone=context["zone_name"]),
            [
                column("№"),
                column(labels["received_at"]),
                column(labels["tos"], 2),
                column(labels["project"], 3),
                column(labels["requested"], None, "end"),
            ],
            [
                [
                    one["number"],
                    received_words(one, labels, lang),
                    one["tos"],
                    one["title"],
                    sum_or_dash(one["requested_sum"], lang),
                ]
                for one in context["applications"]
            ],
        ),
        heading(labels["admission"]),
        paragraph(labels["admitted"].format(count=len(context["admitted"]), numbers=numbers(context["admitted"]))),
    ]
    if context["refused"]:
        blocks.append(
            table(
                labels["refused_list"].format(count=len({one["application"] for one in context["refused"]})),
                [column("№"), column(labels["reason"], 3), column(labels["clause"], 1)],
                [[one["application"], one["reason"], one["clause"]] for one in context["refused"]],
            )
        )
    else:
        blocks.append(paragraph(labels["no_refused"]))
    return blocks


def evaluation(context: ProtocolPaper) -> list[Block]:
    """The order, the criteria, every mark of every member, the totals."""
    labels, lang = LABELS[context["lang"]], context["lang"]
    codes, jurors = [one["code"] for one in context["criteria"]], context["jurors"]
    blocks = [heading(labels["evaluation"]), *map(paragraph, context["evaluation_order"])]
    if context["criteria"]:
        is_weighted = any(one["weight"] for one in context["criteria"])
        columns = [column(labels["code"]), column(labels["criterion"], 5), column(labels["max"], None, "end")]
        rows = [[one["code"], one["name"], shown_number(one["max"], lang)] for one in context["criteria"]]
        if is_weighted:
            columns.append(column(labels["weight"], None, "end"))
            for row, one in zip(rows, context["criteria"], strict=True):
                row.append(weight_words(one, lang))
        blocks.append(table(labels["criteria"], columns, rows))
    if context["marks"]:
        blocks.append(
            table(
                labels["marks"],
                [
                    column("№", 2),
                    column(labels["juror"], 2),
                    *(column(code, 2, "end") for code in codes),
                    column(labels["total"], 2, "end"),
                ],
                [
                    [
                        sheet["application"],
                        sheet["juror"],
                        *(number_or_dash(sheet["marks"].get(code), lang) for code in codes),
                        number_or_dash(sheet["total"], lang),
                    ]
                    for sheet in context["marks"]
                ],
                landscape=len(codes) > 8,
            )
        )
    if context["totals"]:
        blocks.append(
            table(
                labels["totals"],
                [column("№", 2), *(column(juror, 2, "end") for juror in jurors), column(labels["total"], 2, "end")],
                [
                    [
                        one["application"],
                        *(number_or_dash(one["by_juror"].get(juror), lang) for juror in jurors),
                        number_or_dash(one["total"], lang),
                    ]
                    for one in context["totals"]
                ],
                landscape=len(jurors) > 10,
            )
        )
    return blocks


def outcome(context: ProtocolPaper) -> list[Block]:
    """The ranking, the votes, the awards by source with their totals."""
    labels, lang = LABELS[context["lang"]], context["lang"]
    blocks = [
        heading(labels["ranking"]),
        table(
            labels["ranking_list"],
            [
                column(labels["rank"], None, "end"),
                column("№"),
                column(labels["tos"], 2),
                column(labels["project"], 3),
                column(labels["total"], None, "end"),
                column(labels["note"], 2),
            ],
            [
                [
                    one["place"] or "—",
                    one["application"],
                    one["tos"],
                    one["title"],
                    number_or_dash(one["total"], lang),
                    one["note"],
                ]
                for one in context["ranking"]
            ],
        ),
    ]
    if context["votes"]:
        blocks += [
            heading(labels["votes"]),
            table(
                labels["votes_list"],
                [
                    column(labels["question"], 4),
                    column(labels["for"], None, "end"),
                    column(labels["against"], None, "end"),
                    column(labels["abstained"], None, "end"),
                    column(labels["decision"], 3),
                ],
                [
                    [
                        vote["question"],
                        count_or_dash(vote["votes_for"]),
                        count_or_dash(vote["votes_against"]),
                        count_or_dash(vote["abstained"]),
                        vote["decision"],
                    ]
                    for vote in context["votes"]
                ],
            ),
        ]
    return [*blocks, heading(labels["awards"]), *awards(context)]


def awards(context: ProtocolPaper) -> list[Block]:
    """Who receives how much from which source; what is left of the fund."""
    labels, lang, sources = LABELS[context["lang"]], context["lang"], context["sources"]
    if not context["awards"]:
        return [paragraph(labels["no_awards"])]
    by_source = awarded_by_source(context)
    awarded = sum(by_source.values(), Decimal("0.00"))
    rows = [
        [
            one["place"] or "—",
            one["application"],
            one["tos"] + (f" ({one['note']})" if one["note"] else ""),
            sum_or_dash(one["requested_sum"], lang),
            shown_sum(one["awarded_sum"], lang),
            *(shown_sum(one["by_source"][source["code"]], lang) for source in sources),
        ]
        for one in context["awards"]
    ]
    return [
        table(
            labels["awards_list"],
            [
                column(labels["rank"], None, "end"),
                column("№"),
                column(labels["tos"], 1),
                column(labels["requested"], None, "end"),
                column(labels["awarded"], None, "end"),
                *(column(source["name"], None, "end") for source in sources),
            ],
            rows,
            total=[
                "",
                "",
                labels["sum"],
                "",
                shown_sum(str(awarded), lang),
                *(shown_sum(str(by_source[source["code"]]), lang) for source in sources),
            ],
            landscape=len(sources) > 2,
        ),
        *fund_left(context, by_source),
    ]


def fund_left(context: ProtocolPaper, by_source: dict[str, Decimal]) -> list[Block]:
    """The fund, what was spent and what is left, by source."""
    labels, lang = LABELS[context["lang"]], context["lang"]
    rows = []
    for source in context["sources"]:
        fund, spent = Decimal(context["fund"][source["code"]]), by_source[source["code"]]
        if spent > fund:
            raise ValueError(f"source {source['code']}: awarded {spent} of {fund}")
        rows.append((source["name"], fund, spent, fund - spent))
    sums = [sum((row[n] for row in rows), Decimal("0.00")) for n in (1, 2, 3)]
    return [
        table(
            labels["fund"],
            [column(labels["source"], 2), *(column(labels[name], 2, "end") for name in ("fund_sum", "spent", "left"))],
            [[name, *(shown_sum(str(value), lang) for value in values)] for name, *values in rows],
            total=[labels["sum"], *(shown_sum(str(value), lang) for value in sums)],
        )
    ]


def awarded_by_source(context: ProtocolPaper) -> dict[str, Decimal]:
    """The sum of the awards from each source; ValueError when an award is not the sum of its parts."""
    sums = {source["code"]: Decimal("0.00") for source in context["sources"]}
    for one in context["awards"]:
        parts = {code: Decimal(one["by_source"][code]) for code in sums}
        if sum(parts.values()) != Decimal(one["awarded_sum"]) or set(one["by_source"]) != set(sums):
            raise ValueError(f"award {one['application']}: {one['awarded_sum']} is not the sum of {one['by_source']}")
        for code, part in parts.items():
            sums[code] += part
    return sums


def ending(context: ProtocolPaper) -> list[Block]:
    """Conditions, separate opinions, the digest to check the figures by, and the lines to sign on."""
    labels = LABELS[context["lang"]]
    blocks: list[Block] = []
    if context["conditions"]:
        blocks += [heading(labels["conditions"]), listing(context["conditions"], numbered=True)]
    blocks.append(heading(labels["opinions"]))
    if context["opinions"]:
        blocks += [paragraph(f"{one['member']}: {one['text']}") for one in context["opinions"]]
    else:
        blocks.append(paragraph(labels["no_opinions"]))
    return [
        *blocks,
        heading(labels["checking"]),
        fingerprint(labels["digest"].format(schema=context["schema"]), context["digest"], labels["digest_note"]),
        heading(labels["signatures"]),
        signatures([(one["post"], one["name"]) for one in context["signatures"]]),
    ]


def weight_words(criterion: Criterion, lang: str) -> str:
    """The weight of a criterion; where it depends on the requested sum, the weight of every range."""
    labels = LABELS[lang]
    rows = criterion.get("weights") or []
    if not rows:
        return shown_number(criterion["weight"], lang)
    return "; ".join(
        f"{shown_number(weight, lang)} {labels['upto'].format(sum=shown_sum(upto, lang)) if upto else labels['above']}"
        for upto, weight in rows
    )


def named(name: str, post: str) -> str:
    return f"{name}, {post}" if post else name


def numbers(values: Sequence[str]) -> str:
    return ", ".join(values) or "—"


def sum_or_dash(value: str | None, lang: str) -> str:
    return shown_sum(value, lang) if value is not None else "—"


def count_or_dash(value: int | None) -> str:
    return "—" if value is None else str(value)


def number_or_dash(value: str | None, lang: str) -> str:
    return shown_number(value, lang) if value else "—"
