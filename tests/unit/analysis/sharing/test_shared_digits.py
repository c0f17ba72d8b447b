"""What is told has too few digits to calculate back how many patients it rests on."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.analysis.sharing.release import release
from hematotox.contracts import TABLES, conform

SHARED = {"study": "s", "source": "real", "analysis": "a", "population": "all", "endpoint": "e"}


def table(*rows: dict[str, object]) -> pd.DataFrame:
    columns = list(TABLES["estimates"].columns)
    return conform("estimates", pd.DataFrame([{**SHARED, **r} for r in rows], columns=columns))


def left_out(analysed: int, few: int) -> list[dict[str, object]]:
    """The rows that withhold the number analysed: few patients could not be evaluated."""
    row = {"method": "evaluability", "estimand": "count", "n": analysed + few}
    return [
        row | {"term": "analysed", "estimate": analysed},
        row | {"term": "died before infusion", "estimate": few},
    ]


def survival(events: int, n: int) -> dict[str, object]:
    """A point of a curve before the first censoring."""
    return {
        "method": "kaplan_meier",
        "estimand": "survival",
        "time": 90,
        "estimate": 1 - events / n,
        "std_error": math.sqrt(events / n * (1 - events / n) / n),
        "n": n,
        "n_event": 2 * events,
    }


def denominators(shown: float, decimals: int, near: int) -> list[int]:
    """The attack: every number of patients near the published one that gives what is shown."""
    step = 0.5 * 10.0**-decimals + 1e-12
    return [
        n
        for n in range(near - 4, near + 1)
        if any(abs(k / n - shown) <= step for k in (math.floor(shown * n), math.ceil(shown * n)))
    ]


def test_a_trial_users_leak_128_of_138() -> None:
    """One of 139 had died before infusion; 0.9275362318840576 told so."""
    assert denominators(0.9275362318840576, 16, near=139) == [138]
    rows = release(table(*left_out(138, 1), survival(10, 138))).estimates
    shown = rows[rows["estimand"] == "survival"].iloc[0]
    assert shown["estimate"] == 0.93
    assert shown[["n", "n_event", "std_error"]].isna().all()
    assert denominators(0.93, 2, near=139) == [135, 136, 137, 138, 139]


@given(n=st.integers(10, 2000), few=st.integers(1, 4), share=st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_a_share_of_a_withheld_number_fits_every_number_of_patients_near_it(n, few, share) -> None:
    events = round(share * n)
    rows = release(table(*left_out(n, few), survival(events, n))).estimates
    shown = rows.loc[rows["estimand"] == "survival", "estimate"].dropna()
    sizes = ((110, 0.01), (60, 0.02), (30, 0.05), (20, 0.1), (0, 0.2))
    steps = next(step for least, step in sizes if n >= least)
    for value in shown:
        for other in range(max(n + few - 4, 1), n + few + 1):
            nearest = round(value * other) / other
            assert abs(nearest - value) <= steps / 2 + 1e-9, f"{value} excludes {other} patients"


def odds_ratio(cells: tuple[int, int, int, int]) -> dict[str, object]:
    a, b, c, d = cells
    log, error = math.log(a * d / b / c), math.sqrt(sum(1 / cell for cell in cells))
    return {
        "method": "logistic",
        "estimand": "log_odds_ratio",
        "term": "ht.group",
        "group": "high",
        "estimate": log,
        "std_error": error,
        "conf_low": log - 1.959964 * error,
        "conf_high": log + 1.959964 * error,
        "statistic": log / error,
        "p_value": math.erfc(abs(log / error) / math.sqrt(2)),
        "n": sum(cells),
        "n_event": a + c,
    }


def totals_of_tables(shown: dict[str, float], decimals: int, near: int) -> set[int]:
    """The attack on a model: all 2x2 tables whose odds ratio and limits print as shown."""
    found = set()
    step = 0.5 * 10.0**-decimals + 1e-12
    for total in range(near - 4, near + 1):
        a, b, c = np.meshgrid(*[np.arange(1, total)] * 3, indexing="ij")
        d = total - a - b - c
        fits = d > 0
        a, b, c, d = a[fits], b[fits], c[fits], d[fits]
        log, error = np.log(a * d / b / c), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        same = np.abs(log - shown["estimate"]) <= step
        same &= np.abs(log - 1.959964 * error - shown["conf_low"]) <= step
        same &= np.abs(log + 1.959964 * error - shown["conf_high"]) <= step
        if same.any():
            found.add(total)
    return found


def test_an_odds_ratio_with_its_limits_does_not_give_the_table_back() -> None:
    cells = odds_ratio((13, 9, 11, 15))
    rows = release(table(*left_out(48, 2), cells)).estimates
    shown = rows[rows["estimand"] == "log_odds_ratio"].iloc[0].to_dict()
    full = {name: float(str(cells[name])) for name in ("estimate", "conf_low", "conf_high")}
    assert totals_of_tables(full, 12, near=50) == {48}
    assert len(totals_of_tables(shown, 1, near=50)) >= 3
    assert all(math.isnan(shown[name]) for name in ("std_error", "statistic"))


def test_where_the_number_is_told_digits_are_those_of_print() -> None:
    rows = release(table(odds_ratio((30, 40, 25, 61)), survival(50, 156))).estimates
    ratio, share = rows.to_dict("records")
    assert ratio["estimate"] == 0.604, "a thousandth of the logarithm: 1.829 for 1.830"
    assert ratio["std_error"] == 0.34
    assert ratio["p_value"] == float(f"{ratio['p_value']:.1e}")
    assert share["estimate"] == 0.679
    assert share["n"] == 156


def test_a_mean_of_whole_years_does_not_tell_how_many_were_averaged() -> None:
    described = {"method": "describe", "term": "age", "n": 138}
    mean = described | {"estimand": "mean", "estimate": 8457 / 138}
    assert release(table(mean)).estimates["estimate"].tolist() == [61.3]


def test_counts_and_published_numbers_stay_as_they_are() -> None:
    count = {"method": "proportion", "estimand": "count", "estimate": 1234, "n": 2345}
    printed = {"method": "registry", "estimand": "log_odds_ratio", "estimate": 0.123456}
    assert release(table(count, printed)).estimates["estimate"].tolist() == [1234, 0.123456]


@pytest.mark.parametrize("term", ["centres", "centres without information"])
def test_few_centres_are_no_small_cell(term: str) -> None:
    row = {"method": "evaluability", "estimand": "count", "endpoint": ""}
    centres = row | {"term": term, "estimate": 2, "n": 139}
    known = row | {"term": "evaluable", "estimate": 100, "n": 139}
    assert release(table(centres, known)).estimates["estimate"].tolist() == [2, 100]


def test_the_list_says_that_digits_were_taken_away() -> None:
    reasons = release(table(*left_out(138, 1), survival(10, 138))).withheld["reason"]
    assert reasons.str.contains("steps of no less than one patient").any()
    assert not release(table(survival(20, 138))).withheld["reason"].str.contains("digits").any()


def test_the_number_of_digits_does_not_depend_on_the_order_of_rows() -> None:
    rows = [odds_ratio((30, 40, 25, 61)), survival(50, 156), survival(60, 156) | {"group": "low"}]
    found = {
        tuple(sorted(release(table(*order)).estimates["estimate"]))
        for order in itertools.permutations(rows)
    }
    assert len(found) == 1
