"""The calibration and the assumptions that come with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from hematotox.synthetic.assumptions import Assumptions
from hematotox.synthetic.calibration import Calibration

CALIBRATION = Path(__file__).with_name("calibration.json")
"""Where the shipped calibration lies; written by `hematotox calibrate` only."""


def read_calibration() -> Calibration:
    """Return the shipped calibration of the synthetic CART-SIE."""
    return Calibration.model_validate_json(_text("calibration.json"))


def read_assumptions() -> Assumptions:
    """Return the shipped assumptions behind it."""
    return Assumptions.model_validate_json(_text("assumptions.json"))


def _text(name: str) -> str:
    return (files("hematotox.synthetic") / name).read_text(encoding="utf-8")
