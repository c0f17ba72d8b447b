"""Items of a reporting guideline, each with where the run answers it."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Name
from hematotox.declarations.study.display_base import DisplayBase


class ChecklistTable(DisplayBase):
    """Items of a reporting guideline, each with where the run answers it, or that nothing does."""

    form = "table"
    shows = "study"
    kind: Literal["checklist"]
    checklist: Name
    """Checklist of config/checklists/."""
