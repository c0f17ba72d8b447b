"""The numbers of an analysis once more, by the libraries that give them exactly.

A row has the columns that tell estimates apart, the library, and only the numbers it can give:
NaN where it gives none of this data, infinite for a time that is not reached.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.analysis.checking.library_models import (
    cause_specific_by_library,
    cox_by_library,
    logistic_by_library,
    random_effects_by_library,
)
from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients, known
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.correlation import Correlation
from hematotox.declarations.study.methods.describe import Describe
from hematotox.declarations.study.methods.diagnostic_accuracy import DiagnosticAccuracy
from hematotox.declarations.study.methods.follow_up import FollowUp
from hematotox.declarations.study.methods.kaplan_meier import KaplanMeier
from hematotox.declarations.study.methods.log_rank import LogRank
from hematotox.declarations.study.methods.proportion import Proportion
from hematotox.declarations.study.methods.roc import Roc
from hematotox.stats.libraries.second_opinion_curves import kaplan_meier_opinion, log_rank_opinion
from hematotox.stats.libraries.second_opinion_tests import (
    accuracy_opinion,
    auc_opinion,
    chi_square_opinion,
    correlation_opinion,
    fisher_opinion,
    kruskal_wallis_opinion,
    proportion_opinion,
)


def kaplan_meier_by_library(patients: Patients, analysis: KaplanMeier) -> list[Row]:
    """Return survival at the declared times and quantiles of each group, not the steps between."""
    rows: list[Row] = []
    for level, member in group_members(patients, analysis.exposure):
        if not member.any():
            continue
        found = kaplan_meier_opinion(
            time=patients.time[member],
            event=patients.event[member],
            times=analysis.times,
            shares=analysis.quantiles,
        )
        for i, time in enumerate(analysis.times):
            numbers = {"estimate": found.survival[i]}
            if analysis.conf_type == "log-log":
                numbers |= {"conf_low": found.conf_low[i], "conf_high": found.conf_high[i]}
            words: Row = {"group": level, "time": time, **numbers}
            rows.append(_lifelines(patients, "kaplan_meier", "survival", **words))
        for share, time in zip(analysis.quantiles, found.quantile, strict=True):
            words = {"group": level, "term": f"{share:g}", "estimate": time}
            rows.append(_lifelines(patients, "kaplan_meier", "survival_time_quantile", **words))
    return rows


def follow_up_by_library(patients: Patients, analysis: FollowUp) -> list[Row]:
    """Return the median follow-up: censoring is the event, the event censors."""
    del analysis
    found = kaplan_meier_opinion(time=patients.time, event=1 - patients.event, shares=[0.5])
    words: Row = {"term": "0.5", "estimate": found.quantile[0]}
    return [_lifelines(patients, "follow_up", "survival_time_quantile", **words)]


def _lifelines(patients: Patients, method: str, estimand: str, **words: Any) -> Row:
    return library_row(patients.context, "lifelines", method, estimand=estimand, **words)


def log_rank_by_library(patients: Patients, analysis: LogRank) -> list[Row]:
    """Return the log-rank test, a stratified one by statsmodels."""
    strata = patients.category(analysis.strata) if analysis.strata else None
    statistic, p_value = log_rank_opinion(
        time=patients.time,
        event=patients.event,
        group=patients.category(analysis.exposure),
        strata=strata,
    )
    words = f"stratified: {analysis.strata}" if analysis.strata else ""
    return [
        library_row(
            patients.context.adjusted(words),
            "statsmodels" if analysis.strata else "lifelines",
            "log_rank",
            estimand="hypothesis_test",
            term=analysis.exposure,
            test="log-rank",
            statistic=statistic,
            p_value=p_value,
        )
    ]


def roc_by_library(patients: Patients, analysis: Roc) -> list[Row]:
    """Return the areas under the ROC curves, and their difference."""
    areas = {
        variable: auc_opinion(
            outcome=patients.event,
            marker=_marker(patients, variable),
            higher_is_worse=analysis.higher_is_worse,
        )
        for variable in (analysis.marker, analysis.compare)
        if variable
    }
    rows = [
        library_row(
            patients.context, "scikit-learn", "roc", estimand="auc", term=variable, estimate=area
        )
        for variable, area in areas.items()
    ]
    if analysis.compare:
        difference = areas[analysis.marker] - areas[analysis.compare]
        rows.append(
            library_row(
                patients.context,
                "scikit-learn",
                "roc",
                estimand="auc_difference",
                term=analysis.marker,
                comparator=analysis.compare,
                estimate=difference,
            )
        )
    return rows


def _marker(patients: Patients, variable: str) -> NDArray[np.float64]:
    """Return a marker as numbers; the levels of a group count upwards in their order."""
    if not patients.is_category(variable):
        return patients.number(variable)
    order = list(patients.levels(variable))
    return np.array([order.index(level) for level in patients.category(variable)], dtype=np.float64)


def accuracy_by_library(patients: Patients, analysis: DiagnosticAccuracy) -> list[Row]:
    """Return sensitivity, specificity, predictive values and share classified correctly."""
    positive = (patients.category(analysis.exposure) == analysis.positive).astype(np.int64)
    found = accuracy_opinion(outcome=patients.event, test=positive)
    words = {"term": analysis.exposure, "group": analysis.positive}
    return [
        library_row(
            patients.context,
            "scikit-learn",
            "diagnostic_accuracy",
            estimand=estimand,
            **words,
            estimate=value,
        )
        for estimand, value in found.items()
    ]


def proportion_by_library(patients: Patients, analysis: Proportion) -> list[Row]:
    """Return the exact limits of the proportion in all patients and in each group."""
    members = [*group_members(patients, None)]
    if analysis.exposure:
        members += group_members(patients, analysis.exposure)
    rows = []
    for level, member in members:
        if not member.any():
            continue
        low, high = proportion_opinion(
            n_event=int(patients.event[member].sum()), n=int(member.sum())
        )
        rows.append(
            library_row(
                patients.context,
                "statsmodels",
                "proportion",
                estimand="proportion",
                group=level,
                estimate=float(patients.event[member].mean()),
                conf_low=low,
                conf_high=high,
            )
        )
    return rows


def describe_by_library(patients: Patients, analysis: Describe) -> list[Row]:
    """Return the test of each variable between the groups; Fisher's of a 2x2 table only."""
    if not analysis.groups:
        return []
    rows: list[Row] = []
    has_group = known(patients.table, analysis.groups, patients.plan)
    for variable in analysis.variables:
        members = patients.table[has_group & known(patients.table, variable, patients.plan)]
        if patients.is_category(variable):
            counts = pd.crosstab(members[variable], members[analysis.groups]).to_numpy()
            statistic, p_value = chi_square_opinion(counts)
            tests: dict[str, Row] = {
                "fisher": {"p_value": fisher_opinion(counts)},
                "chi-squared": {"statistic": statistic, "p_value": p_value},
            }
        else:
            statistic, p_value = kruskal_wallis_opinion(
                values=members[variable].to_numpy(dtype=np.float64),
                group=members[analysis.groups].to_numpy(dtype=str),
            )
            tests = {"kruskal-wallis": {"statistic": statistic, "p_value": p_value}}
        for test, numbers in tests.items():
            words: Row = {"term": variable, "test": test, **numbers}
            rows.append(
                library_row(
                    patients.context, "scipy", "describe", estimand="hypothesis_test", **words
                )
            )
    return rows


def correlation_by_library(patients: Patients, analysis: Correlation) -> list[Row]:
    """Return the correlation coefficient."""
    coefficient = correlation_opinion(
        x=patients.number(analysis.exposure),
        y=patients.number(analysis.compare),
        kind=analysis.kind,
    )
    return [
        library_row(
            patients.context,
            "scipy",
            "correlation",
            estimand="correlation",
            term=analysis.exposure,
            comparator=analysis.compare,
            estimate=coefficient,
        )
    ]


BY_LIBRARY: dict[str, Callable[[Patients, Any], list[Row]]] = {
    "describe": describe_by_library,
    "proportion": proportion_by_library,
    "correlation": correlation_by_library,
    "kaplan_meier": kaplan_meier_by_library,
    "follow_up": follow_up_by_library,
    "log_rank": log_rank_by_library,
    "cox": cox_by_library,
    "cause_specific_cox": cause_specific_by_library,
    "fine_gray": cause_specific_by_library,
    "logistic": logistic_by_library,
    "random_effects": random_effects_by_library,
    "roc": roc_by_library,
    "diagnostic_accuracy": accuracy_by_library,
}
"""The methods of a plan of which a library gives numbers exactly; of Fine and Gray's model it is
the cause-specific Cox model beside it."""
