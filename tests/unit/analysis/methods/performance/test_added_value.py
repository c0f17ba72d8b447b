"""What a score adds, and points recalibrated: corrected for optimism, tested by likelihood."""

import numpy as np
import pandas as pd
import pytest

from hematotox.stats import auc, compare_nested, logistic, optimism

RNG = np.random.default_rng(4)
AGE, POINTS = RNG.integers(40, 80, 60), RNG.integers(0, 5, 60)
EVENT = (RNG.random(60) < 1 / (1 + np.exp(1.5 - 0.7 * POINTS))).astype(int)
LINES = [f"{a} {p} {e}" for a, p, e in zip(AGE, POINTS, EVENT, strict=True)]
TEXT = "\n".join(["age points response", *LINES])
ADDED = {"method": "added_value", "endpoint": "response"}
ADDED |= {"exposure": "ht.points", "covariates": ["age"]}
UPDATED = {"method": "updating", "endpoint": "response", "exposure": "ht.points"}


def _value(rows: pd.DataFrame, estimand: str, model: str, reference: str) -> float:
    found = rows[(rows["estimand"] == estimand) & (rows["comparator"] == model)]
    return float(found[found["reference"] == reference]["estimate"].iloc[0])


def test_the_difference_of_two_corrected_models(estimates) -> None:
    rows = estimates(TEXT, **ADDED)
    samples = np.random.default_rng(1).integers(0, 60, (20, 60))  # seed, replicates of the plan
    both = np.column_stack([AGE, POINTS])
    without, with_ = (
        optimism(outcome=EVENT, covariates=x, samples=samples)[0] for x in (AGE, both)
    )
    corrected = "corrected for optimism"
    assert _value(rows, "auc", "with", corrected) == pytest.approx(with_.corrected)
    expected = with_.corrected - without.corrected
    assert _value(rows, "auc_difference", "difference", corrected) == pytest.approx(expected)
    assert _value(rows, "auc", "without", "apparent") == pytest.approx(
        max(auc(outcome=EVENT, marker=sign * AGE).estimate for sign in (1, -1))
    )


def test_the_test_is_the_likelihood_ratio(estimates) -> None:
    rows = estimates(TEXT, **ADDED)
    tested = rows[rows["p_value"].notna()]
    models = [logistic(outcome=EVENT, covariates=x) for x in (AGE, np.column_stack([AGE, POINTS]))]
    expected = compare_nested(smaller=models[0], larger=models[1])
    assert tested["test"].tolist() == ["likelihood ratio"]
    assert tested["p_value"].tolist() == pytest.approx([expected.p_value])


def test_separated_models_are_not_compared(estimates) -> None:
    rows = estimates("age points response\n50 0 0\n60 0 0\n55 3 1\n45 3 1\n52 0 0", **ADDED)
    assert "separation" in rows["condition"].iloc[0]
    assert rows["estimate"].isna().all()


def test_points_recalibrated(estimates) -> None:
    rows = estimates(TEXT, **UPDATED)
    fitted = logistic(outcome=EVENT, covariates=POINTS)
    slope = rows[rows["estimand"] == "log_odds_ratio"]["estimate"].iloc[0]
    assert slope == pytest.approx(fitted.estimate[1])
    assert _value(rows, "calibration_slope", "points", "apparent") == 1.0
    assert set(rows["comparator"]) == {"points"}


def test_weights_are_refused_below_ten_events_each(estimates) -> None:
    rows = estimates(TEXT, **UPDATED, covariates=["age"])
    assert "calibration_slope" in set(rows.loc[rows["comparator"] == "weights", "estimand"])
    few = "\n".join(TEXT.splitlines()[:20])
    assert min(EVENT[:19].sum(), 19 - EVENT[:19].sum()) < 10
    rows = estimates(few, **UPDATED, covariates=["age"])
    refused = rows[rows["comparator"] == "weights"]
    assert refused["condition"].tolist() == ["too few events"]
    assert refused["estimate"].isna().all()
