"""Cumulative incidence, Gray's test and the Fine-Gray model against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.competing_risks.cumulative_incidence import cumulative_incidence, incidence_at
from hematotox.stats.competing_risks.fine_gray import fine_gray
from hematotox.stats.competing_risks.fine_gray_data import FineGraySettings
from hematotox.stats.competing_risks.fine_gray_prediction import predict_incidence
from hematotox.stats.competing_risks.gray import gray_tests
from hematotox.stats.competing_risks.subdistribution_test import (
    proportional_subdistribution_hazards_test,
)

HERE = Path(__file__).parent
CLOSED, ITERATIVE, TAIL = 1e-12, 1e-8, 1e-6


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


DATA = {
    "bmt": read_data("bmt"),
    "mgus2": read_data("mgus2"),
    "made": read_data("constructed_competing"),
}
EXPECTED = {
    "bmt": read_checks("bmt"),
    "mgus2": read_checks("mgus2"),
    "made": read_checks("competing_risks"),
}
DATA["bmt"]["group_f2"] = (DATA["bmt"]["group"] == 2).astype(float)
DATA["bmt"]["group_f3"] = (DATA["bmt"]["group"] == 3).astype(float)
MADE = DATA["made"]
MADE["event"] = MADE["status"]
MADE["risk1"], MADE["risk2"] = (MADE["risk"] == 1) * 1.0, (MADE["risk"] == 2) * 1.0
ALL = ("risk1", "risk2", "score", "year", "crp")
# The reference works with year - 2020 and crp / 1e8 because crr fails on the raw covariates.
UNIT = np.array([1, 1, 1, 1, 1e8])


def columns(data, names):
    return np.column_stack([data[name] for name in names])


def close(ours, theirs, rel, abs=0.0):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel, atol=abs)


# Aalen-Johansen --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("bmt", "aj_overall"), ("bmt", "by_disease_aj_overall"), ("mgus2", "aj_overall")],
)
def test_incidence_and_aalen_variance(dataset, name):
    data, expected = DATA[dataset], EXPECTED[dataset][name]
    curve = cumulative_incidence(time=data["time"], status=data["event"])
    at = incidence_at(curve, times=expected["times"])
    for row, cause in enumerate(("cause1", "cause2")):
        close(at.estimate[row], expected[f"est_{cause}"], CLOSED)
        close(at.variance[row], expected[f"var_{cause}"], CLOSED)


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("bmt", "aj_overall_survfit"),
        ("bmt", "by_disease_aj_overall_survfit"),
        ("mgus2", "aj_overall_survfit"),
    ],
)
def test_jackknife_variance_and_log_limits(dataset, name):
    data, expected = DATA[dataset], EXPECTED[dataset][name]
    curve = cumulative_incidence(time=data["time"], status=data["event"], variance="jackknife")
    at = incidence_at(curve, times=expected["times"])
    close(at.estimate[0], expected["est_cause1"], CLOSED)
    close(at.std_error[0], expected["se_cause1"], CLOSED)
    close(at.conf_low[0], expected["lower"], CLOSED)
    close(at.conf_high[0], expected["upper"], CLOSED)


def incidence_by_group(data, group, times, causes):
    return {
        f"{level:g} {cause}": {
            "est": at.estimate[row],
            "var": at.variance[row],
            "lower": at.conf_low[row],
            "upper": at.conf_high[row],
        }
        for level in np.unique(data[group])
        for at in [
            incidence_at(
                cumulative_incidence(
                    time=data["time"][data[group] == level],
                    status=data["event"][data[group] == level],
                    causes=causes,
                ),
                times=times,
            )
        ]
        for row, cause in enumerate(causes)
    }


@pytest.mark.parametrize(
    ("dataset", "name", "group"),
    [
        ("bmt", "aj_by_group", "fab"),
        ("bmt", "by_disease_aj_by_group", "group"),
        ("mgus2", "aj_by_group", "male"),
        ("made", "cuminc_by_risk", "risk"),
    ],
)
def test_incidence_by_group(dataset, name, group):
    expected = EXPECTED[dataset][name]
    causes = (1, 2, 3) if dataset == "made" else (1, 2)
    ours = incidence_by_group(DATA[dataset], group, expected["times"], causes)
    for position, label in enumerate(expected["curves"]):
        close(ours[label]["est"], expected["est"][position], CLOSED)
        close(ours[label]["var"], expected["var"][position], CLOSED)
        limits = expected.get("loglog", [])
        for side in ("lower", "upper") if position < len(limits) else ():
            close(ours[label][side], limits[position][side], CLOSED)
    # cuminc has no curve for a cause that nobody of a group had: it is 0 throughout.
    for label in set(ours) - set(expected["curves"]):
        assert not ours[label]["est"].any()


def test_three_causes_ties_and_day_0():
    expected = EXPECTED["made"]["cuminc"]
    at = incidence_at(
        cumulative_incidence(time=MADE["time"], status=MADE["status"]), times=expected["times"]
    )
    close(at.estimate, expected["est"], CLOSED)
    close(at.variance, expected["var"], CLOSED)


def test_three_causes_jackknife():
    expected = EXPECTED["made"]["survfit"]
    curve = cumulative_incidence(time=MADE["time"], status=MADE["status"], variance="jackknife")
    at = incidence_at(curve, times=expected["times"])
    close(at.estimate, expected["est"], CLOSED)
    close(at.std_error, expected["se"], CLOSED)
    close(at.conf_low, expected["lower"], CLOSED)
    close(at.conf_high, expected["upper"], CLOSED)


def test_platelet_recovery():
    data, expected = DATA["bmt"], EXPECTED["bmt"]["platelet_recovery"]
    curve = cumulative_incidence(time=data["plt_time"], status=data["plt_event"])
    at = incidence_at(curve, times=expected["times"])
    close(at.estimate[0], expected["est"], CLOSED)
    close(at.variance[0], expected["var"], CLOSED)


# Gray's test -----------------------------------------------------------------------------------

LONE = np.where(MADE["centre"] == 1, 0, np.where(MADE["centre"] == 2, 1, MADE["risk"]))
GRAY = {
    ("bmt", "gray_test"): ("fab", None),
    ("bmt", "gray_test_stratified"): ("fab", "hospital"),
    ("bmt", "by_disease_gray_test"): ("group", None),
    ("mgus2", "gray_test"): ("male", None),
    ("mgus2", "gray_test_stratified"): ("male", "decade"),
    ("made", "gray"): ("risk", None),
    ("made", "gray_stratified"): ("risk", "centre"),
    ("made", "gray_centres"): ("centre", None),
    ("made", "gray_lone_group"): (LONE, "centre"),
    ("bmt", "platelet_recovery_gray"): ("group", None),
}


@pytest.mark.parametrize(("dataset", "name"), GRAY)
def test_gray(dataset, name):
    data, expected = DATA[dataset], EXPECTED[dataset][name]
    group, strata = GRAY[dataset, name]
    prefix = "plt_" if name == "platelet_recovery_gray" else ""
    tests = gray_tests(
        time=data[f"{prefix}time"],
        status=data[f"{prefix}event"],
        group=data[group] if isinstance(group, str) else group,
        strata=None if strata is None else data[strata],
    )
    assert [test.cause for test in tests] == [int(cause) for cause in expected["cause"]]
    close([test.statistic for test in tests], expected["stat"], CLOSED)
    close([test.p_value for test in tests], expected["p"], TAIL)
    if "df" in expected:
        assert [test.df for test in tests] == expected["df"]


# Fine-Gray -------------------------------------------------------------------------------------

CRR = [
    (dataset, name)
    for dataset in ("bmt", "mgus2")
    for name in EXPECTED[dataset]
    if "finegray_univariable" in name or "finegray_multivariable" in name
]
# crr's line search stops short at rounding level (converged is FALSE, or its score is 1e-9): these
# are compared at the accuracy R reached, and at full accuracy with 'bmt_multivariable',
# 'mgus2_male' and 'mgus2_mspike', which are the same models at convergence.
UNCONVERGED = {
    ("bmt", "finegray_multivariable"),
    ("mgus2", "finegray_univariable_male"),
    ("mgus2", "finegray_univariable_mspike"),
}


@pytest.mark.parametrize(("dataset", "name"), CRR)
def test_fine_gray(dataset, name):
    data, expected = DATA[dataset], EXPECTED[dataset][name]
    terms = np.atleast_1d(expected["terms"])
    model = fine_gray(time=data["time"], status=data["event"], covariates=columns(data, terms))
    rel = 3e-7 if (dataset, name) in UNCONVERGED else ITERATIVE
    assert model.converged
    assert model.condition == ()
    assert model.n == expected["n"]
    close(model.coefficient, np.atleast_1d(expected["coef"]), rel)
    close(model.std_error, np.atleast_1d(expected["se"]), ITERATIVE)
    close(np.exp(model.coefficient), np.atleast_1d(expected["shr"]), rel)
    close(np.exp(model.conf_low), np.atleast_1d(expected["lower"]), rel)
    close(np.exp(model.conf_high), np.atleast_1d(expected["upper"]), rel)
    close(model.p_value, np.atleast_1d(expected["p"]), TAIL)
    close(model.loglik, expected["loglik"], CLOSED)
    close(model.loglik_null, expected["loglik_null"], CLOSED)


@pytest.mark.parametrize(
    ("dataset", "name", "terms"),
    [
        ("bmt", "bmt_multivariable", ("fab", "age", "donor_age")),
        ("mgus2", "mgus2_male", ("male",)),
        ("mgus2", "mgus2_mspike", ("mspike",)),
    ],
)
def test_fine_gray_at_convergence(dataset, name, terms):
    data, expected = DATA[dataset], EXPECTED["made"][name]
    model = fine_gray(time=data["time"], status=data["event"], covariates=columns(data, terms))
    close(model.coefficient, np.atleast_1d(expected["coef"]), ITERATIVE)
    close(model.covariance, np.reshape(expected["var"], (len(terms),) * 2), ITERATIVE)


@pytest.mark.parametrize("name", ["crr_cause1", "crr_cause2", "crr_cause3", "crr_cengroup"])
def test_fine_gray_of_raw_units_day_0_and_censoring_groups(name):
    expected = EXPECTED["made"][name]
    keep = slice(1, None) if name == "crr_cause3" else slice(None)
    settings = FineGraySettings(
        cause=int(name[-1]) if name != "crr_cengroup" else 1,
        censoring_group=MADE["centre"] if name == "crr_cengroup" else None,
    )
    model = fine_gray(
        time=MADE["time"],
        status=MADE["status"],
        covariates=columns(MADE, ALL[keep]),
        settings=settings,
    )
    unit = UNIT[keep]
    close(model.coefficient * unit, expected["coef"], ITERATIVE)
    close(model.std_error * unit, expected["se"], ITERATIVE)
    close(model.covariance * np.outer(unit, unit), expected["var"], ITERATIVE)
    close(model.p_value, expected["p"], TAIL)
    close(model.loglik, expected["loglik"], CLOSED)
    close(model.loglik_null, expected["loglik_null"], CLOSED)


def test_fine_gray_without_day_0():
    late = MADE["time"] > 0
    expected = EXPECTED["made"]["crr_positive_times"]
    model = fine_gray(
        time=MADE["time"][late],
        status=MADE["status"][late],
        covariates=columns(MADE, ALL)[late],
    )
    close(model.coefficient * UNIT, expected["coef"], ITERATIVE)
    close(model.std_error * UNIT, expected["se"], ITERATIVE)


@pytest.mark.parametrize(("dataset", "group"), [("bmt", "hospital"), ("mgus2", "decade")])
def test_censoring_groups(dataset, group):
    data, expected = DATA[dataset], EXPECTED[dataset]["finegray_cengroup"]
    model = fine_gray(
        time=data["time"],
        status=data["event"],
        covariates=columns(data, expected["terms"]),
        settings=FineGraySettings(censoring_group=data[group]),
    )
    close(model.coefficient, expected["coef"], ITERATIVE)
    close(model.std_error, expected["se"], ITERATIVE)


@pytest.mark.parametrize(("dataset", "group"), [("bmt", "hospital"), ("mgus2", "decade")])
def test_clusters(dataset, group):
    data, expected = DATA[dataset], EXPECTED[dataset]["finegray_cluster"]
    model = fine_gray(
        time=data["time"],
        status=data["event"],
        covariates=columns(data, expected["terms"]),
        cluster=data[group],
    )
    assert model.condition == ("fewer than 20 clusters",)
    close(model.coefficient, expected["coef"], ITERATIVE)
    close(model.std_error, expected["robust_se"], ITERATIVE)


@pytest.mark.parametrize(
    ("name", "terms", "arguments"),
    [
        ("finegray_cluster", ("risk1", "risk2", "score", "year"), {"cluster": MADE["centre"]}),
        (
            "finegray_strata",
            ("risk1", "risk2", "score"),
            {"cluster": MADE["year"], "strata": MADE["centre"]},
        ),
    ],
)
def test_clusters_strata_and_day_0(name, terms, arguments):
    expected = EXPECTED["made"][name]
    model = fine_gray(
        time=MADE["time"], status=MADE["status"], covariates=columns(MADE, terms), **arguments
    )
    close(model.coefficient, expected["coef"], ITERATIVE)
    close(model.std_error, expected["robust_se"], ITERATIVE)
    close(np.sqrt(np.diag(model.naive_covariance)), expected["naive_se"], ITERATIVE)
    close(model.loglik, expected["loglik"], CLOSED)


def test_aliased_covariates():
    expected = EXPECTED["made"]["finegray_aliased"]
    score = MADE["score"]
    model = fine_gray(
        time=MADE["time"],
        status=MADE["status"],
        covariates=np.column_stack([score, 2 * score + 1, np.full(score.size, 4), MADE["risk"]]),
        cluster=np.arange(score.size),
    )
    assert model.condition == ("aliased covariate",)
    close(model.coefficient, expected["coef"], ITERATIVE)
    close(model.std_error[[0, 3]], np.array(expected["robust_se"])[[0, 3]], ITERATIVE)
    assert np.isnan(model.std_error[1:3]).all()


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("bmt", "finegray_predicted_cif"),
        ("bmt", "by_disease_finegray_predicted_cif"),
        ("mgus2", "finegray_predicted_cif"),
    ],
)
def test_predicted_incidence(dataset, name):
    data, expected = DATA[dataset], EXPECTED[dataset][name]
    terms = list(expected["covariates"])
    model = fine_gray(time=data["time"], status=data["event"], covariates=columns(data, terms))
    predicted = predict_incidence(
        model, covariates=list(expected["covariates"].values()), times=expected["times"]
    )
    close(predicted.estimate[0], expected["cif"], ITERATIVE)


def test_predicted_incidence_of_several_patients():
    expected = EXPECTED["made"]["crr_predict"]
    model = fine_gray(time=MADE["time"], status=MADE["status"], covariates=columns(MADE, ALL))
    patients = np.array(expected["covariates"]) * UNIT + [0, 0, 0, 2020, 0]
    predicted = predict_incidence(model, covariates=patients, times=expected["times"])
    close(predicted.estimate, expected["cif"], ITERATIVE)


@pytest.mark.parametrize("transform", ["km", "identity", "log"])
def test_proportional_subdistribution_hazards(transform):
    expected = EXPECTED["made"][f"finegray_zph_{transform}"]
    chosen = MADE["time"] > 0 if transform == "log" else MADE["time"] >= 0
    model = fine_gray(
        time=MADE["time"][chosen],
        status=MADE["status"][chosen],
        covariates=columns(MADE, ("risk1", "risk2", "score", "year"))[chosen],
        # With clusters ties are treated as in finegray; the clusters play no part in the test.
        cluster=MADE["centre"][chosen],
    )
    test = proportional_subdistribution_hazards_test(
        model, terms=[[0, 1], [2], [3]], transform=transform, variance="information"
    )
    everything = [*test.terms, test.overall]
    close([one.statistic for one in everything], expected["chisq"], ITERATIVE)
    assert [one.df for one in everything] == expected["df"]
    close([one.p_value for one in everything], expected["p"], TAIL)
