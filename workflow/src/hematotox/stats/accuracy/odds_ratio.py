"""The odds ratio of a 2 x 2 table given its margins, with exact limits and test."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln

from hematotox.stats.groups.proportion import whole_number
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray

# Tables as probable as the observed one up to rounding count as equally extreme (fisher.test).
RELATIVE_TIE = 1e-7
LARGEST_LOG_ODDS_RATIO = 700.0


@dataclass(frozen=True, slots=True)
class ConditionalOddsRatio:
    """Conditional maximum likelihood odds ratio of a 2 x 2 table.

    Attributes
    ----------
    estimate : odds ratio; 0 or infinite if the table is at the end of its range
    conf_low, conf_high : exact limits
    conf_level : confidence level
    conf_method : "exact"
    p_value : Fisher's exact test, two-sided
    condition : statistical trouble in words
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    conf_method: str
    p_value: float
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Margins:
    """Possible first cells of a table with given margins, and their log weights at odds ratio 1."""

    support: FloatArray
    log_weight: FloatArray

    def probability(self, log_ratio: float) -> FloatArray:
        """Return the distribution of the first cell at a log odds ratio."""
        weight = self.log_weight + log_ratio * self.support
        weight = np.exp(weight - weight.max())
        return np.asarray(weight / weight.sum())


def conditional_odds_ratio(
    *, a: int, b: int, c: int, d: int, conf_level: float = 0.95
) -> ConditionalOddsRatio:
    """Estimate the odds ratio a d / (b c) conditional on the margins, with exact limits and test.

    Parameters
    ----------
    a, b : first row of the table, for example exposed with and without the event
    c, d : second row
    conf_level : confidence level of the limits

    Raises
    ------
    InvalidData
        Counts that are not whole or negative.

    References
    ----------
    R ``fisher.test``, whose root finder stops at 1e-4; here the equations are solved to 1e-13.

    Examples
    --------
    >>> from hematotox.stats import conditional_odds_ratio
    >>> ratio = conditional_odds_ratio(a=5, b=12, c=0, d=20)
    >>> print(f"{ratio.estimate} ({ratio.conf_low:.2f}-{ratio.conf_high}), p = {ratio.p_value:.3f}")
    inf (1.25-inf), p = 0.014
    """
    two_sided_quantile(conf_level)
    cells = [whole_number(v, name=k) for k, v in zip("abcd", (a, b, c, d), strict=True)]
    a, b, c, d = cells
    margins = _margins(a, b, c=c, d=d)
    if margins.support.size == 1:
        nan = math.nan
        return ConditionalOddsRatio(nan, 0.0, math.inf, conf_level, "exact", 1.0, ("empty group",))
    probability = margins.probability(0.0)
    observed = probability[int(a - margins.support[0])]
    p_value = min(1.0, float(probability[probability <= observed * (1 + RELATIVE_TIE)].sum()))
    low, high = _limits(margins, a, tail=(1 - conf_level) / 2)
    return ConditionalOddsRatio(
        estimate=_estimate(margins, a),
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        conf_method="exact",
        p_value=p_value,
        condition=("zero cell",) if 0 in cells else (),
    )


def _margins(a: int, b: int, *, c: int, d: int) -> _Margins:
    row, other_row, column = a + b, c + d, a + c
    support = np.arange(max(0, column - other_row), min(row, column) + 1, dtype=np.float64)
    weight = -(
        gammaln(support + 1)
        + gammaln(row - support + 1)
        + gammaln(column - support + 1)
        + gammaln(other_row - column + support + 1)
    )
    return _Margins(support, weight)


def _estimate(margins: _Margins, a: int) -> float:
    """Return the odds ratio at which the observed first cell is its own expectation."""
    if a == margins.support[0]:
        return 0.0
    if a == margins.support[-1]:
        return math.inf
    return _solved(lambda log: float(margins.probability(log) @ (margins.support - a)))


def _limits(margins: _Margins, a: int, *, tail: float) -> tuple[float, float]:
    above, below = margins.support >= a, margins.support <= a

    def upper_tail(log: float) -> float:
        return float(margins.probability(log)[above].sum()) - tail

    def lower_tail(log: float) -> float:
        return float(margins.probability(log)[below].sum()) - tail

    low = 0.0 if a == margins.support[0] else _solved(upper_tail)
    high = math.inf if a == margins.support[-1] else _solved(lower_tail)
    return low, high


def _solved(equation: Callable[[float], float]) -> float:
    """Return exp of the root of a monotone equation in the log odds ratio."""
    reach = 1.0
    while equation(-reach) * equation(reach) > 0 and reach < LARGEST_LOG_ODDS_RATIO:
        reach *= 2
    return math.exp(brentq(equation, -reach, reach, xtol=1e-14, rtol=1e-14))
