"""Patients, odds ratio and AUC under each convention, policy and window (sensitivity)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class SensitivityTable(DisplayBase):
    """Patients, odds ratio and AUC under each convention, policy and window (sensitivity)."""

    form = "table"
    methods = frozenset({"sensitivity"})
    kind: Literal["sensitivity_table"]
