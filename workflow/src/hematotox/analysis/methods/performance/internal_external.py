"""Internal-external validation: a model made in all centres but one, in the one left out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.methods.performance.centre_summaries import (
    AREAS,
    FEWEST_OF_EACH,
    RATIO,
    measured,
    ratio_row,
    summary_rows,
    too_few,
)
from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import design_matrix
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.performance.internal_external import InternalExternal
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.performance.calibration import CalibrationMeasure, calibration
from hematotox.stats.performance.internal_external import left_out_log_odds, left_out_survival
from hematotox.stats.survival.concordance import concordance
from hematotox.stats.survival.cox import CoxModel, cox
from hematotox.stats.survival.kaplan_meier import kaplan_meier, survival_at

METHOD = "internal_external"
SLOPE, IN_THE_LARGE = "calibration_slope", "calibration_in_the_large"


def estimate_internal_external(patients: Patients, analysis: InternalExternal) -> list[Row]:
    """Return C, slope and O/E of each centre left out, and their summaries."""
    binary = patients.plan.endpoints[analysis.endpoint].type == "binary"
    by_centre = _binary(patients, analysis) if binary else _timed(patients, analysis)
    rows = []
    for found, expected in by_centre:
        rows += [*found, *summary_rows(patients.context, found, expected=expected)]
    model = " + ".join(analysis.covariates)
    return [{**row, "term": row.get("term") or model} for row in rows]


Measures = list[tuple[list[Row], list[float] | None]]


def _binary(patients: Patients, analysis: InternalExternal) -> Measures:
    """Return the measures of logistic models, each in every centre."""
    centre, matrix = patients.category("centre"), design_matrix(patients, analysis.covariates)
    left_out = left_out_log_odds(
        outcome=patients.event, covariates=matrix.matrix, centre=centre.astype(str)
    )
    areas, slopes, offsets, ratios, hoped = [], [], [], [], []
    for own, context in _centres(patients):
        events, risk = patients.event[own], left_out.risk[own]
        made = bool(np.isfinite(risk).all())
        hoped.append(float(risk.sum()) if made else 0.0)
        ratios.append(ratio_row(context, METHOD, events, hoped[-1]))
        found = calibration(outcome=events, risk=risk) if made and not too_few(events) else None
        areas.append(_row(context, "auc", events, found and found.discrimination, made))
        slopes.append(_row(context, SLOPE, events, found and found.slope, made))
        offsets.append(_row(context, IN_THE_LARGE, events, found and found.intercept, made))
    return [(areas, None), (slopes, None), (offsets, None), (ratios, hoped)]


def _timed(patients: Patients, analysis: InternalExternal) -> Measures:
    """Return the measures of Cox models, each in every centre.

    Where events compete the risk of one of them cannot be told from its hazard alone: no O/E.
    """
    matrix = design_matrix(patients, analysis.covariates).matrix
    time, event = patients.time, patients.event
    left_out = left_out_survival(
        time=time,
        event=event,
        covariates=matrix,
        centre=patients.category("centre").astype(str),
        horizon=analysis.horizon,
    )
    predictor, risk = left_out.predictor, left_out.risk
    alone = len(patients.plan.endpoints[analysis.endpoint].causes) == 1
    areas, slopes, ratios = [], [], []
    for own, context in _centres(patients):
        events, made = event[own], bool(np.isfinite(predictor[own]).all())
        fits = made and events.sum() >= FEWEST_OF_EACH
        of = {"time": time[own], "event": events}
        c = concordance(**of, risk=predictor[own]) if fits else None
        areas.append(_row(context, "concordance", events, c, made))
        model = cox(time=time[own], event=events, covariates=predictor[own]) if fits else None
        slopes.append(_row(context, SLOPE, events, model and _coefficient(model), made))
        if alone:
            ratio = _ratio(of, risk[own].mean(), analysis.horizon) if made else None
            ratios.append({**_row(context, RATIO, events, ratio, made), "time": analysis.horizon})
    return [(areas, None), (slopes, None), *([(ratios, None)] if alone else [])]


def _centres(patients: Patients) -> Iterator[tuple[NDArray[np.bool_], Context]]:
    centre = patients.category("centre")
    for name in sorted(set(centre)):
        yield centre == name, replace(patients.context, centre=name)


def _row(context: Context, estimand: str, events: NDArray[np.int64], found: Any, made: bool) -> Row:
    """Return a measure of a centre; without one, why there is none."""
    sizes = {"n": events.size, "n_event": int(events.sum())}
    if found is None:
        words = "too few events" if made else "not estimable"
        return context.row(METHOD, estimand, **sizes, condition=words)
    how = "plain" if estimand in AREAS else "wald"
    return measured(context, METHOD, estimand, found, **sizes, conf_level=0.95, conf_method=how)


def _coefficient(model: CoxModel) -> CalibrationMeasure:
    numbers = (model.coefficient, model.std_error, model.conf_low, model.conf_high)
    return CalibrationMeasure(*(float(values[0]) for values in numbers))


def _ratio(of: dict[str, Any], expected: float, horizon: float) -> CalibrationMeasure | None:
    """Return the log of 1 - Kaplan-Meier over the mean predicted risk; None without an event."""
    curve = survival_at(kaplan_meier(**of), [horizon])
    observed = 1 - float(curve.survival[0])
    if not (observed > 0 and expected > 0):
        return None
    log_ratio, error = math.log(observed / expected), float(curve.std_error[0]) / observed
    half = two_sided_quantile(0.95) * error
    return CalibrationMeasure(log_ratio, error, log_ratio - half, log_ratio + half)
