"""What a variable adds to a logistic model, corrected for optimism."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import design_matrix
from hematotox.analysis.rows import Row, columns_of
from hematotox.declarations.study.methods.performance.added_value import AddedValue
from hematotox.stats.binary.logistic import compare_nested, logistic
from hematotox.stats.performance.optimism import OptimismCorrected, optimism

METHOD = "added_value"
CORRECTED = "corrected for optimism"
WITHOUT = "bootstrap replicates without an estimate"


def estimate_added_value(patients: Patients, analysis: AddedValue) -> list[Row]:
    """Return C and Brier score without and with the variable, their differences and the test."""
    smaller = design_matrix(patients, analysis.covariates).matrix
    larger = np.hstack([smaller, design_matrix(patients, (analysis.exposure,)).matrix])
    outcome = patients.event
    shared: Row = {"term": analysis.exposure, **patients.sizes}
    models = [logistic(outcome=outcome, covariates=matrix) for matrix in (smaller, larger)]
    trouble = {word for model in models for word in model.condition}
    fitted = all(model.method == "maximum likelihood" for model in models)
    if not fitted or models[1].n_parameters <= models[0].n_parameters:
        words = sorted(trouble) or ["aliased covariate"]
        return [patients.context.row(METHOD, "auc", **shared, condition=words)]
    samples = bootstrap_samples(patients)
    found = {
        name: corrected(outcome, matrix, samples)
        for name, matrix in (("without", smaller), ("with", larger))
    }
    rows = [
        patients.context.row(METHOD, measure, **shared, comparator=name, **numbers)
        for name, of_model in found.items()
        for measure in ("auc", "brier")
        for numbers in told(of_model[measure], len(samples))
    ]
    for measure in ("auc", "brier"):
        pairs = zip(
            *(told(found[n][measure], len(samples)) for n in ("with", "without")), strict=True
        )
        for one, other in pairs:
            numbers = {**one, "estimate": one["estimate"] - other["estimate"]}
            estimand, of = f"{measure}_difference", {**shared, "comparator": "difference"}
            rows.append(patients.context.row(METHOD, estimand, **of, **numbers))
    test = compare_nested(smaller=models[0], larger=models[1])
    numbers = columns_of(test, "statistic", "df", "p_value", "condition")
    of = {**shared, "comparator": "difference", "test": "likelihood ratio"}
    return [*rows, patients.context.row(METHOD, "hypothesis_test", **of, **numbers)]


def bootstrap_samples(patients: Patients) -> NDArray[np.int64]:
    """Return the rows of the run's bootstrap samples (b, n), from its seed."""
    n, rng = len(patients.table), np.random.default_rng(patients.plan.seed)
    return rng.integers(0, n, size=(patients.plan.bootstrap_replicates, n))


def corrected(
    outcome: NDArray[np.int64], matrix: NDArray[np.float64], samples: NDArray[np.int64]
) -> Mapping[str, OptimismCorrected]:
    """Return the measures of a model by name."""
    found = optimism(outcome=outcome, covariates=matrix, samples=samples)
    return {one.measure: one for one in found}


def told(found: OptimismCorrected, replicates: int) -> list[Row]:
    """Return a measure as it is in the patients it was made from, and corrected."""
    condition = WITHOUT if found.n_used < replicates else ()
    return [
        {"reference": "apparent", "estimate": found.apparent},
        {"reference": CORRECTED, "estimate": found.corrected, "condition": condition},
    ]
