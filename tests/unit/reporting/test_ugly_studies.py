"""Studies at the edge: one patient, no events, many groups, long or odd labels, no estimate."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest

from hematotox.declarations.study.display_base import Panel
from hematotox.declarations.study.kinds.cumulative_incidence import CumulativeIncidenceFigure
from hematotox.declarations.study.kinds.discrimination_table import DiscriminationTable
from hematotox.declarations.study.kinds.flow import FlowFigure
from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.kinds.kaplan_meier import KaplanMeierFigure
from hematotox.declarations.study.kinds.outcome_table import OutcomeTable
from hematotox.declarations.study.kinds.regression_table import RegressionTable
from hematotox.declarations.study.kinds.roc import RocFigure
from hematotox.declarations.study.kinds.sensitivity_table import SensitivityTable
from hematotox.declarations.study.kinds.specification_curve import SpecificationCurve
from hematotox.declarations.study.kinds.survival_table import SurvivalTable
from hematotox.declarations.study.words import EndpointWords, VariableWords, Words
from hematotox.reporting import figure, table
from hematotox.reporting.figures.curves.curve_panels import curve_panel, wrap_tests
from hematotox.reporting.figures.figures import _drawing
from hematotox.reporting.figures.style import drawable, house_style, text_width
from hematotox.reporting.formats.table_blocks import column_blocks
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable
from hematotox.reporting.words.analysis_names import analysis_names
from hematotox.reporting.words.methods_paragraph import methods_sentences
from hematotox.reporting.words.notes import abbreviations
from hematotox.reporting.words.rows import as_rows, select

ODD = "5 < 6 & $x_1$ 100 % a_b^c \\n{tex} 🧬"
LONG = "a label of more than one hundred and twenty characters that somebody wrote " * 2
FIGURE_KINDS = {
    "km": KaplanMeierFigure(kind="kaplan_meier", title="F", analyses=("km", "lr", "cox")),
    "ci": CumulativeIncidenceFigure(kind="cumulative_incidence", title="F", analyses=("ci",)),
    "forest": ForestFigure(kind="forest", title="F", analyses=("cox",)),
    "roc": RocFigure(kind="roc", title="F", analyses=("roc",)),
    "flow": FlowFigure(kind="flow", title="F"),
    "choices": SpecificationCurve(kind="specification_curve", title="F", analyses=("sn",)),
}
TABLE_KINDS = {
    "regression": RegressionTable(kind="regression_table", title="T", analyses=("cox",)),
    "outcome": OutcomeTable(kind="outcome_table", title="T", analyses=("prop",)),
    "survival": SurvivalTable(kind="survival_table", title="T", analyses=("km", "lr", "ci")),
    "discrimination": DiscriminationTable(
        kind="discrimination_table", title="T", analyses=("roc",)
    ),
    "choices": SensitivityTable(kind="sensitivity_table", title="T", analyses=("sn",)),
}
METHODS = {
    "km": "kaplan_meier",
    "lr": "log_rank",
    "cox": "cox",
    "ci": "cumulative_incidence",
    "roc": "roc",
    "prop": "proportion",
    "sn": "sensitivity",
}


def _words(labels: list[str]) -> Words:
    levels = {f"g{i}": label for i, label in enumerate(labels)}
    return Words(
        study="s",
        title="T",
        variables={"g": VariableWords(label=labels[0], levels=levels)},
        endpoints={"os": EndpointWords(label="Overall survival", causes={"death": "death"})},
        scores={},
        exposures=dict.fromkeys(("km", "lr", "cox", "ci"), "g"),
    )


def _study(make: Any, groups: int, *, patients: int = 40, events: bool = True) -> Any:
    quiet = [(0.0, 1.0, patients, 0), (500.0, 1.0, patients, 0)]
    rows = []
    for group in (f"g{i}" for i in range(groups)):
        steps = make.falling(patients, 0.001) if events else quiet
        risen = [(day, 1 - value, n, k) for day, value, n, k in steps]
        shared = {"endpoint": "os", "group": group, "source": "synthetic"}
        rows += make.curve(steps, analysis="km", **shared)
        rows += make.curve(
            risen, analysis="ci", method="cumulative_incidence", term="death", **shared
        )
        ratio = (1.5, 0.9, 2.5) if events else (None, None, None)
        if group != "g0":
            said = {} if events else {"condition": "no events"}
            effect = {**shared, "analysis": "cox", "term": "g", "reference": "g0", **said}
            rows.append(make.ratio(*ratio, **effect))
    p = {"p_value": 0.03} if events else {"condition": "no events"}
    rows.append(make.row("log_rank", "hypothesis_test", analysis="lr", endpoint="os", term="g",
                         test="log-rank", source="synthetic", **p))  # fmt: skip
    return make.estimates(*rows)


def _failed(make: Any, condition: str) -> Any:
    """Every analysis has one row, and that says only what is wrong."""
    return make.estimates(
        *(
            make.row(method, "hypothesis_test", analysis=name, endpoint="os", condition=condition)
            for name, method in METHODS.items()
        )
    )


def _drawn(make: Any, rows: Any, kind: str, words: Words) -> Any:
    display = FIGURE_KINDS[kind]
    chosen = rows if kind == "flow" else select(rows, display.analyses)
    with house_style():
        return _drawing(display.kind)(chosen, display, words, notes=[])


def _outside(drawn: Any) -> list[str]:
    """Texts that reach beyond the edges of the figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    renderer = canvas.get_renderer()
    whole = drawn.bbox
    found = []
    for text in drawn.findobj(Text):
        box = text.get_window_extent(renderer)
        if text.get_text() and text.get_visible() and box.width:
            inside = box.x0 >= whole.x0 - 2 and box.x1 <= whole.x1 + 2
            found += [] if inside else [text.get_text()]
    return found


@pytest.mark.parametrize("kind", ["km", "ci", "forest"])
@pytest.mark.parametrize(
    ("groups", "labels"),
    [(1, ["A"]), (2, [LONG, LONG + "B"]), (30, [f"Group {i}" for i in range(30)])],
    ids=["one", "long", "thirty"],
)
def test_no_text_leaves_the_figure(make: Any, kind: str, groups: int, labels: list[str]) -> None:
    assert _outside(_drawn(make, _study(make, groups), kind, _words(labels))) == []


@pytest.mark.parametrize("kind", ["km", "forest"])
def test_odd_characters_are_drawn_as_they_are(make: Any, kind: str) -> None:
    files = figure(_study(make, 2), FIGURE_KINDS[kind], _words([ODD, ODD + "2"]))
    assert files["png"].startswith(b"\x89PNG")
    assert drawable(ODD) == ODD.replace("🧬", "□")
    assert text_width("a_b^c $") > text_width("abc ")


SAID_WITHOUT_ESTIMATES = {
    "km": {"no patients": "No patients: no patient can", "no events": "No events: nobody had"},
    "ci": {"no patients": "No curve", "no events": "No curve"},
    "forest": {"no patients": "No estimates", "no events": "No estimates"},
    "roc": {"no patients": "No patients: no patient can", "no events": "No events: nobody had"},
    "flow": {"no patients": "No rows on the flow of patients"},
    "choices": {"no patients": "No estimates", "no events": "No estimates"},
}


@pytest.mark.parametrize(
    ("kind", "condition"), [(k, c) for k, said in SAID_WITHOUT_ESTIMATES.items() for c in said]
)
def test_a_figure_without_estimates_says_so(make: Any, kind: str, condition: str) -> None:
    from matplotlib.text import Text

    drawn = _drawn(make, _failed(make, condition), kind, _words(["A"]))
    texts = [text.get_text() for text in drawn.findobj(Text)]
    wanted = SAID_WITHOUT_ESTIMATES[kind][condition]
    assert any(text.startswith(wanted) for text in texts), texts


@pytest.mark.parametrize("kind", list(FIGURE_KINDS))
def test_a_figure_without_estimates_is_written_in_every_format(make: Any, kind: str) -> None:
    files = figure(_failed(make, "no patients"), FIGURE_KINDS[kind], _words(["A"]))
    assert sorted(files) == ["cells.csv", "curves.json", "pdf", "png", "svg"]
    assert all(files.values())


@pytest.mark.parametrize("kind", list(TABLE_KINDS))
def test_a_table_names_what_went_wrong(make: Any, kind: str) -> None:
    files = table(_failed(make, "no patients"), TABLE_KINDS[kind], _words(["A"]))
    text = files["csv"].decode("utf-8-sig")
    assert "No estimates" in text
    assert "no patient can be analysed" in text


def test_one_patient_without_an_event_has_no_median(make: Any) -> None:
    rows = _study(make, 1, patients=1, events=False)
    cells = table(rows, TABLE_KINDS["survival"], _words(["A"]))["csv"].decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(cells)))
    assert next(line for line in lines if line[0].strip() == "A")[1:3] == ["1", "0"]
    assert "nan" not in cells.lower()
    assert "Synthetic data" in cells


def test_without_events_the_ratio_is_not_a_number_but_words(make: Any) -> None:
    from matplotlib.text import Text

    drawn = _drawn(make, _study(make, 2, events=False), "km", _words(["A", "B"]))
    texts = [text.get_text() for text in drawn.findobj(Text)]
    assert "HR not available (no events), B vs A" in texts
    assert "Log-rank not available (no events)" in texts


def test_more_groups_than_can_be_told_apart_are_told(make: Any) -> None:
    from matplotlib.text import Text

    words = _words([f"Group {i}" for i in range(30)])
    drawn = _drawn(make, _study(make, 30), "km", words)
    texts = [text.get_text() for text in drawn.findobj(Text)]
    assert any(text.startswith("30 curves are more than the 6 that can be told") for text in texts)
    assert "No curve" in texts
    assert not any("HR" in text for text in texts)


def test_abbreviations_are_explained_but_not_parts_of_names() -> None:
    assert abbreviations(["Median (95% CI), mo", "NR", "ALL-Hematotox"]) == [
        "CI, confidence interval; NR, not reached; mo, months."
    ]


def test_a_test_wraps_inside_the_panel(make: Any) -> None:
    display = FIGURE_KINDS["km"]
    panel = curve_panel(
        as_rows(_study(make, 2)), display, Panel(analyses=display.analyses), _words([LONG, "B"])
    )
    wrapped = wrap_tests(panel, 50.0)
    assert max(text_width(line, 6.0) for line in wrapped.tests) <= 50.0
    assert " ".join(wrapped.tests).split() == " ".join(panel.tests).split()


def test_a_table_wider_than_the_page_is_cut_into_blocks() -> None:
    columns = tuple(Column(f"Group {i}") for i in range(30))
    line = Line(Cell("Age"), tuple(Cell(str(i)) for i in range(30)))
    wide = PrintedTable("T", "", "Variable", columns, (line,), (), None)  # type: ignore[arg-type]
    blocks = column_blocks(wide, [40.0, *[20.0] * 30], 260.0)
    assert [len(block.columns) for block, _ in blocks] == [11, 11, 8]
    assert [c.text for b, _ in blocks for c in b.lines[0].cells] == [str(i) for i in range(30)]
    assert all(sum(widths) <= 260.0 + 1e-9 for _, widths in blocks)


def test_a_word_table_of_thirty_groups_has_every_group(make: Any) -> None:
    files = table(_study(make, 30), TABLE_KINDS["survival"], _words([f"G{i}" for i in range(30)]))
    body = zipfile.ZipFile(io.BytesIO(files["docx"])).read("word/document.xml").decode()
    assert all(f">G{i}<" in body for i in range(30))


def test_an_analysis_without_a_label_is_named_by_what_it_is(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(1.9, 1.2, 2.9, analysis="overall_survival_by_ht_cox"),
        make.ratio(1.9, 1.2, 2.9, analysis="cs", adjustment="stratified: centre"),
        make.ratio(1.9, 1.2, 2.9, analysis="ca", adjustment="linear predictor: disease"),
        make.row("evaluability", "count", analysis="only_patients", term="analysed", estimate=1),
    )
    assert analysis_names(rows, words) == {
        "overall_survival_by_ht_cox": "Overall survival: Cox model by CAR-HEMATOTOX",
        "cs": "Overall survival: Cox model by CAR-HEMATOTOX stratified by centre",
        "ca": "Overall survival: Cox model by CAR-HEMATOTOX (adjusted)",
        "only_patients": "Only patients",
    }


HOSTILE = ["eGFR < 60", "β-blocker", "Ki-67", "Karnofsky", "Hodgkin lymphoma", "von Hippel", "IPI"]


def test_a_declared_label_is_printed_as_written(make: Any) -> None:
    words = _words(HOSTILE).model_copy(
        update={
            "endpoints": {"os": EndpointWords(label="pH fall", causes={"death": "mTOR loss"})},
            "linear_predictors": {"lp": "Waldenström"},
        }
    )
    adjusted = "stratified: g; multivariable: g + g; linear predictor: lp"
    rows = _study(make, len(HOSTILE)).assign(adjustment=adjusted)
    told = [text for kind in ("km", "ci", "forest") for text in _texts(make, rows, kind, words)]
    kinds = (TABLE_KINDS[kind] for kind in ("regression", "survival"))
    told += [table(rows, kind, words)["csv"].decode() for kind in kinds]
    told += [text for _, text in methods_sentences(rows, words)]
    joined = " ".join([*told, *analysis_names(rows, words).values()])
    for label in (*HOSTILE, "pH fall", "mTOR loss", "Waldenström"):
        assert label in joined
        assert not re.search(rf"(?<!\w){re.escape(label[0].swapcase() + label[1:])}", joined)


def _texts(make: Any, rows: Any, kind: str, words: Words) -> list[str]:
    """Texts of a drawing, each on one line."""
    from matplotlib.text import Text

    drawn = _drawn(make, rows, kind, words)
    return [" ".join(text.get_text().split()) for text in drawn.findobj(Text)]
