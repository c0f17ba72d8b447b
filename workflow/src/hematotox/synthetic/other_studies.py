"""The other published studies that have synthetic exports, and the centres of each."""

from __future__ import annotations

from hematotox.synthetic.de_boer import DE_BOER
from hematotox.synthetic.gla_drst import GLA_DRST
from hematotox.synthetic.nair import NAIR
from hematotox.synthetic.other_study import OtherStudy

STUDIES: tuple[OtherStudy, ...] = (DE_BOER, GLA_DRST, NAIR)


def other_study(centre: str) -> OtherStudy | None:
    """Return the study that a centre took part in, if it has a calibration of its own."""
    return next((study for study in STUDIES if centre in study.centres), None)
