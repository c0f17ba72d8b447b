"""The other published studies that have synthetic exports, and the centres of each."""

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


def other_study(centre: str) -> OtherStudy | None:
    """Return the study that a centre took part in, if it has a calibration of its own."""
    return next((study for study in _studies() if centre in study.centres), None)


def _studies() -> tuple[OtherStudy, ...]:
    from hematotox.synthetic.de_boer import DE_BOER
    from hematotox.synthetic.gla_drst import GLA_DRST
    from hematotox.synthetic.nair import NAIR

    return (DE_BOER, GLA_DRST, NAIR)
