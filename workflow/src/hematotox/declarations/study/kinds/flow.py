"""Flow of patients from the exports to the analysis."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Name
from hematotox.declarations.study.display_base import DisplayBase


class FlowFigure(DisplayBase):
    """Flow of patients from the exports to the analysis."""

    form = "figure"
    shows = "study"
    kind: Literal["flow"]
    endpoints: tuple[Name, ...] = ()
    """Endpoints whose evaluability stands under the flow; the scores always do."""
