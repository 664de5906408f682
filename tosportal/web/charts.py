"""Where the marks of a chart stand: pure geometry over numbers, drawn by `components/charts.html`.

Across, places are in per cent of the width, down in pixels from the top, so that letters keep their size on any screen
and a chart needs neither scripts nor inline styles. A number that is not there has no mark: that is not zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

Number = Decimal | int | Fraction
Parts = Mapping[str, Number]
LINES_MOST = 5
STEPS = (Fraction(1), Fraction(2), Fraction(5))
ACROSS = 1000  # units that the width of a path has
GAP = Fraction(1, 5)  # per cent between a column and the middle of its year
LETTER = 8  # pixels that a digit of a label takes
HIGH_LETTER = 26  # pixels that a label over a column takes, with the space under it
DENSE = 8  # more years than this are written smaller
NARROWEST = 300  # pixels of the narrowest chart


@dataclass(frozen=True)
class Bar:
    """A part of a column: `x` and `width` in per cent, `y` and `height` in pixels; `kind` names what it is."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Line:
    """A line of the grid with its value, or a piece of the line of the plan."""

    x1: str
    y1: str
    x2: str
    y2: str
    value: Decimal | None = None


@dataclass(frozen=True)
class Word:
    """A text at a place; `kind`: year, value, nothing."""

    kind: str
    x: str
    y: str
    value: Number | str | None = None


@dataclass(frozen=True)
class Chart:
    """What is to be drawn, in order: grid, bars, the line of the plan with its points, words."""

    height: int
    base: str
    grid: tuple[Line, ...]
    bars: tuple[Bar, ...]
    plan: tuple[Line, ...]
    points: tuple[Line, ...]
    words: tuple[Word, ...]
    is_dense: bool

    @property
    def view(self) -> str:
        """The units of the paths: they are stretched to the width, pixels stay pixels down."""
        return f"0 0 {ACROSS} {self.height}"

    @property
    def columns_drawn(self) -> str:
        """All bars as one path in units of `view`: a page of many charts stays light."""
        return "".join(
            f"M{across(one.x)} {short(one.y)}h{across(one.width)}v{short(one.height)}h-{across(one.width)}z"
            for one in self.bars
        )

    @property
    def points_drawn(self) -> str:
        """The plan of each year as one path."""
        return "".join(f"M{across(one.x1)} {short(one.y1)}H{across(one.x2)}" for one in self.points)

    @property
    def plan_drawn(self) -> str:
        """The line of the plan as one path; where a year is missing it begins anew."""
        found, stands = "", ("", "")
        for one in self.plan:
            if stands != (one.x1, one.y1):
                found += f"M{across(one.x1)} {short(one.y1)}"
            found += f"L{across(one.x2)} {short(one.y2)}"
            stands = (one.x2, one.y2)
        return found


def grid_values(most: Number) -> list[Fraction]:
    """The values at which lines are drawn: round ones, above zero, at most five.

    >>> [int(one) for one in grid_values(Decimal("7.5"))], [int(one) for one in grid_values(1300)], grid_values(0)
    ([2, 4, 6], [500, 1000], [])
    """
    top = Fraction(most)
    if top <= 0:
        return []
    size = Fraction(1)
    while size * 10 <= top:
        size *= 10
    while size > top:
        size /= 10
    steps = [size * step / 10 for step in STEPS] + [size * step for step in STEPS]
    step = next(one for one in steps if top / one <= LINES_MOST)
    return [step * at for at in range(1, int(top / step) + 1)]


class _Field:
    """The space of a chart: slots across for years, pixels down from `top` to `base`."""

    left = Fraction(0)

    def __init__(self, count: int, most: Fraction, height: int, left: int = 0) -> None:
        self.left = Fraction(left)
        self.slot = (100 - self.left) / max(count, 1)
        self.most = most
        self.top, self.base = 26, height - 28

    def middle(self, at: int) -> Fraction:
        return self.left + self.slot * at + self.slot / 2

    def tall(self, value: Number) -> Fraction:
        """The height of a value; nothing is below the base."""
        return max(Fraction(value), Fraction(0)) / self.most * (self.base - self.top) if self.most else Fraction(0)

    def level(self, value: Number) -> Fraction:
        return self.base - self.tall(value)

    def grid(self) -> tuple[Line, ...]:
        return tuple(
            Line("0", px(self.level(one)), "100%", px(self.level(one)), Decimal(one.numerator) / one.denominator)
            for one in grid_values(self.most)
        )


def plan_and_fact(rows: Sequence[tuple[int, Number | None, Number | None]], height: int = 190) -> Chart:
    """Facts as columns and the plan as a line over the years; `rows`: year, plan, fact, each may be missing.

    Values are written over the columns when they fit at the narrowest. The plan of a year is a short line, those of
    years that follow each other are joined.
    """
    most = max((Fraction(value) for _year, *pair in rows for value in pair if value is not None), default=Fraction(0))
    field = _Field(len(rows), most, height)
    bar = min(field.slot * Fraction(55, 100), Fraction(14))
    is_dense = len(rows) > DENSE
    bars, words, points = [], [], []
    room = NARROWEST / max(len(rows), 1)
    for at, (year, plan, fact) in enumerate(rows):
        middle = field.middle(at)
        words.append(Word("year", percent(middle), px(height - 8), year))
        if fact is None:
            words.append(Word("nothing", percent(middle), px(field.base - 6)))
        else:
            high = field.tall(fact)
            bars.append(Bar("fact", percent(middle - bar / 2), px(field.base - high), percent(bar), px(high)))
            if len(f"{Decimal(fact) if not isinstance(fact, Fraction) else fact}") * LETTER <= room:
                level = Fraction(field.base) if plan is None else field.level(plan)
                crosses = field.base - high - HIGH_LETTER < level < field.base - high
                top = level if crosses else field.base - high  # a value stands over the line of the plan, not under it
                words.append(Word("value", percent(middle), px(top - 8), fact))
        if plan is not None:
            high, half = field.level(plan), field.slot * Fraction(38, 100)
            points.append(Line(percent(middle - half), px(high), percent(middle + half), px(high)))
    heights = [None if plan is None else px(field.level(plan)) for _year, plan, _fact in rows]
    pieces = tuple(
        Line(percent(field.middle(at)), first, percent(field.middle(at + 1)), second)
        for at, (first, second) in enumerate(pairwise(heights))
        if first is not None and second is not None and rows[at + 1][0] - rows[at][0] == 1
    )
    return Chart(height, px(field.base), (), tuple(bars), pieces, tuple(points), tuple(words), is_dense)


def stacked(
    rows: Sequence[tuple[int | str, Parts, Parts]],
    kinds: Sequence[str],
    height: int = 300,
) -> Chart:
    """Two columns for every year, made of the parts of `kinds` in their order from the bottom: the plan and the fact.

    The kind of a bar is «plan CODE» or «fact CODE»; where no year has a fact there is one column a year, «only CODE».
    What is not above zero has no bar: a column says what came in, and the table says what was taken back.
    """

    def whole(parts: Parts) -> Fraction:
        return sum((max(Fraction(parts.get(kind, 0)), Fraction(0)) for kind in kinds), Fraction(0))

    most = max((whole(parts) for _year, *both in rows for parts in both), default=Fraction(0))
    field = _Field(len(rows), most, height, left=12 if most else 0)
    has_fact = any(whole(fact) for _year, _plan, fact in rows)
    bar = min(field.slot * Fraction(36, 100), Fraction(7))
    bars, words = [], []
    for at, (year, plan, fact) in enumerate(rows):
        middle = field.middle(at)
        words.append(Word("year", percent(middle), px(height - 8), year))
        pair = [("plan", plan, middle - bar - GAP), ("fact", fact, middle + GAP)]
        for name, parts, x in pair if has_fact else [("only", plan, middle - bar / 2)]:
            level = Fraction(field.base)
            for kind in kinds:
                high = field.tall(parts.get(kind, 0))
                if high > 0:
                    level -= high
                    bars.append(Bar(f"{name} {kind}", percent(x), px(level), percent(bar), px(high)))
    return Chart(height, px(field.base), field.grid(), tuple(bars), (), (), tuple(words), len(rows) > DENSE)


def percent(value: Fraction) -> str:
    """A place across.

    >>> percent(Fraction(100, 3))
    '33.333%'
    >>> percent(Fraction(5))
    '5%'
    """
    return f"{trimmed(float(value), 3)}%"


def px(value: Fraction | int) -> str:
    """A place down.

    >>> px(Fraction(1, 3)), px(7)
    ('0.33', '7')
    """
    return trimmed(float(value), 2)


def across(place: str) -> str:
    """A place in per cent as units of a path.

    >>> across("33.333%"), across("5%")
    ('333.3', '50')
    """
    return trimmed(float(place.removesuffix("%")) * ACROSS / 100, 1)


def short(place: str) -> str:
    """A place in pixels with the digits that a path needs."""
    return trimmed(float(place), 1)


def trimmed(value: float, digits: int) -> str:
    """A number without the zeros at its end.

    >>> trimmed(7.5, 2), trimmed(100, 2), trimmed(-0.001, 2)
    ('7.5', '100', '0')
    """
    return f"{round(value, digits) or 0:.{digits}f}".rstrip("0").rstrip(".")
