"""Tables of a German, Italian and French hospital, and follow-up that has to be said."""

from __future__ import annotations

import pandas as pd
import pytest

# neutropenia from day 2 on, death on day 16: never recovered, grade 4
TABLES = {
    "German": ("Patientennummer;Tag;Neutrophile [G/l];Todestag", "{p};{d};0,3;16"),
    "Italian": ("Codice paziente;Giorno;Neutrofili (10^9/L);Decesso", "{p};{d};0,3;16"),
    "French": ("N° patient;Jour;PNN (G/L);Décès", "{p};{d};0,3;16"),
    "German dates": (
        "Patienten-Nr.;Abnahmedatum;Infusionsdatum;Neutrophile (/µl);Todesdatum",
        "{p};{d:02d}.03.2024;01.03.2024;300;17.03.2024",
    ),
    "Italian dates": (
        "Paziente;Data prelievo;Data infusione;Neutrofili (/mmc);Data decesso",
        "{p};{d:02d}/03/2024;01/03/2024;300;17/03/2024",
    ),
    "French dates": (
        "Code patient;Date de prélèvement;Date d'injection;PNN /mm3;Date de décès",
        "{p};{d:02d}/03/2024;01/03/2024;300;17/03/2024",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_headings_of_other_languages(name, file, hematotox):
    heading, row = TABLES[name]
    first = 3 if "dates" in name else 2
    lines = [row.format(p="a", d=day) for day in range(first, first + 15)]
    said = hematotox("grade", file("\n".join([heading, *lines])))
    assert (said.code, said.err) == (0, "")
    assert [(r["grade"], r["reason"]) for r in said.rows] == [("4", ""), ("", "died before day 31")]


def test_a_day_of_death_beside_dates(file, hematotox):
    lines = [f"a,2024-03-{day:02d},2024-03-01,0.3,16" for day in range(3, 18)]
    text = "\n".join(["patient,date,infusion_date,anc,death_day", *lines])
    said = hematotox("grade", file(text), "--unit", "10*9/L")
    assert said.rows[0]["grade"] == "4"


def test_columns_of_follow_up_are_named_and_those_not_read_are_told(file, hematotox):
    lines = "\n".join(f"a,{day},0.3,16,x" for day in range(2, 17))
    table = file(f"patient,day,anc,gone,note\n{lines}\n")
    unread = hematotox("grade", table, "--unit", "10*9/L")
    assert unread.rows[0]["known_low"] == "3"
    assert (
        "2 other columns are not read; a day or date of death, last contact, progression or new "
        "therapy is named with --death, --last-contact, --progression, --new-therapy." in unread.err
    )
    named = hematotox("grade", table, "--unit", "10*9/L", "--death", "Gone")
    assert named.rows[0]["grade"] == "4"
    assert "1 other column is not read; a day or date of last contact," in named.err


def test_patients_without_follow_up_are_counted(file, hematotox):
    table = file("patient,day,anc,death\na,0,2,\na,5,0.4,\nb,0,2,9\n")
    said = hematotox("grade", table, "--unit", "10*9/L")
    assert "Neither death nor last contact is known: 1 patient; observation is taken" in said.err


def test_lymphodepletion_of_another_name(file, hematotox):
    table = file("patient,day,plt (G/L),crp (mg/dL),start\na,-9,80,9,-6\na,-5,80,1,-6\n")
    said = hematotox("score", table, "--simple-ht", "--lymphodepletion", "start")
    assert [row["group"] for row in said.rows] == ["high"]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("\n \n", (), "anc.csv: is empty"),
        ("patient,day,anc\na,0,1\n", ("--header-row", "0"), "rows are counted from 1"),
        (
            "patient,day,anc\na,0,1\n",
            ("--header-row", "9"),
            "row of the headings with --header-row",
        ),
        (
            "patient,death,deces,day,anc\na,1,1,0,1\n",
            (),
            "2 columns could be the death; say which with --death",
        ),
    ],
)
def test_what_is_no_table_is_told(text, options, told, file, hematotox):
    said = hematotox("grade", file(text), "--unit", "10*9/L", *options)
    assert (said.code, said.out) == (1, "")
    assert told in said.err


def test_utf_16_is_asked_for(file, hematotox):
    path = file("patient,day,anc\na,0,1\n", encoding="utf-16")
    assert "is not utf-8; say --encoding utf-16" in hematotox("grade", path, "--unit", "G/L").err
    assert hematotox("grade", path, "--unit", "G/L", "--encoding", "utf-16").code == 0


def test_the_names_of_items_at_the_bedside(hematotox):
    said = hematotox("score", "--ht", "plt=80:G/L", "Hb=8.7:g/dL", "CRP=41:mg/L")
    assert "Points: 3 to 6 (of 0 to 7 possible): 2 items are missing." in said.out
    assert "write each value as item=value:unit" in hematotox("score", "--ht", "4.1=crp:mg/dL").err


@pytest.mark.parametrize("command", ["grade", "score"])
def test_the_help_names_conventions_and_scores(command, hematotox, capsys):
    with pytest.raises(SystemExit) as stopped:
        hematotox(command, "--help")
    assert stopped.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for words in {
        "grade": ("consensus, cumulative_days", "columns of the table", "--death"),
        "score": ("--simple-ht", "item=value:unit", "how the file is written"),
    }[command]:
        assert words in text


# ---- the same words as everywhere: config/synonyms.yaml ------------------------------------------


@pytest.mark.parametrize(
    "heading", ["Neutrofielen (/µl)", "neutrofilos [/uL]", "ANC per µL", "neu_per_ul"]
)
def test_a_blood_count_in_the_words_of_other_hospitals(heading, file, hematotox):
    said = hematotox("grade", file(f"Patientnummer,Dag,{heading}\na,0,2100\na,3,450\n"))
    assert [row["known_low"] for row in said.rows] == ["1", ""]


def test_a_count_in_percent_is_another_variable(file, hematotox):
    table = file("patient,day,ANC %,ANC (/uL)\na,0,70,2100\na,3,30,450\n")
    assert hematotox("grade", table).rows[0]["known_low"] == "1"
    refused = hematotox("grade", file("patient,day,ANC %\na,0,70\n"))
    assert (refused.code, refused.out) == (1, "")
    assert "no column of the value" in refused.err


def test_a_column_that_tells_whether_is_not_read_as_a_day(file, hematotox):
    """Death coded 1 is no death on day 1."""
    rows = "".join(f"{patient},{day},0.3,{dead}\n" for patient, dead in (("a", 1), ("b", 0))
                   for day in range(2, 17))  # fmt: skip
    said = hematotox("grade", file(f"patient,day,anc,death\n{rows}"), "--unit", "G/L")
    assert {row["known_low"] for row in said.rows} == {"3", ""}
    assert "1 other column is not read; that of death tells whether and not when;" in said.err
    assert "Neither death nor last contact is known: 2 patients" in said.err
    dates = rows.replace(",1\n", ",16\n").replace(",0\n", ",\n")
    assert hematotox("grade", file(f"patient,day,anc,death\n{dates}"), "--unit", "G/L").rows[0][
        "grade"
    ] == "4"  # fmt: skip


@pytest.mark.parametrize("names", [("007", "7"), ("12", "12.0")])
@pytest.mark.parametrize("command", ["grade", "score"])
def test_a_number_written_in_two_ways_is_asked_about(command, names, file, hematotox):
    days = (0, 1, 2, 3)
    table = {
        "grade": "patient,day,ANC (G/L)\n"
        + "".join(f"{names[day % 2]},{day},0.4\n" for day in days),
        "score": f"patient,test,value,unit\n{names[0]},PLT,80,G/L\n{names[1]},CRP,41,mg/L\n",
    }[command]
    words = (command, file(table), *(["--simple-ht"] if command == "score" else []))
    refused = hematotox(*words)
    assert (refused.code, refused.out) == (1, "")
    assert "say --leading-zeros drop if they are one, keep if they are two" in refused.err
    together = hematotox(*words, "--leading-zeros", "drop")
    assert {row["patient_id"] for row in together.rows} == {names[1].removesuffix(".0")}
    assert hematotox(*words, "--leading-zeros", "drop", "--explain", names[0]).code == 0
    apart = hematotox(*words, "--leading-zeros", "keep")
    assert {row["patient_id"] for row in apart.rows} == set(names)


@pytest.mark.parametrize("first", ["sep=,\n", '"sep=,"\r\n', ""])
def test_the_line_that_says_the_separator(first, file, hematotox):
    said = hematotox("grade", file(f"{first}patient,day,anc\na,0,.4\na,1,<.1\n"), "--unit", "G/L")
    assert [row["known_low"] for row in said.rows] == ["1", ""]


def test_most_rows_count_where_one_is_unreadable(file, hematotox):
    """The date of infusion stands in each row; a slip in one of them is no other date."""
    dates = ("1 March", "2024-03-01", "2024-03-01")
    rows = "".join(f"a,{date},2024-03-0{day},0.3\n" for day, date in enumerate(dates, start=2))
    said = hematotox("grade", file(f"patient,infusion_date,date,anc\n{rows}"), "--unit", "G/L")
    assert said.rows[0]["known_low"] == "1"
    assert "A date cannot be read: 1 patient; row 2" in said.err


DATED = "patient,infusion_date,date,anc\na,01.03.2024,02.03.2024,0.3\na,01.03.2024,03.03.2024,1\n"


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (DATED, ("--date-format", "%Y-%m-%d"), 'written "%d.%m.%Y", which --date-format says'),
        ("patient;day;anc\na;0;1,5\na;1;0,4\n", ("--decimal", "."), "numbers with --decimal ,"),
        ("patient,day,anc\na,0,1\n", ("--encoding", "klingon"), '--encoding: "klingon" is not'),
        ("patient,day,anc\na,0,1\n,,\n", ("--header-row", "3", "--delimiter", ","),
         "there are no headings; check --header-row and --encoding"),
        ("patient,day,anc,unit\na,0,1,furlong/L\n", (),
         'the unit "furlong/L" is not accepted; accepted: 10*9/L'),
        ("patient,day,anc\na,0,1\n", ("--decimal", ".", "--thousands", "."), "--thousands: must"),
    ],
)  # fmt: skip
def test_what_to_do_is_said_in_options(text, options, told, file, hematotox):
    """Staging advises keys of a centre file; here there is none."""
    unit = () if "unit" in text else ("--unit", "G/L")
    said = hematotox("grade", file(text), *unit, *options)
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert "centre file" not in said.err
    assert "under " not in said.err


def test_a_workbook_of_several_sheets(tmp_path, hematotox):
    path = tmp_path / "anc.xlsx"
    table = pd.DataFrame({"patient": ["a", "a"], "day": [0, 3], "anc": [2.1, 0.4]})
    with pd.ExcelWriter(path) as writer:
        table.to_excel(writer, sheet_name="cover", index=False)
        table.to_excel(writer, sheet_name="counts", index=False)
    refused = hematotox("grade", path, "--unit", "G/L")
    assert "say which sheet with --sheet; its sheets are: cover, counts" in refused.err
    assert hematotox("grade", path, "--unit", "G/L", "--sheet", "counts").code == 0


def test_any_format_of_a_centre_can_be_graded(tmp_path, hematotox):
    path = tmp_path / "anc.parquet"
    pd.DataFrame({"patient": ["a", "a"], "day": [0, 3], "anc": [2.1, 0.4]}).to_parquet(path)
    assert hematotox("grade", path, "--unit", "G/L").rows[0]["known_low"] == "1"
