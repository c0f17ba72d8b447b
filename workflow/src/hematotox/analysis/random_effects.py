"""Odds ratios of an exposure by centre, and their random-effects summary."""

from __future__ import annotations

import math

import numpy as np

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.analyses import RandomEffects
from hematotox.stats.logistic import logistic
from hematotox.stats.random_effects import RandomEffects as Summary
from hematotox.stats.random_effects import random_effects

METHOD = "random_effects"


def estimate_random_effects(patients: Patients, analysis: RandomEffects) -> list[Row]:
    """Return the log odds ratio of each centre and the summary over centres.

    A centre whose 2x2 table has a zero cell has an estimate by Firth's likelihood, which its row
    says; it is shown but does not enter the summary, whose normal within-centre model it breaks.
    """
    reference, exposed = patients.levels(analysis.exposure)[:2]
    rows, estimates, variances = [], [], []
    for centre in sorted(patients.table["centre"].unique()):
        row = _centre_row(patients, analysis, centre, (reference, exposed))
        rows.append(row)
        if row["condition"] == "" and row.get("estimate") is not None:
            estimates.append(row["estimate"])
            variances.append(row["std_error"] ** 2)
    shared = {"term": analysis.exposure, "group": exposed, "reference": reference}
    if not estimates:
        empty = patients.context.row(
            METHOD, "log_odds_ratio", **shared, n=0, condition="not estimable"
        )
        return [*rows, empty]
    summary = random_effects(estimate=np.array(estimates), variance=np.array(variances))
    return rows + _summary_rows(patients, summary, shared)


def _centre_row(
    patients: Patients, analysis: RandomEffects, centre: str, levels: tuple[str, str]
) -> Row:
    from dataclasses import replace

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


def _summary_rows(patients: Patients, summary: Summary, shared: Row) -> list[Row]:
    n = summary.n_studies
    row = patients.context.row
    rows = [
        row(
            METHOD,
            "log_odds_ratio",
            **shared,
            estimate=summary.estimate,
            std_error=summary.std_error,
            conf_low=summary.conf_low,
            conf_high=summary.conf_high,
            conf_level=summary.conf_level,
            conf_method="hartung-knapp",
            test="hartung-knapp",
            statistic=summary.statistic,
            df=summary.df,
            p_value=summary.p_value,
            n=n,
            condition=summary.condition,
        ),
        row(METHOD, "tau2", **shared, estimate=summary.tau2, n=n),
        row(METHOD, "i2", **shared, estimate=summary.i2 / 100, n=n),
        row(
            METHOD,
            "hypothesis_test",
            **shared,
            test="cochran q",
            statistic=summary.q,
            df=summary.q_df,
            p_value=summary.q_p_value,
            n=n,
        ),
    ]
    if math.isfinite(summary.prediction_low):
        rows.append(
            row(
                METHOD,
                "prediction",
                **shared,
                estimate=summary.estimate,
                conf_low=summary.prediction_low,
                conf_high=summary.prediction_high,
                conf_level=summary.conf_level,
                conf_method="prediction",
                n=n,
            )
        )
    return rows
