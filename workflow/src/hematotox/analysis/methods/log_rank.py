"""Log-rank test, also stratified."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.log_rank import LogRank
from hematotox.stats.survival.log_rank import log_rank


def estimate_log_rank(patients: Patients, analysis: LogRank) -> list[Row]:
    """Return the log-rank test between the groups of the exposure."""
    strata = patients.category(analysis.strata) if analysis.strata else None
    test = log_rank(
        time=patients.time,
        event=patients.event,
        group=patients.category(analysis.exposure),
        strata=strata,
        levels=patients.levels(analysis.exposure),
    )
    adjustment = f"stratified: {analysis.strata}" if analysis.strata else ""
    return [
        patients.context.adjusted(adjustment).row(
            "log_rank",
            "hypothesis_test",
            term=analysis.exposure,
            test="log-rank",
            statistic=test.statistic,
            df=test.df,
            p_value=test.p_value,
            n=len(patients.table),
            n_event=int(patients.event.sum()),
            condition=test.condition,
        )
    ]
