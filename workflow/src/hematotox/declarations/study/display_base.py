"""What all displays that a study may declare share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator

from hematotox.declarations.base import Declaration, MemberName, Name, Text
from hematotox.declarations.study.analyses import FACTS

Place = Literal["main", "supplement", "evidence"]
PLACES: dict[Place, str] = {
    "main": "Tables and figures",
    "supplement": "Supplementary tables and figures",
    "evidence": "Beyond the paper: evidence on the score",
}
"""Parts of the report in their order, and their headings."""
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
TimeUnit = Literal["days", "months", "years"]
RATIOS = frozenset(
    method
    for method, facts in FACTS.items()
    if any(effect.scale == "log ratio" for effect in facts.effects)
)
"""Methods that estimate a ratio of their exposure: those of a regression."""


MOST_GROUPS, MOST_CAUSES = 6, 3
"""Curves of one panel that can be told apart in a grey print, and causes of several groups."""


def crowded(groups: int, causes: int = 1) -> str:
    """Return what to do where the curves of one panel cannot be told apart, or nothing."""
    told = f"than the {MOST_GROUPS} that can be told apart in one panel"
    if groups > MOST_GROUPS:
        return (
            f"{groups} curves are more {told}: give some a panel or a figure of their own, or "
            "join levels of the variable"
        )
    if causes > (MOST_CAUSES if groups > 1 else MOST_GROUPS):
        told = told if groups < 2 else f"than the {MOST_CAUSES} of several groups"
        return f"{causes} causes are more {told}: name those to show (causes)"
    return ""


class DisplayBase(Declaration):
    """What every display says: its place in the manuscript and the analyses it shows."""

    methods: ClassVar[frozenset[str]] = frozenset()
    """Methods whose analyses it can show; empty where any fits, or none is named."""
    drawn: ClassVar[frozenset[str]] = frozenset()
    """Of a figure: the methods of which it, or each panel, needs at least one."""
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
    analyses: tuple[MemberName, ...] = ()
    """Analyses that it shows, in their order."""
    place: Place = "main"
    """Part of the report that it belongs to: the paper's own, its supplement, or what is told
    beyond the paper of how the score performs."""

    @property
    def compares_policies(self) -> bool:
        """Whether it shows its analyses under every policy about missing values."""
        return False


class Panel(Declaration):
    """One panel of a figure."""

    title: str = ""
    """Shown above the panel."""
    analyses: tuple[MemberName, ...]
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
    colours: dict[Name, Colour] = {}
    """Colours of groups, `high: "#D55E00"`; the house's for all others."""
    labels: dict[Name, Text] = {}
    """Words for groups in this figure, `high: "HT high"`."""
    y_axis: Literal["percent", "proportion"] = "percent"
    """Whether the vertical axis runs to 100 per cent or to 1."""
    y_end: float | None = Field(default=None, gt=0, le=100)
    """Upper end of the vertical axis in per cent; of survival 100, of incidence above the highest
    curve if absent."""
    width: Literal[85, 170, 180] | None = None
    """Width in millimetres at which it is printed; letters are 6 points or larger. By default a
    column (85) for one panel, both columns (174) for several."""

    @field_validator("width", mode="before")
    @classmethod
    def _number(cls, width: object) -> object:
        return int(width) if isinstance(width, str) and width.isdigit() else width
