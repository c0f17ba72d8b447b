"""Our kernels beside lifelines, statsmodels and scikit-learn, where these follow R too.

R's own values are in `tests/reference`; here another program written by others must agree.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox import stats

DATA = Path(__file__).parents[3] / "reference/data"
FOLLOW_UP = {
    "mgus2": ["futime", "death", "age", "male", "mspike"],
    "bmt": ["os_time", "death", "age", "aml_high", "all"],
}
BINARY = {"asah": ["poor", "age", "female", "s100b"], "random_sets": ["y", "x", "group", "m1"]}


def read(name, wanted):
    table = pd.read_csv(DATA / f"{name}.csv")[wanted].dropna().astype(float)
    return table.rename(columns=dict(zip(wanted, ["first", "second", "a", "b", "c"], strict=False)))


@pytest.fixture(params=FOLLOW_UP)
def followed(request):
    """Times, events and covariates of real patients."""
    table = read(request.param, FOLLOW_UP[request.param])
    return table.rename(columns={"first": "time", "second": "event"})


@pytest.fixture(params=BINARY)
def outcomes(request):
    """Outcome and three covariates."""
    table = read(request.param, BINARY[request.param])
    return table["first"].to_numpy(), table[["second", "a", "b"]].to_numpy()


def close(ours, theirs, rel):
    np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=rel, atol=1e-12)


def test_cox_and_lifelines(followed):
    from lifelines import CoxPHFitter

    precise = {"precision": 1e-12}
    theirs = CoxPHFitter().fit(followed, "time", "event", fit_options=precise)
    follow_up = {name: followed[name] for name in ("time", "event")}
    ours = stats.cox(**follow_up, covariates=followed[["a", "b", "c"]])
    close(ours.coefficient, theirs.params_, 1e-8)
    close(ours.std_error, theirs.standard_errors_, 1e-8)
    close(ours.loglik, theirs.log_likelihood_, 1e-10)


def test_cox_and_statsmodels(followed):
    from statsmodels.duration.hazard_regression import PHReg

    model = PHReg(followed["time"], followed[["a", "b", "c"]], followed["event"], ties="efron")
    theirs = model.fit(tol=1e-14, disp=False)
    follow_up = {name: followed[name] for name in ("time", "event")}
    ours = stats.cox(**follow_up, covariates=followed[["a", "b", "c"]])
    close(ours.coefficient, theirs.params, 1e-8)
    close(ours.std_error, theirs.bse, 1e-8)


def test_kaplan_meier_log_rank_concordance_and_lifelines(followed):
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import logrank_test
    from lifelines.utils import concordance_index

    time, event, group = followed["time"], followed["event"], followed["b"]
    theirs = KaplanMeierFitter().fit(time, event)
    ours = stats.kaplan_meier(time=time, event=event)
    at = np.searchsorted(ours.time, theirs.survival_function_.index[1:])
    close(ours.survival[at], theirs.survival_function_.iloc[1:, 0], 1e-12)
    low, high = theirs.confidence_interval_.to_numpy()[1:].T
    alive = (ours.survival[at] > 0) & (ours.survival[at] < 1)
    close(ours.conf_low[at][alive], low[alive], 1e-10)
    close(ours.conf_high[at][alive], high[alive], 1e-10)
    one = group == 1
    test = logrank_test(time[one], time[~one], event[one], event[~one])
    close(stats.log_rank(time=time, event=event, group=group).statistic, test.test_statistic, 1e-9)
    c = stats.concordance(time=time, event=event, risk=followed["a"])
    close(c.estimate, concordance_index(time, -followed["a"], event), 1e-12)


def test_stratified_log_rank_and_statsmodels(followed):
    from statsmodels.duration.survfunc import survdiff

    time, event, group = followed["time"], followed["event"], followed["b"]
    strata = (followed["a"] > followed["a"].median()).astype(int)
    statistic, _ = survdiff(time, event, group, strata=strata)
    ours = stats.log_rank(time=time, event=event, group=group, strata=strata)
    close(ours.statistic, statistic, 1e-10)


def test_logistic_and_statsmodels(outcomes):
    from statsmodels.discrete.discrete_model import Logit

    outcome, covariates = outcomes
    design = np.column_stack([np.ones(outcome.size), covariates])
    theirs = Logit(outcome, design).fit(method="newton", tol=1e-14, maxiter=100, disp=False)
    ours = stats.logistic(outcome=outcome, covariates=covariates)
    close(ours.estimate, theirs.params, 1e-8)
    close(ours.std_error, theirs.bse, 1e-8)
    close(ours.p_value, theirs.pvalues, 1e-6)
    close(ours.log_likelihood, theirs.llf, 1e-10)


def test_logistic_and_scikit_learn(outcomes):
    from sklearn.linear_model import LogisticRegression

    outcome, covariates = outcomes
    spread = (covariates - covariates.mean(axis=0)) / covariates.std(axis=0)
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=200)
    theirs = model.fit(spread, outcome)
    ours = stats.logistic(outcome=outcome, covariates=spread)
    close(ours.estimate, [*theirs.intercept_, *theirs.coef_[0]], 1e-6)


def test_roc_and_scikit_learn(outcomes):
    from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve

    outcome, covariates = outcomes
    marker = covariates[:, 2]
    close(stats.auc(outcome=outcome, marker=marker).estimate, roc_auc_score(outcome, marker), 1e-12)
    false_positive, sensitivity, _ = roc_curve(outcome, marker, drop_intermediate=False)
    ours = stats.roc_curve(outcome=outcome, marker=marker)
    close(ours.sensitivity, sensitivity, 1e-12)
    close(1 - ours.specificity, false_positive, 1e-12)
    risk = 1 / (1 + np.exp(-(marker - marker.mean())))
    brier = stats.calibration(outcome=outcome, risk=risk).brier.estimate
    close(brier, brier_score_loss(outcome, risk), 1e-12)


def test_proportions_and_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    for n_event, n in ((0, 7), (3, 20), (20, 20), (1, 389)):
        for interval, method in (("clopper-pearson", "beta"), ("wilson", "wilson")):
            ours = stats.proportion(n_event=n_event, n=n, interval=interval)
            theirs = proportion_confint(n_event, n, method=method)
            close([ours.conf_low, ours.conf_high], theirs, 1e-12)


def test_firth_and_firthmodels(outcomes):
    from firthmodels import FirthLogisticRegression

    outcome, covariates = outcomes
    spread = (covariates - covariates.mean(axis=0)) / covariates.std(axis=0)
    theirs = FirthLogisticRegression(gtol=1e-8, xtol=1e-8).fit(spread, outcome)
    ours = stats.firth(outcome=outcome, covariates=spread)
    close(ours.estimate, [theirs.intercept_, *theirs.coef_], 1e-6)
