"""Cox models, their tests, predictions and discrimination against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.survival.concordance import concordance, model_concordance
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.cox_baseline import baseline_hazard
from hematotox.stats.survival.cox_data import CoxSettings
from hematotox.stats.survival.cox_prediction import cox_linear_predictor, predict_survival
from hematotox.stats.survival.cox_profile import profile_interval
from hematotox.stats.survival.firth_cox import firth_cox
from hematotox.stats.survival.kaplan_meier import kaplan_meier, survival_at
from hematotox.stats.survival.proportional_hazards_test import proportional_hazards_test

HERE = Path(__file__).parent
ITERATIVE = 1e-8
TAIL = 1e-6


def read_data(name, numeric=True):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    kind = float if numeric else str
    return {column: np.array([kind(row[column]) for row in rows]) for column in rows[0]}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


BMT, MGUS2, UGLY = read_data("bmt"), read_data("mgus2"), read_data("ugly_survival")
BREAST = read_data("breast_external_validation", numeric=False)
BMT["group_2"], BMT["group_3"] = (BMT["group"] == 2) * 1.0, (BMT["group"] == 3) * 1.0
R, BMT_R, MGUS2_R = (read_checks(name) for name in ("survival", "bmt", "mgus2"))
BREAST_R = read_checks("breast_external_validation")


def close(ours, theirs, rel=ITERATIVE):
    np.testing.assert_allclose(
        np.atleast_1d(ours),
        np.array(np.atleast_1d(np.array(theirs, dtype=object)), dtype=float),
        rtol=rel,
        atol=1e-15,
    )


def columns(data, names):
    return np.column_stack([data[name] for name in names])


DFS = {"time": BMT["time"], "event": BMT["status"]}
OS = {"time": MGUS2["futime"], "event": MGUS2["death"]}
DAYS = {"time": UGLY["day"], "event": UGLY["event"]}
AGES = ("age", "donor_age")
BLOOD = ("male", "age", "hgb", "creat")

# check: follow-up, covariates, terms of the Schoenfeld test, strata
SHARED = {
    "dfs_cox_univariable": (DFS, columns(BMT, ["fab"]), [[0]], None),
    "dfs_cox_multivariable": (DFS, columns(BMT, ("fab", *AGES)), [[0], [1], [2]], None),
    "dfs_cox_stratified": (DFS, columns(BMT, ("fab", *AGES)), [[0], [1], [2]], BMT["hospital"]),
    "dfs_by_disease_cox_univariable": (DFS, columns(BMT, ["group_2", "group_3"]), [[0, 1]], None),
    "dfs_by_disease_cox_multivariable": (
        DFS,
        columns(BMT, ("group_2", "group_3", *AGES)),
        [[0, 1], [2], [3]],
        None,
    ),
    "os_cox_univariable": (OS, columns(MGUS2, ["male"]), [[0]], None),
    "os_cox_multivariable": (OS, columns(MGUS2, BLOOD), [[0], [1], [2], [3]], None),
    "os_cox_stratified": (OS, columns(MGUS2, BLOOD), [[0], [1], [2], [3]], MGUS2["decade"]),
}


@pytest.mark.parametrize("name", SHARED)
def test_cox(name):
    expected = (BMT_R | MGUS2_R)[name]
    follow_up, covariates, terms, strata = SHARED[name]
    model = cox(**follow_up, covariates=covariates, strata=strata)
    close(model.coefficient, expected["coef"])
    close(model.std_error, expected["se"])
    close(np.exp(model.coefficient), expected["hr"])
    close(np.exp(model.conf_low), expected["lower"])
    close(np.exp(model.conf_high), expected["upper"])
    close(model.p_value, expected["p"], TAIL)
    close([model.loglik_null, model.loglik], expected["loglik"])
    close(model.likelihood_ratio.statistic, expected["lr_chisq"])
    close(model.wald.statistic, expected["wald_chisq"])
    close(model.score.statistic, expected["score_chisq"])
    assert (model.n, model.n_event) == (expected["n"], expected["n_event"])
    assert model.converged
    assert model.condition == ()
    discrimination = model_concordance(model)
    close(discrimination.estimate, expected["concordance"], 1e-12)
    close(discrimination.std_error, expected["concordance_se"], 1e-12)
    trend = proportional_hazards_test(model, terms=terms)
    tests = [*trend.terms, trend.overall]
    close([test.statistic for test in tests], expected["zph_chisq"])
    assert [test.df for test in tests] == expected["zph_df"]
    close([test.p_value for test in tests], expected["zph_p"], TAIL)


@pytest.mark.parametrize(
    ("name", "follow_up", "covariates", "cluster"),
    [
        ("dfs_cox_cluster_robust", DFS, columns(BMT, ("fab", *AGES)), BMT["hospital"]),
        ("os_cox_cluster_robust", OS, columns(MGUS2, BLOOD), MGUS2["decade"]),
    ],
)
def test_cox_cluster_robust(name, follow_up, covariates, cluster):
    expected = (BMT_R | MGUS2_R)[name]
    model = cox(**follow_up, covariates=covariates, cluster=cluster)
    close(model.coefficient, expected["coef"])
    close(model.std_error, expected["robust_se"])
    # four covariates and four decades: the robust variance cannot have full rank
    singular = ("not estimable",) if name.startswith("os") else ()
    assert model.condition == ("fewer than 20 clusters", *singular)


BRESLOW = CoxSettings(ties="breslow")
ROBUST = CoxSettings(robust=True)
SHARES = CoxSettings(weights=UGLY["share"])
MODELS = {
    "cox_breslow": (OS, columns(MGUS2, BLOOD), {"settings": BRESLOW}),
    "cox_breslow_cluster": (
        OS,
        columns(MGUS2, BLOOD),
        {"settings": BRESLOW, "cluster": MGUS2["decade"]},
    ),
    "cox_robust": (OS, columns(MGUS2, BLOOD), {"settings": ROBUST}),
    "cox_strata_cluster": (
        OS,
        columns(MGUS2, ("male", "age")),
        {"strata": MGUS2["decade"], "cluster": MGUS2["year"]},
    ),
    "cox_ugly": (DAYS, columns(UGLY, ("age", "year", "huge", "tiny")), {}),
    "cox_ugly_whole_weights": (
        DAYS,
        columns(UGLY, ("age", "tiny")),
        {"settings": CoxSettings(weights=UGLY["count"])},
    ),
    "cox_ugly_fractional_weights": (
        DAYS,
        columns(UGLY, ("age", "tiny")),
        {
            "settings": CoxSettings(weights=UGLY["share"], robust=True),
            "strata": UGLY["centre"],
        },
    ),
    "cox_ugly_weights_cluster": (
        DAYS,
        columns(UGLY, ("age", "tiny")),
        {"settings": SHARES, "cluster": UGLY["cluster"]},
    ),
    "cox_ugly_weights_breslow": (
        DAYS,
        columns(UGLY, ("age", "tiny")),
        {
            "settings": CoxSettings(weights=UGLY["share"], ties="breslow"),
            "cluster": UGLY["cluster"],
        },
    ),
}


def fit(name):
    follow_up, covariates, options = MODELS[name]
    return cox(**follow_up, covariates=covariates, **options)


@pytest.mark.parametrize("name", MODELS)
def test_cox_variants(name):
    expected, model = R[name], fit(name)
    close(model.coefficient, expected["coef"])
    close(model.std_error, expected["se"])
    close(model.naive_std_error, expected["naive_se"])
    close([model.loglik_null, model.loglik], expected["loglik"])
    close(model.score.statistic, expected["score_chisq"])
    close(model.wald.statistic, expected["wald_chisq"])
    discrimination = model_concordance(model)
    close(discrimination.estimate, expected["concordance"], 1e-12)
    close(discrimination.std_error, expected["concordance_se"], 1e-12)


def test_cox_aliased():
    expected = R["cox_aliased"]
    covariates = columns(UGLY, ("age", "constant", "year", "combination"))
    model = cox(**DAYS, covariates=covariates)
    close(model.coefficient, expected["coef"])
    close(model.std_error[[0, 2]], expected["se"])
    close([model.loglik_null, model.loglik], expected["loglik"])
    assert model.condition == ("aliased covariate",)
    assert model.wald.df == 2


def test_cox_monotone():
    expected = R["cox_monotone"]
    model = cox(**DAYS, covariates=np.column_stack([UGLY["arm"] == 2, UGLY["age"]]))
    assert model.coefficient[0] == -np.inf
    assert np.isnan(model.std_error[0])
    close(model.loglik, expected["loglik"])
    close(model.coefficient[1], expected["age"])
    assert model.condition == ("monotone likelihood",)
    assert not model.converged
    interval = profile_interval(model, 0)
    assert interval.conf_low == -np.inf
    close(interval.conf_high, expected["upper"])


TRENDS = {
    "zph_bmt_factor": (
        DFS,
        columns(BMT, ("group_2", "group_3", *AGES)),
        [[0, 1], [2], [3]],
        {},
    ),
    "zph_bmt_strata": (
        DFS,
        columns(BMT, ("group_2", "group_3", "age")),
        [[0, 1], [2]],
        {"strata": BMT["hospital"]},
    ),
    "zph_mgus2_breslow": (OS, columns(MGUS2, BLOOD), None, {"settings": BRESLOW}),
    "zph_ugly_weights": (DAYS, columns(UGLY, ("age", "tiny")), None, {"settings": SHARES}),
}


@pytest.mark.parametrize("name", TRENDS)
def test_zph(name):
    follow_up, covariates, terms, options = TRENDS[name]
    model = cox(**follow_up, covariates=covariates, **options)
    for transform, expected in R[name].items():
        trend = proportional_hazards_test(model, terms=terms, transform=transform)
        tests = [*trend.terms, trend.overall]
        close([test.statistic for test in tests], expected["chisq"])
        close([test.p_value for test in tests], expected["p"], TAIL)
        assert [test.df for test in tests] == expected["df"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("concordance_ugly", {}),
        (
            "concordance_ugly_strata_weights",
            {"strata": UGLY["centre"], "weights": UGLY["share"]},
        ),
        ("concordance_many_strata", {"strata": UGLY["cluster"]}),
    ],
)
def test_concordance(name, options):
    result = concordance(**DAYS, risk=UGLY["age"], **options)
    close(result.estimate, R[name]["estimate"], 1e-12)
    close(result.std_error, R[name]["se"], 1e-12)


NEW = np.array([[0, 60, 14, 1], [1, 81, 9.5, 3.2]])
PREDICTED = {
    "predicted_log": (lambda: cox(**OS, covariates=columns(MGUS2, BLOOD)), NEW, None, "log"),
    "predicted_loglog": (
        lambda: cox(**OS, covariates=columns(MGUS2, BLOOD)),
        NEW,
        None,
        "log-log",
    ),
    "predicted_breslow": (lambda: fit("cox_breslow"), NEW, None, "plain"),
    "predicted_strata": (
        lambda: cox(**OS, covariates=columns(MGUS2, ("male", "age")), strata=MGUS2["decade"]),
        NEW[:, :2],
        [1970, 1980],
        "log-log",
    ),
    "predicted_robust": (lambda: fit("cox_breslow_cluster"), NEW, None, "log"),
    "predicted_weights": (
        lambda: fit("cox_ugly_whole_weights"),
        np.array([[50, 4e-8], [70, 6e-8]]),
        None,
        "log",
    ),
}


@pytest.mark.parametrize("name", PREDICTED)
def test_predicted_survival(name):
    make, new, strata, conf_type = PREDICTED[name]
    expected = R[name]
    found = predict_survival(
        make(), covariates=new, times=expected["times"], strata=strata, conf_type=conf_type
    )
    close(found.survival.ravel(), np.ravel(expected["surv"]))
    close(found.std_error.ravel(), np.ravel(expected["se"]))
    close(found.conf_low.ravel(), np.ravel(expected["lower"]))
    close(found.conf_high.ravel(), np.ravel(expected["upper"]))


def test_baseline_hazard():
    expected = R["baseline_hazard"]
    (baseline,) = baseline_hazard(cox(**OS, covariates=columns(MGUS2, BLOOD)))
    row = np.searchsorted(baseline.time, expected["times"], side="right") - 1
    close(baseline.cumulative_hazard[row], expected["hazard"])


@pytest.mark.parametrize("name", ["profile_bmt", "profile_bmt_strata"])
def test_profile(name):
    strata = BMT["hospital"] if name.endswith("strata") else None
    model = cox(**DFS, covariates=columns(BMT, ("fab", *AGES)), strata=strata)
    limits = [profile_interval(model, term) for term in range(3)]
    close([limit.conf_low for limit in limits], R[name]["lower"])
    close([limit.conf_high for limit in limits], R[name]["upper"])


def test_profile_alone_90():
    interval = profile_interval(cox(**DFS, covariates=BMT["fab"]), 0, conf_level=0.9)
    close([interval.conf_low, interval.conf_high], R["profile_alone_90"]["limits"])


def test_firth_cox():
    expected = R["firth_cox"]
    model = firth_cox(**DAYS, covariates=np.column_stack([UGLY["arm"] == 2, UGLY["age"]]))
    # R's estimate comes from a general-purpose optimiser, good to 1e-7.
    close(model.coefficient, expected["coef"], 1e-7)
    close(model.std_error, expected["se"], 1e-7)
    close(model.conf_low, expected["lower"])
    close(model.conf_high, expected["upper"])
    close(model.p_value, expected["p"])
    assert model.condition == ()


@pytest.fixture(scope="module")
def external():
    development = BREAST["set"] == "development"
    numbers = {
        name: values.astype(float)
        for name, values in BREAST.items()
        if name in ("time", "status", "nodes", "size", "grade3", "age")
    }
    part = [{k: v[rows] for k, v in numbers.items()} for rows in (development, ~development)]
    names = ("nodes", "size", "grade3", "age")
    model = cox(time=part[0]["time"], event=part[0]["status"], covariates=columns(part[0], names))
    return model, part[1], columns(part[1], names)


def test_development_cox(external):
    model, _, _ = external
    close(model.coefficient, BREAST_R["development_cox"]["coef"])
    close(model.std_error, BREAST_R["development_cox"]["se"])


def test_calibration_slope(external):
    model, validation, covariates = external
    slope = cox(
        time=validation["time"],
        event=validation["status"],
        covariates=cox_linear_predictor(model, covariates),
    )
    close(slope.coefficient, BREAST_R["calibration_slope"]["slope"])
    close(slope.std_error, BREAST_R["calibration_slope"]["se"])


def test_harrell_c(external):
    model, validation, covariates = external
    result = concordance(
        time=validation["time"],
        event=validation["status"],
        risk=cox_linear_predictor(model, covariates),
    )
    close(result.estimate, BREAST_R["harrell_c"]["c"], 1e-12)
    close(result.std_error, BREAST_R["harrell_c"]["se"], 1e-12)


def test_calibration_at_5y(external):
    model, validation, covariates = external
    expected = BREAST_R["calibration_at_5y"]
    curve = kaplan_meier(time=validation["time"], event=validation["status"])
    predicted = predict_survival(model, covariates=covariates, times=[5]).survival
    close(1 - survival_at(curve, [5]).survival, expected["observed"], 1e-12)
    close(1 - predicted.mean(), expected["expected"])
    close((1 - survival_at(curve, [5]).survival) / (1 - predicted.mean()), expected["ratio"])
