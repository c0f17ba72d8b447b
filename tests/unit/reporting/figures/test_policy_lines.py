"""An effect under every policy about missing values: which lines, and what is not tested."""

from __future__ import annotations

from typing import Any

import pytest

from hematotox.contracts import without_policies
from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting import figure
from hematotox.reporting.figures.policy_lines import policy_forest
from hematotox.reporting.manuscript.chosen_row import Estimates
from hematotox.reporting.words.methods_paragraph import methods_paragraph
from hematotox.reporting.words.rows import as_rows, rows_for

DISPLAY = ForestFigure(kind="forest", title="F", analyses=("a",), policies=True)


def policies(make: Any, *, shifted_p: float) -> Any:
    shared = {"analysis": "a", "endpoint": "overall_survival", "population": "ht", "score": "ht"}
    told = {
        "lowest": (1.6, 1.2, 2.1, 0.001),
        "": (1.9, 1.2, 3.0, 0.006),
        "imputed, ferritin -0.5": (1.3, 0.9, 1.9, shifted_p),
        "imputed": (1.5, 1.1, 2.1, 0.01),
        "weights": (1.8, 1.2, 2.7, 0.007),
    }
    rows = [
        make.ratio(*numbers[:3], p_value=numbers[3], policy=policy, **shared)
        for policy, numbers in told.items()
    ]
    information = {"estimand": "missing_information", "test": "log_hazard_ratio", "method": "cox"}
    fmi = {"estimate": 0.22, "statistic": 20, "policy": "imputed", "term": "ht.group"}
    return make.estimates(*rows, make.row(**shared, **information, **fmi))


def test_a_line_a_policy_the_own_first_and_no_p_of_a_bound(make: Any, words: Words) -> None:
    shown = policy_forest(as_rows(policies(make, shifted_p=0.02)), DISPLAY, words)
    assert [(line.lines[0], *line.texts[1:]) for line in shown.lines[1:]] == [
        ("Patients with every item", "1.90 (1.20–3.00)", "0.0060"),
        ("Multiple imputation", "1.50 (1.10–2.10)", "0.010"),
        ("Weighted for having every item", "1.80 (1.20–2.70)", "0.0070"),
        ("Bound: missing items with fewest points", "1.60 (1.20–2.10)", ""),
    ]
    assert "20 imputations" in shown.notes[0]
    assert "is 22%" in shown.notes[0]
    assert shown.notes[1].endswith("(missing ferritin 39% lower): no P crosses 0.05 by it.")


def test_a_shift_that_tips_the_result_has_a_line(make: Any, words: Words) -> None:
    shown = policy_forest(as_rows(policies(make, shifted_p=0.08)), DISPLAY, words)
    texts = {line.lines[0]: line.texts for line in shown.lines}
    assert texts["Imputed, missing ferritin 39% lower"][2] == "0.080"
    assert "there is a line" in shown.notes[1]


@pytest.mark.parametrize(("compared", "count"), [(True, 6), (False, 1)])
def test_only_a_display_of_policies_sees_them(make: Any, compared: bool, count: int) -> None:
    display = DISPLAY.model_copy(update={"policies": compared})
    assert len(rows_for(display, policies(make, shifted_p=0.08))) == count


def test_the_figure_is_drawn(make: Any, words: Words) -> None:
    files = figure(policies(make, shifted_p=0.08), DISPLAY, words)
    assert files["svg"].startswith(b"<?xml")
    assert b"0.080" in files["cells.csv"]


def test_the_methods_say_how_often_missing_items_were_imputed(make: Any, words: Words) -> None:
    rows = without_policies(policies(make, shifted_p=0.02))
    imputed = words.model_copy(update={"imputations": 20})
    said = " ".join(methods_paragraph(rows, imputed))
    assert "imputed 20 times by chained equations" in said
    assert "imputed" not in " ".join(methods_paragraph(rows, words))


def test_a_manuscript_takes_the_estimate_of_the_study_itself(make: Any, words: Words) -> None:
    found = Estimates(policies(make, shifted_p=0.02), words).of("a")
    assert [row["policy"] for row in found] == [""]
