"""Second malignancies: onset, type, and who gets them.

The onsets are stratified quantiles. Patients are chosen among those alive and followed at the
onset so that the numbers by HT group, stage, marrow involvement, late thrombocytopenia, lines
and transplant are the wanted ones: a random choice, improved by exchanging patients for as long
as an exchange brings the numbers nearer.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.synthetic.calibration import (
    HT_CELLS,
    HT_LOW,
    NO_SCORE,
    OTHER_DISEASE,
    SIMPLE_HIGH,
    SIMPLE_LOW,
    Calibration,
    SecondMalignancies,
)
from hematotox.synthetic.draws import (
    Floats,
    Texts,
    ascending_values,
    expected_values,
    generator,
    quota,
    weighted_order,
)

Mask = NDArray[np.bool_]

EXCHANGES = 4000
AGE_WEIGHT = 0.5
ELSEWHERE = (SIMPLE_LOW, SIMPLE_HIGH, NO_SCORE, OTHER_DISEASE)


def draw_second_malignancies(
    patients: pd.DataFrame, calibration: Calibration, *, seed: int
) -> pd.DataFrame:
    """Draw the second malignancies.

    Returns
    -------
    One row a malignancy: `patient` (row of `patients`), `day`, `detail` (type).
    """
    plan = calibration.second_malignancies
    rng = generator(seed, "second malignancy")
    scored = patients[patients["cell"].isin(HT_CELLS)]
    scored = scored.assign(ht=np.where(scored["cell"] == HT_LOW, "low", "high"))
    onset = _onsets(plan, sum(plan.types.values()), rng=rng)
    chosen = _exchange(scored, onset, plan=plan, rng=rng)
    high = (scored.loc[chosen, "ht"] == "high").to_numpy()
    types = _types(plan, high, onset=onset, rng=rng)
    others = patients[patients["cell"].isin(ELSEWHERE)]
    further = _onsets(plan, sum(plan.elsewhere.values()), rng=rng)
    elsewhere = _at_random(others, further, rng=rng)
    further_types = quota(plan.elsewhere, len(further), rng=rng)
    return pd.DataFrame(
        {
            "patient": np.concatenate([chosen, elsewhere]),
            "day": np.concatenate([onset, further]).astype(np.int64),
            "detail": np.concatenate([types, further_types]),
        }
    )


def _onsets(plan: SecondMalignancies, count: int, *, rng: np.random.Generator) -> Floats:
    return np.round(ascending_values(count, plan.onset_days, rng=rng))


def _at_random(patients: pd.DataFrame, onset: Floats, *, rng: np.random.Generator) -> list[int]:
    chosen: list[int] = []
    for day in onset:
        at_risk = patients.index[patients["last_day"] > day].difference(chosen)
        chosen.append(int(rng.choice(at_risk)))
    return chosen


def _exchange(
    patients: pd.DataFrame, onset: Floats, *, plan: SecondMalignancies, rng: np.random.Generator
) -> list[int]:
    distance = _distance_function(patients, plan)
    last_day = patients["last_day"].to_numpy()
    evaluable = (patients["late_thrombocytopenia"] != "").to_numpy()
    chosen = np.empty(0, dtype=np.int64)
    for day in onset:
        at_risk = np.setdiff1d(np.flatnonzero((last_day > day) & evaluable), chosen)
        chosen = np.append(chosen, rng.choice(at_risk))
    best = distance(chosen)
    for _ in range(EXCHANGES):
        position = rng.integers(len(chosen))
        candidate = rng.integers(len(patients))
        suits = last_day[candidate] > onset[position] and evaluable[candidate]
        if not suits or candidate in chosen:
            continue
        other = chosen.copy()
        other[position] = candidate
        if (reached := distance(other)) <= best:
            chosen, best = other, reached
    return [int(row) for row in patients.index[chosen]]


def _distance_function(
    patients: pd.DataFrame, plan: SecondMalignancies
) -> Callable[[np.ndarray], float]:
    """How far chosen patients are from the wanted numbers and quartiles of age."""
    indicators, wanted = [], []
    for variable, counts in plan.margins.items():
        for level, count in counts.items():
            indicators.append((patients[variable] == level).to_numpy())
            wanted.append(count)
    table, target = np.array(indicators), np.array(wanted)
    age = patients["age"].to_numpy()
    count = sum(plan.types.values())
    ages = expected_values(count, plan.age_quartiles)

    def distance(chosen: np.ndarray) -> float:
        missed = np.abs(table[:, chosen].sum(axis=1) - target).sum()
        return float(missed + AGE_WEIGHT * np.abs(np.sort(age[chosen]) - ages).mean())

    return distance


def _types(
    plan: SecondMalignancies, high: Mask, *, onset: Floats, rng: np.random.Generator
) -> Texts:
    """Give the wanted number of myeloid neoplasms to the HT-high, the rest to the others.

    Myeloid neoplasms tend to come later than the others.
    """
    myeloid = {True: plan.myeloid_high, False: plan.types["myeloid"] - plan.myeloid_high}
    types = np.full(len(high), "", dtype=object)
    for group, count in myeloid.items():
        rows = np.flatnonzero(high == group)
        types[rows[weighted_order(onset[rows] ** 2, rng)[:count]]] = "myeloid"
    rest = np.flatnonzero(types == "")
    other = {name: count for name, count in plan.types.items() if name != "myeloid"}
    types[rest] = quota(other, len(rest), rng=rng)
    return types
