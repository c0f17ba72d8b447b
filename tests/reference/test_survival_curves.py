"""Kaplan-Meier, log-rank, restricted means and landmark against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.survival.kaplan_meier import kaplan_meier, reverse_kaplan_meier, survival_at
from hematotox.stats.survival.landmark import landmark_population
from hematotox.stats.survival.log_rank import log_rank
from hematotox.stats.survival.rmst import compare_rmst, rmst
from hematotox.stats.survival.survival_quantiles import quantile_with_limits

HERE = Path(__file__).parent
CLOSED = 1e-12
TAIL = 1e-6


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


BMT, MGUS2, UGLY = read_data("bmt"), read_data("mgus2"), read_data("ugly_survival")
R = read_checks("survival")

# check prefix: checks, time, event, group, stratum
COHORTS = {
    "dfs": (read_checks("bmt"), BMT["time"], BMT["status"], BMT["fab"], BMT["hospital"]),
    "dfs_by_disease": (read_checks("bmt"), BMT["time"], BMT["status"], BMT["group"], None),
    "os": (
        read_checks("mgus2"),
        MGUS2["futime"],
        MGUS2["death"],
        MGUS2["male"],
        MGUS2["decade"],
    ),
}


def close(ours, theirs, rel=CLOSED, abs=1e-15):
    np.testing.assert_allclose(
        np.atleast_1d(ours),
        np.array(np.atleast_1d(np.array(theirs, dtype=object)), dtype=float),
        rtol=rel,
        atol=abs,
    )


@pytest.mark.parametrize("conf_type", ["log-log", "log", "plain"])
@pytest.mark.parametrize("prefix", COHORTS)
def test_km_overall(prefix, conf_type):
    checks, time, event, *_ = COHORTS[prefix]
    expected = checks[f"{prefix}_km_overall_{conf_type}"]
    curve = kaplan_meier(time=time, event=event, conf_type=conf_type)
    at = survival_at(curve, expected["times"])
    close(at.survival, expected["surv"])
    close(at.std_error, expected["se"])
    close(at.conf_low, expected["lower"])
    close(at.conf_high, expected["upper"])
    close(at.n_risk, expected["n_risk"])
    quartiles = quantile_with_limits(curve)
    close(quartiles.estimate, expected["quartiles"])
    close(quartiles.conf_low, expected["quartiles_lower"])
    close(quartiles.conf_high, expected["quartiles_upper"])


@pytest.mark.parametrize("prefix", COHORTS)
def test_km_by_group(prefix):
    checks, time, event, group, _ = COHORTS[prefix]
    expected = checks[f"{prefix}_km_by_group"]
    curves = [
        kaplan_meier(time=time[group == g], event=event[group == g]) for g in np.unique(group)
    ]
    times = expected["time"][: len(expected["time"]) // len(curves)]
    at = [survival_at(curve, times) for curve in curves]
    close(np.concatenate([a.survival for a in at]), expected["surv"])
    close(np.concatenate([a.conf_low for a in at]), expected["lower"])
    close(np.concatenate([a.conf_high for a in at]), expected["upper"])
    close(np.concatenate([a.n_risk for a in at]), expected["n_risk"])
    medians = [quantile_with_limits(curve, [0.5]) for curve in curves]
    close([m.estimate[0] for m in medians], expected["median"])
    close([m.conf_low[0] for m in medians], expected["median_lower"])
    close([m.conf_high[0] for m in medians], expected["median_upper"])


@pytest.mark.parametrize("prefix", COHORTS)
def test_followup_reverse_km(prefix):
    checks, time, event, *_ = COHORTS[prefix]
    expected = checks[f"{prefix}_followup_reverse_km"]
    median = quantile_with_limits(reverse_kaplan_meier(time=time, event=event), [0.5])
    close(median.estimate, expected["median"])
    close(median.conf_low, expected["lower"])
    close(median.conf_high, expected["upper"])


@pytest.mark.parametrize("prefix", COHORTS)
def test_logrank(prefix):
    checks, time, event, group, _ = COHORTS[prefix]
    expected = checks[f"{prefix}_logrank"]
    test = log_rank(time=time, event=event, group=group)
    close(test.statistic, expected["chisq"])
    close(test.p_value, expected["p"], TAIL)
    assert test.df == expected["df"]


@pytest.mark.parametrize("prefix", ["dfs", "os"])
def test_logrank_stratified(prefix):
    checks, time, event, group, stratum = COHORTS[prefix]
    expected = checks[f"{prefix}_logrank_stratified"]
    test = log_rank(time=time, event=event, group=group, strata=stratum)
    close(test.statistic, expected["chisq"])
    close(test.p_value, expected["p"], TAIL)
    assert test.df == expected["df"]


@pytest.mark.parametrize("prefix", COHORTS)
def test_rmst_by_group(prefix):
    checks, time, event, group, _ = COHORTS[prefix]
    expected = checks[f"{prefix}_rmst_by_group"]
    result = compare_rmst(time=time, event=event, group=group, tau=expected["tau"])
    close([mean.estimate for mean in result.means], expected["rmst"])
    close([mean.std_error for mean in result.means], expected["se"])


def compare_curve(curve, expected):
    """Compare every row; R's curve has no row at time 0 unless somebody's follow-up ends there."""
    rows = slice(1 if expected["time"][0] > 0 else 0, None)
    close(curve.time[rows], expected["time"])
    close(curve.n_risk[rows], expected["n_risk"])
    close(curve.n_event[rows], expected["n_event"])
    close(curve.n_censor[rows], expected["n_censor"])
    close(curve.survival[rows], expected["surv"])
    close(curve.std_error[rows], expected["se"])
    close(curve.conf_low[rows], expected["lower"])
    close(curve.conf_high[rows], expected["upper"])
    quantiles = quantile_with_limits(curve, expected["shares"])
    close(quantiles.estimate, expected["quantile"])
    close(quantiles.conf_low, expected["quantile_lower"])
    close(quantiles.conf_high, expected["quantile_upper"])
    at = survival_at(curve, expected["at"])
    close(at.survival, expected["at_surv"])
    close(at.std_error, expected["at_se"])
    close(at.conf_low, expected["at_lower"])
    close(at.conf_high, expected["at_upper"])
    close(at.n_risk, expected["at_n_risk"])


WEIGHTS = {"ugly": None, "whole_weights": UGLY["count"], "fractional_weights": UGLY["share"]}


@pytest.mark.parametrize("conf_type", ["log-log", "log", "plain"])
@pytest.mark.parametrize("kind", WEIGHTS)
def test_km_ugly(kind, conf_type):
    curve = kaplan_meier(
        time=UGLY["day"], event=UGLY["event"], weights=WEIGHTS[kind], conf_type=conf_type
    )
    compare_curve(curve, R[f"km_{kind}_{conf_type}"])


def test_km_level_90():
    curve = kaplan_meier(time=UGLY["day"], event=UGLY["event"], conf_level=0.9)
    compare_curve(curve, R["km_level_90"])


@pytest.mark.parametrize("name", [name for name in R if "data_time" in R[name]])
def test_km_small(name):
    expected = R[name]
    curve = kaplan_meier(time=expected["data_time"], event=expected["data_event"])
    compare_curve(curve, expected)
    assert curve.condition == (() if any(expected["data_event"]) else ("no events",))


@pytest.mark.parametrize("name", ["logrank_ugly", "logrank_ugly_stratified"])
def test_logrank_ugly(name):
    strata = UGLY["centre"] if name.endswith("stratified") else None
    test = log_rank(time=UGLY["day"], event=UGLY["event"], group=UGLY["arm"], strata=strata)
    close(test.statistic, R[name]["chisq"])
    close(test.p_value, R[name]["p"], TAIL)
    close(test.observed, R[name]["observed"])
    close(test.expected, R[name]["expected"])
    close(test.n, R[name]["n"])
    assert test.df == 2


def test_logrank_group_never_at_risk():
    expected = R["logrank_group_never_at_risk"]
    test = log_rank(
        time=[1, 1, 2, 5, 6, 7, 8], event=[0, 0, 0, 1, 1, 0, 1], group=[1, 1, 1, 2, 2, 3, 3]
    )
    close(test.statistic, expected["chisq"])
    close(test.p_value, expected["p"], TAIL)
    assert test.df == 1


ARMS = UGLY["arm"] < 2
RMST = {
    "rmst_bmt": (BMT["time"], BMT["status"], BMT["fab"]),
    "rmst_mgus2": (MGUS2["futime"], MGUS2["death"], MGUS2["male"]),
    "rmst_ugly_beyond": (UGLY["day"][ARMS], UGLY["event"][ARMS], UGLY["arm"][ARMS]),
}


@pytest.mark.parametrize("name", RMST)
def test_rmst(name):
    expected = R[name]
    time, event, group = RMST[name]
    result = compare_rmst(time=time, event=event, group=group, tau=expected["tau"])
    close([mean.estimate for mean in result.means], expected["rmst"])
    close([mean.std_error for mean in result.means], expected["se"])
    (contrast,) = result.contrasts
    # a difference of larger numbers loses a digit
    close(contrast.difference, expected["difference"], 1e-11)
    close(contrast.difference_std_error, expected["difference_se"])
    close(contrast.difference_conf_low, expected["difference_lower"], 1e-11)
    close(contrast.difference_conf_high, expected["difference_upper"], 1e-11)
    close(contrast.difference_p_value, expected["difference_p"], TAIL)
    close(contrast.ratio, expected["ratio"])
    close(contrast.log_ratio_std_error, expected["log_ratio_se"])
    close(contrast.ratio_conf_low, expected["ratio_lower"])
    close(contrast.ratio_conf_high, expected["ratio_upper"])
    close(contrast.ratio_p_value, expected["ratio_p"], TAIL)


def test_rmst_beyond_follow_up_is_a_condition():
    assert rmst(time=[1, 2, 3], event=[1, 0, 0], tau=9).condition == ("horizon beyond follow-up",)
    assert rmst(time=[1, 2, 3], event=[1, 0, 1], tau=9).condition == ()


def test_landmark_100():
    expected = R["landmark_100"]
    kept = landmark_population(time=BMT["time"], event=BMT["status"], landmark=100)
    at = survival_at(kaplan_meier(time=kept.time, event=kept.event), expected["times"])
    assert kept.row.size == expected["n"]
    close(at.survival, expected["surv"])
    close(at.conf_low, expected["lower"])
    close(at.conf_high, expected["upper"])
