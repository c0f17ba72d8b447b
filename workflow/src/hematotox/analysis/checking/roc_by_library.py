"""Areas under ROC curves by scikit-learn."""

from __future__ import annotations

from functools import partial

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.methods.roc import marker_numbers
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.roc import Roc
from hematotox.stats.libraries.second_opinion_tests import auc_opinion


def roc_by_library(patients: Patients, analysis: Roc) -> list[Row]:
    """Return the areas under the ROC curves, and their difference."""
    areas = {
        variable: auc_opinion(
            outcome=patients.event,
            marker=marker_numbers(patients, variable),
            higher_is_worse=analysis.higher_is_worse,
        )
        for variable in (analysis.marker, analysis.compare)
        if variable
    }
    row = partial(library_row, patients.context, "scikit-learn", "roc")
    rows = [row(estimand="auc", term=variable, estimate=area) for variable, area in areas.items()]
    if analysis.compare:
        words = {"term": analysis.marker, "comparator": analysis.compare}
        difference = areas[analysis.marker] - areas[analysis.compare]
        rows.append(row(estimand="auc_difference", **words, estimate=difference))
    return rows
