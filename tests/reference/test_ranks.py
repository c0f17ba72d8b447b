"""ROC curves, rank tests, correlations and durations against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.accuracy.roc import auc, compare_auc, roc_curve
from hematotox.stats.groups.correlation import pearson, spearman
from hematotox.stats.groups.durations import median_duration
from hematotox.stats.groups.rank_tests import kruskal_wallis, mann_whitney, quartiles_by_group

HERE = Path(__file__).parent
CLOSED_FORM = 1e-12
TAIL_P = 1e-6


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


ASAH, BMT = read_data("asah"), read_data("bmt")
ASAH["group"] = (ASAH["wfns"] >= 3).astype(float)
MADE, ASAH_R, BMT_R = (read_checks(name) for name in ("ranks", "asah", "bmt"))


def close(ours, theirs, rel=CLOSED_FORM):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel)


@pytest.mark.parametrize("name", ["auc_wfns", "auc_group", "auc_s100b"])
def test_area(name):
    expected = ASAH_R[name]
    found = auc(outcome=ASAH["poor"], marker=ASAH[name.removeprefix("auc_")])
    close(found.estimate, expected["auc"])
    close(found.std_error**2, expected["var"])
    close([found.conf_low, found.conf_high], [expected["lower"], expected["upper"]])


def test_auc_delong_paired():
    expected = ASAH_R["auc_delong_paired"]
    found = compare_auc(outcome=ASAH["poor"], first=ASAH["wfns"], second=ASAH["s100b"])
    close(found.statistic, expected["z"])
    close(found.p_value, expected["p"], TAIL_P)
    close([found.first.estimate, found.second.estimate], [expected["auc1"], expected["auc2"]])


def test_paired_interval():
    expected = MADE["paired_interval"]
    found = compare_auc(outcome=ASAH["poor"], first=ASAH["wfns"], second=ASAH["s100b"])
    close(found.difference, expected["difference"])
    close([found.conf_low, found.conf_high], [expected["lower"], expected["upper"]])
    close(found.covariance, expected["covariance"])


def test_direction_lower():
    expected = MADE["direction_lower"]
    found = auc(outcome=ASAH["poor"], marker=-ASAH["s100b"], direction="lower", conf_level=0.9)
    close(found.estimate, expected["auc"])
    close([found.conf_low, found.conf_high], [expected["lower"], expected["upper"]])


def test_roc_points():
    expected = MADE["roc_points"]
    curve = roc_curve(outcome=ASAH["poor"], marker=ASAH["wfns"])
    close(curve.sensitivity, expected["sensitivity"])
    close(curve.specificity, expected["specificity"])


def test_mann_whitney():
    expected = MADE["mann_whitney"]
    samples = {
        "exact": ([1.1, 2.3, 0.4, 5.6, 3.3], [2.2, 7.1, 8.4, 4.4, 9.6, 6.1]),
        "exact_49": (np.arange(1, 50) * 37 % 101 + 0.5, np.arange(1, 41) * 53 % 103),
        "tied": (ASAH["s100b"][ASAH["poor"] == 1], ASAH["s100b"][ASAH["poor"] == 0]),
        "large": (np.arange(1, 61) * 37 % 101 + 0.5, np.arange(1, 56) * 53 % 103),
    }
    for case, statistic, p_value in zip(
        expected["case"], expected["W"], expected["p"], strict=True
    ):
        x, y = samples[case]
        found = mann_whitney(
            values=np.concatenate([x, y]), group=np.repeat([0, 1], [len(x), len(y)])
        )
        assert found.statistic == statistic
        assert (found.method == "exact") == case.startswith("exact")
        close(found.p_value, p_value, 1e-10)


@pytest.mark.parametrize(
    ("data", "checks", "variable", "group"),
    [
        (ASAH, ASAH_R, "age", "group"),
        (ASAH, ASAH_R, "s100b", "poor"),
        (ASAH, ASAH_R, "ndka", "group"),
        (BMT, BMT_R, "age", "group"),
        (BMT, BMT_R, "donor_age", "group"),
        (BMT, BMT_R, "wait", "group"),
    ],
    ids=["asah age", "asah s100b", "asah ndka", "bmt age", "bmt donor_age", "bmt wait"],
)
def test_kruskal(data, checks, variable, group):
    expected = checks[f"kruskal_{variable}"]
    group = "group"
    found = kruskal_wallis(values=data[variable], group=data[group])
    close(found.statistic, expected["stat"])
    close(found.p_value, expected["p"], TAIL_P)
    assert found.df == expected["df"]
    for row in quartiles_by_group(values=data[variable], group=data[group]):
        close([row.q1, row.median, row.q3], expected["quartiles"][str(int(row.level))])


def test_kruskal_ties():
    expected = MADE["kruskal_ties"]
    found = kruskal_wallis(
        values=[1, 1, 1, 2, 2, 2, 3, 1, 5], group=["a"] * 4 + ["b"] * 3 + ["c"] * 2
    )
    close(found.statistic, expected["stat"])
    close(found.p_value, expected["p"], TAIL_P)


def test_pearson():
    expected = MADE["pearson"]
    found = pearson(x=ASAH["age"], y=ASAH["s100b"])
    close(found.estimate, expected["r"])
    close(found.statistic, expected["statistic"])
    close(found.p_value, expected["p"], TAIL_P)
    close([found.conf_low, found.conf_high], [expected["lower"], expected["upper"]])


def test_spearman():
    for expected in MADE["spearman"]:
        found = spearman(x=expected["x"], y=expected["y"])
        close(found.estimate, expected["rho"])
        close(found.p_value, expected["p"], 1e-10)
        np.testing.assert_allclose(found.statistic, expected["S"], rtol=CLOSED_FORM, atol=1e-9)


def test_durations():
    samples = {
        "age": (ASAH["age"], 0.95),
        "wait": (BMT["wait"], 0.95),
        "wait_99": (BMT["wait"], 0.99),
        "six": ([3, 1, 2, 9, 7, 8], 0.95),
    }
    assert set(MADE["durations"]) == set(samples)
    for name, (values, level) in samples.items():
        expected = MADE["durations"][name]
        found = median_duration(duration=values, conf_level=level)
        close([found.q1, found.estimate, found.q3], expected["quartiles"])
        close([found.conf_low, found.conf_high], [expected["lower"], expected["upper"]])
        assert found.coverage >= level


def test_every_check_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in MADE)
