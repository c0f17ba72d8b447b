"""Patients and events by group."""

from hematotox.analysis.methods.groups import group_members


def estimate_events(patients, analysis):
    """Return a count for each group."""
    return [
        patients.context.row(
            "events",
            "events",
            group=level,
            estimate=patients.event[member].sum(),
            n=member.sum(),
            n_event=patients.event[member].sum(),
        )
        for level, member in group_members(patients, analysis.exposure)
    ]
