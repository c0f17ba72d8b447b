"""Effects with intervals on a log axis."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag, Text
from hematotox.declarations.study.display_base import RATIOS, DisplayBase


class ForestFigure(DisplayBase):
    """Effects with intervals on a log axis."""

    form = "figure"
    quiet = True
    methods = RATIOS | {"random_effects"}
    drawn = RATIOS | {"random_effects"}
    kind: Literal["forest"]
    terms: tuple[Text, ...] = ()
    """Variables to show; without them the exposure of every analysis."""
    policies: Flag = False
    """Show each effect under every policy about missing values (see missing: compare)."""
    x_low: float | None = None
    """Lower end of the axis, a ratio; limits beyond it become arrows."""
    x_high: float | None = None
    """Upper end of the axis, a ratio."""

    @property
    def compares_policies(self) -> bool:
        """Whether every policy is shown."""
        return self.policies
