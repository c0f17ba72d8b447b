"""A centre file: what it may say, and what a wrong one is told."""

from __future__ import annotations

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.errors import UserErrors

GOOD = """id: ward
dates: "%d.%m.%Y"
decimal: ","
missing: ["", n.d.]
tables:
  subjects: {file: patients.csv, patient: id}
  labs:
    file: [lab_a.xlsx, lab_b.xlsx]
    sheet: "20*"
    header_row: 2
    shape: long
    patient: id
    date: date
    name: what
    value: result
    decimal: "."
subjects:
  sex: {column: sex, values: {m: male, w: female}}
  infusion_date: {column: infusion}
labs:
  crp: {column: CRP, unit: mg/L}
  anc:
    - {column: [ANC, Neutro], unit: /uL}
    - {table: subjects, column: anc0, unit: /uL, on_day: -5}
events:
  death: {table: subjects, date: died}
"""


def centre(*changes: tuple[str, str]) -> Centre:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse(text, source="ward.yaml", model=Centre)


def test_one_and_several_are_written_as_they_are_meant() -> None:
    ward = centre()
    assert ward.tables["labs"].file == ("lab_a.xlsx", "lab_b.xlsx")
    assert ward.tables["subjects"].file == ("patients.csv",)
    assert [source.column for source in ward.labs["anc"]] == [("ANC", "Neutro"), ("anc0",)]
    assert [source.column for source in ward.labs["crp"]] == [("CRP",)]


def test_a_table_speaks_the_centres_dialect_where_it_says_nothing_else() -> None:
    ward = centre()
    labs, subjects = ward.dialect("labs"), ward.dialect("subjects")
    assert (labs.decimal, subjects.decimal) == (".", ",")
    assert labs.dates == subjects.dates == ("%d.%m.%Y",)
    assert (labs.encoding, labs.delimiter, labs.thousands) == ("utf-8", ",", "")


def test_tables_are_found_by_the_name_of_the_section() -> None:
    ward = centre()
    assert ward.table_of("labs", ward.labs["crp"][0]) == "labs"
    assert ward.table_of("labs", ward.labs["anc"][1]) == "subjects"
    assert ward.patients_table == "subjects"


def test_a_declaration_survives_its_way_to_a_job() -> None:
    ward = centre()
    assert Centre.model_validate_json(ward.model_dump_json()) == ward
    assert Centre.model_validate_json(ward.model_dump_json(by_alias=True)) == ward


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('dates: "%d.%m.%Y"', "dates: '%d.%m.%Q'", "ward.yaml:2: dates: %Q is not known in a"),
        ('dates: "%d.%m.%Y"', "dates: '%d.%m'", "a date format needs day, month and year"),
        ('decimal: ","', "decimal: ;", "ward.yaml:3: decimal: must be one of '.' or ','"),
        ('decimal: ","', 'decimal: ","\nthousands: ","', "thousands: must differ from the decimal"),
        ("patient: id}", "patients: id}", 'tables.subjects.patients: unknown key; is "patient"'),
        ("    name: what\n", "", "tables.labs.shape: long goes with name and value"),
        ("    date: date\n", "    date: date\n    day: day\n", "date or day, not both"),
        ("header_row: 2", "header_row: two", "tables.labs.header_row: must be a whole number"),
        ("  infusion_date: {column: infusion}\n", "", "subjects: infusion_date is missing"),
        ("on_day: -5", "days: {a: 1}", "labs.anc.1: needs either column or days"),
        ("table: subjects, date", "table: patients, date", 'there is no table "patients"'),
        ("table: subjects, date", "date", "events.death: needs table, one of: subjects, labs"),
        ("{column: sex, values", "{values", "subjects.sex: needs either column or checkboxes"),
        (
            "file: patients.csv, patient: id}",
            "file: patients.csv, patient: id, data_cut: 2024-06-30}\n  more: {file: b.csv, "
            "patient: id, data_cut: 2024-03-31}",
            "the files of one centre were cut on different days: 2024-06-30 (subjects), "
            "2024-03-31 (more); ask the centre for all files of one day",
        ),
        ("id: ward", "id: Ward 1", "ward.yaml:1: id: must be lower-case letters, digits and _"),
    ],
)
def test_messages_name_line_key_and_what_would_be_right(old: str, new: str, message: str) -> None:
    with pytest.raises(UserErrors) as caught:
        centre((old, new))
    assert message in str(caught.value)


def test_all_events_that_need_a_table_are_told_at_once() -> None:
    with pytest.raises(UserErrors) as caught:
        centre(("table: subjects, date", "date"), ("events:\n", "events:\n  crs: {date: died}\n"))
    said = "needs table, one of: subjects, labs (so do: events."
    assert said in str(caught.value)


def test_a_data_cut_of_one_table_is_that_of_the_export() -> None:
    said = ("patient: id}", "patient: id, data_cut: 2024-06-30}")
    assert str(centre(said).cut) == "2024-06-30"
    assert centre().cut is None
