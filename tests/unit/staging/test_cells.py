"""Cells as hospitals write them: read as declared to the letter, or a finding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hematotox.contracts import Staged

Ward = Callable[..., Staged]
ROWS = "".join(f"1;{day:02d}.03.2021;1,0;9,0;10\n" for day in range(1, 29))
"""Enough readable cells that one bad cell does not stop the run."""


def lab(staged: Staged, variable: str) -> list[tuple[float, float]]:
    rows = staged.labs[(staged.labs["variable"] == variable) & (staged.labs["day"] == -200)]
    return list(zip(rows["value_low"], rows["value_high"], strict=True))


def stage_cell(stage_ward: Ward, column: str, cell: str) -> Staged:
    cells = {"anc": "", "hb": "", "crp": ""} | {column: cell}
    row = ";".join(["1", "16.08.2020", *cells.values()])
    return stage_ward(labs=f"id;date;anc;hb;crp\n{row}\n{ROWS}")


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("41", 4.1, 4.1),
        ("41,0", 4.1, 4.1),
        ("0", 0.0, 0.0),
        ("\u00a041\u00a0", 4.1, 4.1),
        ("\ufeff41", 4.1, 4.1),
        ("+41", 4.1, 4.1),
        ("4,1e1", 4.1, 4.1),
        ("<=3", 0.0, 0.3),
        ("≤ 3", 0.0, 0.3),
        (">=300", 30.0, np.inf),
    ],
)
def test_readable_numbers(stage_ward: Ward, cell: str, low: float, high: float) -> None:
    assert lab(stage_cell(stage_ward, "crp", cell), "crp") == [(low, high)]


@pytest.mark.parametrize(
    "cell",
    ["2.5", "1.23", "1,2,3", "2,5 mg/l", "12,3*", "--", "#DIV/0!", "=1+1", "1e400", "neg", "NA",
     "\x001", "1\t2", "0x1A", "nan", "inf", "½", "٣", "-", "12,", ".5", "1.234.56"],
)  # fmt: skip
def test_unreadable_numbers_are_findings(stage_ward: Ward, cell: str) -> None:
    staged = stage_cell(stage_ward, "crp", cell)
    assert lab(staged, "crp") == []
    finding = staged.findings[staged.findings["row"] == 2].iloc[0]
    assert (finding["kind"], finding["column"], finding["variable"]) == (
        "unreadable number",
        "crp",
        "crp",
    )
    assert cell not in finding["message"]


@pytest.mark.parametrize("cell", ["", " ", "n.d.", " n.d. ", "\u00a0"])
def test_missing_values_are_no_findings(stage_ward: Ward, cell: str) -> None:
    staged = stage_cell(stage_ward, "crp", cell)
    assert staged.findings.empty
    assert lab(staged, "crp") == []


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("<3", 0.0, 0.299999999),  # CRP below 0.3 mg/dL: 0.3 itself is excluded
        (">20", 2.00000001, np.inf),
    ],
)
def test_censored_values_do_not_hold_their_limit(
    stage_ward: Ward, cell: str, low: float, high: float
) -> None:
    """Nine digits are what a cut-off is compared at."""
    found = lab(stage_cell(stage_ward, "crp", cell), "crp")
    assert [tuple(float(f"{v:.9g}") for v in one) for one in found] == [(low, high)]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("hb", "87"), ("hb", "1,9"), ("anc", "-0,1"), ("crp", "1.000,1")],
)
def test_implausible_values_are_findings(stage_ward: Ward, column: str, cell: str) -> None:
    staged = stage_cell(stage_ward, column, cell)
    finding = staged.findings[staged.findings["row"] == 2].iloc[0]
    assert (finding["kind"], finding["column"]) == ("implausible value", column)
    assert 87 not in staged.labs["value_low"].tolist()


def test_a_value_is_shown_only_on_request(stage_ward: Ward) -> None:
    labs = f"id;date;anc;hb;crp\n1;16.08.2020;;;secret\n{ROWS}"
    assert not stage_ward(labs=labs).findings["message"].str.contains("secret").any()
    shown = stage_ward(labs=labs, show_values=True).findings["message"]
    assert shown.str.contains('the cell reads "secret"').any()


def test_a_missing_code_that_could_be_a_value_is_reported(stage_ward: Ward) -> None:
    staged = stage_ward(
        labs="id;date;anc;hb;crp\n1;27.02.2021;1,0;9;999\n1;28.02.2021;1,0;999;9\n",
        centre=(("missing: [n.d.]", 'missing: [n.d., "999"]'),),
    )
    found = staged.findings[["kind", "column"]].to_numpy().tolist()
    assert found == [["missing code within the plausible interval", "crp"]]
    assert "cells with it in these rows: 1" in staged.findings["message"].iloc[0]


@pytest.mark.parametrize(
    ("change", "cell", "age"),
    [
        ("age: {column: age}", "61", 61.0),
        ("age: {column: age}", "161", np.nan),
        ("age: {column: age}", "<61", np.nan),
        ("age: {column: age, birth_date: true}", "04.03.1960", 61.0),
        ("age: {column: age, birth_date: true}", "05.03.1960", 60.0),
        ("age: {column: age, birth_date: true}", "05.03.2022", np.nan),
        ("age: {column: age, unit: mo}", "732", 732 * 30.4375 / 365.25),
    ],
)
def test_age(stage_ward: Ward, change: str, cell: str, age: float) -> None:
    staged = stage_ward(
        patients="id;age;sex;stage;apheresis;ld;infusion\n"
        f"1;{cell};m;3;;;04.03.2021\n2;n.d.;f;3;;;30.12.2020\n",
        centre=(("age: {column: age}", change),),
    )
    np.testing.assert_allclose(staged.subjects.loc[0, "age"], age)


def test_a_code_that_the_centre_file_does_not_name_is_a_finding(stage_ward: Ward) -> None:
    patients = "id;age;sex;stage;apheresis;ld;infusion\n1;61;M;3,5;;;04.03.2021\n"
    patients += "2;47;f;4;;;30.12.2020\n"
    staged = stage_ward(patients=patients)
    assert staged.subjects.loc[0, "sex"] == ""
    found = staged.findings[["column", "kind"]].to_numpy().tolist()
    assert found == [["sex", "unknown code"], ["stage", "not an exact number"]]


@pytest.mark.parametrize(
    ("column", "date", "kind"),
    [
        ("apheresis", "05.03.2021", "implausible order of dates"),
        ("ld", "05.03.2021", "implausible order of dates"),
        ("ld", "04.03.2020", "long before infusion"),
        ("infusion", "04.03.2001", "implausible value"),
    ],
)
def test_order_of_dates(stage_ward: Ward, column: str, date: str, kind: str) -> None:
    cells = {"apheresis": "", "ld": "", "infusion": "04.03.2021"} | {column: date}
    patients = "id;age;sex;stage;apheresis;ld;infusion\n"
    patients += f"1;61;m;3;{';'.join(cells.values())}\n2;47;f;4;;;30.12.2020\n"
    staged = stage_ward(
        patients=patients, labs="id;date;anc;hb;crp\n", events="id;date;event;detail\n"
    )
    assert staged.findings[["column", "kind"]].to_numpy().tolist() == [[column, kind]]
    name = {"ld": "lymphodepletion_date"}.get(column, f"{column}_date")
    kept = kind == "long before infusion"
    assert (staged.subjects.loc[0, name] != "") == kept


def test_vein_to_vein_time_follows_from_the_dates(stage_ward: Ward) -> None:
    assert stage_ward().subjects["vein_to_vein"].tolist() == [31.0, 29.0]
