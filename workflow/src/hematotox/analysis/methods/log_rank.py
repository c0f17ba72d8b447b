"""Log-rank test, also stratified."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import TEST, Row, adjustment_words, columns_of
from hematotox.declarations.study.methods.log_rank import LogRank
from hematotox.stats.survival.log_rank import log_rank


def estimate_log_rank(patients: Patients, analysis: LogRank) -> list[Row]:
    """Return the log-rank test between the groups of the exposure."""
    test = log_rank(
        time=patients.time,
        event=patients.event,
        group=patients.category(analysis.exposure),
        strata=patients.category_or_none(analysis.strata),
        levels=patients.levels(analysis.exposure),
        weights=analysis.weights,
    )
    weights = ", ".join(f"{weight:g}" for weight in analysis.weights)
    return [
        patients.context.adjusted(adjustment_words(analysis)).row(
            "log_rank",
            "hypothesis_test",
            term=analysis.exposure,
            test=f"fleming-harrington ({weights})" if any(analysis.weights) else "log-rank",
            **columns_of(test, *TEST, "condition"),
            **patients.sizes,
        )
    ]
