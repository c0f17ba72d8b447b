"""How numbers are printed: the only place that exponentiates and rounds.

House style

Beside it a journal's own (`number_style`).

* p: two significant digits, "<0.001" below 0.001, ">0.99" above 0.99.
* ratios: two decimals below 10, one below 100, none above; more decimals (up to four) where
  estimate and a limit would otherwise print alike: "1.003 (1.001–1.005)".
* probabilities with an interval: per cent with one decimal, "78.3 (70.4–84.3)"; shares of
  counts: whole per cent, "38 (28%)", "<1%" and ">99%" where rounding would say 0 or 100.
* differences of probabilities: percentage points with one decimal.
* counts from 10 000 on: groups of three digits, kept together by a narrow space.
* durations: months (30.4375 days) or years (365.25 days) with one decimal, days with none.
* areas under the curve, concordance and other values: two decimals; Brier scores three.
* a quantile of time that was not reached, or its limit, is "NR"; an unbounded limit of a ratio
  is "0" or "∞", one above a million ">1000000", a ratio that would round to zero "<0.01"; a
  number that does not exist is "–".

Rounding is half away from zero of the decimal number; the last bits of a binary number, which no
one measured, are dropped first (12 significant digits).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.reporting.words.number_style import style

TimeUnit = Literal["days", "months", "years"]
Row = Mapping[str, Any]

DAYS_IN: dict[str, float] = {"days": 1.0, "months": 30.4375, "years": 365.25}
NOT_REACHED = "NR"
NONE = "–"
MINUS = "−"

NARROW_SPACE = "\u202f"
DAYS_IN_YEAR = 365
"""A horizon of one year is day 365, of two years day 730."""

LARGEST_RATIO = 1e6
"""Above it the digits of a ratio say nothing, and there may be hundreds of them."""

_TWO_DECIMALS = frozenset(
    {
        *("auc", "auc_difference", "concordance", "correlation"),
        *("time_dependent_auc", "time_dependent_auc_difference"),
        *("uno_concordance", "uno_concordance_difference"),
    }
)


def is_number(value: Any) -> bool:
    """Return whether a cell holds a finite number."""
    return isinstance(value, int | float) and math.isfinite(value)


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals, a true minus sign and no negative zero."""
    rounded = _rounded(value, decimals)
    text = f"{abs(rounded):f}" if not rounded else f"{rounded:f}".replace("-", MINUS)
    return text.replace(".", style().point)


def _rounded(value: float, decimals: int) -> Decimal:
    exact = Decimal(f"{value:.12g}")
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def count(value: Any) -> str:
    """Return a number of patients: "1002", and "12 345" with a narrow space that never breaks."""
    if not is_number(value):
        return NONE
    text = fixed(float(value), 0)
    return f"{int(text):,}".replace(",", NARROW_SPACE) if abs(float(value)) >= 9999.5 else text


def p_value(p: Any) -> str:
    """Return a p-value with two significant digits.

    Examples
    --------
    >>> [p_value(p) for p in (0.00012, 0.0456, 0.0995, 0.67, 0.996)]
    ['<0.001', '0.046', '0.10', '0.67', '>0.99']
    """
    if not is_number(p):
        return NONE
    least = style().p_least
    if p < least:
        return f"<{_p_text(least, 1 - math.floor(math.log10(least)) - 1)}"
    return f">{_p_text(0.99, 2)}" if p > 0.99 else _p_text(p, _p_decimals(p))


def _p_decimals(p: float) -> int:
    if style().p_digits == "two decimals":
        return 2 if p >= 0.01 and (p < 0.05) == (_rounded(p, 2) < Decimal("0.05")) else 3
    decimals = 1 - math.floor(math.log10(p))
    return decimals - (_rounded(p, decimals) >= Decimal(1).scaleb(2 - decimals))


def _p_text(p: float, decimals: int) -> str:
    text = fixed(p, decimals)
    return text if style().p_zero else text.removeprefix("0")


def p_phrase(p: Any) -> str:
    """Return "P = 0.046" or "P < 0.001"."""
    text, letter = p_value(p), style().p_letter
    return f"{letter} {text[0]} {text[1:]}" if text[0] in "<>" else f"{letter} = {text}"


def share(part: float, whole: float) -> str:
    """Return part of whole in whole per cent, never 0% for somebody or 100% for not all."""
    if not whole:
        return NONE
    percent = _rounded(100 * part / whole, 0)
    if percent == 0 and part > 0:
        return "<1%"
    if percent == 100 and part < whole:
        return ">99%"
    return f"{percent:f}%"


def count_with_share(part: Any, whole: Any) -> str:
    """Return "38 (28%)"; without a denominator the count alone."""
    if not is_number(part):
        return NONE
    if not is_number(whole) or not whole:
        return count(part)
    return f"{count(part)} ({share(float(part), float(whole))})"


def events_of_patients(events: Any, patients: Any) -> str:
    """Return "45/126 (36%)"."""
    if not (is_number(events) and is_number(patients)):
        return NONE
    text = f"{count(events)}/{count(patients)}"
    return f"{text} ({share(float(events), float(patients))})" if patients else text


def in_unit(days: float, unit: TimeUnit) -> float:
    """Return days as days, months or years."""
    return float(days) / DAYS_IN[unit]


def in_days(value: float, unit: TimeUnit) -> float:
    """Return days, months or years as days."""
    return float(value) * DAYS_IN[unit]


def time_label(days: float, unit: TimeUnit) -> str:
    """Return a point of time: day 365 is "12 months"; what is no round number is a day.

    Whole years are the days 365, 730 …, other whole months the day nearest to them, so that two
    different days never print alike.

    Examples
    --------
    >>> time_label(365, "months"), time_label(100, "months"), time_label(730, "years")
    ('12 months', 'day 100', '2 years')
    >>> time_label(348, "years"), time_label(380, "years"), time_label(183, "months")
    ('day 348', 'day 380', '6 months')
    """
    years, rest = divmod(float(days), DAYS_IN_YEAR)
    months = round(in_unit(days, "months"))
    if unit != "days" and years and not rest:
        whole = years if unit == "years" else 12 * years
    elif unit == "months" and months % 12 and round(months * DAYS_IN["months"]) == days:
        whole = months
    else:
        return f"day {days:g}"
    return f"{whole:g} {unit if whole != 1 else unit.removesuffix('s')}"


def printed_scale(estimand: str, value: Any, unit: TimeUnit = "months") -> float:
    """Return an estimate on the scale it is printed in: ratio, per cent, time unit.

    A missing number becomes NaN.
    """
    if not is_number(value):
        return math.nan
    scale = ESTIMANDS[estimand].scale
    if scale == "log ratio":
        return math.exp(min(float(value), 700.0))
    if _in_per_cent(estimand):
        return 100.0 * float(value)
    if scale == "time":
        return in_unit(value, unit)
    return float(value)


def _decimals(estimand: str, unit: TimeUnit, value: float) -> int:
    scale = ESTIMANDS[estimand].scale
    if scale == "log ratio":
        return 2 if value < 9.995 else 1 if value < 99.95 else 0
    if scale == "count" or (scale == "time" and unit == "days"):
        return 0
    if estimand.startswith("brier"):
        return 3
    return 1 if scale == "time" or _in_per_cent(estimand) else 2


def _in_per_cent(estimand: str) -> bool:
    """Return whether an estimand is printed in per cent or percentage points."""
    by_scale = ESTIMANDS[estimand].scale in ("probability", "difference")
    return by_scale and estimand not in _TWO_DECIMALS


def _unbounded(estimand: str, side: str) -> str:
    scale = ESTIMANDS[estimand].scale
    if scale == "time":
        return NOT_REACHED
    if scale == "log ratio":
        return "0" if side == "low" else "∞"
    return NONE


def _number(row: Row, column: str, unit: TimeUnit, extra: int) -> str:
    estimand = str(row["estimand"])
    value = printed_scale(estimand, row[column], unit)
    if math.isnan(value):
        return _unbounded(estimand, column.removeprefix("conf_"))
    if math.isinf(value):
        return "∞"
    if value > LARGEST_RATIO and ESTIMANDS[estimand].scale == "log ratio":
        return f">{fixed(LARGEST_RATIO, 0)}"
    decimals = _decimals(estimand, unit, value) + extra
    if value > 0 and not _rounded(value, decimals) and ESTIMANDS[estimand].scale == "log ratio":
        return f"<{fixed(float(Decimal(1).scaleb(-decimals)), decimals)}"
    return fixed(value, decimals)


def estimate(row: Row, unit: TimeUnit = "months") -> str:
    """Return the estimate of a row; a quantile of time that does not exist is "NR"."""
    if not is_number(row["estimate"]):
        return NOT_REACHED if _is_quantile(row) else NONE
    return _number(row, "estimate", unit, _extra_decimals(row, unit))


def interval(row: Row, unit: TimeUnit = "months") -> str:
    """Return the limits of a row, "1.22–2.93", or nothing if it has none."""
    low, high = is_number(row["conf_low"]), is_number(row["conf_high"])
    quantile = _is_quantile(row) and is_number(row["estimate"])
    unbounded = "limits not finite" in str(row["condition"] or "")
    if not (low or high or quantile or unbounded):
        return ""
    extra = _extra_decimals(row, unit)
    limits = [_number(row, column, unit, extra) for column in ("conf_low", "conf_high")]
    return between(*limits)


def estimate_with_interval(row: Row, unit: TimeUnit = "months") -> str:
    """Return "1.89 (1.22–2.93)", "24.3 (18.0–NR)", "NR" or "–"."""
    limits = interval(row, unit)
    return f"{estimate(row, unit)} ({limits})" if limits else estimate(row, unit)


def _is_quantile(row: Row) -> bool:
    return str(row["estimand"]).endswith("time_quantile")


def _extra_decimals(row: Row, unit: TimeUnit) -> int:
    """Count the decimals a ratio needs so that estimate and limits do not print alike."""
    if ESTIMANDS[str(row["estimand"])].scale != "log ratio":
        return 0
    columns = [c for c in ("estimate", "conf_low", "conf_high") if is_number(row[c])]
    different = len({float(row[column]) for column in columns})
    for extra in (0, 1, 2):
        if len({_number(row, column, unit, extra) for column in columns}) >= different:
            return extra
    return 0


def common_decimals(values: Sequence[float]) -> int:
    """Return the decimals in which medians and quartiles of one variable are printed.

    None if all are whole numbers or the largest is 20 or more, one from 1, two below.
    """
    known = [abs(value) for value in values if is_number(value)]
    if not known or max(known) >= 20 or all(value == round(value) for value in known):
        return 0
    return 1 if max(known) >= 1 else 2


def median_with_quartiles(values: Sequence[Any], decimals: int) -> str:
    """Return "28 (21–34)" for median, first and third quartile."""
    if not is_number(values[0]):
        return NONE
    middle, low, high = (fixed(float(value), decimals) for value in values)
    return f"{middle} ({between(low, high)})"


def between(low: str, high: str) -> str:
    """Return two limits, "1.22–2.93"; with a minus sign "−0.2 to 0.1"."""
    return f"{low} to {high}" if MINUS in low + high else f"{low}{style().joint}{high}"
