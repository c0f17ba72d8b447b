"""McNemar's comparison of two paired proportions, with Tango's score interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.special import bdtr, chdtrc


@dataclass(frozen=True, slots=True)
class PairedCells:
    """Patients of one outcome by the two tests.

    Attributes
    ----------
    both, first_only, second_only, neither : positive on both tests, on one, on none
    """

    both: int
    first_only: int
    second_only: int
    neither: int

    @property
    def n(self) -> int:
        """Patients."""
        return self.both + self.first_only + self.second_only + self.neither


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Difference of a proportion between the tests, first minus second.

    Attributes
    ----------
    first, second : the two proportions
    difference : first minus second
    conf_low, conf_high : limits of the difference
    conf_method : "Tango score" or "delta method"
    statistic : chi-square with one degree of freedom
    p_value : of that chi-square
    exact_p_value : exact McNemar test, NaN where there is none
    test : name of the chi-square test
    """

    first: float
    second: float
    difference: float
    conf_low: float
    conf_high: float
    conf_method: str
    statistic: float
    p_value: float
    exact_p_value: float
    test: str


def mcnemar(cells: PairedCells, *, quantile: float) -> PairedDifference:
    """Compare the shares of positive results of two tests in the same patients.

    The chi-square has no continuity correction, so that Tango's limits exclude 0 exactly when it
    is significant.

    Parameters
    ----------
    cells : patients by the two tests
    quantile : standard normal quantile of the limits

    References
    ----------
    R ``mcnemar.test(correct = FALSE)``, ``binom.test``; Tango, Stat Med 1998;17:891-908.

    Examples
    --------
    >>> from hematotox.stats import PairedCells, mcnemar
    >>> cells = PairedCells(both=20, first_only=9, second_only=3, neither=10)
    >>> round(mcnemar(cells, quantile=1.96).p_value, 4)
    0.0833
    """
    gained, lost, n = cells.first_only, cells.second_only, cells.n
    discordant, total = gained + lost, float(n) if n else math.nan
    statistic = (gained - lost) ** 2 / discordant if discordant else math.nan
    low, high = _tango(gained, lost, n=n, quantile=quantile)
    return PairedDifference(
        first=(cells.both + gained) / total,
        second=(cells.both + lost) / total,
        difference=(gained - lost) / total,
        conf_low=low,
        conf_high=high,
        conf_method="Tango score",
        statistic=statistic,
        p_value=float(chdtrc(1, statistic)),
        exact_p_value=min(1.0, 2 * float(bdtr(min(gained, lost), discordant, 0.5))),
        test="McNemar",
    )


def _tango(gained: int, lost: int, *, n: int, quantile: float) -> tuple[float, float]:
    """Solve Tango's score equation for both limits."""
    if n == 0:
        return math.nan, math.nan

    def z(difference: float) -> float:
        a, c = 2 * n, -lost * difference * (1 - difference)
        b = -gained - lost + (2 * n - gained + lost) * difference
        lost_share = (math.sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
        variance = n * (2 * lost_share + difference * (1 - difference))
        distance = gained - lost - n * difference
        if variance <= 0:
            return math.copysign(math.inf, distance) if distance else 0.0
        return distance / math.sqrt(variance)

    observed = (gained - lost) / n
    edge = 1 - 1e-15

    def limit(towards: float, target: float) -> float:
        if abs(z(towards * edge)) < abs(target) or observed == towards:
            return towards
        # infinite values at the very edge only say on which side of the root they lie
        return float(
            brentq(
                lambda d: max(-1e9, min(1e9, z(d))) - target,
                observed,
                towards * edge,
                xtol=1e-15,
                rtol=1e-14,
            )
        )

    return limit(-1.0, quantile), limit(1.0, -quantile)
