"""Events: kept even without a date, never invented, each once."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from hematotox.contracts import Staged
from hematotox.errors import UserErrors

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
        "3;50;f;4;;;30.12.2020;;31.12.2020;none;;;;;",
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
    ]


STATUS = (
    "  death: {when: {column: event, in: death}, column: detail, values: {inf: infection}}",
    "  death: {table: subjects, date: dod, when: {column: status, in: dead}}",
)


def test_a_status_that_is_not_declared_stops_since_it_may_be_a_death(stage_ward: Ward) -> None:
    patients = """id;age;sex;stage;apheresis;ld;infusion;status;dod
1;61;m;3;01.02.2021;27.02.2021;04.03.2021;dead;01.05.2021
2;47;f;4;01.12.2020;24.12.2020;30.12.2020;Dead;01.06.2021
3;50;f;4;01.12.2020;24.12.2020;30.12.2020;;01.06.2021
4;52;f;4;01.12.2020;24.12.2020;30.12.2020;n.d.;
"""
    with pytest.raises(UserErrors) as caught:
        stage_ward(patients=patients, centre=(STATUS,))
    assert caught.value.messages == [
        'ward: patients.csv: column "status" (death): 1 cell in 1 code that when does not list '
        "(first in row 3); list them under in, not_in or missing; a code of an event that is not "
        "listed may be an event that is missed"
    ]
    staged = stage_ward(patients=patients.replace(";Dead;", ";;"), centre=(STATUS,))
    assert (staged.events["event"] == "death").sum() == 1
    found = staged.findings[["row", "column", "kind"]].to_numpy().tolist()
    assert found == [[3, "dod", "date of an absent event"], [4, "dod", "date of an absent event"]]


RESPONSE = (
    "  progression: {when: {column: event, in: PD}}",
    "  response: {when: {column: event, in: staging}, column: detail, values: {CR: cr, PR: pr}}",
)
STAGINGS = (
    HEAD
    + "".join(f"1;{day:02d}.04.2021;staging;CR\n" for day in range(1, 31))
    + "1;01.05.2021;staging;Prog.\n2;01.05.2021;staging;Prog.\n2;02.05.2021;staging;Fortschritt\n"
)


@pytest.mark.parametrize(
    ("shown", "codes"), [(False, ""), (True, ": Fortschritt, Prog.")], ids=["hidden", "shown"]
)
def test_a_code_of_an_event_that_is_not_listed_stops_at_any_share(
    stage_ward: Ward, shown: bool, codes: str
) -> None:
    with pytest.raises(UserErrors) as caught:
        stage_ward(events=STAGINGS, centre=(RESPONSE,), show_values=shown)
    assert caught.value.messages == [
        'ward: events.csv: column "detail" (response): 3 cells in 2 codes that values does not '
        f"list (first in row 32){codes}; list them under values or missing; a code of an event "
        "that is not listed may be an event that is missed"
    ]


def test_a_corrected_code_of_an_event_need_not_be_listed(stage_ward: Ward) -> None:
    one = STAGINGS.replace("Prog.\n2;01.05.2021;staging;Prog.", "PR").replace("Fortschritt", "?")
    correction = "patient,variable,value,reason,date\n2,response,pd,letter,2021-05-02\n"
    staged = stage_ward(events=one, centre=(RESPONSE,), corrections=correction)
    last = staged.events[staged.events["patient_id"] == "ward/2"]
    assert last["detail"].tolist() == ["pd"]


def test_a_patient_without_infusion_date_but_with_what_follows_it_is_told_once(
    stage_ward: Ward,
) -> None:
    """Of patient 4, who was not infused, nothing but the last contact is known."""
    patients = """id;age;sex;stage;apheresis;ld;infusion
1;61;m;3;01.02.2021;27.02.2021;04.03.2021
3;50;f;4;01.12.2020;25.12.2020;
4;50;f;4;01.12.2020;25.12.2020;
"""
    events = f"{HEAD}3;02.01.2021;CRS;2\n3;04.01.2021;CRS;1\n3;04.04.2021;PD;\n4;01.02.2021;PD;\n"
    staged = stage_ward(patients=patients, events=events, labs="id;date;anc;hb;crp\n")
    found = staged.findings[staged.findings["kind"] == "infusion date missing?"]
    assert found[["file", "row", "column"]].to_numpy().tolist() == [["patients.csv", 3, "infusion"]]
    assert found["message"].str.endswith("recorded: lymphodepletion, crs").all()
    assert (staged.findings["kind"] == "not infused").sum() == 4


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


def test_what_is_dated_after_a_death_is_one_finding_a_patient_and_table(stage_ward: Ward) -> None:
    events = f"{HEAD}1;08.03.2021;death;inf\n1;09.03.2021;CRS;2\n1;10.03.2021;PD;\n"
    labs = "id;date;anc;hb;crp\n" + "".join(f"1;{day}.03.2021;1,0;9;20\n" for day in range(10, 15))
    staged = stage_ward(events=events, labs=labs)
    found = staged.findings[staged.findings["kind"] == "after death"]
    assert found[["file", "row"]].to_numpy().tolist() == [["events.csv", 3], ["labs.csv", 2]]
    assert [one.rpartition("; ")[2] for one in found["message"]] == [
        "records of the patient here: 2",
        "records of the patient here: 15",
    ]


def test_a_date_of_a_patient_in_another_file_is_found_there(stage_ward: Ward) -> None:
    """The last contact before the infusion stands in the third row of the other table."""
    centre = (
        (
            "  subjects: {file: patients.csv, patient: id}\n",
            "  subjects: {file: patients.csv, patient: id}\n"
            "  seen: {file: events.csv, patient: id}\n",
        ),
        ("  events: {file: events.csv, shape: wide, patient: id, date: date}\n", ""),
        (
            "  infusion_date: {column: infusion}",
            "  infusion_date: {column: infusion}\n  last_contact_date: {table: seen, column: date}",
        ),
        (
            "  crs: {when: {column: event, in: CRS}, column: detail}\n"
            "  progression: {when: {column: event, in: PD}}\n"
            "  death: {when: {column: event, in: death}, column: detail, "
            "values: {inf: infection}}\n",
            "  death: {table: seen, date: died}\n",
        ),
    )
    seen = "id;date;died\n2;30.12.2021;\n1;03.03.2021;\n"
    staged = stage_ward(events=seen, centre=centre)
    wrong = staged.findings[staged.findings["kind"] == "implausible order of dates"]
    assert wrong[["file", "row", "column"]].to_numpy().tolist() == [["events.csv", 3, "date"]]
