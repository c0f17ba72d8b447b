"""Which items of a score are missing, where, and what became of the patients without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from hematotox.analysis.patients import Patients, with_endpoint
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.missingness import Missingness
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.survival.kaplan_meier import kaplan_meier, survival_at

METHOD = "missingness"
Groups = Mapping[str, pd.Series]


def estimate_missingness(patients: Patients, analysis: Missingness) -> list[Row]:
    """Return shares of missing and censored items, of known scores by centre, and the outcomes.

    Returns
    -------
    Rows of method `missingness`; `reference` says what is counted (missing, censored, centre,
    evaluable, followed, outcome), `term` of which item, centre or endpoint, `comparator` among
    whom: all, or patients with the score known or unknown, who add up to all.
    """
    scores = patients.cohort.scores[patients.cohort.scores["score"] == analysis.score]
    table, context = patients.table, replace(patients.context, score=analysis.score)
    missing = scores.set_index("patient_id")["items_missing"].reindex(table.index)
    known = missing.eq(0).fillna(False)
    groups = {"all": pd.Series(True, table.index), "known": known, "unknown": ~known}
    rows = list(_items(patients, analysis, context, groups))
    for centre in sorted(table["centre"].unique()) if table["centre"].nunique() > 1 else ():
        here = table["centre"] == centre
        words = {"term": centre, "reference": "centre", "comparator": "unknown"}
        rows.append(_share(context, known[here].eq(False), **words))
    rows += _overlap(patients, analysis, context, groups)
    for endpoint in analysis.endpoints:
        rows += _outcome(patients, analysis, replace(context, endpoint=endpoint), groups)
    return rows


def _items(
    patients: Patients, analysis: Missingness, context: Context, groups: Groups
) -> Iterator[Row]:
    baseline = patients.cohort.baseline
    own = baseline[(baseline["score"] == analysis.score) & (baseline["variant"].fillna("") == "")]
    for item, rows in own.groupby("variable", sort=True):
        values = rows.set_index("patient_id").reindex(patients.table.index)
        absent = values["value_low"].isna()
        censored = ~absent & (values["value_low"] < values["value_high"])
        for group in ("all", "unknown"):
            of_group = absent[groups[group]]
            yield _share(context, of_group, term=str(item), reference="missing", comparator=group)
        yield _share(context, censored, term=str(item), reference="censored", comparator="all")


def _overlap(
    patients: Patients, analysis: Missingness, context: Context, groups: Groups
) -> Iterator[Row]:
    """Yield who is evaluable for each endpoint, and of them who was followed, in each group."""
    endpoints, sets = patients.cohort.endpoints, {}
    for endpoint in analysis.endpoints:
        table = with_endpoint(patients.table, endpoints, endpoint)
        sets[endpoint] = table["_evaluable"].astype(bool)
    counted = {"evaluable": sets}
    if analysis.follow_up:
        table = with_endpoint(patients.table, endpoints, analysis.follow_up)
        whole = table["_status"].ge(1).fillna(False) | table["_time"].ge(analysis.time)
        followed = whole.fillna(False).astype(bool) & table["_evaluable"]
        counted["followed"] = {name: known & followed for name, known in sets.items()}
    for reference, found in counted.items():
        for (endpoint, member), (group, of_group) in product(found.items(), groups.items()):
            words = {"term": endpoint, "reference": reference, "comparator": group}
            time = {"time": analysis.time} if reference == "followed" else {}
            yield _share(context, member[of_group], **words, **time)


def _outcome(
    patients: Patients, analysis: Missingness, context: Context, groups: Groups
) -> Iterator[Row]:
    """Yield the share with the endpoint, or survival free of it, with and without the score."""
    planned = patients.plan.endpoints[context.endpoint]
    table = with_endpoint(patients.table, patients.cohort.endpoints, context.endpoint)
    for group, member in groups.items():
        own = table[member & table["_evaluable"]]
        event = own["_status"].eq(1)
        words = {"term": context.endpoint, "reference": "outcome", "comparator": group}
        if planned.type == "binary" or own.empty:
            yield _share(context, event, **words)
            continue
        curve = kaplan_meier(time=own["_time"].to_numpy(float), event=event.to_numpy(int))
        at = survival_at(curve, np.array([analysis.time]))
        numbers = {"n": len(own), "n_event": int(event.sum()), "time": analysis.time}
        limits = {name: getattr(at, name)[0] for name in ("conf_low", "conf_high")}
        yield context.row(
            METHOD, "survival", **words, **numbers, estimate=at.survival[0], **limits,
            conf_level=curve.conf_level, conf_method=curve.conf_type,
        )  # fmt: skip


def _share(context: Context, counted: pd.Series, **words: str | float) -> Row:
    found = proportion(n_event=int(counted.sum()), n=len(counted))
    return context.row(
        METHOD, "proportion", **words, n=found.n, n_event=found.n_event,
        estimate=found.estimate, conf_low=found.conf_low, conf_high=found.conf_high,
        conf_level=found.conf_level, conf_method=found.conf_method, condition=found.condition,
    )  # fmt: skip
