"""Estimate, interval and p-value of one printed row."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hematotox.audit import audit

MIDDLE = "estimate in the middle of its interval"


@pytest.mark.parametrize(
    ("text", "numbers", "settings", "expected"),
    [
        # the estimate printed twice, as its own lower limit
        ("1.87 (1.87-3.55) P<.001", (1.87, 1.87, 3.55), {}, [MIDDLE]),
        ("3.99 (1.16-13.77) P=.03", (3.99, 1.16, 13.77), {}, []),
        ("0.42 (0.27-0.66) P=.0002", (0.42, 0.27, 0.66), {}, []),
        ("0.42 (0.27-0.66) P=.02", (0.42, 0.27, 0.66), {}, ["P and interval"]),
        ("4.10 (1.16-3.77)", (4.10, 1.16, 3.77), {}, ["estimate in its interval"]),
        # a profile interval need not be symmetric, but the estimate lies in it
        ("3.23 (1.1-14) P=.04", (3.23, 1.1, 14.0), {"conf_method": "profile"}, []),
        ("3.23 (1.1-14) P=.04", (3.23, 1.1, 14.0), {"conf_method": "wald"}, [MIDDLE]),
        # a limit printed without decimals may stand for anything from a half to one and a half
        ("1.03 (1-1.07) P=.04", (1.03, 1.0, 1.07), {}, []),
        ("1.03 (1.00-1.07) P=.004", (1.03, 1.0, 1.07), {}, ["P and interval"]),
        # no method stated: the half towards 1 counts too, and p may come from another test
        ("1.52 (1.02-2.38) P=.041", (1.52, 1.02, 2.38), {"conf_method": ""}, []),
        ("3.13 (1.74-5.62) P<.0001", (3.13, 1.74, 5.62), {"conf_method": ""}, []),
        ("11.95 (1.64-210.75) P=.001", (11.95, 1.64, 210.75), {"conf_method": ""},
         ["P and interval"]),
        # no p at all, and a p only said to be large
        ("1.10 (0.50-2.38)", (1.10, 0.50, 2.38), {"conf_method": ""}, []),
        ("1.00 (0.50-2.00) P=.99", (1.00, 0.50, 2.00), {}, []),
    ],
)  # fmt: skip
def test_one_row(printed, checks, text, numbers, settings, expected) -> None:
    assert checks(printed.ratio(text, *numbers, **settings)) == expected


def test_the_message_says_what_the_limits_belong_to(printed, findings) -> None:
    (found,) = findings(printed.ratio("1.87 (1.87-3.55)", 1.87, 1.87, 3.55, place="text S8"))
    assert found.place == "paper: text S8"
    assert found.message.endswith("it equals a limit; the limits belong to 2.58")


@given(
    log=st.floats(-2.5, 2.5), error=st.floats(0.05, 1.2), decimals=st.integers(1, 3),
)  # fmt: skip
def test_what_was_computed_and_rounded_is_never_a_finding(printed, log, error, decimals) -> None:
    ends = [math.exp(log + k * 1.959963985 * error) for k in (0, -1, 1)]
    rounded = [round(end, decimals) for end in ends]
    p = math.erfc(abs(log) / error / math.sqrt(2))
    assume(min(rounded) > 0 and p > 0.0001)
    estimate, low, high = (f"{end:.{decimals}f}" for end in rounded)
    row = printed.ratio(f"{estimate} ({low}-{high}) P={p:.2g}", *rounded)
    assert audit(printed.table(row)) == []


def test_an_interval_that_needs_more_patients_than_there_are(printed, checks) -> None:
    def survival(n: int) -> list[str]:
        return checks(
            printed.row("survival", "44% (27-61)", method="kaplan_meier", estimate=0.44,
                        conf_low=0.27, conf_high=0.61, conf_level=0.95, n=n)
        )  # fmt: skip

    assert survival(15) == ["interval and number of patients"]
    assert survival(33) == []
    assert survival(120) == []  # censoring makes an interval wider, never narrower


def test_own_estimates_are_judged_at_full_precision(printed) -> None:
    shared = {"method": "cox", "test": "wald", "std_error": 0.25, "conf_method": "wald"}
    row = printed.ratio("", 2.0, 2.0 * math.exp(-0.49), 2.0 * math.exp(0.49), **shared)
    own = printed.table(row).drop(columns=["printed"])
    right = own.assign(p_value=math.erfc(math.log(2) / 0.25 / math.sqrt(2)))
    assert audit(right) == []
    assert [one.check for one in audit(right.assign(p_value=0.0056))] == ["P and standard error"]
    off = right.assign(estimate=right["estimate"] + 1e-4)
    assert [one.check for one in audit(off)] == ["estimate in the middle of its interval"]
