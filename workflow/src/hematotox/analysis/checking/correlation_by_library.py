"""A correlation by scipy."""

from __future__ import annotations

from functools import partial

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.correlation import Correlation
from hematotox.stats.libraries.second_opinion_tests import correlation_opinion


def correlation_by_library(patients: Patients, analysis: Correlation) -> list[Row]:
    """Return the correlation coefficient."""
    x, y = patients.number(analysis.exposure), patients.number(analysis.compare)
    words = {"term": analysis.exposure, "comparator": analysis.compare}
    coefficient = correlation_opinion(x=x, y=y, kind=analysis.kind)
    row = partial(library_row, patients.context, "scipy", "correlation", estimand="correlation")
    return [row(**words, estimate=coefficient)]
