"""Odds ratios by centre and their summary."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import (
    AUC,
    COUNT,
    HYPOTHESIS_TEST,
    I2,
    LOG_HAZARD_RATIO,
    LOG_ODDS_RATIO,
    LOG_SUBDISTRIBUTION_HAZARD_RATIO,
    PREDICTION,
    TAU2,
    MethodFacts,
    RowFacts,
)


class RandomEffects(EndpointAnalysis):
    """Log odds ratios of an exposure by centre, and their random-effects summary."""

    facts = MethodFacts(
        what="Random-effects summary (REML, Hartung-Knapp)",
        name="random-effects summary",
        sentence="Odds ratios of the centres were summarised by a random-effects model (REML, "
        "Hartung–Knapp limits, prediction interval).",
        place=190,
        endpoint="yes or no",
        exposure="two groups",
        estimands=(
            COUNT,
            LOG_ODDS_RATIO,
            LOG_HAZARD_RATIO,
            LOG_SUBDISTRIBUTION_HAZARD_RATIO,
            AUC,
            TAU2,
            I2,
            PREDICTION,
            HYPOTHESIS_TEST,
        ),
        cells="studies",
        leads=True,
    )
    others = {
        "binomial_normal": RowFacts(
            what="Random-effects summary of 2x2 tables by a binomial-normal model",
            name="binomial-normal summary",
            sentence="Where a 2x2 table had an empty cell, odds ratios were summarised by the "
            "binomial-normal model of the tables, which adds nothing to it.",
            place=200,
            estimands=(COUNT, LOG_ODDS_RATIO, TAU2, PREDICTION, HYPOTHESIS_TEST),
            cells="studies",
        )
    }

    method: Literal["random_effects"]
    exposure: Variable
    """Variable whose effect is estimated centre by centre."""
