"""What `calibration.json` holds for the study of ALL-Hematotox; see docs/calibration.md."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Declaration
from hematotox.synthetic.calibration import LaboratoryProfile
from hematotox.synthetic.study_period import StudyPeriod
from hematotox.synthetic.survival_profile import SurvivalProfile

Group = Literal["low", "high"]
Shares = dict[str, float]


class NairCell(Declaration):
    """Patients with the same points of the ALL-Hematotox and the same group of the HT."""

    all_ht: int
    """Points, by the provisional cut-offs."""
    ht: Group
    patients: int
    severe: int
    """With at least 14 days below 500 neutrophils per microlitre by day 30."""


class NairCalibration(Declaration):
    """Numbers of patients by points and by the group (low, high) of the ALL-Hematotox."""

    version: int
    period: StudyPeriod
    centres: dict[str, int]
    cells: tuple[NairCell, ...]
    severe_days: dict[Group, tuple[int, ...]]
    """Days of neutropenia with severe neutropenia: quantiles at equal steps of probability."""
    milder_days: dict[Group, tuple[int, ...]]
    """The same without it."""
    profound_without_severe: int
    """Patients with early ICAHT of grade 3 by at least 7 days below 100 and fewer than 14 below
    500."""
    correlation: float
    """Pearson's, of the blasts in the marrow with the days of neutropenia."""
    incomplete_responses: dict[Group, int]
    """Patients without complete response."""
    age: tuple[float, ...]
    """Minimum, quartiles, maximum."""
    characteristics: dict[str, Shares]
    """Variable, level, share of patients; an assumption but for sex."""
    crs_grades: Shares
    survival: SurvivalProfile
    laboratory: LaboratoryProfile
