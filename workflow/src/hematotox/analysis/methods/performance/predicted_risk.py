"""How well each patient's predicted risk fits: slope, curve, distances, Brier score."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row, columns_of
from hematotox.declarations.study.compared_risk import ComparedRisk
from hematotox.errors import UserError
from hematotox.stats.numerics.survival_data import FloatArray
from hematotox.stats.performance.calibration import CalibrationMeasure, calibration
from hematotox.stats.performance.calibration_curve import (
    calibration_curve,
    loess_calibration_errors,
)
from hematotox.stats.performance.observed_risk import observed_over_expected, observed_risk
from hematotox.stats.performance.pseudo_values import calibration_at_horizon, pseudo_risks
from hematotox.stats.performance.time_dependent_brier import time_dependent_brier

METHOD = "calibration"
CONF_LEVEL = 0.95
WALD = {"conf_level": CONF_LEVEL, "conf_method": "wald"}
NUMBERS = ("estimate", "std_error", "conf_low", "conf_high")
FEWEST_RISKS = 5
"""Fewer different predicted risks carry neither a slope nor a curve."""


def enough_risks(risk: FloatArray) -> bool:
    """Return whether there are enough different risks, float noise apart, for slope and curve."""
    return np.unique(np.round(risk, 9)).size >= FEWEST_RISKS


def in_the_large(patients: Patients, analysis: ComparedRisk, risk: FloatArray) -> Row:
    """Return calibration in the large: log odds, at a horizon complementary log-log."""
    if ((risk <= 0) | (risk >= 1)).any():
        return {"condition": "risk of exactly 0 or 1"}
    return {**columns_of(_measures(patients, analysis, risk)[0], *NUMBERS), **WALD}


def _measures(
    patients: Patients, analysis: ComparedRisk, risk: FloatArray
) -> tuple[CalibrationMeasure, CalibrationMeasure]:
    """Return calibration in the large and slope."""
    if analysis.time is None:
        whole = calibration(outcome=patients.event, risk=risk)
        return whole.intercept, whole.slope
    follow_up = {"time": patients.time, "status": patients.status}
    pseudo = pseudo_risks(**follow_up, horizon=analysis.time)
    found = calibration_at_horizon(pseudo=pseudo, risk=risk)
    return found.intercept, found.slope


def predicted_rows(
    patients: Patients, analysis: ComparedRisk, risk: FloatArray, context: Context | None = None
) -> list[Row]:
    """Return the rows of a predicted risk, one value a patient.

    Raises
    ------
    UserError
        A predicted risk outside 0 to 1.
    """
    if (risk < 0).any() or (risk > 1).any():
        raise UserError(
            f"{analysis.marker}: a predicted risk must lie from 0 to 1, not in per cent"
        )
    shared = {"term": analysis.marker, "time": analysis.time, **patients.sizes}
    row = (context or patients.context).row
    rows = [] if context else [
        row(METHOD, "log_observed_expected", **shared, **_ratio(patients, analysis, risk)),
        row(METHOD, "calibration_in_the_large", **shared, **in_the_large(patients, analysis, risk)),
    ]  # fmt: skip
    enough = enough_risks(risk)
    if enough:
        slope: Row = {"condition": "risk of exactly 0 or 1"}
        if ((risk > 0) & (risk < 1)).all():
            slope = columns_of(_measures(patients, analysis, risk)[1], *NUMBERS) | WALD
        rows.append(row(METHOD, "calibration_slope", **shared, **slope))
    rows += [row(METHOD, name, **shared, **one) for name, one in _brier(patients, analysis, risk)]
    curve = _curve(patients, risk) if enough and analysis.time is None else []
    return rows + [row(METHOD, name, **(shared | one)) for name, one in curve]


def _ratio(patients: Patients, analysis: ComparedRisk, risk: FloatArray) -> Row:
    """Return O/E of all patients on the log scale, the prediction as known."""
    time = None if analysis.time is None else patients.time
    whole = observed_risk(status=patients.status, time=time, horizon=analysis.time)
    ratio = observed_over_expected(whole, expected=float(risk.mean()))
    limits = columns_of(ratio, "std_error", "conf_low", "conf_high", "condition")
    return {"estimate": ratio.log_ratio, **limits, **WALD}


def _brier(patients: Patients, analysis: ComparedRisk, risk: FloatArray) -> list[tuple[str, Row]]:
    """Return the Brier score and its share of the score of one risk for all (scaled, IPA)."""
    if analysis.time is None:
        whole = calibration(outcome=patients.event, risk=risk)
        return [("brier", {**columns_of(whole.brier, *NUMBERS), **WALD}),
                ("scaled_brier", {"estimate": whole.scaled_brier})]  # fmt: skip
    found = time_dependent_brier(
        time=patients.time, status=patients.status, risk=risk, horizons=[analysis.time]
    )
    return [("brier", {**columns_of(found, *NUMBERS, at=0), **WALD}),
            ("scaled_brier", {"estimate": found.scaled[0]})]  # fmt: skip


def _curve(patients: Patients, risk: FloatArray) -> list[tuple[str, Row]]:
    """Return the distances from the loess curve, and the curve over the predicted risks."""
    errors = loess_calibration_errors(outcome=patients.event, risk=risk)
    rows: list[tuple[str, Row]] = [
        (name, {"estimate": getattr(errors, name), "condition": errors.condition})
        for name in ("ici", "e50", "e90")
    ]
    at = np.unique(np.quantile(risk, np.linspace(0.01, 0.99, 50)))
    curve = calibration_curve(outcome=patients.event, risk=risk, at=at)
    limits = {"conf_level": CONF_LEVEL, "conf_method": "plain"}
    for i in np.flatnonzero(np.isfinite(curve.observed)):
        numbers = {"time": curve.risk[i], "estimate": curve.observed[i]} | limits
        ends = columns_of(curve, "conf_low", "conf_high", at=int(i))
        rows.append(("calibration_curve", numbers | ends))
    return rows
