"""Tables of a German, Italian and French hospital, and follow-up that has to be said."""

from __future__ import annotations

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
    table = file(f"patient,day,anc,exitus,note\n{lines}\n")
    unread = hematotox("grade", table, "--unit", "10*9/L")
    assert unread.rows[0]["grade"] == "3"
    assert (
        "2 other columns are not read; a day or date of death, last contact, progression or new "
        "therapy is named with --death, --last-contact, --progression, --new-therapy." in unread.err
    )
    named = hematotox("grade", table, "--unit", "10*9/L", "--death", "Exitus")
    assert named.rows[0]["grade"] == "4"
    assert "1 other column is not read; a day or date of last contact," in named.err


def test_patients_without_follow_up_are_counted(file, hematotox):
    table = file("patient,day,anc,death\na,0,2,\na,5,0.4,\nb,0,2,9\n")
    said = hematotox("grade", table, "--unit", "10*9/L")
    assert "Neither death nor last contact is known: 1 patient; taken to have been" in said.err


def test_lymphodepletion_of_another_name(file, hematotox):
    table = file("patient,day,plt (G/L),crp (mg/dL),start\na,-9,80,9,-6\na,-5,80,1,-6\n")
    said = hematotox("score", table, "--simple-ht", "--lymphodepletion", "start")
    assert [row["group"] for row in said.rows] == ["high"]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("\n \n", (), "the file is empty"),
        ("patient,day,anc\na,0,1\n", ("--header-row", "0"), "rows are counted from 1"),
        ("patient,day,anc\na,0,1\n", ("--header-row", "9"), "has no row 9; say --header-row"),
        ("patient,death,deces,day,anc\na,1,1,0,1\n", (), "2 columns say death; say which with"),
    ],
)
def test_what_is_no_table_is_told(text, options, told, file, hematotox):
    said = hematotox("grade", file(text), "--unit", "10*9/L", *options)
    assert (said.code, said.out) == (1, "")
    assert told in said.err


def test_utf_16_is_asked_for(file, hematotox):
    path = file("patient,day,anc\na,0,1\n", encoding="utf-16")
    assert "is UTF-16; say --encoding utf-16" in hematotox("grade", path, "--unit", "G/L").err
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
        "grade": ("cart_sie, consensus, cumulative_days", "columns of the table", "--death"),
        "score": ("--simple-ht", "item=value:unit", "how the file is written"),
    }[command]:
        assert words in text
