"""What `calibration.json` holds for the Dutch study; docs/calibration.md says where from."""

from __future__ import annotations

from hematotox.declarations.base import Declaration
from hematotox.synthetic.calibration import LaboratoryProfile, LevelCounts
from hematotox.synthetic.study_period import StudyPeriod
from hematotox.synthetic.survival_profile import SurvivalProfile

Shares = dict[str, float]


class DeBoerCalibration(Declaration):
    """Numbers of patients by risk group (low, high) and by points of the CAR-HEMATOTOX.

    `elsewhere` are patients of the exports who are not in the study's population.
    """

    version: int
    period: StudyPeriod
    centres: dict[str, int]
    """Relative sizes of the centres."""
    points: dict[str, LevelCounts]
    """Risk group, points, patients."""
    elsewhere: LevelCounts
    """Why a patient is not analysed, and number of patients."""
    severe_neutropenia: LevelCounts
    """Points, patients with at least 14 days below 500 per microlitre by day 60."""
    severe_early_icaht: LevelCounts
    """Risk group, patients with grade 3 or 4, among those with severe neutropenia."""
    milder_early_grades: Shares
    """Shares of grades 0, 1, 2 in patients without severe neutropenia."""
    severe_late_icaht: LevelCounts
    """Risk group, patients with grade 3 or 4."""
    milder_late_grades: Shares
    """Shares of grades 0, 1, 2 in the others."""
    severe_infections: LevelCounts
    """Risk group, patients with an infection of grade 3 or higher by day 90."""
    crs_grades: Shares
    icans_grades: Shares
    characteristics: dict[str, Shares]
    """Variable, level, share of patients; an assumption."""
    age: tuple[float, ...]
    """Minimum, quartiles, maximum."""
    survival: SurvivalProfile
    laboratory: LaboratoryProfile
