"""Harrell's C: against all pairs, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.concordance import concordance, model_concordance
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.dominance import sums_below

PATIENTS = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.integers(0, 1),
        st.integers(0, 5),
        st.integers(0, 2),
        st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    ),
    min_size=1,
    max_size=25,
)
QUICK = settings(max_examples=80, deadline=None)


def pair_by_pair(time, event, risk, stratum, weight):
    counts = np.zeros(3)
    for i in range(len(time)):
        for j in range(len(time)):
            outlived = time[j] > time[i] or (time[j] == time[i] and not event[j])
            if event[i] and outlived and stratum[i] == stratum[j]:
                kind = 0 if risk[i] > risk[j] else 1 if risk[i] < risk[j] else 2
                counts[kind] += weight[i] * weight[j]
    return counts


@QUICK
@given(PATIENTS)
def test_counts_every_comparable_pair_once(patients):
    time, event, risk, stratum, weight = (np.array(c) for c in zip(*patients, strict=True))
    if not weight.any():
        weight = np.ones_like(weight)
    result = concordance(time=time, event=event, risk=risk, strata=stratum, weights=weight)
    counts = pair_by_pair(time, event, risk, stratum, weight)
    found = [result.concordant, result.discordant, result.tied_risk]
    np.testing.assert_allclose(found, counts, rtol=1e-12)
    if counts.sum():
        assert result.estimate == pytest.approx((counts[0] + counts[2] / 2) / counts.sum())
        assert 0 <= result.conf_low <= result.conf_high <= 1
    else:
        assert result.condition == ("not estimable",)
        assert np.isnan(result.estimate)


def test_standard_error_is_the_change_with_each_weight():
    rng = np.random.default_rng(3)
    time, event, risk = rng.integers(1, 9, 30), rng.integers(0, 2, 30), rng.integers(0, 6, 30)
    step = 1e-6
    change = []
    for patient in range(30):
        weights = np.ones(30)
        weights[patient] += step
        up = concordance(time=time, event=event, risk=risk, weights=weights).estimate
        weights[patient] -= 2 * step
        down = concordance(time=time, event=event, risk=risk, weights=weights).estimate
        change.append((up - down) / (2 * step))
    result = concordance(time=time, event=event, risk=risk)
    assert result.std_error == pytest.approx(np.linalg.norm(change), rel=1e-6)


def test_a_reversed_risk_gives_the_complement():
    time, event, risk = [4, 2, 7, 7, 1], [1, 1, 0, 1, 1], np.array([3, 5, 1, 3, 2])
    one = concordance(time=time, event=event, risk=risk)
    other = concordance(time=time, event=event, risk=-risk)
    assert one.estimate == pytest.approx(1 - other.estimate)
    assert one.std_error == pytest.approx(other.std_error)


def test_equal_patients_have_equal_risks_in_a_model():
    rng = np.random.default_rng(11)
    patterns = rng.normal(size=(3, 4))
    covariates = patterns[rng.integers(0, 3, 101)]
    time, event = rng.integers(1, 50, 101), rng.integers(0, 2, 101)
    model = cox(time=time, event=event, covariates=covariates)
    assert model_concordance(model).tied_risk > 0


def test_sums_below_without_any_other_point():
    sums = sums_below(rank=np.array([0]), score=np.ones(1), value=np.ones(1), block=np.array([0]))
    np.testing.assert_array_equal(sums, 0)


def test_misuse_is_refused():
    with pytest.raises(InvalidData):
        concordance(time=[1, 2], event=[1, 0], risk=[1, np.nan])
    with pytest.raises(InvalidData):
        concordance(time=[1, 2], event=[1, 0], risk=[1])
