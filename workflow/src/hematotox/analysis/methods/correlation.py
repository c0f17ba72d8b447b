"""Correlation of two measurements."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of
from hematotox.declarations.study.methods.correlation import Correlation
from hematotox.stats.groups.correlation import pearson, spearman


def estimate_correlation(patients: Patients, analysis: Correlation) -> list[Row]:
    """Return the correlation coefficient with its interval and test."""
    method = spearman if analysis.kind == "spearman" else pearson
    found = method(x=patients.number(analysis.exposure), y=patients.number(analysis.compare))
    return [
        patients.context.row(
            "correlation",
            "correlation",
            term=analysis.exposure,
            comparator=analysis.compare,
            **columns_of(found, *INTERVAL, "statistic", "p_value", "n", "condition"),
            conf_method="fisher z",
            test=analysis.kind,
        )
    ]
