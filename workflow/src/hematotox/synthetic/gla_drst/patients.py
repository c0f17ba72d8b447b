"""The latent patients of the study of boosts: neutropenia, boost, response, death."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.draws import ascending_values, draw_shares, generator, weighted_order
from hematotox.synthetic.gla_drst.calibration import BoostCalibration
from hematotox.synthetic.study_period import add_infusion_dates, place_patients

STUDY = "gla_drst"
NADIR_DAYS = (6, 16)
"""First and shortest length of the neutropenia of patients without a boost."""


def draw_patients(calibration: BoostCalibration, seed: int) -> pd.DataFrame:
    """Draw one row a patient; days count from the infusion, empty where there was none.

    Returns
    -------
    `first_low_day`, `neutropenia_days`, `boost_day`, `response_day`, `death_day` (infinite:
    never), `last_day`, characteristics, centre and dates.
    """
    rng = generator(seed, f"{STUDY} course")
    patients = _boosted(calibration, rng)
    others = _not_boosted(calibration, rng)
    patients = pd.concat([patients, others], ignore_index=True)
    patients = place_patients(patients, calibration.centres, seed=seed, study=STUDY)
    patients = _with_characteristics(patients, calibration, seed=seed)
    patients["follow_up"] = patients["last_day"]
    return add_infusion_dates(patients, calibration.period, seed=seed, study=STUDY)


def _boosted(calibration: BoostCalibration, rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (group, float(days))
        for group, listed in calibration.neutropenia_days.items()
        for days in listed
    ]
    patients = pd.DataFrame(rows, columns=["group", "neutropenia_days"])
    start = np.round(ascending_values(len(patients), calibration.first_low_day, rng=rng))
    patients["first_low_day"] = rng.permutation(start)
    patients["boost_day"] = patients["first_low_day"] + patients["neutropenia_days"]
    patients["response_day"] = patients["boost_day"] + _responses(patients, calibration, rng)
    patients["death_day"] = patients["boost_day"] + _deaths(patients, calibration, rng)
    low, high = calibration.follow_up
    observed = patients["boost_day"] + rng.integers(low, high + 1, len(patients))
    patients["last_day"] = np.minimum(observed, patients["death_day"])
    return patients


def _responses(
    patients: pd.DataFrame, calibration: BoostCalibration, rng: np.random.Generator
) -> np.ndarray:
    """Return days from boost to response: the longer the neutropenia, the later it tends to be."""
    time = np.full(len(patients), np.nan)
    responds = np.ones(len(patients), dtype=bool)
    for group, count in calibration.non_responders.items():
        members = np.flatnonzero(patients["group"] == group)
        responds[rng.permutation(members)[:count]] = False
    turn = np.flatnonzero(responds)
    days = patients["neutropenia_days"].to_numpy()[turn]
    order = turn[weighted_order(np.exp(-calibration.effect_of_a_day * days), rng)]
    time[order] = calibration.response_days
    return time


def _deaths(
    patients: pd.DataFrame, calibration: BoostCalibration, rng: np.random.Generator
) -> np.ndarray:
    """Return days from boost to death, infinite for survivors; nobody dies before responding."""
    time = np.full(len(patients), np.inf)
    responded = patients["response_day"].notna().to_numpy()
    for group, kinds in calibration.deaths.items():
        for kind, days in kinds.items():
            own = (patients["group"] == group) & (responded == (kind == "responder"))
            chosen = rng.permutation(np.flatnonzero(own))[: len(days)]
            time[chosen] = days
    return time


def _not_boosted(calibration: BoostCalibration, rng: np.random.Generator) -> pd.DataFrame:
    size = calibration.without_boost
    first, shortest = NADIR_DAYS
    days = rng.integers(shortest, shortest + 12, size).astype(float)
    low, high = calibration.follow_up
    return pd.DataFrame(
        {
            "group": "none",
            "neutropenia_days": days,
            "first_low_day": float(first),
            "boost_day": np.nan,
            "response_day": first + days,
            "death_day": np.inf,
            "last_day": rng.integers(low, high, size).astype(float),
        }
    )


def _with_characteristics(
    patients: pd.DataFrame, calibration: BoostCalibration, *, seed: int
) -> pd.DataFrame:
    rng = generator(seed, f"{STUDY} characteristics")
    size = len(patients)
    for name, shares in calibration.characteristics.items():
        patients[name] = draw_shares(shares, size, rng=rng)
    patients["age"] = rng.permutation(np.round(ascending_values(size, calibration.age, rng=rng)))
    patients["disease"] = "lbcl"
    patients["death_cause"] = ""
    dead = patients.index[np.isfinite(patients["death_day"])]
    patients.loc[dead, "death_cause"] = draw_shares(calibration.causes, len(dead), rng=rng)
    boosted = patients.index[patients["boost_day"].notna()]
    patients["boost_source"] = ""
    patients.loc[boosted, "boost_source"] = "autologous"
    allogeneic = rng.permutation(boosted)[: calibration.allogeneic_boosts]
    patients.loc[allogeneic, "boost_source"] = "allogeneic"
    return patients
