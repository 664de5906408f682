"""Counts the formulas of a sheet as Excel does: the few functions that the report uses, exactly."""

import ast
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

REFERENCE = re.compile(r'("[^"]*")|(\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?)|(<>)|(?<![<>=])(=)(?!=)')
COMPARED = {ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b}


class Sheet:
    """The values of a sheet, formulas counted from other cells."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet

    def value(self, place: str) -> Any:
        found = self.sheet[place.replace("$", "")].value
        if isinstance(found, str) and found.startswith("=") and self.sheet[place.replace("$", "")].data_type == "f":
            return self.counted(found[1:])
        return Fraction(Decimal(str(found))) if isinstance(found, int | float | Decimal) else found

    def counted(self, formula: str) -> Any:
        def python(found: re.Match[str]) -> str:
            text, place, other, _same = found.groups()
            return text or (f'_at("{place}")' if place else "!=" if other else "==")

        return self.of(ast.parse(REFERENCE.sub(python, formula), mode="eval").body)

    def of(self, node: ast.AST) -> Any:
        match node:
            case ast.Constant(value=value):
                return Fraction(value) if isinstance(value, int) else value
            case ast.Call(func=ast.Name(id="_at"), args=[ast.Constant(value=str(place))]):
                if ":" not in place:
                    return self.value(place)
                return [self.value(cell.coordinate) for row in self.sheet[place.replace("$", "")] for cell in row]
            case ast.Call(func=ast.Name(id="IF"), args=[test, yes, no]):
                return self.of(yes if self.of(test) else no)
            case ast.Call(func=ast.Name(id=name), args=args):
                return getattr(self, name.lower())(*map(self.of, args))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                compare, a, b = COMPARED[type(operator)], self.of(left), self.of(right)
                return [compare(one, b) for one in a] if isinstance(a, list) else compare(a, b)
            case ast.BinOp(left=left, op=operator, right=right):
                a, b = self.of(left), self.of(right)
                if isinstance(a, list):
                    return [one and two for one, two in zip(a, b, strict=True)]
                return {ast.Add: a.__add__, ast.Sub: a.__sub__, ast.Mult: a.__mul__, ast.Div: a.__truediv__}[
                    type(operator)
                ](b)
        raise ValueError(ast.dump(node))

    def sum(self, cells: list[Any]) -> Fraction:
        return sum((one for one in cells if isinstance(one, Fraction)), Fraction(0))

    def count(self, cells: list[Any]) -> Fraction:
        return Fraction(sum(isinstance(one, Fraction) for one in cells))

    def isnumber(self, value: Any) -> Any:
        if isinstance(value, list):
            return [isinstance(one, Fraction) for one in value]
        return isinstance(value, Fraction)

    def sumproduct(self, cells: list[Any]) -> Fraction:
        return Fraction(sum(map(bool, cells)))

    def sumif(self, where: list[Any], wanted: Any, cells: list[Any]) -> Fraction:
        return self.sum([one for place, one in zip(where, cells, strict=True) if place == wanted])

    def __getattr__(self, name: str) -> Any:
        if name == "and":
            return lambda *values: all(values)
        raise AttributeError(name)
