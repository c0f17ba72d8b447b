"""ROC curve, area under it, and the paired comparison of two markers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of
from hematotox.declarations.study.methods.roc import Roc
from hematotox.stats.accuracy.roc import auc, compare_auc, roc_curve


def estimate_roc(patients: Patients, analysis: Roc) -> list[Row]:
    """Return the area under the ROC curve, the curve, and the difference to another marker."""
    direction = "higher" if analysis.higher_is_worse else "lower"
    rows = _area_rows(patients, analysis.marker, direction)
    if analysis.compare:
        rows += _area_rows(patients, analysis.compare, direction)
        rows.append(_difference_row(patients, analysis, direction))
    return rows


def _marker(patients: Patients, variable: str) -> NDArray[np.float64]:
    """Return a marker as numbers; a group counts as its position in the order of its levels."""
    if not patients.is_category(variable):
        return patients.number(variable)
    position = {level: float(i) for i, level in enumerate(patients.levels(variable))}
    return patients.table[variable].map(position).to_numpy(dtype=np.float64)


def _area_rows(patients: Patients, variable: str, direction: str) -> list[Row]:
    marker = _marker(patients, variable)
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


def _difference_row(patients: Patients, analysis: Roc, direction: str) -> Row:
    assert analysis.compare is not None
    paired = compare_auc(
        outcome=patients.event,
        first=_marker(patients, analysis.marker),
        second=_marker(patients, analysis.compare),
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
