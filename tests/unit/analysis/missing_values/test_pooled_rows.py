"""Rows of several imputations as one, each number from the kernel that R's values hold."""

from __future__ import annotations

import numpy as np
import pytest

from hematotox.analysis.missing_values.pooled_rows import pooled_rows
from hematotox.analysis.rows import COVARIANCE, Context
from hematotox.stats import pool, pool_chi_square, pool_wald, pool_wilson

CONTEXT = Context("s", "synthetic", "a", "all", policy="imputed")


def ratio(value, error, term="risk", level="high", **more):
    numbers = {"estimate": value, "std_error": error, "n": 100, "n_event": 40}
    return CONTEXT.row("logistic", "log_odds_ratio", term=term, group=level, **numbers) | more


def of(rows, estimand, **columns):
    (row,) = [
        r for r in rows
        if r["estimand"] == estimand and all(r[k] == v for k, v in columns.items())
    ]  # fmt: skip
    return row


def test_a_ratio_is_pooled_with_its_missing_information():
    values, errors = [0.5, 0.7, 0.9], [0.2, 0.25, 0.2]
    rows = pooled_rows([[ratio(v, e)] for v, e in zip(values, errors, strict=True)])
    # one coefficient: 100 patients less 1
    expected = pool(estimate=values, std_error=errors, df_complete=99)
    row = of(rows, "log_odds_ratio")
    for name in ("estimate", "std_error", "conf_low", "conf_high", "df", "p_value"):
        assert row[name] == pytest.approx(getattr(expected, name)[0])
    assert (row["policy"], row["conf_method"]) == ("imputed", "rubin")
    information = of(rows, "missing_information", test="log_odds_ratio")
    assert information["estimate"] == pytest.approx(expected.fmi[0])
    assert information["statistic"] == 3
    assert row["condition"] == "fewer imputations than advised"


def test_the_same_estimate_in_each_imputation_needs_no_more_of_them():
    rows = pooled_rows([[ratio(0.5, 0.2)] for _ in range(3)])
    # what is left is 2 / (df + 3), as R's mice: 2 percent at 99 patients, so 2 imputations
    assert of(rows, "log_odds_ratio")["condition"] == ""


def test_an_imputation_without_an_estimate_leaves_none():
    rows = pooled_rows([[ratio(0.5, 0.2)], [ratio(None, None)], [ratio(0.7, 0.2)]])
    row = of(rows, "log_odds_ratio")
    assert row.get("estimate") is None
    assert row["condition"] == "not estimable in every imputation"


def test_a_penalised_fit_stands_for_the_model_it_replaced_and_says_so():
    penalised = ratio(0.9, 0.3, method="logistic_firth", condition="separation")
    row = of(pooled_rows([[ratio(0.5, 0.2)], [penalised]]), "log_odds_ratio")
    assert row["estimate"] == pytest.approx(0.7)
    assert row["method"] == "logistic"
    assert "separation" in row["condition"]


def test_a_factor_is_tested_by_d1():
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    values = [[0.5, 0.8], [0.7, 0.6], [0.4, 0.9]]
    rows = [
        [
            ratio(value, 0.2, "stage", level, **{COVARIANCE: covariance[i]})
            for i, (value, level) in enumerate(zip(pair, ("ii", "iii"), strict=True))
        ]
        for pair in values
    ]
    expected = pool_wald(estimate=values, covariance=[covariance] * 3, df_complete=98)
    row = of(pooled_rows(rows), "hypothesis_test", term="stage", test="D1: wald")
    assert (row["statistic"], row["p_value"]) == (expected.statistic, expected.p_value)


def test_a_log_rank_statistic_is_pooled_by_d2_and_a_count_averaged():
    def rows(statistic, count):
        test = {"test": "log-rank", "statistic": statistic, "df": 1, "p_value": 0.1, "n": 9}
        return [
            CONTEXT.row("log_rank", "hypothesis_test", term="risk", **test),
            CONTEXT.row("proportion", "count", group="high", estimate=count, n=9),
        ]

    found = pooled_rows([rows(3.0, 4), rows(5.0, 5), rows(4.0, 5)])
    expected = pool_chi_square(statistic=[3.0, 5.0, 4.0], df=1)
    assert of(found, "hypothesis_test", test="D2: log-rank")["p_value"] == expected.p_value
    assert of(found, "count")["estimate"] == pytest.approx(14 / 3)


def shares(value, n=20, **cells):
    rows = [
        CONTEXT.row("diagnostic_accuracy", "count", term=t, estimate=c, n=n)
        for t, c in cells.items()
    ]
    share = {"term": "risk", "estimate": value, "n": n}
    return [CONTEXT.row("diagnostic_accuracy", "sensitivity", **share), *rows]


def test_sensitivity_has_the_standard_error_of_those_with_the_event():
    cells = {"true positive": 6, "false negative": 4, "true negative": 9, "false positive": 1}
    other = cells | {"true positive": 7, "false negative": 3}
    row = of(pooled_rows([shares(0.6, **cells), shares(0.7, **other)]), "sensitivity")
    errors = [np.sqrt(0.6 * 0.4 / 10), np.sqrt(0.7 * 0.3 / 10)]
    expected = pool(estimate=[0.6, 0.7], std_error=errors, df_complete=19, scale="logit")
    assert row["conf_low"] == pytest.approx(expected.conf_low[0])


def test_a_share_of_one_has_wilsons_limits():
    cells = {"true positive": 10, "false negative": 0}
    other = {"true positive": 9, "false negative": 1}
    row = of(pooled_rows([shares(1.0, **cells), shares(0.9, **other)]), "sensitivity")
    expected = pool_wilson(share=[1.0, 0.9], n=[10, 10])
    assert (row["estimate"], row["conf_low"], row["conf_high"]) == pytest.approx(expected)
    assert row["conf_method"] == "wilson over imputations"


def curve(times, survival):
    point = {"group": "high", "n": 10, "n_event": 2, "std_error": 0.1}
    rows = [
        CONTEXT.row("kaplan_meier", "survival_curve", time=t, estimate=s, **point)
        for t, s in zip(times, survival, strict=True)
    ]
    quantile = {"group": "high", "term": "0.5", "n": 10, "n_event": 5, "estimate": 1}
    return [*rows, CONTEXT.row("kaplan_meier", "survival_time_quantile", **quantile)]


def test_the_median_is_read_from_the_pooled_curve():
    one, other = curve([0, 3, 6], [1, 0.7, 0.4]), curve([0, 4, 8], [1, 0.6, 0.45])
    row = of(pooled_rows([one, other]), "survival_time_quantile")
    # at day 6 the curves are at 0.4 and 0.6: their mean on the log(-log) scale is 0.505;
    # at day 8 at 0.4 and 0.45
    assert row["estimate"] == 8
    assert of(pooled_rows([one, one]), "survival_time_quantile")["estimate"] == 6
