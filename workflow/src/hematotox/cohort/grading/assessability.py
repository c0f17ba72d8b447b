"""Whether a grade is assessable, why not, and what is known of it all the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.cohort.follow_up import DIED_BEFORE_INFUSION
from hematotox.cohort.grading.counting import filling_of
from hematotox.cohort.grading.daily_values import Flags, Indices, last_measured
from hematotox.cohort.grading.filling import cannot_be_filled
from hematotox.cohort.grading.icaht import Ends, WindowGrades
from hematotox.cohort.grading.observation import Observation
from hematotox.declarations.conventions import (
    AnyWindow,
    ConsecutivePair,
    Durations,
    Phenotype,
)

SAMPLING_GAP = "sampling gap"
ENDED_EARLY = "observation ended early, last value too old"
STOPS = "a single measured day near one end only: the program stops"
DIED_LOW = "died before recovery"
NO_COURSE = "no recovery and no aplasia documented"


@dataclass(frozen=True, slots=True)
class Measured:
    """Which days of a window were measured, up to its end and in all; rows are days."""

    observed: Flags
    whole: Flags

    @property
    def days(self) -> Indices:
        """Measured days up to the end, one number a patient."""
        count: Indices = self.observed.sum(axis=0)
        return count


def reasons_of(
    window: AnyWindow,
    observation: Observation,
    *,
    measured: Measured,
    ends: Ends,
    graded: WindowGrades,
) -> np.ndarray:
    """Return why the window is not assessable, empty where it is."""
    first, last = window.days
    found = [
        (observation.death < 0, DIED_BEFORE_INFUSION),
        (observation.death < first, f"died before day {first}"),
        (_lost(window, observation) < first, f"lost before day {first}"),
        (ends.observed < 0, not_reached(window)),
        (measured.days == 0, f"no value on days {first}-{last}"),
        *_too_few(window, measured),
        *_of_kind(window, observation, measured=measured, ends=ends, graded=graded),
    ]
    conditions, words = zip(*found, strict=True)
    return np.select(conditions, np.array(words, dtype=object), default="").astype(object)


def _lost(window: AnyWindow, observation: Observation) -> np.ndarray:
    """Return the day after which the convention takes a patient for lost, NaN for none."""
    if "last_contact_stated" not in window.ends_at and "nothing" not in window.ends_at:
        return observation.end
    if observation.last_contact is None or "nothing" in window.ends_at:
        return np.full(observation.end.shape, np.nan)
    return observation.last_contact


def not_reached(window: AnyWindow) -> str:
    """Return why there is nothing of a window that ended before its first day."""
    return f"progression or new therapy before day {window.days[0]}"


def _too_few(window: AnyWindow, measured: Measured) -> list[tuple[Flags, str]]:
    first, last = window.days
    least = window.least_days_measured
    count = measured.whole.sum(axis=0) if window.least_days_after_end else measured.days
    return [(count < least, f"fewer than {least} measured days on days {first}-{last}")]


def _of_kind(
    window: AnyWindow,
    observation: Observation,
    *,
    measured: Measured,
    ends: Ends,
    graded: WindowGrades,
) -> list[tuple[Flags, str]]:
    """Return what only windows of one kind ask."""
    gap = graded.open_low != graded.open_high
    if isinstance(window, Phenotype):
        return [(gap, SAMPLING_GAP), (graded.grade == 0, NO_COURSE)]
    if isinstance(window, ConsecutivePair):
        distance = window.longest_distance_days
        return [(np.isnan(graded.value), f"no two measured days at most {distance} days apart")]
    if not isinstance(window, Durations):
        return []
    stops = cannot_be_filled(measured.observed, ends.observed, filling_of(window))
    died = graded.died_low & (window.died_before_recovery == "not_assessable")
    return [
        (stops, STOPS),
        (died, DIED_LOW),
        *_ended_early(window, observation, measured=measured, graded=graded),
        (gap, SAMPLING_GAP),
    ]


def _ended_early(
    window: Durations, observation: Observation, *, measured: Measured, graded: WindowGrades
) -> list[tuple[Flags, str]]:
    """Return whose window ended early without the highest grade: by death, or without a value."""
    within = window.early_end_needs_value_within_days
    if within is None:
        return []
    first, last = window.days
    unmet = graded.grade < max(int(name) for name in window.grades)
    ended = np.fmin(observation.end, observation.progression) < last
    late_enough = last_measured(measured.observed) + first >= last - within
    return [
        (unmet & (observation.death < last), f"died before day {last}"),
        (unmet & ended & ~late_enough, ENDED_EARLY),
    ]


def known_grades(
    window: AnyWindow, graded: WindowGrades, reason: np.ndarray, *, ends: Ends
) -> tuple[Indices, Indices, Flags]:
    """Return between which grades the true one lies, for questions of yes or no.

    The grade itself where it is assessable; after a sampling gap what the open days allow; with
    too few or too old values what all unmeasured days allow, unless that is every grade.

    Returns
    -------
    lowest, highest grade, and where they are known
    """
    assessable, gap = reason == "", reason == SAMPLING_GAP
    starts = ("fewer than", "no value on", "no two measured")
    few = np.array([one.startswith(starts) for one in reason], dtype=bool)
    few |= np.isin(reason, [ENDED_EARLY, STOPS])
    # a patient who lived too few days of the window has no grade there, and none is possible
    few &= ends.possible + 1 >= window.least_days_measured
    if not isinstance(window, Phenotype):
        highest = max(int(name) for name in window.grades)
        few &= (graded.grade_low > 0) | (graded.grade_high < highest)
    low = np.select([assessable, gap], [graded.grade, graded.open_low], graded.grade_low)
    high = np.select([assessable, gap], [graded.grade, graded.open_high], graded.grade_high)
    known = assessable | gap | few
    if isinstance(window, Phenotype):
        known = assessable
    return low, high, known
