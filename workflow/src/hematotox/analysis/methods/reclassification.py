"""Patients by the groups of two scores, with and without the outcome."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.reclassification import Reclassification


def estimate_reclassification(patients: Patients, analysis: Reclassification) -> list[Row]:
    """Return one count for each pair of groups, among patients with and without the outcome.

    No net reclassification improvement: it adds up shares of different denominators, and rewards
    models that are miscalibrated (Pepe et al., Statistics in Biosciences 2015;7:282).
    """
    old = patients.category(analysis.exposure)
    new = patients.category(analysis.compare)
    rows = []
    for term, outcome in (("with the event", 1), ("without the event", 0)):
        members = patients.event == outcome
        for before in patients.levels(analysis.exposure):
            for after in patients.levels(analysis.compare):
                count = int((members & (old == before) & (new == after)).sum())
                rows.append(
                    patients.context.row(
                        "reclassification",
                        "count",
                        term=term,
                        group=before,
                        comparator=after,
                        reference=f"{analysis.exposure} against {analysis.compare}",
                        estimate=count,
                        n=int(members.sum()),
                    )
                )
    return rows
