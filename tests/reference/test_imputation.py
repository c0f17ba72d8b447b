"""Pooling over stored imputations, and weights for a known score, against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logit

from hematotox.stats import (
    CoxSettings,
    auc,
    cox,
    cumulative_incidence,
    fine_gray,
    incidence_at,
    kaplan_meier,
    known_weights,
    logistic,
    pool,
    pool_chi_square,
    pool_wald,
    robust_logistic,
    survival_at,
    weighted_auc,
    weighted_proportion,
)

HERE = Path(__file__).parent
SETS = ("bmt", "mgus2")
ITERATIVE = 1e-8


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column] or "nan") for row in rows]) for column in rows[0]}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


R = {name: read_checks(f"ev_{name}_imputed") for name in SETS}
WHOLE = {name: read_data(f"ev_{name}_imputed") for name in SETS}
IMPUTED = {
    name: [{k: v[data["imp"] == i] for k, v in data.items()} for i in range(1, 6)]
    for name, data in WHOLE.items()
}
MGUS2, MGUS2_R = read_data("ev_mgus2"), read_checks("ev_mgus2")
MODEL = {
    "bmt": (
        ("fab", "donor_age"),
        "group",
        (2, 3),
        "fail365",
        ("time", "status"),
        ("time", "event"),
    ),
    "mgus2": (("high", "male"), "spike3", (1, 2), "dead60", ("futime", "death"), ("time", "event")),
}
TERMS = {
    "bmt": ("fab", "donor_age", "factor(group)2", "factor(group)3"),
    "mgus2": ("high", "male", "factor(spike3)1", "factor(spike3)2"),
}


def close(ours, theirs, rel=ITERATIVE):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel, atol=1e-14)


def design(data, name):
    plain, factor, levels, *_ = MODEL[name]
    columns = [data[one] for one in plain]
    return np.column_stack([*columns, *(data[factor] == level for level in levels)])


def same(pooled, at, theirs, rel=ITERATIVE):
    """Compare everything that mice::pool says of one quantity, on the scale of pooling."""
    for ours, key in (
        (pooled.within, "within"),
        (pooled.between, "between"),
        (pooled.total, "total"),
        (pooled.df, "df"),
        (pooled.fmi, "fmi"),
    ):
        close(ours[at], theirs[key], rel)
    close(pooled.statistic[at] * np.sqrt(pooled.total[at]), theirs["estimate"], rel)
    # tail p-values 1e-6
    close(pooled.p_value[at], theirs["p"], 1e-6)


def same_limits(pooled, at, theirs, keys):
    close([pooled.estimate[at], pooled.conf_low[at], pooled.conf_high[at]],
          [theirs[key] for key in keys])  # fmt: skip


def same_test(test, theirs, rel=ITERATIVE):
    close([test.statistic, test.df], [theirs["F"], theirs["df1"]], rel)
    close(test.df_residual, theirs["df2"], 1e-7)  # a small increase stands in its denominator
    close(test.p_value, theirs["p"], 1e-6)
    close(test.increase, theirs["riv"], 1e-7)


def fits(name, kind):
    """Return estimates, covariances and likelihood ratios of each imputation."""
    found = []
    for data in IMPUTED[name]:
        *_, binary, (time, death), (months, event) = MODEL[name]
        matrix = design(data, name)
        if kind == "logistic":
            fit = logistic(outcome=data[binary], covariates=matrix)
            less = logistic(outcome=data[binary], covariates=matrix[:, :2])
            ratio = 2 * (fit.log_likelihood - less.log_likelihood)
            found.append((fit.estimate, fit.covariance, ratio))
        elif kind == "cox":
            follow_up = {"time": data[time], "event": data[death]}
            fit, less = (cox(**follow_up, covariates=x) for x in (matrix, matrix[:, :2]))
            found.append((fit.coefficient, fit.covariance, 2 * (fit.loglik - less.loglik)))
        else:
            fit = fine_gray(time=data[months], status=data[event].astype(int), covariates=matrix)
            found.append((fit.coefficient, fit.covariance, np.nan))
    return [np.array(part) for part in zip(*found, strict=True)]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("check", "kind"),
    [("mi_logistic", "logistic"), ("mi_cox", "cox"), ("mi_finegray", "fine_gray")],
)
def test_pooled_models(name, check, kind):
    theirs = R[name][check]
    estimate, covariance, ratio = fits(name, kind)
    errors = np.sqrt(np.array([np.diag(one) for one in covariance]))
    # Fine-Gray 1e-7: crr stops its iterations there
    rel = 1e-7 if kind == "fine_gray" else ITERATIVE
    pooled = pool(estimate=estimate, std_error=errors, df_complete=theirs["dfcom"])
    terms = (("(Intercept)",) if kind == "logistic" else ()) + TERMS[name]
    for at, term in enumerate(terms):
        same(pooled, at, theirs[term], rel)
    of_factor = R[name][f"{check}_factor"]
    last = (estimate[:, -2:], covariance[:, -2:, -2:])
    for key, complete in (("D1", of_factor["dfcom"]), ("D1_inf", np.inf)):
        test = pool_wald(estimate=last[0], covariance=last[1], df_complete=complete)
        same_test(test, of_factor[key], rel)
    wald = [q @ np.linalg.solve(u, q) for q, u in zip(*last, strict=True)]
    same_test(pool_chi_square(statistic=wald, df=2), of_factor["D2_wald"], rel)
    if kind != "fine_gray":
        same_test(pool_chi_square(statistic=ratio, df=2), of_factor["D2_lr"])


GROUPS = {
    "mi_km_fab0": ("fab", 0), "mi_km_fab1": ("fab", 1), "mi_km_high0": ("high", 0),
    "mi_km_high1": ("high", 1), "mi_km_all": (None, None), "mi_cif_fab0": ("fab", 0),
    "mi_cif_fab1": ("fab", 1), "mi_cif_high0": ("high", 0), "mi_cif_high1": ("high", 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "check"), [(n, c) for n in SETS for c in R[n] if c.startswith(("mi_km", "mi_cif"))]
)
def test_pooled_curves(name, check):
    theirs, (group, level) = R[name][check], GROUPS[check]
    *_, (time, death), (months, event) = MODEL[name]
    estimate, errors = [], []
    for data in IMPUTED[name]:
        member = data[group] == level if group else np.ones(data["imp"].size, dtype=bool)
        if check.startswith("mi_km"):
            curve = kaplan_meier(time=data[time][member], event=data[death][member])
            at = survival_at(curve, [theirs["t"]])
            estimate.append(at.survival[0])
        else:
            curve = cumulative_incidence(
                time=data[months][member], status=data[event][member].astype(int)
            )
            at = incidence_at(curve, times=[theirs["t"]])
            estimate.append(1 - at.estimate[0, 0])
        errors.append(np.ravel(at.std_error)[0])
    pooled = pool(estimate=estimate, std_error=errors, df_complete=theirs["dfcom"], scale="cloglog")
    same(pooled, 0, theirs)
    if "survival" in theirs:
        same_limits(pooled, 0, theirs, ("survival", "survival_lower", "survival_upper"))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("check", ["mi_proportion", "mi_sensitivity", "mi_specificity", "mi_auc"])
def test_pooled_shares(name, check):
    theirs = R[name][check]
    binary, exposure = MODEL[name][3], MODEL[name][0][0]
    marker = {"bmt": "donor_age", "mgus2": "points"}[name]
    estimate, errors = [], []
    for data in IMPUTED[name]:
        if check == "mi_auc":
            area = auc(outcome=data[binary], marker=data[marker])
            estimate.append(area.estimate)
            errors.append(area.std_error)
            continue
        positive, case = data[exposure] == 1, data[binary] == 1
        of = {
            "mi_proportion": positive,
            "mi_sensitivity": positive[case],
            "mi_specificity": ~positive[~case],
        }[check]
        estimate.append(of.mean())
        errors.append(np.sqrt(of.mean() * (1 - of.mean()) / of.size))
    pooled = pool(estimate=estimate, std_error=errors, df_complete=theirs["dfcom"], scale="logit")
    same(pooled, 0, theirs)
    close(logit(pooled.conf_low[0]), theirs["lower"])
    close(logit(pooled.conf_high[0]), theirs["upper"])


@pytest.mark.parametrize("name", SETS)
def test_pooled_difference_of_means(name):
    theirs = R[name]["mi_mean_difference"]
    value, by = {"bmt": ("donor_age", "fab"), "mgus2": ("age", "high")}[name]
    estimate, errors = [], []
    for data in IMPUTED[name]:
        x = np.column_stack([np.ones(data[by].size), data[by]])
        inverse = np.linalg.inv(x.T @ x)
        beta = inverse @ x.T @ data[value]
        rest = data[value] - x @ beta
        errors.append(np.sqrt(np.diag(inverse) * (rest @ rest) / (rest.size - 2)))
        estimate.append(beta)
    pooled = pool(estimate=estimate, std_error=errors, df_complete=theirs["dfcom"])
    for at, term in enumerate(("(Intercept)", by)):
        same(pooled, at, theirs[term])


# --- weights --------------------------------------------------------------------------------------

SEEN = MGUS2["seen"] == 1
WEIGHTS = known_weights(
    known=SEEN, covariates=np.column_stack([MGUS2[n] for n in ("age", "male", "era")])
)
W = WEIGHTS.weight[SEEN]
OF_SEEN = {name: values[SEEN] for name, values in MGUS2.items()}
BOTH = np.column_stack([OF_SEEN["high"], OF_SEEN["male"]])


def test_weights_of_a_known_score():
    theirs = MGUS2_R["ipw_weights"]
    close(WEIGHTS.coefficient, theirs["coef"])
    close(WEIGHTS.effective_n, theirs["ess"])
    close([W.mean(), W.min(), W.max()],
          [theirs[key] for key in ("weight_mean", "weight_min", "weight_max")])  # fmt: skip
    close(np.quantile(W, [0.25, 0.5, 0.75]), theirs["weight_quartiles"])
    assert np.abs(WEIGHTS.imbalance_after).max() < np.abs(WEIGHTS.imbalance_before).max() / 2


def test_weighted_proportion_and_logistic_model():
    theirs = MGUS2_R["ipw_proportion"]
    found = weighted_proportion(event=OF_SEEN["high"], weights=W)
    close([found.estimate, found.std_error], [theirs["proportion"], theirs["se"]], 1e-10)
    close([found.conf_low, found.conf_high], [theirs["logit_lower"], theirs["logit_upper"]])
    theirs, data = MGUS2_R["ipw_logistic"], {"outcome": OF_SEEN["dead60"], "covariates": BOTH}
    fitted = robust_logistic(**data, weights=W)
    for ours, key in (
        (fitted.estimate, "coef"),
        (fitted.std_error, "robust_se"),
        (fitted.conf_low, "lower"),
        (fitted.conf_high, "upper"),
    ):
        close(ours, theirs[key])
    close(fitted.p_value, theirs["p"], 1e-6)


def test_weighted_cox_model():
    theirs = MGUS2_R["ipw_cox"]
    for ties, coef, se in (
        ("efron", "coef", "robust_se"), ("breslow", "breslow_coef", "breslow_robust_se"),
    ):  # fmt: skip
        settings = CoxSettings(weights=W, robust=True, ties=ties)
        fitted = cox(
            time=OF_SEEN["futime"], event=OF_SEEN["death"], covariates=BOTH, settings=settings
        )
        close(fitted.coefficient, theirs[coef])
        close(fitted.std_error, theirs[se])


@pytest.mark.parametrize(("check", "level"), [("ipw_km_high0", 0), ("ipw_km_high1", 1)])
def test_weighted_survival(check, level):
    theirs, member = MGUS2_R[check], OF_SEEN["high"] == level
    curve = kaplan_meier(
        time=OF_SEEN["futime"][member], event=OF_SEEN["death"][member], weights=W[member]
    )
    at = survival_at(curve, theirs["times"])
    for ours, key in (
        (at.survival, "surv"), (at.std_error, "robust_se"), (at.conf_low, "lower"),
        (at.conf_high, "upper"),
    ):  # fmt: skip
        close(ours, theirs[key])


def test_equal_weights_give_the_plain_area():
    data = {"outcome": OF_SEEN["dead60"], "marker": OF_SEEN["points"]}
    plain = auc(**data)
    found = weighted_auc(**data, weights=np.full(W.size, 2.0))
    assert found.estimate == pytest.approx(plain.estimate, rel=1e-12)
    # n in place of n - 1
    assert found.std_error == pytest.approx(plain.std_error, rel=2e-3)


OTHERS = json.loads((HERE / "expected" / "compared_elsewhere.json").read_text(encoding="utf-8"))
"""Checks of the same files that other modules compare, or that wait for their method."""


@pytest.mark.parametrize("name", ["ev_bmt_imputed", "ev_mgus2_imputed", "ev_mgus2"])
def test_every_check_has_its_test(name):
    source = Path(__file__).read_text(encoding="utf-8").split("OTHERS = ")[0]
    factors = {f"{check}_factor" for check in ("mi_logistic", "mi_cox", "mi_finegray")}
    named = {c for c in read_checks(name) if f'"{c}"' in source} | factors
    assert set(read_checks(name)) - named - set(OTHERS.get(name, ())) == set()
