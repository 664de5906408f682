"""Forms as XLSX: what a formula gives stands beside it."""

import io
from decimal import Decimal

import openpyxl

from tests.conftest import NOW
from tosportal.support.documents.form_xlsx import xlsx_of_forms
from tosportal.support.documents.forms import Form, Slot


def form(name: str, number: str) -> Form:
    row = (
        Slot("1,5", number=Decimal("1.5"), places=1),
        Slot("3,0", number=Decimal(number), places=1, formula="[0,0]*2"),
        Slot("<&—>", formula='IF([0,0]<>0,"<&—>","x")'),
    )
    return Form(name, (), "Форма", (row,), (1, 1, 1))


def test_a_viewer_that_does_not_count_shows_the_values_of_formulas() -> None:
    content = xlsx_of_forms([form("А", "3.00"), form("Б", "-2.5")], title="Формы", now=NOW)
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert [list(sheet.values)[-1] for sheet in shown] == [(1.5, 3, "<&—>"), (1.5, -2.5, "<&—>")]
    live = openpyxl.load_workbook(io.BytesIO(content))
    assert list(live["Б"].values)[-1] == (1.5, "=A3*2", '=IF(A3<>0,"<&—>","x")')
    assert live.calculation.fullCalcOnLoad
