"""What the curves of a figure say at each place of their axes, for a page that is pointed at."""

from __future__ import annotations

import json
from typing import Any

from hematotox.reporting.figures.curves.curve_panels import CurvePanel, DrawnCurve
from hematotox.reporting.words import numbers


def note_readings(figure: Any, panel: CurvePanel) -> None:
    """Note where the axes of the panel that was drawn last lie, and the steps of its curves."""
    axes = figure.axes[-1]
    box = axes.get_position()
    place = (box.x0, 1 - box.y1, box.width, box.height)
    figure.readings.append(
        {
            "box": [round(side, 4) for side in place],
            "ends": [round(float(end), 4) for end in axes.get_xlim()],
            "unit": panel.x_label.lower(),
            "curves": [
                {"label": curve.label, "steps": _steps(curve, panel.end)} for curve in panel.curves
            ],
        }
    )


def _steps(curve: DrawnCurve, end: float) -> list[list[Any]]:
    """Return time and printed estimate of each step at which the curve moves."""
    found: list[list[Any]] = []
    for row, time in zip(curve.steps, curve.times, strict=True):
        text = numbers.estimate_with_interval(row)
        if time <= end and (not found or found[-1][1] != text):
            found.append([round(float(time), 4), text])
    return found


def write_readings(figure: Any) -> bytes:
    """Return the readings of a figure's panels as JSON; none for a figure without curves."""
    return json.dumps(figure.readings, ensure_ascii=False, separators=(",", ":")).encode()
