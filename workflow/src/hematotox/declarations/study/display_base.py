"""What all displays that a study may declare share."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from hematotox.declarations.base import Declaration, Name, Text
from hematotox.declarations.study.analyses import FACTS

TimeUnit = Literal["days", "months", "years"]
RATIOS = frozenset(
    method
    for method, facts in FACTS.items()
    if any(effect.scale == "log ratio" for effect in facts.effects)
)
"""Methods that estimate a ratio of their exposure: those of a regression."""


class DisplayBase(Declaration):
    """What every display says: its place in the manuscript and the analyses it shows."""

    methods: ClassVar[frozenset[str]] = frozenset()
    """Methods whose analyses it can show; empty where any fits, or none is named."""
    form: ClassVar[Literal["table", "figure"]]
    shows: ClassVar[Literal["analyses", "study", "agreement"]] = "analyses"
    """Rows that it is made from: of its analyses, of the whole study, or our numbers beside the
    paper's."""
    quiet: ClassVar[bool] = False
    """Whether a figure shows nothing of an analysis without an estimate, which a note then tells;
    the others name its condition."""

    if TYPE_CHECKING:
        kind: str
    title: Text
    """Shown above a table and under a figure, for example "Figure 1A. Overall survival"."""
    caption: str = ""
    """Further words under the title."""
    analyses: tuple[Name, ...] = ()
    """Analyses that it shows, in their order."""
    place: Literal["main", "supplement"] = "main"
    """Part of the manuscript that it belongs to."""


class Panel(Declaration):
    """One panel of a figure."""

    title: str = ""
    """Shown above the panel."""
    analyses: tuple[Name, ...]
    """Analyses that it shows."""


class CurveFigure(DisplayBase):
    """What figures of curves over time share."""

    form = "figure"
    panels: tuple[Panel, ...] = ()
    """Without panels, one panel of `analyses`."""
    time_unit: TimeUnit = "months"
    """Unit of the time axis."""
    horizon: float | None = None
    """End of the time axis in days; the last event or censoring if absent."""
    tick_every: float | None = None
    """Distance of the ticks in `time_unit`."""
