"""The declarations that studies name."""

from __future__ import annotations

from dataclasses import dataclass, field

from hematotox.declarations.conventions import Convention
from hematotox.declarations.score import Score
from hematotox.declarations.study.checklists.checklist import Checklist


@dataclass(frozen=True)
class Named:
    """The declarations that studies name."""

    scores: dict[str, Score]
    conventions: dict[str, Convention]
    checklists: dict[str, Checklist] = field(default_factory=dict)
