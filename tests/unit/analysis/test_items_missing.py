"""Which items those lack whose group is unknown."""

import pandas as pd

from hematotox.analysis.attrition import items_missing_rows
from hematotox.analysis.rows import Context
from hematotox.contracts import Cohort, empty

HERE = Context(study="s", source="real", analysis="patients", population="all")


def cohort() -> Cohort:
    """Four patients; the third was not infused, the fourth lacks CRP but has a group."""
    patients = ["a/1", "a/2", "a/3", "a/4"]
    values = {"a/1": {"crp"}, "a/2": {"crp", "ferritin"}, "a/3": {"anc"}, "a/4": {"crp"}}
    baseline = [
        {
            "patient_id": patient,
            "score": "ht",
            "variant": "",
            "variable": item,
            "value_low": None if item in values[patient] else 1.0,
        }
        for patient in patients
        for item in ("anc", "crp", "ferritin")
    ]
    population = pd.DataFrame({"patient_id": patients, "included": [True, True, False, True]})
    scores = pd.DataFrame({"patient_id": patients, "score": "ht", "group": ["", "", "", "high"]})
    names = ("attrition", "grades", "endpoints")
    return Cohort(
        population=population,
        baseline=pd.DataFrame(baseline),
        scores=scores,
        **{name: empty(name) for name in names},
    )


def test_items_of_those_without_a_group_are_counted() -> None:
    rows = items_missing_rows(cohort(), HERE)
    found = [(r["score"], r["term"], r["reference"], r["estimate"], r["n"]) for r in rows]
    assert found == [("ht", "crp", "missing", 2, 2), ("ht", "ferritin", "missing", 1, 2)]
