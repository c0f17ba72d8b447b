"""Estimate, interval and p-value against each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist

from hematotox.audit.findings import Finding
from hematotox.audit.printed import Printed, Range
from hematotox.declarations.study.analyses import methods_with

SYMMETRIC = ("wald", "log", "robust")
"""Interval methods whose limits lie at the same distance from the logarithm of a ratio."""
SUMMARIES = methods_with("studies")
NORMAL = NormalDist()
LOPSIDED = 3.0
"""Profile intervals of few events have one half up to about twice the other."""
NARROWER = 1.5
"""An interval may be made in several ways; only one that needs 1.5 times the patients is wrong."""


def interval_findings(rows: Sequence[Printed]) -> Iterator[Finding]:
    """Yield estimates that do not fit their interval, p-values that do not fit either."""
    for one in rows:
        misplaced = list(_misplaced(one))
        yield from misplaced
        if not misplaced:
            yield from _p_and_interval(one)
            yield from _p_and_std_error(one)
        yield from _too_narrow(one)


def _misplaced(one: Printed) -> Iterator[Finding]:
    estimate, low, high = one.estimate, one.conf_low, one.conf_high
    if estimate is None or low is None or high is None or one.text("conf_method") == "bootstrap":
        return
    if estimate.high < low.low or estimate.low > high.high:
        message = "the estimate lies outside its interval"
        yield Finding("estimate in its interval", one.place, message)
        return
    if one.is_ratio and one.from_print and not one.text("conf_method"):
        yield from _lopsided(one, (estimate, low, high))
    if not one.is_ratio or one.text("conf_method") not in SYMMETRIC:
        return
    middle = Range((low.low + high.low) / 2, (low.high + high.high) / 2)
    if not middle.meets(estimate):
        value, found = one.number("estimate"), math.exp((middle.low + middle.high) / 2)
        at_limit = value in (one.number("conf_low"), one.number("conf_high"))
        limit = "it equals a limit; " if at_limit else ""
        yield Finding(
            "estimate in the middle of its interval",
            one.place,
            f"the ratio {math.exp(value or 0):.4g} is not in the middle of its interval on the log "
            f"scale; {limit}the limits belong to {found:.3g}",
        )


def _lopsided(one: Printed, numbers: tuple[Range, Range, Range]) -> Iterator[Finding]:
    """Yield a ratio so near to one limit that no usual interval is meant: it equals it, say."""
    estimate, low, high = numbers
    below, above = estimate.high - low.low, high.high - estimate.low
    if min(below, above) * LOPSIDED < max(estimate.low - low.high, high.low - estimate.high):
        message = (
            f"the ratio {math.exp(one.number('estimate') or 0):.4g} is far from the middle of its "
            f"interval, whatever its method"
        )
        yield Finding("estimate in the middle of its interval", one.place, message)


def _p_and_interval(one: Printed) -> Iterator[Finding]:
    """Yield a p-value that no standard error behind the printed interval gives.

    Where the method of the interval is not stated or not symmetric, the half of it towards 1 is
    as good a measure of the error as the whole, and the p-value may come from another test: its
    normal quantile may then differ by a tenth.
    """
    estimate, low, high, p = one.estimate, one.conf_low, one.conf_high, one.p_value
    if not one.from_print or not one.is_ratio:
        return
    if estimate is None or low is None or high is None or p is None:
        return
    quantile = NORMAL.inv_cdf((1 + (one.number("conf_level") or 0.95)) / 2)
    errors = [Range((high.low - low.high) / 2, (high.high - low.low) / 2)]
    other_test = 1.0
    if one.text("conf_method") not in SYMMETRIC:
        other_test = 1.1
        near = low if estimate.low > 0 else high
        halves = (abs(estimate.low - near.high), abs(estimate.high - near.low))
        errors.append(Range(min(halves), max(halves)))
    smallest = max(min(error.low for error in errors), 1e-12) / quantile
    largest = max(error.high for error in errors) / quantile
    distance = 0.0 if estimate.low <= 0 <= estimate.high else min(map(abs, _ends(estimate)))
    farthest = max(map(abs, _ends(estimate)))
    possible = Range(
        _two_sided(farthest / smallest * other_test), _two_sided(distance / largest / other_test)
    )
    if not possible.meets(p):
        yield Finding(
            "P and interval",
            one.place,
            f"its interval gives P {_span(possible)}: {one.text('printed')}",
        )


def _p_and_std_error(one: Printed) -> Iterator[Finding]:
    """Yield a Wald p-value that is not that of estimate and standard error."""
    value, error, p = (one.number(c) for c in ("estimate", "std_error", "p_value"))
    if one.text("test") != "wald" or not one.is_ratio or None in (value, error, p) or not error:
        return
    if one.text("conf_method") == "cr2":
        return  # of clusters: t with as many degrees of freedom as they carry
    assert value is not None
    assert p is not None
    expected = _two_sided(abs(value) / error)
    if not math.isclose(expected, p, rel_tol=1e-6, abs_tol=1e-12):
        message = f"the Wald test of estimate and standard error gives {expected:.3g}, not {p:.3g}"
        yield Finding("P and standard error", one.place, message)


def _too_narrow(one: Printed) -> Iterator[Finding]:
    """Yield an interval of a share that so few patients cannot give, whatever its method."""
    estimate, low, high, n = one.estimate, one.conf_low, one.conf_high, one.number("n")
    if one.text("estimand") not in ("survival", "proportion") or not n:
        return
    if not one.from_print or estimate is None or low is None or high is None:
        return
    width = high.high - low.low
    share = min(max(estimate.low, 1 - estimate.high), 0.5)
    if low.low <= 0 or high.high >= 1 or width <= 0:
        return
    quantile = NORMAL.inv_cdf((1 + (one.number("conf_level") or 0.95)) / 2)
    needed = share * (1 - share) * (2 * quantile / width) ** 2
    if needed > NARROWER * n:
        message = f"so narrow an interval needs about {needed:.0f} patients, there are {n:.0f}"
        yield Finding("interval and number of patients", one.place, message)


def _ends(one: Range) -> tuple[float, float]:
    return one.low, one.high


def _two_sided(z: float) -> float:
    return 2 * NORMAL.cdf(-z)


def _span(found: Range) -> str:
    low, high = f"{found.low:.2g}", f"{found.high:.2g}"
    return low if low == high else f"{low} to {high}"
