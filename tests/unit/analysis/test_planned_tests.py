"""Primary and secondary tests: their adjusted p stands in a column of its own."""

import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.analysis import estimate
from hematotox.declarations.study.planned_tests import Planned, Secondary
from hematotox.stats.groups.multiple_tests import adjusted_p_values

EXPECTED = Path(__file__).parents[2] / "reference" / "expected"
COHORT = "risk stage age response time status\n" + "\n".join(
    f"{'low' if (i * 7) % 5 < 2 else 'high'} {('i', 'ii', 'iii')[i % 3]} {40 + (i * 7) % 30} "
    f"{int((i * 5) % 11 < 5)} {20 + (i * 13) % 37} {int(i % 4 == 0)}"
    for i in range(80)
)
ANALYSES = {
    "odds": {"method": "logistic", "endpoint": "response", "exposure": "risk"},
    "adjusted": {
        "method": "logistic",
        "endpoint": "response",
        "exposure": "risk",
        "adjust": "disease",
    },
    "survival": {"method": "log_rank", "endpoint": "relapse", "exposure": "risk"},
    "incidence": {"method": "gray_test", "endpoint": "relapse", "exposure": "risk"},
    "by_stage": {
        "method": "cox",
        "endpoint": "relapse",
        "exposure": "age",
        "interaction": "stage",
    },
    "other": {"method": "cox", "endpoint": "relapse", "exposure": "age"},
}


@pytest.mark.parametrize("name", ["ev_bmt", "ev_mgus2", "ev_rotterdam"])
def test_adjusted_p_values_equal_those_of_r(name) -> None:
    content = json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
    theirs = content["checks"]["multiplicity"]["value"]
    for method in ("fixed_sequence", "holm"):
        assert adjusted_p_values(theirs["p"], method).tolist() == pytest.approx(theirs[method])


def test_a_test_that_could_not_be_done_stops_the_sequence() -> None:
    found = adjusted_p_values([0.01, np.nan, 0.02], "fixed_sequence")
    assert found.tolist() == pytest.approx([0.01, np.nan, 1.0], nan_ok=True)
    assert adjusted_p_values([0.01, np.nan, 0.02], "holm")[0] == pytest.approx(0.03)


@pytest.fixture
def planned(draw, plan_of):
    def one(**tests):
        plan = plan_of(ANALYSES).model_copy(update={"planned": Planned(**tests)})
        frames = estimate(draw(COHORT), plan)
        return {
            name: rows[rows["p_adjusted"].notna()][["term", "p_value", "p_adjusted"]]
            for name, rows in frames.items()
        }

    return one


def test_nothing_is_adjusted_without_a_plan(planned) -> None:
    assert all(rows.empty for rows in planned().values())


def test_each_planned_test_has_one_adjusted_p(planned) -> None:
    order = ("adjusted", "survival", "incidence", "by_stage")
    for method in ("fixed_sequence", "holm"):
        found = planned(primary="odds", secondary=Secondary(method=method, order=order))
        assert {name for name, rows in found.items() if len(rows)} == {"odds", *order}
        assert all(len(rows) <= 1 for rows in found.values())
        first = found["odds"].iloc[0]
        assert first["p_adjusted"] == first["p_value"]
        p = [found[name].iloc[0]["p_value"] for name in order]
        adjusted = [found[name].iloc[0]["p_adjusted"] for name in order]
        expected = np.maximum(adjusted_p_values(p, method), first["p_value"])
        assert adjusted == pytest.approx(expected.tolist())


def test_secondary_tests_without_a_primary_one(planned) -> None:
    found = planned(secondary=Secondary(method="holm", order=("odds", "survival")))
    p = [found[name].iloc[0]["p_value"] for name in ("odds", "survival")]
    assert [found[name].iloc[0]["p_adjusted"] for name in ("odds", "survival")] == pytest.approx(
        adjusted_p_values(p, "holm").tolist()
    )
