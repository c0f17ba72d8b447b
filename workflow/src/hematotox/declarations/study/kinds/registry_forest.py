"""Forest plot of the study's ratios among the published ones (registry)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class RegistryFigure(DisplayBase):
    """Forest plot of the study's ratios among the published ones (registry)."""

    form = "figure"
    methods = frozenset({"registry"})
    drawn = frozenset({"registry"})
    kind: Literal["registry_forest"]
    x_low: float | None = None
    """Lower end of the axis, a ratio; limits beyond it become arrows."""
    x_high: float | None = None
    """Upper end of the axis, a ratio."""
