"""2x2 tables: printed counts, tables behind an odds ratio, Fisher's exact test."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.audit.fisher import fisher_p_value
from hematotox.audit.printed import Range
from hematotox.audit.reconstruction import tables_behind
from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio

SIZES = {"n_high": 44, "n_low": 65}
GROUPS = {"endpoint": "infection", "group": "high", "reference": "low", "term": "ht.group"}
AUSTRALIA = ("8.67 (2.30-32.68) P=.001", 8.67, 2.30, 32.68)


def around(value: float, half: float = 0.005) -> Range:
    return Range(math.log(value - half), math.log(value + half))


@pytest.mark.parametrize(
    ("ratio", "sizes", "expected"),
    [
        ((8.67, 2.30, 32.68), (44, 65), [(13, 44, 3, 65)]),
        ((3.99, 1.16, 13.77), (211, 124), [(19, 211, 3, 124)]),
        ((6.02, 1.79, 20.27), (208, 124), [(27, 208, 3, 124)]),
    ],
)
def test_the_only_table_behind_an_odds_ratio(ratio, sizes, expected) -> None:
    found = tables_behind(tuple(around(x) for x in ratio), sizes[0], n_low=sizes[1])
    assert found == expected


@settings(max_examples=30)
@given(st.integers(2, 40), st.integers(2, 40), st.data())
def test_the_table_that_was_there_is_found(n_high: int, n_low: int, data) -> None:
    a, c = data.draw(st.integers(1, n_high - 1)), data.draw(st.integers(1, n_low - 1))
    log = math.log(a * (n_low - c) / ((n_high - a) * c))
    error = math.sqrt(1 / a + 1 / (n_high - a) + 1 / c + 1 / (n_low - c))
    ends = (log, log - 1.959963985 * error, log + 1.959963985 * error)
    limits = tuple(Range(end - 1e-3, end + 1e-3) for end in ends)
    assert (a, n_high, c, n_low) in tables_behind(limits, n_high, n_low=n_low)


@settings(max_examples=60)
@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_fishers_test_is_that_of_the_statistics(n_high: int, n_low: int, data) -> None:
    a, c = data.draw(st.integers(0, n_high)), data.draw(st.integers(0, n_low))
    exact = conditional_odds_ratio(a=a, b=n_high - a, c=c, d=n_low - c)
    assert fisher_p_value((a, n_high, c, n_low)) == pytest.approx(exact.p_value, rel=1e-9)


def test_printed_counts_explain_the_printed_ratio(printed, checks) -> None:
    counts = {**SIZES, "n_event_high": 13, "n_event_low": 3}
    assert checks(printed.ratio(*AUSTRALIA, **GROUPS, **counts)) == []
    other = {**counts, "n_event_high": 12}
    wrong = checks(printed.ratio(*AUSTRALIA, **GROUPS, **other))
    assert wrong == ["estimate and 2x2 table"] * 3


def test_events_that_no_table_behind_the_ratio_has(printed, findings) -> None:
    row = printed.ratio(*AUSTRALIA, place="abstract", **GROUPS, **SIZES)
    count = {"method": "proportion", "endpoint": "infection", "place": "Table 1"}
    eleven = printed.row("count", "11 (11%)", estimate=11.0, **count)
    sixteen = printed.row("count", "16 (15%)", estimate=16.0, **count)
    assert findings(row, sixteen) == []
    (found,) = findings(row, eleven)
    assert found.place == "paper: Table 1"
    assert found.message == ("11 patients with the event; the odds ratio of abstract needs 16")


def test_an_auc_that_no_table_behind_the_ratio_has(printed, checks) -> None:
    row = printed.ratio(*AUSTRALIA, **GROUPS, **SIZES)
    roc = {"method": "roc", "endpoint": "infection", "term": "ht.group"}
    assert checks(row, printed.row("auc", "0.74", estimate=0.74, **roc)) == []
    wrong = checks(row, printed.row("auc", "0.80", estimate=0.80, **roc))
    assert wrong == ["AUC and odds ratio"]


def test_a_ratio_of_no_table_at_all(printed, checks) -> None:
    row = printed.ratio("2.50 (2.40-2.60)", 2.5, 2.4, 2.6, **GROUPS, **SIZES)
    assert checks(row) == ["2x2 table behind an odds ratio"]


@pytest.mark.parametrize(("p", "wrong"), [(".03", 0), (".027", 0), (".003", 1), ("<.001", 1)])
def test_fishers_p_value_beside_its_counts(printed, checks, p, wrong) -> None:
    shared = {"centre": "europe", "term": "prolonged.status", "reference": "yes"}
    high = printed.row("count", "35", estimate=35.0, n=42, group="high", **shared)
    low = printed.row("count", "23", estimate=23.0, n=38, group="low", **shared)
    test = printed.row("hypothesis_test", p, test="fisher", **{**shared, "reference": ""})
    assert checks(high, low, test) == ["P and counts"] * wrong


def test_a_number_printed_twice(printed, findings) -> None:
    shared = {"method": "diagnostic_accuracy", "endpoint": "neutropenia", "term": "score.group"}
    first = printed.row("sensitivity", "71%", estimate=0.71, place="abstract", **shared)
    again = printed.row("sensitivity", "71.2%", estimate=0.712, place="text", **shared)
    other = printed.row("sensitivity", "74%", estimate=0.74, place="key points", **shared)
    assert findings(first, again) == []
    (found,) = findings(first, other)
    assert found.message == "74% here, 71% in abstract"
