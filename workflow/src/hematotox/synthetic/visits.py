"""On which days blood is drawn: before lymphodepletion, daily in hospital, then ever rarer.

Days count from the infusion. A patient leaves hospital on the third day of a neutrophil count
above 500 per microlitre, not before day 12; then visits follow about weekly to day 100, monthly
to one year and every three months to two years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARLY_END = 30
LATE_START, LATE_END = 31, 100
SHORTEST_STAY, LONGEST_STAY = 12, 30
FEWEST_LATE_VISITS = 3

Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neutropenia:
    """One run of days with at most 500 neutrophils per microlitre; `days` is 0 without one."""

    start: int
    days: int
    profound_days: int

    @property
    def end(self) -> int:
        """Last day of the run."""
        return self.start + self.days - 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days of blood counts of one patient."""

    lymphodepletion: int
    baseline: int
    days: Days
    discharge: int

    @property
    def late(self) -> Days:
        """Positions in `days` of the visits on days 31 to 100."""
        return np.flatnonzero((self.days >= LATE_START) & (self.days <= LATE_END))


def draw_schedule(
    run: Neutropenia,
    last_day: int,
    *,
    lymphodepletion: int,
    late_evaluable: bool,
    rng: np.random.Generator,
) -> Schedule:
    """Draw the days on which one patient's blood counts are measured.

    Parameters
    ----------
    run : the early neutropenia, which keeps the patient in hospital
    last_day : death or last contact
    lymphodepletion : first day of lymphodepletion
    late_evaluable : whether days 31 to 100 hold enough visits to be graded
    """
    baseline = lymphodepletion - int(rng.integers(0, 3))
    screening = lymphodepletion - int(rng.integers(5, 10))
    recovered = run.end + 3 if run.days else 0
    longest = int(rng.integers(SHORTEST_STAY, 18))
    discharge = min(max(longest, recovered), LONGEST_STAY, last_day)
    stay = np.arange(lymphodepletion + 1, discharge + 1)
    outside = outpatient_days(discharge, last_day, rng=rng)
    late = (outside >= LATE_START) & (outside <= LATE_END)
    if not late_evaluable:
        kept = rng.permutation(np.flatnonzero(late))[: int(rng.integers(0, 2))]
        outside = np.concatenate([outside[~late], outside[kept]])
    elif late.sum() < FEWEST_LATE_VISITS:
        added = np.linspace(LATE_START + 2, min(last_day, LATE_END) - 1, FEWEST_LATE_VISITS)
        outside = np.concatenate([outside, added.astype(np.int64)])
    days = np.unique(np.concatenate([[screening, baseline], stay, outside]))
    return Schedule(lymphodepletion, baseline, days[days <= last_day].astype(np.int64), discharge)


def outpatient_days(discharge: int, last_day: int, *, rng: np.random.Generator) -> Days:
    """Draw the days of visits after discharge: weekly, monthly, every three months."""
    days: list[int] = []
    day = discharge
    while True:
        gap = 7 if day < LATE_END else 28 if day < 365 else 91
        day += gap + int(rng.integers(-2, 3)) * (1 if gap == 7 else 3)
        if day > min(last_day, 760):
            return np.asarray(days, dtype=np.int64)
        if rng.random() > 0.08:
            days.append(day)
