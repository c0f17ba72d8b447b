"""The declarations that studies name."""

from __future__ import annotations

from dataclasses import dataclass

from hematotox.declarations.conventions import Convention
from hematotox.declarations.score import Score


@dataclass(frozen=True)
class Named:
    """The declarations that studies name."""

    scores: dict[str, Score]
    conventions: dict[str, Convention]
