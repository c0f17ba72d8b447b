"""A study whose criteria leave nobody stops with the criterion; it makes no empty report."""

import pandas as pd
import pytest

from hematotox.cohort import stop_without_patients
from hematotox.errors import UserError


def flow(*left: int) -> pd.DataFrame:
    rows = [
        (position, f"criterion {position}", before, before - after, after)
        for position, (before, after) in enumerate(zip((left[0], *left), left, strict=False))
    ]
    columns = ["position", "criterion", "n_before", "n_excluded", "n_after"]
    return pd.DataFrame(rows, columns=columns)


def test_the_criterion_that_takes_out_the_last_ones_is_named() -> None:
    with pytest.raises(UserError) as stopped:
        stop_without_patients(flow(24, 18, 0, 0), "north")
    assert str(stopped.value).startswith(
        'north: nobody is left to analyse: "criterion 2" takes out the last 18 of 24 patients.'
    )


def test_exports_without_a_patient_are_told_as_such() -> None:
    with pytest.raises(UserError, match="north: no patients: the exports"):
        stop_without_patients(flow(0, 0), "north")


def test_one_patient_is_enough() -> None:
    stop_without_patients(flow(24, 1), "north")
