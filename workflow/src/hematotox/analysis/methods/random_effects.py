"""Odds ratios of an exposure by centre, and their random-effects summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Context, Row, columns_of
from hematotox.declarations.study.methods.performance.centre_performance import CentrePerformance
from hematotox.declarations.study.methods.random_effects import RandomEffects
from hematotox.stats.binary.logistic import logistic
from hematotox.stats.synthesis.binomial_normal import BinomialNormal, binomial_normal
from hematotox.stats.synthesis.random_effects import RandomEffects as Normal
from hematotox.stats.synthesis.random_effects import random_effects

REML, EXACT = "random_effects", "binomial_normal"
FEWEST = 5
"""With fewer centres or studies the spread between them is barely estimable."""
LEFT_OUT = "centres without information"


def estimate_random_effects(
    patients: Patients, analysis: RandomEffects | CentrePerformance
) -> list[Row]:
    """Return the log odds ratio of each centre and the summary over centres.

    A centre with one group only, or without both outcomes, has no odds ratio; it has a row that
    says why, and the summary says that it is not in it. All others are in the summary: if one of
    them has a zero cell, by the binomial-normal model of the 2x2 tables, which adds nothing to
    it; else by REML from the log odds ratios. (The centre's own row is by Firth's likelihood then,
    whose normal standard error does not suit a summary.)
    """
    reference, exposed = patients.levels(analysis.exposure)[:2]
    centres = sorted(patients.table["centre"].unique())
    rows = [_centre_row(patients, analysis, centre, (reference, exposed)) for centre in centres]
    estimated = [row for row in rows if row.get("estimate") is not None]
    shared: Row = {"term": analysis.exposure, "group": exposed, "reference": reference}
    left_out = len(rows) - len(estimated)
    said = (LEFT_OUT,) if left_out else ()
    context = patients.context
    if not estimated:
        condition = ("not estimable", *said)
        return [*rows, context.row(REML, "log_odds_ratio", **shared, n=0, condition=condition)]
    if any(row["method"] == "logistic_firth" for row in estimated):
        tables = _tables(patients, analysis.exposure, exposed)
        rows += _exact_rows(context, tables, shared, said)
        method = EXACT
    else:
        rows += _normal_rows(context, estimated, shared, said)
        method = REML
    if left_out:
        counted = {"term": LEFT_OUT, "estimate": left_out, "n": len(centres)}
        rows.append(context.row(method, "count", **counted))
    return rows


def _tables(patients: Patients, exposure: str, exposed: str) -> NDArray[np.float64]:
    """Return events and patients of the exposed and of the others, (4, centres)."""
    columns = patients.table["centre"], patients.category(exposure) == exposed
    frame = patients.table.assign(_centre=columns[0], _exposed=columns[1], _event=patients.event)
    counted = frame.groupby(["_exposed", "_centre"])["_event"].agg(["sum", "size"])
    wanted = [counted.xs(flag, level="_exposed") for flag in (True, False)]
    names = sorted(frame["_centre"].unique())
    parts = [part.reindex(names, fill_value=0).to_numpy(dtype=np.float64).T for part in wanted]
    return np.concatenate(parts)


def _centre_row(
    patients: Patients,
    analysis: RandomEffects | CentrePerformance,
    centre: str,
    levels: tuple[str, str],
) -> Row:
    member = (patients.table["centre"] == centre).to_numpy()
    exposed = (patients.category(analysis.exposure)[member] == levels[1]).astype(float)
    outcome = patients.event[member]
    context = replace(patients.context, centre=centre)
    shared = {
        "term": analysis.exposure,
        "group": levels[1],
        "reference": levels[0],
        "n": int(member.sum()),
        "n_event": int(outcome.sum()),
    }
    if exposed.min() == exposed.max() or outcome.min() == outcome.max():
        words = "one group" if exposed.min() == exposed.max() else "no events"
        if outcome.min() == 1:
            words = "only events"
        return context.row("logistic", "log_odds_ratio", **shared, condition=words)
    fitted = logistic(outcome=outcome, covariates=exposed)
    return context.row(
        "logistic_firth" if fitted.method == "Firth" else "logistic",
        "log_odds_ratio",
        **shared,
        estimate=fitted.estimate[1],
        std_error=fitted.std_error[1],
        conf_low=fitted.conf_low[1],
        conf_high=fitted.conf_high[1],
        conf_level=fitted.conf_level,
        conf_method="profile penalised" if fitted.method == "Firth" else "wald",
        test="penalised likelihood ratio" if fitted.method == "Firth" else "wald",
        statistic=fitted.statistic[1],
        p_value=fitted.p_value[1],
        condition=[c for c in fitted.condition if c != "too few events per parameter"],
    )


def _normal_rows(
    context: Context, centres: Sequence[Row], shared: Row, said: tuple[str, ...]
) -> list[Row]:
    """Return the summary by REML with Hartung-Knapp limits."""
    found: Normal = random_effects(
        estimate=[row["estimate"] for row in centres],
        variance=[row["std_error"] ** 2 for row in centres],
    )
    of = {**shared, "n": found.n_studies}
    condition = (*found.condition, *said)
    return [
        context.row(REML, "log_odds_ratio", **of, **summary(found), condition=condition),
        *spread_rows(context, of, found),
        *_prediction(context, REML, of, found),
    ]


def _exact_rows(
    context: Context, tables: NDArray[np.float64], shared: Row, said: tuple[str, ...]
) -> list[Row]:
    """Return the summary by the binomial-normal model, which adds nothing to a zero cell."""
    events_1, n_1, events_2, n_2 = tables
    found = binomial_normal(events_1=events_1, n_1=n_1, events_2=events_2, n_2=n_2)
    of = {**shared, "n": found.n_informative}
    few = ("fewer than five studies",) if 1 < found.n_informative < FEWEST else ()
    condition = ("zero cell", *found.condition, *few, *said)
    row = context.row(EXACT, "log_odds_ratio", **of, **summary(found), condition=condition)
    if not math.isfinite(found.estimate):
        return [row]
    return [row, *spread_rows(context, of, found), *_prediction(context, EXACT, of, found)]


def summary(found: Normal | BinomialNormal) -> Row:
    """Return a summary with its interval and test as columns."""
    exact = isinstance(found, BinomialNormal)
    how = "wald" if exact else "hartung-knapp"
    return {
        **columns_of(found, *INTERVAL, "std_error", "statistic", "p_value"),
        "conf_method": how,
        "test": how,
        **({} if exact else columns_of(found, "df")),
    }


def spread_rows(context: Context, of: Row, found: Normal | BinomialNormal) -> list[Row]:
    """Return how much the true effects differ, and the test that they do not."""
    if isinstance(found, BinomialNormal):
        rows = [context.row(EXACT, "tau2", **of, estimate=found.tau2)]
        test = ("likelihood ratio", found.heterogeneity_statistic, 1, found.heterogeneity_p_value)
    else:
        rows = [
            context.row(REML, "tau2", **of, estimate=found.tau2),
            context.row(REML, "i2", **of, estimate=found.i2 / 100),
        ]
        test = ("cochran q", found.q, found.q_df, found.q_p_value)
    named = dict(zip(("test", "statistic", "df", "p_value"), test, strict=True))
    return [*rows, context.row(str(rows[0]["method"]), "hypothesis_test", **of, **named)]


def _prediction(
    context: Context, method: str, of: Row, found: Normal | BinomialNormal
) -> list[Row]:
    """Return where the log odds ratio of a new centre lies."""
    if not math.isfinite(found.prediction_low):
        return []
    limits = {"conf_low": found.prediction_low, "conf_high": found.prediction_high}
    said = {"conf_level": found.conf_level, "conf_method": "prediction"}
    return [context.row(method, "prediction", **of, estimate=found.estimate, **limits, **said)]
