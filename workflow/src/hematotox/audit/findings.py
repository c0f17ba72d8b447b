"""A finding of the audit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that contradicts itself: which check, where it stands, and why."""

    check: str
    place: str
    message: str
