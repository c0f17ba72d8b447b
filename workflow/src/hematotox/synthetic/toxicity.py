"""Toxicity of each patient: grades of CRS and ICANS, ICAHT, late thrombocytopenia and anaemia.

Grades are fixed in number in every cell; the blood counts are made afterwards to show them
(`blood_counts`). A grade that is not evaluable stays empty: the centre measured too little.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.calibration import INFUSED_CELLS, Calibration
from hematotox.synthetic.draws import Floats, Texts, generator, quota

LEAST_DAYS_EARLY = 12
LEAST_DAYS_SEVERE_EARLY = 31
LEAST_DAYS_LATE = 50
EFFECT_OF_A_POINT = 0.35


def draw_toxicity(patients: pd.DataFrame, calibration: Calibration, *, seed: int) -> pd.DataFrame:
    """Draw grades of toxicity; within a cell, more points of the HT make a higher grade likelier.

    Returns
    -------
    `patients` with `crs`, `icans`, `early_icaht`, `late_icaht` ("0" to "4"), and yes or no for
    `late_thrombocytopenia` and `late_anemia`; empty is not evaluable.
    """
    blocks = []
    for cell, members in patients.groupby("cell", sort=False):
        if cell in INFUSED_CELLS:
            rng = generator(seed, f"toxicity {cell}")
            blocks.append(_draw_cell(members, calibration, cell=str(cell), rng=rng))
    return patients.join(pd.concat(blocks).reindex(patients.index, fill_value=""))


def _draw_cell(
    members: pd.DataFrame, calibration: Calibration, *, cell: str, rng: np.random.Generator
) -> pd.DataFrame:
    grades = pd.DataFrame(index=members.index)
    last_day = members["last_day"].to_numpy()
    prone = np.exp(EFFECT_OF_A_POINT * members["points"].to_numpy(dtype=np.float64))

    def draw(outcome: str, weights: Floats, least_days: float) -> Texts:
        counts = dict(sorted(calibration.outcomes[outcome][cell].items(), reverse=True))
        return quota(
            counts, len(members), rng=rng, weights=weights, eligible=last_day >= least_days
        )

    grades["crs"] = draw("crs", np.ones(len(members)), 0)
    grades["icans"] = draw("icans", 1 + _number(grades["crs"]), 0)
    seen = np.where(last_day >= LEAST_DAYS_SEVERE_EARLY, 1.0, 1e-6)
    grades["early_icaht"] = draw("early_icaht", seen * prone, LEAST_DAYS_EARLY)
    weights = (1 + _number(grades["early_icaht"])) * prone
    grades["late_icaht"] = draw("late_icaht", weights, LEAST_DAYS_LATE)
    measured = np.where(grades["late_icaht"] != "", LEAST_DAYS_LATE, -1)
    last_day = np.minimum(last_day, measured)
    weights = (1 + _number(grades["late_icaht"]) ** 2) * prone
    grades["late_thrombocytopenia"] = draw("late_thrombocytopenia", weights, LEAST_DAYS_LATE)
    grades["late_anemia"] = draw("late_anemia", weights, LEAST_DAYS_LATE)
    return grades


def _number(grades: pd.Series) -> Floats:
    return np.asarray(pd.to_numeric(grades, errors="coerce").fillna(0), dtype=np.float64)
