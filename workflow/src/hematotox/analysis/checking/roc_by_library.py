"""Areas under ROC curves by scikit-learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.roc import Roc
from hematotox.stats.libraries.second_opinion_tests import auc_opinion


def roc_by_library(patients: Patients, analysis: Roc) -> list[Row]:
    """Return the areas under the ROC curves, and their difference."""
    areas = {
        variable: auc_opinion(
            outcome=patients.event,
            marker=_marker(patients, variable),
            higher_is_worse=analysis.higher_is_worse,
        )
        for variable in (analysis.marker, analysis.compare)
        if variable
    }
    rows = [
        library_row(
            patients.context, "scikit-learn", "roc", estimand="auc", term=variable, estimate=area
        )
        for variable, area in areas.items()
    ]
    if analysis.compare:
        difference = areas[analysis.marker] - areas[analysis.compare]
        rows.append(
            library_row(
                patients.context,
                "scikit-learn",
                "roc",
                estimand="auc_difference",
                term=analysis.marker,
                comparator=analysis.compare,
                estimate=difference,
            )
        )
    return rows


def _marker(patients: Patients, variable: str) -> NDArray[np.float64]:
    """Return a marker as numbers; the levels of a group count upwards in their order."""
    if not patients.is_category(variable):
        return patients.number(variable)
    order = list(patients.levels(variable))
    return np.array([order.index(level) for level in patients.category(variable)], dtype=np.float64)
