"""What the paper does not print and the simulation needs: chosen, not measured.

`assumptions.json` holds the choices; docs/calibration.md says why each was made.
"""

from __future__ import annotations

from hematotox.declarations.base import Declaration
from hematotox.synthetic.calibration import Curve, LaboratoryProfile, LevelCounts

FourShares = tuple[float, float, float, float]
FourCounts = tuple[int, int, int, int]


class OutcomeAssumption(Declaration):
    """An outcome in the columns SimpleHT low, SimpleHT high, HT low, HT high."""

    evaluable: FourCounts
    """Patients evaluable for the outcome."""
    any_share: FourShares | None = None
    """Share with the event where the paper prints none for a column."""
    severe_share: FourShares | None = None
    """Share of severe events where the paper prints none."""
    first_grade: float = 0.55
    """Share of grade 1 among grades 1 and 2."""
    third_grade: float = 0.7
    """Share of grade 3 among grades 3 and 4."""


class CurveShapes(Declaration):
    """How curves run between the printed points."""

    progression_days: tuple[float, ...]
    early_failure: tuple[float, ...]
    """Share of the events before day 100 that has happened, at the first of these days."""
    late_fall: tuple[float, ...]
    """Share of the fall from day 100 to one year that is still to come, at the next days."""
    after_one_year: tuple[float, ...]
    """Survival relative to one year, at the last days."""
    death_days: tuple[float, ...]
    relative_hazard: tuple[float, ...]
    """Cumulative hazard of death relative to one year."""
    stable_disease: dict[str, int]
    """Cell, and patients with stable disease at day 90."""


class Assumptions(Declaration):
    """Everything chosen; see the fields."""

    both_high: int
    """Patients high by both scores, among those with a calculable HT."""
    centres: dict[str, int]
    """Infused patients of each centre."""
    marrow_involvement: dict[str, float]
    """Share of patients by level; the rest is unknown."""
    bridging_failure_known: float
    """Share of bridged patients whose response to bridging is known."""
    age_knots: dict[str, tuple[float, ...]]
    """Cell; minimum, quartiles, maximum of age, where no column prints them."""
    age_range: tuple[float, float]
    vein_to_vein: tuple[float, ...]
    """Minimum, quartiles, maximum relative to the median."""
    outcomes: dict[str, OutcomeAssumption]
    responders: FourCounts
    """Patients evaluable for response at day 90."""
    curves: CurveShapes
    follow_up: Curve
    survival_elsewhere: dict[str, tuple[float, float]]
    """Cell without printed survival: progression-free and overall survival at one year."""
    non_relapse_causes: LevelCounts
    """Causes of death without relapse other than infection."""
    non_relapse_elsewhere: dict[str, LevelCounts]
    non_relapse_days: tuple[float, ...]
    lost_response_share: float
    """Where the search for the duration of response starts."""
    log_hazard_ratios: dict[str, float]
    onset_knots: tuple[float, ...]
    """Days of onset of second malignancies relative to the printed quartiles: shortest, longest."""
    second_malignancy_types: LevelCounts
    second_malignancy_margins: dict[str, LevelCounts]
    """Numbers of FACTS' back-calculation: HT, stage, late thrombocytopenia, marrow involvement."""
    second_malignancy_ages: tuple[float, float]
    """Youngest and oldest patient with a second malignancy."""
    myeloid_high: int
    second_malignancies_elsewhere: LevelCounts
    laboratory: LaboratoryProfile
