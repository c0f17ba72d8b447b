"""The last record of a patient counts, unless its year is probably mistyped."""

from __future__ import annotations

import pandas as pd
import pytest

from hematotox.observation import last_records


@pytest.mark.parametrize(
    ("days", "sure", "far"),
    [
        ([0, 365], [], False),  # a year of silence is believed
        ([0, 366], [], True),
        ([0, 366, 366], [], True),  # two records of the same day do not speak for each other
        ([0, 366], [366], False),  # a death or a last contact does
        ([0, 366], [0], True),
        ([0, 200, 560, 1000], [], True),
        ([400], [], False),  # nothing to compare it with
    ],
)
def test_a_record_far_after_all_others(days, sure, far) -> None:
    rows = [("a", day, day in sure) for day in days] + [("b", 0, False), ("b", 10, False)]
    ends = last_records(pd.DataFrame(rows, columns=["patient", "day", "sure"]))
    assert ends["far"].to_dict() == {"a": far, "b": False}
    assert ends.loc["a", "last"] == max(days)
    others = [day for day in days if day < max(days)]
    assert ends["before"].fillna(-1).tolist() == [max(others, default=-1), 0]
