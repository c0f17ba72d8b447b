"""Days of neutropenia before a stem-cell boost, drawn as short series of neutrophil counts."""

import numpy as np
import pandas as pd
import pytest

from hematotox.cohort.before_boost import before_boost
from hematotox.contracts import Staged, conform, empty

INFUSION = "2022-03-01"


def staged(counts, boost_date):
    """One patient with neutrophil counts (10*9/L) by day and a boost."""
    subjects = pd.DataFrame(
        {
            "patient_id": ["a/1"],
            "centre": ["a"],
            "source": ["synthetic"],
            "age": [60.0],
            "sex": ["male"],
            "disease": ["lbcl"],
            "histology": [""],
            "product": ["axi_cel"],
            "infusion_date": [INFUSION],
            "lymphodepletion_date": [""],
            "boost_date": [boost_date],
        }
    )
    rows = [("a/1", "anc", day, 1, value, value) for day, value in counts.items()]
    columns = ["patient_id", "variable", "day", "measurement", "value_low", "value_high"]
    return Staged(
        subjects=conform("subjects", subjects),
        labs=conform("labs", pd.DataFrame(rows, columns=columns)),
        events=empty("events"),
        findings=empty("findings"),
        tally=empty("tally"),
    )


TABLE = {
    # counts by day; boost on day 10
    "low on days 4 to 9, the day of the boost not counted": (
        {0: 2.0, 3: 0.9, **dict.fromkeys(range(4, 11), 0.2)},
        6,
    ),
    "0.49 counts, 0.50 does not": ({0: 2.0, **dict.fromkeys(range(1, 10), 0.5), 10: 0.49}, 0),
    "two periods add up": ({0: 0.4, 1: 2.0, 5: 2.0, 6: 0.3, 7: 0.3, 8: 2.0, 10: 2.0}, 3),
    "a gap of 6 days between low values is low": ({0: 0.6, 1: 0.2, 8: 0.2, 10: 0.2}, 9),
    "a gap of 8 days leaves the number unknown": ({0: 0.2, 9: 0.2, 10: 0.2}, np.nan),
    "nothing measured": ({-5: 3.0}, np.nan),
}


@pytest.mark.parametrize(("counts", "days"), TABLE.values(), ids=TABLE.keys())
def test_days_of_neutropenia_before_the_boost(counts, days):
    found = before_boost(staged(counts, "2022-03-11")).loc["a/1"]
    assert found["infusion_to_boost"] == 10
    assert found["neutropenia_before_boost"] == pytest.approx(days, nan_ok=True)


@pytest.mark.parametrize(
    ("counts", "count"),
    [
        ({7: 0.3, 9: 0.2, 10: 0.1}, 0.1),
        ({7: 0.3}, 0.3),
        ({6: 0.3}, np.nan),
        ({10: 0.1, 11: 4.0}, 0.1),
    ],
    ids=["on the day", "3 days before", "4 days before", "not after"],
)
def test_count_at_the_boost(counts, count):
    found = before_boost(staged(counts, "2022-03-11")).loc["a/1"]
    assert found["anc_at_boost"] == pytest.approx(count, nan_ok=True)


def test_a_patient_without_a_boost_is_absent():
    assert before_boost(staged({0: 1.0}, "")).empty
