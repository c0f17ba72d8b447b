"""The test of proportional subdistribution hazards."""

import numpy as np
import pytest

from hematotox.stats.competing_risks.fine_gray import fine_gray
from hematotox.stats.competing_risks.subdistribution_test import (
    proportional_subdistribution_hazards_test,
)
from hematotox.stats.numerics.survival_data import InvalidData


def patients(seed, *, changing, n=200):
    """Follow-up whose first covariate acts early only, if `changing`."""
    rng = np.random.default_rng(seed)
    covariates = np.column_stack([rng.integers(0, 2, n), rng.normal(size=n)])
    early = rng.exponential(np.where(changing & (covariates[:, 0] == 1), 2.0, 8.0))
    time = np.where(early < 3, early, 3 + rng.exponential(8, n))
    return {
        "time": np.minimum(time, rng.uniform(2, 30, n)),
        "status": rng.choice([0, 1, 1, 1, 2], n),
        "covariates": covariates,
    }


@pytest.mark.parametrize("variance", ["sandwich", "information"])
@pytest.mark.parametrize("transform", ["km", "identity", "log"])
def test_a_changing_effect_is_found_and_only_there(variance, transform):
    model = fine_gray(**patients(1, changing=True, n=500))
    test = proportional_subdistribution_hazards_test(model, variance=variance, transform=transform)
    assert test.terms[0].p_value < 0.001
    assert test.terms[1].p_value > 0.05
    assert test.overall.df == 2
    assert test.overall.p_value < 0.001


def test_a_constant_effect_is_rejected_as_often_as_declared():
    p = [
        proportional_subdistribution_hazards_test(
            fine_gray(**patients(seed, changing=False, n=120))
        ).overall.p_value
        for seed in range(200)
    ]
    # 5 % of 200 is 10, with a standard deviation of 3
    assert 2 <= np.sum(np.array(p) < 0.05) <= 19


def test_terms_of_several_columns():
    model = fine_gray(**patients(2, changing=True))
    together = proportional_subdistribution_hazards_test(model, terms=[[0, 1]])
    assert together.terms[0] == together.overall


@pytest.mark.parametrize("variance", ["sandwich", "information"])
def test_strata_and_clusters(variance):
    data, centre = patients(3, changing=True), np.arange(200) % 40
    for arguments in ({"strata": centre % 3}, {"cluster": centre}):
        model = fine_gray(**data, **arguments)
        test = proportional_subdistribution_hazards_test(model, variance=variance)
        assert test.terms[0].p_value < 0.01
        assert test.condition == ()


@pytest.mark.parametrize(
    "misuse", [{"transform": "rank"}, {"variance": "robust"}, {"terms": [[2]]}, {"terms": [[-1]]}]
)
def test_misuse_is_refused(misuse):
    model = fine_gray(**patients(4, changing=False))
    with pytest.raises(InvalidData):
        proportional_subdistribution_hazards_test(model, **misuse)
