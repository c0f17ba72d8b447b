"""The log-rank test by lifelines, a stratified one by statsmodels."""

from __future__ import annotations

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row, adjustment_words
from hematotox.declarations.study.methods.log_rank import LogRank
from hematotox.stats.libraries.second_opinion_curves import log_rank_opinion


def log_rank_by_library(patients: Patients, analysis: LogRank) -> list[Row]:
    """Return the log-rank test, a stratified one by statsmodels; of a weighted one nothing."""
    if any(analysis.weights):
        return []
    statistic, p_value = log_rank_opinion(
        time=patients.time,
        event=patients.event,
        group=patients.category(analysis.exposure),
        strata=patients.category_or_none(analysis.strata),
    )
    return [
        library_row(
            patients.context.adjusted(adjustment_words(analysis)),
            "statsmodels" if analysis.strata else "lifelines",
            "log_rank",
            estimand="hypothesis_test",
            term=analysis.exposure,
            test="log-rank",
            statistic=statistic,
            p_value=p_value,
        )
    ]
