"""The file of cells of a figure says which estimate each curve, marker and text shows."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pandas as pd
import pytest

from hematotox.contracts import estimate_ids
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.kinds.kaplan_meier import KaplanMeierFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting import draw_figures, figure
from hematotox.reporting.figures import figures
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE, read_table

WITH_NUMBERS = re.compile(r"^[\d<>]|^NR|\(n\u00a0=|\bP [<>=]| \d+\.\d+ \(")
"""Texts that print numbers; the others are names of curves and markers."""
Mark = tuple[str, str]


def _marks(content: bytes) -> dict[Mark, list[dict[str, str]]]:
    found: dict[Mark, list[dict[str, str]]] = {}
    for line in csv.DictReader(io.StringIO(content.decode())):
        found.setdefault((line["row"], line["column"]), []).append(line)
    return found


@pytest.fixture
def _unsaved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw without saving: what a figure shows does not depend on its files."""
    monkeypatch.setattr(figures, "files", lambda drawn, title: {})


@pytest.mark.usefixtures("_unsaved")
def test_every_mark_of_the_transplants_shows_the_estimates_it_names(make: Any) -> None:
    estimates = read_table(CLONE / "tests" / "data" / "expected" / "bmt_example.csv", "estimates")
    run = read_catalogue({"studies": ["bmt_example"], "exports": "x"}, run_folder=CLONE)
    plan = DisplayPlan.model_validate_json(run.displays_section("bmt_example", "figures"))
    rows = estimates.set_index(estimate_ids(estimates))
    texts = 0
    drawn = draw_figures(estimates, plan)
    for content in (drawn[f"{name}.cells.csv"] for name in plan.displays):
        for lines in _marks(content).values():
            values = [rows.loc[line["estimate_id"], line["quantity"]] for line in lines]
            printed = lines[0]["printed"]
            if WITH_NUMBERS.search(printed):
                texts += 1
                shown = [make.shows(printed, float(value)) for value in values if pd.notna(value)]
                assert all(shown), (printed, values)
    assert texts > 100


@pytest.mark.usefixtures("_unsaved")
def test_a_curve_shows_its_steps_up_to_the_end_of_the_axis(make: Any, words: Words) -> None:
    steps = [(0.0, 1.0, 40, 0), (90.0, 0.9, 40, 4), (700.0, 0.7, 30, 8), (800.0, 0.6, 9, 3)]
    frame = make.estimates(*make.curve(steps, analysis="os", endpoint="overall_survival"))
    display = KaplanMeierFigure(
        kind="kaplan_meier", title="F", analyses=("os",), horizon=730, tick_every=12
    )
    marks = _marks(figure(frame, display, words)["cells.csv"])
    ids = estimate_ids(frame).tolist()
    curve, events, *at_risk = (
        [(line["estimate_id"], line["quantity"]) for line in lines] for lines in marks.values()
    )
    limits = [(ids[i], c) for i in (1, 2) for c in ("estimate", "conf_low", "conf_high")]
    assert curve == [(ids[0], "estimate"), *limits], "day 800 lies beyond the axis"
    assert events == [(ids[4], "n_event"), (ids[0], "n")]
    assert at_risk[-3:] == [
        [(ids[0], "n_at_risk")],
        [(ids[2], "n_at_risk")],
        [(ids[3], "n_at_risk")],
    ]
    without = figure(frame, display.model_copy(update={"show_limits": False}), words)
    assert [line["quantity"] for line in _marks(without["cells.csv"])["1", "1"]] == ["estimate"] * 3


@pytest.mark.usefixtures("_unsaved")
def test_a_marker_and_the_texts_beside_it_show_one_estimate(make: Any, words: Words) -> None:
    frame = make.estimates(make.ratio(1.91, 1.29, 2.81, analysis="a", p_value=0.001))
    display = ForestFigure(kind="forest", title="F", analyses=("a",))
    marks = _marks(figure(frame, display, words)["cells.csv"])
    assert [
        (lines[0]["printed"], [line["quantity"] for line in lines]) for lines in marks.values()
    ] == [
        ("CAR-HEMATOTOX: High vs Low", ["estimate", "conf_low", "conf_high"]),
        ("389 (150)", ["n", "n_event"]),
        ("1.91 (1.29–2.81)", ["estimate", "conf_low", "conf_high"]),
        ("0.0010", ["p_value"]),
    ]
