"""The curves of a study whose calibration is its own: what `survival.draw_group` needs."""

from __future__ import annotations

from pydantic import Field

from hematotox.declarations.base import Declaration
from hematotox.synthetic.calibration import Curve, LevelCounts


class SurvivalProfile(Declaration):
    """Curves of progression and death by cell, follow-up, deaths without relapse."""

    progression_free: dict[str, Curve]
    overall: dict[str, Curve]
    follow_up: Curve
    non_relapse_deaths: dict[str, LevelCounts]
    """Cell, cause, patients."""
    non_relapse_days: tuple[float, ...]
    """Quantiles of the day of death without relapse, at equal steps of probability."""
    log_hazard_ratios: dict[str, float] = Field(default_factory=dict)
    """Effect of a characteristic (`variable=level`) on progression and death within a cell."""
