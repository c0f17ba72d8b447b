"""Drafts of exports as hospitals make them: days as columns, a sheet a parameter, REDCap, 0/1."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.day_columns import expanded, in_patterns
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.synonyms import Synonyms
from hematotox.declarations.yaml_text import read_yaml
from hematotox.dialects import open_export
from hematotox.dialects.sheets import pieces
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.dialects.workbooks import merged_rows
from hematotox.run.files import CLONE, read_text
from hematotox.scaffold.centre_draft import CentreDraft, draft_centre
from hematotox.scaffold.redcap import is_dictionary
from hematotox.staging import stage

DICTIONARY = parse(
    read_text(CLONE / "config/dictionary.yaml"), source="dictionary.yaml", model=Dictionary
)
SYNONYMS = parse(read_text(CLONE / "config/synonyms.yaml"), source="synonyms.yaml", model=Synonyms)
PATIENTS = "ID;Sex;Infusion\nP1;female;2021-03-01\nP2;male;2021-04-01\nP3;male;2021-05-01\n"


def draft(**files: str) -> tuple[CentreDraft, dict[str, Any]]:
    """Draft text files; return the draft and its content."""
    coded = {f"{name}.csv": text.encode() for name, text in files.items()}
    made = draft_centre("ward", coded, dictionary=DICTIONARY, synonyms=SYNONYMS)
    return made, read_yaml(made.text, source="ward").content


def vocabulary() -> Vocabulary:
    return Vocabulary(SYNONYMS, DICTIONARY)


# ---- days as columns -----------------------------------------------------------------------------


def test_days_as_columns_are_a_pattern_and_stage_as_their_days() -> None:
    heads = ["D-1", "D0", "D1", "D2"]
    rows = [
        f"P{n};{name};{unit};" + ";".join(f"{n}.{day}" for day in range(4))
        for n in (1, 2, 3)
        for name, unit in (("ANC", "10^9/L"), ("CRP", "mg/L"), ("HLA", "x"))
    ]
    counts = "\n".join([f"ID;Test;Unit;{';'.join(heads)}", *rows])
    made, content = draft(patients=PATIENTS, counts=counts)
    anc, crp = content["labs"]["anc"], content["labs"]["crp"]
    assert anc["days"] == {"D{n}": ["-1", "2"]}
    assert (anc["unit"], crp["unit"]) == ("10*9/L", "mg/L")
    tables = content["tables"]
    assert tables[anc.get("table", "labs")]["rows"]["in"] == "ANC"
    centre = parse(made.text, source="ward", model=Centre)
    files = {"patients.csv": PATIENTS.encode(), "counts.csv": counts.encode()}
    export = open_export(files, source="synthetic")
    labs = stage(export, centre, DICTIONARY).labs
    one = labs[(labs.patient_id == "ward/P2") & (labs.variable == "anc")]
    assert dict(zip(one.day, one.value_low, strict=True)) == {-1: 2.0, 0: 2.1, 1: 2.2, 2: 2.3}


@pytest.mark.parametrize(
    "days",
    [
        {"D-2": -2, "D-1": -1, "D0": 0, "D+1": 1, "D+2": 2},
        {"ANC d3": 3, "ANC d4": 4, "ANC d5": 5, "ANC d9": 9},
        {"ANC d3": 3, "ANC d9": 9},
        {"Tag 8": 8, "Tag 9": 9, "Tag 10": 10, "Tag 11": 11},
    ],
)
def test_a_pattern_names_the_columns_it_was_made_of(days: dict[str, int]) -> None:
    short = in_patterns(days)
    assert expanded(short) == days
    assert len(short) <= len(days)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"D": ["1", "2"]}, "a pattern has"),
        ({"D{n}": ["1"]}, "a pattern has"),
        ({"D{n}": ["5", "1"]}, "after the first"),
        ({"D{n}": ["1", "99999"]}, "after the first"),
        ({"D{n}": ["1", "5"], "D3": "3"}, "name the same column"),
    ],
)
def test_a_pattern_that_means_nothing_is_refused(days: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        expanded(days)


# ---- a sheet a parameter, units beside -----------------------------------------------------------


def test_a_file_called_after_its_parameter_holds_it_in_the_unit_beside() -> None:
    rows = [f"P{n};2021-0{n}-0{d};{n}2;mg/l" for n in (1, 2, 3) for d in (1, 2, 3)]
    _, content = draft(
        patients=PATIENTS,
        CRP="\n".join(["ID;Date;Value;Unit", *rows]),
        Ferritin="\n".join(["ID;Date;Value;Unit", *rows]).replace("mg/l", "ng/ml"),
    )
    crp, ferritin = content["labs"]["crp"], content["labs"]["ferritin"]
    files = {v: content["tables"][one.get("table", "labs")]["file"]
             for v, one in (("crp", crp), ("ferritin", ferritin))}  # fmt: skip
    assert files == {"crp": "CRP.csv", "ferritin": "Ferritin.csv"}
    assert (crp["unit"], ferritin["unit"]) == ("mg/L", "ng/mL")


def test_two_units_beside_one_column_are_asked_about() -> None:
    units = ["mg/l", "mg/dl"]
    rows = [f"P{n};2021-0{n}-0{d};{n}2;{units[d % 2]}" for n in (1, 2, 3) for d in (1, 2, 3)]
    made, content = draft(patients=PATIENTS, bloods="\n".join(["ID;Date;CRP;Unit", *rows]))
    assert "unit" not in content["labs"]["crp"]
    assert any(key == "labs.crp.unit" for _, key, _ in made.decisions)


def test_a_title_wider_than_the_table_does_not_widen_it() -> None:
    rows = [["Title", ""], ["ID", "CRP"]]
    assert merged_rows(rows, [((0, 0), (0, 9))], first=0, left=0) == [
        ["Title", "Title"],
        ["ID", "CRP"],
    ]


def test_headings_in_two_signs_a_letter_are_those_that_are_typed() -> None:
    [piece] = pieces("a.csv", [unicodedata.normalize("NFD", "Numéro")], numbered_rows=[(2, ["1"])])
    assert list(piece.cells) == ["Numéro"]


# ---- 0/1 columns ---------------------------------------------------------------------------------


def test_a_column_of_deaths_counts_on_the_day_of_the_last_contact() -> None:
    patients = (
        "ID;Infusion;Died (0=no, 1=yes);Death or last follow-up;Relapse (0/1)\n"
        "P1;2021-03-01;0;2022-03-01;1\nP2;2021-04-01;1;2021-09-01;0\n"
    )
    made, content = draft(patients=patients)
    death = content["events"]["death"]
    assert death["when"] == {"column": "Died (0=no, 1=yes)", "in": "1", "not_in": "0"}
    assert death["date"] == content["events"]["last_contact"]["date"] == "Death or last follow-up"
    asked = {key: words for _, key, words in made.decisions}
    assert "which column has its date" in asked["events.progression"]
    assert "progression" not in content["events"]


@pytest.mark.parametrize(
    ("heading", "kind", "variable"),
    [
        ("Datum der CAR-T-Infusion", "subject", "infusion_date"),
        ("Data seconda infusione", "subject", ""),
        ("Age at diagnosis", "subject", ""),
        ("Date of autologous transplant, prior", "event", ""),
    ],
)
def test_a_word_of_a_heading_is_read_unless_another_thing_is_meant(
    heading: str, kind: str, variable: str
) -> None:
    assert vocabulary().within(heading, kind) == variable


def test_brackets_are_left_out_where_they_explain_codes_alone() -> None:
    words = vocabulary()
    assert words.variable("Sesso (M/F)", "subject") == ("sex", "")
    assert words.variable("Infusion (2nd)", "subject") is None
    assert words.variable("Neutrophils (%)", "lab") is None


# ---- REDCap --------------------------------------------------------------------------------------

FIELDS = """\
Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels",\
Field Note
rid,base,text,Record ID,,
sx,base,radio,Sex,"1, Female | 2, Male",
d0,base,text,Date of CAR T infusion,,
dt1,labs,text,Date of blood draw,,
l1,labs,text,C-reactive protein,,mg/L
v1,fu,yesno,Has the patient died?,,
v2,fu,text,Date of death,,
v3,fu,text,Date last known alive,,
"""
RECORDS = """\
rid,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,sx,d0,dt1,l1,v1,v2,v3
1,start,,,1,2021-03-01,,,,,
1,start,labs,1,,,2021-03-02,12,,,
1,start,labs,2,,,2021-03-03,14,,,
1,end,,,,,,,1,2021-06-01,2021-06-01
2,start,,,2,2021-04-01,,,,,
2,start,labs,1,,,2021-04-02,30,,,
2,end,,,,,,,0,,2022-01-01
"""


def test_a_data_dictionary_explains_fields_codes_units_and_events_are_tables() -> None:
    made, content = draft(DATA=RECORDS, Fields=FIELDS)
    assert content["subjects"]["sex"] == {"column": "sx", "values": {"1": "female", "2": "male"}}
    assert content["subjects"]["infusion_date"] == {"column": "d0"}
    assert content["labs"]["crp"] == {"column": "l1", "unit": "mg/L"}
    centre = parse(made.text, source="ward", model=Centre)
    found = stage(
        open_export({"DATA.csv": RECORDS.encode()}, source="synthetic"), centre, DICTIONARY
    )
    assert len(found.subjects) == 2
    np.testing.assert_allclose(found.labs.value_low, [1.2, 1.4, 3.0])
    events = found.events.sort_values(["event", "patient_id"])
    assert events[["patient_id", "event", "day"]].to_numpy().tolist() == [
        ["ward/1", "death", 92],
        ["ward/1", "last_contact", 92],
        ["ward/2", "last_contact", 275],
    ]
    assert found.findings.empty


def test_a_data_dictionary_is_told_by_its_headings() -> None:
    assert is_dictionary(["field_name", "form_name", "field_label"])
    assert not is_dictionary(["field_name", "value"])


def test_labels_of_the_columns_of_a_statistics_file_name_them() -> None:
    words = vocabulary()
    words.labels["V17"] = "Date des dernières nouvelles"
    assert words.event_part("V17") == ("last_contact", "date")
