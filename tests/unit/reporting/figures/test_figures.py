"""Figures from hand-made rows: what they say, where it stands, and the bytes they become."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.declarations.study.display_base import Panel
from hematotox.declarations.study.kinds.cumulative_incidence import CumulativeIncidenceFigure
from hematotox.declarations.study.kinds.flow import FlowFigure
from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.kinds.kaplan_meier import KaplanMeierFigure
from hematotox.declarations.study.kinds.roc import RocFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting import figure
from hematotox.reporting.figures.cumulative_incidence_figure import cumulative_incidence_figure
from hematotox.reporting.figures.curves.curve_panels import CurvePanel, curve_panel
from hematotox.reporting.figures.curves.free_corner import free_corner
from hematotox.reporting.figures.flow_figure import flow_figure
from hematotox.reporting.figures.forest_figure import forest_figure
from hematotox.reporting.figures.kaplan_meier_figure import kaplan_meier_figure
from hematotox.reporting.figures.roc_figure import roc_figure
from hematotox.reporting.figures.style import MM, house_style, text_width, wrap
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import as_rows, select


def _survival(make: Any, **values: Any) -> Any:
    rows = []
    for group, n, rate in (("high", 251, 0.0016), ("low", 138, 0.0006)):
        rows += make.curve(
            make.falling(n, rate),
            analysis="os",
            endpoint="overall_survival",
            score="ht",
            group=group,
            **values,
        )
    rows.append(
        make.row(
            "log_rank",
            "hypothesis_test",
            analysis="lr",
            endpoint="overall_survival",
            term="ht.group",
            test="log-rank",
            p_value=0.0002,
            **values,
        )
    )
    rows.append(
        make.ratio(
            1.91, 1.29, 2.81, analysis="cox", adjustment="linear predictor: disease", **values
        )
    )
    rows.append(
        make.ratio(1.80, 1.10, 2.81, analysis="cox", adjustment="multivariable: age", **values)
    )
    return make.estimates(*rows)


KM = KaplanMeierFigure(
    kind="kaplan_meier", title="Figure 1", analyses=("os", "lr", "cox"), horizon=730, tick_every=6
)


def _panel(rows: Any, display: Any, words: Words) -> CurvePanel:
    panel = Panel(analyses=display.analyses)
    return curve_panel(as_rows(select(rows, display.analyses)), display, panel, words)


def _texts(drawn: Any) -> list[str]:
    texts = [text.get_text() for text in drawn.texts]
    return texts + [text.get_text() for axes in drawn.axes for text in axes.texts]


# ---- curves --------------------------------------------------------------------------------------


def test_numbers_at_risk_are_those_of_the_next_step(make: Any, words: Words) -> None:
    steps = [(0.0, 1.0, 10, 0), (30.0, 0.9, 10, 1), (31.0, 0.8, 9, 1), (100.0, 0.8, 4, 0)]
    rows = make.estimates(
        *make.curve(steps, analysis="os", endpoint="overall_survival", score="ht", group="low")
    )
    display = KM.model_copy(
        update={"time_unit": "days", "horizon": 120, "tick_every": 10, "analyses": ("os",)}
    )
    panel = _panel(rows, display, words)
    at_risk = dict(zip(panel.ticks, panel.at_risk[0].numbers, strict=True))
    assert [at_risk[day] for day in (0, 30, 40, 100, 110)] == ["10", "10", "4", "4", "0"]


def test_groups_stand_in_the_order_of_the_words(make: Any, words: Words) -> None:
    panel = _panel(_survival(make), KM, words)
    assert [curve.label for curve in panel.curves] == ["Low", "High"]
    assert panel.curves[0].events.endswith("/138")


ALONE = KM.model_copy(update={"analyses": ("os", "pfs")})


@pytest.mark.parametrize(
    ("curves", "labels", "y_label"),
    [
        ([{"endpoint": "overall_survival"}], ["All"], "Overall survival (%)"),
        (
            [
                {"endpoint": "overall_survival"},
                {"endpoint": "progression_free_survival", "analysis": "pfs"},
            ],
            ["survival", "survival without progression"],
            "Probability (%)",
        ),
        (
            [
                {"endpoint": "overall_survival", "population": "all"},
                {"endpoint": "overall_survival", "population": "all; bulky=yes"},
            ],
            ["All patients", "Bulky disease: yes"],
            "Overall survival (%)",
        ),
    ],
)
def test_curves_and_their_axis_say_what_they_show(
    make: Any, words: Words, curves: list[dict[str, str]], labels: list[str], y_label: str
) -> None:
    rows = [
        row
        for values in curves
        for row in make.curve(make.falling(40, 0.001), **{"analysis": "os"} | values)
    ]
    analyses = {"os": "survival", "pfs": "survival without progression"}
    named = words.model_copy(update={"analyses": analyses})
    panel = _panel(make.estimates(*rows), ALONE, named)
    assert panel.y_label == y_label
    assert [curve.label for curve in panel.curves] == labels


def test_tests_and_the_adjusted_ratio_stand_in_the_panel(make: Any, words: Words) -> None:
    panel = _panel(_survival(make), KM, words)
    assert panel.tests == (
        "Log-rank P < 0.001",
        "Adjusted HR 1.91 (95% CI, 1.29–2.81), High vs Low",
    )


def test_a_horizon_of_two_years_has_its_last_tick(make: Any, words: Words) -> None:
    panel = _panel(_survival(make), KM, words)
    assert panel.ticks == (0, 6, 12, 18, 24)
    assert panel.end == 24


def test_censoring_is_marked_where_patients_leave_without_event(make: Any, words: Words) -> None:
    steps = [
        (0.0, 1.0, 5, 0),
        (10.0, 0.8, 5, 1),
        (20.0, 0.8, 4, 0),
        (30.0, 0.4, 3, 1),
        (40.0, 0.4, 2, 0),
    ]
    rows = make.estimates(*make.curve(steps, analysis="os", endpoint="overall_survival"))
    panel = _panel(rows, KM.model_copy(update={"analyses": ("os",)}), words)
    assert panel.curves[0].censored.tolist() == [False, False, True, False, True]


def test_numbers_at_risk_stand_exactly_under_the_ticks(make: Any, words: Words) -> None:
    with house_style():
        drawn = kaplan_meier_figure(_survival(make), KM, words, notes=[])
    [axes] = drawn.axes
    width = drawn.get_size_inches()[0]
    left, right = axes.get_position().x0 * width, axes.get_position().x1 * width
    ticks = [left + tick / axes.get_xlim()[1] * (right - left) for tick in axes.get_xticks()]
    below = [t for t in drawn.texts if re.fullmatch(r"\d+", t.get_text())]
    places = sorted({round(text.get_position()[0] * width, 6) for text in below})
    assert places == pytest.approx(ticks, abs=1e-5)
    assert all(text.get_ha() == "center" for text in below)


def test_survival_ends_at_100_percent_and_incidence_above_its_curve(
    make: Any, words: Words
) -> None:
    with house_style():
        survival = kaplan_meier_figure(_survival(make), KM, words, notes=[])
    assert survival.axes[0].get_yticks().max() == 100
    steps = [(0.0, 0.0, 100, 0), (200.0, 0.05, 90, 5), (400.0, 0.12, 60, 5)]
    rows = make.estimates(
        *make.curve(
            steps,
            method="cumulative_incidence",
            analysis="spm",
            endpoint="second_malignancy",
            term="second_malignancy",
        )
    )
    display = CumulativeIncidenceFigure(
        kind="cumulative_incidence", title="F", analyses=("spm",), show_limits=False
    )
    with house_style():
        drawn = cumulative_incidence_figure(rows, display, words, notes=[])
    assert drawn.axes[0].get_yticks().max() == 20


def test_causes_share_the_numbers_at_risk(make: Any, words: Words) -> None:
    rows = []
    for cause in ("death", "second_malignancy"):
        for group in ("low", "high"):
            rows += make.curve(
                [(0.0, 0.0, 20, 0), (300.0, 0.1, 20, 2)],
                method="cumulative_incidence",
                analysis="spm",
                endpoint="second_malignancy",
                score="ht",
                group=group,
                term=cause,
            )
    display = CumulativeIncidenceFigure(kind="cumulative_incidence", title="F", analyses=("spm",))
    panel = _panel(make.estimates(*rows), display, words)
    assert [line.label for line in panel.at_risk] == ["Low", "High"]
    assert [curve.label for curve in panel.curves] == [
        "Low, second malignancy",
        "High, second malignancy",
        "Low, death",
        "High, death",
    ]
    only = display.model_copy(update={"causes": ("second_malignancy",)})
    assert len(_panel(make.estimates(*rows), only, words).curves) == 2


def test_ugly_groups_are_drawn_and_named(make: Any, words: Words) -> None:
    rows = make.curve(
        [(0.0, 1.0, 1, 0), (200.0, 1.0, 1, 0)],
        analysis="by_five",
        endpoint="overall_survival",
        group="d",
        condition="one patient; no events",
    )
    rows.append(
        make.row(
            "kaplan_meier",
            "survival_curve",
            analysis="by_five",
            endpoint="overall_survival",
            group="e",
            n=0,
            n_event=0,
            condition="empty group",
        )
    )
    rows.append(
        make.row(
            "log_rank",
            "hypothesis_test",
            analysis="lr",
            endpoint="overall_survival",
            term="disease_group",
            test="log-rank",
            condition="one group",
        )
    )
    display = KM.model_copy(update={"analyses": ("by_five", "lr")})
    panel = _panel(make.estimates(*rows), display, words)
    assert panel.tests == ("Log-rank not available (one group)",)
    assert "=SUM(A1): a group has no patients." in panel.notes
    assert any(note.endswith("nobody had the event.") for note in panel.notes)
    assert panel.at_risk[1].numbers[0] == "0"
    assert set(figure(make.estimates(*rows), display, words)) == {
        "pdf",
        "svg",
        "png",
        "cells.csv",
        "curves.json",
    }


def test_curves_of_many_groups_with_long_names_are_as_they_were(
    make: Any, words: Words, kept: Any, drawn_text: Any
) -> None:
    rows = []
    for position, group in enumerate("abcde"):
        rows += make.curve(
            make.falling(40 + position, 0.0008 * (1 + position)),
            analysis="by_five", endpoint="overall_survival", group=group,
        )  # fmt: skip
    estimates = make.estimates(*rows)
    wide = KM.model_copy(update={"analyses": ("by_five",)})
    panels = tuple(Panel(title=f"Panel {i}", analyses=("by_five",)) for i in range(2))
    narrow = wide.model_copy(update={"panels": panels, "analyses": ()})
    with house_style():
        drawn = [
            kaplan_meier_figure(estimates, display, words, notes=["A note."])
            for display in (wide, narrow)
        ]
    kept("figures_of_curves", "\n==\n".join(map(drawn_text, drawn)))


def test_four_panels_have_letters_and_the_width_of_two_columns(make: Any, words: Words) -> None:
    panels = tuple(Panel(title=f"Panel {i}", analyses=KM.analyses) for i in range(4))
    display = KM.model_copy(update={"panels": panels, "analyses": ()})
    with house_style():
        drawn = kaplan_meier_figure(_survival(make), display, words, notes=[])
    assert [t for t in _texts(drawn) if t in ("A", "B", "C", "D", "E")] == ["A", "B", "C", "D"]
    assert drawn.get_size_inches()[0] == pytest.approx(174 * MM)


# ---- other figures -------------------------------------------------------------------------------


def test_forest_shows_exposures_and_arrows(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(50.4, 2.9, 881.0, analysis="a", condition="separation"),
        make.ratio(1.02, 1.0, 1.04, analysis="a", term="age", group="", reference=""),
        make.ratio(
            None, None, None, analysis="b", endpoint="late_icaht", condition="too few events"
        ),
    )
    display = ForestFigure(kind="forest", title="F", analyses=("a", "b"))
    with house_style():
        drawn = forest_figure(rows, display, words, notes=[])
    texts = _texts(drawn)
    assert "50.4 (2.90–881)ᵃ" in texts
    assert not any("Age" in text for text in texts)
    assert "ᵇ Too few events: fewer events than the method needs." in texts
    markers = {line.get_marker() for line in drawn.axes[0].lines}
    assert ">" in markers
    assert "<" not in markers
    low, high = drawn.axes[0].get_xlim()
    assert (low, high) == (0.5, 100)


def test_flow_says_who_left_and_why(make: Any, words: Words) -> None:
    steps = [
        ("Patients assessed for eligibility", 1002, 0),
        ("infused", 1002, 256),
        ("second infusion", 746, 6),
        ("withdrawn", 740, 0),
    ]
    rows = make.estimates(
        *(
            make.row(
                "attrition",
                "count",
                analysis="patients",
                term=term,
                time=position,
                n=before,
                n_event=left,
                estimate=before - left,
            )
            for position, (term, before, left) in enumerate(steps)
        ),
        make.row(
            "evaluability",
            "count",
            analysis="patients",
            score="ht",
            term="group known",
            estimate=389,
            n=740,
        ),
    )
    display = FlowFigure(kind="flow", title="F")
    words = words.model_copy(update={"inclusion": ("infused",)})
    with house_style():
        drawn = flow_figure(rows, display, words, notes=[])
    texts = [text.replace("\u00a0", " ") for text in _texts(drawn)]
    for wanted in (
        "Patients assessed for eligibility (n = 1002)",
        "Did not meet “infused” (n = 256)",
        "infused (n = 746)",
        "Excluded: second infusion (n = 6)",
        "In the study (n = 740)",
        "Group known (n = 389)",
    ):
        assert wanted in texts
    assert not any("(n = 0)" in text for text in texts), "a box for nobody"


def test_the_flow_has_the_groups_of_a_score_where_a_table_counts_them(
    make: Any, words: Words
) -> None:
    shared = {"analysis": "patients", "score": "ht", "n": 628}
    size = {"analysis": "t1", "population": "ht", "term": "ht.group", "reference": "all"}
    rows = make.estimates(
        *(
            make.row("evaluability", "count", term=term, estimate=count, **shared)
            for term, count in (("group known", 389), ("group unknown", 239), ("points known", 389))
        ),
        make.row("describe", "count", group="", estimate=389, **size),
        make.row("describe", "count", group="high", estimate=251, **size),
        make.row("describe", "count", group="low", estimate=138, **size),
        *(
            make.row("missingness", "proportion", analysis="m", score="ht", reference="evaluable",
                     term=term, comparator=group, n_event=event, n=n, estimate=event / n)
            for term, group, event, n in (
                ("response", "all", 600, 628), ("response", "known", 380, 389),
                ("overall_survival", "all", 628, 628), ("overall_survival", "known", 389, 389),
            )
        ),
    )  # fmt: skip
    with house_style():
        drawn = flow_figure(rows, FlowFigure(kind="flow", title="F"), words, notes=[])
    assert [text.replace("\u00a0", " ").strip() for text in _texts(drawn)][1:] == [
        "CAR-HEMATOTOX",
        "Group known (n = 389)",
        "Low (n = 138)",
        "High (n = 251)",
        "Group unknown (n = 239)",
        "Every item known, and evaluable for",
        "Response (n = 380)",
    ]


def test_three_panels_stand_beside_each_other(make: Any, words: Words) -> None:
    panels = tuple(Panel(title=name, analyses=("os",)) for name in ("A", "B", "C"))
    display = KaplanMeierFigure(kind="kaplan_meier", title="F", panels=panels, horizon=730)
    with house_style():
        drawn = kaplan_meier_figure(_survival(make), display, words, notes=[])
    tops = {round(axes.get_position().y1, 6) for axes in drawn.axes}
    assert len(drawn.axes) == 3
    assert len(tops) == 1


def test_roc_has_the_operating_point(make: Any, words: Words) -> None:
    shared = {"endpoint": "late_icaht", "n": 330, "n_event": 22}
    rows = make.estimates(
        make.row(
            "roc",
            "auc",
            analysis="roc",
            term="ht.points",
            estimate=0.7,
            conf_low=0.6,
            conf_high=0.8,
            **shared,
        ),
        *(
            make.row(
                "roc",
                "roc_curve",
                analysis="roc",
                term="ht.points",
                reference=str(i),
                time=x,
                estimate=y,
                **shared,
            )
            for i, (x, y) in enumerate(((0.0, 0.0), (0.3, 0.7), (1.0, 1.0)))
        ),
        *(
            make.row(
                "diagnostic_accuracy",
                name,
                analysis="da",
                term="ht.group",
                group="high",
                estimate=value,
                **shared,
            )
            for name, value in (("sensitivity", 0.864), ("specificity", 0.387))
        ),
    )
    display = RocFigure(kind="roc", title="F", analyses=("roc", "da"))
    with house_style():
        drawn = roc_figure(rows, display, words, notes=[])
    assert "CAR-HEMATOTOX, points: AUC 0.70 (95% CI, 0.60–0.80)" in _texts(drawn)
    assert wording.endpoint(words, str(rows["endpoint"].iloc[0])) in _texts(drawn), "of what"
    point = next(line for line in drawn.axes[0].lines if line.get_marker() == "o")
    assert (point.get_xdata()[0], point.get_ydata()[0]) == pytest.approx((61.3, 86.4))


KINDS = [
    KM.model_copy(update={"analyses": ("nothing",)}),
    CumulativeIncidenceFigure(kind="cumulative_incidence", title="F", analyses=("nothing",)),
    ForestFigure(kind="forest", title="F", analyses=("nothing",)),
    FlowFigure(kind="flow", title="F"),
    RocFigure(kind="roc", title="F", analyses=("nothing",)),
]


@pytest.mark.parametrize("display", KINDS, ids=lambda display: display.kind)
def test_a_figure_without_rows_is_drawn(make: Any, words: Words, display: Any) -> None:
    files = figure(make.estimates(), display, words)
    assert all(files.values())


# ---- files ---------------------------------------------------------------------------------------


def test_files_have_journal_width_and_embedded_fonts(make: Any, words: Words) -> None:
    files = figure(_survival(make), KM, words)
    width, _ = struct.unpack(">II", files["png"][16:24])
    assert abs(width - 85 / 25.4 * 300) <= 1
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", files["pdf"])
    assert box is not None
    assert float(box.group(1)) == pytest.approx(85 / 25.4 * 72, abs=0.1)
    assert b"/FontFile2" in files["pdf"]
    assert b"/Type3" not in files["pdf"]
    root = ET.fromstring(files["svg"])
    assert root.tag.endswith("svg")


def test_the_same_figure_is_the_same_bytes(
    make: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figure(_survival(make), KM, words)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12345")
    assert figure(_survival(make), KM, words) == before


@pytest.mark.parametrize(("source", "said"), [("synthetic", True), ("real", False)])
def test_synthetic_figures_say_so(
    make: Any, words: Words, source: str, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    monkeypatch.setattr(
        "hematotox.reporting.figures.figures.files", lambda made, title: drawn.append(made) or {}
    )
    figure(_survival(make, source=source), KM, words)
    assert any("Synthetic data" in text for text in _texts(drawn[0])) is said


def test_user_settings_of_matplotlib_do_not_matter(make: Any, words: Words) -> None:
    import matplotlib

    before = figure(_survival(make), KM, words)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        assert figure(_survival(make), KM, words) == before


# ---- layout --------------------------------------------------------------------------------------


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=30),
    st.tuples(st.floats(0.1, 0.6), st.floats(0.05, 0.3)),
)
def test_no_point_of_a_curve_lies_in_the_free_corner(
    drops: list[float], size: tuple[float, float]
) -> None:
    values = np.array(sorted(drops, reverse=True))
    times = np.linspace(0, 1, values.size)
    corners = ("lower left", "upper right", "lower right", "upper left")
    found = free_corner([(times, values)], size, corners)
    if found is None:
        return
    left, top = found
    for x in np.linspace(left, left + size[0], 50):
        value = values[np.searchsorted(times, x, side="right") - 1]
        assert not top - size[1] <= value <= top


@given(st.text(alphabet="abc äöü WM", max_size=60), st.floats(5, 40))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: float) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line) <= width or len(line.strip()) <= 1 for line in lines)
