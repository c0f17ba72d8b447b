"""Whole patients behind printed counts, percentages and odds ratios."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.synthetic.calibration import SIMPLE_CELLS
from hematotox.synthetic.fitting.cell_counts import Columns, split_levels
from hematotox.synthetic.fitting.known_counts import Printed, known_columns
from hematotox.synthetic.fitting.published_numbers import OddsRatio
from hematotox.synthetic.fitting.two_by_two import events_behind

SIZES = Columns(simple_low=465, simple_high=95, ht_low=138, ht_high=251)


def test_the_columns_of_table_1_come_apart_into_five_cells():
    # female: SimpleHT low 174, high 33; HT low 42, high 91
    female = Columns(174, 33, 42, 91)
    male = Columns(465 - 174, 95 - 33, 138 - 42, 251 - 91)
    cells = split_levels({"yes": female, "no": male}, both_high=66)
    yes = {cell: levels["yes"] for cell, levels in cells.items()}
    assert yes["ht_low"] == 42
    assert yes["ht_high_only"] + yes["both_high"] == 91
    assert yes["both_high"] + yes["simple_ht_high_only"] == 33
    assert yes["ht_low"] + yes["ht_high_only"] + yes["simple_ht_low_only"] == 174
    assert sum(cells["both_high"].values()) == 66


cell_counts = st.tuples(*[st.integers(0, 30)] * 5)


@settings(max_examples=60, deadline=None)
@given(yes=cell_counts, no=cell_counts)
def test_any_columns_that_come_from_cells_can_be_taken_apart(yes, no):
    def columns(counts):
        low, only, both, simple_low, simple_high = counts
        return Columns(low + only + simple_low, both + simple_high, low, only + both)

    levels = {"yes": columns(yes), "no": columns(no)}
    if levels["yes"].simple_high + levels["no"].simple_high == 0:
        return
    cells = split_levels(levels, both_high=yes[2] + no[2])
    assert set(cells) == set(SIMPLE_CELLS)
    assert all(count >= 0 for counts in cells.values() for count in counts.values())
    assert sum(cells["both_high"].values()) == yes[2] + no[2]
    for name, column in levels.items():
        found = [cells[cell][name] for cell in SIMPLE_CELLS]
        low, only, both, simple_low, simple_high = found
        assert columns((low, only, both, simple_low, simple_high)) == column


def test_columns_that_contradict_each_other_are_refused():
    # more HT low and high than SimpleHT low and high can hold
    with pytest.raises(ValueError, match="contradict"):
        split_levels({"yes": Columns(1, 1, 5, 5)}, both_high=1)


def test_percentages_tell_how_many_are_known():
    # refractory 404 (74), 333 (73), 71 (76) of 560; 285 (75), 103 (77), 182 (74) of 389
    printed = Printed(Columns(333, 71, 103, 182), (74, 73, 76), (75, 77, 74))
    known = known_columns(printed, SIZES)
    assert round(100 * 404 / (known.simple_low + known.simple_high)) == 74
    assert round(100 * 333 / known.simple_low) == 73
    assert round(100 * 71 / known.simple_high) == 76
    assert round(100 * 103 / known.ht_low) == 77
    assert round(100 * 182 / known.ht_high) == 74


def test_all_are_known_where_percentages_say_so():
    female = Printed(Columns(174, 33, 42, 91), (37, 37, 35), (34, 30, 36))
    assert known_columns(female, SIZES) == SIZES


def test_impossible_percentages_leave_all_known():
    # 37 of 95 printed as 38 %, 4 of 95 as 5 %: no number of unknown gives both
    lines = Printed(Columns(9, 4, 5, 6), (2, 2, 25), (3, 4, 2))
    assert known_columns(lines, SIZES) == SIZES


@pytest.mark.parametrize(
    ("printed", "n_low", "n_high", "events"),
    [
        # late ICAHT >= 3 by HT; percentages not printed
        (OddsRatio(3.99, 1.16, 13.77, 0.0, 0.0), 124, 211, (3, 19)),
        # severe thrombocytopenia by HT, 2.4 against 13 %
        (OddsRatio(6.02, 1.79, 20.27, 0.024, 0.13), 124, 208, (3, 27)),
        # complete response by SimpleHT, 51 against 23 %
        (OddsRatio(0.30, 0.17, 0.52, 0.51, 0.23), 448, 77, (227, 18)),
    ],
)
def test_events_behind_printed_odds_ratios(printed, n_low, n_high, events):
    assert events_behind(printed, n_low=n_low, n_high=n_high) == events


def test_percentages_no_number_rounds_to_are_refused():
    with pytest.raises(ValueError, match="round"):
        events_behind(OddsRatio(2.0, 1.0, 4.0, 0.5, 0.17), n_low=10, n_high=3)
