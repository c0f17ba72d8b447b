"""What is kept to notice a change: texts of displays and definitions under tests/data/expected.

They are the program's own output, so that they prove nothing; whoever changes a word, a number or a
place on purpose writes them again with `pytest tests/unit --keep -n 0` and reads the difference.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

KEPT = Path(__file__).parents[1] / "data" / "expected"
MM = 25.4
MOST_LINES = 30


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep", action="store_true", help="write the kept texts again")


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the kept one: `kept(name, text)`."""

    def compare(name: str, text: str) -> None:
        path = KEPT / f"{name}.txt"
        if request.config.getoption("--keep"):
            path.write_text(text, encoding="utf-8")
        before = path.read_text(encoding="utf-8").splitlines()
        changed = list(difflib.unified_diff(before, text.splitlines(), "kept", "now", n=0))
        assert changed[:MOST_LINES] == [], "meant? pytest tests/unit --keep -n 0"

    return compare


@pytest.fixture
def displays_text(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return the text of all displays of a study: `displays_text(study, estimates, agreement)`."""
    from hematotox.declarations.study.displays import DisplayPlan
    from hematotox.reporting import draw_figures, draw_tables
    from hematotox.reporting.figures import figures
    from hematotox.reporting.words.methods_paragraph import methods_paragraph
    from hematotox.run.catalogue import read_catalogue
    from hematotox.run.files import CLONE

    monkeypatch.setattr(figures, "files", lambda drawn, title: {"txt": _drawn(drawn).encode()})

    def text(study: str, estimates: pd.DataFrame, agreement: pd.DataFrame | None = None) -> str:
        run = read_catalogue({"studies": [study], "exports": "results/exports"}, run_folder=CLONE)
        tables, pictures = (
            DisplayPlan.model_validate_json(run.displays_section(study, what))
            for what in ("tables", "figures")
        )
        files = {
            **draw_tables(estimates, tables, agreement=agreement),
            **draw_figures(estimates, pictures),
        }
        parts = ["\n".join(["== methods", *methods_paragraph(estimates, tables.words)])]
        for name, content in files.items():
            if name.endswith((".csv", ".txt")) and not name.endswith(".cells.csv"):
                parts.append(f"== {name}\n{content.decode('utf-8-sig')}")
        return "\n".join(parts).replace("\r", "")

    return text


@pytest.fixture(scope="session")
def drawn_text() -> Callable[[Any], str]:
    """Return what a figure shows, and where: `drawn_text(figure)`."""
    return _drawn


def _drawn(figure: Any) -> str:
    """Return each word, line and area of a figure, and where it stands in millimetres."""
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    figure.canvas.draw()
    scale = MM / figure.dpi

    def mm(*pixels: float) -> str:
        return " ".join(f"{round(pixel * scale, 1) + 0.0:.1f}" for pixel in pixels)

    width, height = figure.get_size_inches() * MM
    lines = [f"{width:.1f} x {height:.1f} mm"]
    for one in figure.findobj(Text):
        if one.get_visible() and one.get_text().strip():
            place = one.get_transform().transform(one.get_position())
            size = f"{one.get_fontsize():g} {one.get_color()} {one.get_ha()}"
            lines.append(f"{mm(*place)} {size} {one.get_text()!r}")
    for one in figure.findobj(Line2D):
        points = one.get_transform().transform(one.get_xydata())
        if len(points) and one.get_visible():
            look = f"{one.get_color()} {one.get_linestyle()} {one.get_marker()}"
            places = mm(*points[0], *points[-1], *points.mean(axis=0))
            lines.append(f"{len(points)} points, {look}: {places}")
    for axes in figure.axes:
        for one in (*axes.collections, *axes.patches, *axes.images):
            extent = one.get_window_extent()
            lines.append(f"{type(one).__name__}: {mm(*extent.extents)}")
    return "\n".join(lines)
