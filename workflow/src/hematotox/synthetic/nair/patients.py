"""The latent patients of the study of ALL-Hematotox: scores, days of neutropenia, course."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.baseline_values import draw_candidates, ht_points
from hematotox.synthetic.draws import (
    Floats,
    ascending_values,
    draw_shares,
    expected_values,
    generator,
    weighted_order,
)
from hematotox.synthetic.nair.calibration import NairCalibration
from hematotox.synthetic.study_period import add_infusion_dates, place_patients
from hematotox.synthetic.survival import draw_group

STUDY = "nair"
ALL_HT_HIGH_FROM = 3
ORDERS_TRIED = 400
REGARDS = (np.linspace(0.0, 0.05, ORDERS_TRIED), np.linspace(0.05, 0.6, ORDERS_TRIED))
"""How much the days of neutropenia follow the blasts; the second range where the first is short."""
NEAR = 0.005
BASELINES_TRIED = 40
MARGIN = 0.012
"""By how much the strongest correlation that blasts allow must exceed the printed one."""


def draw_patients(calibration: NairCalibration, seed: int) -> pd.DataFrame:
    """Draw one row a patient: scores, values before lymphodepletion, days, response, course."""
    patients = _with_baseline(_cells(calibration), calibration, seed=seed)
    patients = place_patients(patients, calibration.centres, seed=seed, study=STUDY)
    patients = _with_days(patients, calibration, rng=generator(seed, f"{STUDY} days"))
    patients = _with_characteristics(patients, calibration, seed=seed)
    patients = _with_survival(patients, calibration, seed=seed)
    patients = _with_response(patients, calibration, rng=generator(seed, f"{STUDY} response"))
    return add_infusion_dates(patients, calibration.period, seed=seed, study=STUDY)


def _cells(calibration: NairCalibration) -> pd.DataFrame:
    rows = [
        (cell.all_ht, cell.ht, place < cell.severe)
        for cell in calibration.cells
        for place in range(cell.patients)
    ]
    patients = pd.DataFrame(rows, columns=["all_ht", "ht", "severe"])
    high = patients["all_ht"] >= ALL_HT_HIGH_FROM
    return patients.assign(cell=np.where(high, "high", "low"))


def all_ht_points(values: pd.DataFrame) -> pd.Series:
    """Add up the points of the ALL-Hematotox by the provisional cut-offs of the marrow blasts."""
    ferritin = (values["ferritin"] >= 650).astype(int) + (values["ferritin"] > 2000)
    marrow = (values["marrow_blasts"] >= 5).astype(int) + (values["marrow_blasts"] > 25)
    return ht_points(values) - ferritin + marrow


def _with_baseline(
    patients: pd.DataFrame, calibration: NairCalibration, *, seed: int
) -> pd.DataFrame:
    """Give each patient values that add up to the points of both scores.

    Of some draws the first is taken whose blasts allow the printed correlation with the days.
    """
    rng = generator(seed, f"{STUDY} baseline values")
    candidates = draw_candidates(calibration.laboratory, rng)
    points = all_ht_points(candidates).to_numpy()
    high = (ht_points(candidates) >= 2).to_numpy()
    best, strongest = patients, -np.inf
    for _ in range(BASELINES_TRIED):
        chosen = np.empty(len(patients), dtype=np.int64)
        for (wanted, group), members in patients.groupby(["all_ht", "ht"], sort=False):
            fitting = np.flatnonzero((points == wanted) & (high == (group == "high")))
            chosen[members.index] = rng.choice(fitting, size=len(members), replace=False)
        drawn = patients.join(candidates.iloc[chosen].set_index(patients.index))
        reached = _strongest_correlation(drawn, calibration)
        if reached > strongest:
            best, strongest = drawn, reached
        if strongest >= calibration.correlation + MARGIN:
            break
    return best


def _strongest_correlation(patients: pd.DataFrame, calibration: NairCalibration) -> float:
    """Return the correlation if in each group the days followed the blasts exactly."""
    blasts = patients["marrow_blasts"].to_numpy(dtype=np.float64)
    days = np.zeros(len(patients))
    for (cell, severe), rows in patients.groupby(["cell", "severe"], sort=True):
        places = rows.index.to_numpy()
        knots = (calibration.severe_days if severe else calibration.milder_days)[cell]
        order = places[np.argsort(blasts[places], kind="stable")]
        days[order] = expected_values(len(places), tuple(map(float, knots)))
    return float(np.corrcoef(blasts, days)[0, 1])


def _with_days(
    patients: pd.DataFrame, calibration: NairCalibration, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Give each patient days of neutropenia, correlated with the marrow blasts as printed.

    The days of a group are fixed; of many orders, drawn with more or less regard to the blasts,
    the one is taken whose correlation over all patients is nearest to the printed one.
    """
    blasts = patients["marrow_blasts"].to_numpy(dtype=np.float64)
    groups = [
        (rows.index.to_numpy(), _days(calibration, len(rows), key=key, rng=rng))
        for key, rows in patients.groupby(["cell", "severe"], sort=True)
    ]
    best, nearest = np.zeros(len(patients)), np.inf
    for regards in REGARDS:
        for regard in regards if nearest > NEAR else ():
            days = np.zeros(len(patients))
            for rows, ascending in groups:
                order = weighted_order(np.exp(-regard * blasts[rows]), rng)
                days[rows[order]] = ascending
            distance = abs(float(np.corrcoef(blasts, days)[0, 1]) - calibration.correlation)
            if distance < nearest:
                best, nearest = days, distance
    return patients.assign(days=best, profound=_profound(best, calibration, rng))


def _days(
    calibration: NairCalibration, size: int, *, key: tuple[str, bool], rng: np.random.Generator
) -> Floats:
    cell, severe = key
    knots = (calibration.severe_days if severe else calibration.milder_days)[cell]  # type: ignore[index]
    found: Floats = np.round(ascending_values(size, tuple(map(float, knots)), rng=rng))
    return found


def _profound(days: Floats, calibration: NairCalibration, rng: np.random.Generator) -> np.ndarray:
    """Pick patients with a profound neutropenia of a week within fewer than 14 days below 500."""
    able = rng.permutation(np.flatnonzero((days >= 9) & (days < 14)))
    chosen = np.zeros(len(days), dtype=bool)
    chosen[able[: calibration.profound_without_severe]] = True
    return chosen


def _with_characteristics(
    patients: pd.DataFrame, calibration: NairCalibration, *, seed: int
) -> pd.DataFrame:
    rng = generator(seed, f"{STUDY} characteristics")
    size = len(patients)
    for name, shares in calibration.characteristics.items():
        patients[name] = draw_shares(shares, size, rng=rng)
    patients["age"] = rng.permutation(np.round(ascending_values(size, calibration.age, rng=rng)))
    patients["crs"] = draw_shares(calibration.crs_grades, size, rng=rng)
    return patients.assign(disease="b_all", histology="b_all")


def _with_survival(
    patients: pd.DataFrame, calibration: NairCalibration, *, seed: int
) -> pd.DataFrame:
    blocks = []
    for cell, members in patients.groupby("cell", sort=False):
        rng = generator(seed, f"{STUDY} survival {cell}")
        blocks.append(draw_group(members, calibration.survival, cell=str(cell), rng=rng))
    times = pd.concat(blocks)
    times["last_day"] = np.minimum(times["death_day"], times["follow_up"])
    return patients.join(times)


def _with_response(
    patients: pd.DataFrame, calibration: NairCalibration, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the response at day 28; incomplete ones fall on patients who progress early."""
    response = pd.Series("cr", index=patients.index, dtype=object)
    for cell, count in calibration.incomplete_responses.items():
        own = patients.index[patients["cell"] == cell]
        first = patients.loc[own, ["progression_day", "death_day"]].min(axis=1)
        order = own[np.lexsort((rng.random(len(own)), first.to_numpy()))]
        response[order[:count]] = "sd"
    return patients.assign(response=response)
