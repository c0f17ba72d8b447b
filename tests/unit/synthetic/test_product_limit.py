"""The product-limit estimate."""

import numpy as np
import pytest

from hematotox.synthetic.product_limit import survival_on


def test_a_small_table_by_hand():
    # events on days 5, 8, 8; last contact on days 8 and 12: 4/5, then 2/4 of it
    event = np.array([5.0, 8.0, 8.0, np.inf, np.inf])
    follow_up = np.array([100.0, 100.0, 100.0, 8.0, 12.0])
    found = survival_on((4.0, 5.0, 8.0, 20.0), event, follow_up=follow_up)
    assert found == pytest.approx([1.0, 0.8, 0.4, 0.4])


def test_without_censoring_it_is_the_share_without_event():
    event = np.array([1.0, 2.0, 3.0, np.inf])
    found = survival_on((0.0, 1.0, 2.5), event, follow_up=np.full(4, np.inf))
    assert found == pytest.approx([1.0, 0.75, 0.5])
