"""AUC, Brier score and Uno's C of a score over time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of
from hematotox.declarations.study.methods.performance.time_performance import TimePerformance
from hematotox.stats.performance.observed_risk import observed_risk
from hematotox.stats.performance.time_dependent_auc import (
    compare_time_dependent_auc,
    time_dependent_auc,
)
from hematotox.stats.performance.time_dependent_brier import time_dependent_brier
from hematotox.stats.survival.uno import compare_uno, uno_concordance

METHOD = "time_performance"
AREA, UNO = "time_dependent_auc", "uno_concordance"
PLAIN: Row = {"conf_method": "plain"}
OF_DIFFERENCE = ("std_error", "conf_low", "conf_high", "statistic", "p_value")


def estimate_time_performance(patients: Patients, analysis: TimePerformance) -> list[Row]:
    """Return areas and Brier scores at the declared days, Uno's C where nothing competes."""
    follow_up: dict[str, Any] = {
        "time": patients.time,
        "status": patients.status,
        "horizons": analysis.times,
    }
    markers = [analysis.marker, *([analysis.compare] if analysis.compare else [])]
    rows = []
    for marker in markers:
        found = time_dependent_auc(**follow_up, marker=patients.number(marker))
        for i, day in enumerate(analysis.times):
            numbers = columns_of(found, "estimate", "std_error", "conf_low", "conf_high", at=i)
            events = {"n": len(patients.table), "n_event": int(found.n_case[i])}
            said = {"conf_level": found.conf_level, "condition": found.condition, **PLAIN}
            shared = {"term": marker, "time": day, **events}
            rows.append(patients.context.row(METHOD, AREA, **shared, **numbers, **said))
    if analysis.compare:
        rows += _differences(patients, analysis)
    if len(patients.plan.endpoints[analysis.endpoint].causes) == 1:
        rows += _uno(patients, markers, max(analysis.times))
    return rows + _brier(patients, analysis)


def _differences(patients: Patients, analysis: TimePerformance) -> list[Row]:
    assert analysis.compare is not None
    found = compare_time_dependent_auc(
        time=patients.time,
        status=patients.status,
        first=patients.number(analysis.marker),
        second=patients.number(analysis.compare),
        horizons=analysis.times,
    )
    shared = {"term": analysis.marker, "comparator": analysis.compare, "test": "wald", **PLAIN}
    shared |= {"conf_level": found.first.conf_level, "condition": found.condition}
    return [
        patients.context.row(
            METHOD,
            f"{AREA}_difference",
            **shared,
            time=day,
            estimate=found.difference[i],
            **columns_of(found, *OF_DIFFERENCE, at=i),
        )
        for i, day in enumerate(analysis.times)
    ]


def _uno(patients: Patients, markers: list[str], horizon: float) -> list[Row]:
    """Return Uno's C of each marker by a day, and their difference."""
    of: dict[str, Any] = {"time": patients.time, "event": patients.event, "horizon": horizon}
    found = [uno_concordance(**of, risk=patients.number(marker)) for marker in markers]
    rows = [
        patients.context.row(
            METHOD,
            UNO,
            term=marker,
            time=horizon,
            **columns_of(one, *INTERVAL, "std_error", "n", "n_event", "condition"),
            **PLAIN,
        )
        for marker, one in zip(markers, found, strict=True)
    ]
    if len(found) > 1:
        both = compare_uno(*found)
        shared = {"term": markers[0], "comparator": markers[1], "time": horizon, "test": "wald"}
        numbers = columns_of(both, *OF_DIFFERENCE, "conf_level", "condition")
        shared |= {"estimate": both.difference, **PLAIN}
        rows.append(patients.context.row(METHOD, f"{UNO}_difference", **shared, **numbers))
    return rows


def _brier(patients: Patients, analysis: TimePerformance) -> list[Row]:
    """Return the Brier score of the group's incidence in the other centres, and its index.

    The index of prediction accuracy is 1 less its ratio to the Brier score of the incidence of
    all patients of the other centres: both are risks that others had, as in cross-validation, where
    the model without predictors is trained like any other (R riskRegression::Score).
    """
    shared: Row = {"term": analysis.exposure, "n": len(patients.table)}
    groups = patients.category(analysis.exposure)
    risk = _elsewhere(patients, analysis, groups)
    null = _elsewhere(patients, analysis, np.full_like(groups, ""))
    rows = []
    for i, day in enumerate(analysis.times):
        if not np.isfinite(risk[:, i]).all():
            unknown = {**shared, "time": day, "condition": "not estimable"}
            rows += [patients.context.row(METHOD, name, **unknown) for name in (
                "brier", "scaled_brier")]  # fmt: skip
            continue
        found, without = (
            time_dependent_brier(
                time=patients.time, status=patients.status, risk=risks[:, i], horizons=[day]
            )
            for risks in (risk, null)
        )
        events = int(((patients.status == 1) & (patients.time <= day)).sum())
        of = {**shared, "n_event": events, "time": day, "condition": found.condition}
        numbers = columns_of(found, "estimate", "std_error", "conf_low", "conf_high", at=0)
        said = {"conf_level": found.conf_level, **PLAIN}
        rows.append(patients.context.row(METHOD, "brier", **of, **numbers, **said))
        share = found.estimate[0] / without.estimate[0] if without.estimate[0] > 0 else np.nan
        scaled = {"estimate": 1 - share}
        rows.append(patients.context.row(METHOD, "scaled_brier", **of, **scaled))
    return rows


def _elsewhere(
    patients: Patients, analysis: TimePerformance, group: NDArray[Any]
) -> NDArray[np.float64]:
    """Return each patient's incidence by each day (n, t): of the same group elsewhere.

    It is unknown where another centre has nobody of the group, or nobody followed so long.
    """
    centre = patients.category("centre")
    found = np.full((len(group), len(analysis.times)), np.nan)
    for name in np.unique(centre):
        for level in np.unique(group[centre == name]):
            own, others = (centre == name) & (group == level), (centre != name) & (group == level)
            if not others.any():
                continue
            data = {"time": patients.time[others], "status": patients.status[others]}
            for i, day in enumerate(analysis.times):
                found[own, i] = observed_risk(**data, horizon=day).estimate
    return found
