"""What `calibration.json` holds: how many patients of each kind, and the curves of their times.

Patients are drawn in *cells*, the smallest groups that the paper's two columns imply: by
SimpleHT group, HT group, and whether the HT can be calculated. Every count is given by cell, so
that both halves of the paper's Table 1 hold at once, in every simulation.
"""

from __future__ import annotations

from pydantic import model_validator

from hematotox.declarations.base import Declaration

HT_LOW = "ht_low"
HT_ONLY = "ht_high_only"
BOTH_HIGH = "both_high"
SIMPLE_LOW = "simple_ht_low_only"
SIMPLE_HIGH = "simple_ht_high_only"
NO_SCORE = "no_score"
OTHER_DISEASE = "other_disease"
NOT_INFUSED = "not_infused"

HT_CELLS = (HT_LOW, HT_ONLY, BOTH_HIGH)
SIMPLE_CELLS = (*HT_CELLS, SIMPLE_LOW, SIMPLE_HIGH)
LYMPHOMA_CELLS = (*SIMPLE_CELLS, NO_SCORE)
INFUSED_CELLS = (*LYMPHOMA_CELLS, OTHER_DISEASE)

LevelCounts = dict[str, int]


class Curve(Declaration):
    """Probability of being free of an event, by day; straight between the knots."""

    days: tuple[float, ...]
    survival: tuple[float, ...]

    @model_validator(mode="after")
    def _falls(self) -> Curve:
        steps = list(zip(self.survival, self.survival[1:], strict=False))
        if len(self.days) != len(self.survival) or any(a < b for a, b in steps):
            raise ValueError("days and survival must be equally long, survival must not rise")
        return self


class SecondMalignancies(Declaration):
    """Second malignancies among patients with a calculable HT."""

    onset_days: tuple[float, ...]
    """Quantiles of the onset, at equal steps of probability."""
    types: LevelCounts
    """Type and number of patients."""
    margins: dict[str, LevelCounts]
    """Variable, level, and how many of the patients with a second malignancy have it."""
    age_quartiles: tuple[float, ...]
    myeloid_high: int
    """Myeloid neoplasms among the HT-high."""
    elsewhere: LevelCounts
    """The same among patients without a calculable HT."""


class LaboratoryProfile(Declaration):
    """Distribution of the values before lymphodepletion: median, spread, correlation."""

    variables: tuple[str, ...]
    medians: tuple[float, ...]
    spreads: tuple[float, ...]
    """Standard deviation of the logarithm; of the value itself for hemoglobin."""
    correlations: tuple[tuple[float, ...], ...]


class Calibration(Declaration):
    """Everything `simulate` needs beside the centres and a seed."""

    version: int
    cells: dict[str, int]
    """Patients in each cell."""
    centres: dict[str, int]
    """Infused patients of each centre; the patients not infused are spread likewise."""
    characteristics: dict[str, dict[str, LevelCounts]]
    """Variable, cell, level, patients; the rest of the cell is unknown."""
    quartiles: dict[str, dict[str, tuple[float, ...]]]
    """Variable, cell, knots at equal steps of probability."""
    outcomes: dict[str, dict[str, LevelCounts]]
    """Outcome, cell, level or grade, patients; the rest of the cell is not evaluable."""
    progression_free: dict[str, Curve]
    overall: dict[str, Curve]
    follow_up: Curve
    non_relapse_deaths: dict[str, LevelCounts]
    """Cell, cause, patients."""
    non_relapse_days: tuple[float, ...]
    """Quantiles of the day of death without relapse, at equal steps of probability."""
    lost_response_share: float
    """Share with a response at day 30 among those who progress before the day-90 assessment."""
    log_hazard_ratios: dict[str, float]
    """Effect of a characteristic (`variable=level`) on progression and death within a cell."""
    second_malignancies: SecondMalignancies
    laboratory: LaboratoryProfile
