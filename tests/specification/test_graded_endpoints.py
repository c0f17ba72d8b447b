"""Yes or no of a grade: known wherever the grades that remain possible lie on one side.

Yes where the lowest possible grade reaches the declared one, no where the highest does not, not
evaluable only in between, whether or not the grade itself is assessable.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hematotox.cohort.binary_endpoints import graded as derive
from hematotox.cohort.follow_up import FollowUp
from hematotox.contracts import conform
from hematotox.declarations.endpoints import Graded

# course, neutrophils per microlitre | events | convention, window | at least 1 | at least 3
CASES = """
0-30: 2000                             |                 | consensus early | no  | no
5-30: 400                              | death 30        | consensus early | yes | yes
0-2: 2000, 3-24: 400                   | last contact 24 | consensus early | yes | yes
0-30: 2000, 12: 400                    |                 | consensus early | yes | no
4: 300, 14: 400                        |                 | consensus early | yes | sampling gap
0-9: 2000, 18: 1000, 19-30: 2000       |                 | consensus early | sampling gap | sampling gap
0-9: 2000, 16: 1000, 17-30: 2000       |                 | consensus early | no  | no
0: 2000                                |                 | consensus early | sampling gap | sampling gap
                                       |                 | consensus early | no value on days 0-30 | no value on days 0-30
                                       | death -1        | consensus early | died before | died before
40: 400                                |                 | cart_sie late   | fewer than 2 | fewer than 2
31: 2000                               | death 32        | cart_sie late   | no  | no
31: 2000                               | death 31        | cart_sie late   | fewer than 2 | fewer than 2
0-4: 2000, 5-12: 300, 13-25: 2000      | death 25        | severe_neutropenia day_0_60 | died before day 60 | died before day 60
0-4: 2000, 5-18: 300, 19-25: 2000      | death 25        | severe_neutropenia day_0_60 | yes | -
0-4: 2000, 5-9: 300, 10-52: 2000       | last contact 52 | severe_neutropenia day_0_60 | no  | -
0-4: 2000, 5-12: 300, 13-52: 2000      | last contact 52 | severe_neutropenia day_0_60 | observation ended early | -
"""  # noqa: E501
ROWS = [tuple(map(str.strip, line.split("|"))) for line in CASES.strip("\n").splitlines()]


# a death inside the window without 14 days may be declared a no; one before the late window is none
@pytest.mark.parametrize(
    ("place", "events", "told"),
    [
        ("severe_neutropenia day_0_60", "death 25", "no"),
        ("cart_sie late", "death 25", "died before day 31"),
    ],
)
def test_a_death_without_the_grade_may_count_as_no(place, events, told, graded):
    convention, window = place.split()
    course = "0-4: 2000, 5-12: 300, 13-25: 2000"
    one = graded(course, convention=convention, window=window, events=events)
    assert of_endpoint(one, convention, window, at_least=1, death="no") == told


def of_endpoint(one: pd.Series, convention: str, window: str, **settings: object) -> str:
    """Return yes, no or the reason of one patient."""
    table = pd.DataFrame([one]).assign(patient_id="a/1", convention=convention, window=window)
    days = pd.DataFrame({"end": [np.nan]}, index=pd.Index(["a/1"], name="patient_id"))
    found = derive(
        Graded(kind="graded", label="x", window=window, **settings),
        FollowUp(days=days, events=pd.DataFrame()),
        grades=conform("grades", table),
        convention=convention,
    ).iloc[0]
    return ("no", "yes")[int(found["status"])] if found["evaluable"] else found["reason"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_a_grade_as_an_endpoint(row, graded):
    course, events, place, *expected = row
    convention, window = place.split()
    one = graded(course, convention=convention, window=window, events=events)
    for least, wanted in zip((1, 3), expected, strict=True):
        if wanted != "-":
            assert of_endpoint(one, convention, window, at_least=least).startswith(wanted)
