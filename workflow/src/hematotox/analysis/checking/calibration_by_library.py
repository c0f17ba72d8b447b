"""Observed risks by statsmodels, by a day without competing events by lifelines."""

from __future__ import annotations

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.methods.performance.calibration import strata_of
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.performance.calibration import Calibration
from hematotox.stats.libraries.second_opinion_curves import kaplan_meier_opinion
from hematotox.stats.libraries.second_opinion_tests import proportion_opinion


def calibration_by_library(patients: Patients, analysis: Calibration) -> list[Row]:
    """Return the observed risk at each number of points, in each group and in all."""
    if not analysis.score or (analysis.time is not None and (patients.status > 1).any()):
        return []
    rows = []
    for method, term, level, member in strata_of(patients, analysis):
        event = patients.event[member]
        if analysis.time is None:
            low, high = proportion_opinion(n_event=int(event.sum()), n=event.size)
            numbers = {"estimate": event.mean(), "conf_low": low, "conf_high": high}
        else:
            times, day = patients.time[member], analysis.time
            found = kaplan_meier_opinion(time=times, event=event, times=(day,), shares=())
            numbers = {"estimate": 1 - found.survival[0]}
            numbers |= {"conf_low": 1 - found.conf_high[0], "conf_high": 1 - found.conf_low[0]}
        library = "statsmodels" if analysis.time is None else "lifelines"
        words: Row = {"term": term, "group": level, "time": analysis.time, **numbers}
        rows.append(
            library_row(patients.context, library, method, estimand="observed_risk", **words)
        )
    return rows
