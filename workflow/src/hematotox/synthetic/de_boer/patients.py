"""The latent patients of the Dutch study: score, course, grades, infections."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.baseline_values import draw_candidates, ht_points
from hematotox.synthetic.de_boer.calibration import DeBoerCalibration
from hematotox.synthetic.draws import (
    ascending_values,
    draw_shares,
    generator,
    quota,
    weighted_order,
)
from hematotox.synthetic.study_period import add_infusion_dates, place_patients
from hematotox.synthetic.survival import draw_group

STUDY = "de_boer"
WINDOW_OF_SEVERE_NEUTROPENIA = 60
LATE_ENOUGH_TO_GRADE = 75
LAST_DAY_OF_INFECTION = 90
LDH_LIMIT = 248.0
EFFECT_OF_A_POINT = 0.3
FATAL_INFECTIONS = ("infection", "covid_19")


def draw_patients(calibration: DeBoerCalibration, seed: int) -> pd.DataFrame:
    """Draw one row a patient: centre, values before lymphodepletion, course, grades, infection."""
    patients = _with_baseline(_groups(calibration), calibration, seed=seed)
    patients = place_patients(patients, calibration.centres, seed=seed, study=STUDY)
    patients = _with_characteristics(patients, calibration, seed=seed)
    patients = _with_survival(patients, calibration, seed=seed)
    patients = _with_toxicity(patients, calibration, rng=generator(seed, f"{STUDY} toxicity"))
    patients = _with_infection(patients, calibration, rng=generator(seed, f"{STUDY} infection"))
    return add_infusion_dates(patients, calibration.period, seed=seed, study=STUDY)


def _groups(calibration: DeBoerCalibration) -> pd.DataFrame:
    """Return one row a patient with cell (low, high, elsewhere), kind and points."""
    rows: list[tuple[str, str, str]] = []
    for group, counts in calibration.points.items():
        for points, count in counts.items():
            rows += [(group, "analysed", points)] * count
    for kind, count in calibration.elsewhere.items():
        rows += [("elsewhere", kind, "")] * count
    return pd.DataFrame(rows, columns=["cell", "kind", "points"])


def _with_baseline(
    patients: pd.DataFrame, calibration: DeBoerCalibration, *, seed: int
) -> pd.DataFrame:
    """Give each patient values that add up to his points; any values to the others."""
    rng = generator(seed, f"{STUDY} baseline values")
    candidates = draw_candidates(calibration.laboratory, rng)
    points = ht_points(candidates).astype(str).to_numpy()
    chosen = np.empty(len(patients), dtype=np.int64)
    for wanted, members in patients.groupby("points", sort=False):
        fitting = np.flatnonzero(points == wanted) if wanted else np.arange(len(points))
        chosen[members.index] = rng.choice(fitting, size=len(members), replace=False)
    values = candidates.iloc[chosen].set_index(patients.index)
    return patients.join(values.assign(ht_points=points[chosen].astype(int)))


def _with_characteristics(
    patients: pd.DataFrame, calibration: DeBoerCalibration, *, seed: int
) -> pd.DataFrame:
    rng = generator(seed, f"{STUDY} characteristics")
    size = len(patients)
    drawn = {
        name: draw_shares(shares, size, rng=rng)
        for name, shares in calibration.characteristics.items()
    }
    age = rng.permutation(np.round(ascending_values(size, calibration.age, rng=rng)))
    patients = patients.assign(**drawn, age=age, disease="lbcl", product="axi_cel")
    mantle_cell = patients["kind"] == "mantle_cell"
    patients.loc[mantle_cell, ["disease", "histology", "product"]] = ["mcl", "mcl", "brexu_cel"]
    patients.loc[patients["kind"] == "second_line", "prior_lines"] = "1"
    patients.loc[patients["kind"] == "not_infused", ["product", "bridging"]] = ""
    patients["ldh_upper_limit"] = LDH_LIMIT
    patients["ldh_above_normal"] = np.where(patients["ldh"] > LDH_LIMIT, "yes", "no")
    return patients


def _with_survival(
    patients: pd.DataFrame, calibration: DeBoerCalibration, *, seed: int
) -> pd.DataFrame:
    infused = patients[patients["kind"] != "not_infused"]
    blocks = []
    for cell, members in infused.groupby("cell", sort=False):
        rng = generator(seed, f"{STUDY} survival {cell}")
        blocks.append(draw_group(members, calibration.survival, cell=str(cell), rng=rng))
    times = pd.concat(blocks)
    times["last_day"] = np.minimum(times["death_day"], times["follow_up"])
    return patients.join(times)


def _with_toxicity(
    patients: pd.DataFrame, calibration: DeBoerCalibration, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw severe neutropenia by points, then grades that agree with it."""
    infused = patients.index[patients["last_day"].notna()]
    drawn = pd.DataFrame("", index=patients.index, columns=["severe", "early", "late"])
    for points, count in calibration.severe_neutropenia.items():
        of_points = (patients["points"] == points) & (
            patients["last_day"] > WINDOW_OF_SEVERE_NEUTROPENIA
        )
        drawn.loc[rng.permutation(patients.index[of_points])[:count], "severe"] = "yes"
    for cell, count in calibration.severe_early_icaht.items():
        _draw_early(patients, drawn, calibration, cell=cell, severe=count, rng=rng)
    for cell, count in calibration.severe_late_icaht.items():
        _draw_late(patients, drawn, calibration, cell=cell, severe=count, rng=rng)
    for toxicity, shares in (("crs", calibration.crs_grades), ("icans", calibration.icans_grades)):
        drawn[toxicity] = ""
        drawn.loc[infused, toxicity] = draw_shares(shares, len(infused), rng=rng)
    return patients.join(drawn)


def _draw_early(
    patients: pd.DataFrame,
    drawn: pd.DataFrame,
    calibration: DeBoerCalibration,
    *,
    cell: str,
    severe: int,
    rng: np.random.Generator,
) -> None:
    """Give grades of early ICAHT: 3 and 4 to patients with severe neutropenia, 2 to its others.

    Among those with severe neutropenia the grade is higher in those with more points.
    """
    own = patients.index[(patients["cell"] == cell) & patients["last_day"].notna()]
    if cell == "elsewhere":
        able = own[patients.loc[own, "last_day"] > WINDOW_OF_SEVERE_NEUTROPENIA]
        drawn.loc[rng.permutation(able)[:severe], "severe"] = "yes"
    affected = own[drawn.loc[own, "severe"] == "yes"]
    weights = np.exp(EFFECT_OF_A_POINT * patients.loc[affected, "ht_points"].to_numpy(dtype=float))
    fourth = severe // 4
    counts = {"4": fourth, "3": severe - fourth, "2": len(affected) - severe}
    drawn.loc[affected, "early"] = quota(counts, len(affected), rng=rng, weights=weights)
    others = own.difference(affected, sort=False)
    drawn.loc[others, "early"] = draw_shares(calibration.milder_early_grades, len(others), rng=rng)


def _draw_late(
    patients: pd.DataFrame,
    drawn: pd.DataFrame,
    calibration: DeBoerCalibration,
    *,
    cell: str,
    severe: int,
    rng: np.random.Generator,
) -> None:
    """Give grades of late ICAHT to those who live long enough.

    Severe neutropenia without severe early ICAHT needs a second period of it after day 30.
    """
    able = (patients["cell"] == cell) & (patients["last_day"] >= LATE_ENOUGH_TO_GRADE)
    own = patients.index[able]
    second = own[(drawn.loc[own, "severe"] == "yes") & (drawn.loc[own, "early"] == "2")]
    rest = own.difference(second, sort=False)
    weights = np.exp(EFFECT_OF_A_POINT * patients.loc[rest, "ht_points"].to_numpy(dtype=float))
    fourth = severe // 8
    counts = {"4": fourth, "3": severe - fourth - len(second)}
    milder = len(rest) - sum(counts.values())
    shares = calibration.milder_late_grades
    counts |= {"2": round(shares["2"] * milder), "1": round(shares["1"] * milder)}
    counts["0"] = len(rest) - sum(counts.values())
    drawn.loc[rest, "late"] = quota(counts, len(rest), rng=rng, weights=weights)
    drawn.loc[second, "late"] = "3"


def _with_infection(
    patients: pd.DataFrame, calibration: DeBoerCalibration, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the first severe infection by day 90; those who die of one soon are among them."""
    onset = pd.Series(np.nan, index=patients.index)
    fatal = patients["death_cause"].isin(FATAL_INFECTIONS) & (
        patients["death_day"] <= LAST_DAY_OF_INFECTION
    )
    onset[fatal] = np.maximum(
        patients.loc[fatal, "death_day"] - rng.integers(2, 10, int(fatal.sum())), 1
    )
    for cell, count in calibration.severe_infections.items():
        own = (patients["cell"] == cell) & patients["last_day"].notna()
        free = patients.index[own & ~fatal & (patients["last_day"] >= LAST_DAY_OF_INFECTION)]
        weights = np.where(patients.loc[free, "early"].isin(["3", "4"]), 3.0, 1.0)
        wanted = count - int((own & fatal).sum())
        chosen = free[weighted_order(weights, rng)[:wanted]]
        day = np.floor(rng.beta(1.1, 2.2, len(chosen)) * (LAST_DAY_OF_INFECTION - 2)) + 1
        onset[chosen] = day
    return patients.assign(severe_infection_day=onset)
