"""A regulation as a file of JSON: written out, and read back whatever somebody has done to it."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from tosportal.domain.definition_reader import is_printable
from tosportal.domain.errors import N_, Remark, RuleBroken
from tosportal.domain.regulation.model import Regulation
from tosportal.domain.regulation.reading import SCHEMA, regulation_from_json, to_json
from tosportal.domain.regulation.slots import check_slots

MOST_BYTES = 1024 * 1024
DEEPEST = 16  # a column of a table in a section stands at 9
LONGEST_NAME = 60
MOST_ROWS = 500
POINTED = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,12}")
NOTHING = Decimal("NaN")


class Doubled(dict[str, Any]):
    """An object in which a name stood twice; which of the two was meant nobody knows."""

    name: str = ""


def written(regulation: Regulation) -> str:
    """The file of a regulation: the same text for the same regulation."""
    return json.dumps(to_json(regulation), ensure_ascii=False, indent=1) + "\n"


def read_file(content: bytes) -> Regulation:
    """The regulation of a file. RuleBroken says what is wrong with the file, or every defect by its place."""
    return read_data(data_of_file(content))


def read_data(data: Any) -> Regulation:
    """The regulation that a file says; more strictly than a stored one. RuleBroken names every defect by its place."""
    found = regulation_from_json(data)
    if remarks := check_slots(found):
        raise RuleBroken(remarks)
    return found


def data_of_file(content: bytes) -> Any:
    """What a file of a regulation says, its values not yet looked at; RuleBroken where it is no JSON or something else.

    >>> data_of_file(b'{"schema": "regulation/1", "limits": {"grants_per_tos": 1.0}}')
    {'schema': 'regulation/1', 'limits': {'grants_per_tos': 1}}
    """
    if len(content) > MOST_BYTES:
        raise RuleBroken(Remark(N_("Файл больше %(limit)s МБ: положение столько не занимает"), {"limit": 1}))
    text = _text(content)
    if not text.strip():
        raise RuleBroken(N_("Файл пустой"))
    try:
        data = json.loads(
            text, object_pairs_hook=_object, parse_constant=_not_a_number, parse_float=_number, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        raise RuleBroken(
            Remark(N_("Это не JSON: строка %(line)s, знак %(column)s"), {"line": error.lineno, "column": error.colno})
        ) from error
    except RecursionError as error:
        raise RuleBroken(N_("Слишком много вложенных скобок")) from error
    if defects := list(_defects(data, "", 1)):
        raise RuleBroken(defects)
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise RuleBroken(
            Remark(N_('Это не положение о конкурсе: в нём нет "schema": "%(schema)s"'), {"schema": SCHEMA})
        )
    return data


def _text(content: bytes) -> str:
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleBroken(N_("Файл не в кодировке UTF-8: откройте его в редакторе и сохраните как UTF-8")) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found and not isinstance(found, Doubled):
            found = Doubled(found)
            found.name = name
        found[name] = value
    return found


def _not_a_number(word: str) -> NoReturn:
    raise RuleBroken(Remark(N_("В файле стоит %(word)s вместо числа"), {"word": word}))


def _number(text: str) -> int | Decimal:
    """A number with a point or an exponent: 5.0 is the whole number 5; any other is nothing that a regulation knows."""
    number = Decimal(text) if POINTED.fullmatch(text) else NOTHING
    return int(number) if number == number.to_integral_value() else number


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) < LONGEST_NAME else NOTHING


def _defects(value: Any, place: str, depth: int) -> Iterator[Remark]:
    """What no reading of values would notice or survive: names twice, signs that cannot be shown, too deep brackets."""
    if depth > DEEPEST:
        yield Remark(N_("Слишком много вложенных скобок"), place=place)
        return
    if isinstance(value, Mapping):
        if isinstance(value, Doubled):
            yield Remark(N_("Поле «%(name)s» стоит дважды"), {"name": _shown(value.name)}, place)
        for name, one in value.items():
            if not is_printable(name):
                yield Remark(N_("Текст слишком длинный или содержит непечатаемые знаки"), place=place)
                continue
            yield from _defects(one, f"{place}.{name[:LONGEST_NAME]}" if place else name[:LONGEST_NAME], depth + 1)
    elif isinstance(value, list):
        if len(value) > MOST_ROWS:
            yield Remark(N_("Слишком много строк, не больше %(limit)s"), {"limit": MOST_ROWS}, place)
            return
        for number, one in enumerate(value):
            yield from _defects(one, f"{place}[{number}]", depth + 1)
    elif isinstance(value, str) and not is_printable(value):
        yield Remark(N_("Текст слишком длинный или содержит непечатаемые знаки"), place=place)


def _shown(name: str) -> str:
    return (name if is_printable(name) else "?")[:LONGEST_NAME]
