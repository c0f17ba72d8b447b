"""Laboratory values before lymphodepletion, such that each patient has his cell's risk groups.

Candidates are drawn from correlated log-normal distributions; each cell takes the candidates
that belong to it. Cut-offs as the scores' authors code them: CAR-HEMATOTOX, Rejeski et al.,
Blood 2021;138:2499-2513; SimpleHT, platelets <= 175 and CRP >= 3 mg/dL.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.calibration import (
    BOTH_HIGH,
    HT_LOW,
    HT_ONLY,
    INFUSED_CELLS,
    NO_SCORE,
    OTHER_DISEASE,
    SIMPLE_HIGH,
    SIMPLE_LOW,
    Calibration,
    LaboratoryProfile,
)
from hematotox.synthetic.draws import Floats, generator, quota

CANDIDATES = 20_000
DECIMALS = {
    "platelets": 0,
    "anc": 2,
    "hemoglobin": 1,
    "crp": 1,
    "ferritin": 0,
    "ldh": 0,
    "marrow_blasts": 0,
}
LOWEST = {
    "platelets": 8,
    "anc": 0.1,
    "hemoglobin": 6.5,
    "crp": 0.1,
    "ferritin": 15,
    "ldh": 90,
    "marrow_blasts": 0,
}
HIGHEST = {
    "marrow_blasts": 98,
    "platelets": 600,
    "anc": 14,
    "hemoglobin": 16.5,
    "crp": 40,
    "ferritin": 30000,
    "ldh": 3000,
}

UNMEASURED: dict[str, dict[str, float]] = {
    SIMPLE_LOW: {"ferritin": 0.85, "anc": 0.08, "hemoglobin": 0.07},
    SIMPLE_HIGH: {"ferritin": 0.85, "anc": 0.08, "hemoglobin": 0.07},
    NO_SCORE: {"crp": 0.75, "platelets": 0.25},
    OTHER_DISEASE: {"ferritin": 0.3, "crp": 0.08},
}
"""Cell, and the share of its patients in whom a variable was not measured in time."""


def draw_baseline_values(
    patients: pd.DataFrame, calibration: Calibration, *, seed: int
) -> pd.DataFrame:
    """Draw one row for each infused patient.

    Returns
    -------
    Columns of the laboratory profile, in canonical units; `points` of the CAR-HEMATOTOX; and
    `unmeasured`: the variable that is missing before lymphodepletion, empty if none is. Index as
    `patients`.
    """
    candidates = draw_candidates(calibration.laboratory, generator(seed, "laboratory profiles"))
    candidates["points"] = ht_points(candidates)
    cells = _cells(candidates)
    blocks = []
    for cell, members in patients.groupby("cell", sort=False):
        if cell in INFUSED_CELLS:
            rng = generator(seed, f"baseline values {cell}")
            fitting = np.flatnonzero(cells[cell])
            chosen = rng.choice(fitting, size=len(members), replace=False)
            block = candidates.iloc[chosen].set_index(members.index)
            block["ldh"] = _ldh(block["ldh"], members, rng=rng)
            block["unmeasured"] = _unmeasured(str(cell), len(members), rng=rng)
            blocks.append(block)
    return pd.concat(blocks)


def draw_candidates(profile: LaboratoryProfile, rng: np.random.Generator) -> pd.DataFrame:
    """Draw many patients' values from the profile, in canonical units."""
    factor = np.linalg.cholesky(np.asarray(profile.correlations))
    independent = rng.standard_normal((len(profile.variables), CANDIDATES))
    values = {}
    for row, variable in enumerate(profile.variables):
        # Added up one by one: a matrix product may differ in its last digit between machines.
        normal = sum(factor[row, k] * independent[k] for k in range(row + 1))
        median, scaled = profile.medians[row], profile.spreads[row] * normal
        drawn = median + scaled if variable == "hemoglobin" else median * np.exp(scaled)
        drawn = np.clip(drawn, LOWEST[variable], HIGHEST[variable])
        values[variable] = np.round(drawn, DECIMALS[variable])
    return pd.DataFrame(values)


def ht_points(values: pd.DataFrame) -> pd.Series:
    """Add up the points of the CAR-HEMATOTOX."""
    platelets, ferritin = values["platelets"], values["ferritin"]
    return (
        (platelets <= 175).astype(int)
        + (platelets < 75)
        + (values["anc"] <= 1.2)
        + (values["hemoglobin"] <= 9.0)
        + (values["crp"] >= 3.0)
        + (ferritin >= 650)
        + (ferritin > 2000)
    )


def _cells(values: pd.DataFrame) -> dict[str, np.ndarray]:
    """Say which candidates belong to each cell."""
    high = (values["points"] >= 2).to_numpy()
    simple_high = ((values["platelets"] <= 175) & (values["crp"] >= 3.0)).to_numpy()
    everybody = np.ones(len(values), dtype=bool)
    return {
        HT_LOW: ~high,
        HT_ONLY: high & ~simple_high,
        BOTH_HIGH: simple_high,
        SIMPLE_LOW: ~simple_high,
        SIMPLE_HIGH: simple_high,
        NO_SCORE: everybody,
        OTHER_DISEASE: everybody,
    }


def _ldh(values: pd.Series, members: pd.DataFrame, *, rng: np.random.Generator) -> Floats:
    """Mirror values about the upper limit of normal where they contradict the drawn group."""
    limit = members["ldh_upper_limit"].to_numpy(dtype=np.float64)
    ratio = np.log(values.to_numpy() / limit)
    ratio = np.where(np.abs(ratio) < 0.02, 0.02 + 0.1 * rng.random(len(ratio)), np.abs(ratio))
    above = (members["ldh_above_normal"] == "yes").to_numpy()
    value = np.where(above, limit * np.exp(ratio), limit * np.exp(-0.6 * ratio))
    value = np.round(np.clip(value, LOWEST["ldh"], HIGHEST["ldh"]))
    return np.where(members["ldh_above_normal"] == "", np.nan, value)


def _unmeasured(cell: str, size: int, *, rng: np.random.Generator) -> np.ndarray:
    counts = {name: round(share * size) for name, share in UNMEASURED.get(cell, {}).items()}
    if cell in (SIMPLE_LOW, SIMPLE_HIGH, NO_SCORE):
        first = next(iter(counts))
        counts[first] += size - sum(counts.values())
    return quota(counts, size, rng=rng)
