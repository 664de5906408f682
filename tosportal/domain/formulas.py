"""Formulas of indicators as documents write them: «Доб = Коб1/Коб2 Х 100», «(Куг.отв. + Кадм.отв.) x 100000/КН».

A formula is read by a small parser of its own into a list of steps and is counted in exact fractions; nothing of it is
ever run as a program. There are numbers, names, + − × :, brackets, per cent; no functions, no powers.

How a sign is told from a letter: where an operand has just ended, «х» or «x» of either alphabet is multiplication,
where one is expected it is a name. A sign glued to a name («КобщX100») is seen by its alphabet or by the power of ten
after it. «100 %» is the factor 100 (authors write «× 100 %» for «in per cent»); any other per cent is a hundredth part.

Basis: issue 3, point 11; DOMAIN §6.1 (passport of an indicator).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tosportal.domain.errors import N_, Remark, RuleBroken

LONGEST_TEXT = 1000
LONGEST_NUMBER = 30
DEEPEST = 30

_LETTER = "A-Za-zА-Яа-яЁё"
_NAME = re.compile(rf"[{_LETTER}][{_LETTER}0-9_]*(?:\.[{_LETTER}0-9_]+)*\.?")
_NUMBER = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+)(?:[.,]([0-9]+))?")
_OPERAND = re.compile(rf"[{_LETTER}0-9(\[{{]")
_TAIL = re.compile(rf"[,;.]?\s*(?<![{_LETTER}0-9_])где(?![{_LETTER}0-9_]).*", re.IGNORECASE | re.DOTALL)
_UNIT = re.compile(r"(?:,\s*|,?\s*\(\s*)(?:%|процент\w*)\s*\)?\s*\.?\s*$")  # «…, %», «Д (%)»: the unit, no part of it
_TIMES_LETTERS = "хХxX"
_SIGNS = {
    **dict.fromkeys("+＋", "+"),
    **dict.fromkeys("-−–—‒", "-"),
    **dict.fromkeys("*×·∙•⋅∗✕", "*"),
    **dict.fromkeys("/:÷∕⁄", "/"),
    **dict.fromkeys("([{", "("),
    **dict.fromkeys(")]}", ")"),
    "%": "%",
}
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\u200b\ufeff\t\r\n", " "),
        **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    }
)
_LOOKALIKES = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")


class Op(StrEnum):
    """What a step does with the values counted so far."""

    NUMBER = "number"
    NAME = "name"
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    NEGATE = "negate"
    PERCENT = "%"


@dataclass(frozen=True)
class Step:
    """One step in the order of counting. `text`: the number or name as printed, for a division its divisor in words."""

    op: Op
    number: Fraction = Fraction(0)
    text: str = ""


@dataclass(frozen=True)
class Formula:
    """A formula that was read. `names` are its variables as printed, each once, in the order of the text; `target` is
    what stands before «=», empty when nothing does; `text` is the canonical writing and reads as the same formula."""

    text: str
    target: str
    names: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def refers_to_itself(self) -> bool:
        """Whether the target is also a variable: the document gives two things one name."""
        return bool(self.target) and name_key(self.target) in set(map(name_key, self.names))

    def evaluate(self, values: Mapping[str, Fraction | Decimal | int | None]) -> Fraction:
        """The exact value. Names are compared by `name_key`, so «Кадм.отв» finds the value of «Кадм.отв.».

        >>> parse_formula("ВН = (Куг.отв. + Кадм.отв) x 100000/КН").evaluate(
        ...     {"Куг.отв.": Fraction(30), "Кадм.отв.": Fraction(41), "КН": Fraction(71000)})
        Fraction(100, 1)

        Raises RuleBroken with one remark for each name without a value (`place` is the name), and for a division by
        zero, naming the divisor. Basis: issue 3, point 11.
        """
        known = self._values(values)
        stack: list[Fraction] = []
        for step in self.steps:
            if step.op is Op.NUMBER:
                stack.append(step.number)
            elif step.op is Op.NAME:
                stack.append(known[name_key(step.text)])
            elif step.op is Op.NEGATE:
                stack.append(-stack.pop())
            elif step.op is Op.PERCENT:
                stack.append(stack.pop() / 100)
            else:
                right, left = stack.pop(), stack.pop()
                stack.append(_count(step, left, right))
        return stack.pop()

    def substituted(self, values: Mapping[str, Fraction | Decimal | int | None]) -> str:
        """The formula with numbers in place of names, for counting again by hand. Raises RuleBroken for a missing one.

        >>> parse_formula("Доб = Коб1/Коб2 Х 100").substituted({"Коб1": 5, "Коб2": Decimal("14.5")})
        '5 / 14,5 × 100'
        """
        known = self._values(values)
        return text_of(self.steps, lambda name: shown_number(known[name_key(name)]))

    def _values(self, values: Mapping[str, Fraction | Decimal | int | None]) -> dict[str, Fraction]:
        given = {name_key(name): Fraction(value) for name, value in values.items() if value is not None}
        lacking = [name for name in self.names if name_key(name) not in given]
        if lacking:
            raise RuleBroken(
                [Remark(N_("Нет значения «%(name)s», без него формулу не посчитать"), {"name": n}, n) for n in lacking]
            )
        return given


def _count(step: Step, left: Fraction, right: Fraction) -> Fraction:
    if step.op is Op.ADD:
        return left + right
    if step.op is Op.SUBTRACT:
        return left - right
    if step.op is Op.MULTIPLY:
        return left * right
    if right == 0:
        words = N_("Знаменатель «%(divisor)s» равен нулю: показатель по формуле не определён")
        raise RuleBroken(Remark(words, {"divisor": step.text}))
    return left / right


def name_key(name: str) -> str:
    """What makes two names one: spaces, underscores and a last dot do not count, nor does the alphabet of look-alikes.

    >>> name_key("К уг.отв.") == name_key("Kуг.отв"), name_key("Чо") == name_key("ЧО"), name_key("Tf")
    (True, False, 'Tf')
    """
    bare = re.sub(r"[\s_]", "", name.translate(_PLAIN)).rstrip(".")
    cyrillic = bare.translate(_LOOKALIKES)
    return cyrillic if not re.search("[A-Za-z]", cyrillic) else bare


def parse_formula(text: str, names: Collection[str] = ()) -> Formula:
    """The formula in a text; `names`, when known, tell names from signs where the text is glued.

    >>> formula = parse_formula("Двып= Квып/КобщX100")
    >>> formula.target, formula.names, formula.text
    ('Двып', ('Квып', 'Кобщ'), 'Двып = Квып / Кобщ × 100')
    >>> parse_formula("1,5 : (2 − 0,5) x 100 000").evaluate({})
    Fraction(100000, 1)

    What follows «где», and the unit in «…, %» or «Д (%) = …», are left out. Raises RuleBroken with words and the place
    for an empty or too long text, a missing sign, operand or bracket, an unknown character, too deep brackets.
    Basis: issue 3, point 11.
    """
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(Remark(N_("Формула длиннее %(most)s знаков"), {"most": LONGEST_TEXT}))
    plain = _TAIL.sub("", text.translate(_PLAIN)).strip(" ;,")
    left, equals, right = (_UNIT.sub("", part) for part in plain.partition("="))
    if not equals:
        left, right = "", plain
    if "=" in right:
        raise RuleBroken(Remark(N_("В формуле больше одного знака «=»")))
    target = left.strip()
    if equals and not re.fullmatch(rf"[{_LETTER}][{_LETTER}0-9_. ]*", target):
        raise RuleBroken(Remark(N_("Слева от знака «=» должно стоять одно обозначение показателя")))
    if right.endswith(".") and not re.search(rf"[{_LETTER}0-9_]\.$", right):
        right = right[:-1]
    right = re.sub(rf"(?<![{_LETTER}0-9_.])([0-9]+)\.$", r"\1", right)
    steps = _Reader(tuple(_tokens(right, names))).steps()
    used: dict[str, str] = {}
    for step in steps:
        if step.op is Op.NAME:
            used.setdefault(name_key(step.text), step.text)
    one_spelling = tuple(Step(s.op, s.number, used[name_key(s.text)]) if s.op is Op.NAME else s for s in steps)
    target = re.sub(r"\s", "", target)
    words = text_of(one_spelling)
    return Formula(f"{target} = {words}" if target else words, target, tuple(used.values()), one_spelling)


@dataclass(frozen=True)
class _Token:
    kind: str  # number, name, or one of + - * / ( ) %
    text: str
    at: int


def _tokens(text: str, names: Collection[str]) -> Iterator[_Token]:
    """The tokens of a formula; `after` says that an operand has just ended."""
    keys = {name_key(name) for name in names}
    spaced = sorted((name.strip() for name in names if " " in name.strip()), key=len, reverse=True)
    position, after = 0, ""
    while position < len(text):
        character = text[position]
        if character == " ":
            position += 1
            continue
        start = position
        if after and character in _TIMES_LETTERS and _is_sign(text, position, after):
            yield _Token("*", character, start)
            position, after = position + 1, ""
        elif after and _OPERAND.match(character):
            raise _missing_sign(text, start)
        elif (sign := _SIGNS.get(character)) is not None:
            yield _Token(sign, character, start)
            position, after = position + 1, sign if sign in ")%" else ""
        elif number := _NUMBER.match(text, position):
            yield _Token("number", number[0], start)
            position, after = number.end(), "number"
        elif name := next((one for one in spaced if text.startswith(one, position)), "") or _name_at(
            text, position, keys
        ):
            yield _Token("name", name.replace(" ", ""), start)
            position, after = position + len(name), "name"
        else:
            raise RuleBroken(
                Remark(N_("Знак «%(sign)s» в формуле не понятен (знак %(at)s)"), {"sign": character, "at": start + 1})
            )


def _is_sign(text: str, position: int, after: str) -> bool:
    """Whether a letter «х» after an operand multiplies: «Коб2 Х 100», «)x100», not the first letter of «хор»."""
    rest = text[position + 1 : position + 2]
    return after in {"number", ")", "%"} or not re.match(rf"[{_LETTER.lower()}]", rest) or rest.isupper()


def _missing_sign(text: str, at: int) -> RuleBroken:
    return RuleBroken(
        Remark(
            N_("Перед «%(part)s» нет знака действия (знак %(at)s)"), {"part": text[at : at + 15].strip(), "at": at + 1}
        )
    )


def _name_at(text: str, position: int, keys: Collection[str]) -> str:
    """The name that starts here, without a multiplication sign glued to it; empty when there is none."""
    found = _NAME.match(text, position)
    if found is None:
        return ""
    whole = found[0]
    if name_key(whole) in keys:
        return whole
    for index in range(1, len(whole)):
        if whole[index] in _TIMES_LETTERS and _is_glued(whole, index, text[found.end() :].lstrip(), keys):
            return whole[:index]
    return whole


def _is_glued(whole: str, index: int, follows: str, keys: Collection[str]) -> bool:
    left, sign, right = whole[:index], whole[index], whole[index + 1 :]
    other = "[А-Яа-яЁё]" if sign in "xX" else "[A-Za-z]"
    own = "[A-Za-z]" if sign in "xX" else "[А-Яа-яЁё]"
    foreign = bool(re.search(other, left)) and not re.search(own, left)
    starts_operand = re.match(rf"[{_LETTER}0-9(]", right or follows) is not None
    if not starts_operand:
        return False
    if name_key(left) in keys or re.fullmatch(r"10{2,}", right):
        return True
    return foreign and (not right or right[0].isdigit() or not re.search(own, right))


class _Reader:
    """Precedence climbing over tokens; emits steps in the order of counting."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self.tokens, self.position, self.depth = tokens, 0, 0
        self.emitted: list[Step] = []

    def steps(self) -> tuple[Step, ...]:
        if not self.tokens:
            raise RuleBroken(Remark(N_("Напишите формулу, например: Доб = Коб1 / Коб2 × 100")))
        self.sum_or_product(1)
        if self.position < len(self.tokens):
            raise RuleBroken(
                Remark(N_("Лишняя закрывающая скобка (знак %(at)s)"), {"at": self.tokens[self.position].at + 1})
            )
        return tuple(self.emitted)

    @property
    def next(self) -> str:
        return self.tokens[self.position].kind if self.position < len(self.tokens) else ""

    def sum_or_product(self, least: int) -> None:
        """Operands joined by signs that bind at least so tightly: 1 sums and products, 2 products only."""
        self.operand()
        while (sign := self.next) in _BINDS and _BINDS[sign] >= least:
            self.position += 1
            start = len(self.emitted)
            self.sum_or_product(_BINDS[sign] + 1)
            divisor = text_of(self.emitted[start:]) if sign == "/" else ""
            self.emitted.append(Step(Op(sign), text=divisor))

    def operand(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise RuleBroken(Remark(N_("Скобки в формуле вложены глубже %(most)s"), {"most": DEEPEST}))
        if not self.next:
            raise RuleBroken(Remark(N_("Формула обрывается: после знака действия ничего нет")))
        token = self.tokens[self.position]
        self.position += 1
        if token.kind == "number":
            self.emitted.append(_number(token.text))
        elif token.kind == "name":
            self.emitted.append(Step(Op.NAME, text=token.text))
        elif token.kind == "(":
            self.sum_or_product(1)
            if self.next != ")":
                raise RuleBroken(Remark(N_("Скобка (знак %(at)s) не закрыта"), {"at": token.at + 1}))
            self.position += 1
        elif token.kind in "+-":
            self.operand()
            if token.kind == "-":
                self.emitted.append(Step(Op.NEGATE))
        else:
            raise RuleBroken(
                Remark(
                    N_("Перед «%(sign)s» (знак %(at)s) нет числа или обозначения"),
                    {"sign": token.text, "at": token.at + 1},
                )
            )
        while token.kind not in "+-" and self.next == "%":
            self.position += 1
            hundred = self.emitted[-1] == _HUNDRED
            self.emitted[-1 if hundred else len(self.emitted) :] = [_HUNDRED_PERCENT if hundred else Step(Op.PERCENT)]
        self.depth -= 1


_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}
_HUNDRED = Step(Op.NUMBER, Fraction(100), "100")
_HUNDRED_PERCENT = Step(Op.NUMBER, Fraction(100), "100 %")


def _number(printed: str) -> Step:
    whole, _, part = printed.replace(" ", "").replace(".", ",").partition(",")
    whole = whole.lstrip("0") or "0"
    if len(whole) + len(part) > LONGEST_NUMBER:
        raise RuleBroken(Remark(N_("Число в формуле длиннее %(most)s цифр"), {"most": LONGEST_NUMBER}))
    value = Fraction(int(whole + part), 10 ** len(part))
    return Step(Op.NUMBER, value, f"{whole},{part}" if part else whole)


def text_of(steps: Collection[Step], name_shown: Callable[[str], str] = str) -> str:
    """The steps as one canonical line: «×», «/», comma, brackets only where they matter."""
    stack: list[tuple[str, int]] = []  # text and how tightly it holds: 1 sum, 2 product, 3 negation, 4 whole

    def bracketed(part: tuple[str, int], least: int) -> str:
        return part[0] if part[1] >= least else f"({part[0]})"

    for step in steps:
        if step.op is Op.NUMBER:
            stack.append((step.text, 4))
        elif step.op is Op.NAME:
            shown = name_shown(step.text)
            stack.append((shown, 3 if shown.startswith("−") else 4))
        elif step.op is Op.NEGATE:
            stack.append((f"−{bracketed(stack.pop(), 4)}", 3))
        elif step.op is Op.PERCENT:
            stack.append((f"{bracketed(stack.pop(), 4)} %", 4))
        else:
            right, left = stack.pop(), stack.pop()
            binds = _BINDS[step.op]
            sign = {Op.ADD: "+", Op.SUBTRACT: "−", Op.MULTIPLY: "×", Op.DIVIDE: "/"}[step.op]
            least = 4 if right[1] == 3 else binds + 1
            stack.append((f"{bracketed(left, binds)} {sign} {bracketed(right, least)}", binds))
    return stack.pop()[0]


def shown_number(value: Fraction, places: int = 5) -> str:
    """A number for reading: exact when it ends within so many places, else rounded half up; comma, «−» for minus.

    >>> shown_number(Fraction(5, 2)), shown_number(Fraction(-2, 3)), shown_number(Fraction(100))
    ('2,5', '−0,66667', '100')
    """
    scale = 10**places
    whole, part = divmod((abs(value) * scale * 2 + 1) // 2, scale)
    digits = f"{part:0{places}d}".rstrip("0")
    sign = "−" if value < 0 and (whole or part) else ""
    return f"{sign}{whole},{digits}" if digits else f"{sign}{whole}"
