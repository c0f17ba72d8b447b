"""Who the patients are: cell, demography, disease and treatment before the infusion.

Counts are exact in every cell; chance decides which patient has which characteristic, with the
associations a clinician expects (primary mediastinal lymphoma is younger and bulky, a high IPI
goes with stage and lactate dehydrogenase, marrow involvement means stage IV).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.calibration import NOT_INFUSED, OTHER_DISEASE, Calibration
from hematotox.synthetic.draws import Floats, ascending_values, generator, quota, weighted_order

OTHER_DISEASES = {"fl": 0.35, "mcl": 0.4, "b_all": 0.25}
OTHER_PRODUCTS = {"fl": "axi_cel", "mcl": "brexu_cel", "b_all": "tisa_cel"}
SHARE_STAGE_FOUR = 0.75

FAVOURS: dict[str, dict[str, float]] = {
    "female": {"histology=pmbcl": 1.7},
    "bulky": {"histology=pmbcl": 2.0},
    "marrow_involvement": {"stage=4": 200.0},
    "ipi_high": {"stage_advanced=yes": 3.0, "ldh_above_normal=yes": 2.0, "age_over_60=yes": 2.0},
    "prior_autologous_transplant": {"prior_lines=1": 0.05, "prior_lines=3": 1.6},
    "refractory": {"prior_autologous_transplant=yes": 0.6},
    "bridging_failure": {"refractory=yes": 1.5},
}
"""Characteristic, and how much likelier it is for patients with another one."""

DRAW_ORDER = (
    "histology",
    "product",
    "prior_lines",
    "stage_advanced",
    "ldh_above_normal",
    "age",
    "stage",
    "marrow_involvement",
    "bulky",
    "female",
    "ipi_high",
    "prior_autologous_transplant",
    "refractory",
    "bridging",
    "bridging_failure",
    "vein_to_vein",
)


def draw_characteristics(calibration: Calibration, seed: int) -> pd.DataFrame:
    """Draw one row a patient: cell and characteristics, empty where unknown.

    Returns
    -------
    Columns of `DRAW_ORDER`, `cell`, `ipi`, `disease`; patients of a cell stand together.
    """
    blocks = [
        _draw_cell(calibration, cell, rng=generator(seed, f"characteristics {cell}"))
        for cell in calibration.cells
    ]
    return pd.concat(blocks, ignore_index=True)


def relative_weights(patients: pd.DataFrame, factors: dict[str, float]) -> Floats:
    """Multiply a factor for every `variable=level` a patient has."""
    weights = np.ones(len(patients))
    for condition, factor in factors.items():
        variable, _, level = condition.partition("=")
        weights = np.where(patients[variable] == level, weights * factor, weights)
    return weights


def _draw_cell(calibration: Calibration, cell: str, *, rng: np.random.Generator) -> pd.DataFrame:
    size = calibration.cells[cell]
    patients = pd.DataFrame({"cell": np.full(size, cell, dtype=object)})
    for variable in DRAW_ORDER:
        if variable in calibration.quartiles:
            patients[variable] = _draw_number(
                calibration, cell, variable=variable, patients=patients, rng=rng
            )
        elif variable == "stage":
            patients["stage"] = _draw_stage(patients, rng)
        else:
            weights = relative_weights(patients, FAVOURS.get(variable, {}))
            counts = calibration.characteristics[variable][cell]
            asked = (patients["bridging"] == "yes") if variable == "bridging_failure" else None
            patients[variable] = quota(counts, size, rng=rng, weights=weights, eligible=asked)
        if variable == "age":
            patients["age_over_60"] = np.where(patients["age"] > 60, "yes", "no")
    patients["ipi"] = _ipi(patients, rng)
    return _name_disease(patients, rng)


def _draw_number(
    calibration: Calibration,
    cell: str,
    *,
    variable: str,
    patients: pd.DataFrame,
    rng: np.random.Generator,
) -> Floats:
    size = len(patients)
    ascending = ascending_values(size, calibration.quartiles[variable][cell], rng=rng)
    young = relative_weights(patients, {"histology=pmbcl": 5.0}) if variable == "age" else None
    order = weighted_order(np.ones(size) if young is None else young, rng)
    values = np.empty(size)
    values[order] = np.round(ascending)
    return values


def _draw_stage(patients: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Draw an Ann Arbor stage of 1 to 4 within the printed I-II and III-IV."""
    high = rng.random(len(patients))
    advanced = np.where(high < SHARE_STAGE_FOUR, "4", "3")
    limited = np.where(high < SHARE_STAGE_FOUR, "2", "1")
    known = patients["stage_advanced"] != ""
    stage = np.where(patients["stage_advanced"] == "yes", advanced, limited)
    return pd.Series(np.where(known, stage, ""), dtype=object)


def _ipi(patients: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Draw an IPI of 0 to 5 in the drawn half, not below the known risk factors."""
    factors = sum(
        (patients[variable] == "yes").astype(int)
        for variable in ("age_over_60", "stage_advanced", "ldh_above_normal")
    )
    wanted = factors + rng.integers(0, 3, len(patients))
    high = wanted.clip(lower=3)
    low = wanted.clip(upper=2)
    ipi = np.where(patients["ipi_high"] == "yes", high, low).astype(int).astype(str)
    return pd.Series(np.where(patients["ipi_high"] == "", "", ipi), dtype=object)


def _name_disease(patients: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    cell = patients["cell"].iloc[0]
    if cell not in (OTHER_DISEASE, NOT_INFUSED):
        return patients.assign(disease="lbcl")
    size = len(patients)
    counts = {name: int(share * size) for name, share in OTHER_DISEASES.items()}
    if cell == NOT_INFUSED:
        counts = {name: count // 6 for name, count in counts.items()}
    disease = quota(counts, size, rng=rng)
    disease[disease == ""] = "lbcl" if cell == NOT_INFUSED else "fl"
    other = disease != "lbcl"
    patients = patients.assign(disease=disease)
    patients.loc[other, "histology"] = disease[other]
    patients.loc[other, "product"] = [OTHER_PRODUCTS[name] for name in disease[other]]
    return patients
