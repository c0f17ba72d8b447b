"""The corrections file: applied where exactly one record fits, otherwise a trouble."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hematotox.contracts import EXCLUDED, MERGED, Staged
from hematotox.errors import UserErrors

Ward = Callable[..., Staged]
HEAD = "patient,variable,value,reason,date\n"
ACTION = "patient,variable,value,reason,date,action\n"


def test_corrections(stage_ward: Ward) -> None:
    staged = stage_ward(
        corrections=HEAD
        + "1,sex,female,typing error,\n"
        + "1,stage,,not staged,\n"
        + "2,infusion_date,2020-12-31,delayed by a day,\n"
        + "1,hemoglobin,9.7,digit exchanged,2021-02-27\n"
        + "2,crp,,haemolysed,2020-12-25\n"
        + "1,crs,3,grade revised,2021-03-06\n"
    )
    assert staged.subjects["sex"].tolist() == ["female", "female"]
    assert staged.subjects["stage"].isna().tolist() == [True, False]
    assert staged.subjects["infusion_date"].tolist() == ["2021-03-04", "2020-12-31"]
    labs = staged.labs.set_index(["patient_id", "variable"])["value_low"]
    assert labs.loc["ward/1", "hemoglobin"].tolist() == [9.7]
    assert ("ward/2", "crp") not in labs.index
    assert staged.labs.query("patient_id == 'ward/2'")["day"].unique().tolist() == [-6]
    assert staged.events["detail"].tolist() == ["3"]
    assert staged.findings["kind"].tolist() == ["corrected"] * 6
    assert set(staged.findings["file"]) == {"ward.corrections.csv"}


def test_columns_may_stand_in_any_order_and_an_empty_action_sets(stage_ward: Ward) -> None:
    head = "action;patient;date;variable;value;reason;from;to\n"
    staged = stage_ward(corrections=f"{head};1;;sex;female;x;;\nset;1;;stage;;x;;\n")
    assert staged.subjects["sex"].tolist() == ["female", "female"]
    assert staged.subjects["stage"].isna().tolist() == [True, False]
    assert EXCLUDED not in staged.subjects


def test_a_patient_may_be_taken_out_of_every_study(stage_ward: Ward) -> None:
    rows = "2,,,consent withdrawn,,exclude\n2,sex,male,typing error,,set\n"
    staged = stage_ward(corrections=ACTION + rows)
    assert staged.subjects[EXCLUDED].tolist() == ["", "yes"]
    assert staged.subjects["sex"].tolist() == ["male", "male"]
    found = staged.findings[["file", "row", "column", "kind"]].to_numpy().tolist()
    assert ["ward.corrections.csv", 2, "patient", "excluded"] in found
    assert "consent" not in staged.findings.to_csv(), "the reason may tell of the patient"


def test_a_correction_never_changes_the_event_of_another_patient(stage_ward: Ward) -> None:
    for row in ("2,crs,3,x,2021-01-01", "2,crs,3,x,2021-03-06", "1,progression,,x,2021-03-06"):
        with pytest.raises(UserErrors, match=r"the export has no \w+ of this patient"):
            stage_ward(corrections=f"{HEAD}{row}\n")


@pytest.mark.parametrize(
    ("row", "day", "count"),
    [("1,crs,2021-03-08,wrong date,2021-03-06", 4, 1), ("1,crs,,another patient,2021-03-06", 0, 0)],
)
def test_an_event_is_moved_or_taken_out(stage_ward: Ward, row: str, day: int, count: int) -> None:
    events = stage_ward(corrections=f"{HEAD}{row}\n").events
    assert len(events) == count
    assert events["day"].tolist() == [day] * count


def test_an_age_from_the_date_of_birth_can_be_corrected(stage_ward: Ward) -> None:
    patients = "id;age;sex;stage;apheresis;ld;infusion\n1;01.01.1960;m;3;;;04.03.2021\n"
    staged = stage_ward(
        patients=patients + "2;01.01.1970;f;4;;;30.12.2020\n",
        centre=(("age: {column: age}", "age: {column: age, birth_date: true}"),),
        corrections=f"{HEAD}1,age,63,birth date unknown,\n",
    )
    assert staged.subjects["age"].tolist() == [63.0, 50.0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("patient,variable,value\n", ":1: the columns must be patient,variable,value,reason,date"),
        (f"{HEAD}9,sex,male,x,\n", ":2: patient: no patient of the export has this number; write"),
        (f"{HEAD}1,sexx,male,x,\n", ':2: variable: is not in the dictionary; is "sex" meant?'),
        (f"{HEAD}1,sex,m,x,\n", ":2: value: must be one of female, male, or empty for unknown"),
        (f"{HEAD}1,sex,male,,\n", ":2: reason: is missing; say why, and who knows it"),
        (f"{HEAD}1,sex,male,x,2021-03-04\n", ":2: date: must stay empty, sex has one value a pati"),
        (f"{HEAD}1,anc,1.0,x,4.3.2021\n", ":2: date: must be a date as 2021-12-31"),
        (f"{HEAD}1,anc,1.0,x,\n", ":2: date: is missing; write the day of the measurement, as 2"),
        (
            f"{HEAD}1,anc,1000,x,2021-02-27\n",
            ":2: value: must be a number with a decimal point in 10*9/L from 0 to 100, or empty to "
            "take it out",
        ),
        (f"{HEAD}1,stage,2.5,x,\n", ":2: value: must be a whole number from 1 to 4, or empty for"),
        (
            f"{HEAD}1,progression,yes,x,2021-02-28\n",
            ":2: value: must be a date as 2021-12-31 to move it, or empty to take it out",
        ),
        (
            f"{HEAD}1,anc,1.0,x,2021-02-28\n",
            ":2: the export has no anc of this patient on this date; write the patient and the "
            "date of the record as the export has them",
        ),
        (
            f"{ACTION}1,sex,male,x,,erase\n",
            ":2: action: must be one of convert, exclude, merge_into, set",
        ),
        (
            f"{ACTION}1,,,x,,choose_infusion\n",
            ":2: action: choose_infusion is not offered yet; have the",
        ),
        (f"{ACTION}1,sex,,x,,exclude\n", ":2: variable: must stay empty, exclude has none"),
        (f"{ACTION}1,,,x,2021-03-04,exclude\n", ":2: date: must stay empty, exclude has none"),
        (f"{ACTION}1,,,,,exclude\n", ":2: reason: is missing; say why, and who knows it"),
        (f"{ACTION}9,,,x,,exclude\n", ":2: patient: no patient of the export has this number"),
        (f"{ACTION}1,,,x,,\n", ":2: variable: is not in the dictionary"),
        (f"{HEAD[:-1]},from\n1,sex,male,x,,2\n", ":2: from: must stay empty, set has none"),
        (f"{HEAD[:-1]},sex\n", ":1: the columns must be patient,variable,value,reason,date; act"),
        (f"{HEAD[:-1]},date\n", ":1: the columns must be patient,variable,value,reason,date; act"),
        (f"{HEAD}1,death,infection,x,\n", ":2: the export has no death of this patient without a"),
        (f"{HEAD}1,ferritin,1.0,x,2021-02-28\n", ":2: the export has no ferritin of this patient"),
        (
            f"{HEAD}1,sex,male\n",
            ":2: the row has 3 cells and must have 5; put a reason with a comma into quotation",
        ),
    ],
)
def test_a_correction_that_cannot_be_applied(stage_ward: Ward, content: str, message: str) -> None:
    with pytest.raises(UserErrors) as caught:
        stage_ward(corrections=content)
    assert caught.value.messages[0].startswith(f"ward.corrections.csv{message}")


def test_problems_come_in_the_order_of_the_file(stage_ward: Ward) -> None:
    rows = "1,anc,1,x,2021-01-01\n1,death,,x,\n1,sex,m,x,\n1,crs,2,x,2021-01-01\n9,sex,,x,\n"
    with pytest.raises(UserErrors) as caught:
        stage_ward(corrections=HEAD + rows)
    lines = [int(one.split(":")[1]) for one in caught.value.messages]
    assert lines == [2, 3, 4, 5, 6]


def test_two_values_of_a_day_cannot_be_told_apart(stage_ward: Ward) -> None:
    labs = "id;date;anc;hb;crp\n1;27.02.2021;2,4;8,7;41\n1;27.02.2021;2o;9,1;41\n"
    with pytest.raises(UserErrors, match="the export has 2 anc of this patient on this date"):
        stage_ward(labs=labs, corrections=f"{HEAD}1,anc,2.4,x,2021-02-27\n")


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_file_as_spreadsheets_save_it(stage_ward: Ward, separator: str) -> None:
    """A byte-order mark, semicolons, empty rows at the end."""
    rows = f"{HEAD}1,sex,female,typing error,\n,,,,\n".replace(",", separator)
    staged = stage_ward(corrections=f"\ufeff{rows}")
    assert staged.subjects["sex"].tolist() == ["female", "female"]


def test_a_number_is_written_as_in_the_export_or_without_zeros(stage_ward: Ward) -> None:
    staged = stage_ward(
        centre=(("id: ward", "id: ward\nleading_zeros: drop"),),
        corrections=f"{HEAD}001,sex,female,typing error,\n",
    )
    assert staged.subjects["sex"].tolist() == ["female", "female"]


# ---- findings that a correction settles ----------------------------------------------------------

UGLY = """id;age;sex;stage;apheresis;ld;infusion
1;61;x;3;01.02.2021;27.02.2021;04.03.2021
2;47;y;4;01.12.2020;24.12.2020;30.12.2020
"""


def settled(staged: Staged) -> list[tuple[str, int, str, str]]:
    rows = staged.findings[staged.findings["file"] != "ward.corrections.csv"]
    return list(rows[["file", "row", "kind", "action"]].itertuples(index=False, name=None))


BY_2 = "corrected by ward.corrections.csv row 2"


def test_a_corrected_cell_of_a_patient_is_settled(stage_ward: Ward) -> None:
    """One unknown code is corrected, the other is open; both were read and are told."""
    staged = stage_ward(patients=UGLY, corrections=f"{HEAD}1,sex,female,typing error,\n",
                        centre=(("id: ward", "id: ward\nunreadable_share: 0.5"),))  # fmt: skip
    assert settled(staged) == [
        ("patients.csv", 2, "unknown code", BY_2),
        (
            "patients.csv",
            3,
            "unknown code",
            "add the code to values, or list it under missing",
        ),
    ]
    assert staged.tally["rows_read"].sum() == staged.tally["rows_staged"].sum()


def test_corrected_cells_do_not_count_as_unreadable(stage_ward: Ward) -> None:
    with pytest.raises(UserErrors, match="2 of 2 cells are unreadable or implausible"):
        stage_ward(patients=UGLY)
    rows = "1,sex,female,typing error,\n2,sex,male,typing error,\n"
    staged = stage_ward(patients=UGLY, corrections=HEAD + rows)
    assert staged.subjects["sex"].tolist() == ["female", "male"]


def test_an_unreadable_value_can_be_corrected(stage_ward: Ward) -> None:
    labs = "id;date;anc;hb;crp\n1;27.02.2021;2,4;8,7;41\n1;07.03.2021;O,05;;\n"
    share = (("id: ward", "id: ward\nunreadable_share: 0.5"),)
    as_exported = stage_ward(labs=labs, centre=share)
    assert as_exported.labs.query("variable == 'anc'")["value_low"].tolist() == [2.4]
    assert settled(as_exported)[0][2] == "unreadable number"
    staged = stage_ward(labs=labs, corrections=f"{HEAD}1,anc,0.05,typed an O,2021-03-07\n")
    anc = staged.labs.query("variable == 'anc'")
    assert anc[["day", "value_low", "value_high"]].values.tolist() == [
        [-5, 2.4, 2.4],
        [3, 0.05, 0.05],
    ]
    assert settled(staged) == [("labs.csv", 3, "unreadable number", BY_2)]
    assert staged.tally["labs"].sum() == len(staged.labs)


def test_a_corrected_event_is_settled_in_what_was_corrected(stage_ward: Ward) -> None:
    """The date is given; that the grade is unreadable stays open."""
    events = "id;date;event;detail\n1;3O.03.2021;CRS;two\n"
    found = stage_ward(events=events, corrections=f"{HEAD}1,crs,2021-03-30,typed an O,\n")
    assert found.events[["day", "detail"]].values.tolist() == [[26, ""]]
    kinds = {kind: action == BY_2 for _, _, kind, action in settled(found)}
    assert kinds == {
        "event without a date": True,
        "unreadable date": True,
        "event without a detail": False,
        "implausible value": False,
    }
    gone = stage_ward(events=events, corrections=f"{HEAD}1,crs,,another patient,\n")
    assert len(gone.events) == 0
    assert {action for *_, action in settled(gone)} == {BY_2}


def test_a_correction_settles_only_the_column_it_corrects(stage_ward: Ward) -> None:
    """Day 0 is corrected; the unreadable value of day 7 in the same row stays open."""
    head = "id;age;sex;stage;apheresis;ld;infusion;a0;a7\n"
    rows = [f"{n};47;f;4;;;04.03.2021;1,1;1,2" for n in range(2, 60)]
    patients = head + "\n".join(["1;61;m;3;;;04.03.2021;2o;3x", *rows]) + "\n"
    source = '  anc: {table: subjects, days: {a0: 0, a7: 7}, unit: "10*9/L"}\n'
    staged = stage_ward(
        patients=patients,
        labs="id;date;hb;crp\n",
        centre=(('  anc: {column: anc, unit: "10*9/L"}\n', source),),
        corrections=f"{HEAD}1,anc,2.0,typing error,2021-03-04\n",
    )
    unreadable = staged.findings[staged.findings["kind"] == "unreadable number"]
    told = dict(zip(unreadable["column"], unreadable["action"] == BY_2, strict=True))
    assert told == {"a0": True, "a7": False}


@pytest.mark.parametrize(
    ("variable", "written", "staged_as"),
    [("crs", "3.0", "3"), ("crs", "+3", "3"), ("crs", "3", "3")],
)
def test_a_corrected_grade_is_written_like_the_others(
    stage_ward: Ward, variable: str, written: str, staged_as: str
) -> None:
    found = stage_ward(corrections=f"{HEAD}1,{variable},{written},checked,2021-03-06\n")
    assert found.events.query("event == @variable")["detail"].tolist() == [staged_as]


def test_a_typographic_minus_is_a_number_and_no_fault_of_ours(stage_ward: Ward) -> None:
    with pytest.raises(UserErrors) as caught:
        stage_ward(corrections=f"{HEAD}1,hemoglobin,\u22129.7,x,2021-02-27\n")
    assert "9.7" not in str(caught.value)


FULL = "patient,variable,value,reason,date,action,from,to\n"


def test_two_numbers_of_one_patient_are_merged(stage_ward: Ward) -> None:
    """Patient 1 keeps the number 2: its own values first, the records of both."""
    staged = stage_ward(
        patients="id;age;sex;stage;apheresis;ld;infusion\n1;61;m;3;01.02.2021;27.02.2021;04.03.2021\n"
        "2;;m;4;;;04.03.2021\n",
        labs="id;date;anc;hb;crp\n1;27.02.2021;2,4;8,7;41\n2;07.03.2021;0,05;;\n",
        corrections=f"{FULL}1,,2,admitted twice,,merge_into,,\n",
    )
    assert staged.subjects[EXCLUDED].tolist() == [MERGED, ""]
    assert staged.subjects["age"].isna().tolist() == [True, False]
    assert staged.subjects["age"].iloc[1] == 61
    assert staged.subjects["stage"].tolist()[1] == 4
    assert set(staged.labs["patient_id"]) == {"ward/2"}
    assert staged.labs["day"].tolist() == [-5, 3, -5, -5]
    assert set(staged.events["patient_id"]) == {"ward/2"}
    found = staged.findings[["row", "column", "kind"]].to_numpy().tolist()
    assert [2, "patient", "merged"] in found


@pytest.mark.parametrize(
    ("row", "crp"),
    [
        ("1,crp,mg/dL,paper report,,convert,,", [41.0, 0.3]),
        (",crp,mg/dL,paper report,,convert,2021-01-01,2021-12-31", [41.0, 0.3]),
        (",crp,mg/dL,paper report,,convert,,2020-12-31", [4.1, 3.0]),
        (",crp,mg/dL,paper report,,convert,,", [41.0, 3.0]),
    ],
)
def test_values_are_read_in_the_unit_they_have(stage_ward: Ward, row: str, crp: list[float]):
    """The centre declares mg/L: 41 of patient 1, < 3 of patient 2; they were mg/dL."""
    staged = stage_ward(corrections=f"{FULL}{row}\n")
    values = staged.labs[staged.labs["variable"] == "crp"].set_index("patient_id")["value_high"]
    assert values.loc[["ward/1", "ward/2"]].tolist() == pytest.approx(crp)
    assert "converted" in set(staged.findings["kind"])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1,,9,x,,merge_into,,", "value: must be the number that counts"),
        ("1,,1,x,,merge_into,,", "value: is the same patient"),
        ("1,,2,,,merge_into,,", "reason: is missing"),
        ("1,sex,2,x,,merge_into,,", "variable: must stay empty, merge_into has none"),
        ("1,sex,mg/L,x,,convert,,", "variable: must be a laboratory variable"),
        ("1,crp,g/dl2,x,,convert,,", "value: must be the unit that the values really have"),
        ("1,crp,mg/dL,x,,convert,yesterday,", "from: must be a date as 2021-12-31, or empty"),
        ("1,crp,mg/dL,x,,convert,2031-01-01,", "the export has no crp of this patient and period"),
        ("1,crp,mg/dL,x,2021-02-27,convert,,", "date: must stay empty, convert has none"),
        ("1,,,x,,choose_infusion,,", "action: choose_infusion is not offered yet"),
    ],
)
def test_merging_and_converting_are_refused_with_words(stage_ward: Ward, row, problem) -> None:
    with pytest.raises(UserErrors, match=problem):
        stage_ward(corrections=f"{FULL}{row}\n")
