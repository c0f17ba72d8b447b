"""Points recalibrated, or weights estimated again, corrected for optimism."""

from __future__ import annotations

from hematotox.analysis.methods.performance.added_value import bootstrap_samples, corrected, told
from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Design, design_matrix
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.performance.updating import Updating
from hematotox.stats.binary.logistic import logistic

METHOD = "updating"
FEWEST_OF_A_WEIGHT = 10
"""Patients with the event, and without it, for each weight that is estimated again."""
MEASURES = {"auc": "auc", "intercept": "calibration_in_the_large", "slope": "calibration_slope"}
MEASURES |= {"brier": "brier"}


def estimate_updating(patients: Patients, analysis: Updating) -> list[Row]:
    """Return the recalibrated points and, if asked for and allowed, the refitted weights."""
    rows = _model_rows(patients, "points", design_matrix(patients, (analysis.exposure,)), analysis)
    if not analysis.covariates:
        return rows
    design = design_matrix(patients, analysis.covariates)
    events = int(patients.event.sum())
    fewest = min(events, len(patients.table) - events)
    if fewest >= FEWEST_OF_A_WEIGHT * len(design.columns):
        return [*rows, *_model_rows(patients, "weights", design, analysis)]
    of = {"term": analysis.exposure, "comparator": "weights", "reference": "apparent"}
    few = patients.context.row(METHOD, "auc", **of, **patients.sizes, condition="too few events")
    return [*rows, few]


def _model_rows(patients: Patients, name: str, design: Design, analysis: Updating) -> list[Row]:
    fitted = logistic(outcome=patients.event, covariates=design.matrix)
    shared: Row = {"comparator": name, **patients.sizes}
    row = patients.context.row
    if fitted.method != "maximum likelihood":
        of = {"term": analysis.exposure, "reference": "apparent"}
        return [row(METHOD, "auc", **of, **shared, condition=fitted.condition)]
    terms = [("(intercept)", ""), *((c.term, c.level) for c in design.columns)]
    rows = []
    for i, (term, level) in enumerate(terms):
        limits = {"conf_low": fitted.conf_low[i], "conf_high": fitted.conf_high[i]}
        numbers = {"estimate": fitted.estimate[i], "std_error": fitted.std_error[i], **limits}
        said = {"conf_level": fitted.conf_level, "conf_method": "wald"}
        said |= {"condition": fitted.condition}
        estimand = "log_odds_ratio" if i else "log_odds"
        rows.append(row(METHOD, estimand, term=term, group=level, **shared, **numbers, **said))
    samples = bootstrap_samples(patients)
    found = corrected(patients.event, design.matrix, samples)
    return rows + [
        row(METHOD, estimand, term=analysis.exposure, **shared, **numbers)
        for measure, estimand in MEASURES.items()
        for numbers in told(found[measure], len(samples))
    ]
