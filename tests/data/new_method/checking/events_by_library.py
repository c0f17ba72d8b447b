"""Patients and events by group, once more."""

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.methods.groups import group_members


def events_by_library(patients, analysis):
    """Return the count of each group."""
    words = ("the fingers", "events")
    return [
        library_row(
            patients.context,
            *words,
            estimand="events",
            group=level,
            estimate=sum(patients.event[m]),
        )
        for level, m in group_members(patients, analysis.exposure)
    ]
