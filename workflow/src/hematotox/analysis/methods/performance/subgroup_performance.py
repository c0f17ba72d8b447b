"""C, sensitivity and observed over expected events in subgroups, and their interactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.methods.performance.centre_summaries import measured, ratio_row
from hematotox.analysis.patients import Patients, evaluability_rows, known
from hematotox.analysis.rows import INTERVAL, Context, Row, columns_of
from hematotox.declarations.study.methods.performance.subgroup_performance import (
    SubgroupPerformance,
)
from hematotox.stats.accuracy.roc import auc
from hematotox.stats.binary.logistic import compare_nested, logistic
from hematotox.stats.groups.fisher import fisher_test
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.synthesis.performance import pooled_areas

METHOD = "subgroup_performance"
FEWEST_OF_EACH = 10
"""Patients with the event, and without it, that a subgroup needs."""
RATIO = "log_observed_expected"
TESTED = {
    "auc": "interaction",
    "sensitivity": "interaction",
    RATIO: "subgroups beside the risk group",
}
"""Measure and what its test compares. O/E are the same where the subgroups add nothing to the risk
group: that is a main effect, no interaction."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points, turned so that more go with the event, positive test and expected risk."""

    points: NDArray[np.float64]
    positive: NDArray[np.bool_]
    risk: NDArray[np.float64]


def estimate_subgroup_performance(patients: Patients, analysis: SubgroupPerformance) -> list[Row]:
    """Return the measures in all patients, in each subgroup, and the tests of interaction."""
    points = patients.number(analysis.marker) * (1 if analysis.higher_is_worse else -1)
    exposure = patients.table[analysis.exposure]
    score = Score(
        points=points,
        positive=(exposure == analysis.positive).to_numpy(),
        risk=patients.table.assign(_event=patients.event)
        .groupby(analysis.exposure)["_event"]
        .transform("mean")
        .to_numpy(dtype=np.float64),
    )
    everybody = np.ones(len(points), dtype=bool)
    rows = _measures(patients, analysis, score, everybody, patients.context)
    for variable in analysis.subgroups:
        rows += _of_variable(patients, analysis, score, variable)
    return rows


def _of_variable(
    patients: Patients, analysis: SubgroupPerformance, score: Score, variable: str
) -> list[Row]:
    """Return a variable's subgroups and interactions; nothing where it has one level."""
    there = known(patients.table, variable, patients.plan).to_numpy()
    values = patients.category(variable)
    levels = [level for level in patients.levels(variable) if (values[there] == level).any()]
    if len(levels) < 2:
        return []
    rows, enough = [], []
    for level in levels:
        own = there & (values == level)
        rows += _measures(patients, analysis, score, own, _part(patients.context, variable, level))
        if not _too_few(patients.event[own]):
            enough.append(level)
    rows += _interactions(patients, analysis, score, variable, enough)
    if there.all():
        return rows
    left_out = {f"{variable} unknown": int((~there).sum())}
    words = f"{patients.context.population}; {variable} unknown"
    context = replace(patients.context, population=words)
    return [*rows, *evaluability_rows(context, 0, left_out, total=int((~there).sum()))]


def _part(context: Context, variable: str, level: str) -> Context:
    if variable == "centre":
        return replace(context, centre=level)
    return replace(context, population=f"{context.population}; {variable}={level}")


def _too_few(events: NDArray[np.int64]) -> bool:
    return bool(min(events.sum(), events.size - events.sum()) < FEWEST_OF_EACH)


def _measures(
    patients: Patients,
    analysis: SubgroupPerformance,
    score: Score,
    own: NDArray[np.bool_],
    context: Context,
) -> list[Row]:
    """Return C, sensitivity (of those with the event) and O/E of some patients."""
    events, positive = patients.event[own], score.positive[own]
    sizes = {"n": events.size, "n_event": int(events.sum())}
    c: Row = {"term": analysis.marker, **sizes}
    hits = int((positive & (events == 1)).sum())
    test: Row = {"term": analysis.exposure, "group": analysis.positive}
    if _too_few(events):
        few = {"condition": "too few events"}
        return [
            context.row(METHOD, "auc", **c, **few),
            context.row(METHOD, "sensitivity", **test, **sizes, **few),
            context.row(METHOD, RATIO, term=analysis.exposure, **sizes, **few),
        ]
    area = auc(outcome=events, marker=score.points[own])
    how = {"conf_level": area.conf_level, "conf_method": "delong", "condition": area.condition}
    share = proportion(n_event=hits, n=sizes["n_event"])
    shown = columns_of(share, *INTERVAL, "n", "n_event") | {"conf_method": "clopper-pearson"}
    ratio = ratio_row(context, METHOD, events, float(score.risk[own].sum()))
    return [
        measured(context, METHOD, "auc", area, **c, **how),
        context.row(METHOD, "sensitivity", **test, **shown),
        {**ratio, "term": analysis.exposure},
    ]


def _interactions(
    patients: Patients,
    analysis: SubgroupPerformance,
    score: Score,
    variable: str,
    levels: Sequence[str],
) -> list[Row]:
    """Return whether C, sensitivity and O/E are the same in the subgroups that have them."""
    values = patients.category(variable)
    shared: Row = {"group": variable, "reference": ", ".join(levels)}

    def told(name: str, numbers: Row) -> Row:
        of = {"term": name, "comparator": TESTED[name], **shared, **numbers}
        return patients.context.row(METHOD, "hypothesis_test", **of)

    if len(levels) < 2:
        return [told(name, {"condition": "too few events"}) for name in TESTED]
    inside = [values == level for level in levels]
    areas = [auc(outcome=patients.event[own], marker=score.points[own]) for own in inside]
    q: Row = {"condition": "perfect discrimination"}
    if all(0 < area.estimate < 1 and area.std_error > 0 for area in areas):
        found = pooled_areas(
            area=[a.estimate for a in areas], std_error=[a.std_error for a in areas]
        )
        q = {"statistic": found.q, "df": found.q_df, "p_value": found.q_p_value}
    cases = [score.positive[own & (patients.event == 1)] for own in inside]
    exact = fisher_test([[hit.sum(), hit.size - hit.sum()] for hit in cases])
    fisher = columns_of(exact, "p_value", "condition")
    lr = _beside_the_score(patients, analysis.exposure, inside)
    tests = ("cochran q", q), ("fisher", fisher), ("likelihood ratio", lr)
    return [
        told(name, {"test": test, **numbers})
        for name, (test, numbers) in zip(TESTED, tests, strict=True)
    ]


def _beside_the_score(
    patients: Patients, exposure: str, inside: Sequence[NDArray[np.bool_]]
) -> Row:
    """Return the test that subgroups differ in risk beside the groups of the score."""
    used = np.logical_or.reduce(inside)
    groups = patients.category(exposure)[used]
    columns = [groups == level for level in patients.levels(exposure)[1:]]
    columns += [own[used] for own in inside[1:]]
    matrix, outcome = np.column_stack(columns).astype(np.float64), patients.event[used]
    smaller = logistic(outcome=outcome, covariates=matrix[:, : 1 - len(inside)])
    larger = logistic(outcome=outcome, covariates=matrix)
    if larger.n_parameters == smaller.n_parameters:
        return {"condition": "aliased covariate"}
    found = compare_nested(smaller=smaller, larger=larger)
    return columns_of(found, "statistic", "df", "p_value", "condition")
