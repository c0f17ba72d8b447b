"""What the figure of calibration says, from hand-made rows."""

from __future__ import annotations

import math
from typing import Any

import pytest
from matplotlib.text import Text

from hematotox.declarations.study.kinds.calibration import CalibrationFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.calibration_figure import calibration_figure
from hematotox.reporting.figures.style import house_style

DISPLAY = CalibrationFigure(kind="calibration", title="Figure 9. Calibration", analyses=("a",))
SHARED = {"endpoint": "late_icaht", "score": "ht"}


def texts(rows: Any, words: Words) -> str:
    with house_style():
        drawn = calibration_figure(rows, DISPLAY, words, notes=[])
    return " ".join(" ".join(text.get_text() for text in drawn.findobj(Text)).split())


def observed(make: Any, method: str, group: str, numbers: tuple[int, int], **more: Any) -> Any:
    events, n = numbers
    term = {"risk_by_points": "ht.points", "calibration": "ht.group" if group else ""}[method]
    return make.row(method, "observed_risk", term=term, group=group, estimate=events / n, n=n,
                    n_event=events, conf_low=0.01, conf_high=0.9, **(SHARED | more))  # fmt: skip


@pytest.fixture
def levels(make: Any) -> list[Any]:
    points = [observed(make, "risk_by_points", str(k), (k + 1, 40 + k)) for k in range(3)]
    groups = [observed(make, "calibration", g, n) for g, n in (("", (6, 123)), ("low", (1, 40)))]
    beside = {"term": "ht.group", "group": "low", "reference": "Somewhere 2025", **SHARED}
    ratio = {"estimate": math.log(2), "conf_low": 0.0, "conf_high": math.log(4)}
    return [
        *points,
        *groups,
        make.row("published_risk", "published_risk", estimate=0.05, n=97, n_event=5, **beside),
        make.row("calibration", "log_observed_expected", **ratio, **beside,
                 condition="derived from print"),
    ]  # fmt: skip


def test_each_number_of_points_has_its_patients_and_the_published_ratio(make, words, levels):
    said = texts(make.estimates(*levels), words)
    for part in (
        "Late ICAHT grade ≥ 3, CAR-HEMATOTOX",
        "40 41 42 40 123",
        "1 2 3 1 6",
        "Somewhere 2025: observed to published risk, ratio (95% CI): Low 2.00 (1.00–4.00).",
        "Dots: observed risk",
        "Diamonds: published risk",
        "Derived from print: the published risk is derived from print by arithmetic.",
    ):
        assert part in said, part


def test_without_a_published_risk_none_is_spoken_of(make, words, levels):
    said = texts(make.estimates(*levels[:5]), words)
    assert "ublished" not in said
    assert "Derived" not in said


def test_a_condition_of_one_number_of_points_says_where(make, words, levels):
    last = observed(make, "risk_by_points", "7", (1, 1), condition="horizon beyond follow-up")
    said = texts(make.estimates(*levels[:5], last), words)
    assert "Horizon beyond follow-up (7 points): " in said
    seen = observed(make, "risk_by_points", "7", (1, 1), condition="no events")
    assert "No events" not in texts(make.estimates(*levels[:5], seen), words)


def test_of_a_day_the_event_is_named(make, words):
    when = {"endpoint": "overall_survival", "time": 365}
    rows = [observed(make, "calibration", "low", (6, 123), **when)]
    assert "Death by 12 months, CAR-HEMATOTOX" in texts(make.estimates(*rows), words)


def test_a_predicted_risk_is_drawn_as_a_curve(make, words):
    shared = {"endpoint": "late_icaht", "term": "crp", "n": 90, "n_event": 30}
    curve = [make.row("calibration", "calibration_curve", time=x, estimate=x, conf_low=x / 2,
                      conf_high=x, **shared) for x in (0.1, 0.5, 0.9)]  # fmt: skip
    slope = make.row("calibration", "calibration_slope", estimate=0.9, conf_low=0.7, conf_high=1.1,
                     **shared)  # fmt: skip
    said = texts(make.estimates(*curve, slope), words)
    assert "Predicted risk (%)" in said
    assert "slope 0.90 (0.70–1.10)" in said
