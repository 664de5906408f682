"""Figures of the ledger add up whatever they are, rounded or not; sums are read as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosportal.domain.errors import RuleBroken
from tosportal.domain.ledger import FIGURES, TENTH_OF_THOUSAND, LedgerCell, shown_figures, signed_roubles
from tosportal.domain.ledger_sheet import COLUMN_NAMES, COLUMNS, KIND_NAMES, KIND_WORDS, SOURCE_NAMES, SOURCE_WORDS
from tosportal.domain.programme_document import SOURCES
from tosportal.domain.region_share import region_share

SUMS = st.integers(0, 10**11).map(lambda kopecks: Decimal(kopecks).scaleb(-2))
ENTERED = st.dictionaries(st.sampled_from(FIGURES[2:-1]), SUMS)
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 6), st.sampled_from(SOURCES)), st.builds(LedgerCell, SUMS, SUMS, ENTERED), max_size=12
)
ROWS = range(1, 7)


@given(cells=CELLS, step=st.sampled_from([None, TENTH_OF_THOUSAND, Decimal(1000)]))
def test_what_is_printed_adds_up_in_both_directions(cells, step):
    shown = shown_figures(cells, ROWS, step=step)
    for figure in FIGURES:
        for row in ROWS:
            assert sum(shown.of(figure, row, source) for source in SOURCES) == shown.of(figure, row)
        for source in SOURCES:
            assert sum(shown.of(figure, row, source) for row in ROWS) == shown.of(figure, None, source)
        assert sum(shown.of(figure, row) for row in ROWS) == shown.of(figure)
        assert sum(shown.of(figure, None, source) for source in SOURCES) == shown.of(figure)


@given(cells=CELLS)
def test_no_printed_figure_is_a_whole_step_away(cells):
    exact, shown = shown_figures(cells, ROWS), shown_figures(cells, ROWS, step=TENTH_OF_THOUSAND)
    for place in exact.cells:
        if place[0] != "remainder":
            assert abs(exact.of(*place) - shown.of(*place)) < TENTH_OF_THOUSAND, place
        assert shown.of(*place) % TENTH_OF_THOUSAND == 0
    for (row, source), cell in cells.items():
        assert exact.of("remainder", row, source) == cell.remainder
        base = shown.of(cell.base, row, source)
        assert shown.of("remainder", row, source) == base - shown.of("cash", row, source)


@pytest.mark.parametrize(
    ("text", "value"), [("708 500", "708500.00"), ("−1,5 ₽", "-1.50"), ("- 3 000,00 руб.", "-3000.00"), ("–7", "-7.00")]
)
def test_a_sum_is_read_with_its_sign(text, value):
    assert str(signed_roubles(text)) == value


@pytest.mark.parametrize("text", ["", "-", "0", "−0,00", "--5", "1e5", "NaN", "12,345", "сорок"])
def test_what_is_no_sum_is_refused(text):
    with pytest.raises(RuleBroken):
        signed_roubles(text)


def test_no_two_columns_or_words_mean_two_things():
    for words, names in ((COLUMNS, COLUMN_NAMES), (KIND_WORDS, KIND_NAMES), (SOURCE_WORDS, SOURCE_NAMES)):
        assert set(names.values()) == set(words)
        assert len(names) == len({(name, word) for word, name in names.items()})


def test_more_money_of_the_district_is_in_order_and_a_missing_kopeck_over_the_tolerance_is_not():
    regional = LedgerCell(entered={"region_agreement": Decimal("708500.00"), "cash": Decimal("98.20")})
    for local, holds in (("13000.00", True), ("12986.76", True), ("12986.75", False)):
        cell = LedgerCell(entered={"roster": Decimal(local), "cash": Decimal("1.80")})
        assert region_share(Decimal("98.2"), regional, cell).holds is holds, local
    short = LedgerCell(plan=Decimal("13000.00"), entered={"cash": Decimal("1.78")})
    checked = region_share(Decimal("98.2"), regional, short)
    assert (checked.planned.holds, checked.spent.holds, checked.holds) == (True, False, False)
    assert str(checked.due.local) == "12986.76"
