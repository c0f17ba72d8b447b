"""Structural troubles: all at once, saying where and what would be right, never a value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hematotox.contracts import Staged
from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects import open_export
from hematotox.errors import UserErrors
from hematotox.staging import stage

Ward = Callable[..., Staged]
LABS = "id;date;anc;hb;crp\n"
LONG = (
    "labs: {file: labs.csv, shape: wide, patient: id, date: date}",
    "labs: {file: labs.csv, shape: long, patient: id, date: date, name: what, value: is, unit: in}",
)


def messages(stage_ward: Ward, **change: object) -> list[str]:
    with pytest.raises(UserErrors) as caught:
        stage_ward(**change)
    found = caught.value.messages
    assert all("ward" in message.split(":")[0] for message in found), "which centre it is"
    return [message.removeprefix("ward: ") for message in found]


def test_all_troubles_of_a_centre_come_together(stage_ward: Ward) -> None:
    found = messages(
        stage_ward,
        patients="id;age;SEX;stage;apheresis;ld;infusion\n1;61;m;3;;;04.03.2021\n",
        labs="id,date,anc,hb,crp\n",
        events="id;date;event\n",
    )
    assert found == [
        'patients.csv: there is no column "sex"; is there a typo? The closest one is "SEX"',
        "labs.csv: none of the 5 declared headings stands in row 1; check header_row, delimiter "
        "and encoding",
        'events.csv: there is no column "detail"; none of its 3 columns has a name like it',
    ]


def test_many_rows_of_strangers_or_of_unknown_codes_stop_the_run(stage_ward: Ward) -> None:
    """A few would be findings; many mean that the patients lack what these rows tell."""
    strangers = [f"9{n};05.03.2021;1;9,0;3\n" for n in range(3)]
    found = messages(stage_ward, labs=LABS + "1;05.03.2021;1;9,0;3\n" + "".join(strangers))
    assert len(found) == 1
    assert 'labs.csv: column "id": 3 of 4 rows (more than 5%) are of patients who are' in found[0]
    few = stage_ward(labs=LABS + "1;05.03.2021;1;9,0;3\n" + "".join(strangers[1:]))
    assert int((few.findings["kind"] == "unknown patient").sum()) == 2


def test_a_missing_file(dictionary: Dictionary) -> None:
    text = "id: a\ntables: {subjects: {file: pazienti.csv, patient: id}}\n"
    text += "subjects: {infusion_date: {column: infusion}}\n"
    centre = parse(text, source="a.yaml", model=Centre)
    with pytest.raises(UserErrors, match=r"there is no such file .* has 1 other file"):
        stage(open_export({"patients.csv": b""}, source="real"), centre, dictionary)
    with pytest.raises(UserErrors, match="it has nothing"):
        stage(open_export({}, source="real"), centre, dictionary)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "unit: mg/L",
            "unit: mg/l/h",
            'config/centres/ward.yaml: labs.crp.unit: "mg/l/h" is not accepted (accepted: g/L, '
            "mg/mL, g/dL, mg/dL, mg/L, ug/mL, ug/dL, ug/L, ng/mL, ng/dL, nmol/L)",
        ),
        (", unit: mg/L", "", "config/centres/ward.yaml: labs.crp.unit: is missing; one of: g/L"),
        (
            "crp: {column",
            "crpp: {column",
            'ward.yaml: labs.crpp: is not among the labs of the dictionary; is "crp" meant?',
        ),
        ("m: male", "m: man", 'subjects.sex.values.m: "man" is not a level of the dictionary'),
        ("inf: infection", "inf: sepsis", 'events.death.values.inf: "sepsis" is not a level'),
        ("crp: {column: crp", "crp: {column: hb", 'labs.crp: "hb" is the column of hemoglobin'),
        (
            "progression: {when: {column: event, in: PD}}",
            "progression: {when: {column: event, in: PD}, column: detail}",
            "events.progression: this event has no detail",
        ),
        (
            "labs: {file: labs.csv, shape: wide, patient: id, date: date}",
            "labs: {file: labs.csv, shape: wide, patient: id}",
            "labs.anc: needs a date",
        ),
        (
            "subjects: {file: patients.csv, patient: id}",
            "subjects: {file: patients.csv, patient: id, shape: wide}",
            "tables.subjects.shape: the table that lists the patients must have one row a patient",
        ),
        (
            "events: {file: events.csv",
            "events: {file: labs.csv",
            "tables.labs.rows: stands on one sheet with events: each of these tables names the "
            "same column and, by its codes in it, the rows that are its own: "
            "rows: {column: HEADING, in: [CODE, ...]}",
        ),
    ],
)
def test_a_centre_file_that_contradicts_the_dictionary(
    stage_ward: Ward, old: str, new: str, message: str
) -> None:
    assert any(message in one for one in messages(stage_ward, centre=((old, new),)))


def test_an_unknown_unit_in_the_rows(stage_ward: Ward) -> None:
    rows = "1;27.02.2021;anc;2,4;G/L\n1;27.02.2021;hb;8,7;g%\n1;27.02.2021;hb;9;Maria Rossi 1955\n"
    found = messages(
        stage_ward,
        labs=f"id;date;what;is;in\n{rows}1;27.02.2021;crp;41;\n",
        centre=(LONG, (", unit: mg/L", "")),
    )
    assert found == [
        'labs.csv: column "in": hemoglobin: the unit is not accepted; accepted: g/L, mg/mL, g/dL, '
        "mg/dL, mg/L, ug/mL, ug/dL, ug/L, ng/mL, ng/dL, mmol/L; name other spellings under units, "
        "or the unit under labs.hemoglobin.unit",
        'labs.csv: column "in": hemoglobin: the unit "g%" is not accepted; accepted: g/L, mg/mL, '
        "g/dL, mg/dL, mg/L, ug/mL, ug/dL, ug/L, ng/mL, ng/dL, mmol/L; name other spellings under "
        "units, or the unit under labs.hemoglobin.unit",
        'labs.csv: column "in": crp: there are values without a unit; accepted: g/L, mg/mL, g/dL, '
        "mg/dL, mg/L, ug/mL, ug/dL, ug/L, ng/mL, ng/dL, nmol/L; name other spellings under units, "
        "or the unit under labs.crp.unit",
    ]


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        (["8.7", "9.1", "10.2"], 'they are numbers with decimal: "."'),
        (["1.008,7", "1.009,1", "1.010,2"], "check the unit"),
        (["87", "91", "102"], "they would be plausible in g/L"),
        (
            ["high", "low", "9"],
            'they are neither dates as %d.%m.%Y nor numbers with decimal ","; if they say that '
            "nothing is known, list them under missing",
        ),
    ],
)
def test_a_column_with_too_many_unreadable_cells(
    stage_ward: Ward, cells: list[str], advice: str
) -> None:
    rows = "".join(f"1;{day:02d}.03.2021;;{cell};\n" for day, cell in enumerate(cells * 2, 1))
    (found,) = messages(stage_ward, labs=LABS + rows)
    assert found.startswith('labs.csv: column "hb" (hemoglobin): ')
    assert "cells are unreadable or implausible (more than 5%; empty" in found
    assert advice in found
    assert not any(cell in found for cell in cells if not cell.isdigit())


def test_dates_in_another_format(stage_ward: Ward) -> None:
    rows = "".join(f"1;2021-03-{day:02d};1;;\n" for day in range(1, 5))
    (found,) = messages(stage_ward, labs=LABS + rows)
    assert 'column "date": 4 of 4 cells' in found
    assert 'they are dates written "%Y-%m-%d"' in found


@pytest.mark.parametrize(("share", "stops"), [("0.05", True), ("0.5", False)])
def test_the_share_is_the_centres_choice(stage_ward: Ward, share: str, stops: bool) -> None:
    rows = "".join(f"1;{day:02d}.03.2021;;{'?' if day < 4 else 9};\n" for day in range(1, 11))
    change = (("id: ward", f"id: ward\nunreadable_share: {share}"),)
    if stops:
        assert len(messages(stage_ward, labs=LABS + rows, centre=change)) == 1
    else:
        assert len(stage_ward(labs=LABS + rows, centre=change).findings) == 3


def test_headings_are_not_shown_where_they_could_be_a_patient(stage_ward: Ward) -> None:
    """A wrong header_row points to a patient's row."""
    found = messages(
        stage_ward, centre=(("file: patients.csv", "file: patients.csv, header_row: 2"),)
    )
    assert all("61" not in message and "2021" not in message for message in found)


def test_a_heading_that_stands_twice(stage_ward: Ward) -> None:
    found = messages(stage_ward, labs="id;date;anc;hb;crp;hb\n1;27.02.2021;;;;\n")
    assert found == [
        'labs.csv: the heading "hb" stands there twice, and which is meant cannot be told; have '
        "the export made with another name for one of them"
    ]


def test_the_share_counts_each_cell_of_the_column_once(stage_ward: Ward) -> None:
    """Six variables and events need the dates of a sheet; it has 12 filled ones, 4 unreadable."""
    rows = "".join(f"1;{day:02d}.03.2021;1;9;4\n" for day in range(5, 13))
    rows += "".join(f"1;?{day};1;9;4\n" for day in range(1, 5)) + "1;;1;9;4\n1;n.d.;1;9;4\n"
    (found,) = messages(stage_ward, labs=LABS + rows)
    assert found.startswith('labs.csv: column "date": 4 of 12 cells are unreadable or implausible')
    events = "id;date;event;detail\n"
    events += "".join(f"1;{day:02d}.03.2021;CRS;2\n" for day in range(5, 9))
    events += "".join(f"1;?{day};PD;\n1;?{day};death;inf\n" for day in range(1, 4))
    (found,) = messages(stage_ward, events=events)
    assert found.startswith(
        'events.csv: column "date": 6 of 10 cells are unreadable or implausible'
    )


@pytest.mark.parametrize("cell", ["04/03/2021", "12.3*", "61%", "1/2"])
def test_a_cell_that_is_no_unit_is_not_shown(stage_ward: Ward, cell: str) -> None:
    labs = f"id;date;what;is;in\n1;27.02.2021;anc;2,4;{cell}\n1;27.02.2021;hb;8,7;g/dL\n"
    with pytest.raises(UserErrors) as caught:
        stage_ward(labs=labs, centre=(LONG,))
    assert cell not in str(caught.value)
