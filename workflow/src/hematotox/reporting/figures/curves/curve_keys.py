"""What a display says of its curves: colours, labels of groups, the vertical axis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hematotox.declarations.study.display_base import CurveFigure
from hematotox.reporting.figures.curves.curve_panels import CurvePanel, DrawnCurve, RiskLine
from hematotox.reporting.words.number_style import style


def with_keys(panel: CurvePanel, display: CurveFigure) -> CurvePanel:
    """Return the panel with the display's own colours and labels of groups."""
    if not (display.colours or display.labels or display.y_axis == "proportion"):
        return panel
    curves = tuple(_curve(curve, display) for curve in panel.curves)
    renamed = {
        old.label.partition(", ")[0]: new
        for old, new in zip(panel.curves, curves, strict=True)
        if old.steps
    }
    label = panel.y_label
    if display.y_axis == "proportion":
        label = label.removesuffix(" (%)")
    lines = tuple(_line(line, renamed) for line in panel.at_risk)
    return replace(panel, curves=curves, at_risk=lines, y_label=label)


def _curve(curve: DrawnCurve, display: CurveFigure) -> DrawnCurve:
    group = str(curve.steps[0]["group"]) if curve.steps else ""
    _, comma, cause = curve.label.partition(", ")
    label = f"{display.labels[group]}{comma}{cause}" if group in display.labels else curve.label
    look = replace(curve.look, colour=display.colours.get(group, curve.look.colour))
    return replace(curve, label=label, look=look)


def _line(line: RiskLine, renamed: dict[str, DrawnCurve]) -> RiskLine:
    """Return numbers at risk in the words and colour of their curve; a lone line stays black."""
    curve = renamed.get(line.label)
    if curve is None or not line.label:
        return line
    return replace(line, label=curve.label.partition(", ")[0], colour=curve.look.colour)


def as_proportions(figure: Any, display: CurveFigure) -> Any:
    """Return the figure with 0 to 1 on its vertical axes where the display wants that."""
    for axes in figure.axes if display.y_axis == "proportion" else ():
        ticks = axes.get_yticks()
        axes.set_yticks(ticks, [f"{tick / 100:g}".replace(".", style().point) for tick in ticks])
    return figure
