"""The unit of a column: C-reactive protein in mg/L and in mg/dL differ by ten, and by a point."""

from __future__ import annotations

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.run.files import CLONE

DICTIONARY = parse(
    (CLONE / "config" / "dictionary.yaml").read_text(encoding="utf-8"),
    source="dictionary.yaml",
    model=Dictionary,
)

# heading of CRP, value | --unit | group of SimpleHT (platelets 80) or what is refused
TRAP = [
    ("CRP (mg/L)", "41", None, "high"),
    ("CRP (mg/L)", "4.1", None, "low"),
    ("CRP (mg/dL)", "4.1", None, "high"),
    ("crp_mg_l", "4.1", None, "low"),
    ("CRP (mg/L)", "4.1", "mg/l", "low"),
    ("CRP (mg/L)", "4.1", "ug/mL", "low"),
    ("CRP (mg/L)", "4.1", "mg/dL", 'names the unit "mg/L", but --unit says "mg/dL"'),
    ("CRP mg/dL", "41", "mg/L", 'names the unit "mg/dL", but --unit says "mg/L"'),
    ("CRP (mg/mmol)", "4.1", "mg/L", 'the unit "mg/mmol" is not accepted for crp'),
    ("CRP", "4.1", None, "the unit of crp is missing, and none is assumed"),
]


@pytest.mark.parametrize(("heading", "value", "unit", "expected"), TRAP)
def test_a_heading_that_contradicts_the_unit_said_is_refused(
    heading, value, unit, expected, file, hematotox
):
    table = file(f'patient,plt (G/L),"{heading}"\nZaphod,80,{value}\n')
    said = hematotox("score", table, "--simple-ht", *(["--unit", f"crp={unit}"] if unit else []))
    if expected in ("high", "low"):
        assert [row["group"] for row in said.rows] == [expected]
        return
    assert (said.code, said.out) == (1, "")
    assert expected in said.err
    assert "Zaphod" not in said.err
    assert "4.1" not in said.err


def test_counts_of_a_long_table(file, hematotox):
    table = file("patient,day,ANC (/uL)\na,0,2100\na,3,450.5\na,4,2000\na,16,2000\na,30,2000\n")
    assert hematotox("grade", table).rows[0]["grade"] == "1"
    assert hematotox("grade", table, "--unit", "cells/mm3").rows[0]["grade"] == "1"
    refused = hematotox("grade", table, "--unit", "10*9/L")
    assert 'the heading of anc names the unit "/uL", but --unit says "10*9/L"' in refused.err
    assert (refused.code, refused.out) == (1, "")


def test_names_with_a_unit_in_a_column_of_items(file, hematotox):
    table = file("patient,test,value,unit\na,CRP (mg/L),4.1,\na,PLT,80,K/uL\n")
    assert [row["group"] for row in hematotox("score", table, "--simple-ht").rows] == ["low"]
    table = file("patient,test,value,unit\na,CRP (mg/L),4.1,mg/dL\na,PLT,80,K/uL\n")
    said = hematotox("score", table, "--simple-ht")
    assert (said.code, said.out) == (1, "")
    assert "names another unit than the column of units (row 2)" in said.err


def test_a_column_of_units_that_differs_from_the_unit_said_is_a_finding(file, hematotox):
    table = file("patient,test,value,unit\na,CRP,41,mg/L\nb,CRP,4.1,\na,PLT,80,G/L\n")
    said = hematotox("score", table, "--simple-ht", "--unit", "crp=mg/dL")
    assert said.code == 0
    assert "crp: the column of units says another unit than --unit: row 2; the column" in said.err
    said = hematotox("score", table, "--simple-ht", "--unit", "crp=mg/dl", "--explain", "a")
    assert "4.1" in said.out


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


# What a hospital types for a unit: item and value in it | points of the item
SPELLINGS = """
platelets | 80     | 10^9/L 10*9/L 10⁹/L x10^9/L ×10⁹/l 10E9/L G/L G/l Gpt/L Giga/L /nL /nl | 1
platelets | 80     | K/uL K/µL K/μL k/ul 10*3/uL 10^3/µL 10³/µL 10³/mm³ Tsd./µl thou/uL 1000/µl | 1
platelets | 80000  | /uL /µL /μL /ul cells/mm3 cells/mm³ cells/µL /mm3 /mmc 10^6/L | 1
crp       | 4.1    | mg/dL mg/dl | 1
crp       | 4.1    | mg/L mg/l µg/mL μg/ml | 0
hemoglobin | 8.7   | g/dL g/dl | 1
hemoglobin | 87    | g/L g/l | 1
hemoglobin | 5.4   | mmol/L mmol/l | 1
ferritin  | 900    | ng/mL ng/ml µg/L μg/L ug/l mcg/L | 1
"""


@pytest.mark.parametrize("row", rows(SPELLINGS), ids=lambda row: f"{row[0]} {row[2][:12]}")
def test_spellings_of_units_at_the_bedside(row, hematotox):
    item, value, units, points = row
    for unit in units.split():
        said = hematotox("score", "--ht", f"{item}={value}:{unit}")
        assert said.code == 0, unit
        label = DICTIONARY.variables[item].label
        (line,) = [line for line in said.out.splitlines() if line.startswith(f"{label}  ")]
        assert line.split()[-1] == points, unit
