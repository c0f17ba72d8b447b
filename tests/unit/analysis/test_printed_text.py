"""Every number of a published text is found in it, in its unit and at its decimals."""

import math
from collections import defaultdict

import pytest

from hematotox.analysis.printed_text import NUMBER, Place, find_place
from hematotox.run.files import CLONE, read_published

PAPERS = ("cart_sie", "de_boer", "gla_drst_hscb", "nih_all_ht", "rejeski_2021")
QUANTITIES = ("estimate", "conf_low", "conf_high", "p_value")
NOT_AMONG_ESTIMATES = {("de_boer", "171 (70%)", 1)}
"""Numbers of print that no estimate of the study could stand beside."""
NOT_IN_THEIR_TEXT = {("nih_all_ht", "47%")}
"""Numbers derived from print: 73 patients are 47% of 156."""


@pytest.mark.parametrize("paper", PAPERS)
def test_every_number_of_a_published_text_is_judged(paper: str) -> None:
    """No row is without its number, and no number, "P<.001" included, without a row."""
    untold = defaultdict(set)
    for row in read_published(CLONE / "config" / "published" / f"{paper}.csv").to_dict("records"):
        text = str(row["printed"])
        key = (row["place"], text)
        untold.setdefault(key, set(range(len(NUMBER.findall(text)))))
        for quantity in QUANTITIES:
            value = row[quantity]
            if math.isnan(value) and not (quantity == "estimate" and text == "NR"):
                continue
            place = find_place(row, quantity, value)
            others = set(range(len(NUMBER.findall(text)))) - untold[key]
            place = find_place(row, quantity, value, sorted(others))
            if place.token is None and others:
                place = find_place(row, quantity, value)
            assert place.token is not None or (paper, text) in NOT_IN_THEIR_TEXT, (text, quantity)
            untold[key].discard(place.token)
    left = {(paper, text, token) for (_, text), tokens in untold.items() for token in tokens}
    assert {one for one in left if one[:2] not in NOT_IN_THEIR_TEXT} <= NOT_AMONG_ESTIMATES


@pytest.mark.parametrize(
    ("text", "estimand", "value", "unit", "decimals"),
    [
        ("67%", "survival", 0.67, "per cent", 0),
        ("62.5", "auc", 0.625, "per cent", 1),
        ("0.73", "auc", 0.73, "as it is", 2),
        ("6.3 mo", "survival_time_quantile", 191.75625, "months", 1),
        ("9 d", "survival_time_quantile", 9.0, "as it is", 0),
        ("1.6", "median", 48.7, "months", 1),
        ("2.94 (1.27-6.80)", "log_odds_ratio", math.log(2.94), "ratio", 2),
        ("NR", "survival_time_quantile", math.nan, "months", 1),
    ],
)
def test_the_unit_and_the_decimals_are_those_of_the_text(text, estimand, value, unit, decimals):
    number = {"printed": text, "estimand": estimand, "decimals": "1"}
    assert find_place(number, "estimate", value) == Place(0, unit, decimals)


def test_a_p_value_is_never_taken_for_an_estimate_nor_the_reverse() -> None:
    number = {"printed": "0.01 (0.001-0.1) P<.01", "estimand": "auc_difference", "decimals": "2"}
    assert find_place(number, "estimate", 0.01).token == 0
    assert find_place(number, "p_value", 0.01) == Place(3, "as it is", 2, below=True)
