"""Medians of numbers of days by group, and correlations (durations, correlation)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class DurationTable(DisplayBase):
    """Medians of numbers of days by group, and correlations (durations, correlation)."""

    form = "table"
    methods = frozenset({"durations", "correlation"})
    kind: Literal["duration_table"]
