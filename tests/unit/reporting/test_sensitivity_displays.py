"""Specification curve, sensitivity table, determinability table: every row shown, none computed."""

from __future__ import annotations

import math
from itertools import product

import pytest

from hematotox.declarations.study.kinds.determinability_table import DeterminabilityTable
from hematotox.declarations.study.kinds.sensitivity_table import SensitivityTable
from hematotox.declarations.study.kinds.specification_curve import SpecificationCurve
from hematotox.reporting import figure, table
from hematotox.reporting.figures.specification_curve_figure import specification_curve_figure
from hematotox.reporting.figures.style import house_style
from hematotox.reporting.tables.tables import printed_table
from hematotox.reporting.words.specifications import patients_in, specifications

CONVENTIONS = ("cart_sie", "liang_2024")
POLICIES = ("complete_case", "lowest", "determinable")
WINDOWS = ("own_window", "window_30_days")
CURVE = SpecificationCurve(kind="specification_curve", title="Figure", analyses=("late",))
TABLE = SensitivityTable(kind="sensitivity_table", title="Table", analyses=("late",))


@pytest.fixture
def estimates(make):
    """Rows of an analysis with 2 conventions, 3 policies and 2 windows."""
    shared = {"analysis": "late", "score": "ht", "source": "synthetic"}
    rows = []
    for place, convention in enumerate(CONVENTIONS):
        for grade, count in zip("01234", (40, 9, 6, 3 + place, 2), strict=True):
            rows.append(make.row(
                "sensitivity", "count", convention=convention, term="grade", reference=grade,
                estimate=count, n=70, endpoint="late_icaht", **shared,
            ))  # fmt: skip
    for policy, window in product(POLICIES, WINDOWS):
        text = f"{policy}; {window}"
        for level, count in (("low", 30), ("high", 35), ("missing", 5)):
            rows.append(make.row(
                "sensitivity", "count", policy=text, term="ht.group", reference=level,
                estimate=count, n=70, **shared,
            ))  # fmt: skip
    for position, (convention, policy, window) in enumerate(
        product(CONVENTIONS, POLICIES, WINDOWS)
    ):
        own = {"convention": convention, "policy": f"{policy}; {window}", "endpoint": "late_icaht"}
        rows.append(make.ratio(
            3 - 0.1 * position, 1.5, 6.0, method="logistic", estimand="log_odds_ratio",
            n=60, n_event=12, **own, **shared,
        ))  # fmt: skip
        rows[-1] |= own
        if policy != "determinable":
            rows.append(make.row(
                "roc", "auc", term="ht.points", estimate=0.7, conf_low=0.6, conf_high=0.8,
                conf_level=0.95, conf_method="delong", n=60, n_event=12, **own, **shared,
            ))  # fmt: skip
    return make.estimates(*rows)


@pytest.fixture
def spoken(words):
    return words.model_copy(
        update={
            "conventions": {"cart_sie": "CART-SIE", "liang_2024": "Liang 2024"},
            "windows": {
                "ht.own_window": "days −10 to 0 from lymphodepletion",
                "ht.window_30_days": "days −30 to 0 from lymphodepletion",
            },
        }
    )


def texts(drawn) -> list[str]:
    from matplotlib.text import Text

    return [one.get_text() for one in drawn.findobj(Text) if one.get_text()]


def test_every_combination_is_drawn_in_the_order_of_its_odds_ratio(estimates, spoken):
    with house_style():
        drawn = specification_curve_figure(estimates, CURVE, spoken, notes=[])
    ratio, area = drawn.axes[:2]
    points = [line for line in ratio.lines if line.get_marker() in "oD"]
    heights = [line.get_ydata()[0] for line in points]
    assert heights == pytest.approx([3 - 0.1 * place for place in range(11, -1, -1)])
    assert len([line for line in area.lines if line.get_marker() in "oD"]) == 8
    own = [line for line in points if line.get_marker() == "D"]
    assert [line.get_ydata()[0] for line in own] == pytest.approx([3.0])


def test_the_figure_speaks_in_words(estimates, spoken):
    with house_style():
        drawn = specification_curve_figure(estimates, CURVE, spoken, notes=["A note."])
    said = " ".join(texts(drawn))
    for text in ("CART-SIE", "Liang 2024", "No item missing", "Missing items: fewest points",
                 "Days −30 to 0 from lymphodepletion", "Low", "Unknown", "A note."):  # fmt: skip
        assert text in said
    assert "complete_case" not in said


def test_a_level_without_a_row_or_a_number_has_nobody():
    counts = {"low": {"estimate": 3.0}, "high": {"estimate": None}}
    assert [patients_in(counts, level) for level in ("low", "high", "unknown")] == [3, 0, 0]


def test_both_displays_are_as_they_were(estimates, spoken, kept, drawn_text):
    with house_style():
        drawn = specification_curve_figure(estimates, CURVE, spoken, notes=["A note."])
    rows = table(estimates, TABLE, spoken)["csv"].decode("utf-8-sig").replace("\r", "")
    kept("displays_sensitivity", f"{drawn_text(drawn)}\n{rows}")


def test_the_same_bytes_twice_and_the_mark_of_synthetic_patients(estimates, spoken):
    first, second = (figure(estimates, CURVE, spoken) for _ in range(2))
    assert first == second
    assert set(first) == {"pdf", "svg", "png", "cells.csv", "curves.json"}


def test_an_analysis_without_estimates_says_so(make, spoken):
    empty = make.estimates(make.row("logistic", "log_odds_ratio", analysis="other"))
    assert figure(empty, CURVE, spoken)["png"]
    assert "No estimates" in table(empty, TABLE, spoken)["csv"].decode("utf-8-sig")


def test_an_odds_ratio_that_does_not_exist_stands_last(make, estimates, spoken):
    rows = estimates.copy()
    first = rows.index[rows["estimand"] == "log_odds_ratio"][0]
    rows.loc[first, ["estimate", "conf_low", "conf_high"]] = math.nan
    rows.loc[first, "condition"] = "no patients"
    with house_style():
        drawn = specification_curve_figure(rows, CURVE, spoken, notes=[])
    points = [line for line in drawn.axes[0].lines if line.get_marker() == "o"]
    assert len(points) == 11
    printed = table(rows, TABLE, spoken)["html"].decode("utf-8")
    assert "No patients" in printed


def test_the_table_has_a_line_for_every_combination(estimates, spoken):
    made = printed_table(estimates, TABLE, spoken)
    heads = [line.label.text for line in made.lines if line.role == "section"]
    assert heads[0].startswith("Late ICAHT grade ≥ 3, CART-SIE (grade 0: 40, grade 1: 9, grade 2")
    lines = [line for line in made.lines if line.role == "body"]
    assert len(lines) == 12
    assert [cell.text for cell in lines[0].cells] == [
        "30", "35", "5", "60 (12)", "3.00 (1.50–6.00)", "0.70 (0.60–0.80)",
    ]  # fmt: skip
    assert lines[0].label.text == "No item missing; −10 to 0"
    assert lines[0].label.notes == ("The study's own choices.",)
    assert [line.cells[-1].text for line in lines].count("–") == 4


def test_specifications_keep_the_order_of_the_plan(estimates):
    from hematotox.reporting.words.rows import as_rows

    found = specifications(as_rows(estimates), "late")
    assert found is not None
    assert found.own.choices == ("cart_sie", "complete_case", "own_window")
    assert [found.values(place) for place in range(3)] == [
        list(CONVENTIONS), list(POLICIES), list(WINDOWS),
    ]  # fmt: skip


def test_the_determinability_table_counts_all(make, spoken):
    rows = [
        make.row("determinability", "count", analysis="d", term=term, estimate=count, n=50, **more)
        for term, count, more in (
            ("points known", 30, {"score": "ht"}),
            ("group known, points unknown", 12, {"score": "ht"}),
            ("group unknown", 8, {"score": "ht"}),
            ("group changes at the other boundary", 0, {"score": "ht"}),
            ("grade determined", 20, {"convention": "cart_sie", "reference": "early"}),
            ("grade not determined", 30, {"convention": "cart_sie", "reference": "early"}),
        )
    ]
    display = DeterminabilityTable(kind="determinability_table", title="T", analyses=("d",))
    made = printed_table(make.estimates(*rows), display, spoken)
    lines = [(line.label.text, [cell.text for cell in line.cells]) for line in made.lines]
    assert lines == [
        ("CAR-HEMATOTOX", []),
        ("Points known", ["30 (60%)"]),
        ("Group certain though the points are unknown", ["12 (24%)"]),
        ("Group left open by the missing items", ["8 (16%)"]),
        ("Points known, group changes if cut-off values belonged to the neighbouring band",
         ["0 (0%)"]),
        ("Early grade, CART-SIE", []),
        ("Grade certain whatever the unmeasured days were", ["20 (40%)"]),
        ("Grade left open by the unmeasured days", ["30 (60%)"]),
    ]  # fmt: skip
