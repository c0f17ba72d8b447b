"""Tables from hand-made rows, read back from the formats they are written in."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest

from hematotox.declarations.study.kinds.baseline_table import BaselineTable
from hematotox.declarations.study.kinds.discrimination_table import DiscriminationTable
from hematotox.declarations.study.kinds.outcome_table import OutcomeTable
from hematotox.declarations.study.kinds.reclassification_table import ReclassificationTable
from hematotox.declarations.study.kinds.regression_table import RegressionTable
from hematotox.declarations.study.kinds.survival_table import SurvivalTable
from hematotox.declarations.study.words import Words
from hematotox.reporting import table


def _cells(files: dict[str, bytes]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))


def _line(files: dict[str, bytes], label: str) -> list[str]:
    return next(cells for cells in _cells(files) if cells[0].strip() == label)


def _notes(files: dict[str, bytes]) -> str:
    return "\n".join(cells[0] for cells in _cells(files) if len(cells) == 1)


def _regression(*analyses: str, **settings: Any) -> RegressionTable:
    return RegressionTable(
        kind="regression_table", title="Table 2. Effects", analyses=analyses, **settings
    )


# ---- regression ----------------------------------------------------------------------------------


def test_adjusted_stands_beside_unadjusted(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(1.89, 1.22, 2.93, analysis="crude", p_value=0.0043),
        make.ratio(
            1.91,
            1.29,
            2.81,
            analysis="adjusted",
            p_value=0.0008,
            adjustment="linear predictor: disease",
            conf_method="wald",
        ),
    )
    files = table(rows, _regression("crude", "adjusted"), words)
    header = _cells(files)[1]
    assert header == [
        "Variable",
        "Unadjusted: HR (95% CI)",
        "Unadjusted: P",
        "Adjusted by linear predictor: HR (95% CI)",
        "Adjusted by linear predictor: P",
    ]
    assert _line(files, "CAR-HEMATOTOX: High vs Low") == [
        "CAR-HEMATOTOX: High vs Low",
        "1.89 (1.22–2.93)",
        "0.0043",
        "1.91 (1.29–2.81)",
        "<0.001",
    ]
    assert "by the linear predictor of Disease characteristics." in _notes(files)
    assert "HR, hazard ratio" in _notes(files)
    assert "P: Wald test." in _notes(files)


def test_levels_stand_under_their_reference(make: Any, words: Words) -> None:
    shared = {"analysis": "a", "term": "histology", "reference": "dlbcl"}
    rows = make.estimates(
        make.ratio(0.7, 0.5, 1.0, group="pmbcl", **shared),
        make.ratio(1.4, 1.0, 1.9, group="hgbl", **shared),
    )
    labels = [cells[0].strip() for cells in _cells(table(rows, _regression("a"), words))]
    assert labels[2:6] == ["Histology", "DLBCL (reference)", "HGBL", "PMBCL"]


def test_effects_of_different_exposures_on_one_covariate_do_not_collide(
    make: Any, words: Words
) -> None:
    age = {"term": "age", "group": "", "reference": "", "adjustment": "multivariable: age"}
    rows = make.estimates(
        make.ratio(2.0, 1.0, 3.0, analysis="a", adjustment="multivariable: age"),
        make.ratio(1.01, 0.9, 1.1, analysis="a", **age),
        make.ratio(
            3.0, 1.0, 5.0, analysis="b", term="simple_ht.group", adjustment="multivariable: age"
        ),
        make.ratio(1.55, 1.2, 2.0, analysis="b", **age),
    )
    files = table(rows, _regression("a", "b"), words)
    found = [cells[1] for cells in _cells(files) if cells[0] == "Age, per year"]
    assert found == ["1.01 (0.90–1.10)", "1.55 (1.20–2.00)"]


def test_one_exposure_on_many_endpoints_is_one_line_each(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(3.99, 1.16, 13.77, analysis="a", endpoint="late_icaht", n=339, n_event=22),
        make.ratio(1.89, 1.22, 2.93, analysis="b", n=389, n_event=150),
    )
    files = table(rows, _regression("a", "b"), words)
    assert _cells(files)[1][:2] == ["CAR-HEMATOTOX: High vs Low", "Unadjusted: Patients (events)"]
    assert _line(files, "Late ICAHT grade ≥ 3")[1:3] == ["339 (22)", "3.99 (1.16–13.8)"]
    assert _line(files, "Overall survival")[1:3] == ["389 (150)", "1.89 (1.22–2.93)"]


def test_models_on_different_patients_say_so_line_by_line(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(1.9, 1.2, 2.9, analysis="a", n=389),
        make.ratio(1.02, 1.0, 1.04, analysis="b", term="age", group="", reference="", n=350),
    )
    files = table(rows, _regression("a", "b"), words)
    assert _line(files, "CAR-HEMATOTOX: High vs Low")[1] == "389 (150)"
    assert _line(files, "Age, per year")[1] == "350 (150)"


def test_cause_specific_ratios_stand_beside_subdistribution_ratios(make: Any, words: Words) -> None:
    shared = {"analysis": "fg", "endpoint": "second_malignancy"}
    rows = make.estimates(
        make.ratio(
            2.82,
            1.03,
            7.76,
            method="fine_gray",
            estimand="log_subdistribution_hazard_ratio",
            **shared,
        ),
        make.ratio(2.9, 1.1, 8.0, method="cause_specific_cox", **shared),
    )
    files = table(rows, _regression("fg"), words)
    assert _cells(files)[1][1::2] == [
        "Unadjusted: SHR (95% CI)",
        "Unadjusted: Cause-specific HR (95% CI)",
    ]


def test_patients_and_events_of_a_model_are_said_once(make: Any, words: Words) -> None:
    """In a line of the model; or, where models differ in a column, in a column of their own."""
    cox = make.ratio(2.0, 1.0, 4.0, analysis="a", n=389, n_event=150)
    other = make.ratio(
        1.5, 1.0, 2.0, analysis="b", endpoint="progression_free_survival", n=380, n_event=170
    )
    one = _cells(table(make.estimates(cox), _regression("a"), words))
    assert [line for line in one if line[0].startswith("Patients")] == [
        ["Patients (events)", "389 (150)", ""]
    ]
    two = _cells(table(make.estimates(cox, other), _regression("a", "b"), words))
    assert [[cell for cell in line if "Patients" in cell] for line in two if len(line) > 1] == [
        ["Unadjusted: Patients (events)"],
        [],
        [],
    ]


def test_conditions_are_footnotes(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(50.4, 2.9, 881.0, analysis="a", condition="separation; post-infusion predictor")
    )
    files = table(rows, _regression("a"), words)
    assert _line(files, "CAR-HEMATOTOX: High vs Low")[1] == "50.4 (2.90–881) [a,b]"
    assert "[a] Separation: a group has no, or only, events" in _notes(files)
    assert "[b] Post-infusion predictor" in _notes(files)


def test_many_models_stand_below_each_other(make: Any, words: Words) -> None:
    rows = make.estimates(
        *(
            make.ratio(1.5, 1.0, 2.0, analysis=f"m{i}", adjustment=f"stratified: v{i}")
            for i in range(6)
        )
    )
    files = table(rows, _regression(*(f"m{i}" for i in range(6))), words)
    assert len(_cells(files)[1]) <= 4
    assert sum("1.50 (1.00–2.00)" in cells for cells in _cells(files)) == 6


# ---- Table 1 -------------------------------------------------------------------------------------


def _described(make: Any) -> Any:
    rows = []
    shared = {"analysis": "t1", "score": "ht"}
    for group, n, median, known, yes in (
        ("", 389, 59, 380, 135),
        ("high", 251, 60, 245, 96),
        ("low", 138, 57, 135, 39),
    ):
        here = {**shared, "group": group}
        number = {**here, "term": "age", "n": n}
        rows += [
            make.row("describe", "count", reference="known", estimate=n, **number),
            make.row("describe", "count", reference="missing", estimate=0, **number),
            make.row("describe", "median", reference="0.5", estimate=median, **number),
            make.row("describe", "quantile", reference="0.25", estimate=48.5, **number),
            make.row("describe", "quantile", reference="0.75", estimate=66, **number),
        ]
        level = {**here, "term": "bulky", "n": known}
        rows += [
            make.row("describe", "count", reference="no", estimate=known - yes, **level),
            make.row("describe", "count", reference="yes", estimate=yes, **level),
            make.row("describe", "count", reference="missing", estimate=n - known, **level),
        ]
    rows.append(
        make.row(
            "describe", "hypothesis_test", term="age", test="kruskal-wallis", p_value=0.41, **shared
        )
    )
    rows.append(
        make.row(
            "describe",
            "hypothesis_test",
            term="bulky",
            test="fisher",
            p_value=0.0502,
            condition="monte carlo p-value",
            **shared,
        )
    )
    return make.estimates(*rows)


def test_baseline_table(make: Any, words: Words) -> None:
    display = BaselineTable(kind="baseline_table", title="Table 1", analyses=("t1",))
    files = table(_described(make), display, words)
    assert _cells(files)[1:5] == [
        ["Characteristic", "All patients (n = 389)", "Low (n = 138)", "High (n = 251)", "P"],
        ["Age, years, median (IQR)", "59 (49–66)", "57 (49–66)", "60 (49–66)", "0.41"],
        ["Bulky disease, n (%)", "135 (36%)", "39 (29%)", "96 (39%)", "0.050 [a]"],
        ["  Missing", "9", "3", "6", ""],
    ]
    assert "Kruskal–Wallis test for numbers, Fisher's exact test for categories" in _notes(files)
    assert "[a] Monte carlo p-value" in _notes(files)


def test_numbers_are_numbers_in_excel(make: Any, words: Words) -> None:
    display = BaselineTable(kind="baseline_table", title="Table 1", analyses=("t1",))
    content = table(_described(make), display, words)["xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Table", "Numbers"]
    missing = next(row for row in book["Table"].iter_rows(values_only=True) if row[0] == "Missing")
    assert missing[1:4] == (9, 3, 6)
    header, *rows = book["Numbers"].iter_rows(values_only=True)
    estimates = [row[header.index("estimate")] for row in rows]
    assert 48.5 in estimates


# ---- survival and discrimination -----------------------------------------------------------------


def _survival(make: Any) -> Any:
    rows = []
    groups = (("high", 251, 120, 720.0, 0.62), ("low", 138, 40, None, 0.78))
    for group, n, events, median, at_year in groups:
        shared = {
            "analysis": "os",
            "endpoint": "overall_survival",
            "score": "ht",
            "group": group,
            "n": n,
            "n_event": events,
            "conf_level": 0.95,
            "conf_method": "log-log",
        }
        condition = "" if median else "median not reached"
        rows += [
            make.row(
                "kaplan_meier",
                "survival",
                time=365,
                estimate=at_year,
                conf_low=at_year - 0.06,
                conf_high=at_year + 0.05,
                **shared,
            ),
            make.row(
                "kaplan_meier",
                "survival_time_quantile",
                term="0.5",
                estimate=median,
                conf_low=500.0,
                condition=condition,
                **shared,
            ),
        ]
    rows.append(
        make.row(
            "log_rank",
            "hypothesis_test",
            analysis="lr",
            endpoint="overall_survival",
            term="ht.group",
            test="log-rank",
            p_value=0.0002,
        )
    )
    rows.append(
        make.row(
            "follow_up",
            "survival_time_quantile",
            analysis="fu",
            endpoint="overall_survival",
            term="0.5",
            estimate=548.0,
            conf_low=500.0,
            conf_high=600.0,
        )
    )
    return make.estimates(*rows)


def test_survival_table(make: Any, words: Words) -> None:
    display = SurvivalTable(kind="survival_table", title="T", analyses=("os", "lr", "fu"))
    files = table(_survival(make), display, words)
    assert _cells(files)[1:5] == [
        [
            "Group",
            "Patients",
            "Events",
            "Median (95% CI), months",
            "Survival, % (95% CI): 12 months",
            "Log-rank P",
        ],
        [
            "Overall survival",
        ],
        ["  Low", "138", "40", "NR (16.4–NR)", "78.0 (72.0–83.0)", "<0.001"],
        ["  High", "251", "120", "23.7 (16.4–NR)", "62.0 (56.0–67.0)", ""],
    ]
    assert "Median follow-up (Overall survival, reverse Kaplan–Meier): 18.0 (16.4–19.7) months" in (
        _notes(files)
    )
    assert "NR, not reached" in _notes(files)


def test_how_complete_the_follow_up_is_stands_beside_its_median(make: Any, words: Words) -> None:
    shared = {"analysis": "fu", "endpoint": "overall_survival"}
    complete = make.row("follow_up", "completeness_of_follow_up", estimate=0.934, n=560, **shared)
    seen = make.row(
        "follow_up",
        "proportion",
        term="living seen within 6 months of the data cut",
        estimate=0.9,
        n=200,
        n_event=180,
        **shared,
    )
    rows = pd.concat([_survival(make), make.estimates(complete, seen)])
    display = SurvivalTable(kind="survival_table", title="T", analyses=("os", "lr", "fu"))
    notes = _notes(table(rows, display, words))
    assert "(Overall survival): 93.4% of the possible days (Clark's C)." in notes
    assert "180 of 200 living seen within 6 months of the data cut (Overall survival)." in notes


def test_gray_tests_belong_to_the_cause_they_name(make: Any, words: Words) -> None:
    rows = []
    for cause, p in (("death", 0.6), ("second_malignancy", 0.03)):
        for group in ("low", "high"):
            rows += make.curve(
                [(0.0, 0.0, 20, 0), (100.0, 0.1, 20, 2)],
                method="cumulative_incidence",
                analysis="spm",
                endpoint="second_malignancy",
                score="ht",
                group=group,
                term=cause,
            )
        rows.append(
            make.row(
                "gray_test",
                "hypothesis_test",
                analysis="gray",
                endpoint="second_malignancy",
                term=cause,
                test="gray",
                p_value=p,
            )
        )
    display = SurvivalTable(kind="survival_table", title="T", analyses=("spm", "gray"))
    cells = _cells(table(make.estimates(*rows), display, words))
    assert [line[0] for line in cells[2:8]] == [
        "Second malignancy",
        "  Low",
        "  High",
        "Second malignancy, competing event: death",
        "  Low",
        "  High",
    ]
    assert (cells[3][-1], cells[6][-1]) == ("0.030", "0.60")


def test_a_landmark_analysis_stands_below_the_one_from_the_origin(make: Any, words: Words) -> None:
    shared = {"term": "bulky", "group": "yes", "reference": "no", "population": "ht"}
    rows = make.estimates(
        make.ratio(2.8, 1.0, 7.8, analysis="a", population="ht"),
        make.ratio(3.7, 1.4, 10.4, analysis="b", condition="post-infusion predictor", **shared),
        make.ratio(3.0, 1.0, 9.2, analysis="c", landmark=100, n=305, n_event=20, **shared),
    )
    files = table(rows, _regression("a", "b", "c"), words)
    labels = [cells[0] for cells in _cells(files)]
    assert labels[2:5] == [
        "CAR-HEMATOTOX: High vs Low",
        "Bulky disease: yes vs no",
        "Bulky disease: yes vs no, from day 100",
    ]
    assert "Patients: CAR-HEMATOTOX known." in _notes(files)


def test_ratios_of_several_kinds_share_a_column_where_each_stands_alone(
    make: Any, words: Words
) -> None:
    odds = {"method": "logistic", "estimand": "log_odds_ratio", "endpoint": "late_icaht"}
    rows = make.estimates(
        make.ratio(1.49, 1.27, 1.75, analysis="a", n=357, n_event=170, **odds),
        make.ratio(1.24, 1.11, 1.39, analysis="b"),
    )
    files = table(rows, _regression("a", "b"), words)
    assert _cells(files)[1] == [
        "CAR-HEMATOTOX: High vs Low",
        "Patients (events)",
        "Effect (95% CI)",
        "P",
    ]
    assert _line(files, "Overall survival")[2] == "HR 1.24 (1.11–1.39)"


def test_only_the_declared_causes_are_shown(make: Any, words: Words) -> None:
    shared = {"analysis": "ci", "endpoint": "second_malignancy", "time": 730, "n": 389}
    rows = make.estimates(
        *(
            make.row(
                "cumulative_incidence",
                "cumulative_incidence",
                term=cause,
                n_event=n,
                estimate=n / 389,
                **shared,
            )
            for cause, n in (("second_malignancy", 22), ("death", 127))
        )
    )
    settings = {"kind": "survival_table", "title": "T", "analyses": ("ci",)}
    whole = table(rows, SurvivalTable(**settings), words)
    assert _line(whole, "Second malignancy, competing event: death")[1:3] == ["389", "127"]
    part = table(rows, SurvivalTable(**settings, causes=("second_malignancy",)), words)
    assert [cells[0] for cells in _cells(part)][2:3] == ["Second malignancy"]


def test_discrimination_table(make: Any, words: Words) -> None:
    shared = {"endpoint": "late_icaht", "n": 330, "n_event": 22}
    rows = make.estimates(
        make.row(
            "roc",
            "auc",
            analysis="roc",
            term="ht.points",
            estimate=0.625,
            conf_low=0.51,
            conf_high=0.74,
            **shared,
        ),
        make.row(
            "roc",
            "auc_difference",
            analysis="roc",
            term="ht.points",
            comparator="simple_ht.group",
            estimate=0.08,
            conf_low=-0.01,
            conf_high=0.17,
            p_value=0.08,
            **shared,
        ),
        make.row(
            "diagnostic_accuracy",
            "count",
            analysis="da",
            group="high",
            term="true positive",
            estimate=19,
            **shared,
        ),
        make.row(
            "diagnostic_accuracy",
            "sensitivity",
            analysis="da",
            group="high",
            term="ht.group",
            estimate=19 / 22,
            conf_low=0.651,
            conf_high=0.971,
            conf_method="clopper-pearson",
            conf_level=0.95,
            **shared,
        ),
    )
    display = DiscriminationTable(kind="discrimination_table", title="T", analyses=("roc", "da"))
    files = table(rows, display, words)
    assert _line(files, "AUC (95% CI)")[1:] == ["0.63 (0.51–0.74)", ""]
    assert _line(files, "Difference of AUC (95% CI)")[1] == (
        "0.08 (−0.01 to 0.17) vs SimpleHT; P = 0.080"
    )
    assert _line(files, "True positives")[2] == "19"
    assert _line(files, "Sensitivity, % (95% CI)")[2] == "86.4 (65.1–97.1)"
    assert "exact (Clopper-Pearson)" in _notes(files)


# ---- every kind ----------------------------------------------------------------------------------

KINDS = [
    BaselineTable(kind="baseline_table", title="T", analyses=("nothing",)),
    _regression("nothing"),
    SurvivalTable(kind="survival_table", title="T", analyses=("nothing",)),
    DiscriminationTable(kind="discrimination_table", title="T", analyses=("nothing",)),
    OutcomeTable(kind="outcome_table", title="T", analyses=("nothing",)),
    ReclassificationTable(kind="reclassification_table", title="T", analyses=("nothing",)),
]


@pytest.mark.parametrize("display", KINDS, ids=lambda display: display.kind)
def test_a_display_without_rows_is_made_and_says_so(make: Any, words: Words, display: Any) -> None:
    files = table(make.estimates(), display, words)
    assert set(files) == {"csv", "docx", "xlsx", "html", "cells.csv"}
    assert "No estimates for the analysis nothing." in _notes(files)
    docx.Document(io.BytesIO(files["docx"]))


def test_an_analysis_that_nobody_could_enter_is_named(make: Any, words: Words) -> None:
    empty = make.row(
        "cox",
        "count",
        analysis="os_by_ht",
        term="analysed",
        estimate=0,
        n=0,
        condition="no patients",
    )
    notes = _notes(table(make.estimates(empty), _regression("os_by_ht"), words))
    assert "Os by ht: no patient can be analysed." in notes


def test_synthetic_and_provisional_are_said(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(2.0, 1.0, 4.0, analysis="a", term="all_ht.group", source="synthetic")
    )
    notes = _notes(table(rows, _regression("a"), words))
    assert "Synthetic data" in notes
    assert "ALL-Hematotox: provisional score" in notes


def test_real_and_verified_are_not_called_otherwise(make: Any, words: Words) -> None:
    notes = _notes(table(make.estimates(make.ratio(2.0, 1.0, 4.0)), _regression("a"), words))
    assert notes.splitlines() == [
        "Table 2. Effects",
        "P: Wald test.",
        "Intervals: Wald, on the log scale.",
        "CI, confidence interval; HR, hazard ratio.",
    ]


def test_labels_cannot_become_formulas(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(2.0, 1.0, 4.0, analysis="a", term="disease_group", group="e", reference="a"),
        make.ratio(1.5, 1.0, 2.0, analysis="a", term="disease_group", group="b", reference="a"),
    )
    files = table(rows, _regression("a").model_copy(update={"title": "=1+1"}), words)
    assert _cells(files)[0] == ["'=1+1"]
    assert any(cells[0] == "'  =SUM(A1)" for cells in _cells(files))
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))["Table"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "'=" not in "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_word_tables_are_native_and_have_three_rules(make: Any, words: Words) -> None:
    rows = make.estimates(make.ratio(1.89, 1.22, 2.93, analysis="a", p_value=0.004))
    content = table(rows, _regression("a"), words)["docx"]
    document = docx.Document(io.BytesIO(content))
    assert document.paragraphs[0].text == "Table 2. Effects"
    [grid] = document.tables
    assert [cell.text for cell in grid.rows[1].cells] == ["Variable", "HR (95% CI)", "P"]
    assert grid.rows[2].cells[1].text == "1.89 (1.22–2.93)"
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert xml.count("w:tblHeader") == 2
    assert "w:insideV" not in xml
    [section] = document.sections
    assert section.page_width < section.page_height, "upright, as it fits"
    assert document.styles["Normal"].font.size.pt == 8.5


def test_html_escapes_labels(make: Any, words: Words) -> None:
    rows = make.estimates(make.ratio(2.0, 1.0, 4.0, analysis="a"))
    title = "<script>alert(1)</script>"
    page = table(rows, _regression("a").model_copy(update={"title": title}), words)["html"]
    assert b"<script>" not in page
    assert b"&lt;script&gt;" in page


def test_the_same_table_is_the_same_bytes(
    make: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _survival(make)
    display = SurvivalTable(kind="survival_table", title="T", analyses=("os", "lr", "fu"))
    before = table(rows, display, words)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert table(rows, display, words) == before
