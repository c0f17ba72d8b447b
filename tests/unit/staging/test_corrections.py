"""The corrections file: applied where exactly one record fits, otherwise a trouble."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hematotox.contracts import Staged
from hematotox.errors import UserErrors

Ward = Callable[..., Staged]
HEAD = "patient,variable,value,reason,date\n"


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
        (f"{HEAD}9,sex,male,x,\n", ":2: patient: is not in the patients' table"),
        (f"{HEAD}1,sexx,male,x,\n", ":2: variable: is not in the dictionary"),
        (f"{HEAD}1,sex,m,x,\n", ":2: value: must be one of female, male"),
        (f"{HEAD}1,sex,male,,\n", ":2: reason: is missing"),
        (f"{HEAD}1,sex,male,x,2021-03-04\n", ":2: date: must stay empty for a variable with one"),
        (f"{HEAD}1,anc,1.0,x,4.3.2021\n", ":2: date: must be a date as 2021-12-31"),
        (f"{HEAD}1,anc,1000,x,2021-02-27\n", ":2: value: must be a plausible number in 10*9/L"),
        (f"{HEAD}1,stage,2.5,x,\n", ":2: value: must be a plausible integer in units of one"),
        (f"{HEAD}1,anc,1.0,x,2021-02-28\n", ":2: anc: nothing of this patient fits this date"),
        (f"{HEAD}1,death,infection,x,\n", ":2: death: nothing of this patient fits this date"),
        (f"{HEAD}1,ferritin,1.0,x,2021-02-28\n", ":2: ferritin: nothing of this patient fits"),
        (f"{HEAD}1,sex,male\n", ":2: the row must have 5 cells"),
    ],
)
def test_a_correction_that_cannot_be_applied(stage_ward: Ward, content: str, message: str) -> None:
    with pytest.raises(UserErrors) as caught:
        stage_ward(corrections=content)
    assert caught.value.messages[0].startswith(f"ward.corrections.csv{message}")
