"""Printed numbers beside ours: the paper's text with our numbers in it, and the verdicts."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.kinds.agreement_table import AgreementTable
from hematotox.declarations.study.words import Words
from hematotox.reporting import draw_tables, table
from hematotox.reporting.words.printed_numbers import printed_texts
from hematotox.reporting.words.rows import as_rows

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
        "Estimates: 1 of 3 agree, 2 differ (1 not comparable); 2 of these the simulator was made "
        "to give; limits: 1 of 1 agree, 0 differ (1 exempt); P values: 0 of 1 agree, 1 differ; "
        "claims: 1 (1 confirmed)"
    ]
    ratio = "  Late ICAHT grade ≥ 3, OR: CAR-HEMATOTOX High vs Low"
    assert [line[0] for line in cells[3:11]] == [
        "Toxicity",
        ratio,
        "Table 1",
        "  Bulky, HT low",
        "Text P10",
        "  Second malignancy, patients (colon): CAR-HEMATOTOX known",
        "Claims of the paper",
        ratio,
    ]
    claimed = [*cells[4][1:4], "", "confirmed"]
    assert cells[10][1:] == claimed


def test_ours_stands_in_the_style_of_print(make: Any, words: Words) -> None:
    cells = _cells(make, words)[:9]
    by_label = {line[0].strip(): line[1:] for line in cells if len(line) > 1}
    assert by_label["Bulky, HT low"] == ["", "39 (28)", "38 (28)", "−1; 0", "differs [a]"]
    assert by_label["Late ICAHT grade ≥ 3, OR: CAR-HEMATOTOX High vs Low"] == [
        "Text L3",
        "3.99 (1.16–13.77) P=.03",
        "4.20 (1.20–14.70) P<0.01",
        "0.21",
        "estimate and P differ; limits exempt [a,b]",
    ]
    unknown = by_label["Second malignancy, patients (colon): CAR-HEMATOTOX known"]
    assert unknown[1:3] == ["colon 1", "–"]


def test_the_group_stands_in_the_label_where_the_place_does_not_say_it(
    make: Any, words: Words
) -> None:
    known = {"method": "proportion", "estimand": "proportion"}
    rows = [
        make.printed(f"abstract, {place}", "36%", 36, 36, group=group, **known)
        for place, group in (("response", "low"), ("response, HT high", "high"), ("all", ""))
    ]
    labels = [line[0].strip() for line in _cells(make, words, *rows)[4:7]]
    assert labels == ["Response: CAR-HEMATOTOX Low", "Response, HT high", "All"]


@pytest.mark.parametrize(
    ("text", "numbers", "ours"),
    [
        # ours in the unit of print
        ("67%", [66.3], "66%"),
        ("6.3 mo", [6.4], "6.4 mo"),
        ("59 (48-66)", [58.4, 47, 66], "58 (47–66)"),
        ("5.7% = 22", [5.4, 21], "5.4% = 21"),
        ("171 (70%)", [170], "170"),
        ("10% (6.1-16)", [8.5], "8.5%"),
        ("16% of 38", [8.5], "8.5% of …"),
        ("1.91 (1.29-2.81)", [1.5, 1e-300, 1e300], "1.50 (0.00->1000000)"),
        ("range 4.8-19.1", [4.6, 19.4], "range 4.6–19.4"),
    ],
)  # fmt: skip
def test_our_numbers_take_the_places_of_the_printed_ones(
    make: Any, text: str, numbers: list[float], ours: str
) -> None:
    decimals = (
        [2] * 3 if "1.91" in text else [1 if value % 1 and value < 20 else 0 for value in numbers]
    )
    rows = [
        make.printed("text", text, value, value, token=token, decimals=decimals[token])
        for token, value in enumerate(numbers)
    ]
    [line] = printed_texts(as_rows(make.agreement(*rows)))
    assert line.ours == ours


def test_a_time_that_is_not_reached_and_a_number_derived_from_print(make: Any) -> None:
    median = {"estimand": "survival_time_quantile", "decimals": 1}
    [line] = printed_texts(as_rows(make.agreement(make.printed("a", "NR", None, None, **median))))
    assert line.ours == "NR"
    derived = make.printed("a", "47%", 73, 74, token=None)
    [line] = printed_texts(as_rows(make.agreement(derived)))
    assert (line.printed, line.ours, line.differences) == ("73 (from 47%)", "74", "1")


@pytest.mark.parametrize(
    ("text", "published", "ours", "verdict", "shown"),
    [
        (".67", 0.67, 0.64, "differs", "0.64"),
        ("<.01", 0.01, 0.02, "differs", "0.02"),
        ("P=.0002", 0.0002, 0.0016, "differs", "P=0.0016"),
        ("P=.003", 0.003, 0.00001, "differs", "P<0.001"),
        ("P=.62", 0.62, 0.9999, "differs", "P>0.99"),
        ("P<.001", 0.001, 0.047, "differs", "P=0.047"),
        ("P<.001", 0.001, 0.00001, "agrees", "P<0.001"),
    ],
)
def test_a_p_value_has_the_sign_that_fits_it_and_the_printed_decimals(
    make: Any, text: str, published: float, ours: float, verdict: str, shown: str
) -> None:
    told = {"quantity": "p_value", "decimals": len(text.partition(".")[2]), "verdict": verdict}
    row = make.printed("text", text, published, ours, **told) | (
        {"difference": None} if "<" in text else {}
    )
    [line] = printed_texts(as_rows(make.agreement(row)))
    assert line.ours == shown


def test_a_p_value_that_we_do_not_have_is_left_out(make: Any) -> None:
    text, two = "1.91 (1.29-2.81) P<.001", {"decimals": 2}
    row = make.printed("text S5", text, 1.91, 1.51, **two)
    low = make.printed("text S5", text, 1.29, 0.99, quantity="conf_low", token=1, **two)
    high = make.printed("text S5", text, 2.81, 2.29, quantity="conf_high", token=2, **two)
    [line] = printed_texts(as_rows(make.agreement(row, low, high)))
    assert line.ours == "1.51 (0.99–2.29)"


def test_equal_texts_of_different_groups_are_different_lines(make: Any) -> None:
    rows = [
        make.printed("text X3", "4.1%", 4.1, ours, decimals=1, group=group)
        for group, ours in (("", 4.4), ("low", 4.7), ("high", 4.3))
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
        make.printed("Table 1, row 50", "50", 50, 49, group="", verdict="differs"),
        make.printed("text L3", "2.00", 2.0, 2.0, decimals=2),
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
    row = make.printed(
        "text P7", "3.15", 3.15, 3.7, decimals=2, condition="post-infusion predictor"
    )
    text = "\n".join(",".join(line) for line in _cells(make, words, row))
    assert "3.70 [a]" in text
    assert "Post-infusion predictor" in text
