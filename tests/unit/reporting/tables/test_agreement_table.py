"""Printed numbers beside ours: the paper's text with our numbers in it, and the verdicts."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.kinds.agreement_table import AgreementTable
from hematotox.declarations.study.words import Words
from hematotox.reporting import draw_tables, table
from hematotox.reporting.words.printed_numbers import printed_texts
from hematotox.reporting.words.rows import as_rows
from hematotox.run.files import CLONE, read_published

DISPLAY = AgreementTable(
    kind="agreement_table", title="T", sections={"text L": "Toxicity", "Table 1": "Table 1"}
)


def _cells(make: Any, words: Words, *rows: Any) -> list[list[str]]:
    files = table(make.estimates(), DISPLAY, words, agreement=make.agreement(*rows))
    return list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))


def test_the_verdicts_are_counted_and_each_number_stands_under_its_section(
    make: Any, words: Words
) -> None:
    cells = _cells(make, words)
    assert cells[2] == [
        "7 printed numbers: 4 agree (2 as printed, 2 within the study's tolerance), 1 differ, "
        "1 exempt, 1 not comparable"
    ]
    assert [line[0] for line in cells[3:9]] == [
        "Toxicity",
        "  Late ICAHT grade ≥ 3, OR: CAR-HEMATOTOX high vs low",
        "Table 1",
        "  Bulky, HT low",
        "Text P10",
        "  Second malignancy, patients (colon): CAR-HEMATOTOX known",
    ]


def test_ours_stands_in_the_style_of_print(make: Any, words: Words) -> None:
    by_label = {line[0].strip(): line[1:] for line in _cells(make, words) if len(line) > 1}
    assert by_label["Bulky, HT low"] == ["", "39 (28)", "38 (28)", "−1; 0", "agrees [a]"]
    assert by_label["Late ICAHT grade ≥ 3, OR: CAR-HEMATOTOX high vs low"] == [
        "Text L3",
        "3.99 (1.16–13.77) P=.03",
        "4.20 (1.20–14.70) P<0.001",
        "0.21",
        "agrees; limits and P differs [a,b]",
    ]
    unknown = by_label["Second malignancy, patients (colon): CAR-HEMATOTOX known"]
    assert unknown[1:3] == ["colon 1", "–"]


@pytest.mark.parametrize(
    ("text", "numbers", "ours"),
    [
        # estimand, published, ours
        ("67%", [("survival", 0.67, 0.663)], "66%"),
        ("62.5", [("auc", 0.625, 0.6312)], "63.1"),
        ("6.3 mo", [("survival_time_quantile", 191.75625, 194.8)], "6.4 mo"),
        ("NR", [("survival_time_quantile", None, None)], "NR"),
        ("1.6", [("median", 48.7, 51.7)], "1.7"),
        ("59 (48-66)", [("median", 59, 58.4), ("quantile", 48, 47), ("quantile", 66, 66)],
         "58 (47–66)"),
        ("5.7% = 22", [("count", 22, 21), ("proportion", 0.057, 0.054)], "5.4% = 21"),
        ("37 (37)", [("count", 37, 36), ("percentage_of_known", 0.37, 0.38)], "36 (38)"),
        ("10% (6.1-16)", [("cumulative_incidence", 0.10, 0.085)], "9% (…-…)"),
        ("1.91 (1.29-2.81)", [("log_hazard_ratio", 1.91, 1.5), ("log_hazard_ratio", 1.29, 1e-300),
                              ("log_hazard_ratio", 2.81, 1e300)], "1.50 (0.00->1000000)"),
        ("range 4.8-19.1", [("quantile", 146.1, 140.0), ("quantile", 581.35625, 590.0)],
         "range 4.6–19.4"),
    ],
)  # fmt: skip
def test_a_number_is_found_in_the_unit_of_its_print(
    make: Any, text: str, numbers: list[tuple[str, float, float]], ours: str
) -> None:
    rows = [
        make.printed("text", text, published, found, estimand=estimand)
        for estimand, published, found in numbers
    ]
    [line] = printed_texts(as_rows(make.agreement(*rows)))
    assert line.ours == ours


@pytest.mark.parametrize(
    ("text", "published", "ours", "shown"),
    [
        (".67", 0.67, 0.64, "0.64"),
        ("<.01", 0.01, 0.02, "0.020"),
        ("P=.0002", 0.0002, 0.0016, "P=0.0016"),
        ("P<.001", 0.001, 0.004, "P=0.0040"),
        ("P<.001", 0.001, 0.00001, "P<0.001"),
    ],
)
def test_a_p_value_has_the_sign_that_fits_it(
    make: Any, text: str, published: float, ours: float, shown: str
) -> None:
    row = make.printed("text", text, published, ours, quantity="p_value")
    [line] = printed_texts(as_rows(make.agreement(row)))
    assert line.ours == shown


def test_a_p_value_that_we_do_not_have_is_left_out(make: Any) -> None:
    row = make.printed("text S5", "1.91 (1.29-2.81) P<.001", 1.91, 1.51)
    low = make.printed("text S5", "1.91 (1.29-2.81) P<.001", 1.29, 0.99, quantity="conf_low")
    high = make.printed("text S5", "1.91 (1.29-2.81) P<.001", 2.81, 2.29, quantity="conf_high")
    [line] = printed_texts(as_rows(make.agreement(row, low, high)))
    assert line.ours == "1.51 (0.99–2.29)"


def test_equal_texts_of_different_groups_are_different_lines(make: Any) -> None:
    rows = [
        make.printed("text X3", "4.1%", 0.041, ours, estimand="cumulative_incidence", group=group)
        for group, ours in (("", 0.044), ("low", 0.047), ("high", 0.043))
    ]
    assert [line.ours for line in printed_texts(as_rows(make.agreement(*rows)))] == [
        "4.4%",
        "4.7%",
        "4.3%",
    ]


def test_print_counts_what_agrees_in_a_long_section_and_the_data_list_it(
    make: Any, words: Words
) -> None:
    rows = [
        make.printed(f"Table 1, row {i}", str(i), i, i, estimand="count", group="", term="age")
        for i in range(1, 50)
    ]
    rows += [
        make.printed("Table 1, row 50", "50", 50, 49, estimand="count", verdict="differs"),
        make.printed("text L3", "2.00", 2.0, 2.0),
    ]
    files = table(make.estimates(), DISPLAY, words, agreement=make.agreement(*rows))
    data, read = files["csv"].decode("utf-8-sig"), files["html"].decode()
    assert all(f"Row {i}," in data for i in range(1, 51))
    assert "lines agree as printed" not in data
    assert "49 of 50 lines agree as printed" in read
    assert "Row 50</th>" in read
    assert "Row 7</th>" not in read
    assert ">2.00<" in read


def test_a_study_without_a_paper_says_so(make: Any, words: Words) -> None:
    plan = DisplayPlan(displays={"t": DISPLAY}, words=words)
    assert "No published numbers" in draw_tables(make.estimates(), plan)["t.csv"].decode()


def test_conditions_of_ours_are_marked(make: Any, words: Words) -> None:
    row = make.printed("text P7", "3.15", 3.15, 3.7, condition="post-infusion predictor")
    text = "\n".join(",".join(line) for line in _cells(make, words, row))
    assert "3.70 [a]" in text
    assert "Post-infusion predictor" in text


@pytest.mark.parametrize("paper", ["cart_sie", "rejeski_2021"])
def test_a_papers_own_numbers_give_its_text_back(paper: str) -> None:
    """Every number of a published file is found in its printed text, in its unit."""
    published = read_published(CLONE / "config" / "published" / f"{paper}.csv")
    rows = [
        {**row, "quantity": quantity, "published": row[quantity], "ours": row[quantity],
         "verdict": "agrees", "reason": "", "condition": ""}
        for row in as_rows(published)
        for quantity in ("estimate", "conf_low", "conf_high", "p_value")
        if row[quantity] is not None
    ]  # fmt: skip
    lines = printed_texts(rows)
    assert [line.text for line in lines if None in line.found] == []
    changed = [(line.text, line.ours) for line in lines if _bare(line.ours) != _bare(line.text)]
    assert changed == []


def _bare(text: str) -> str:
    """A text without its p-value, whose digits follow our own style, and without dashes."""
    return re.sub(r"(^|\s*P?)[=<]?0?\.\d+$", "", text).replace("–", "-")
