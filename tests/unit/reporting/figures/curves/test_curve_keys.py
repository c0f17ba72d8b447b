"""Keys of a figure of curves: colours and labels of groups, the vertical axis, the width."""

from __future__ import annotations

import re
from typing import Any

import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text
from pydantic import ValidationError

from hematotox.declarations.study.kinds.kaplan_meier import KaplanMeierFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.kaplan_meier_figure import kaplan_meier_figure
from hematotox.reporting.figures.style import MM, house_style

KEYS: dict[str, Any] = {
    "colours": {"high": "#112233"},
    "labels": {"high": "Worse"},
    "y_axis": "proportion",
    "y_end": "60",
    "width": "180",
}


def _drawn(make: Any, words: Words, **keys: Any) -> Any:
    rows = [
        *make.curve(make.falling(251, 0.0016), endpoint="overall_survival", score="ht",
                    group="high"),
        *make.curve(make.falling(138, 0.0008), endpoint="overall_survival", score="ht",
                    group="low"),
    ]  # fmt: skip
    display = KaplanMeierFigure(kind="kaplan_meier", title="x", analyses=("a",), **keys)
    with house_style():
        return kaplan_meier_figure(make.estimates(*rows), display, words, notes=[])


def _texts(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def test_colours_and_labels_of_groups_are_those_of_the_display(make: Any, words: Words) -> None:
    figure, plain = _drawn(make, words, **KEYS), _drawn(make, words)
    assert _texts(figure).count("Worse") == 2, "legend and numbers at risk"
    assert "Worse" not in _texts(plain)
    colours = [to_hex(line.get_color()) for line in figure.axes[0].lines]
    others = [to_hex(line.get_color()) for line in plain.axes[0].lines]
    assert "#112233" in colours
    assert set(others) - set(colours), "the colour of the house went"
    assert set(colours) - {"#112233"} <= set(others), "the other group keeps its own"
    [label] = [t for t in figure.texts if t.get_text() == "Worse" and t.get_color() != "black"]
    assert to_hex(label.get_color()) == "#112233"


def test_the_vertical_axis_runs_to_one_and_ends_where_the_display_says(
    make: Any, words: Words
) -> None:
    axes = _drawn(make, words, **KEYS).axes[0]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["0", "0.2", "0.4", "0.6"]
    assert axes.get_ylim()[1] == pytest.approx(60, rel=0.02)
    assert "%" not in axes.get_ylabel()
    plain = _drawn(make, words).axes[0]
    assert plain.get_ylim()[1] == pytest.approx(100, rel=0.02)
    assert "%" in plain.get_ylabel()


@pytest.mark.parametrize("width", [85, 170, 180])
def test_the_figure_has_its_width_and_no_letter_below_six_points(
    make: Any, words: Words, width: int
) -> None:
    figure = _drawn(make, words, width=width)
    assert figure.get_size_inches()[0] / MM == pytest.approx(width)
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 6


@pytest.mark.parametrize(
    "keys", [{"colours": {"high": "red"}}, {"width": "90"}, {"y_axis": "log"}, {"y_end": "120"}]
)
def test_what_no_figure_can_be_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=re.escape(next(iter(keys)))):
        KaplanMeierFigure(kind="kaplan_meier", title="x", analyses=("a",), **keys)
