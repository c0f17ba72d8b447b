"""Share of patients with a binary endpoint, in all and in each group."""

from __future__ import annotations

from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of
from hematotox.declarations.study.methods.proportion import Proportion
from hematotox.stats.groups.proportion import proportion


def estimate_proportion(patients: Patients, analysis: Proportion) -> list[Row]:
    """Return the proportion with its exact interval in all patients and in each group."""
    groups = list(group_members(patients, None))
    if analysis.exposure:
        groups += group_members(patients, analysis.exposure)
    rows = []
    for level, member in groups:
        found = proportion(n_event=int(patients.event[member].sum()), n=int(member.sum()))
        shared = {"group": level, **columns_of(found, "n", "n_event")}
        rows.append(patients.context.row("proportion", "count", **shared, estimate=found.n_event))
        rows.append(
            patients.context.row(
                "proportion",
                "proportion",
                **shared,
                **columns_of(found, *INTERVAL, "condition"),
                conf_method="clopper-pearson",
            )
        )
    return rows
