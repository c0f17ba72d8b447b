"""A correlation by scipy."""

from __future__ import annotations

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.correlation import Correlation
from hematotox.stats.libraries.second_opinion_tests import correlation_opinion


def correlation_by_library(patients: Patients, analysis: Correlation) -> list[Row]:
    """Return the correlation coefficient."""
    coefficient = correlation_opinion(
        x=patients.number(analysis.exposure),
        y=patients.number(analysis.compare),
        kind=analysis.kind,
    )
    return [
        library_row(
            patients.context,
            "scipy",
            "correlation",
            estimand="correlation",
            term=analysis.exposure,
            comparator=analysis.compare,
            estimate=coefficient,
        )
    ]
