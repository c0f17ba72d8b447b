"""ROC curve, area under it, and the paired comparison of two markers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of, weighted_columns
from hematotox.declarations.study.methods.roc import Roc
from hematotox.stats.accuracy.roc import auc, compare_auc, roc_curve
from hematotox.stats.imputation.weighted import weighted_auc
from hematotox.stats.performance.precision import (
    patients_for_auc,
    patients_for_observed_expected,
    patients_for_share,
)


def estimate_roc(patients: Patients, analysis: Roc) -> list[Row]:
    """Return the area under the ROC curve, the curve, and the difference to another marker."""
    direction = "higher" if analysis.higher_is_worse else "lower"
    rows = _area_rows(patients, analysis.marker, direction)
    if analysis.compare and patients.weights is None:
        rows += _area_rows(patients, analysis.compare, direction)
        rows.append(_difference_row(patients, analysis, direction))
    return rows + (_precision_rows(patients, rows[0]) if analysis.precision else [])


def _precision_rows(patients: Patients, area: Row) -> list[Row]:
    """Return how precise the area is, and the patients that Riley's widths would need."""
    if area["conf_low"] is None or area["conf_high"] is None or not 0 < area["estimate"] < 1:
        return []
    share = patients.sizes["n_event"] / patients.sizes["n"]
    found = {
        "auc_width": area["conf_high"] - area["conf_low"],
        "patients_for_auc": patients_for_auc(area["estimate"], share=share),
        "patients_for_observed_expected": patients_for_observed_expected(share=share),
        "patients_for_sensitivity": patients_for_share(share=share),
        "patients_for_specificity": patients_for_share(share=1 - share),
    }
    shared = {"term": area["term"], **patients.sizes}
    return [
        patients.context.row("roc", name, **shared, estimate=value) for name, value in found.items()
    ]


def marker_numbers(patients: Patients, variable: str) -> NDArray[np.float64]:
    """Return a marker as numbers; a group counts as its position in the order of its levels."""
    if not patients.is_category(variable):
        return patients.number(variable)
    position = {level: float(i) for i, level in enumerate(patients.levels(variable))}
    return patients.table[variable].map(position).to_numpy(dtype=np.float64)


def _area_rows(patients: Patients, variable: str, direction: str) -> list[Row]:
    marker = marker_numbers(patients, variable)
    if patients.weights is not None:
        return [_weighted_row(patients, variable, marker if direction == "higher" else -marker)]
    area = auc(outcome=patients.event, marker=marker, direction=direction)
    rows = [
        patients.context.row(
            "roc",
            "auc",
            term=variable,
            **patients.sizes,
            **columns_of(area, *INTERVAL, "std_error", "condition"),
            conf_method="delong",
        )
    ]
    curve = roc_curve(outcome=patients.event, marker=marker, direction=direction)
    known = np.isfinite(curve.sensitivity) & np.isfinite(curve.specificity)
    return rows + [
        patients.context.row(
            "roc",
            "roc_curve",
            term=variable,
            reference=f"{curve.threshold[i]:g}",
            time=1 - curve.specificity[i],
            estimate=curve.sensitivity[i],
            **patients.sizes,
            condition=area.condition,
        )
        for i in np.flatnonzero(known)
    ]


def _weighted_row(patients: Patients, variable: str, marker: NDArray[np.float64]) -> Row:
    """Return the area of weighted patients, with limits on the logit scale."""
    words = {"term": variable, **patients.sizes}
    if len(set(patients.event)) < 2:
        return patients.context.row("roc", "auc", **words, condition="not estimable")
    assert patients.weights is not None
    found = weighted_auc(outcome=patients.event, marker=marker, weights=patients.weights)
    return patients.context.row("roc", "auc", **words, **weighted_columns(found))


def _difference_row(patients: Patients, analysis: Roc, direction: str) -> Row:
    assert analysis.compare is not None
    paired = compare_auc(
        outcome=patients.event,
        first=marker_numbers(patients, analysis.marker),
        second=marker_numbers(patients, analysis.compare),
        directions=(direction, direction),
    )
    return patients.context.row(
        "roc",
        "auc_difference",
        term=analysis.marker,
        comparator=analysis.compare,
        **patients.sizes,
        estimate=paired.difference,
        **columns_of(paired, "std_error", "conf_low", "conf_high", "conf_level"),
        **columns_of(paired, "statistic", "p_value", "condition"),
        conf_method="delong",
        test="delong",
    )
