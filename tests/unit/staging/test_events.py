"""Events: kept even without a date, never invented, each once."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from hematotox.contracts import Staged

Ward = Callable[..., Staged]
HEAD = "id;date;event;detail\n"


def told(staged: Staged) -> list[tuple[object, ...]]:
    rows = staged.events[["event", "day", "detail"]].itertuples(index=False)
    return [tuple(None if pd.isna(v) else v for v in row) for row in rows]


@pytest.mark.parametrize(
    ("row", "event", "kinds"),
    [
        ("1;06.03.2021;CRS;2", ("crs", 2, "2"), []),
        ("1;06.03.2021;CRS;2,0", ("crs", 2, ""), ["event without a detail", "implausible value"]),
        ("1;06.03.2021;CRS;0", None, []),
        ("1;06.03.2021;CRS;7", ("crs", 2, ""), ["event without a detail", "implausible value"]),
        ("1;06.03.2021;CRS;", ("crs", 2, ""), ["event without a detail"]),
        ("1;;CRS;2", ("crs", None, "2"), ["event without a date"]),
        ("1;soon;PD;", ("progression", None, ""), ["event without a date", "unreadable date"]),
        ("1;1.1.2221;PD;", ("progression", None, ""), ["event without a date", "unreadable date"]),
        ("1;06.03.2091;PD;", ("progression", None, ""), ["value with an implausible date"]),
        ("1;01.01.2021;PD;", ("progression", -62, ""), ["event before infusion"]),
        ("1;06.03.2021;death;inf", ("death", 2, "infection"), []),
        ("1;06.03.2021;death;?", ("death", 2, ""), ["event without a detail", "unknown code"]),
    ],
)  # fmt: skip
def test_one_event(stage_ward: Ward, row: str, event: object, kinds: list[str]) -> None:
    staged = stage_ward(events=f"{HEAD}{row}\n", labs="id;date;anc;hb;crp\n")
    assert told(staged) == ([] if event is None else [event])
    assert sorted(staged.findings["kind"]) == kinds
    assert not staged.findings["row_set_aside"].any()


def test_the_same_event_counts_once_and_two_deaths_are_reported(stage_ward: Ward) -> None:
    rows = ["1;06.03.2021;PD;a", "1;06.03.2021;PD;b", "1;08.03.2021;death;inf",
            "1;09.03.2021;death;inf", "1;10.03.2021;CRS;2"]  # fmt: skip
    staged = stage_ward(
        events=HEAD + "\n".join(rows) + "\n", labs="id;date;anc;hb;crp\n1;11.03.2021;1;;\n"
    )
    assert told(staged) == [
        ("crs", 6, "2"),
        ("death", 4, "infection"),
        ("death", 5, "infection"),
        ("progression", 2, ""),
    ]
    found = staged.findings[["file", "row", "kind"]].to_numpy().tolist()
    assert found == [
        ["events.csv", 3, "event recorded twice"],
        ["events.csv", 5, "two deaths"],
        ["events.csv", 6, "after death"],
        ["labs.csv", 2, "after death"],
    ]


PATIENT_ROW = (
    (
        "subjects:\n  age: {column: age}",
        "subjects:\n  age: {column: age}\n",
    ),
    (
        "progression: {when: {column: event, in: PD}}",
        "progression: {table: subjects, date: pd}\n"
        "  icans: {table: subjects, date: icans_on, column: icans, absent: [none]}\n"
        "  infection: {table: subjects, checkboxes: {inf_2: '2', inf_3: '3'}, date: inf_on}\n"
        "  last_contact: {table: subjects, date: seen}\n"
        "  new_therapy: {table: subjects, date: seen, when: {column: alive, in: n, not_in: y}}",
    ),
)


def test_events_in_the_patients_row(stage_ward: Ward) -> None:
    head = "id;age;sex;stage;apheresis;ld;infusion;pd;icans_on;icans;inf_2;inf_3;inf_on;seen;alive"
    rows = [
        "1;61;m;3;;;04.03.2021;06.03.2021;;none;0;1;07.03.2021;08.03.2021;y",
        "2;47;f;4;;;30.12.2020;;31.12.2020;3;1;1;;02.01.2021;n",
        "3;50;f;4;;;30.12.2020;;31.12.2020;none;;;;;?",
    ]
    staged = stage_ward(
        patients="\n".join([head, *rows, ""]), events=HEAD, labs="id;date;anc;hb;crp\n",
        centre=PATIENT_ROW,
    )  # fmt: skip
    by_patient = staged.events.assign(patient=staged.events["patient_id"].str[-1])
    found = by_patient[["patient", "event", "day", "detail"]].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == [
        ["1", "infection", 3, "3"],
        ["1", "last_contact", 4, ""],
        ["1", "progression", 2, ""],
        ["2", "icans", 1, "3"],
        ["2", "infection", None, "2"],
        ["2", "infection", None, "3"],
        ["2", "last_contact", 3, ""],
        ["2", "new_therapy", 3, ""],
    ]
    assert sorted(zip(staged.findings["row"], staged.findings["kind"], strict=True)) == [
        (3, "event without a date"),
        (4, "date of an absent event"),
        (4, "unknown code"),
    ]


STATUS = (
    "  death: {when: {column: event, in: death}, column: detail, values: {inf: infection}}",
    "  death: {table: subjects, date: dod, when: {column: status, in: dead}}",
)


def test_a_status_that_is_not_declared_is_reported_with_its_date(stage_ward: Ward) -> None:
    patients = """id;age;sex;stage;apheresis;ld;infusion;status;dod
1;61;m;3;01.02.2021;27.02.2021;04.03.2021;dead;01.05.2021
2;47;f;4;01.12.2020;24.12.2020;30.12.2020;Dead;01.06.2021
3;50;f;4;01.12.2020;24.12.2020;30.12.2020;;01.06.2021
4;50;f;4;01.12.2020;24.12.2020;30.12.2020;n.d.;
"""
    staged = stage_ward(patients=patients, centre=(STATUS,))
    assert (staged.events["event"] == "death").sum() == 1
    found = staged.findings[["row", "column", "kind"]].to_numpy().tolist()
    assert found == [
        [3, "dod", "date of an absent event"],
        [3, "status", "unknown code"],
        [4, "dod", "date of an absent event"],
    ]


def test_a_date_that_two_events_share_belongs_to_the_one_that_happened(stage_ward: Ward) -> None:
    patients = """id;age;sex;stage;apheresis;ld;infusion;status;dod
1;61;m;3;01.02.2021;27.02.2021;04.03.2021;dead;01.05.2021
2;47;f;4;01.12.2020;24.12.2020;30.12.2020;relapse;01.06.2021
"""
    relapse = "  progression: {when: {column: event, in: PD}}"
    shared = "  progression: {table: subjects, date: dod, when: {column: status, in: relapse}}"
    staged = stage_ward(patients=patients, centre=(STATUS, (relapse, shared)))
    assert sorted(staged.events["event"]) == ["crs", "death", "progression"]
    assert staged.findings.empty
