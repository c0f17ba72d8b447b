"""Every estimate of the study bmt_example against R.

The study runs as a user runs it, from the table and the study file; nothing is computed here.
`expected/bmt_example.csv` has R's value for every row that counts or estimates something
(`r/bmt_example.R`), `expected/bmt.json` further checks by another hand.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hematotox.analysis import collect, estimate
from hematotox.cohort.entry import enter
from hematotox.declarations.study.plan import Plan
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE

CHECKS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "expected" / "bmt.json").read_text(encoding="utf-8")
)["checks"]
CLOSED_FORM = 1e-12
ITERATIVE = 1e-8
TAIL = 1e-6
FAB = {"0": "other", "1": "m4_m5"}
DISEASE = {"1": "all", "2": "aml_low", "3": "aml_high"}
LIMITS = {"lower": "conf_low", "upper": "conf_high"}


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    run = read_catalogue({"studies": ["bmt_example"]}, run_folder=CLONE)
    plan = Plan.model_validate_json(run.plan_section("bmt_example"))
    content = (CLONE / "config" / "data" / "bmt.csv").read_bytes()
    cohort = enter(content, run.studies["bmt_example"], source="real")
    assert cohort.findings.empty
    return collect(list(estimate(cohort, plan).values()))


def pick(estimates: pd.DataFrame, **where: Any) -> pd.DataFrame:
    """Return the rows with these values; a check without a row fails."""
    chosen = estimates
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen), f"no row of estimates with {where}"
    return chosen


def one(estimates: pd.DataFrame, **where: Any) -> pd.Series:
    chosen = pick(estimates, **where)
    assert len(chosen) == 1, f"{len(chosen)} rows of estimates with {where}"
    return chosen.iloc[0]


def close(found: Any, expected: Any, tolerance: float) -> None:
    """Compare numbers; R's NA is an empty cell."""
    wanted = np.array(np.atleast_1d(expected), dtype=object)
    wanted = np.array([np.nan if v in (None, "NA") else float(v) for v in wanted.ravel()])
    got = np.asarray(found, dtype=float).ravel()
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=1e-15)


# --- survival ----------------------------------------------------------------------------------


def km_overall(e: pd.DataFrame, v: Any, analysis: str) -> None:
    at = pick(e, analysis=analysis, estimand="survival")
    close(at["time"], v["times"], 0)
    close(at["estimate"], v["surv"], CLOSED_FORM)
    close(at["std_error"], v["se"], CLOSED_FORM)
    close(at["conf_low"], v["lower"], CLOSED_FORM)
    close(at["conf_high"], v["upper"], CLOSED_FORM)
    close(at["n_at_risk"], v["n_risk"], 0)
    quartiles = pick(e, analysis=analysis, estimand="survival_time_quantile")
    close(quartiles["estimate"], v["quartiles"], CLOSED_FORM)
    close(quartiles["conf_low"], v["quartiles_lower"], CLOSED_FORM)
    close(quartiles["conf_high"], v["quartiles_upper"], CLOSED_FORM)


def km_by_group(e: pd.DataFrame, v: Any, analysis: str, levels: dict[str, str]) -> None:
    groups = [levels[name.split("=")[1]] for name in v["strata"]]
    at = pick(e, analysis=analysis, estimand="survival")
    assert at["group"].tolist() == groups
    close(at["time"], v["time"], 0)
    close(at["estimate"], v["surv"], CLOSED_FORM)
    close(at["conf_low"], v["lower"], CLOSED_FORM)
    close(at["conf_high"], v["upper"], CLOSED_FORM)
    close(at["n_at_risk"], v["n_risk"], 0)
    median = pick(e, analysis=analysis, estimand="survival_time_quantile", term="0.5")
    close(median["estimate"], v["median"], CLOSED_FORM)
    close(median["conf_low"], v["median_lower"], CLOSED_FORM)
    close(median["conf_high"], v["median_upper"], CLOSED_FORM)


def follow_up(e: pd.DataFrame, v: Any) -> None:
    row = one(e, analysis="follow_up", estimand="survival_time_quantile")
    close(row[["estimate", "conf_low", "conf_high"]], [v["median"], v["lower"], v["upper"]], 1e-12)


def log_rank(e: pd.DataFrame, v: Any, analysis: str) -> None:
    row = one(e, analysis=analysis, test="log-rank")
    close(row["statistic"], v["chisq"], CLOSED_FORM)
    close(row["df"], v["df"], 0)
    close(row["p_value"], v["p"], TAIL)


def rmst(e: pd.DataFrame, v: Any, analysis: str, levels: dict[str, str]) -> None:
    rows = pick(e, analysis=analysis, estimand="restricted_mean_survival_time")
    assert rows["group"].tolist() == [levels[name.split("=")[1]] for name in v["strata"]]
    assert set(rows["time"]) == {v["tau"]}
    close(rows["estimate"], v["rmst"], CLOSED_FORM)
    close(rows["std_error"], v["se"], CLOSED_FORM)


TERMS = {
    "fab": ("fab", "m4_m5"),
    "group_f2": ("disease_group", "aml_low"),
    "group_f3": ("disease_group", "aml_high"),
    "age": ("age", ""),
    "donor_age": ("donor_age", ""),
}
EFFECTS = {"cox": "log_hazard_ratio", "cause_specific_cox": "log_hazard_ratio"}


def effects(e: pd.DataFrame, v: Any, analysis: str, method: str) -> pd.DataFrame:
    """Coefficients of a model, in R's order, compared in everything that the check has."""
    estimand = EFFECTS.get(method, "log_subdistribution_hazard_ratio")
    rows = pick(e, analysis=analysis, method=method, estimand=estimand)
    names = np.atleast_1d(v["terms"]).tolist()
    assert list(zip(rows["term"], rows["group"], strict=True)) == [TERMS[n] for n in names]
    # Where the check says that crr stopped before it converged, its numbers are only as good as
    # its last step; the converged coefficients are compared at 1e-8 in `finegray_cluster`.
    tolerance = ITERATIVE if v.get("converged", True) else 1e-6
    close(rows["estimate"], v["coef"], tolerance)
    if "se" in v:
        close(rows["std_error"], v["se"], tolerance)
    if "robust_se" in v:
        assert set(rows["conf_method"]) == {"robust"}
        close(rows["std_error"], v["robust_se"], ITERATIVE)
    if "p" in v:
        close(rows["p_value"], v["p"], TAIL)
    for ratio in ("hr", "shr"):
        if ratio in v:
            close(np.exp(rows["estimate"]), v[ratio], ITERATIVE)
    for theirs, ours in LIMITS.items():
        if theirs in v:
            close(np.exp(rows[ours]), v[theirs], ITERATIVE)
    if "n" in v:
        assert set(rows["n"]) == {v["n"]}
    if "n_event" in v:
        assert set(rows["n_event"]) == {v["n_event"]}
    return rows


def cox(e: pd.DataFrame, v: Any, analysis: str) -> None:
    effects(e, v, analysis, "cox")
    if "loglik" not in v:
        return
    loglik = pick(e, analysis=analysis, estimand="log_likelihood")
    close(loglik["estimate"], v["loglik"], ITERATIVE)
    for name in ("likelihood ratio", "wald", "score"):
        key = {"likelihood ratio": "lr_chisq"}.get(name, f"{name}_chisq")
        row = one(e, analysis=analysis, term="model", test=name, estimand="hypothesis_test")
        close(row["statistic"], v[key], ITERATIVE)
    c = one(e, analysis=analysis, estimand="concordance")
    close([c["estimate"], c["std_error"]], [v["concordance"], v["concordance_se"]], CLOSED_FORM)
    zph = pick(e, analysis=analysis, test="schoenfeld")
    names = ["disease_group" if n == "group_f" else n for n in v["zph_rows"]]
    assert zph["term"].tolist() == names
    close(zph["statistic"], v["zph_chisq"], ITERATIVE)
    close(zph["df"], v["zph_df"], 0)
    close(zph["p_value"], v["zph_p"], TAIL)


# --- competing risks ---------------------------------------------------------------------------


def fine_gray(e: pd.DataFrame, v: Any, analysis: str) -> None:
    effects(e, v, analysis, "fine_gray")
    for key, term in (("loglik", "model"), ("loglik_null", "null")):
        if key in v:
            row = one(
                e, analysis=analysis, method="fine_gray", estimand="log_likelihood", term=term
            )
            close(row["estimate"], v[key], ITERATIVE)


def predicted(e: pd.DataFrame, v: Any, analysis: str) -> None:
    rows = pick(e, analysis=analysis, estimand="predicted_cumulative_incidence")
    close(rows["time"], v["times"], 0)
    close(rows["estimate"], v["cif"], ITERATIVE)


CAUSES = {"1": "relapse", "2": "death_in_remission"}
PLATELET_CAUSES = {"1": "platelet_recovery", "2": "death_before_recovery"}


def aj_overall(e: pd.DataFrame, v: Any) -> None:
    for code, cause in CAUSES.items():
        rows = pick(e, analysis="relapse_incidence", estimand="cumulative_incidence", term=cause)
        close(rows["time"], v["times"], 0)
        close(rows["estimate"], v[f"est_cause{code}"], CLOSED_FORM)
        close(rows["std_error"] ** 2, v[f"var_cause{code}"], CLOSED_FORM)


def aj_jackknife(e: pd.DataFrame, v: Any) -> None:
    analysis = "relapse_incidence_jackknife"
    rows = pick(e, analysis=analysis, estimand="cumulative_incidence", term="relapse")
    close(rows["estimate"], v["est_cause1"], CLOSED_FORM)
    close(rows["std_error"], v["se_cause1"], CLOSED_FORM)
    close(rows["conf_low"], v["lower"], CLOSED_FORM)
    close(rows["conf_high"], v["upper"], CLOSED_FORM)


def aj_by_group(e: pd.DataFrame, v: Any, analysis: str, levels: dict[str, str]) -> None:
    for i, curve in enumerate(v["curves"]):
        level, cause = curve.split(" ")
        rows = pick(
            e,
            analysis=analysis,
            estimand="cumulative_incidence",
            group=levels[level],
            term=CAUSES[cause],
        )
        close(rows["estimate"], v["est"][i], CLOSED_FORM)
        close(rows["std_error"] ** 2, v["var"][i], CLOSED_FORM)
        close(rows["conf_low"], v["loglog"][i]["lower"], CLOSED_FORM)
        close(rows["conf_high"], v["loglog"][i]["upper"], CLOSED_FORM)


def gray(e: pd.DataFrame, v: Any, analysis: str, causes: dict[str, str] = CAUSES) -> None:
    rows = pick(e, analysis=analysis, test="gray")
    assert rows["term"].tolist() == [causes[c] for c in v["cause"]]
    close(rows["statistic"], v["stat"], CLOSED_FORM)
    close(rows["p_value"], v["p"], TAIL)
    if "df" in v:
        close(rows["df"], v["df"], 0)


def platelet_recovery(e: pd.DataFrame, v: Any) -> None:
    rows = pick(
        e, analysis="platelet_recovery", estimand="cumulative_incidence", term="platelet_recovery"
    )
    close(rows["time"], v["times"], 0)
    close(rows["estimate"], v["est"], CLOSED_FORM)
    close(rows["std_error"] ** 2, v["var"], CLOSED_FORM)


# --- description -------------------------------------------------------------------------------


def kruskal(e: pd.DataFrame, v: Any, variable: str) -> None:
    row = one(e, analysis="characteristics", term=variable, test="kruskal-wallis")
    close(row["statistic"], v["stat"], CLOSED_FORM)
    close(row["df"], v["df"], 0)
    close(row["p_value"], v["p"], TAIL)
    for code, quartiles in v["quartiles"].items():
        group = pick(e, analysis="characteristics", term=variable, group=DISEASE[code])
        found = [
            one(group, estimand="median" if q == "0.5" else "quantile", reference=q)["estimate"]
            for q in ("0.25", "0.5", "0.75")
        ]
        close(found, quartiles, CLOSED_FORM)


def fisher(e: pd.DataFrame, v: Any, variable: str, levels: dict[str, str]) -> None:
    row = one(e, analysis="characteristics", term=variable, test="fisher")
    close(row["p_value"], v["p_fisher"], TAIL)
    row = one(e, analysis="characteristics", term=variable, test="chi-squared")
    close(row["p_value"], v["p_chisq"], TAIL)
    for code, counts in zip(v["levels"], v["counts"], strict=True):
        for group, count in counts.items():
            found = one(
                e,
                analysis="characteristics",
                term=variable,
                group=DISEASE[group],
                reference=levels[code],
                estimand="count",
            )
            assert found["estimate"] == count


Comparison = Callable[[pd.DataFrame, Any], None]
HOSPITALS = {str(i): str(i) for i in range(1, 5)}
KM = {"log-log": "", "log": "_log", "plain": "_plain"}

COMPARED: dict[str, Comparison] = {
    "aj_overall": aj_overall,
    "aj_overall_survfit": aj_jackknife,
    "aj_by_group": lambda e, v: aj_by_group(e, v, "relapse_by_fab", FAB),
    "gray_test": lambda e, v: gray(e, v, "gray_by_fab"),
    "gray_test_stratified": lambda e, v: gray(e, v, "gray_by_fab_stratified"),
    "finegray_univariable_fab": lambda e, v: fine_gray(e, v, "fine_gray_fab"),
    "finegray_univariable_age": lambda e, v: fine_gray(e, v, "fine_gray_age"),
    "finegray_univariable_donor_age": lambda e, v: fine_gray(e, v, "fine_gray_donor_age"),
    "finegray_multivariable": lambda e, v: fine_gray(e, v, "fine_gray_fab_adjusted"),
    "finegray_predicted_cif": lambda e, v: predicted(e, v, "fine_gray_fab_adjusted"),
    "finegray_cluster": lambda e, v: fine_gray(e, v, "fine_gray_fab_clustered"),
    "finegray_cengroup": lambda e, v: fine_gray(e, v, "fine_gray_fab_censoring_by_centre"),
    "cause_specific_cox": lambda e, v: effects(
        e, v, "fine_gray_fab_adjusted", "cause_specific_cox"
    ),
    "dfs_km_by_group": lambda e, v: km_by_group(e, v, "survival_by_fab", FAB),
    "dfs_followup_reverse_km": follow_up,
    "dfs_logrank": lambda e, v: log_rank(e, v, "log_rank_by_fab"),
    "dfs_logrank_stratified": lambda e, v: log_rank(e, v, "log_rank_by_fab_stratified"),
    "dfs_cox_univariable": lambda e, v: cox(e, v, "cox_fab"),
    "dfs_cox_multivariable": lambda e, v: cox(e, v, "cox_fab_adjusted"),
    "dfs_cox_stratified": lambda e, v: cox(e, v, "cox_fab_stratified"),
    "dfs_cox_cluster_robust": lambda e, v: cox(e, v, "cox_fab_clustered"),
    "dfs_rmst_by_group": lambda e, v: rmst(e, v, "restricted_mean_by_fab", FAB),
    "dfs_by_disease_km_by_group": lambda e, v: km_by_group(
        e, v, "survival_by_disease_group", DISEASE
    ),
    "dfs_by_disease_followup_reverse_km": follow_up,
    "dfs_by_disease_logrank": lambda e, v: log_rank(e, v, "log_rank_by_disease_group"),
    "dfs_by_disease_cox_univariable": lambda e, v: cox(e, v, "cox_disease_group"),
    "dfs_by_disease_cox_multivariable": lambda e, v: cox(e, v, "cox_disease_group_adjusted"),
    "dfs_by_disease_rmst_by_group": lambda e, v: rmst(
        e, v, "restricted_mean_by_disease_group", DISEASE
    ),
    "by_disease_aj_overall": aj_overall,
    "by_disease_aj_overall_survfit": aj_jackknife,
    "by_disease_aj_by_group": lambda e, v: aj_by_group(e, v, "relapse_by_disease_group", DISEASE),
    "by_disease_gray_test": lambda e, v: gray(e, v, "gray_by_disease_group"),
    "by_disease_finegray_univariable_group_f": lambda e, v: fine_gray(
        e, v, "fine_gray_disease_group"
    ),
    "by_disease_finegray_univariable_age": lambda e, v: fine_gray(e, v, "fine_gray_age"),
    "by_disease_finegray_univariable_donor_age": lambda e, v: fine_gray(
        e, v, "fine_gray_donor_age"
    ),
    "by_disease_finegray_multivariable": lambda e, v: fine_gray(
        e, v, "fine_gray_disease_group_adjusted"
    ),
    "by_disease_finegray_predicted_cif": lambda e, v: predicted(
        e, v, "fine_gray_disease_group_adjusted"
    ),
    "by_disease_cause_specific_cox": lambda e, v: effects(
        e, v, "fine_gray_disease_group_adjusted", "cause_specific_cox"
    ),
    "platelet_recovery": platelet_recovery,
    "platelet_recovery_gray": lambda e, v: gray(e, v, "gray_platelet_recovery", PLATELET_CAUSES),
    "kruskal_age": lambda e, v: kruskal(e, v, "age"),
    "kruskal_donor_age": lambda e, v: kruskal(e, v, "donor_age"),
    "kruskal_wait": lambda e, v: kruskal(e, v, "wait"),
    "fisher_fab": lambda e, v: fisher(e, v, "fab", FAB),
    "fisher_hospital": lambda e, v: fisher(e, v, "centre", HOSPITALS),
}
for prefix in ("dfs", "dfs_by_disease"):
    for conf_type, ending in KM.items():
        COMPARED[f"{prefix}_km_overall_{conf_type}"] = lambda e, v, ending=ending: km_overall(
            e, v, f"disease_free_survival{ending}"
        )


@pytest.mark.parametrize("name", CHECKS)
def test_estimates_equal_r(name: str, estimates: pd.DataFrame) -> None:
    assert name in COMPARED, f"the check {name} has no counterpart in the estimates"
    COMPARED[name](estimates, CHECKS[name]["value"])


# --- every row -----------------------------------------------------------------------------------

KEY = ["analysis", "method", "group", "term", "reference", "estimand", "test", "time"]
FLOW = ("attrition", "evaluability")
"""Rows that say who is analysed: no method of R; `tests/unit/test_checks.py` counts them again."""
FITTED = ("cox", "cause_specific_cox", "fine_gray")
"""Methods that iterate. The other numbers are closed forms."""
ONE_MINUS = 1e-11
"""For log-log limits: the logarithm of an estimate near 1 loses a digit, in R as here."""


@pytest.fixture(scope="module")
def rows_of_r() -> pd.DataFrame:
    path = Path(__file__).parent / "expected" / "bmt_example.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table.assign(time=pd.to_numeric(table["time"])).set_index(KEY).sort_index()


@pytest.fixture(scope="module")
def rows_of_ours(estimates) -> pd.DataFrame:
    counted = estimates[~estimates["method"].isin(FLOW)]
    # a curve starts before its first event, also where that is on day 0: R has one row for both
    return counted.drop_duplicates(KEY, keep="last").set_index(KEY).sort_index()


def test_r_has_every_row_and_no_other(rows_of_ours, rows_of_r) -> None:
    assert rows_of_r.index.is_unique
    assert rows_of_ours.index.difference(rows_of_r.index).tolist() == []
    assert rows_of_r.index.difference(rows_of_ours.index).tolist() == []


@pytest.mark.parametrize(
    "column",
    ["estimate", "std_error", "conf_low", "conf_high", "statistic", "df", "p_value", "n",
     "n_event", "n_at_risk"],
)  # fmt: skip
def test_every_number_of_every_row_equals_r(column, rows_of_ours, rows_of_r) -> None:
    given = rows_of_r[column]
    given = given[given != ""].replace("NA", "nan").astype(float)
    found = rows_of_ours.loc[given.index, column].astype(float)
    method = given.index.get_level_values("method")
    tolerance = np.where(
        method.isin(FITTED), ITERATIVE, ONE_MINUS if "conf" in column else CLOSED_FORM
    )
    tolerance = np.where(column == "p_value", TAIL, tolerance)
    assert len(given) > 40
    for size in np.unique(tolerance):
        part = tolerance == size
        # a limit of a ratio is a difference of two fitted numbers: near 1 it has their error
        least = ITERATIVE if "conf" in column and size == ITERATIVE else 1e-15
        np.testing.assert_allclose(found[part], given[part], rtol=size, atol=least)
    # what R leaves empty is a number that it has no function for, not one that we forgot
    silent = rows_of_ours.loc[rows_of_r.index[rows_of_r[column] == ""], column].dropna()
    assert set(silent.index.get_level_values("estimand")) <= NO_FUNCTION_OF_R.get(column, set())


NO_FUNCTION_OF_R = {
    "conf_low": {"predicted_cumulative_incidence"},
    "conf_high": {"predicted_cumulative_incidence"},
}
"""`predict.crr` has no limits; ours are compared with the bootstrap (test_fine_gray_prediction)."""
