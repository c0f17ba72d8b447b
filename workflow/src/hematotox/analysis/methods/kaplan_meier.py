"""Kaplan-Meier curves, survival at times, quantiles."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.methods.differences import difference_rows
from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row, columns_of
from hematotox.declarations.study.methods.kaplan_meier import KaplanMeier
from hematotox.stats.survival.kaplan_meier import SurvivalCurve, kaplan_meier, survival_at
from hematotox.stats.survival.survival_quantiles import quantile_with_limits

LIMITS = ("std_error", "conf_low", "conf_high")


def estimate_kaplan_meier(patients: Patients, analysis: KaplanMeier) -> list[Row]:
    """Return curve, survival at the declared times and quantiles of each group."""
    rows: list[Row] = []
    for level, member in group_members(patients, analysis.exposure):
        shared: Row = {
            "group": level,
            "n": int(member.sum()),
            "n_event": int(patients.event[member].sum()),
        }
        if not member.any():
            rows.append(
                patients.context.row(
                    "kaplan_meier", "survival_curve", **shared, condition="empty group"
                )
            )
            continue
        weights = None if patients.weights is None else patients.weights[member]
        curve = kaplan_meier(
            time=patients.time[member],
            event=patients.event[member],
            weights=weights,
            conf_type=analysis.conf_type,
        )
        shared |= {"conf_level": curve.conf_level, "conf_method": curve.conf_type}
        rows += _curve_rows(patients, curve, shared)
        rows += _time_rows(patients, curve, shared, analysis.times)
        rows += _quantile_rows(patients, curve, shared, analysis.quantiles)
    if analysis.differences:
        rows += difference_rows(patients, [r for r in rows if r["estimand"] == "survival"])
    return rows


def _curve_rows(patients: Patients, curve: SurvivalCurve, shared: Row) -> list[Row]:
    return [
        patients.context.row(
            "kaplan_meier",
            "survival_curve",
            **{**shared, "n_event": curve.n_event[i]},
            time=curve.time[i],
            estimate=curve.survival[i],
            **columns_of(curve, *LIMITS, at=i),
            n_at_risk=curve.n_risk[i],
            condition=curve.condition,
        )
        for i in range(curve.time.size)
    ]


def _time_rows(
    patients: Patients, curve: SurvivalCurve, shared: Row, times: tuple[float, ...]
) -> list[Row]:
    at = survival_at(curve, np.array(times))
    return [
        patients.context.row(
            "kaplan_meier",
            "survival",
            **shared,
            time=at.time[i],
            estimate=at.survival[i],
            **columns_of(at, *LIMITS, at=i),
            n_at_risk=at.n_risk[i],
            condition=(*curve.condition, *_beyond(curve, at.time[i])),
        )
        for i in range(at.time.size)
    ]


def _beyond(curve: SurvivalCurve, time: float) -> tuple[str, ...]:
    """Say so where nobody was followed to `time` and the last survival is carried on."""
    carried_on = time > curve.time[-1] and curve.survival[-1] > 0
    return ("horizon beyond follow-up",) if carried_on else ()


def _quantile_rows(
    patients: Patients, curve: SurvivalCurve, shared: Row, shares: tuple[float, ...]
) -> list[Row]:
    found = quantile_with_limits(curve, np.array(shares))
    rows = []
    for i, share in enumerate(shares):
        reached = np.isfinite(found.estimate[i])
        condition = () if reached or share != 0.5 else ("median not reached",)
        rows.append(
            patients.context.row(
                "kaplan_meier",
                "survival_time_quantile",
                **shared,
                term=f"{share:g}",
                **columns_of(found, "estimate", "conf_low", "conf_high", at=i),
                condition=(*curve.condition, *condition),
            )
        )
    return rows
