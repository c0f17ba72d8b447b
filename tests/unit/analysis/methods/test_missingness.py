"""Who lacks an item, where, and what became of her: counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.contracts import conform

COHORT = """
centre time status response points
a      10   1      0        0
a      20   0      1        3
a      30   1      1        .
b      40   0      0        1
b      50   1      .        .
"""


@pytest.fixture(scope="module")
def rows(draw, plan_of):
    found = draw(COHORT)
    patients = found.scores["patient_id"]
    unknown = (found.scores["group"] == "").to_numpy()
    baseline = pd.DataFrame(
        {"patient_id": patients, "score": "ht", "variant": "", "variable": "crp", "day": -3}
    ).assign(value_low=[0.0, 2, None, 3, None], value_high=[0.6, 2, None, 3, None])
    cohort = replace(
        found,
        baseline=conform("baseline", baseline),
        scores=found.scores.assign(items_missing=unknown.astype(int)),
    )
    said = {"method": "missingness", "score": "ht", "time": 35}
    plan = plan_of({"m": said | {"endpoints": ["response", "relapse"], "follow_up": "relapse"}})
    return estimate_analysis(prepare(cohort, plan), "m").set_index(
        ["reference", "term", "comparator"]
    )


def counts(rows, *key):
    row = rows.loc[key]
    return row["n_event"], row["n"]


def test_items_are_counted_missing_and_censored(rows):
    assert counts(rows, "missing", "crp", "all") == (2, 5)
    assert counts(rows, "missing", "crp", "unknown") == (2, 2)
    assert counts(rows, "censored", "crp", "all") == (1, 5)


def test_each_centre_has_its_share(rows):
    assert counts(rows, "centre", "a", "unknown") == (1, 3)
    assert counts(rows, "centre", "b", "unknown") == (1, 2)


def test_the_sets_of_evaluable_patients_overlap_and_add_up(rows):
    assert counts(rows, "evaluable", "response", "known") == (3, 3)
    assert counts(rows, "evaluable", "response", "unknown") == (1, 2)
    # followed to a relapse or to day 35: all but the one who is lost on day 20
    assert counts(rows, "followed", "response", "known") == (2, 3)
    assert counts(rows, "followed", "response", "unknown") == (1, 2)
    for reference in ("evaluable", "followed"):
        for endpoint in ("response", "relapse"):
            found = [counts(rows, reference, endpoint, g) for g in ("known", "unknown", "all")]
            assert [a + b for a, b in zip(*found[:2], strict=True)] == list(found[2])
            assert found[2][1] == 5


def test_outcomes_of_those_with_and_without_the_score(rows):
    assert counts(rows, "outcome", "response", "known") == (1, 3)
    # of the two without a score one is not evaluable
    assert counts(rows, "outcome", "response", "unknown") == (1, 1)
    # free of relapse at day 35 with a known score: 1 of 3 fails at day 10
    survival = rows.loc[("outcome", "relapse", "known"), "estimate"]
    assert survival == pytest.approx(2 / 3)
