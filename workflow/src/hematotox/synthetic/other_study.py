"""A published study whose centres have synthetic exports and a calibration of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hematotox.synthetic.records import Records


@dataclass(frozen=True, slots=True)
class OtherStudy:
    """A study with a calibration of its own."""

    name: str
    version: int
    centres: tuple[str, ...]
    draw_records: Callable[[int], Records]
    """Draws the records of all its centres with a seed."""
