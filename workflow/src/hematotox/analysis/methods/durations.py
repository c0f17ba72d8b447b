"""Median time to an event among the patients who had it, or of a number of days."""

from __future__ import annotations

from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of
from hematotox.declarations.study.methods.durations import Durations
from hematotox.stats.groups.durations import median_duration


def estimate_durations(patients: Patients, analysis: Durations) -> list[Row]:
    """Return median with order-statistic limits, and quartiles.

    Of the times of those who had the event, or of a number of days of everybody.
    """
    rows: list[Row] = []
    for level, member in group_members(patients, analysis.exposure):
        shared: Row = {"group": level}
        if analysis.variable is not None:
            times = patients.number(analysis.variable)[member]
            shared |= {"term": analysis.variable, "n": times.size}
        else:
            times = patients.time[member & (patients.event == 1)]
            shared |= {"term": "onset", "n": times.size, "n_event": times.size}
        if not times.size:
            rows.append(
                patients.context.row("durations", "median", **shared, condition=_nobody(analysis))
            )
            continue
        found = median_duration(duration=times)
        rows.append(
            patients.context.row(
                "durations",
                "median",
                **shared,
                **columns_of(found, *INTERVAL, "condition"),
                conf_method="order statistic",
            )
        )
        rows += [
            patients.context.row(
                "durations", "quantile", **shared, reference=share, estimate=quartile
            )
            for share, quartile in (("0.25", found.q1), ("0.75", found.q3))
        ]
    return rows


def _nobody(analysis: Durations) -> str:
    return "no patients" if analysis.variable is not None else "no events"
