"""Reading a definition written as JSON strictly: every defect is collected with its place, none is guessed away."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tosportal.domain.errors import N_, Remark, RuleBroken

CODE = re.compile(r"[a-z0-9_-]{1,60}")
DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")
# A moment in the years a contest may be in: a wilder one cannot even be shown on the clock of another zone.
MOMENT = re.compile(
    r"(?:20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
LONGEST_TEXT = 20_000
MOST_WHOLE = 10**9


def is_printable(text: str) -> bool:
    """No control signs but ends of lines and tabs, and no halves of signs, which no file can hold."""
    return not any((ord(sign) < 32 and sign not in "\n\t") or "\ud800" <= sign <= "\udfff" for sign in text)


@dataclass
class Reader:
    """Collects defects while a definition is read; `finish` raises them all at once."""

    defects: list[Remark] = field(default_factory=list)

    def defect(self, template: str, place: str, **values: object) -> None:
        self.defects.append(Remark(template, values, place))

    def finish(self) -> None:
        if self.defects:
            raise RuleBroken(self.defects)

    def only(self, data: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        """Names that the schema does not know are defects: a slip in a name must not silently lose a rule."""
        for name in data:
            if name not in set(known):
                self.defect(N_("Неизвестное поле «%(name)s»"), place, name=str(name)[:60])

    def mapping(self, value: object, place: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
            return value
        self.defect(N_("Здесь должен быть набор полей"), place)
        return {}

    def rows(self, value: object, place: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The rows of a list with their places `place[0]`, `place[1]`; nothing is an empty list."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.defect(N_("Здесь должен быть список"), place)
            return []
        return [(f"{place}[{number}]", self.mapping(row, f"{place}[{number}]")) for number, row in enumerate(value)]

    def text(self, data: Mapping[str, Any], name: str, place: str, *, required: bool = True) -> str:
        value = data.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.defect(N_("Нужен текст"), f"{place}.{name}")
            return ""
        if len(value) > LONGEST_TEXT or not is_printable(value):
            self.defect(N_("Текст слишком длинный или содержит непечатаемые знаки"), f"{place}.{name}")
            return ""
        return value

    def code(self, data: Mapping[str, Any], name: str, place: str, *, required: bool = True) -> str:
        value = data.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not CODE.fullmatch(value):
            self.defect(N_("Нужен код из латинских букв, цифр, «-» и «_»"), f"{place}.{name}")
            return ""
        return value

    def codes(self, data: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
        value = data.get(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(
            isinstance(one, str) and CODE.fullmatch(one) for one in value
        ):
            self.defect(N_("Нужен список кодов"), f"{place}.{name}")
            return ()
        return tuple(value)

    def texts(self, data: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
        """A list of words; nothing is an empty list."""
        rows = data.get(name)
        if rows is not None and not isinstance(rows, list | tuple):
            self.defect(N_("Здесь должен быть список"), f"{place}.{name}")
            return ()
        return tuple(self.text({f"{name}[{n}]": one}, f"{name}[{n}]", place) for n, one in enumerate(rows or ()))

    def one_of(self, data: Mapping[str, Any], name: str, place: str, allowed: Iterable[str]) -> str:
        allowed = tuple(allowed)
        value = data.get(name)
        if not isinstance(value, str) or value not in allowed:
            self.defect(N_("Должно быть одно из: %(allowed)s"), f"{place}.{name}", allowed=", ".join(allowed))
            return allowed[0]
        return value

    def flag(self, data: Mapping[str, Any], name: str, place: str, *, default: bool = False) -> bool:
        value = data.get(name, default)
        if not isinstance(value, bool):
            self.defect(N_("Должно быть да или нет"), f"{place}.{name}")
            return default
        return value

    def whole(
        self, data: Mapping[str, Any], name: str, place: str, *, least: int = 0, default: int | None = None
    ) -> int | None:
        value = data.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST_WHOLE:
            self.defect(N_("Нужно целое число, не меньше %(least)s"), f"{place}.{name}", least=least)
            return default
        return value

    def decimal(self, data: Mapping[str, Any], name: str, place: str, *, money: bool = False) -> Decimal | None:
        """A number written as a string; money has exactly two places and is not negative."""
        value = data.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            self.defect(N_("Число должно быть записано строкой вида 12.34"), f"{place}.{name}")
            return None
        number = Decimal(value)
        if money and (number.is_signed() or number.as_tuple().exponent != -2):
            self.defect(N_("Сумма должна быть записана с копейками, вида 144000.00"), f"{place}.{name}")
            return None
        return number

    def moment(self, data: Mapping[str, Any], name: str, place: str) -> datetime | None:
        value = data.get(name)
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) and MOMENT.fullmatch(value) else None
        except ValueError:
            at = None
        if at is None or at.utcoffset() is None:
            self.defect(N_("Нужен момент со смещением, вида 2026-02-03T00:00:00+07:00"), f"{place}.{name}")
            return None
        return at

    def unique(self, codes: Iterable[str], place: str) -> None:
        seen: set[str] = set()
        for code in codes:
            if code and code in seen:
                self.defect(N_("Код «%(code)s» повторяется"), place, code=code)
            seen.add(code)
