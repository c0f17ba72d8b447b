"""The stage: which values are drawn, under which names, and scores of what was drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox.contracts import Cohort, conform, empty
from hematotox.declarations.base import parse
from hematotox.declarations.score import Score
from hematotox.declarations.study.imputation_plan import ImputationPlan
from hematotox.declarations.study.missing_values import Imputation
from hematotox.declarations.study.plan import PlannedEndpoint, PlannedVariable
from hematotox.imputation import impute
from hematotox.scoring import score_imputed

FOLDER = Path(__file__).parents[3] / "config" / "scores"
SCORES = {
    name: parse((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), source=name, model=Score)
    for name in ("ht", "simple_ht")
}
PATIENTS = [f"{'ab'[i % 2]}/{i:03d}" for i in range(80)]
N = len(PATIENTS)
FIVE_ITEMS = ("platelets", "anc", "hemoglobin", "crp", "ferritin")


def items_of(generator: np.random.Generator) -> pd.DataFrame:
    spread = {"platelets": 200, "anc": 3, "hemoglobin": 10, "crp": 3, "ferritin": 800}
    table = pd.DataFrame(
        {name: middle * np.exp(generator.normal(0, 0.5, N)) for name, middle in spread.items()}
    )
    return table.set_index(pd.Index(PATIENTS, name="patient_id"))


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    generator = np.random.default_rng(9)
    low = items_of(generator)
    high = low.copy()
    low.loc[PATIENTS[:20], "ferritin"] = high.loc[PATIENTS[:20], "ferritin"] = np.nan
    low.loc[PATIENTS[20:24], "crp"], high.loc[PATIENTS[20:24], "crp"] = 0.0, 0.3
    rows = [
        {"score": score, "variable": item, "patient_id": p, "variant": "",
         "value_low": low.loc[p, item], "value_high": high.loc[p, item], "day": -3}
        for score, declared in SCORES.items() for item in declared.items for p in PATIENTS
    ]  # fmt: skip
    population = pd.DataFrame({"patient_id": PATIENTS, "source": "synthetic", "included": True})
    population = population.assign(
        centre=[p[0] for p in PATIENTS],
        reason="",
        stage=["" if i == 7 else ("i", "ii")[i % 3 == 0] for i in range(N)],
    )
    status = generator.integers(0, 2, N)
    endpoints = pd.DataFrame(
        {"patient_id": PATIENTS, "endpoint": "response", "time": None, "status": status}
    ).assign(evaluable=[i != 3 for i in range(N)], reason="", decided_by="")
    endpoints.loc[3, ["status", "reason"]] = [None, "no follow-up"]
    return Cohort(
        population=conform("population", population),
        attrition=empty("attrition"),
        baseline=conform("baseline", pd.DataFrame(rows)),
        grades=empty("grades"),
        endpoints=conform("endpoints", endpoints),
        scores=empty("scores"),
    )


PLAN = ImputationPlan(
    study="small_study",
    scores=SCORES,
    covariates={"stage": PlannedVariable(type="category", levels=("i", "ii"))},
    outcomes={"response": PlannedEndpoint(type="binary", causes=("event",))},
    imputation=Imputation(m=3, cycles=3, delta={"ferritin": (0.5,)}),
    seed=1,
)


@pytest.fixture(scope="module")
def imputed(cohort) -> pd.DataFrame:
    return impute(cohort, PLAN)


def test_only_what_was_missing_or_censored_is_drawn_and_scores_share_an_item(imputed):
    counted = imputed.groupby(["variable", "imputation"]).size().unstack()
    assert counted.to_dict("index") == {
        "ht.crp": {1: 4, 2: 4, 3: 4},
        "ht.ferritin": {1: 20, 2: 20, 3: 20},
        "stage": {1: 1, 2: 1, 3: 1},
    }
    censored = imputed[imputed["variable"] == "ht.crp"]["value_low"]
    assert censored.between(0, 0.3).all()
    assert set(imputed[imputed["variable"] == "stage"]["value_low"]) <= {0.0, 1.0}


def test_a_matched_item_is_a_value_of_another_patient_to_the_last_digit(imputed, cohort):
    base = cohort.baseline
    known = base[(base["variable"] == "ferritin") & base["value_low"].notna()]["value_low"]
    drawn = imputed[imputed["variable"] == "ht.ferritin"]["value_low"]
    assert np.isin(drawn.map("{:.9g}".format), known.map("{:.9g}".format)).all()


def test_processes_change_nothing(imputed, cohort):
    pd.testing.assert_frame_equal(impute(cohort, PLAN, workers=2), imputed)


def test_an_item_that_nobody_has_stays_missing_and_leaves_no_score(cohort):
    nobody = cohort.baseline.assign(
        **{
            end: cohort.baseline[end].mask(cohort.baseline["variable"] == "anc")
            for end in ("value_low", "value_high")
        }
    )
    without = replace(cohort, baseline=nobody)
    drawn = impute(without, PLAN)
    assert set(drawn["variable"]) == {"ht.crp", "ht.ferritin", "stage"}
    scores = score_imputed(without, drawn, PLAN)
    assert scores[scores["score"] == "ht"]["points"].isna().all()
    assert scores[scores["score"] == "simple_ht"]["points"].notna().all()


def test_nothing_missing_draws_nothing(cohort):
    everybody = cohort.baseline.assign(value_low=lambda t: t["value_high"].fillna(800.0))
    everybody = everybody.assign(value_high=everybody["value_low"])
    plan = PLAN.model_copy(update={"covariates": {}})
    assert impute(replace(cohort, baseline=everybody), plan).empty


def test_the_score_is_computed_from_the_drawn_items(imputed, cohort):
    scores = score_imputed(cohort, imputed, PLAN)
    as_drawn = scores[(scores["score"] == "ht") & (scores["shift"] == "")]
    # 20 without ferritin and 4 with a censored CRP, which SimpleHT needs too
    assert as_drawn.groupby("imputation").size().tolist() == [24, 24, 24]
    assert scores[scores["score"] == "simple_ht"]["patient_id"].nunique() == 4
    patient = as_drawn.iloc[0]
    own = cohort.baseline[
        (cohort.baseline["patient_id"] == patient["patient_id"])
        & (cohort.baseline["score"] == "ht")
    ].set_index("variable")["value_low"]
    ferritin = imputed[
        (imputed["patient_id"] == patient["patient_id"])
        & (imputed["imputation"] == patient["imputation"])
        & (imputed["variable"] == "ht.ferritin")
    ]["value_low"].item()
    by_hand = (
        (2 if own["platelets"] < 75 else 1 if own["platelets"] <= 175 else 0)
        + (own["anc"] <= 1.2) + (own["hemoglobin"] <= 9.0) + (own["crp"] >= 3.0)
        + (2 if ferritin > 2000 else 1 if ferritin >= 650 else 0)
    )  # fmt: skip
    assert patient["points"] == by_hand
    assert patient["group"] == ("high" if by_hand >= 2 else "low")


def test_a_shift_of_missing_ferritin_raises_points_and_leaves_the_other_score(imputed, cohort):
    scores = score_imputed(cohort, imputed, PLAN).set_index(["patient_id", "imputation", "score"])
    plain = scores[scores["shift"] == ""]["points"]
    shifted = scores[scores["shift"] == "ferritin +0.5"]["points"]
    assert set(shifted.index.get_level_values("score")) == {"ht"}
    change = shifted - plain.reindex(shifted.index)
    assert (change >= 0).all()
    assert (change > 0).any()
