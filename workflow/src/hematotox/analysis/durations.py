"""Median time to an event among the patients who had it."""

from __future__ import annotations

from hematotox.analysis.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.analyses import Durations
from hematotox.stats.durations import median_duration


def estimate_durations(patients: Patients, analysis: Durations) -> list[Row]:
    """Return median with order-statistic limits, and quartiles, of the times of those affected."""
    rows: list[Row] = []
    for level, member in group_members(patients, analysis.exposure):
        times = patients.time[member & (patients.event == 1)]
        shared = {"group": level, "term": "onset", "n": times.size, "n_event": times.size}
        if not times.size:
            rows.append(
                patients.context.row("durations", "median", **shared, condition="no events")
            )
            continue
        found = median_duration(duration=times)
        rows.append(
            patients.context.row(
                "durations",
                "median",
                **shared,
                estimate=found.estimate,
                conf_low=found.conf_low,
                conf_high=found.conf_high,
                conf_level=found.conf_level,
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
