"""Aalen-Johansen curves of every cause, incidence at times, medians."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.methods.differences import difference_rows
from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row, columns_of
from hematotox.declarations.study.methods.cumulative_incidence import CumulativeIncidence
from hematotox.stats.competing_risks.cumulative_incidence import CumulativeIncidence as Curves
from hematotox.stats.competing_risks.cumulative_incidence import (
    cumulative_incidence,
    incidence_at,
    incidence_quantile,
)

METHOD = "cumulative_incidence"


def estimate_cumulative_incidence(patients: Patients, analysis: CumulativeIncidence) -> list[Row]:
    """Return curves, incidence at the declared times and the median time of each group."""
    causes = patients.plan.endpoints[analysis.endpoint].causes
    rows: list[Row] = []
    for level, member in group_members(patients, analysis.exposure):
        if not member.any():
            rows += [
                patients.context.row(
                    "cumulative_incidence",
                    "cumulative_incidence_curve",
                    group=level,
                    term=cause,
                    n=0,
                    n_event=0,
                    condition="empty group",
                )
                for cause in causes
            ]
            continue
        status = patients.status[member]
        curves = cumulative_incidence(
            time=patients.time[member],
            status=status,
            causes=tuple(range(1, len(causes) + 1)),
            variance="aalen" if analysis.variance == "aalen" else "jackknife",
        )
        for code, cause in enumerate(causes, start=1):
            shared = {
                "group": level,
                "term": cause,
                "n": int(member.sum()),
                "n_event": int((status == code).sum()),
                "conf_level": curves.conf_level,
                "conf_method": _conf_method(analysis),
                "condition": () if (status == code).any() else ("no events",),
            }
            rows.append(_count_row(patients, shared))
            rows += _curve_rows(patients, curves, code - 1, shared)
            rows += _time_rows(patients, curves, code - 1, shared, analysis.times)
            rows += _median_rows(patients, curves, code, shared)
    if analysis.differences:
        found = [r for r in rows if r["estimand"] == METHOD and r["term"] == causes[0]]
        rows += difference_rows(patients, found, term=causes[0])
    return rows


def _conf_method(analysis: CumulativeIncidence) -> str:
    return "log-log" if analysis.variance == "aalen" else "infinitesimal jackknife"


def _count_row(patients: Patients, shared: Row) -> Row:
    named = {key: shared[key] for key in ("group", "term", "n", "n_event", "condition")}
    return patients.context.row(
        "cumulative_incidence", "count", **named, estimate=shared["n_event"]
    )


def _curve_rows(patients: Patients, curves: Curves, row: int, shared: Row) -> list[Row]:
    """Return one row a distinct time from 0; an event at time 0 is in the first, as in survival."""
    std_error = curves.std_error
    origin = 1 if curves.times[1] == 0 else 0
    return [
        patients.context.row(
            "cumulative_incidence",
            "cumulative_incidence_curve",
            **{**shared, "n_event": curves.n_event[row, i]},
            time=curves.times[i],
            **columns_of(curves, "estimate", "conf_low", "conf_high", at=(row, i)),
            std_error=std_error[row, i],
            n_at_risk=curves.n_at_risk[i],
        )
        for i in range(origin, curves.times.size)
    ]


def _time_rows(
    patients: Patients, curves: Curves, row: int, shared: Row, times: tuple[float, ...]
) -> list[Row]:
    at = incidence_at(curves, times=np.array(times))
    return [
        patients.context.row(
            "cumulative_incidence",
            "cumulative_incidence",
            **{**shared, "condition": (*shared["condition"], *_beyond(curves, at.times[i]))},
            time=at.times[i],
            estimate=at.estimate[row, i],
            **columns_of(at, "std_error", "conf_low", "conf_high", at=(row, i)),
            n_at_risk=at.n_at_risk[i],
        )
        for i in range(at.times.size)
    ]


def _beyond(curves: Curves, time: float) -> tuple[str, ...]:
    return ("horizon beyond follow-up",) if time > curves.times[-1] else ()


def _median_rows(patients: Patients, curves: Curves, cause: int, shared: Row) -> list[Row]:
    median = incidence_quantile(curves, cause=cause, probability=0.5)
    reached = np.isfinite(median.estimate)
    condition = (*shared["condition"], *(() if reached else ("median not reached",)))
    return [
        patients.context.row(
            "cumulative_incidence",
            "cumulative_incidence_time_quantile",
            **{**shared, "condition": condition},
            reference="0.5",
            **columns_of(median, "estimate", "conf_low", "conf_high"),
        )
    ]
