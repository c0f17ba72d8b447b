"""Two scores on the same patients (reclassification, paired_tests, roc with compare)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class ReclassificationTable(DisplayBase):
    """Two scores on the same patients (reclassification, paired_tests, roc with compare)."""

    form = "table"
    methods = frozenset({"reclassification", "paired_tests", "roc"})
    kind: Literal["reclassification_table"]
