"""Integer 2x2 tables behind a printed odds ratio with its limits and percentages."""

from __future__ import annotations

from math import log, sqrt

from hematotox.synthetic.fitting.published_numbers import OddsRatio

Z = 1.959963984540054
NEAR = 0.0051


def events_behind(printed: OddsRatio, *, n_low: int, n_high: int) -> tuple[int, int]:
    """Find the events in both groups that come nearest to a printed odds ratio.

    Parameters
    ----------
    printed : odds ratio, high against low, with Wald limits; percentages of both groups, 0 where
        not printed
    n_low, n_high : patients evaluable in each group

    Returns
    -------
    Events among low and high: of all numbers that round to the printed percentages those whose
    odds ratio and Wald limits lie nearest to print, on the log scale.

    Raises
    ------
    ValueError
        No numbers round to the printed percentages.
    """
    low = _candidates(printed.share_low, n_low)
    high = _candidates(printed.share_high, n_high)
    if not low or not high:
        raise ValueError("no numbers of events round to the printed percentages")
    tables = [(events_low, events_high) for events_low in low for events_high in high]
    return min(tables, key=lambda events: _distance(printed, events, sizes=(n_low, n_high)))


def _candidates(share: float, size: int) -> list[int]:
    counts = range(1, size)
    return [n for n in counts if share == 0.0 or abs(n / size - share) < NEAR]


def _distance(printed: OddsRatio, events: tuple[int, int], *, sizes: tuple[int, int]) -> float:
    (low, high), (n_low, n_high) = events, sizes
    ratio = log(high * (n_low - low) / (low * (n_high - high)))
    error = sqrt(1 / low + 1 / (n_low - low) + 1 / high + 1 / (n_high - high))
    limits = (ratio - Z * error, ratio + Z * error)
    return (
        abs(ratio - log(printed.estimate))
        + abs(limits[0] - log(printed.conf_low))
        + abs(limits[1] - log(printed.conf_high))
    )
