"""Every method on five random data sets drawn to be awkward, against R.

Whole months, a group without the event, hardly a tie, few patients with a cause absent, weights of
zero; in all of them a calendar year, a factor with a rare level and clusters (`r/random_sets.R`).
"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox import stats

HERE = Path(__file__).parent
CLOSED, ITERATIVE, TAIL_P = 1e-12, 1e-8, 1e-6
SETS = {
    name: check["value"]
    for name, check in json.loads((HERE / "expected/random_sets.json").read_text(encoding="utf-8"))[
        "checks"
    ].items()
}


def read_sets():
    with (HERE / "data/random_sets.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    table = {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}
    sets = {}
    for name in SETS:
        chosen = table["set"] == float(name.removeprefix("set_"))
        sets[name] = {column: values[chosen] for column, values in table.items()}
        sets[name]["event"] = (sets[name]["status"] == 1).astype(int)
    return sets


DATA = read_sets()


def close(ours, theirs, rel=CLOSED, tiny=1e-14):
    ours, theirs = np.asarray(ours, dtype=float), np.array(theirs, dtype=float)
    np.testing.assert_allclose(ours, theirs, rtol=rel, atol=tiny)


def follow_up(d, kind="event"):
    return {"time": d["time"], kind: d[kind]}


def columns(d, *names):
    made = {**d, "g2": (d["group"] == 2).astype(float)}
    return np.column_stack([made[name] for name in names])


@pytest.fixture(params=sorted(SETS))
def data_set(request):
    """One data set, and what R makes of it."""
    return DATA[request.param], SETS[request.param]


def test_kaplan_meier(data_set):
    d, expected = data_set
    weighted = {"weights": d["weight"], "conf_type": "log"}
    for name, options in {"km": {}, "km_weighted_log": weighted}.items():
        curve, r = stats.kaplan_meier(**follow_up(d), **options), expected[name]
        at = np.searchsorted(curve.time, r["time"])
        close(curve.survival[at], r["surv"])
        close(curve.std_error[at], r["se"])
        close(curve.conf_low[at], r["lower"])
        close(curve.conf_high[at], r["upper"])


def test_quantiles(data_set):
    d, expected = data_set
    found = stats.quantile_with_limits(
        stats.kaplan_meier(**follow_up(d), conf_type="plain"), [0.2, 0.4]
    )
    close(found.estimate, expected["quantiles"]["quantile"])
    close(found.conf_low, expected["quantiles"]["lower"])
    close(found.conf_high, expected["quantiles"]["upper"])


def test_restricted_mean(data_set):
    d, expected = data_set
    at = expected["predicted"]["at"][2]
    found = stats.rmst(**follow_up(d), tau=at)
    close([found.estimate, found.std_error], expected["rmst"])


def test_log_rank(data_set):
    d, expected = data_set
    strata = {"log_rank": None, "log_rank_strata": d["centre"]}
    for name, centre in strata.items():
        if name in expected:
            found = stats.log_rank(**follow_up(d), group=d["group"], strata=centre)
            close(found.statistic, expected[name])


@pytest.mark.parametrize("name", ["cox", "cox_strata", "cox_breslow"])
def test_cox(data_set, name):
    d, r = data_set[0], data_set[1][name]
    model = stats.cox(
        **follow_up(d),
        covariates=columns(d, "g2", "x", *(() if name == "cox_strata" else ("year",))),
        strata=d["rare"] if name == "cox_strata" else None,
        settings=stats.CoxSettings(ties="breslow" if name == "cox_breslow" else "efron"),
    )
    close(model.coefficient, r["coef"], ITERATIVE)
    close(model.std_error, r["se"], ITERATIVE)
    close([model.loglik_null, model.loglik], r["loglik"])
    test = model.likelihood_ratio
    close([test.statistic, test.df], r["lr"][:2], ITERATIVE)
    close(test.p_value, r["lr"][2], TAIL_P)
    close(model.wald.statistic, r["wald"], ITERATIVE)
    close([model.score.statistic, model.score.df], r["score"][:2], ITERATIVE)
    close(model.score.p_value, r["score"][2], TAIL_P)


def test_cox_weights_and_clusters(data_set):
    d, expected = data_set
    weighted = stats.cox(
        **follow_up(d),
        covariates=columns(d, "x", "year"),
        cluster=d["centre"],
        settings=stats.CoxSettings(weights=d["weight"]),
    )
    close(weighted.coefficient, expected["cox_weighted"]["coef"], ITERATIVE)
    close(weighted.std_error, expected["cox_weighted"]["se"], ITERATIVE)
    clustered = stats.cox(**follow_up(d), covariates=columns(d, "g2", "x"), cluster=d["centre"])
    close(clustered.std_error, expected["cox_cluster"], ITERATIVE)


def test_after_a_cox_model(data_set):
    d, expected = data_set
    model = stats.cox(**follow_up(d), covariates=columns(d, "g2", "x", "year"))
    for transform, r in expected["zph"].items():
        found = stats.proportional_hazards_test(model, transform=transform)
        tests = [*found.terms, found.overall]
        close([t.statistic for t in tests], [row[0] for row in r], ITERATIVE)
        close([t.p_value for t in tests], [row[2] for row in r], TAIL_P)
    c = stats.model_concordance(model)
    close([c.estimate, c.std_error], expected["concordance"])
    r = expected["predicted"]
    found = stats.predict_survival(model, covariates=[[1, 0.5, 2020]], times=r["at"])
    close(found.survival[0], r["surv"], ITERATIVE)
    close(found.std_error[0], r["se"], ITERATIVE)
    close(found.conf_low[0], r["lower"], ITERATIVE)
    close(found.conf_high[0], r["upper"], ITERATIVE)
    close(stats.uno_concordance(**follow_up(d), risk=d["x"]).estimate, expected["uno"])


def test_incidence_and_gray(data_set):
    d, expected = data_set
    r = expected["incidence"]
    curves = stats.cumulative_incidence(**follow_up(d, "status"))
    at = stats.incidence_at(curves, times=r["times"])
    close(at.estimate, r["est"])
    close(at.variance, r["var"])
    for name, strata in {"gray": None, "gray_strata": d["centre"]}.items():
        r = expected[name]
        tests = {
            test.cause: test
            for test in stats.gray_tests(**follow_up(d, "status"), group=d["group"], strata=strata)
        }
        for cause, statistic, p_value in zip(r["cause"], r["statistic"], r["p"], strict=True):
            close(tests[cause].statistic, statistic)
            close(tests[cause].p_value, p_value, TAIL_P)


def test_fine_gray(data_set):
    d, expected = data_set
    for name, group in {"fine_gray": None, "fine_gray_groups": d["rare"]}.items():
        model = stats.fine_gray(
            **follow_up(d, "status"),
            covariates=columns(d, "g2", "x", "year"),
            settings=stats.FineGraySettings(censoring_group=group),
        )
        close(model.coefficient, expected[name]["coef"], ITERATIVE)
        close(model.std_error, expected[name]["se"], ITERATIVE)
    model = stats.fine_gray(
        **follow_up(d, "status"), covariates=columns(d, "g2", "x"), cluster=d["centre"]
    )
    close(model.coefficient, expected["fine_gray_cluster"]["coef"], ITERATIVE)
    close(model.std_error, expected["fine_gray_cluster"]["se"], ITERATIVE)


def test_logistic(data_set):
    d, expected = data_set
    year = d["year"] - 2020
    for name, covariates, weights in (
        ("logistic", np.column_stack([columns(d, "x", "g2"), year]), None),
        ("logistic_weighted", np.column_stack([d["x"], year]), d["weight"]),
    ):
        r = expected[name]
        model = stats.logistic(
            outcome=d["y"], covariates=covariates, weights=weights, interval="profile"
        )
        close(model.estimate, r["coef"], ITERATIVE)
        close(model.std_error, r["se"], ITERATIVE)
        close([model.conf_low[1], model.conf_high[1]], r["profile"], ITERATIVE)
    group = [(d["group"] == level).astype(float) for level in (1, 2)]
    model = stats.firth(outcome=d["y"], covariates=np.column_stack([d["x"], *group]))
    close(model.estimate, expected["firth"]["coef"], 1e-7)  # brglm2 stops at 1e-12 of its score
    close(model.std_error, expected["firth"]["se"], 1e-7)


def test_areas(data_set):
    d, expected = data_set
    r = expected["auc"]
    pair = stats.compare_auc(outcome=d["y"], first=d["m1"], second=d["m2"])
    one = pair.first
    close([one.conf_low, one.estimate, one.conf_high], r["ci"])
    close(one.std_error, r["se"])
    close(pair.statistic, r["z"])
    close(pair.p_value, r["p"], TAIL_P)
    close([pair.conf_low, pair.conf_high], r["limits"])


def test_ranks_and_tables(data_set):
    d, expected = data_set
    ranks = stats.kruskal_wallis(values=d["m1"], group=d["group"])
    close([ranks.statistic, ranks.p_value], expected["kruskal"])
    two = stats.mann_whitney(values=d["m1"], group=d["y"])
    close([two.statistic, two.p_value], expected["mann_whitney"])
    close(stats.spearman(x=d["m1"], y=d["m2"]).estimate, expected["spearman"])
    linear = stats.pearson(x=d["m1"], y=d["m2"])
    close([linear.estimate, linear.p_value, linear.conf_low, linear.conf_high], expected["pearson"])
    table = [
        [((d["group"] == g) & (d["m2"] == m)).sum() for m in np.unique(d["m2"])] for g in range(3)
    ]
    exact = stats.fisher_test(table)
    if exact.method == "exact":
        close(exact.p_value, expected["fisher"], 1e-10)  # R adds the tables in another order
    else:  # too many tables: a seeded sample of them
        assert abs(exact.p_value - expected["fisher"]) < 4 * exact.std_error
    by_outcome = [[((d["group"] == g) & (d["y"] == y)).sum() for y in (0, 1)] for g in range(3)]
    square = stats.chi_square_test(by_outcome)
    close([square.statistic, square.p_value], expected["chi_square"])


def sets_with(check):
    """The sets for which R has an answer; one set without it is awkward enough, three are not."""
    names = [name for name in sorted(SETS) if check in SETS[name]]
    assert len(names) >= 3, check
    return pytest.mark.parametrize("data_set", names, indirect=True)


@sets_with("accuracy")  # no cell is empty
def test_a_score_as_a_test(data_set):
    d, expected = data_set
    counts = stats.classification_counts(outcome=d["y"], test=d["b2"])
    cells = {name: getattr(counts, name) for name in ("tp", "fp", "fn", "tn")}
    found = stats.diagnostic_accuracy(**cells)
    for name, r in expected["accuracy"].items():
        one = getattr(found, name)
        close([one.estimate, one.conf_low, one.conf_high], r)
    odds = stats.conditional_odds_ratio(a=counts.tp, b=counts.fp, c=counts.fn, d=counts.tn)
    # fisher.test searches estimate and limits to 1e-4
    close([odds.estimate, odds.conf_low, odds.conf_high], expected["conditional"][:3], 1e-3)
    close(odds.p_value, expected["conditional"][3], 1e-10)


def test_predicted_risks(data_set):
    d, expected = data_set
    found, r = stats.calibration(outcome=d["y"], risk=d["risk"]), expected["calibration"]
    close(found.intercept.estimate, r["intercept"], ITERATIVE)
    close(found.slope.estimate, r["slope"], ITERATIVE)
    close(found.brier.estimate, r["brier"])
    cuts = np.array([0.2, 0.4])
    net = stats.rule_shares(status=d["y"], flagged=d["risk"] >= cuts[:, None]).net_benefit(cuts)
    close(np.diag(net[0]), expected["net_benefit"])
    if "loess" in expected:
        errors = stats.loess_calibration_errors(outcome=d["y"], risk=d["risk"])
        close([errors.ici, errors.e50, errors.e90, errors.emax], expected["loess"], ITERATIVE)


@sets_with("score")  # enough patients for R's standard errors
def test_time_dependent(data_set):
    d, expected = data_set
    r = expected["score"]
    data = {"time": d["time"], "status": np.minimum(d["status"], 2), "horizons": [r["at"]]}
    area = stats.time_dependent_auc(**data, marker=d["risk"])
    close([area.estimate[0], area.std_error[0]], [r["auc"], r["auc_se"]])
    score = stats.time_dependent_brier(**data, risk=d["risk"][:, None])
    close([score.estimate[0], score.std_error[0]], [r["brier"], r["brier_se"]])


@sets_with("random_effects")  # three centres or more without a zero cell
def test_centres(data_set):
    _, expected = data_set
    r = expected["random_effects"]
    found = stats.random_effects(estimate=r["yi"], variance=r["vi"])
    ours = [found.estimate, found.std_error, found.conf_low, found.conf_high, found.p_value]
    close(ours, r["estimate"], ITERATIVE)
    # where the centres do not differ both end near zero, where R's search stops by the difference
    close([found.tau2, found.i2], [r["tau2"], r["i2"]], ITERATIVE, 1e-9)
    close([found.prediction_low, found.prediction_high], r["prediction"], ITERATIVE)
