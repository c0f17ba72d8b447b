"""Sensitivity, specificity and predictive values by scikit-learn."""

from __future__ import annotations

from functools import partial

import numpy as np

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.diagnostic_accuracy import DiagnosticAccuracy
from hematotox.stats.libraries.second_opinion_tests import accuracy_opinion


def diagnostic_accuracy_by_library(patients: Patients, analysis: DiagnosticAccuracy) -> list[Row]:
    """Return sensitivity, specificity, predictive values and share classified correctly."""
    positive = (patients.category(analysis.exposure) == analysis.positive).astype(np.int64)
    found = accuracy_opinion(outcome=patients.event, test=positive)
    row = partial(library_row, patients.context, "scikit-learn", "diagnostic_accuracy")
    words = {"term": analysis.exposure, "group": analysis.positive}
    return [row(estimand=name, **words, estimate=value) for name, value in found.items()]
