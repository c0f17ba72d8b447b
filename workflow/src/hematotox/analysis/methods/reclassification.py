"""Patients by the groups of two scores, with and without the outcome."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.reclassification import Reclassification
from hematotox.stats.accuracy.reclassification import reclassification


def estimate_reclassification(patients: Patients, analysis: Reclassification) -> list[Row]:
    """Return one count for each pair of groups, among patients with and without the outcome."""
    old, new = patients.levels(analysis.exposure), patients.levels(analysis.compare)
    found = reclassification(
        outcome=patients.event,
        old=patients.category(analysis.exposure),
        new=patients.category(analysis.compare),
        old_levels=old,
        new_levels=new,
    )
    return [
        patients.context.row(
            "reclassification",
            "count",
            term=term,
            group=before,
            comparator=after,
            reference=f"{analysis.exposure} against {analysis.compare}",
            estimate=counts[i, j],
            n=counts.sum(),
        )
        for term, counts in (("with the event", found.cases), ("without the event", found.controls))
        for i, before in enumerate(old)
        for j, after in enumerate(new)
    ]
