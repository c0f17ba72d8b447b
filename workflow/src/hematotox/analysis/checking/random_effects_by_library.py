"""Odds ratios of centres by statsmodels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hematotox.analysis.checking.library_models import coefficients
from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Column
from hematotox.analysis.regression.models import INTERCEPT
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.random_effects import RandomEffects
from hematotox.stats.libraries.second_opinion import logistic_opinion


def random_effects_by_library(patients: Patients, analysis: RandomEffects) -> list[Row]:
    """Return the log odds ratio of each centre; of the summary there is no second opinion."""
    reference, exposed = patients.levels(analysis.exposure)[:2]
    centres = patients.category("centre")
    rows: list[Row] = []
    for centre in sorted(set(centres)):
        member = centres == centre
        covariate = (patients.category(analysis.exposure)[member] == exposed).astype(np.float64)
        found = logistic_opinion(outcome=patients.event[member], covariates=covariate[:, None])
        columns = (INTERCEPT, Column(analysis.exposure, exposed, reference))
        words = ("statsmodels", "logistic", "log_odds_ratio")
        context = replace(patients.context, centre=centre)
        rows += coefficients(context, columns, found, words=words)[1:]
    return rows
