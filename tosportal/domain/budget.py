"""The budget of a project (смета): lines by who pays, both equalities, limits in roubles and in per cent.

A line costs quantity × price, half up to the kopeck, and what the four payers give must add up to it; the grand totals
must add up too. Per cent are exact fractions; hundredths are only shown. Lines are numbered from 0 in `place`
(`lines.2.requested`) and from 1 in words. Rows left empty are not lines: number the rows of a form with `filled_rows`.

Basis: DOMAIN §4.4 H (both equalities), §5.3 (limits in roubles and per cent apply together); issue, «Application».
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.money import (
    KOPECK,
    MAX_ROUBLES,
    ZERO,
    kopecks,
    parse_decimal,
    parse_roubles,
    roubles,
    round_down,
    round_half_up,
    round_up,
)

PAYERS = ("requested", "own", "attracted", "in_kind")
TEXTS = ("name", "kind", "unit")
NUMBERS = ("quantity", "price", *PAYERS)
COLUMNS = (*TEXTS, *NUMBERS)
MAX_LINES = 200
LONGEST = {"name": 300, "kind": 100, "unit": 50}

OK, WARN, BAD = "ok", "warn", "bad"


@dataclass(frozen=True)
class BudgetLine:
    """One expense: what, how much of it, at what price (roubles), and who pays (roubles).

    `unread` keeps cells that could not be read exactly as they were typed; such a cell counts as zero meanwhile.
    """

    name: str = ""
    kind: str = ""
    unit: str = ""
    quantity: Decimal = Decimal(0)
    price: Decimal = ZERO
    requested: Decimal = ZERO
    own: Decimal = ZERO
    attracted: Decimal = ZERO
    in_kind: Decimal = ZERO
    unread: tuple[tuple[str, str], ...] = ()

    @cached_property
    def amount(self) -> Decimal:
        """Quantity × price in roubles, half up to the kopeck.

        >>> BudgetLine(quantity=Decimal("2.5"), price=Decimal("0.33")).amount
        Decimal('0.83')
        """
        return round_half_up(Fraction(self.quantity) * Fraction(self.price), KOPECK)

    @cached_property
    def paid(self) -> Decimal:
        """What all payers give together, in roubles."""
        return roubles(sum(kopecks(getattr(self, payer)) for payer in PAYERS))

    @cached_property
    def difference(self) -> Decimal:
        """The cost less what the payers give: above zero when money is missing; zero when the line adds up."""
        return _less(self.amount, self.paid)


@dataclass(frozen=True)
class Budget:
    """The lines of a budget and their totals, all in roubles with two places."""

    lines: tuple[BudgetLine, ...] = ()

    def total_of(self, payer: str) -> Decimal:
        """What one payer gives over all lines."""
        return roubles(sum(kopecks(getattr(line, payer)) for line in self.lines))

    @cached_property
    def amount(self) -> Decimal:
        """The full cost of the project: the costs of the lines added up."""
        return roubles(sum(kopecks(line.amount) for line in self.lines))

    @cached_property
    def requested(self) -> Decimal:
        """What is asked from the grant."""
        return self.total_of("requested")

    @cached_property
    def own(self) -> Decimal:
        """Own money."""
        return self.total_of("own")

    @cached_property
    def attracted(self) -> Decimal:
        """Money of partners."""
        return self.total_of("attracted")

    @cached_property
    def in_kind(self) -> Decimal:
        """Things and work, in money."""
        return self.total_of("in_kind")

    @cached_property
    def paid(self) -> Decimal:
        """What all payers give together."""
        return roubles(sum(kopecks(line.paid) for line in self.lines))

    def contribution(self, includes: Iterable[str]) -> Decimal:
        """The own contribution in the sense of a regulation: the named payers together."""
        return roubles(sum(kopecks(self.total_of(payer)) for payer in includes))

    def share(self, part: Decimal) -> Fraction | None:
        """The exact share of a sum in the full cost; None while the budget costs nothing."""
        return Fraction(part) / Fraction(self.amount) if self.amount else None


@dataclass(frozen=True)
class BudgetLimits:
    """The limits of a regulation: roubles and per cent; None is no limit.

    `own_includes` names what counts as the own contribution, of own, attracted, in_kind. ValueError for other names.
    `whose`: of a limit that is not the contest's, the name of the nomination or the group that it is for.
    """

    grant_max: Decimal | None = None
    grant_min: Decimal | None = None
    grant_percent_max: Decimal | None = None
    own_percent_min: Decimal | None = None
    own_includes: tuple[str, ...] = ("own", "attracted", "in_kind")
    whose: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := set(self.own_includes) - set(PAYERS[1:]):
            raise ValueError(f"own contribution cannot include {sorted(unknown)}")


def filled_rows(raw: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The rows in which something was typed, in their order: the numbering that `place` follows.

    >>> filled_rows([{"name": " "}, {"name": "Песок"}, {}])
    [{'name': 'Песок'}]
    """
    return [row for row in raw if isinstance(row, Mapping) and any(_typed(row.get(name)) for name in COLUMNS)]


def parse_budget(raw: Sequence[Mapping[str, object]]) -> tuple[Budget, list[Remark]]:
    """A budget from rows of strings as a form or the database keeps them, and what could not be read.

    Every row with something in it becomes a line. A cell that cannot be read counts as zero, is kept as typed in
    `unread`, and gets a remark; an empty cell is zero without a remark (`check_budget` says what is missing).

    >>> budget, remarks = parse_budget([{"name": "Песок", "quantity": "2", "price": "сто"}])
    >>> budget.lines[0].unread, [(remark.place, str(remark)) for remark in remarks]
    ((('price', 'сто'),), [('lines.0.price', 'Напишите сумму цифрами, например 46 800,50')])

    Raises nothing. Basis: issue, «nothing typed is lost by an error».
    """
    lines = [_line(row) for row in filled_rows(raw)]
    return Budget(tuple(lines)), [remark for index, line in enumerate(lines) for remark in _unread(index, line)]


def to_json(budget: Budget) -> list[dict[str, str]]:
    """The budget as rows of strings; `parse_budget` reads them back to the same budget.

    >>> to_json(Budget((BudgetLine(name="Песок", quantity=Decimal("2.5"), price=Decimal("100.00")),)))[0]["price"]
    '100.00'
    """
    return [
        {name: f"{getattr(line, name)}" for name in TEXTS}
        | {name: f"{getattr(line, name):f}" for name in NUMBERS}
        | dict(line.unread)
        for line in budget.lines
    ]


def _typed(cell: object) -> str:
    """A cell as text without control characters; nothing typed is the empty string."""
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else str(cell)
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return text.strip()


def _line(row: Mapping[str, object]) -> BudgetLine:
    return _read_line(*(_typed(row.get(name)) for name in COLUMNS))


@lru_cache(maxsize=2048)
def _read_line(*cells: str) -> BudgetLine:
    """The line of these `COLUMNS`. While somebody types, each save brings all lines, and all but one are known."""
    row = dict(zip(COLUMNS, cells, strict=True))
    numbers: dict[str, Decimal] = {}
    unread = []
    for name in NUMBERS:
        if not (text := row[name]):
            continue
        try:
            numbers[name] = _number(name, text)
        except RuleBroken:
            unread.append((name, text))
    name, kind, unit = (row[column] for column in TEXTS)
    return replace(BudgetLine(name, kind, unit, unread=tuple(unread)), **numbers)  # type: ignore[arg-type]


def _number(name: str, text: str, place: str = "") -> Decimal:
    return parse_decimal(text, place=place) if name == "quantity" else parse_roubles(text, place=place)


def _unread(index: int, line: BudgetLine) -> list[Remark]:
    """Why each unread cell of a line could not be read."""
    remarks: list[Remark] = []
    for name, text in line.unread:
        try:
            _number(name, text, f"lines.{index}.{name}")
        except RuleBroken as refused:
            remarks.extend(refused.remarks)
    return remarks


def check_budget(budget: Budget, limits: BudgetLimits, *, final: bool = True) -> list[Remark]:
    """Everything that keeps this budget from being submitted, in plain Russian; empty when it is in order.

    Not `final`, while it is being typed: only the broken limits, the shares among them once every line adds up.

    Cells that could not be read, missing cells, lines and totals that do not add up, limits that are broken. Per cent
    are compared exactly; a limit itself is allowed.

    >>> line = BudgetLine("Песок", "", "т", Decimal(2), Decimal("500.00"), requested=Decimal("900.00"))
    >>> [(remark.place, str(remark).replace("\\N{NO-BREAK SPACE}", " ")) for remark in check_budget(
    ...     Budget((line,)), BudgetLimits())]
    [('lines.0.amount', 'Строка 1: стоит 1 000,00 ₽, а источники дают 900,00 ₽ — не хватает 100,00 ₽'), \
('totals.amount', 'Итого: смета стоит 1 000,00 ₽, а источники дают 900,00 ₽')]

    Raises nothing for a parsed budget. Basis: DOMAIN §4.4 H, §5.3.
    """
    if not final:
        adds_up = bool(budget.lines) and not any(line.unread or line.difference for line in budget.lines)
        views = [view for view in _limit_views(budget, limits) if adds_up or view.code == "grant_max"]
        return [view.remark for view in views if view.remark is not None]
    if not budget.lines:
        return [Remark(N_("В смете нет ни одной строки"), place="lines")]
    remarks = []
    if len(budget.lines) > MAX_LINES:
        remarks.append(
            Remark(
                N_("Строк в смете %(count)s, а можно не больше %(limit)s: объедините похожие расходы"),
                {"count": len(budget.lines), "limit": MAX_LINES},
                place="lines",
            )
        )
    for index, line in enumerate(budget.lines):
        remarks += _check_line(index, line)
    if budget.amount != budget.paid:
        remarks.append(
            Remark(
                N_("Итого: смета стоит %(amount_sum)s, а источники дают %(paid_sum)s"),
                {"amount_sum": budget.amount, "paid_sum": budget.paid},
                place="totals.amount",
            )
        )
    if budget.amount > MAX_ROUBLES:
        remarks.append(
            Remark(N_("Смета не может стоить больше %(limit_sum)s"), {"limit_sum": MAX_ROUBLES}, place="totals.amount")
        )
    if not budget.requested:
        remarks.append(Remark(N_("Напишите, сколько вы просите из гранта"), place="totals.requested"))
    return remarks + [view.remark for view in _limit_views(budget, limits) if view.remark is not None]


def _check_line(index: int, line: BudgetLine) -> list[Remark]:
    remarks = _unread(index, line)
    skipped = {name for name, _ in line.unread}
    number = {"line": index + 1}

    def say(template: str, column: str, **values: object) -> None:
        remarks.append(Remark(template, number | values, place=f"lines.{index}.{column}"))

    if not line.name:
        say(N_("Строка %(line)s: напишите, на что нужны деньги"), "name")
    if not line.unit:
        say(N_("Строка %(line)s: напишите единицу измерения, например «шт.»"), "unit")
    for name, longest in LONGEST.items():
        if len(getattr(line, name)) > longest:
            say(N_("Строка %(line)s: слишком длинно, можно не больше %(limit)s знаков"), name, limit=longest)
    if not line.quantity and "quantity" not in skipped:
        say(N_("Строка %(line)s: напишите количество"), "quantity")
    if not line.price and "price" not in skipped:
        say(N_("Строка %(line)s: напишите цену"), "price")
    if skipped:
        return remarks
    values = {"amount_sum": line.amount, "paid_sum": line.paid, "difference_sum": abs(line.difference)}
    if line.difference > 0:
        words = N_(
            "Строка %(line)s: стоит %(amount_sum)s, а источники дают %(paid_sum)s — не хватает %(difference_sum)s"
        )
        say(words, "amount", **values)
    elif line.difference < 0:
        words = N_("Строка %(line)s: стоит %(amount_sum)s, а источники дают %(paid_sum)s — лишние %(difference_sum)s")
        say(words, "amount", **values)
    return remarks


@dataclass(frozen=True)
class LineView:
    """A line as a page shows it: what it costs, what the payers give, the difference, ok or bad (warn: not read)."""

    line: BudgetLine
    amount: Decimal
    paid: Decimal
    difference: Decimal
    verdict: str


@dataclass(frozen=True)
class LimitView:
    """One limit as a page shows it.

    `code` is the name in `BudgetLimits`; `limit` and `value` are roubles or per cent (hundredths, half up);
    `bound_sum` is the limit in roubles at the present cost, `left_sum` how far it is in roubles (below zero: broken).
    The verdict is ok, bad, or warn while there is nothing to judge yet; `remark` explains a bad one. `whose`: the
    nomination or the group that the limit is for; empty: the contest's own.
    """

    code: str
    limit: Decimal
    value: Decimal
    bound_sum: Decimal
    left_sum: Decimal
    verdict: str
    remark: Remark | None
    whose: str = ""


@dataclass(frozen=True)
class BudgetSummary:
    """Everything a page shows about a budget. Shares are exact, `…_percent` are shown to hundredths (half up).

    `own_sum` and `own_share` follow `own_includes`. `left_sum` is what may still be asked for under both ceilings of
    the grant at the present cost: None without a ceiling, below zero when one is broken.
    `verdict` is bad when anything is wrong, warn while the budget is empty.
    """

    lines: tuple[LineView, ...]
    amount: Decimal
    paid: Decimal
    difference: Decimal
    by_payer: Mapping[str, Decimal]
    percent_by_payer: Mapping[str, Decimal]
    own_sum: Decimal
    own_share: Fraction | None
    own_percent: Decimal | None
    left_sum: Decimal | None
    limits: tuple[LimitView, ...]
    verdict: str


def summary(budget: Budget, limits: BudgetLimits) -> BudgetSummary:
    """The budget with its totals, shares and limits, ready to be shown; agrees with `check_budget` on what is bad.

    >>> line = BudgetLine("Песок", "", "т", Decimal(3), Decimal("100.00"), Decimal("200.00"), Decimal("100.00"))
    >>> shown = summary(Budget((line,)), BudgetLimits(own_percent_min=Decimal("33.34")))
    >>> shown.own_share, str(shown.own_percent), shown.limits[0].verdict, str(shown.limits[0].left_sum)
    (Fraction(1, 3), '33.33', 'bad', '-0.02')

    Raises nothing for a parsed budget. Basis: issue, «both equalities and all limits shown».
    """
    own = budget.contribution(limits.own_includes)
    share = budget.share(own)
    views = tuple(_limit_views(budget, limits))
    by_payer = {payer: budget.total_of(payer) for payer in PAYERS}
    wrong = bool(check_budget(budget, limits))
    ceilings = [view.left_sum for view in views if view.code in {"grant_max", "grant_percent_max"}]
    return BudgetSummary(
        lines=tuple(_line_view(line) for line in budget.lines),
        amount=budget.amount,
        paid=budget.paid,
        difference=_less(budget.amount, budget.paid),
        by_payer=by_payer,
        percent_by_payer={payer: _percent(budget.share(value)) for payer, value in by_payer.items()},
        own_sum=own,
        own_share=share,
        own_percent=None if share is None else _percent(share),
        left_sum=min(ceilings, default=None),
        limits=views,
        verdict=WARN if not budget.lines else BAD if wrong else OK,
    )


def _line_view(line: BudgetLine) -> LineView:
    verdict = WARN if line.unread else BAD if line.difference else OK
    return LineView(line, line.amount, line.paid, line.difference, verdict)


def _percent(share: Fraction | None) -> Decimal:
    return ZERO if share is None else round_half_up(share * 100, KOPECK)


def _limit_views(budget: Budget, limits: BudgetLimits) -> list[LimitView]:
    """The limits of the regulation against this budget, in a fixed order; absent limits are left out.

    Nothing is judged before there is something to judge: a sum asked for, or a cost to take the per cent of.
    """
    asked, cost = budget.requested, Fraction(budget.amount)
    own = budget.contribution(limits.own_includes)
    views = []
    if (limit := limits.grant_max) is not None:
        words = N_("Вы просите %(requested_sum)s, а можно не больше %(limit_sum)s")
        if whose := limits.whose.get("grant_max"):
            words = N_("Вы просите %(requested_sum)s, а для «%(whose)s» можно не больше %(limit_sum)s")
        values: dict[str, object] = {"requested_sum": asked, "limit_sum": limit, "whose": whose}
        remark = Remark(words, values, place="totals.requested")
        views.append(
            _view("grant_max", limit, asked, bound=limit, left=_less(limit, asked), early=not asked, no=remark)
        )
    if (limit := limits.grant_min) is not None:
        words = N_("Вы просите %(requested_sum)s, а можно не меньше %(limit_sum)s")
        remark = Remark(words, {"requested_sum": asked, "limit_sum": limit}, place="totals.requested")
        views.append(
            _view("grant_min", limit, asked, bound=limit, left=_less(asked, limit), early=not asked, no=remark)
        )
    if (limit := limits.grant_percent_max) is not None:
        bound, percent = round_down(cost * Fraction(limit) / 100), _percent(budget.share(asked))
        words = N_(
            "Грант может покрыть не больше %(limit_percent)s сметы, то есть %(limit_sum)s, "
            "а вы просите %(requested_sum)s (%(asked_percent)s)"
        )
        values = {"limit_percent": limit, "limit_sum": bound, "requested_sum": asked, "asked_percent": percent}
        remark = Remark(words, values, place="totals.requested")
        left = _less(bound, asked)
        views.append(_view("grant_percent_max", limit, percent, bound=bound, left=left, early=not cost, no=remark))
    if (limit := limits.own_percent_min) is not None:
        bound, percent = round_up(cost * Fraction(limit) / 100), _percent(budget.share(own))
        words = N_(
            "Свой вклад должен быть не меньше %(limit_percent)s сметы, то есть %(limit_sum)s, "
            "а сейчас %(own_sum)s (%(own_percent)s): не хватает %(lacking_sum)s"
        )
        if whose := limits.whose.get("own_percent_min"):
            words = N_(
                "Для «%(whose)s» свой вклад должен быть не меньше %(limit_percent)s сметы, то есть %(limit_sum)s, "
                "а сейчас %(own_sum)s (%(own_percent)s): не хватает %(lacking_sum)s"
            )
        left = _less(own, bound)
        values = {"limit_percent": limit, "limit_sum": bound, "own_sum": own, "own_percent": percent, "whose": whose}
        remark = Remark(words, values | {"lacking_sum": abs(left)}, place="totals.own")
        views.append(_view("own_percent_min", limit, percent, bound=bound, left=left, early=not cost, no=remark))
    return [replace(view, whose=limits.whose.get(view.code, "")) for view in views]


def _less(whole: Decimal, part: Decimal) -> Decimal:
    return roubles(kopecks(whole) - kopecks(part))


def _view(
    code: str, limit: Decimal, value: Decimal, *, bound: Decimal, left: Decimal, early: bool, no: Remark
) -> LimitView:
    """A limit with its verdict; the refusal is kept only when it is broken."""
    verdict = WARN if early else BAD if left < 0 else OK
    return LimitView(code, limit, value, bound, left, verdict, no if verdict == BAD else None)
