"""Gray's test, also stratified, for every cause."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.gray_test import GrayTest
from hematotox.stats.competing_risks.gray import gray_test


def estimate_gray_test(patients: Patients, analysis: GrayTest) -> list[Row]:
    """Return Gray's test between the groups of the exposure, one row a cause."""
    strata = patients.category(analysis.strata) if analysis.strata else None
    causes = patients.plan.endpoints[analysis.endpoint].causes
    tests = [
        gray_test(
            time=patients.time,
            status=patients.status,
            group=patients.category(analysis.exposure),
            strata=strata,
            cause=cause,
        )
        for cause in range(1, len(causes) + 1)
    ]
    adjustment = f"stratified: {analysis.strata}" if analysis.strata else ""
    return [
        patients.context.adjusted(adjustment).row(
            "gray_test",
            "hypothesis_test",
            term=causes[test.cause - 1],
            test="gray",
            statistic=test.statistic,
            df=test.df,
            p_value=test.p_value,
            n=len(patients.table),
            n_event=int((patients.status == test.cause).sum()),
            condition=test.condition,
        )
        for test in tests
    ]
