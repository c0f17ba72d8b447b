"""Separation is found however the search for the maximum ends."""

from itertools import product

import numpy as np
import pytest

from hematotox.stats import logistic


def of_table(events_low, others_low, events_high, others_high):
    counts = [events_low, others_low, events_high, others_high]
    outcome = np.repeat([1, 0, 1, 0], counts)
    high = np.repeat([0, 0, 1, 1], counts)
    return logistic(outcome=outcome, covariates=high)


TABLES = [
    table
    for table in product(range(3), repeat=4)
    if table[0] + table[1]
    and table[2] + table[3]  # both groups have patients
    and table[0] + table[2]
    and table[1] + table[3]  # some have the event, some have not
]


@pytest.mark.parametrize("separated", [True, False])
def test_a_two_by_two_table_is_separated_if_and_only_if_a_cell_is_zero(separated):
    for table in TABLES:
        if (0 in table) != separated:
            continue
        fit = of_table(*table)
        assert ("separation" in fit.condition) == separated, table
        assert (np.abs(fit.estimate) < 10).all(), table
        assert (fit.std_error < 10).all(), table


def test_a_table_without_zero_equals_its_odds_ratio():
    fit = of_table(1, 3, 2, 2)
    assert fit.estimate[1] == pytest.approx(np.log((2 / 2) / (1 / 3)), rel=1e-10)
