"""Which numbers of the estimates a panel of curves shows."""

from __future__ import annotations

from typing import Any

from hematotox.reporting.figures.curves.curve_panels import CurvePanel, DrawnCurve, Look
from hematotox.reporting.figures.curves.readings import note_readings
from hematotox.reporting.figures.marks import note
from hematotox.reporting.words.sources import Sources, sources


def note_panel(figure: Any, number: int, panel: CurvePanel, look: Look) -> None:
    """Note curves, events, medians, tests and numbers at risk of a panel, in this order."""
    note_readings(figure, panel)
    for curve in panel.curves:
        note(figure, number, curve.label, _steps(curve, panel.end, look))
        note(figure, number, curve.events, curve.sources_of_events)
        note(figure, number, curve.median, curve.sources_of_median)
    for test, shown in panel.sources_of_tests.items():
        note(figure, number, test, shown)
    for line in panel.at_risk:
        for text, shown in zip(line.numbers, line.sources, strict=True):
            note(figure, number, text, shown)


def _steps(curve: DrawnCurve, end: float, look: Look) -> Sources:
    """Return the steps up to the end of the time axis, with limits where they are drawn."""
    limits = ("conf_low", "conf_high") if look.show_limits and curve.banded else ()
    inside = [row for row, time in zip(curve.steps, curve.times, strict=True) if time <= end]
    return tuple(one for row in inside for one in sources(row, "estimate", *limits))
