"""Counts in another unit by a factor of 1,000: found, and the run stops unless it is decided."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.contracts import Staged
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.errors import UserErrors
from hematotox.staging.unit_jumps import Series, corrected, suspect_units

Ward = Callable[..., Staged]
ANC = Variable(
    label="ANC", kind="lab", type="number", unit="10*9/L", plausible=(0, 100), resolution=0.001
)


def directions(values: list[float], *, every: int = 1, variable: Variable = ANC) -> list[int]:
    count = len(values)
    series = Series(np.zeros(count, dtype=np.int64), np.arange(count) * every, np.array(values))
    return suspect_units(series, variable).tolist()


@pytest.mark.parametrize(
    ("case", "values", "suspected"),
    [
        ("a usual course", [2.4, 0.9, 0.05, 0.01, 0.02, 0.3, 1.8], [0] * 7),
        ("one day per microlitre", [2.4, 0.9, 450, 0.4, 0.3], [0, 0, 1, 0, 0]),
        ("a low count per microlitre", [0.3, 0.06, 50, 0.04, 0.3], [0, 0, 1, 0, 0]),
        ("a stretch per microlitre", [0.3, 0.05, 40, 300, 900, 1.2], [0, 0, 1, 1, 1, 0]),
        ("10*9/L taken for /uL", [1.2, 0.0024, 0.9, 0.7], [0, -1, 0, 0]),
        ("the same, a whole number", [2.4, 2.9, 0.003, 3.1, 2.0], [0, 0, -1, 0, 0]),
        ("all of a column in 10*9/L taken for /uL", [0.0024, 0.0009, 0.0012], [-1, -1, -1]),
        ("recovery under G-CSF", [0.05, 0.4, 12.0, 19.0, 4.0], [0] * 5),
        ("aplasia between two recoveries", [2.4, 0.01, 1.5], [0] * 3),
        ("five cells per microlitre", [0.04, 0.005, 0.03], [0] * 3),
        ("a whole number in a stretch of 10*9/L", [0.0021, 0.001, 0.0034, 0.0026], [-1] * 4),
        ("two of them, and at the end", [0.0021, 0.001, 0.002, 0.0034, 0.003], [-1] * 5),
        (
            "15 per microlitre among others, after seven values in 10*9/L",
            [2.4, 0.9, 1.5, 3.0, 2.0, 0.8, 1.1, 450, 30, 15, 40, 600],
            [0] * 7 + [1] * 5,
        ),
        ("2.4 among counts per microlitre", [0.9, 450, 300, 2.4, 400, 600], [0, 1, 1, 0, 1, 1]),
        ("leukocytes 0.06 times 4 % in an aplasia", [0.04, 0.005, 0.0024, 0.05], [0] * 4),
        ("leukocytes 0.3 times 4.2 %", [2.0, 0.4, 0.0126, 0.0084, 0.5], [0] * 5),
        ("the same at the end", [2.0, 0.4, 0.0126], [0] * 3),
        ("10*9/L taken for /uL at the end", [1.2, 2.1, 0.0024, 0.0031], [0, 0, -1, -1]),
    ],
)
def test_courses(case: str, values: list[float], suspected: list[int]) -> None:
    assert directions(values) == suspected, case


@pytest.mark.parametrize(
    ("values", "suspected"),
    [
        ([0.1, 20.0, 0.1], 1),
        ([0.1, 19.9, 0.1], 0),
        ([0.3, 30.0, 0.3], 1),
        ([0.31, 30.0, 0.3], 0),
        ([0.002, 30.0, 0.25], 1),
        ([0.001, 30.0, 0.25], 0),
        ([4.0, 0.009, 4.0], -1),
        ([4.0, 0.01, 4.0], 0),
        ([1.0, 0.003, 1.0], -1),
        ([1.0, 0.004, 1.0], 0),
        ([9.0, 0.003, 9.0], -1),
        ([9.0, 0.002, 9.0], 0),
        ([9.0, 0.003, 1.0], -1),
    ],
)
def test_where_a_value_lies_far_from_both_neighbours_and_its_thousandth_close(
    values: list[float], suspected: int
) -> None:
    """A fifth of the plausible maximum upwards, below ten steps of the resolution."""
    assert directions(values) == [0, suspected, 0]


def test_a_slip_of_the_pen_does_not_draw_its_neighbours() -> None:
    """11.0 without its point lies among right values of a column that is otherwise right."""
    usual = np.tile([2.4, 1.1, 0.6], 100)
    course = np.array([5.1, 6.4, 5.9, 110.0, 4.6, 5.3])
    series = Series(
        np.concatenate([np.zeros(6, dtype=np.int64), np.repeat(np.arange(1, 101), 3)]),
        np.concatenate([40 + 7 * np.arange(6), np.tile([0, 7, 14], 100)]),
        np.concatenate([course, usual]),
    )
    found = suspect_units(series, ANC)
    assert found[[0, 1, 2, 4, 5]].tolist() == [0] * 5
    assert not found[6:].any()


@pytest.mark.parametrize(
    ("case", "plausible", "values", "suspected"),
    [
        ("implausible, but not a hundredfold the others", (0, 50), [5, 6, 7, 8, 60], [0] * 5),
        ("the same with the usual limit", (0, 100), [5, 6, 7, 8, 120], [0] * 5),
        ("a hundredfold the others", (0, 50), [0.5, 0.5, 0.5, 50.5], [0, 0, 0, 1]),
        ("exactly a hundredth of the others", (0.01, 50), [0.5, 0.5, 0.5, 0.005], [0, 0, 0, -1]),
        ("a fiftieth of the others", (0.02, 50), [0.5, 0.5, 0.5, 0.01], [0] * 4),
        ("the highest that is plausible", (0, 100), [0.5, 0.5, 0.5, 100], [0] * 4),
        ("a thousandth is the highest", (0, 100), [0.5, 0.5, 0.5, 100_000], [0, 0, 0, 1]),
        ("a thousandth is too high too", (0, 100), [0.5, 0.5, 0.5, 101_000], [0] * 4),
        ("a thousandth is the lowest", (0.06, 50), [0.5, 0.5, 0.5, 60], [0, 0, 0, 1]),
        ("a thousandth is too low", (0.07, 50), [0.5, 0.5, 0.5, 60], [0] * 4),
        ("the lowest that is plausible", (0.005, 50), [0.5, 0.5, 0.5, 0.005], [0] * 4),
        ("the thousandfold is the highest", (0.1, 50), [5, 5, 5, 0.05], [0, 0, 0, -1]),
        ("the thousandfold is too high", (0.1, 49), [5, 5, 5, 0.05], [0] * 4),
        ("none is plausible", (0, 50), [60, 70], [1, 1]),
        ("no plausible interval", None, [2.4, 0.9, 450, 0.4, 0.3], [0, 0, 0, 0, 0]),
        ("no plausible interval, too fine", None, [1.2, 0.0024, 0.9, 0.7], [0, -1, 0, 0]),
    ],
)
def test_an_implausible_value_is_suspected_only_far_from_the_others(
    case: str,
    plausible: tuple[float, float] | None,
    values: list[float],
    suspected: list[int],
) -> None:
    variable = ANC.model_copy(update={"plausible": plausible})
    # a month apart: no value has a neighbour that says more
    assert directions(values, every=30, variable=variable) == suspected, case


def test_neighbours_must_be_near_in_time() -> None:
    assert directions([0.3, 50, 0.3], every=14) == [0, 1, 0]
    assert directions([0.3, 50, 0.3], every=15) == [0, 0, 0]


@given(st.lists(st.integers(1, 9000), min_size=1, max_size=40), st.data())
def test_correcting_gives_back_what_was_measured(cells: list[int], data: st.DataObject) -> None:
    """Whatever is called too high becomes plausible; what is not suspected stays as it is."""
    true = np.array(cells) / 1000
    wrong = np.array(data.draw(st.lists(st.booleans(), min_size=len(true), max_size=len(true))))
    values = np.where(wrong, true * 1000, true)
    series = Series(np.zeros(len(true), dtype=np.int64), np.arange(len(true)), values)
    found = suspect_units(series, ANC)
    assert (corrected(values, found)[found == 0] == values[found == 0]).all()
    assert (corrected(values, found)[found == 1] <= 100).all()


LABS = "id;date;anc;hb;crp\n1;27.02.2021;2,4;;\n1;28.02.2021;1500;;\n1;01.03.2021;1,3;;\n"


def test_without_a_decision_the_run_stops(stage_ward: Ward) -> None:
    with pytest.raises(UserErrors) as caught:
        stage_ward(labs=LABS)
    assert caught.value.messages == [
        'ward: labs.csv: column "anc": anc: 1 values (patients: 1) look a thousandfold too high, '
        "as if in another unit (first in row 3); look at them, then decide in the centre file: "
        "labs.anc.unit_jump: keep, convert or set_aside"
    ]


@pytest.mark.parametrize(
    ("decision", "values", "kinds"),
    [
        ("convert", [2.4, 1.5, 1.3], ["suspected unit converted"]),
        ("set_aside", [2.4, 1.3], ["suspected unit set aside"]),
        ("keep", [2.4, 1.3], ["implausible value", "suspected unit kept"]),
    ],
)
def test_decisions(stage_ward: Ward, decision: str, values: list[float], kinds: list[str]) -> None:
    unit = 'anc: {column: anc, unit: "10*9/L"'
    staged = stage_ward(labs=LABS, centre=((unit, f"{unit}, unit_jump: {decision}"),))
    assert staged.labs["value_low"].tolist() == values
    assert sorted(staged.findings["kind"]) == kinds


def test_a_centre_that_declares_the_wrong_unit_is_stopped(stage_ward: Ward) -> None:
    """Values in 10*9/L declared as cells per microlitre would give everybody grade 4."""
    rows = "1;05.03.2021;0,5;;\n1;06.03.2021;1,6;;\n1;07.03.2021;2,4;;\n"
    with pytest.raises(UserErrors, match="thousandfold too low"):
        stage_ward(labs=f"id;date;anc;hb;crp\n{rows}", centre=(('"10*9/L"', "/uL"),))


def test_cells_per_microlitre_declared_as_10_9_per_litre_are_stopped(stage_ward: Ward) -> None:
    rows = "".join(f"1;{day:02d}.03.2021;{day * 300};;\n" for day in range(5, 25))
    with pytest.raises(UserErrors, match=r"they would be plausible in /uL|thousandfold too high"):
        stage_ward(labs=f"id;date;anc;hb;crp\n{rows}")


def test_the_dictionary_names_the_resolution_of_blood_counts(dictionary: Dictionary) -> None:
    counts = {n for n, v in dictionary.of_kind("lab").items() if v.unit == "10*9/L"}
    assert counts == {n for n, v in dictionary.variables.items() if v.resolution is not None}
