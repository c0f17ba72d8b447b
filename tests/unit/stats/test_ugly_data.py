"""Every method on ugly data: a result, a refusal or a condition; never a warning or a silent NaN.

Warnings are errors in this suite, so that nothing from inside numpy passes either.
"""

import dataclasses
import inspect
import math

import numpy as np
import pytest

from hematotox import stats
from hematotox.stats.binary.linear_predictor import FirstStep

N = 24
SEEDED = {"rng": np.random.default_rng(7)}
THRESHOLDS, HORIZONS = [0.2, 0.5], [4.0, 9.0]


def patients():
    """A plain data set, which each ugliness spoils in one way."""
    rng = np.random.default_rng(20261121)
    x = np.round(rng.normal(size=N), 2)
    status = rng.integers(0, 3, N)
    return {
        "time": rng.integers(1, 15, N).astype(float),
        "status": status.astype(float),
        "group": np.arange(N) % 3.0,
        "centre": np.arange(N) // 6 * 1.0,
        "x": x,
        "z": np.round(rng.normal(size=N), 2),
        "weight": np.ones(N),
        "outcome": (rng.random(N) < 0.4).astype(float),
        "marker": np.round(x + rng.normal(size=N), 1),
        "second": rng.integers(0, 4, N).astype(float),
        "test": (x > 0).astype(float),
        "other": (np.arange(N) % 2).astype(float),
        "risk": np.round(1 / (1 + np.exp(-x)), 2),
    }


def spoil(**columns):
    def apply(d):
        return {**d, **{name: change(d) for name, change in columns.items()}}

    return apply


def of(size, value):
    return lambda _: np.full(size, float(value))


def first_only(d):
    return {name: values[:1] for name, values in d.items()}


def nobody(d):
    return {name: values[:0] for name, values in d.items()}


def times(factor):
    return lambda d: {
        **d,
        **{name: d[name] * factor for name in ("time", "x", "z", "marker", "second")},
    }


UGLY = {
    "ties everywhere": spoil(
        time=lambda d: np.ceil(d["time"] / 7), marker=lambda d: np.sign(d["marker"])
    ),
    "event and censoring on one day": spoil(time=of(N, 3)),
    "time 0": spoil(time=lambda d: np.where(np.arange(N) < 5, 0.0, d["time"])),
    "everything at time 0": spoil(time=of(N, 0)),
    "one cause absent": spoil(status=lambda d: np.where(d["status"] == 2, 0, d["status"])),
    "event of interest absent": spoil(status=lambda d: np.where(d["status"] == 1, 2, d["status"])),
    "one group without events": spoil(
        status=lambda d: np.where(d["group"] == 1, 0, d["status"]),
        outcome=lambda d: np.where(d["group"] == 1, 0, d["outcome"]),
    ),
    "one patient": first_only,
    "nobody": nobody,
    "two patients": lambda d: {name: values[:2] for name, values in d.items()},
    "constant covariate": spoil(x=of(N, 3), marker=of(N, 3), risk=of(N, 0.3)),
    "perfectly correlated": spoil(
        z=lambda d: 2 * d["x"] + 1, second=lambda d: d["marker"], other=lambda d: d["test"]
    ),
    "separated": spoil(
        outcome=lambda d: (d["x"] > 0) * 1.0,
        marker=lambda d: d["x"],
        status=lambda d: (d["x"] > 0) * 1.0,
        time=lambda d: 20 - np.argsort(np.argsort(d["x"])) * 0.5,
    ),
    "weights of zero": spoil(weight=lambda _: np.arange(N) % 2.0),
    "all weights zero": spoil(weight=of(N, 0)),
    "large units": times(1e8),
    "small units": times(1e-8),
    "all censored": spoil(status=of(N, 0), outcome=of(N, 0)),
    "all events": spoil(status=of(N, 1), outcome=of(N, 1)),
    "one group": spoil(group=of(N, 1), test=of(N, 1)),
    "every patient a centre": spoil(centre=lambda _: np.arange(N) * 1.0),
    "risks of 0 and 1": spoil(risk=lambda d: (d["x"] > 0) * 1.0),
    **{
        f"missing {name}": spoil(
            **{name: lambda d, name=name: np.where(np.arange(N) == 2, math.nan, d[name])}
        )
        for name in patients()
    },
    **{
        f"infinite {name}": spoil(
            **{name: lambda d, name=name: np.where(np.arange(N) == 2, math.inf, d[name])}
        )
        for name in ("time", "x", "marker", "risk", "weight")
    },
    "negative time": spoil(time=lambda d: d["time"] - 5),
    "a time vector passed as status": spoil(status=lambda d: d["time"] + 20),
    "another length": spoil(x=lambda d: d["x"][:-1], marker=lambda d: d["marker"][:-1]),
}


def event(d):
    return {"time": d["time"], "event": np.where(d["status"] == 2, 0, d["status"])}


def causes(d):
    return {"time": d["time"], "status": d["status"]}


def two(d):
    if d["x"].size != d["z"].size:
        return [d["x"], d["z"]]
    return np.column_stack([d["x"], d["z"]])


def cox(d, **options):
    return stats.cox(**event(d), covariates=two(d), **options)


def pairs(values):
    return [values[: len(values) // 2], values[len(values) // 2 :][: len(values) // 2]]


def horizon_risks(d):
    return np.column_stack([d["risk"], d["risk"]]) if d["risk"].size else d["risk"]


def cells(d):
    return stats.classification_counts(outcome=d["outcome"], test=d["test"])


def tables(d):
    """Events and patients of two arms in each centre; lets NaN pass to the method."""
    found = {"events_1": [], "n_1": [], "events_2": [], "n_2": []}
    for centre in np.unique(d["centre"]):
        for arm, suffix in ((1, "1"), (0, "2")):
            here = (d["centre"] == centre) & (d["test"] == arm)
            found[f"events_{suffix}"].append(d["outcome"][here].sum())
            found[f"n_{suffix}"].append(here.sum())
    return found


def accuracy(d):
    t = {name: np.array(values) for name, values in tables(d).items()}
    return {
        "tp": t["events_1"],
        "fp": t["n_1"] - t["events_1"],
        "fn": t["events_2"],
        "tn": t["n_2"] - t["events_2"],
    }


def refit(d):
    return lambda rows: np.full(rows.size, 0.4) + 0 * d["x"][0]


def adjusted(d):
    def first_step(columns):
        model = stats.cox(**event(d), covariates=columns)
        return FirstStep(stats.cox_linear_predictor(model, columns), model.condition)

    second = stats.add_linear_predictor(
        exposure=d["group"], covariates=two(d), first_step=first_step
    )
    return stats.cox(**event(d), covariates=second.columns)


CALLS = {
    "add_linear_predictor": adjusted,
    "auc": lambda d: stats.auc(outcome=d["outcome"], marker=d["marker"]),
    "baseline_hazard": lambda d: stats.baseline_hazard(cox(d)),
    "binomial_normal": lambda d: stats.binomial_normal(**tables(d)),
    "bivariate_accuracy": lambda d: stats.bivariate_accuracy(**accuracy(d)),
    "calibration": lambda d: stats.calibration(outcome=d["outcome"], risk=d["risk"]),
    "calibration_at_horizon": lambda d: stats.calibration_at_horizon(
        pseudo=stats.pseudo_risks(**causes(d), horizon=9), risk=d["risk"]
    ),
    "calibration_curve": lambda d: stats.calibration_curve(outcome=d["outcome"], risk=d["risk"]),
    "cause_indicator": lambda d: stats.cause_indicator(status=d["status"], cause=1),
    "chained_equations": lambda d: stats.chained_equations(
        [stats.Incomplete(*[np.where(np.arange(d["x"].size) % 5 == 1, math.nan, d["x"])] * 2)],
        complete=d["z"][:, None],
        centre=d["centre"],
        cycles=2,
        generator=np.random.default_rng(7),
    )[0],
    "chi_square_test": lambda d: stats.chi_square_test(pairs(d["second"])),
    "classification_counts": cells,
    "cluster_robust": lambda d: stats.cluster_robust(
        stats.logistic(outcome=d["outcome"], covariates=two(d)),
        outcome=d["outcome"],
        covariates=two(d),
        cluster=d["centre"],
    ),
    "compare_auc": lambda d: stats.compare_auc(
        outcome=d["outcome"], first=d["marker"], second=d["second"]
    ),
    "compare_nested": lambda d: stats.compare_nested(
        smaller=stats.logistic(outcome=d["outcome"], covariates=d["x"]),
        larger=stats.logistic(outcome=d["outcome"], covariates=two(d)),
    ),
    "compare_rmst": lambda d: stats.compare_rmst(**event(d), group=d["group"], tau=5),
    "compare_tests": lambda d: stats.compare_tests(
        outcome=d["outcome"], first=d["test"], second=d["other"]
    ),
    "compare_time_dependent_auc": lambda d: stats.compare_time_dependent_auc(
        **causes(d), first=d["marker"], second=d["second"], horizons=HORIZONS
    ),
    "compare_uno": lambda d: stats.compare_uno(
        *(stats.uno_concordance(**event(d), risk=d[name]) for name in ("marker", "second"))
    ),
    "concordance": lambda d: stats.concordance(
        **event(d), risk=d["marker"], strata=d["centre"], weights=d["weight"]
    ),
    "conditional_logistic": lambda d: stats.conditional_logistic(
        outcome=d["outcome"], covariates=two(d), strata=d["centre"]
    ),
    "conditional_odds_ratio": lambda d: stats.conditional_odds_ratio(
        a=cells(d).tp, b=cells(d).fp, c=cells(d).fn, d=cells(d).tn
    ),
    "cox": lambda d: cox(
        d,
        strata=d["group"],
        cluster=d["centre"],
        settings=stats.CoxSettings(weights=d["weight"]),
    ),
    "cox_linear_predictor": lambda d: stats.cox_linear_predictor(cox(d), two(d)),
    "cumulative_incidence": lambda d: stats.cumulative_incidence(**causes(d)),
    "diagnostic_accuracy": lambda d: stats.diagnostic_accuracy(**dataclasses.asdict(cells(d))),
    "fine_gray": lambda d: stats.fine_gray(
        **causes(d),
        covariates=two(d),
        cluster=d["centre"],
    ),
    "firth": lambda d: stats.firth(
        outcome=d["outcome"], covariates=two(d), weights=d["weight"], offset=d["second"] * 0
    ),
    "firth_cox": lambda d: stats.firth_cox(**event(d), covariates=two(d), strata=d["group"]),
    "fisher_test": lambda d: stats.fisher_test(pairs(d["second"])),
    "gray_test": lambda d: stats.gray_test(**causes(d), group=d["group"], strata=d["centre"]),
    "gray_tests": lambda d: stats.gray_tests(**causes(d), group=d["group"]),
    "incidence_at": lambda d: stats.incidence_at(
        stats.cumulative_incidence(**causes(d)), times=HORIZONS
    ),
    "incidence_quantile": lambda d: stats.incidence_quantile(
        stats.cumulative_incidence(**causes(d), causes=(1, 2)), probability=0.25
    ),
    "kaplan_meier": lambda d: stats.kaplan_meier(**event(d), weights=d["weight"]),
    "known_weights": lambda d: stats.known_weights(
        known=d["test"], covariates=two(d), centre=d["centre"]
    ),
    "kruskal_wallis": lambda d: stats.kruskal_wallis(values=d["marker"], group=d["group"]),
    "landmark_population": lambda d: stats.landmark_population(**event(d), landmark=5),
    "left_out_log_odds": lambda d: stats.left_out_log_odds(
        outcome=d["outcome"], covariates=two(d), centre=d["centre"]
    ),
    "left_out_survival": lambda d: stats.left_out_survival(
        **event(d), covariates=two(d), centre=d["centre"], horizon=9
    ),
    "loess_calibration_errors": lambda d: stats.loess_calibration_errors(
        outcome=d["outcome"], risk=d["risk"]
    ),
    "log_rank": lambda d: stats.log_rank(**event(d), group=d["group"], strata=d["centre"]),
    "logistic": lambda d: stats.logistic(
        outcome=d["outcome"], covariates=two(d), weights=d["weight"], interval="profile"
    ),
    "logistic_adjusted_by_linear_predictor": lambda d: stats.logistic_adjusted_by_linear_predictor(
        outcome=d["outcome"], exposure=d["test"], covariates=two(d)
    ),
    "mann_whitney": lambda d: stats.mann_whitney(values=d["marker"], group=d["test"]),
    "mcnemar": lambda d: stats.compare_tests(
        outcome=d["outcome"], first=d["test"], second=d["other"]
    ),
    "median_duration": lambda d: stats.median_duration(duration=d["time"]),
    "midranks": lambda d: stats.midranks(d["marker"]),
    "model_concordance": lambda d: stats.model_concordance(cox(d)),
    "observed_expected": lambda d: stats.observed_expected(
        events=d["outcome"], n=d["outcome"] + d["weight"], expected=d["weight"] / 2
    ),
    "observed_over_expected": lambda d: stats.observed_over_expected(
        stats.observed_risk(status=d["status"], time=d["time"], horizon=9), expected=0.3
    ),
    "observed_risk": lambda d: stats.observed_risk(status=d["outcome"]),
    "optimism": lambda d: stats.optimism(
        outcome=d["outcome"],
        covariates=two(d),
        samples=[np.arange(d["outcome"].size)] * 2,
    ),
    "own_cumulative_hazard": lambda d: stats.own_cumulative_hazard(**event(d)),
    "partly_counted": lambda d: stats.partly_counted(
        tables=np.array(list(tables(d).values())).T, estimate=[0.5], variance=[0.2]
    ),
    "pearson": lambda d: stats.pearson(x=d["marker"], y=d["second"]),
    "percentile_limits": lambda d: stats.percentile_limits(d["marker"]),
    "pool": lambda d: stats.pool(estimate=d["marker"], std_error=d["weight"]),
    "pool_chi_square": lambda d: stats.pool_chi_square(statistic=d["marker"] ** 2, df=1),
    "pool_wald": lambda d: stats.pool_wald(
        estimate=two(d), covariance=d["weight"][:, None, None] * np.array([[1, 0.5], [0.5, 1]])
    ),
    "pool_wilson": lambda d: stats.pool_wilson(share=d["risk"], n=20 * d["weight"]),
    "pooled_areas": lambda d: stats.pooled_areas(
        area=0.3 + d["risk"] / 2, std_error=0.1 * d["weight"]
    ),
    "predict_incidence": lambda d: stats.predict_incidence(
        stats.fine_gray(**causes(d), covariates=two(d)), covariates=[[0.0, 0.0]], times=HORIZONS
    ),
    "predict_survival": lambda d: stats.predict_survival(
        cox(d), covariates=[[0.0, 0.0]], times=HORIZONS
    ),
    "prediction_limits": lambda d: stats.prediction_limits(
        estimate=float(d["x"].size), std_error=0.2, tau2=0.1, df=3
    ),
    "profile_interval": lambda d: stats.profile_interval(cox(d), 0),
    "proportion": lambda d: stats.proportion(n_event=cells(d).tp, n=cells(d).tp + cells(d).fn),
    "proportional_hazards_test": lambda d: stats.proportional_hazards_test(cox(d)),
    "proportional_subdistribution_hazards_test": (
        lambda d: stats.proportional_subdistribution_hazards_test(
            stats.fine_gray(**causes(d), covariates=two(d))
        )
    ),
    "pseudo_risks": lambda d: stats.pseudo_risks(**causes(d), horizon=9),
    "proportional_odds": lambda d: stats.proportional_odds(grade=d["marker"], covariates=two(d)),
    "quantile_with_limits": lambda d: stats.quantile_with_limits(stats.kaplan_meier(**event(d))),
    "quartiles_by_group": lambda d: stats.quartiles_by_group(values=d["marker"], group=d["group"]),
    "random_effects": lambda d: stats.random_effects(
        estimate=d["marker"], variance=np.abs(d["x"]) + 0.1 * (d["x"] == 0)
    ),
    "reclassification": lambda d: stats.reclassification(
        outcome=d["outcome"],
        old=d["test"],
        new=d["other"],
        old_levels=(0.0, 1.0),
        new_levels=(0.0, 1.0),
    ),
    "resampling_weights": lambda d: list(
        stats.resampling_weights(n=d["x"].size, replicates=3, **SEEDED)
    ),
    "reverse_kaplan_meier": lambda d: stats.reverse_kaplan_meier(**event(d)),
    "rmst": lambda d: stats.rmst(**event(d), tau=5),
    "robust_logistic": lambda d: stats.robust_logistic(
        outcome=d["outcome"], covariates=two(d), weights=d["weight"]
    ),
    "roc_curve": lambda d: stats.roc_curve(outcome=d["outcome"], marker=d["marker"]),
    "rule_shares": lambda d: stats.rule_shares(
        **causes(d), horizon=9, flagged=[d["marker"] >= 0, d["marker"] >= 1]
    ),
    "spearman": lambda d: stats.spearman(x=d["marker"], y=d["second"]),
    "survival_at": lambda d: stats.survival_at(stats.kaplan_meier(**event(d)), HORIZONS),
    "time_dependent_auc": lambda d: stats.time_dependent_auc(
        **causes(d), marker=d["marker"], horizons=HORIZONS
    ),
    "time_dependent_brier": lambda d: stats.time_dependent_brier(
        **causes(d), risk=horizon_risks(d), horizons=HORIZONS
    ),
    "uno_concordance": lambda d: stats.uno_concordance(**event(d), risk=d["marker"]),
    "weighted_auc": lambda d: stats.weighted_auc(
        outcome=d["outcome"], marker=d["marker"], weights=d["weight"]
    ),
    "weighted_proportion": lambda d: stats.weighted_proportion(
        event=d["outcome"], weights=d["weight"]
    ),
}


def test_no_function_is_left_out():
    exported = {name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))}
    assert exported == set(CALLS)


ESTIMATES = ("estimate", "coefficient", "p_value", "statistic", "survival", "difference", "ratio")
"""Fields that must not be NaN without a condition."""


@pytest.mark.parametrize("name", CALLS)
def test_a_result_a_refusal_or_a_condition(name):
    spoilt = {ugliness: fault(CALLS[name], change) for ugliness, change in UGLY.items()}
    assert not {ugliness: found for ugliness, found in spoilt.items() if found}


def fault(call, change):
    """Return what is wrong with the answer to spoilt data, nothing if all is well."""
    try:
        result = call(change(patients()))
    except stats.InvalidData:
        return ""
    except Exception as error:  # whatever comes out of a library
        return f"{type(error).__name__}: {error}"
    if getattr(result, "condition", ()):
        return ""
    fields = {name: getattr(result, name, None) for name in ESTIMATES} | {"result": result}
    unknown = [
        name
        for name, value in fields.items()
        if isinstance(value, float | np.ndarray) and np.isnan(np.asarray(value, dtype=float)).any()
    ]
    return f"no number and no condition: {', '.join(unknown)}" if unknown else ""
