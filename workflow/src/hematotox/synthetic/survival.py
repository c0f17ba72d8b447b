"""When patients progress, die and were last seen.

In each cell the times of progression and death are the stratified quantiles of that cell's
curves, so that the cell's Kaplan-Meier estimate is the curve itself up to one patient. Chance
decides who gets which time, with hazards proportional to exp(sum of log hazard ratios). A fixed
number of patients die without relapse; the other deaths fall on patients who had progressed.
Follow-up is spread evenly over the event times, and of several such draws that one is taken
under which the Kaplan-Meier estimates at one and two years are nearest to those of complete
observation, so that censoring adds little noise.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd

from hematotox.synthetic.calibration import INFUSED_CELLS, Calibration, Curve, LevelCounts
from hematotox.synthetic.characteristics import relative_weights
from hematotox.synthetic.draws import (
    Floats,
    Integers,
    ascending_values,
    evenly_mixed,
    generator,
    quota,
    uniforms,
    weighted_order,
)
from hematotox.synthetic.product_limit import survival_on

DAYS_FROM_PROGRESSION_TO_DEATH = 7
FOLLOW_UPS_TRIED = 100
CHECKED_DAYS = (365.0, 730.0)


class SurvivalNumbers(Protocol):
    """What the draw of survival needs of a calibration; see the fields of `Calibration`."""

    @property
    def progression_free(self) -> dict[str, Curve]:
        """Progression-free survival by cell."""

    @property
    def overall(self) -> dict[str, Curve]:
        """Overall survival by cell."""

    @property
    def follow_up(self) -> Curve:
        """Share of patients followed beyond a day."""

    @property
    def non_relapse_deaths(self) -> dict[str, LevelCounts]:
        """Cell, cause, patients."""

    @property
    def non_relapse_days(self) -> tuple[float, ...]:
        """Quantiles of the day of death without relapse."""

    @property
    def log_hazard_ratios(self) -> dict[str, float]:
        """Effect of a characteristic on progression and death within a cell."""


def draw_survival(patients: pd.DataFrame, calibration: Calibration, *, seed: int) -> pd.DataFrame:
    """Add progression, death and follow-up to the infused patients.

    Returns
    -------
    `patients` with `progression_day`, `death_day` (infinite: never), `death_cause`,
    `follow_up` (potential follow-up) and `last_day` (the earlier of death and follow-up).
    """
    blocks = []
    for cell, members in patients.groupby("cell", sort=False):
        if cell in INFUSED_CELLS:
            rng = generator(seed, f"survival {cell}")
            blocks.append(draw_group(members, calibration, cell=str(cell), rng=rng))
    times = pd.concat(blocks)
    times["last_day"] = np.minimum(times["death_day"], times["follow_up"])
    return patients.join(times)


def draw_group(
    members: pd.DataFrame, calibration: SurvivalNumbers, *, cell: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw progression, death and follow-up of the patients of one cell.

    Parameters
    ----------
    members : its patients, with the characteristics that the log hazard ratios name
    calibration : curves and numbers of deaths of every cell
    cell : the cell
    rng : its stream

    Returns
    -------
    Index as `members`; `progression_day`, `death_day` (infinite: never), `death_cause`,
    `follow_up`.
    """
    size = len(members)
    hazard = relative_weights(
        members, {name: float(np.exp(b)) for name, b in calibration.log_hazard_ratios.items()}
    )
    first_event = _times(calibration.progression_free[cell], size, rng=rng)
    deaths = _times(calibration.overall[cell], size, rng=rng)
    order = weighted_order(hazard, rng)
    progression, death = np.full(size, np.inf), np.full(size, np.inf)
    progression[order] = first_event
    causes = calibration.non_relapse_deaths[cell]
    dying = _dying_without_relapse(progression, calibration, count=sum(causes.values()), rng=rng)
    death[dying] = progression[dying]
    progression[dying] = np.inf
    remaining = _without_nearest(deaths, death[dying])
    death = _deaths_after_progression(remaining, progression, death=death, hazard=hazard, rng=rng)
    cause = np.where(np.isfinite(death), "progression", "").astype(object)
    cause[dying] = quota(causes, len(dying), rng=rng)
    follow_up = _follow_up(calibration.follow_up, progression, death=death, rng=rng)
    return pd.DataFrame(
        {
            "progression_day": progression,
            "death_day": death,
            "death_cause": cause,
            "follow_up": follow_up,
        },
        index=members.index,
    )


def _times(curve: Curve, size: int, *, rng: np.random.Generator) -> Floats:
    """Ascending event times whose empirical distribution is the curve; infinite beyond it."""
    survival = 1.0 - uniforms(size, rng)
    knots = np.asarray(curve.survival)
    times = np.interp(survival, knots[::-1], np.asarray(curve.days)[::-1])
    return np.where(survival < knots[-1], np.inf, np.ceil(times))


def _dying_without_relapse(
    first_event: Floats, calibration: SurvivalNumbers, *, count: int, rng: np.random.Generator
) -> Integers:
    """Pick the patients whose first event is death, near the wanted days of death."""
    chosen: list[int] = []
    for day in ascending_values(count, calibration.non_relapse_days, rng=rng):
        distance = np.abs(first_event - day)
        distance[chosen] = np.inf
        chosen.append(int(np.argmin(distance)))
    return np.asarray(chosen, dtype=np.int64)


def _without_nearest(times: Floats, removed: Floats) -> Floats:
    """Take from ascending `times` the one nearest to each removed time."""
    kept = list(times)
    for time in removed:
        distances = [abs(other - time) if np.isfinite(other) else np.inf for other in kept]
        kept.pop(int(np.argmin(distances)))
    return np.asarray([time for time in kept if np.isfinite(time)])


def _deaths_after_progression(
    times: Floats,
    progression: Floats,
    *,
    death: Floats,
    hazard: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Give each death to a patient who had progressed by then, likelier one at high hazard."""
    death = death.copy()
    for time in times:
        waiting = np.isfinite(progression) & np.isinf(death)
        ready = np.flatnonzero(waiting & (progression + DAYS_FROM_PROGRESSION_TO_DEATH <= time))
        if len(ready):
            patient = rng.choice(ready, p=hazard[ready] / hazard[ready].sum())
            death[patient] = time
        elif waiting.any():
            patient = np.flatnonzero(waiting)[np.argmin(progression[waiting])]
            death[patient] = progression[patient] + DAYS_FROM_PROGRESSION_TO_DEATH
    return death


def _follow_up(
    curve: Curve, progression: Floats, *, death: Floats, rng: np.random.Generator
) -> Floats:
    """Draw follow-up under which the estimated curves stay near those without censoring.

    A death without relapse is always seen: the paper counts these deaths.
    """
    size = len(progression)
    seen = np.isinf(progression) & np.isfinite(death)
    at_least = np.where(seen, death + 30, 0.0)
    first_event = np.minimum(progression, death)
    everybody = np.full(size, np.inf)
    events = (first_event, death)
    complete = [survival_on(CHECKED_DAYS, event, follow_up=everybody) for event in events]
    best, nearest = everybody, np.inf
    for _ in range(FOLLOW_UPS_TRIED):
        follow_up = np.empty(size)
        order = np.lexsort((rng.random(size), progression, death))
        follow_up[order] = _times(curve, size, rng=rng)[evenly_mixed(size, rng)]
        follow_up = np.maximum(follow_up, at_least)
        estimates = [survival_on(CHECKED_DAYS, event, follow_up=follow_up) for event in events]
        distance = float(np.abs(np.subtract(estimates, complete)).sum())
        if distance < nearest:
            best, nearest = follow_up, distance
    return best
