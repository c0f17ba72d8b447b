"""Neutrophil counts (10*9/L) with chosen periods below a limit, early and late.

A period is measured daily from the day before it to the day after it, and up to the last fixed day
no more than a week lies between two counts, so that every rule for gaps counts the same days.
Outside the periods all counts lie above 0.55, after day 30 above 1.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hematotox.synthetic.draws import Floats
from hematotox.synthetic.neutrophils import early_course
from hematotox.synthetic.visits import (
    LONGEST_STAY,
    SHORTEST_STAY,
    Days,
    Neutropenia,
    Schedule,
    outpatient_days,
)

LONGEST_GAP = 7


@dataclass(frozen=True, slots=True)
class LowPeriod:
    """Successive days after day 30 with counts between `low` and `high`."""

    start: int
    days: int
    low: float
    high: float

    @property
    def end(self) -> int:
        """Last day of the period."""
        return self.start + self.days - 1


def draw_visits(
    run: Neutropenia,
    periods: tuple[LowPeriod, ...],
    *,
    last_day: int,
    lymphodepletion: int,
    fixed: tuple[int, ...],
    rng: np.random.Generator,
) -> Schedule:
    """Draw the days of blood counts: daily in hospital, then visits, daily again in a low period.

    Parameters
    ----------
    run : the early neutropenia
    periods : later ones
    last_day : death or last contact
    lymphodepletion : its first day
    fixed : days on which a count is taken in any case
    rng : the patient's stream
    """
    baseline = lymphodepletion - int(rng.integers(0, 3))
    screening = lymphodepletion - int(rng.integers(5, 10))
    longest = int(rng.integers(SHORTEST_STAY, 18))
    recovered = run.end + 3 if run.days else 0
    discharge = min(max(longest, recovered), max(LONGEST_STAY, recovered), last_day)
    stay = np.arange(lymphodepletion + 1, discharge + 1)
    again = [np.arange(p.start - 1, p.end + 2) for p in periods]
    visits = outpatient_days(discharge, last_day, rng=rng)
    days = np.unique(np.concatenate([[screening, baseline], stay, visits, *again, fixed]))
    days = _weekly(days, first=discharge, last=max(fixed))
    return Schedule(lymphodepletion, baseline, days[days <= last_day].astype(np.int64), discharge)


def _weekly(days: Days, *, first: int, last: int) -> Days:
    """Return days with further ones between two that lie more than a week apart."""
    added = [
        np.arange(before + LONGEST_GAP, after, LONGEST_GAP)
        for before, after in pairwise(days[(days >= first) & (days <= last)].tolist())
    ]
    return np.unique(np.concatenate([days, *added])).astype(np.int64)


def draw_counts(
    schedule: Schedule,
    run: Neutropenia,
    periods: tuple[LowPeriod, ...],
    *,
    baseline: float,
    rng: np.random.Generator,
) -> Floats:
    """Return the count on each day of the schedule.

    Parameters
    ----------
    schedule : days of measurements
    run, periods : early and later days below the limits
    baseline : count before lymphodepletion
    rng : the patient's stream
    """
    days = schedule.days
    values = early_course(days, run, baseline=baseline, rng=rng)
    after = (days > LONGEST_STAY) & (days > run.end)
    values[after] = np.round(1.62 + rng.gamma(2.0, 0.8, int(after.sum())), 2)
    for period in periods:
        inside = (days >= period.start) & (days <= period.end)
        values[inside] = np.round(rng.uniform(period.low, period.high, int(inside.sum())), 2)
    values[days == schedule.baseline] = baseline
    return values
