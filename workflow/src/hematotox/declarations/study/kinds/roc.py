"""ROC curves with the area and the operating point of the groups."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class RocFigure(DisplayBase):
    """ROC curves with the area and the operating point of the groups."""

    form = "figure"
    methods = frozenset({"roc", "diagnostic_accuracy"})
    drawn = frozenset({"roc"})
    kind: Literal["roc"]
