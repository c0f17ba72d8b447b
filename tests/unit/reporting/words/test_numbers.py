from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.reporting.words import numbers


def _row(estimand: str, estimate: Any, low: Any = None, high: Any = None) -> dict[str, Any]:
    return {
        "estimand": estimand,
        "estimate": estimate,
        "conf_low": low,
        "conf_high": high,
        "condition": "",
    }


def _log(value: float | None) -> float | None:
    return None if value is None else math.log(value)


@pytest.mark.parametrize(
    ("p", "printed"),
    [
        (0.0, "<0.001"),
        (0.000999, "<0.001"),
        (0.001, "0.0010"),
        (0.0045, "0.0045"),
        (0.00995, "0.010"),
        (0.0456, "0.046"),
        (0.0499, "0.050"),
        (0.0995, "0.10"),
        (0.67, "0.67"),
        (0.995, ">0.99"),
        (1.0, ">0.99"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_p_values(p: float | None, printed: str) -> None:
    assert numbers.p_value(p) == printed


def test_p_phrase_says_less_than() -> None:
    assert numbers.p_phrase(0.0002) == "P < 0.001"
    assert numbers.p_phrase(0.03) == "P = 0.030"


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (0.285, 2, "0.29"),  # half away from zero of the decimal, not of the binary, number
        (2.675, 2, "2.68"),
        (100 * 57 / 200, 0, "29"),  # 28.499999999999996 in binary
        (-0.005, 2, "−0.01"),
        (-0.004, 2, "0.00"),  # no negative zero
        (1e6, 0, "1000000"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
    ],
)
def test_rounding(value: float, decimals: int, printed: str) -> None:
    assert numbers.fixed(value, decimals) == printed


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_rounding_stays_within_half_a_unit(value: float, decimals: int) -> None:
    printed = float(numbers.fixed(value, decimals).replace("−", "-"))
    assert abs(printed - value) <= 0.5 * 10.0**-decimals * (1 + 1e-9) + 1e-9 * abs(value)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (38, 137, "38 (28%)"),
        (0, 137, "0 (0%)"),
        (1, 300, "1 (<1%)"),
        (299, 300, "299 (>99%)"),
        (300, 300, "300 (100%)"),
        (5, 0, "5"),
        (None, 10, "–"),
    ],
)
def test_counts_with_share(part: Any, whole: Any, printed: str) -> None:
    assert numbers.count_with_share(part, whole) == printed


@pytest.mark.parametrize(
    ("estimate", "low", "high", "printed"),
    [
        (1.89, 1.22, 2.93, "1.89 (1.22–2.93)"),
        (3.99, 1.16, 13.77, "3.99 (1.16–13.8)"),
        (50.4, 2.9, 881.0, "50.4 (2.90–881)"),
        (1.003, 1.001, 1.005, "1.003 (1.001–1.005)"),
        (0.36, None, 0.9, "0.36 (0–0.90)"),
        (4.2, 1.3, None, "4.20 (1.30–∞)"),
        (4.2, 1.3, 5e60, "4.20 (1.30–>1000000)"),
        (None, None, None, "–"),
        (2.0, None, None, "2.00"),
    ],
)
def test_ratios_are_exponentiated(
    estimate: float | None, low: float | None, high: float | None, printed: str
) -> None:
    row = _row("log_hazard_ratio", _log(estimate), _log(low), _log(high))
    assert numbers.estimate_with_interval(row) == printed


def test_an_interval_unbounded_on_both_sides_is_shown_only_where_the_row_says_so() -> None:
    row = {**_row("log_odds_ratio", 0.0), "condition": "limits not finite"}
    assert numbers.estimate_with_interval(row) == "1.00 (0–∞)"


@pytest.mark.parametrize(
    ("days", "low", "high", "unit", "printed"),
    [
        (365.25, 304.375, None, "months", "12.0 (10.0–NR)"),
        (None, 300.0, None, "months", "NR (9.9–NR)"),
        (None, None, None, "months", "NR"),
        (14.0, 10.0, 21.0, "days", "14 (10–21)"),
        (730.5, 365.25, 1461.0, "years", "2.0 (1.0–4.0)"),
    ],
)
def test_times_to_event(days: Any, low: Any, high: Any, unit: Any, printed: str) -> None:
    row = _row("survival_time_quantile", days, low, high)
    assert numbers.estimate_with_interval(row, unit) == printed


def test_other_scales() -> None:
    assert numbers.estimate_with_interval(_row("survival", 0.783, 0.704, 0.843)) == (
        "78.3 (70.4–84.3)"
    )
    assert numbers.estimate_with_interval(_row("auc", 0.625, 0.55, 0.7)) == "0.63 (0.55–0.70)"
    assert numbers.estimate_with_interval(_row("auc_difference", -0.02, -0.05, 0.01)) == (
        "−0.02 (−0.05 to 0.01)"
    )
    assert numbers.estimate_with_interval(_row("sensitivity_difference", 0.59, -0.02, 0.8)) == (
        "59.0 (−2.0 to 80.0)"
    )
    assert numbers.estimate(_row("count", 389)) == "389"


def test_events_of_patients() -> None:
    assert numbers.events_of_patients(45, 126) == "45/126 (36%)"
    assert numbers.events_of_patients(1, 335) == "1/335 (<1%)"
    assert numbers.events_of_patients(0, 0) == "0/0"
    assert numbers.events_of_patients(None, 12) == "–"


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([28.0, 21.0, 34.0], 0),
        ([1.0, 2.0, 3.0], 0),  # whole numbers need no decimals, however small
        ([58.5, 48.25, 66.0], 0),
        ([20.5, 18.25, 20.0], 0),
        ([20.0, 18.25, 19.0], 0),
        ([19.9, 18.25, 19.0], 1),
        ([1.0, 0.5, 0.75], 1),
        ([9.8, 8.5, 11.2], 1),
        ([0.8, 0.55, 0.9], 2),
        ([], 0),
    ],
)
def test_medians_share_their_decimals(values: list[float], decimals: int) -> None:
    assert numbers.common_decimals(values) == decimals


def test_median_with_quartiles() -> None:
    assert numbers.median_with_quartiles([28.5, 21.0, 34.0], 0) == "29 (21–34)"
    assert numbers.median_with_quartiles([0.0, -1.25, 1.5], 1) == "0.0 (−1.3 to 1.5)"
    assert numbers.median_with_quartiles([None, None, None], 0) == "–"


def test_points_of_time() -> None:
    labels = [numbers.time_label(day, "months") for day in (30, 100, 365, 730, 1095)]
    assert labels == ["1 month", "day 100", "12 months", "24 months", "36 months"]
    assert numbers.time_label(100, "days") == "day 100"


def test_printed_scale_of_a_missing_number_is_missing() -> None:
    assert math.isnan(numbers.printed_scale("log_odds_ratio", None))
    assert numbers.printed_scale("survival", 0.5) == 50.0
    assert numbers.printed_scale("log_odds_ratio", 1e9) > 1e300


@pytest.mark.parametrize(
    ("days", "unit", "printed"),
    [
        (365, "years", "1 year"),
        (730, "years", "2 years"),
        (348, "years", "day 348"),
        (380, "years", "day 380"),
        (365, "months", "12 months"),
        (730, "months", "24 months"),
        (366, "months", "day 366"),
        (183, "months", "6 months"),
        (182, "months", "day 182"),
        (100, "months", "day 100"),
        (365, "days", "day 365"),
        (0, "months", "day 0"),
    ],
)
def test_only_day_365_is_a_year(days: float, unit: Any, printed: str) -> None:
    assert numbers.time_label(days, unit) == printed


@pytest.mark.parametrize("unit", ["months", "years"])
def test_two_days_never_print_alike(unit: Any) -> None:
    labels = [numbers.time_label(day, unit) for day in range(2000)]
    assert len(set(labels)) == len(labels)


def test_a_ratio_that_is_not_zero_never_prints_as_zero() -> None:
    row = _row("log_odds_ratio", _log(0.26), _log(0.0037), _log(6.55))
    assert numbers.estimate_with_interval(row) == "0.26 (<0.01–6.55)"


@pytest.mark.parametrize(
    ("value", "printed"), [(1002, "1002"), (9999, "9999"), (12345, "12\u202f345")]
)
def test_large_counts_are_grouped(value: int, printed: str) -> None:
    assert numbers.count(value) == printed
