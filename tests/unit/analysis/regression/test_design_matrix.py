"""Categories become indicators against their reference, numbers stay as they are."""

import numpy as np
import pytest

from hematotox.analysis.patients import Patients, wide_table
from hematotox.analysis.regression.design_matrix import Column, design_matrix
from hematotox.analysis.rows import Context

COHORT = """
stage  risk  age  centre
iii    low   50   b
i      low   61   a
iii    low   72   c
"""


@pytest.fixture
def patients(draw, plan_of) -> Patients:
    plan = plan_of({})
    context = Context(study="s", source="synthetic", analysis="a", population="all")
    cohort = draw(COHORT)
    return Patients(wide_table(cohort, plan).sort_index(), context, plan, cohort)


def test_columns_follow_the_variables_and_the_order_of_their_levels(patients) -> None:
    by_centre = dict(zip(patients.table["centre"], range(3), strict=True))
    design = design_matrix(patients, ("age", "stage"))
    assert design.columns == (Column("age", "", ""), Column("stage", "iii", "i"))
    assert design.matrix[by_centre["a"]].tolist() == [61, 0]
    assert design.matrix[by_centre["b"]].tolist() == [50, 1]
    assert design.terms == ("age", "stage")


def test_a_level_that_nobody_has_gets_no_column_and_is_named(patients) -> None:
    design = design_matrix(patients, ("stage", "risk"))
    assert design.absent == (Column("stage", "ii", "i"), Column("risk", "high", "low"))
    assert [column.level for column in design.columns] == ["iii"]


def test_the_first_level_that_is_there_is_the_reference(draw, plan_of) -> None:
    plan = plan_of({})
    context = Context(study="s", source="synthetic", analysis="a", population="all")
    cohort = draw("stage\nii\niii\nii")
    patients = Patients(wide_table(cohort, plan), context, plan, cohort)
    design = design_matrix(patients, ("stage",))
    assert design.columns == (Column("stage", "iii", "ii"),)
    assert design.absent == (Column("stage", "i", "ii"),), "and the declared one is named"


def test_levels_that_the_data_bring_are_sorted(patients) -> None:
    design = design_matrix(patients, ("centre",))
    assert design.columns == (Column("centre", "b", "a"), Column("centre", "c", "a"))


def test_no_variables_are_no_columns(patients) -> None:
    design = design_matrix(patients, ())
    assert design.matrix.shape == (3, 0)
    assert np.array_equal(design.matrix, np.empty((3, 0)))
