"""Times that differ only in their 16th digit are one time, in every method and the second opinion.

The cohort is the one of R 4.2, survival 3.5-3: `coxph(Surv(months, status) ~ grp)` gives
0.03974481197 (se 0.7076156598), `survdiff` chi-square 0, `survfit` of b 0.4166667 at 0.7 months,
for the times as they are and for the rounded ones.
"""

import numpy as np
import pandas as pd
import pytest

from hematotox.stats.numerics.survival_data import joined_times

NOISY = """
risk  time                 status
low   0.3                  1
low   0.30000000000000004  0
high  0.30000000000000004  1
high  0.3                  0
low   0.7                  1
high  0.7000000000000001   1
low   0.7000000000000001   0
high  0.7                  1
low   1.4000000000000001   1
high  1.4                  1
low   2.1                  1
high  2.1000000000000005   0
"""
CLEAN = (
    NOISY.replace("0.30000000000000004", "0.3")
    .replace("0.7000000000000001", "0.7")
    .replace("1.4000000000000001", "1.4")
    .replace("2.1000000000000005", "2.1")
)
METHODS = {
    "kaplan_meier": {"exposure": "risk", "times": [0.7]},
    "follow_up": {},
    "log_rank": {"exposure": "risk"},
    "cox": {"exposure": "risk"},
    "fine_gray": {"exposure": "risk", "predict_times": [1.4]},
    "cumulative_incidence": {"exposure": "risk", "times": [0.7]},
    "gray_test": {"exposure": "risk"},
    "rmst": {"exposure": "risk", "horizon": 1.4},
    "durations": {"exposure": "risk"},
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("landmark", [None, 0.3])
def test_every_method_joins_them(estimates, method, landmark) -> None:
    asked = {"method": method, "endpoint": "relapse", "landmark": landmark, **METHODS[method]}
    noisy, clean = estimates(NOISY, **asked), estimates(CLEAN, **asked)
    if landmark:  # what is left of a subtraction may differ in its last digit
        noisy, clean = (rows.assign(time=rows["time"].round(9)) for rows in (noisy, clean))
        pd.testing.assert_frame_equal(noisy, clean, rtol=1e-12)
    else:
        pd.testing.assert_frame_equal(noisy, clean, check_exact=True)


def test_the_numbers_are_those_of_r(estimates) -> None:
    rows = estimates(NOISY, method="cox", endpoint="relapse", exposure="risk")
    effect = rows[rows["estimand"] == "log_hazard_ratio"].iloc[0]
    assert effect["estimate"] == pytest.approx(0.03974481197, abs=1e-10)
    assert effect["std_error"] == pytest.approx(0.7076156598, abs=1e-10)
    rows = estimates(NOISY, method="log_rank", endpoint="relapse", exposure="risk")
    assert rows["statistic"].dropna().iloc[0] == pytest.approx(0, abs=1e-12)
    asked = {"method": "kaplan_meier", "endpoint": "relapse", "exposure": "risk", "times": [0.7]}
    rows = estimates(NOISY, **asked)
    at = rows[(rows["estimand"] == "survival") & (rows["group"] == "high")]
    assert at["estimate"].tolist() == pytest.approx([0.4166667], abs=5e-8)


@pytest.mark.parametrize(
    ("times", "joined"),
    [
        ([2, 2 + 1e-8, 2 + 2e-8, 5], [2, 2, 2, 5]),  # neighbour by neighbour
        ([1, 1 + 1.4e-8], [1, 1]),
        ([1, 1 + 1.6e-8], [1, 1 + 1.6e-8]),
        ([1000, 1000 + 1.4e-5], [1000, 1000]),  # a share of the mean time
        ([1000, 1000 + 1.6e-5], [1000, 1000 + 1.6e-5]),
        ([0, 1e-9, 1e-3], [0, 0, 1e-3]),  # the absolute limit holds for small times too
    ],
)
def test_joined_as_in_r(times, joined) -> None:
    """Expected values by hand from `survival::aeqSurv`, tolerance sqrt(.Machine$double.eps)."""
    np.testing.assert_array_equal(joined_times(times), joined)
