"""What `calibration.json` holds for the study of stem-cell boosts; see docs/calibration.md."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Declaration
from hematotox.synthetic.study_period import StudyPeriod

Duration = Literal["short", "long"]
Shares = dict[str, float]


class BoostCalibration(Declaration):
    """Patients with a boost by prior neutropenia: short (at most 38 days) and long."""

    version: int
    period: StudyPeriod
    centres: dict[str, int]
    """Relative sizes of the centres."""
    without_boost: int
    """Further patients of the exports, who had no boost."""
    neutropenia_days: dict[Duration, tuple[int, ...]]
    """Days below 500 neutrophils per microlitre before the boost, one a patient."""
    first_low_day: tuple[int, ...]
    """First of these days after infusion: quantiles at equal steps of probability."""
    non_responders: dict[Duration, int]
    response_days: tuple[int, ...]
    """Days from boost to response, one a responder."""
    effect_of_a_day: float
    """Log of the factor by which a day of neutropenia delays the turn to respond."""
    deaths: dict[Duration, dict[Literal["responder", "non_responder"], tuple[int, ...]]]
    """Days from boost to death, one a death."""
    causes: Shares
    follow_up: tuple[int, int]
    """Shortest and longest observation of survivors, in days after the boost."""
    age: tuple[float, ...]
    """Minimum, quartiles, maximum."""
    characteristics: dict[str, Shares]
    """Variable, level, share of patients; an assumption."""
    allogeneic_boosts: int
