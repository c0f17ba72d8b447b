"""Gray's test, also stratified, for every cause."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import TEST, Row, adjustment_words, columns_of
from hematotox.declarations.study.methods.gray_test import GrayTest
from hematotox.stats.competing_risks.gray import gray_test


def estimate_gray_test(patients: Patients, analysis: GrayTest) -> list[Row]:
    """Return Gray's test between the groups of the exposure, one row a cause."""
    context = patients.context.adjusted(adjustment_words(analysis))
    rows = []
    for code, cause in enumerate(patients.plan.endpoints[analysis.endpoint].causes, start=1):
        test = gray_test(
            time=patients.time,
            status=patients.status,
            group=patients.category(analysis.exposure),
            strata=patients.category_or_none(analysis.strata),
            cause=code,
        )
        rows.append(
            context.row(
                "gray_test",
                "hypothesis_test",
                term=cause,
                test="gray",
                **columns_of(test, *TEST, "condition"),
                n=len(patients.table),
                n_event=int((patients.status == code).sum()),
            )
        )
    return rows
