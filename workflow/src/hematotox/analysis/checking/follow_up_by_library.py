"""Median follow-up by lifelines."""

from __future__ import annotations

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.follow_up import FollowUp
from hematotox.stats.libraries.second_opinion_curves import kaplan_meier_opinion


def follow_up_by_library(patients: Patients, analysis: FollowUp) -> list[Row]:
    """Return the median follow-up: censoring is the event, the event censors."""
    del analysis
    found = kaplan_meier_opinion(time=patients.time, event=1 - patients.event, shares=[0.5])
    words: Row = {"estimand": "survival_time_quantile", "term": "0.5"}
    names = ("lifelines", "follow_up")
    return [library_row(patients.context, *names, **words, estimate=found.quantile[0])]
