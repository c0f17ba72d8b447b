"""Performance by centre, subgroup, time or model, one column a measure."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase

SHOWN = frozenset(
    {
        "added_value",
        "centre_performance",
        "internal_external",
        "subgroup_performance",
        "time_performance",
        "updating",
    }
)


class PerformanceForest(DisplayBase):
    """Forest plot of performance by centre, subgroup, time or model: one column a measure."""

    form = "figure"
    methods = SHOWN
    drawn = SHOWN
    kind: Literal["performance_forest"]
    measures: tuple[str, ...] = ()
    """Measures to show, by the names of the estimates table; all if absent."""
