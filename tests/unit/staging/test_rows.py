"""Each row of an export has one destination: staged, set aside with a finding, or left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from hematotox.contracts import Staged
from hematotox.errors import UserErrors
from hematotox.staging import imbalances

Ward = Callable[..., Staged]
LABS = "id;date;anc;hb;crp\n"
NOTHING = "id;date;event;detail\n"
PATIENTS = "id;age;sex;stage;apheresis;ld;infusion\n"


def kinds(staged: Staged, *, set_aside: bool = True) -> list[tuple[str, object, str]]:
    chosen = staged.findings[staged.findings["row_set_aside"] == set_aside]
    return list(zip(chosen["file"], chosen["row"], chosen["kind"], strict=True))


def test_a_clean_export_has_no_findings(stage_ward: Ward) -> None:
    staged = stage_ward()
    assert staged.findings.empty
    assert staged.tally[["rows_read", "rows_staged"]].to_numpy().tolist() == [
        [1, 1],
        [3, 3],
        [2, 2],
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("1;27.02.2021;2,4;8,7;41", None),
        ("3;27.02.2021;2,4;8,7;41", "unknown patient"),
        (";27.02.2021;2,4;8,7;41", "no patient number"),
        ("n.d.;27.02.2021;2,4;8,7;41", "no patient number"),
        ("1\x00;27.02.2021;2,4;8,7;41", "no patient number"),
        ("Totale;;12,4;;", "totals row"),
        ("Summe: 12;;;;", "totals row"),
        ("Total général;;;;", "totals row"),
        ("id;date;anc;hb;crp", "repeated heading"),
        ("1;27.02.2021;2,4;8,7", "row length"),
        ("1;27.02.2021;2,4;8,7;41;x", "row length"),
        ("1;27.02.2021;2,4;8,7;41;", None),
        ("1;;2,4;8,7;41", "no date"),
        ("1;31.02.2021;2,4;8,7;41", "no date"),
        ("1;27.02.1921;2,4;8,7;41", "implausible date"),
        ("1;27.02.2099;2,4;8,7;41", "implausible date"),
        ('"1";"27.02.2021";"2,4";"8,7";"41"', None),
    ],
)
def test_destination_of_a_row(stage_ward: Ward, row: str, kind: str | None) -> None:
    staged = stage_ward(labs=f"{LABS}{row}\n\n;;;;\n2;25.12.2020;1,2;;\n")
    expected = [] if kind is None else [("labs.csv", 2, kind)]
    assert kinds(staged) == expected
    assert len(staged.labs) == (4 if kind is None else 1)
    assert imbalances(staged) == []


def test_a_value_with_a_date_of_its_own_needs_no_date_of_its_row(stage_ward: Ward) -> None:
    staged = stage_ward(
        labs="id;date;anc;hb;crp;crpdate\n1;;;;50;01.03.2021\n2;25.12.2020;;;41;24.12.2020\n",
        centre=(
            ('  anc: {column: anc, unit: "10*9/L"}\n  hemoglobin: {column: hb, unit: g/dL}\n', ""),
            ("crp: {column: crp, unit: mg/L}", "crp: {column: crp, unit: mg/L, date: crpdate}"),
        ),
    )
    assert staged.labs[["patient_id", "variable", "day", "value_low"]].to_numpy().tolist() == [
        ["ward/1", "crp", -3, 5.0],
        ["ward/2", "crp", -6, 4.1],
    ]
    assert kinds(staged) == []


def test_identical_rows_count_once_and_equal_values_of_a_day_twice(stage_ward: Ward) -> None:
    rows = "1;27.02.2021;2,4;8,7;41\n" * 2 + "1;27.02.2021;2,4;8,7;42\n"
    staged = stage_ward(labs=LABS + rows)
    assert kinds(staged) == [("labs.csv", 3, "identical row")]
    values = staged.labs[["variable", "measurement", "value_low"]].to_numpy().tolist()
    assert values == [
        ["anc", 1, 2.4],
        ["anc", 2, 2.4],
        ["crp", 1, 4.1],
        ["crp", 2, 4.2],
        ["hemoglobin", 1, 8.7],
        ["hemoglobin", 2, 8.7],
    ]


def test_rows_of_a_patient_who_was_not_infused_are_set_aside(stage_ward: Ward) -> None:
    staged = stage_ward(
        patients=f"{PATIENTS}1;61;m;3;;;\n2;47;f;4;;;30.12.2020\n",
        events="id;date;event;detail\n1;06.03.2021;CRS;2\n",
    )
    assert kinds(staged) == [
        ("events.csv", 2, "not infused"),
        ("labs.csv", 2, "not infused"),
        ("labs.csv", 3, "not infused"),
    ]
    assert staged.subjects["infusion_date"].tolist() == ["", "2020-12-30"]


def test_an_unreadable_infusion_date_is_a_finding_and_the_patient_stays(stage_ward: Ward) -> None:
    patients = f"{PATIENTS}1;61;m;3;;;4 March\n2;47;f;4;;;30.12.2020\n"
    staged = stage_ward(patients=patients, labs=LABS, events="id;date;event;detail\n")
    assert len(staged.subjects) == 2
    finding = staged.findings.iloc[0]
    assert (finding["kind"], finding["file"], finding["row"], finding["column"]) == (
        "unreadable date",
        "patients.csv",
        2,
        "infusion",
    )


def test_two_rows_of_one_patient(stage_ward: Ward) -> None:
    patients = f"{PATIENTS}1;61;m;3;;;04.03.2021\n2;47;f;4;;;30.12.2020\n1;62;m;;;;04.03.2021\n"
    staged = stage_ward(patients=patients)
    assert kinds(staged) == [("patients.csv", 4, "second row for a patient")]
    assert kinds(staged, set_aside=False) == [("patients.csv", 4, "contradictory rows")]
    assert np.isnan(staged.subjects.loc[0, "age"])
    assert staged.subjects.loc[0, "stage"] == 3


def test_an_event_nobody_declared_is_set_aside(stage_ward: Ward) -> None:
    staged = stage_ward(events="id;date;event;detail\n1;06.03.2021;holiday;\n")
    assert kinds(staged) == [("events.csv", 2, "unknown kind of row")]


def test_rows_that_are_not_wanted_are_counted(stage_ward: Ward) -> None:
    wanted = "shape: wide, patient: id, date: date, other_patients: leave_out}\n  events"
    staged = stage_ward(
        labs=f"{LABS}9;27.02.2021;2,4;8,7;41\n1;27.02.2021;2,4;;\n",
        centre=(("shape: wide, patient: id, date: date}\n  events", wanted),),
    )
    assert staged.findings.empty
    labs = staged.tally.set_index("table").loc["labs"]
    assert (labs["rows_read"], labs["rows_staged"], labs["rows_left_out"]) == (2, 1, 1)


@pytest.mark.parametrize("name", ["subjects", "labs", "events", "findings", "tally"])
def test_a_lost_row_is_noticed(stage_ward: Ward, name: str) -> None:
    staged = stage_ward(labs=f"{LABS}1;27.02.2021;2,4;8,7;41\n9;27.02.2021;2,4;8,7;41\n")
    assert imbalances(staged) == []
    rng = np.random.default_rng(1)
    for _ in range(5):
        frame = getattr(staged, name)
        lost = frame.drop(index=rng.integers(len(frame)))
        assert imbalances(dataclasses.replace(staged, **{name: lost})) != []


def test_a_row_that_is_counted_nowhere_is_noticed(stage_ward: Ward) -> None:
    staged = stage_ward()
    tally = staged.tally.assign(rows_read=staged.tally["rows_read"] + 1)
    assert len(imbalances(dataclasses.replace(staged, tally=tally))) == 3


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [("007", "7", True), ("12.0", "12", True), ("0", "00", True), ("007", "07", True),
     ("A07", "A7", False), ("1.5", "15", False), ("70", "7", False)],
)  # fmt: skip
def test_numbers_that_differ_by_zeros_alone_are_asked_about(
    stage_ward: Ward, one: str, other: str, together: bool
) -> None:
    patients = f"{PATIENTS}{one};61;m;3;;;04.03.2021\n{other};61;m;3;;;04.03.2021\n"
    labs = f"{LABS}{other};07.03.2021;2,4;8,7;41\n"
    if not together:
        assert len(stage_ward(patients=patients, labs=labs, events=NOTHING).subjects) == 2
        return
    with pytest.raises(UserErrors) as caught:
        stage_ward(patients=patients, labs=labs, events=NOTHING)
    (message,) = caught.value.messages
    assert message == (
        'ward: patients.csv: column "id": numbers of patients differ by leading zeros or ".0" '
        "alone (first in rows 2 and 3; in all: 1): one patient or two? Look, then say "
        "leading_zeros: drop if they are one, keep if they are two"
    )
    for decision, count in (("drop", 1), ("keep", 2)):
        change = (("id: ward", f"id: ward\nleading_zeros: {decision}"),)
        staged = stage_ward(patients=patients, labs=labs, events=NOTHING, centre=change)
        assert len(staged.subjects) == count
        assert len(staged.labs) == 3


def test_a_file_nobody_declared_is_a_finding(stage_ward: Ward, dictionary: object) -> None:
    from hematotox.declarations.base import parse
    from hematotox.declarations.centre import Centre
    from hematotox.dialects import open_export
    from hematotox.staging import stage

    text = "id: a\ntables: {subjects: {file: p.csv, patient: id}}\n"
    text += "subjects: {infusion_date: {column: infusion}}\n"
    files = {"p.csv": b"id,infusion\n1,2021-03-04\n", "more.csv": b"", "SYNTHETIC.json": b"{}"}
    centre = parse(text, source="a.yaml", model=Centre)
    staged = stage(open_export(files, source="synthetic"), centre, dictionary)  # type: ignore[arg-type]
    assert staged.findings[["file", "kind"]].to_numpy().tolist() == [["more.csv", "file not read"]]


def test_a_table_without_rows_is_a_finding_and_without_patients_a_trouble(stage_ward: Ward) -> None:
    head = "id;age;sex;stage;apheresis;ld;infusion\n"
    patients = head + "".join(f"{n};61;m;3;;;04.03.2021\n" for n in range(1, 6))
    staged = stage_ward(patients=patients, labs="id;date;anc;hb;crp\n")
    assert staged.findings[["file", "kind"]].values.tolist() == [["labs.csv", "no rows"]]
    assert staged.findings["row"].isna().all()
    assert len(staged.labs) == 0
    with pytest.raises(UserErrors, match=r"patients\.csv: there is no patient below the headings"):
        stage_ward(patients=head)


def test_very_many_identical_rows_make_one_finding_with_their_number(stage_ward: Ward) -> None:
    staged = stage_ward(labs=LABS + "1;27.02.2021;2,4;8,7;41\n" * 151)
    assert kinds(staged) == [("labs.csv", 3, "identical row")]
    assert staged.findings["message"].iloc[0].endswith("; rows of this kind here: 150")
    assert imbalances(staged) == []
