"""Rows of regression analyses as a study declares them, against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter
from statsmodels.miscmodels.ordinal_model import OrderedModel

from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.contracts import Cohort, conform, empty
from hematotox.declarations.study.plan import Plan, PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.study import AnyAnalysis
from hematotox.stats.binary.proportional_odds import proportional_odds

HERE = Path(__file__).parent
ITERATIVE, PROFILE, TAIL = 1e-8, 1e-7, 1e-6
"""Logistic and Cox; profile limits and Fine-Gray; p-values far out."""
SETS = ("asah", "bmt", "mgus2", "rotterdam")
ENDPOINTS = {
    "asah": {"logistic": "poor"},
    "bmt": {"logistic": "fail365", "cox": ("time", "status"), "fine_gray": ("time", "event")},
    "mgus2": {"logistic": "dead60", "cox": ("futime", "death"), "fine_gray": ("time", "event")},
    "rotterdam": {"logistic": "rec3", "cox": ("time", "status"), "fine_gray": ("time", "event")},
}


ENDPOINT_OF = {
    "describe": "logistic",
    "kaplan_meier": "cox",
    "log_rank": "cox",
    "cumulative_incidence": "fine_gray",
    "roc": "logistic",
}


def read_data(name):
    with (HERE / "data" / f"ev_{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def read_checks(name):
    content = json.loads((HERE / "expected" / f"ev_{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


DATA = {name: pd.DataFrame(read_data(name), dtype=str) for name in SETS}
R = {name: read_checks(name) for name in SETS}


def study(name, method, categories=(), ordered=()):
    """Return cohort and variables of a data set; `method` says which endpoint it has."""
    data = DATA[name]
    patients = pd.DataFrame({"patient_id": "a/" + data["id"].str.zfill(4), "centre": "a"})
    status = ordered or ENDPOINTS[name][method]
    time = data[status[0]] if isinstance(status, tuple) else None
    status = status[1] if isinstance(status, tuple) else status
    population = pd.concat([patients, data.drop(columns="id")], axis=1)
    population = population.assign(source="real", included=True, reason="")
    endpoints = patients[["patient_id"]].assign(
        endpoint="y",
        time=pd.to_numeric(time) if time is not None else None,
        status=pd.to_numeric(data[status]),
        evaluable=True,
        reason="",
        decided_by="",
    )
    cohort = Cohort(
        population=conform("population", population),
        endpoints=conform("endpoints", endpoints),
        **{table: empty(table) for table in ("attrition", "baseline", "grades", "scores")},
    )
    variables = {"centre": PlannedVariable(type="category")}
    for column in data.columns:
        levels = tuple(sorted(set(data[column]) - {""})) if column in categories else ()
        kind = "category" if levels else "number"
        variables[column] = PlannedVariable(type=kind, levels=levels)
    kind = "time_to_event" if time is not None else "binary"
    return cohort, variables, {"y": PlannedEndpoint(type=kind, causes=("event", "competing"))}


def rows(name, analysis, *, categories=(), inference="wald"):
    """Return the rows of one analysis of a data set."""
    method = analysis["method"]
    cohort, variables, endpoints = study(name, ENDPOINT_OF.get(method, method), categories)
    endpoint = {} if method == "describe" else {"endpoint": "y"}
    read = TypeAdapter(AnyAnalysis).validate_python({**endpoint, **analysis})
    plan = Plan(
        study="reference",
        analyses={"a": read},
        variables=variables,
        endpoints=endpoints,
        inference=inference,
        seed=1,
        bootstrap_replicates=20,
    )
    return estimate_analysis(prepare(cohort, plan), "a")


def close(ours, theirs, rel=ITERATIVE, abs=1e-12):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel, atol=abs)


NUMBERS = {"est": "estimate", "se": "std_error", "lower": "conf_low", "upper": "conf_high"}

# --- interaction ----------------------------------------------------------------------------------

INTERACTIONS = {
    ("asah", "interaction_logistic_high_female"): ("logistic", "high", "female", ()),
    ("bmt", "interaction_logistic_cmv_group"): ("logistic", "cmv", "group", ()),
    ("bmt", "interaction_cox_male_group"): ("cox", "male", "group", ()),
    ("bmt", "interaction_finegray_fab_male"): ("fine_gray", "fab", "male", ()),
    ("mgus2", "interaction_logistic_high_age3"): ("logistic", "high", "age3", ()),
    ("mgus2", "interaction_cox_high_age3"): ("cox", "high", "age3", ()),
    ("mgus2", "interaction_finegray_spike_high_age3"): ("fine_gray", "spike_high", "age3", ()),
    ("mgus2", "interaction_finegray_spike_high_male"): (
        "fine_gray",
        "spike_high",
        "male",
        ("age",),
    ),
    ("mgus2", "interaction_cox_high_male"): ("cox", "high", "male", ("year",)),
    ("rotterdam", "interaction_logistic_grade3_nodes3"): (
        "logistic",
        "grade3",
        "nodes3",
        ("age",),
    ),
    ("rotterdam", "interaction_cox_meno_nodes3"): ("cox", "meno", "nodes3", ("age", "grade3")),
}


@pytest.mark.parametrize(("name", "check"), INTERACTIONS)
def test_interaction(name, check):
    method, exposure, subgroup, covariates = INTERACTIONS[name, check]
    expected = R[name][check]
    analysis = {
        "method": method,
        "exposure": exposure,
        "interaction": subgroup,
        "covariates": covariates,
    }
    found = rows(name, analysis, categories=(exposure, subgroup))
    found = found[found["method"] == method]
    rel = PROFILE if method == "fine_gray" else ITERATIVE
    effects = found[found["estimand"].str.endswith(("odds_ratio", "hazard_ratio"))]
    for level, theirs in expected["subgroup_from_model"].items():
        ours = effects[effects["subgroup"] == f"{subgroup}={level}"].iloc[0]
        close([ours[NUMBERS[key]] for key in NUMBERS], [theirs[key] for key in NUMBERS], rel)
        close(ours["p_value"], theirs["p"], TAIL)
        separate = expected["subgroup_separate_models"][level]
        assert (ours["n"], ours["n_event"]) == (separate["n"], separate["events"])
    ratios = found[found["estimand"] == "log_ratio_of_ratios"]
    for theirs in expected["ratio_of_ratios"]:
        ours = ratios[ratios["subgroup"] == f"{subgroup}={theirs['level']}"].iloc[0]
        close([ours[NUMBERS[key]] for key in NUMBERS], [theirs[key] for key in NUMBERS], rel)
        close(ours["p_value"], theirs["p"], TAIL)
        assert ours["comparator"] == expected["reference"]
    test = found[(found["estimand"] == "hypothesis_test") & (found["comparator"] == subgroup)]
    assert test["test"].tolist() == ["wald"]
    close(test["statistic"].iloc[0], expected["wald_chisq"], rel)
    close(test["p_value"].iloc[0], expected["wald_p"], TAIL)
    assert test["df"].iloc[0] == expected["wald_df"]
    if "lr_chisq" in expected:
        found = rows(name, analysis, categories=(exposure, subgroup), inference="profile")
        test = found[(found["estimand"] == "hypothesis_test") & (found["comparator"] == subgroup)]
        assert test["test"].tolist() == ["likelihood ratio"]
        close(test["statistic"].iloc[0], expected["lr_chisq"])
        close(test["p_value"].iloc[0], expected["lr_p"], TAIL)


# --- limits and P of one method -------------------------------------------------------------------

ADJUSTED = {
    "asah": ("age", "female"),
    "bmt": ("age", "male"),
    "mgus2": ("male", "year"),
    "rotterdam": ("grade3", "age"),
}
EXPOSURE = {"asah": "high", "bmt": "fab", "mgus2": "high", "rotterdam": "hormon"}
KINDS = (
    "profile_logistic_unadjusted",
    "profile_logistic_adjusted",
    "profile_cox_unadjusted",
    "profile_cox_adjusted",
)
PROFILES = [(name, check) for name in SETS for check in KINDS if check in R[name]]


@pytest.mark.parametrize(("name", "check"), PROFILES)
def test_profile_limits_stand_beside_likelihood_ratio_tests(name, check):
    _, method, adjusted = check.split("_")
    covariates = ADJUSTED[name] if adjusted == "adjusted" else ()
    analysis = {"method": method, "exposure": EXPOSURE[name], "covariates": covariates}
    found = rows(name, analysis, inference="profile")
    found = found[found["conf_method"] != ""].set_index("term")
    wald = rows(name, analysis)
    wald = wald[(wald["estimand"] != "concordance") & (wald["conf_method"] != "")]
    wald = wald.set_index("term")
    for term, theirs in R[name][check].items():
        ours = found.loc[term]
        close([ours["estimate"], ours["std_error"]], [theirs["est"], theirs["se"]])
        close([ours["conf_low"], ours["conf_high"]], [theirs["lower"], theirs["upper"]], PROFILE)
        close(ours["statistic"], theirs["lr_chisq"])
        close(ours["p_value"], theirs["lr_p"], TAIL)
        assert (ours["conf_method"], ours["test"]) == ("profile", "likelihood ratio")
        close(wald.loc[term, "p_value"], theirs["wald_p"], TAIL)
        assert (wald.loc[term, "conf_method"], wald.loc[term, "test"]) == ("wald", "wald")


# --- factors as a whole ---------------------------------------------------------------------------

FACTORS = {
    ("asah", "global_p_wfns3"): ("age",),
    ("bmt", "global_p_group"): ("age", "fab"),
    ("bmt", "global_p_hospital"): (),
    ("mgus2", "global_p_age3"): ("male", "hgb"),
    ("rotterdam", "global_p_size"): ("nodes", "grade3"),
}


@pytest.mark.parametrize(
    ("name", "check", "method"),
    [
        (name, check, method)
        for name, check in FACTORS
        for method in ("logistic", "cox", "fine_gray")
        if method.replace("_", "") in R[name][check]
    ],
)
def test_factor_as_a_whole(name, check, method):
    expected = R[name][check][method.replace("_", "")]
    factor = check.removeprefix("global_p_")
    analysis = {
        "method": method,
        "exposure": factor,
        "covariates": FACTORS[name, check],
        "global_p": True,
    }
    for inference, key in (("wald", "wald"), ("profile", "lr")):
        if f"{key}_chisq" not in expected:
            continue
        found = rows(name, analysis, categories=(factor,), inference=inference)
        found = found[(found["method"] == method) & (found["term"] == factor)]
        test = found[found["test"].isin(["wald", "likelihood ratio"]) & (found["group"] == "")]
        test = test.iloc[0]
        close(test["statistic"], expected[f"{key}_chisq"], PROFILE)
        close(test["p_value"], expected[f"{key}_p"], TAIL)
        assert test["df"] == expected["df"]


# --- standardised differences ---------------------------------------------------------------------

BY = {"asah": "poor", "bmt": "fab", "mgus2": "high", "rotterdam": "chemo"}
SMDS = [(name, check) for name in SETS for check in R[name] if check.startswith("smd_")]


@pytest.mark.parametrize(("name", "check"), SMDS)
def test_standardised_difference(name, check):
    expected = R[name][check]
    variable, _, groups = check.removeprefix("smd_").partition("_by_")
    groups = groups or BY[name]
    numbers = {"age", "s100b", "ndka", "donor_age", "wait", "hgb", "creat", "mspike", "nodes"}
    categories = (groups,) if variable in (*numbers, "lpgr") else (groups, variable)
    describe = {"method": "describe", "variables": [variable], "groups": groups}
    found = rows(name, {**describe, "standardised": True}, categories=categories)
    found = found[found["estimand"] == "standardised_difference"].set_index("reference")
    ours = found.loc[""]
    if "pairs" in expected:
        close(ours["estimate"], expected["mean_absolute"])
    else:
        keys = {"estimate": "smd", "std_error": "se", "conf_low": "lower", "conf_high": "upper"}
        close([ours[key] for key in keys], [expected[key] for key in keys.values()])
        assert ours["n"] == expected["n1"] + expected["n0"]


def test_subdistribution_hazards_of_a_study():
    """The test itself is compared with R in test_competing_risks; here that a study reaches it."""
    analysis = {"method": "fine_gray", "exposure": "high", "proportional": True}
    found = rows("mgus2", analysis)
    found = found[(found["method"] == "fine_gray") & (found["test"] == "schoenfeld")]
    assert found["term"].tolist() == ["high", "GLOBAL"]
    assert 0 < found["p_value"].iloc[0] < 0.01  # R: .001 with the weights taken as known


# --- differences at times, weighted log-rank, proportional subdistribution hazards ----------------

AT = {"bmt": "fab", "mgus2": "high", "rotterdam": "high"}


@pytest.mark.parametrize(
    ("name", "check"),
    [(n, c) for n in AT for c in ("survival_difference", "cif_difference") if c in R[n]],
)
def test_difference_at_a_time(name, check):
    survival = check == "survival_difference"
    method = "kaplan_meier" if survival else "cumulative_incidence"
    exposure = AT[name]
    times = [one["time"] for one in R[name][check]]
    analysis = {"method": method, "exposure": exposure, "times": times, "differences": True}
    found = rows(name, analysis, categories=(exposure,))
    for theirs in R[name][check]:
        here = found[(found["time"] == theirs["time"]) & (found["comparator"] != "")]
        plain, scaled = here.set_index("test").loc["wald"], here.set_index("test").loc["log-log"]
        close([plain[NUMBERS[key]] for key in NUMBERS], [theirs[key] for key in NUMBERS])
        close(plain["p_value"], theirs["p"], TAIL)
        if survival:
            close(scaled["statistic"], theirs["loglog_test"]["chisq"])
            close(scaled["p_value"], theirs["loglog_test"]["p"], TAIL)
        elif theirs["cloglog_chisq"] is not None:
            close(scaled["statistic"], theirs["cloglog_chisq"])
            close(scaled["p_value"], theirs["cloglog_p"], TAIL)


WEIGHTED = {"bmt": "fab", "mgus2": "high", "rotterdam": "hormon"}


@pytest.mark.parametrize("name", WEIGHTED)
def test_weighted_log_rank(name):
    for theirs in R[name]["fleming_harrington"]:
        exposure = WEIGHTED[name]
        weights = (theirs["rho"], theirs["gamma"])
        analysis = {"method": "log_rank", "exposure": exposure, "weights": weights}
        found = rows(name, analysis, categories=(exposure,))
        found = found[found["estimand"] == "hypothesis_test"].iloc[0]
        close(found["statistic"], theirs["chisq"])
        close(found["p_value"], theirs["p"], TAIL)


# --- precision ------------------------------------------------------------------------------------

PRECISION = [(name, c) for name in SETS for c in ("precision_required",) if c in R[name]]
MARKER = {"asah": "risk", "bmt": "risk365", "mgus2": "risk60", "rotterdam": "risk3y"}


@pytest.mark.parametrize(("name", "check"), PRECISION)
def test_patients_needed(name, check):
    expected, reached = R[name][check], R[name]["precision_achieved"]
    analysis = {"method": "roc", "marker": MARKER[name], "precision": True}
    found = rows(name, analysis).set_index("estimand")["estimate"]
    close(found["auc"], expected["c"])
    close(found["auc_width"], reached["c_width_delong"])
    assert found["patients_for_auc"] == expected["c_n"]
    assert found["patients_for_observed_expected"] == expected["oe_n"]
    assert found["patients_for_sensitivity"] == expected["n_for_sensitivity"]
    assert found["patients_for_specificity"] == expected["n_for_specificity"]


# --- proportional odds ----------------------------------------------------------------------------

ORDINAL = {
    ("asah", "proportional_odds_gos6"): ("gos6", ("wfns", "age", "female")),
    ("rotterdam", "proportional_odds_size"): ("size", ("age", "grade3", "lpgr")),
}


@pytest.mark.parametrize(("name", "check"), ORDINAL)
def test_proportional_odds(name, check):
    grade, covariates = ORDINAL[name, check]
    expected, data = R[name][check], DATA[name].apply(pd.to_numeric)
    matrix = data[[*covariates]].to_numpy(dtype=float)
    model = proportional_odds(grade=data[grade], covariates=matrix)
    of_each = {"estimate": "est", "std_error": "se", "conf_low": "lower", "conf_high": "upper"}
    for ours, theirs in of_each.items():
        close(getattr(model, ours), [term[theirs] for term in expected["terms"]], 1e-6)
    close(model.p_value, [term["p"] for term in expected["terms"]], TAIL)
    close(model.log_likelihood, expected["loglik"])
    omnibus = expected["brant"]["omnibus"]
    close(model.brant_statistic, omnibus["chisq"])
    close(model.brant_p_value, omnibus["p"], TAIL)
    assert model.brant_df == omnibus["df"]
    at_cuts = [one.estimate[1:] for one in model.at_cuts]
    close(at_cuts, expected["brant"]["binary_coefficients"])
    opinion = OrderedModel(data[grade], matrix, distr="logit").fit(method="bfgs", disp=0)
    close(model.estimate, opinion.params[: len(covariates)], 1e-3)


# --- splines --------------------------------------------------------------------------------------

BESIDE = {
    ("bmt", "cox"): (),
    ("bmt", "logistic"): ("fab",),
    ("bmt", "finegray"): (),
    ("asah", "logistic"): (),
    ("mgus2", "cox"): ("age", "male"),
    ("mgus2", "logistic"): (),
    ("mgus2", "finegray"): ("mspike",),
    ("rotterdam", "cox"): ("nodes", "grade3"),
    ("rotterdam", "logistic"): ("age",),
}
SPLINES = [(name, check) for name in SETS for check in R[name] if check.startswith("rcs_")]


@pytest.mark.parametrize(("name", "check"), SPLINES)
def test_spline(name, check, monkeypatch):
    expected = R[name][check]
    _, kind, exposure, knots = check.split("_")
    method = kind.replace("finegray", "fine_gray")
    grid, first = np.unique(expected["grid"], return_index=True)
    monkeypatch.setattr(np, "linspace", lambda *_: grid)
    analysis = {
        "method": method,
        "exposure": exposure,
        "covariates": BESIDE[name, kind],
        "spline": int(knots[0]),
    }
    for inference, which in (("wald", "wald"), ("profile", "lr")):
        if f"overall_{which}" not in expected:
            continue
        found = rows(name, analysis, inference=inference)
        found = found[found["method"] == method]
        close(found[found["estimand"] == "knot"]["estimate"], expected["knots"])
        tests = found[(found["estimand"] == "hypothesis_test") & (found["term"] == exposure)]
        tests = tests.set_index("comparator")
        for comparator, part in (("", "overall"), ("curved", "nonlinear")):
            theirs = expected[f"{part}_{which}"]
            close(tests.loc[comparator, "statistic"], theirs["chisq"], PROFILE)
            close(tests.loc[comparator, "p_value"], theirs["p"], TAIL)
            assert tests.loc[comparator, "df"] == theirs["df"]
        curve = found[found["estimand"] == "log_ratio_curve"]
        close(curve["reference"].astype(float), [expected["reference"]] * len(curve), 1e-9)
        close(curve["estimate"], np.array(expected["log_ratio"])[first], PROFILE, 1e-9)
        close(curve["std_error"], np.array(expected["log_ratio_se"])[first], PROFILE, 1e-9)


OTHERS = json.loads((HERE / "expected" / "compared_elsewhere.json").read_text(encoding="utf-8"))
"""Checks of the same files that other modules compare, or that wait for their method."""


@pytest.mark.parametrize("name", ["ev_asah", "ev_bmt", "ev_rotterdam"])
def test_every_check_has_its_test(name):
    source = Path(__file__).read_text(encoding="utf-8").split("OTHERS = ")[0]
    here = read_checks(name.removeprefix("ev_"))
    named = {
        check for check in here if f'"{check}"' in source or check.startswith(("smd_", "rcs_"))
    }
    assert set(R[name.removeprefix("ev_")]) - named - set(OTHERS.get(name, ())) == set()
