"""A reader of a grey print, or one who sees no colours, can tell curves and fills apart."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from typing import Any

import pytest

from hematotox.declarations.study.display_base import MOST_CAUSES, MOST_GROUPS, Panel
from hematotox.declarations.study.kinds.cumulative_incidence import CumulativeIncidenceFigure
from hematotox.declarations.study.words import EndpointWords, VariableWords, Words
from hematotox.reporting.figures.cumulative_incidence_figure import cumulative_incidence_figure
from hematotox.reporting.figures.curves.curve_looks import WEIGHTS, CurveLook
from hematotox.reporting.figures.curves.curve_panels import CurvePanel, curve_panel
from hematotox.reporting.figures.roc_figure import MARKERS
from hematotox.reporting.figures.specification_curve_figure import GROUP_COLOURS, OTHER, OWN
from hematotox.reporting.figures.style import COLOURS, DASHES, GRADES, house_style
from hematotox.reporting.words.rows import as_rows

DISPLAY = CumulativeIncidenceFigure(kind="cumulative_incidence", title="F", analyses=("a",))
APART, WIDER = 15.0, 1.6
"""Least difference of the lightness of two fills (0 black, 100 white); of two widths, as ratio."""


def lightness(colour: str) -> float:
    """Return CIE L* of an sRGB colour."""
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    share = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * share ** (1 / 3) - 16 if share > 0.008856 else 903.3 * share


def _rows(make: Any, groups: int, causes: int) -> Any:
    steps = [(0.0, 0.0, 20, 0), (300.0, 0.1, 20, 2)]
    fixed = {"method": "cumulative_incidence", "analysis": "a", "endpoint": "many"}
    return make.estimates(
        *(
            row
            for cause, group in product(range(causes), range(groups))
            for row in make.curve(steps, group=f"g{group}", term=f"c{cause}", **fixed)
        )
    )


def _panel(make: Any, words: Words, groups: int, causes: int) -> CurvePanel:
    return curve_panel(
        as_rows(_rows(make, groups, causes)), DISPLAY, Panel(title="By site", analyses=("a",)),
        _words(words),
    )  # fmt: skip


def _words(words: Words) -> Words:
    levels = {f"g{i}": f"site {i}" for i in range(9)}
    causes = {f"c{i}": f"cause {i}" for i in range(9)}
    return words.model_copy(
        update={
            "variables": {**words.variables, "site": VariableWords(label="site", levels=levels)},
            "endpoints": {"many": EndpointWords(label="many", causes=causes)},
            "exposures": {"a": "site"},
        }
    )


def _differ_in_grey(one: CurveLook, two: CurveLook) -> bool:
    widths = sorted((one.width, two.width))
    light = abs(lightness(one.colour) - lightness(two.colour))
    return one.dashes != two.dashes or widths[1] / widths[0] >= WIDER or light >= APART


@pytest.mark.parametrize(
    ("groups", "causes"), [(2, 2), (6, 2), (MOST_GROUPS, MOST_CAUSES), (1, MOST_GROUPS), (6, 1)]
)
def test_any_two_curves_differ_in_grey(make: Any, words: Words, groups: int, causes: int) -> None:
    curves = _panel(make, words, groups, causes).curves
    assert len(curves) == groups * causes
    same = [
        (one.label, two.label)
        for one, two in combinations(curves, 2)
        if not _differ_in_grey(one.look, two.look)
    ]
    assert same == []


def test_what_is_promised_is_as_much_as_there_are_looks() -> None:
    assert (len(set(DASHES)), len(WEIGHTS)) == (MOST_GROUPS, MOST_CAUSES)
    assert len(set(COLOURS)) == len(set(MARKERS)) == MOST_GROUPS


@pytest.mark.parametrize(
    ("groups", "causes", "told"),
    [
        (7, 2, "7 curves are more than the 6 that can be told apart in one panel"),
        (2, 4, "4 causes are more than the 3 of several groups: name those to show (causes)"),
        (1, 7, "7 causes are more than the 6 that can be told apart"),
    ],
)
def test_more_are_not_drawn_but_told(
    make: Any, words: Words, groups: int, causes: int, told: str
) -> None:
    panel = _panel(make, words, groups, causes)
    assert (panel.curves, panel.at_risk) == ((), ())
    assert panel.notes[0].startswith(f"By site: {told}")
    with house_style():
        drawn = cumulative_incidence_figure(
            _rows(make, groups, causes), DISPLAY, _words(words), notes=[]
        )
    said = " ".join(text.get_text() for text in (*drawn.texts, *drawn.axes[0].texts))
    assert "No curve" in said
    assert told in said


def test_the_words_say_which_curves_have_a_band(make: Any, words: Words) -> None:
    panel = _panel(make, words, 2, 2)
    assert [curve.banded for curve in panel.curves] == [True, True, False, False]
    assert panel.notes == ("Confidence bands: cause 0 only.",)
    assert _panel(make, words, 1, 2).notes == ()
    assert _panel(make, words, 4, 2).notes == ("More than 6 curves: without confidence bands.",)


@pytest.mark.parametrize("fills", [GRADES, GROUP_COLOURS, (OWN, OTHER)])
def test_neighbouring_fills_differ_in_lightness(fills: tuple[str, ...]) -> None:
    steps = [abs(lightness(one) - lightness(two)) for one, two in pairwise(fills)]
    assert min(steps) >= APART
