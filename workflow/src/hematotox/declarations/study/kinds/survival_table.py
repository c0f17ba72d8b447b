"""Survival or cumulative incidence at times, medians, tests, restricted means."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Name
from hematotox.declarations.study.display_base import DisplayBase, TimeUnit


class SurvivalTable(DisplayBase):
    """Survival or cumulative incidence at times, medians, tests, restricted means."""

    form = "table"
    methods = frozenset(
        {"kaplan_meier", "follow_up", "log_rank", "rmst", "cumulative_incidence", "gray_test"}
    )
    kind: Literal["survival_table"]
    causes: tuple[Name, ...] = ()
    """Causes of an incidence to show; all if absent."""
    time_unit: TimeUnit = "months"
    """Unit in which times are printed."""
