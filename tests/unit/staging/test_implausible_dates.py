"""Dates that can be read and cannot be right: short birth years, a mistyped year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hematotox.contracts import Staged
from hematotox.errors import UserErrors

Ward = Callable[..., Staged]
HEAD = "id;age;sex;stage;apheresis;ld;infusion\n"
LABS = "id;date;anc;hb;crp\n1;27.02.2021;2,4;8,7;41\n1;07.03.2021;0,05;;\n"
EVENTS = "id;date;event;detail\n1;06.03.2021;CRS;2\n"
BIRTH = ("age: {column: age}", "age: {column: age, birth_date: true}")


def born(*dates: str, year: str) -> str:
    rows = [
        f"{n};{d};m;3;01.02.{year};27.02.{year};04.03.{year}" for n, d in enumerate(dates, start=1)
    ]
    return HEAD + "\n".join(rows) + "\n"


def test_a_birth_year_of_two_digits_lies_before_the_infusion(stage_ward: Ward) -> None:
    staged = stage_ward(
        patients=born("12.03.45", "01.03.68", "12.03.69", "29.02.00", year="21"),
        labs=LABS.replace(".2021", ".21").replace(".2020", ".20"),
        events=EVENTS.replace(".2021", ".21"),
        centre=(BIRTH, ("%d.%m.%Y", "%d.%m.%y")),
    )
    assert staged.subjects["age"].tolist() == [75, 53, 51, 21]
    assert "implausible value" not in set(staged.findings["kind"])


def test_an_infant_born_in_the_year_before_is_no_hundred_years_old(stage_ward: Ward) -> None:
    staged = stage_ward(
        patients=born("02.04.20", "05.03.20", year="21"),
        labs=LABS.replace(".2021", ".21"),
        events=EVENTS.replace(".2021", ".21"),
        centre=(BIRTH, ("%d.%m.%Y", "%d.%m.%y")),
    )
    assert staged.subjects["age"].tolist() == [0, 0]


def test_a_birth_year_of_four_digits_is_not_changed(stage_ward: Ward) -> None:
    dates = ("12.03.2061", *["12.03.1961"] * 30)
    staged = stage_ward(patients=born(*dates, year="2021"), centre=(BIRTH,))
    assert staged.subjects["age"].isna().tolist() == [True, *[False] * 30]
    assert staged.findings["kind"].tolist().count("implausible value") == 1


def test_many_impossible_ages_stop_the_run(stage_ward: Ward) -> None:
    dates = ["12.03.2061"] * 3 + ["12.03.1961"] * 5
    with pytest.raises(UserErrors, match="3 of 8 cells are unreadable or implausible"):
        stage_ward(patients=born(*dates, year="2021"), centre=(BIRTH,))


def test_a_value_far_after_all_others_is_a_finding(stage_ward: Ward) -> None:
    staged = stage_ward(labs=LABS.replace("07.03.2021", "07.03.2041"))
    found = staged.findings[["file", "row", "column", "kind"]].to_numpy().tolist()
    assert found == [["labs.csv", 3, "anc", "record long after all others"]]


def test_an_event_far_after_all_others_is_a_finding_unless_it_is_a_death(stage_ward: Ward) -> None:
    far = stage_ward(events=EVENTS + "1;06.03.2025;PD;\n2;06.03.2025;death;inf\n")
    found = far.findings[["file", "row", "kind"]].to_numpy().tolist()
    assert found == [["events.csv", 3, "record long after all others"]]


def test_a_value_on_the_day_of_a_far_death_is_no_finding(stage_ward: Ward) -> None:
    """The death ends the observation on that day whatever else stands there."""
    labs = LABS + "2;06.03.2025;2,0;9,0;3\n"
    alone = stage_ward(labs=labs).findings
    assert "record long after all others" in set(alone["kind"])
    died = stage_ward(labs=labs, events=EVENTS + "2;06.03.2025;death;inf\n").findings
    assert "record long after all others" not in set(died["kind"])
