"""Rules: properties with hypothesis, and misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats import InvalidData, cumulative_incidence, incidence_at, rule_shares

PATIENTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 2), st.booleans()), min_size=2, max_size=25
)
QUICK = settings(max_examples=80, deadline=None)


@QUICK
@given(PATIENTS, st.floats(0.05, 0.95))
def test_a_yes_or_no_counts_patients(patients, threshold):
    _, status, flag = (np.array(column) for column in zip(*patients, strict=True))
    event = (status == 1).astype(int)
    found = rule_shares(status=event, flagged=[flag, np.ones_like(flag)])
    odds = threshold / (1 - threshold)
    benefit = (event @ flag - (1 - event) @ flag * odds) / flag.size
    assert found.net_benefit([threshold])[0, 0, 0] == pytest.approx(benefit)
    everybody = found.treat_all([threshold])[0, 0]
    assert found.net_benefit([threshold])[0, 1, 0] == pytest.approx(everybody)
    assert found.risk[0] == pytest.approx(found.true_positive[0, 0] + found.missed[0, 0])


@QUICK
@given(PATIENTS, st.integers(0, 9))
def test_by_a_horizon_the_risk_is_the_incidence(patients, horizon):
    time, status, flag = (np.array(column) for column in zip(*patients, strict=True))
    found = rule_shares(status=status, time=time, horizon=horizon, flagged=[flag])
    causes = (1, 2)
    for members, share in ((flag, found.true_positive), (~flag, found.missed)):
        if members.any():
            curves = cumulative_incidence(time=time[members], status=status[members], causes=causes)
            at = min(float(horizon), float(time[members].max()))
            risk = incidence_at(curves, times=[at]).estimate[0, 0]
            assert share[0, 0] == pytest.approx(members.mean() * risk)


@QUICK
@given(PATIENTS, st.integers(0, 9))
def test_a_weight_is_a_patient_so_often(patients, horizon):
    time, status, flag = (np.array(column) for column in zip(*patients, strict=True))
    often = np.random.default_rng(3).integers(1, 3, time.size)
    shared = {"horizon": horizon, "flagged": [flag]}
    weighted = rule_shares(status=status, time=time, weights=[often], **shared)
    shared["flagged"] = [np.repeat(flag, often)]
    repeated = rule_shares(status=np.repeat(status, often), time=np.repeat(time, often), **shared)
    for name in ("flagged", "true_positive", "false_positive", "missed", "risk"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name), atol=1e-12)


def test_misuse_is_refused():
    for wrong in ([0.0], [1.0], [], [np.nan], [10]):
        with pytest.raises(InvalidData):
            rule_shares(status=[0, 1], flagged=[[True, False]]).net_benefit(wrong)
    with pytest.raises(InvalidData):
        rule_shares(status=[0, 1], flagged=[[True, False, True]])
