"""Patients whose score and grade are determined by what was measured (determinability)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class DeterminabilityTable(DisplayBase):
    """Patients whose score and grade are determined by what was measured (determinability)."""

    form = "table"
    methods = frozenset({"determinability"})
    kind: Literal["determinability_table"]
