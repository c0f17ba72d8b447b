"""Share of patients with a binary endpoint, in all and in each group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of, weighted_columns
from hematotox.declarations.study.methods.proportion import Proportion
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.imputation.weighted import weighted_proportion


def estimate_proportion(patients: Patients, analysis: Proportion) -> list[Row]:
    """Return the proportion with its exact interval in all patients and in each group."""
    groups = list(group_members(patients, None))
    if analysis.exposure:
        groups += group_members(patients, analysis.exposure)
    rows = []
    for level, member in groups:
        if patients.weights is not None:
            rows.append(_weighted_row(patients, level, member))
            continue
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


def _weighted_row(patients: Patients, level: str, member: NDArray[np.bool_]) -> Row:
    """Return the share of weighted patients, with limits on the logit scale."""
    assert patients.weights is not None
    event = patients.event[member]
    sizes = {"group": level, "n": int(member.sum()), "n_event": int(event.sum())}
    if not member.any():
        return patients.context.row("proportion", "proportion", **sizes, condition="empty group")
    found = weighted_proportion(event=event, weights=patients.weights[member])
    return patients.context.row("proportion", "proportion", **sizes, **weighted_columns(found))
