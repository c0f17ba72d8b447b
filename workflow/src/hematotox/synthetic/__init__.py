"""Synthetic exports: patients nobody treated, whose published numbers come out as printed."""

from hematotox.synthetic.assumptions import Assumptions
from hematotox.synthetic.calibration import Calibration
from hematotox.synthetic.fitting.calibration_search import calibrate, calibration_text
from hematotox.synthetic.shipped import CALIBRATION, read_assumptions, read_calibration
from hematotox.synthetic.simulation import simulate

__all__ = [
    "CALIBRATION",
    "Assumptions",
    "Calibration",
    "calibrate",
    "calibration_text",
    "read_assumptions",
    "read_calibration",
    "simulate",
]
