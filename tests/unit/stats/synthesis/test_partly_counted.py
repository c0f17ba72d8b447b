"""Odds ratios of studies known by counts and of studies known only by their ratio, pooled."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.synthesis.binomial_normal import BinomialNormal, binomial_normal
from hematotox.stats.synthesis.partly_counted import partly_counted
from hematotox.stats.synthesis.random_effects import random_effects

TABLES = np.array([[6, 20, 1, 22], [4, 15, 0, 14], [9, 42, 3, 40], [3, 18, 0, 21], [8, 33, 2, 30]])
RATIOS = {"estimate": [0.9, 1.6, -0.3, 0.8], "variance": [0.11, 0.25, 0.08, 0.06]}
NO_TABLES = np.empty((0, 4))


def test_tables_alone_are_the_binomial_normal_model() -> None:
    columns = dict(zip(("events_1", "n_1", "events_2", "n_2"), TABLES.T, strict=True))
    assert partly_counted(tables=TABLES) == binomial_normal(**columns)


def test_ratios_alone_are_the_normal_model_by_maximum_likelihood() -> None:
    ours = partly_counted(tables=NO_TABLES, **RATIOS)
    theirs = random_effects(**RATIOS, method="ML", test="z")
    assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-8)
    assert ours.tau2 == pytest.approx(theirs.tau2, rel=1e-8)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, rel=1e-10)


def test_a_large_table_and_its_log_odds_ratio_say_the_same() -> None:
    # with hundreds of events the exact likelihood is the normal one, to about one in 750 events
    table = [1000, 2500, 750, 2500]
    cells = (1000, 1500, 750, 1750)
    log, variance = math.log(1000 * 1750 / (1500 * 750)), sum(1 / cell for cell in cells)
    others = [[120, 400, 80, 400], [200, 400, 120, 400]]
    counted = partly_counted(tables=[table, *others], estimate=[0.6], variance=[0.02])
    told = partly_counted(tables=others, estimate=[0.6, log], variance=[0.02, variance])
    assert counted.estimate == pytest.approx(told.estimate, abs=5e-4)
    assert counted.std_error == pytest.approx(told.std_error, rel=2e-3)


def test_a_zero_cell_needs_no_half_patient() -> None:
    tables = [[28, 42, 5, 38], [12, 41, 0, 59]]
    found = partly_counted(tables=tables, estimate=[math.log(2.94)], variance=[0.1833])
    assert found.converged
    assert found.n_studies == found.n_informative == 3
    # between the single ratio and those of the tables (13 and infinity)
    assert math.log(2.94) < found.estimate < math.log(42)
    assert found.heterogeneity_p_value < 0.05


def test_a_study_without_events_informs_nothing() -> None:
    with_it = partly_counted(tables=[*TABLES, [0, 12, 0, 13]], **RATIOS)
    without = partly_counted(tables=TABLES, **RATIOS)
    assert with_it.estimate == pytest.approx(without.estimate, rel=1e-12)
    assert (with_it.n_studies, with_it.n_informative) == (10, 9)


def test_one_study_is_said() -> None:
    found = partly_counted(tables=NO_TABLES, estimate=[1.0], variance=[0.2])
    assert found.condition == ("one study",)
    assert found.estimate == pytest.approx(1.0)
    assert found.std_error == pytest.approx(math.sqrt(0.2))
    assert math.isnan(found.prediction_low)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tables": NO_TABLES},
        {"tables": TABLES, "estimate": [1.0], "variance": [0.0]},
        {"tables": TABLES, "estimate": [1.0], "variance": []},
        {"tables": [[5, 4, 1, 9]], "estimate": [1.0], "variance": [0.1]},
        {"tables": [[1.5, 4, 1, 9]], "estimate": [1.0], "variance": [0.1]},
    ],
)
def test_impossible_input_is_refused(wrong: dict) -> None:
    with pytest.raises(InvalidData):
        partly_counted(**wrong)


@cache
def in_their_order() -> BinomialNormal:
    return partly_counted(tables=TABLES, estimate=[0.4], variance=[0.3])


@settings(max_examples=10)
@given(st.permutations(range(5)))
def test_the_order_of_the_studies_changes_nothing(order: list[int]) -> None:
    found = partly_counted(tables=TABLES[order], estimate=[0.4], variance=[0.3])
    again = in_their_order()
    assert found.estimate == pytest.approx(again.estimate, rel=1e-8)
    assert found.tau2 == pytest.approx(again.tau2, rel=1e-6, abs=1e-10)
