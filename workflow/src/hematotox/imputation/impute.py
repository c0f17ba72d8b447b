"""A study's missing and censored values, drawn m times by chained equations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.contracts import Cohort, conform, empty
from hematotox.cut_offs import round_significant
from hematotox.declarations.study.imputation_plan import ImputationPlan
from hematotox.imputation.variables import Variable, complete_columns, variables
from hematotox.pool import map_in_pool
from hematotox.stats.imputation.chained_equations import chained_equations


def impute(cohort: Cohort, plan: ImputationPlan, *, workers: int = 1) -> pd.DataFrame:
    """Impute the items of the scores and the covariates of the included patients.

    Parameters
    ----------
    cohort : `population`, `baseline` and `endpoints` are read
    plan : scores, covariates, outcomes, number of imputations
    workers : processes; their number does not change a value

    Returns
    -------
    Table `imputed`: a row for each value that was missing or censored, in each imputation. An
    item is named `<score>.<item>` after the first score that takes it at its date; a category's
    value is the place of its level. What is known of nobody stays missing: nothing says what its
    values could be.
    """
    found = [one for one in variables(cohort, plan) if not one.incomplete.missing.all()]
    wanted = [one for one in found if one.incomplete.missing.any() or one.incomplete.censored.any()]
    if not any(one.stored for one in wanted):
        return empty("imputed")
    draw = _Drawer(cohort, plan, found, wanted)
    seeds = np.random.SeedSequence(plan.seed).spawn(plan.imputation.m)
    frames = map_in_pool(draw, list(enumerate(seeds, start=1)), workers=workers)
    return conform("imputed", pd.concat(frames, ignore_index=True))


class _Drawer:
    """One imputation of one study, in a form that a process pool can send."""

    def __init__(
        self, cohort: Cohort, plan: ImputationPlan, found: list[Variable], wanted: list[Variable]
    ) -> None:
        population = cohort.population[cohort.population["included"]]
        self.patients = population["patient_id"].to_numpy(dtype=object)
        self.centre = np.unique(population["centre"], return_inverse=True)[1]
        self.complete = complete_columns(
            [one for one in found if one not in wanted], len(population)
        )
        self.wanted, self.cycles = wanted, plan.imputation.cycles

    def __call__(self, job: tuple[int, np.random.SeedSequence]) -> pd.DataFrame:
        number, seed = job
        drawn = chained_equations(
            [one.incomplete for one in self.wanted],
            complete=self.complete,
            centre=self.centre,
            cycles=self.cycles,
            generator=np.random.default_rng(seed),
        )
        frames = [
            self._frame(one, values).assign(imputation=number)
            for one, values in zip(self.wanted, drawn, strict=True)
            if one.stored
        ]
        return pd.concat(frames, ignore_index=True)

    def _frame(self, one: Variable, values: np.ndarray) -> pd.DataFrame:
        rows = one.incomplete.missing | one.incomplete.censored
        # through the logarithm a donor's 75 comes back as 75.00000000000001
        shown = round_significant(np.exp(values[rows]) if one.logarithm else values[rows])
        return pd.DataFrame(
            {
                "patient_id": self.patients[rows],
                "variable": one.name,
                "value_low": shown,
                "value_high": shown,
            }
        )
