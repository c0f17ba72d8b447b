"""What leaves the site gives away no group of 1 to 4 patients, alone or by subtraction."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.analysis.release import NUMBERS, release
from hematotox.contracts import TABLES, conform

SHARED = {"study": "s", "source": "real", "analysis": "a", "population": "all"}


def table(*rows: dict[str, object]) -> pd.DataFrame:
    columns = list(TABLES["estimates"].columns)
    return conform("estimates", pd.DataFrame([{**SHARED, **r} for r in rows], columns=columns))


def proportion(events: int, n: int) -> dict[str, object]:
    return {
        "method": "proportion",
        "estimand": "proportion",
        "estimate": events / n,
        "n": n,
        "n_event": events,
    }


def numbers_left(rows: pd.DataFrame) -> list[bool]:
    shown = release(rows).estimates
    return shown[NUMBERS].notna().any(axis=1).tolist()


@pytest.mark.parametrize(
    ("events", "n", "shown"),
    [
        (0, 100, True),
        (1, 100, False),
        (4, 100, False),
        (5, 100, True),
        (95, 100, True),
        (96, 100, False),
        (99, 100, False),
        (100, 100, True),
        (2, 4, False),
        (0, 3, False),
        (0, 5, True),
    ],
)
def test_few_patients_few_events_and_few_without_are_withheld(events, n, shown) -> None:
    assert numbers_left(table(proportion(events, n))) == [shown]


def described(level: str, count: int, n: int = 30) -> dict[str, object]:
    return {
        "method": "describe",
        "estimand": "count",
        "term": "stage",
        "reference": level,
        "estimate": count,
        "n": n,
    }


def test_a_small_cell_takes_the_next_smallest_along() -> None:
    rows = table(described("i", 3), described("ii", 7), described("iii", 20))
    assert numbers_left(rows) == [False, False, True], "30 - 20 - 7 would reveal the 3"


def test_two_small_cells_hide_each_other() -> None:
    rows = table(described("i", 3), described("ii", 2), described("iii", 25))
    assert numbers_left(rows) == [False, False, True]


def test_an_empty_cell_gives_nobody_away() -> None:
    rows = table(described("i", 0), described("ii", 10), described("iii", 20))
    assert numbers_left(rows) == [True, True, True]


def test_the_smallest_and_the_largest_value_are_a_patients() -> None:
    rows = [
        {"method": "describe", "estimand": name, "term": "age", "estimate": 61, "n": 100}
        for name in ("minimum", "median", "maximum")
    ]
    assert numbers_left(table(*rows)) == [False, True, False]


def step(position: int, before: int, excluded: int) -> dict[str, object]:
    return {
        "method": "attrition",
        "estimand": "count",
        "term": f"criterion {position}",
        "time": position,
        "estimate": before - excluded,
        "n": before,
        "n_event": excluded,
    }


def test_a_criterion_that_excludes_few_is_withheld_with_the_next() -> None:
    rows = table(step(0, 100, 0), step(1, 100, 3), step(2, 97, 10), step(3, 87, 20))
    assert numbers_left(rows) == [True, False, False, True]


def curve(n: int) -> list[dict[str, object]]:
    """One event a day."""
    return [
        {
            "method": "kaplan_meier",
            "estimand": "survival_curve",
            "time": day,
            "estimate": 1 - day / n,
            "n": n,
            "n_event": int(day > 0),
            "n_at_risk": n - max(0, day - 1),
        }
        for day in range(n + 1)
    ]


def test_curves_are_given_on_a_grid_while_enough_are_at_risk() -> None:
    shown = release(table(*curve(100))).estimates
    assert shown["time"].tolist() == [0, 30, 60, 90]
    assert shown["estimate"].tolist() == pytest.approx([1, 0.7, 0.4, 0.1])
    assert shown["n_event"].isna().all(), "single events are not told"
    few = release(table(*curve(33))).estimates
    assert few["time"].tolist() == [0], "on day 30 four are at risk"


def test_what_was_withheld_is_listed_with_the_reason() -> None:
    withheld = release(table(proportion(2, 100), proportion(50, 100))).withheld
    assert withheld["estimand"].tolist() == ["proportion"]
    assert withheld["reason"].tolist() == ["fewer than 5 events"]


@given(
    counts=st.lists(st.integers(0, 40), min_size=2, max_size=5).filter(lambda c: sum(c) >= 20),
)
@settings(max_examples=30)
def test_no_small_count_of_a_described_variable_is_left_or_can_be_calculated(counts) -> None:
    n = sum(counts)
    rows = table(*(described(f"level {i}", count, n) for i, count in enumerate(counts)))
    shown = release(rows).estimates["estimate"]
    hidden = [count for count, visible in zip(counts, shown.notna(), strict=True) if not visible]
    assert all(not 0 < count < 5 for count in shown.dropna())
    assert len(hidden) != 1 or sum(c > 0 for c in counts) == 1, "one gap is n minus the others"
