"""`hematotox grade`: tables as centres have them, and what is wrong with them."""

from __future__ import annotations

import pandas as pd
import pytest

LONG = """patient,day,anc
a,0,2.1
a,3,0.4
a,4,0.4
a,5,1.6
a,13,1.8
a,21,2
a,29,2.2
b,0,3
b,8,3
b,16,3
b,24,3
b,40,0.9
b,47,0.8
"""


def grades(said) -> dict[tuple[str, str], str]:
    return {(row["patient_id"], row["window"]): row["grade"] for row in said.rows}


EXPECTED = {("a", "early"): "1", ("a", "late"): "", ("b", "early"): "0", ("b", "late"): "2"}


def per_microlitre(text: str) -> str:
    rows = [line.split(",") for line in text.splitlines()[1:]]
    return "patient,day,anc\n" + "\n".join(f"{p},{d},{float(v) * 1000:g}" for p, d, v in rows)


def dated(text: str, pattern: str) -> str:
    infusion = pd.Timestamp("2024-02-27")
    lines = ["patient,infusion_date,date,anc"]
    for patient, day, value in (line.split(",") for line in text.splitlines()[1:]):
        date = infusion + pd.Timedelta(days=int(day))
        lines.append(f"{patient},{infusion:{pattern}},{date:{pattern}},{value}")
    return "\n".join(lines)


WIDE = (
    "patient,d0,d3,d4,d5,d8,d13,d16,d21,d24,d29,d40,d47\n"
    "a,2.1,0.4,0.4,1.6,,1.8,,2,,2.2,,\nb,3,,,,3,,3,,3,,0.9,0.8\n"
)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (LONG, "10*9/L"),
        (LONG, "G/l"),
        (per_microlitre(LONG), "/uL"),
        (LONG.replace(",", ";").replace(".", ","), "10*9/L"),
        (LONG.replace(",", "\t"), "10*9/L"),
        (dated(LONG, "%Y-%m-%d"), "10*9/L"),
        (dated(LONG, "%d.%m.%Y"), "10*9/L"),
        (dated(LONG, "%d/%m/%Y"), "10*9/L"),
        (dated(LONG, "%Y-%m-%d %H:%M"), "10*9/L"),
        (WIDE, "10*9/L"),
        (WIDE.replace("d", "day "), "10*9/L"),
        (LONG.replace("patient", "Subject ID").replace("anc", "Result"), "10*9/L"),
    ],
    ids=range(12),
)
def test_one_table_in_many_forms_has_one_set_of_grades(text, unit, file, hematotox):
    said = hematotox("grade", file(text), "--unit", unit)
    assert said.code == 0
    assert grades(said) == EXPECTED


def test_an_excel_file_with_real_dates(tmp_path, hematotox):
    path = tmp_path / "anc.xlsx"
    table = pd.read_csv(pd.io.common.StringIO(dated(LONG, "%Y-%m-%d")))
    table = table.assign(
        infusion_date=pd.to_datetime(table["infusion_date"]), date=pd.to_datetime(table["date"])
    )
    table.to_excel(path, index=False)
    assert grades(hematotox("grade", path, "--unit", "10*9/L")) == EXPECTED


def test_a_column_of_units_comes_before_the_unit_said(file, hematotox):
    text = LONG.replace("anc\n", "anc,unit\n").replace("a,3,0.4", "a,3,400,/uL")
    text = "\n".join(line if line.count(",") == 3 else f"{line}," for line in text.splitlines())
    assert grades(hematotox("grade", file(text), "--unit", "10*9/L")) == EXPECTED


def test_columns_of_other_names_are_named(file, hematotox):
    text = LONG.replace("patient,day,anc", "Pat,Tag,Neutros")
    refused = hematotox("grade", file(text), "--unit", "10*9/L")
    assert refused.code == 1
    named = ("--patient", "Pat", "--day", "Tag", "--value", "Neutros")
    assert grades(hematotox("grade", file(text), "--unit", "10*9/L", *named)) == EXPECTED


# death on day 16 of a neutropenia from day 2 on: never recovered, grade 4; lost, or followed on
# without a value: grade 3 or 4
@pytest.mark.parametrize(
    ("heading", "cell", "grade"),
    [("death", "16", "4"), ("death_day", "16", "4"), ("last_contact", "16", ""),
     ("progression", "16", ""), ("note", "16", "")],
)  # fmt: skip
def test_follow_up_beside_the_values(heading, cell, grade, file, hematotox):
    rows = "\n".join(f"a,{day},0.3,{cell}" for day in range(2, 17))
    said = hematotox("grade", file(f"patient,day,anc,{heading}\n{rows}\n"), "--unit", "10*9/L")
    assert grades(said)["a", "early"] == grade
    assert ("Neither death nor last contact" in said.err) == (heading in ("note", "progression"))


def test_follow_up_as_dates(file, hematotox):
    rows = "\n".join(f"a,2024-02-01,2024-02-{day + 1:02d},0.3,2024-02-17" for day in range(2, 17))
    text = f"patient,infusion_date,date,anc,date_of_death\n{rows}\n"
    said = hematotox("grade", file(text), "--unit", "10*9/L")
    assert grades(said) == {("a", "early"): "4", ("a", "late"): ""}
    assert said.rows[1]["reason"] == "died before day 31"


def test_the_output_has_durations_bounds_and_reasons(file, hematotox, tmp_path):
    said = hematotox("grade", file(LONG), "--unit", "10*9/L")
    early, late = said.rows[:2]
    wanted = {"grade": "1", "grade_low": "1", "grade_high": "4", "days_500": "2", "days_100": "0"}
    wanted |= {"open_low": "1", "open_high": "1"}
    assert {name: early[name] for name in wanted} == wanted
    assert (late["assessable"], late["reason"]) == ("False", "lost before day 31")
    place = tmp_path / "grades.csv"
    told = hematotox("grade", file(LONG), "--unit", "10*9/L", "--output", place)
    assert told.out == f"Wrote {place}: 2 patients.\n"
    assert place.read_text(encoding="utf-8") == said.out


def test_platelets_under_their_own_convention(file, hematotox):
    text = "patient,day,platelets\na,0,150\na,3,19\na,4,18\na,5,60\na,9,180\na,17,150\na,25,150\n"
    said = hematotox("grade", file(text), "--unit", "G/L", "--convention", "t_icaht_table")
    assert grades(said)["a", "early"] == "3"
    assert said.rows[0]["days_platelets_20"] == "2"


def test_leukocytes_beside_the_neutrophils(file, hematotox):
    """The hole of days 6 to 14 is the neutropenia: leukocytes of 90 per microlitre fill it."""
    rows = ["0,2,", "4,2,3.1", "5,0.4,0.6", *(f"{day},,0.09" for day in range(6, 15)), "15,0.4,"]
    rows += [f"{day},2,1.5" for day in (16, 23, 30)]
    text = "patient,day,anc,WBC (G/L)\n" + "\n".join(f"a,{row}" for row in rows) + "\n"
    said = hematotox("grade", file(text), "--unit", "10*9/L")
    assert (said.rows[0]["grade"], said.rows[0]["by_leukocytes"]) == ("3", "True")
    assert "A neutrophil count above the leukocytes of the same day: 1 patient" in said.err
    assert "not read" not in said.err
    without = hematotox("grade", file(text), "--unit", "10*9/L", "--convention", "cart_sie")
    assert without.rows[0]["grade"] == "1"
    assert "1 other column is not read" in without.err
    unlike = text.replace("WBC (G/L)", "Leukos [/nL] of the day")
    named = hematotox("grade", file(unlike), "--unit", "G/L", "--leukocytes",
                      "Leukos [/nL] of the day")  # fmt: skip
    assert named.rows[0]["grade"] == "3"


def test_neutrophils_are_what_a_convention_of_several_counts_grades(file, hematotox):
    said = hematotox("grade", file(LONG), "--unit", "10*9/L", "--convention", "cart_sie")
    assert {row["window"] for row in said.rows} == {"early", "late"}
    text = "patient,day,Hb\na,40,7.9\na,47,7.8\n"
    named = ("--convention", "cart_sie", "--variable", "hemoglobin")
    said = hematotox("grade", file(text), "--unit", "g/dL", *named)
    assert grades(said) == {("a", "late_anemia"): "1"}


# ---- bad input: never a silent grade, never a patient in a message -----------------------------

SECRET = "Zaphod-4711"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (f"{SECRET},4,-0.35\n", "anc: an implausible value: 1 patient; row 3"),
        (f"{SECRET},4,sixty\n", "text where a number belongs: 1 patient; row 3"),
        (f"{SECRET},4,350\n", "--unit-jump"),
        (f"{SECRET},4,0.35\n{SECRET},4,0.9\n", "Several values on one day: 1 patient; rows 3, 4"),
        (f"{SECRET},-3,0.35\n", "A value before the infusion: 1 patient; row 3"),
        (f"{SECRET},,0.35\n", "A value without a day: 1 patient; row 3"),
        (f"{SECRET},4.5,0.35\n", "is no whole day: 1 patient; row 3"),
        ("Trillian,4,\n", "No value at all: 1 patient"),
        (",4,0.35\n", "No patient's number: row 3"),
    ],
)
def test_findings_have_counts_and_rows_and_no_patient(bad, told, file, hematotox):
    good = "".join(f"p{n},{n % 30},1.{n}\n" for n in range(120))
    text = f"patient,day,anc\n{SECRET},0,1.7\n{bad}{good}"
    said = hematotox("grade", file(text), "--unit", "10*9/L")
    assert told in said.err
    assert SECRET not in said.err
    assert "0.35" not in said.err
    assert "sixty" not in said.err
    if said.code == 0:
        known = {row["patient_id"] for row in said.rows}
        assert SECRET in known
        assert ("Trillian" in bad) <= ("Trillian" in known)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("x,,2024-02-03,0.3", "no infusion date"),
        ("x,2024-02-01,2024-02-03,0.3\nx,2024-02-02,2024-02-04,0.3",
         "rows disagree about infusion date"),
    ],
)  # fmt: skip
def test_a_patient_who_cannot_be_graded_stays_in_the_table(rows, reason, file, hematotox):
    text = f"patient,infusion_date,date,anc\n{rows}\ny,2024-02-01,2024-02-03,0.4\n"
    said = hematotox("grade", file(text), "--unit", "10*9/L")
    assert said.code == 0
    lost = [row for row in said.rows if row["patient_id"] == "x"]
    assert [(row["grade"], row["assessable"], row["reason"]) for row in lost] == [
        ("", "False", reason)
    ] * 2
    assert f"{reason.capitalize()}: 1 patient" in said.err


def test_values_in_two_units_stop_until_it_is_decided(file, hematotox):
    text = per_microlitre(LONG).replace("a,4,400", "a,4,0.4")
    stopped = hematotox("grade", file(text), "--unit", "/uL")
    assert stopped.code == 1
    assert "anc: 1 values (patients: 1) look a thousandfold too low" in stopped.err
    assert "say --unit-jump convert, keep or set_aside" in stopped.err
    assert stopped.out == ""
    decided = {
        choice: hematotox("grade", file(text), "--unit", "/uL", "--unit-jump", choice)
        for choice in ("convert", "keep", "set_aside")
    }
    assert grades(decided["convert"]) == EXPECTED
    assert all("1 patient; row 4" in said.err for said in decided.values())


@pytest.mark.parametrize(("text", "unit"), [(LONG, "/uL"), (per_microlitre(LONG), "10*9/L")])
def test_the_wrong_unit_for_the_whole_file_is_not_graded(text, unit, file, hematotox):
    said = hematotox("grade", file(text), "--unit", unit)
    assert said.code == 1
    assert said.out == ""


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (LONG, (), "the unit of anc is missing, and none is assumed; accepted are: 10*9/L"),
        (LONG, ("--unit", "mg/dL"), 'the unit "mg/dL" is not accepted for anc; accepted are'),
        (LONG, ("--unit", "/uL", "--convention", "nobodys"), "there is no such file; known: cart"),
        (LONG, ("--unit", "/uL", "--convention", "cart_sie", "--variable", "crp"), "grades anc"),
        (LONG, ("--unit", "/uL", "--value", "ANK"), 'has no column "ANK" among the 3 headings'),
        (LONG, ("--unit", "/uL", "--panel", "a.png"), "--explain PATIENT"),
        ("", ("--unit", "/uL"), "anc.csv: is empty"),
        ("patient,day,anc\n", ("--unit", "/uL"), "no rows below the headings"),
        ("patient,patient_id,day,anc\na,a,0,1\n", ("--unit", "/uL"), "2 columns could be the"),
        ("patient,day,day,anc\na,0,0,1\n", ("--unit", "/uL"), "a heading stands more than once"),
        ("patient,anc\na,1\n", ("--unit", "/uL"), "no column of the day"),
        ("patient,date,anc\na,2024-01-01,1\n", ("--unit", "/uL"), "dates need the date of inf"),
        ("patient,anc,d0,d1\na,1,1,1\n", ("--unit", "/uL"), "name it with --value"),
        ("patient,d1,day 1\na,1,1\n", ("--unit", "/uL"), "are one day"),
        (LONG.replace("0.4", "0,4"), ("--unit", "/uL", "--delimiter", ","), "rows 3, 4: more or"),
        (
            "patient;day;anc\na;0;2.100\na;1;1.900\n",
            ("--unit", "10*9/L"),
            'is "." the decimal sign, or does it stand between thousands?; say --decimal, and',
        ),
        (
            "patient;day;anc\na;0;2.1\na;1;1,9\n",
            ("--unit", "10*9/L"),
            "numbers have a decimal point and a decimal comma; say --decimal",
        ),
        (
            "patient,infusion_date,date,anc\na,01/02/2024,03/02/2024,1.2\n",
            ("--unit", "10*9/L"),
            "day and month could change places; say how the dates are written, as --date-format",
        ),
    ],
)
def test_what_is_unclear_is_asked_for(text, options, told, file, hematotox):
    said = hematotox("grade", file(text), *options)
    assert (said.code, said.out) == (1, "")
    assert told in said.err


def test_a_table_without_headings_shows_no_patient(file, hematotox):
    said = hematotox("grade", file(f"{SECRET},3,0.4\nb,4,0.5\n"), "--unit", "10*9/L")
    assert said.code == 1
    assert SECRET not in said.err


def test_another_encoding_is_asked_for(file, hematotox):
    text = LONG.replace("\na,", "\nJürg,")
    path = file(text, encoding="cp1252")
    assert "--encoding cp1252" in hematotox("grade", path, "--unit", "10*9/L").err
    said = hematotox("grade", path, "--unit", "10*9/L", "--encoding", "cp1252")
    assert {row["patient_id"] for row in said.rows} == {"Jürg", "b"}


def test_too_many_bad_cells_stop(file, hematotox):
    rows = "".join(f"p{n},3,n.d.\n" for n in range(6)) + "".join(f"q{n},3,1\n" for n in range(60))
    said = hematotox("grade", file(f"patient,day,anc\n{rows}"), "--unit", "10*9/L")
    assert said.code == 1
    assert "6 of 66 cells are unreadable or implausible (more than 5%" in said.err
    assert "if they say that nothing is known, name it with --missing" in said.err
    fine = hematotox(
        "grade", file(f"patient,day,anc\n{rows}"), "--unit", "10*9/L", "--missing", "n.d."
    )
    assert fine.code == 0
    assert "No value at all: 6 patients" in fine.err


def test_a_file_that_is_no_table(file, hematotox):
    assert (
        "only tables can be read: .csv, .txt, .tsv, .xlsx"
        in hematotox("grade", file("x", "anc.pdf"), "--unit", "/uL").err
    )
    assert "cannot be opened" in hematotox("grade", file("x", "anc.xlsx"), "--unit", "/uL").err
    assert "there is no such file" in hematotox("grade", "nowhere.csv", "--unit", "/uL").err


# ---- the explanation -----------------------------------------------------------------------------


def test_the_explanation_tells_values_runs_rule_and_bounds(file, hematotox):
    said = hematotox("grade", file(LONG), "--unit", "10*9/L", "--explain", "a")
    assert said.code == 0
    for sentence in (
        "Patient a, convention consensus (EHA/EBMT consensus)",
        "  Grade 1 (days 0 to 30 after the infusion, Absolute neutrophil count in 10*9/L).",
        "  Measured on 7 of 30 observed days (the lowest of a day): day 0: 2.1; days 3 to 4: 0.4;"
        " day 5: 1.6; day 13: 1.8; day 21: 2; day 29: 2.2.",
        "  No value on days 1 to 2: filled on a line between day 0 and day 3.",
        "  At or below 0.5: days 3 to 4 (2 days).",
        "  Grade 2 needs at least 7 days at or below 0.5.",
        "  The unmeasured days leave open whether it is grade 1, 2, 3 or 4.",
        "  Not assessable: lost before day 31.",
    ):
        assert sentence in said.out.splitlines()


def test_only_the_asked_for_explanation_shows_a_patient(file, hematotox):
    text = LONG.replace("\nb,", f"\n{SECRET},")
    said = hematotox("grade", file(text), "--unit", "10*9/L", "--explain", "a")
    assert SECRET not in said.out + said.err
    unknown = hematotox("grade", file(LONG), "--unit", "10*9/L", "--explain", SECRET)
    assert (unknown.code, unknown.out) == (1, "")
    assert SECRET not in unknown.err


def test_a_panel_is_drawn_for_the_explained_patient(file, hematotox, tmp_path):
    place = tmp_path / "panel.svg"
    hematotox("grade", file(LONG), "--unit", "10*9/L", "--explain", "a", "--panel", place)
    assert place.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("convention", "sentences"),
    [
        (
            "consensus",
            [
                "  Observed to day 25 (last record).",
                "  The last contact was given as day 16; later records show that observation "
                "went on.",
            ],
        ),
        (
            "heatwaver_compatible",
            [
                "  Observed to day 16 (last contact as it was stated).",
                "  The last contact was given as day 16; later records do not count in this "
                "convention.",
            ],
        ),
    ],
)
def test_the_explanation_names_the_last_contact_that_was_given(
    file, hematotox, convention, sentences
):
    table = file("patient,day,anc,last_contact\na,3,0.3,16\na,9,2.0,16\na,25,2.0,16\n")
    asked = ("grade", table, "--unit", "10*9/L", "--convention", convention, "--explain", "a")
    said = hematotox(*asked)
    assert [one for one in sentences if one not in said.out.splitlines()] == []
    noted = "A value or event after the stated last contact: 1 patient; observation lasts"
    assert noted in said.err
