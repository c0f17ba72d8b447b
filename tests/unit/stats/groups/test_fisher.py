"""Fisher's exact test and chi-square of r x c tables: properties, ugly data, misuse."""

from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio
from hematotox.stats.groups.chi_square import chi_square_test
from hematotox.stats.groups.fisher import fisher_test
from hematotox.stats.numerics.survival_data import InvalidData

QUICK = settings(max_examples=50, deadline=None)
TABLES = st.integers(1, 4).flatmap(
    lambda c: st.lists(st.lists(st.integers(0, 3), min_size=c, max_size=c), min_size=1, max_size=3)
)


def by_enumeration(table):
    """Every table of the same margins, by brute force over the cells."""
    table = np.array(table)
    rows, columns = table.sum(axis=1), table.sum(axis=0)

    def probability(cells):
        top = prod(factorial(int(t)) for t in (*rows, *columns))
        return top / (factorial(int(table.sum())) * prod(factorial(int(c)) for c in cells.flat))

    observed, total = probability(table), 0.0
    inner = [range(min(r, c) + 1) for r in rows[:-1] for c in columns[:-1]]
    for cells in product(*inner):
        head = np.array(cells, dtype=int).reshape(len(rows) - 1, len(columns) - 1)
        full = np.zeros_like(table)
        full[:-1, :-1] = head
        full[:-1, -1] = rows[:-1] - head.sum(axis=1)
        full[-1] = columns - full[:-1].sum(axis=0)
        if (full >= 0).all() and (p := probability(full)) <= observed * (1 + 1e-7):
            total += p
    return total


@settings(max_examples=30, deadline=None)
@given(
    st.integers(2, 3).flatmap(
        lambda c: st.lists(
            st.lists(st.integers(0, 3), min_size=c, max_size=c), min_size=2, max_size=3
        )
    )
)
def test_equals_the_enumeration_of_all_tables(table):
    kept = np.array(table)
    kept = kept[kept.any(axis=1)][:, kept.any(axis=0)]
    found = fisher_test(table)
    if min(kept.shape) < 2:
        assert (found.p_value, found.condition) == (1.0, ("empty group",))
    else:
        assert found.method == "exact"
        assert found.p_value == pytest.approx(by_enumeration(kept), rel=1e-10)


@QUICK
@given(TABLES)
def test_order_of_rows_and_columns_does_not_matter(table):
    table = np.array(table)
    p = fisher_test(table).p_value
    assert 0 < p <= 1
    assert fisher_test(table.T).p_value == pytest.approx(p, rel=1e-10)
    assert fisher_test(table[::-1, ::-1]).p_value == pytest.approx(p, rel=1e-10)


@QUICK
@given(st.tuples(*[st.integers(0, 15)] * 4))
def test_two_by_two_equals_the_conditional_test(cells):
    a, b, c, d = cells
    p = conditional_odds_ratio(a=a, b=b, c=c, d=d).p_value
    assert fisher_test([[a, b], [c, d]]).p_value == pytest.approx(p, rel=1e-9)


def test_beyond_the_work_limit_a_seeded_monte_carlo_says_so():
    table = [[9, 8, 5, 8], [4, 12, 9, 1], [2, 6, 9, 7], [1, 7, 0, 8]]
    one = fisher_test(table, largest_work=1000, monte_carlo_tables=20_000)
    same = fisher_test(table, largest_work=1000, monte_carlo_tables=20_000)
    other = fisher_test(table, largest_work=1000, monte_carlo_tables=20_000, seed=2)
    assert one == same
    assert one.condition == ("monte carlo p-value",)
    assert (one.method, one.n_tables, one.seed) == ("Monte Carlo", 20_000, 1)
    assert other.p_value != one.p_value
    exact = 0.00170581835  # fisher.test
    assert abs(one.p_value - exact) < 5 * one.std_error + 1e-4


def test_monte_carlo_agrees_with_the_exact_test():
    table = [[3, 9, 4], [7, 2, 5]]
    exact = fisher_test(table)
    drawn = fisher_test(table, largest_work=1, monte_carlo_tables=50_000)
    assert abs(drawn.p_value - exact.p_value) < 5 * drawn.std_error


def test_a_large_sparse_association_keeps_its_tiny_p_value():
    found = fisher_test([[300, 0], [0, 300]])
    assert found.method == "exact"
    assert found.p_value == pytest.approx(2 * factorial(300) ** 2 / factorial(600), rel=1e-9)


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[3, 4]], [[3], [4]], [[0, 3], [0, 4]]])
def test_nothing_to_compare(table):
    assert fisher_test(table).condition == ("empty group",)
    assert chi_square_test(table).condition == ("empty group",)


@pytest.mark.parametrize(
    "table",
    [[[1, -1], [2, 3]], [[1.5, 1], [2, 3]], [[np.nan, 1], [2, 3]], [1, 2, 3], [[1, 2], [3]], "x"],
)
@pytest.mark.parametrize("test", [fisher_test, chi_square_test])
def test_misuse_is_refused(test, table):
    with pytest.raises(InvalidData):
        test(table)


def test_small_expected_counts_are_named():
    assert chi_square_test([[1, 2], [3, 4]]).condition == ("expected counts below 5",)
    assert chi_square_test([[20, 20], [30, 10]]).condition == ()
