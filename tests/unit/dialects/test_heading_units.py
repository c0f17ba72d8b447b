"""A heading that names another unit than the declared one stops, unless somebody has made sure."""

from __future__ import annotations

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects.centre_check import disagreements
from hematotox.dialects.heading_units import split_unit
from hematotox.run.files import CLONE, read_text

DICTIONARY = parse(
    read_text(CLONE / "config/dictionary.yaml"), source="dictionary.yaml", model=Dictionary
)


# heading | variable | name in it | UCUM code of the unit in it
HEADINGS = """
CRP [mg/L]              | crp           | CRP            | mg/L
CRP (mg/dL)             | crp           | CRP            | mg/dL
CRP mg/l                | crp           | CRP            | mg/L
CRP, mg/L               | crp           | CRP            | mg/L
CRP in mg/L             | crp           | CRP            | mg/L
CRP / mg/l              | crp           | CRP            | mg/L
crp_mg_l                | crp           | crp            | mg/L
crp_mg_dl               | crp           | crp            | mg/dL
CRP_MGL                 | crp           | CRP            | mg/L
CRP (mg per L)          | crp           | CRP            | mg/L
CRP (mg/mmol)           | crp           | CRP            | mg/mmol
CRP (baseline)          | crp           | CRP (baseline) |
crp                     | crp           | crp            |
crp_day_3               | crp           | crp_day_3      |
Platelets x10^9/L       | platelets     | Platelets      | 10*9/L
plt_10e9_l              | platelets     | plt            | 10*9/L
PLT_KUL                 | platelets     | PLT            | 10*3/uL
PLT_GL                  | platelets     | PLT_GL         |
ANC [/µl]               | anc           | ANC            | /uL
ANC (G/l)               | anc           | ANC            | 10*9/L
NEUTROFILI/µL           | anc           | NEUTROFILI     | /uL
anc_per_ul              | anc           | anc            | /uL
anc_cells_per_ul        | anc           | anc            | /uL
ANC cells/mm³           | anc           | ANC            | /mm3
ANC d                   | anc           | ANC d          |
ANC 1                   | anc           | ANC 1          |
ANC_NL                  | anc           | ANC_NL         |
Neutro (seg/band)       | anc           | Neutro (seg/band) |
Neutro %                | anc           | Neutro         | %
Hb (g/l)                | hemoglobin    | Hb             | g/L
Hb mmol/L               | hemoglobin    | Hb             | mmol/L
Labor / Hb (mmol/l)     | hemoglobin    | Labor / Hb     | mmol/L
LDH_UL                  | ldh           | LDH_UL         |
marrow_blasts_1         | marrow_blasts | marrow_blasts_1 |
marrow blasts %         | marrow_blasts | marrow blasts  | %
Vein-to-vein (wk)       | vein_to_vein  | Vein-to-vein   | wk
age_a                   | age           | age            | a
Bulky (> 5 cm)          | bulky         | Bulky (> 5 cm) |
"""


@pytest.mark.parametrize("row", HEADINGS.strip().splitlines(), ids=lambda row: row.split("|")[0])
def test_name_and_unit_of_a_heading(row) -> None:
    heading, variable, *expected = (cell.strip() for cell in row.split("|"))
    canonical = DICTIONARY.variables[variable].unit or ""
    assert list(split_unit(heading, canonical=canonical)) == expected


def troubles(lab: str, *, subject: str = "", more: str = "") -> list[str]:
    text = (
        f"id: ward\n{more}tables: {{all: {{file: a.csv, patient: id, date: on, shape: wide}},\n"
        "  people: {file: p.csv, patient: id}}\n"
        "subjects:\n  infusion_date: {table: people, column: inf}\n"
        f"{subject}labs:\n  {lab}\n"
    )
    centre = parse(text, source="ward.yaml", model=Centre)
    return [
        f"{'.'.join(map(str, path))}: {words}" for path, words in disagreements(centre, DICTIONARY)
    ]


@pytest.mark.parametrize(
    ("heading", "declared", "named"),
    [
        ("CRP (mg/L)", "mg/dL", "mg/L"),
        ("CRP [mg/l]", "mg/dL", "mg/L"),
        ("CRP mg/l", "mg/dL", "mg/L"),
        ("CRP / mg/l", "mg/dL", "mg/L"),
        ("Crp_mg_l", "mg/dL", "mg/L"),
        ("CRP_MGL", "mg/dL", "mg/L"),
        ("CRP (mg/mmol)", "mg/dL", "mg/mmol"),
        ("Neutro per ul", "10*9/L", "/uL"),
        ("NEUTROFILI/µL", "10*9/L", "/uL"),
        ("Neutro %", "/uL", "%"),
        ("Labor / Hb (mmol/l)", "g/dL", "mmol/L"),
    ],
)
def test_a_heading_that_contradicts_the_declared_unit(heading, declared, named) -> None:
    variable = {"C": "crp", "N": "anc", "L": "hemoglobin"}[heading[0]]
    source = f'column: "{heading}", unit: "{declared}"'
    assert troubles(f"{variable}: {{table: all, {source}}}") == [
        f'labs.{variable}.unit: "{declared}" is declared, but the heading "{heading}" says '
        f"{named}; write unit: {named}, or heading_unit_wrong: true if the values are known to be "
        f"in {declared}"
    ]
    assert troubles(f"{variable}: {{table: all, {source}, heading_unit_wrong: true}}") == []


@pytest.mark.parametrize(
    ("variable", "heading", "declared"),
    [
        ("crp", "CRP (mg/L)", "mg/L"),
        ("crp", "CRP (ug/mL)", "mg/L"),
        ("anc", "ANC (G/l)", "10*3/uL"),
        ("anc", "ANC d", "10*9/L"),
        ("anc", "ANC 1", "10*9/L"),
        ("crp", "CRP (high sensitivity)", "mg/L"),
    ],
)
def test_headings_that_agree_or_name_no_unit(variable, heading, declared) -> None:
    assert troubles(f'{variable}: {{table: all, column: "{heading}", unit: "{declared}"}}') == []


def test_the_centres_own_spelling_of_a_unit_is_known() -> None:
    lab = 'crp: {table: all, column: "CRP (Milligramm)", unit: mg/dL}'
    assert troubles(lab) == []
    assert len(troubles(lab, more="units: {Milligramm: mg/L}\n")) == 1


def test_patients_variables_are_looked_at_too() -> None:
    """Without a unit the dictionary's is meant: days."""
    subject = "  vein_to_vein: {table: people, column: Vein-to-vein (wk)}\n"
    (found,) = troubles("crp: {table: all, column: CRP, unit: mg/L}", subject=subject)
    assert found.startswith('subjects.vein_to_vein.unit: "d" is declared, but the heading')
