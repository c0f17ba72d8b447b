"""`hematotox score`: at the bedside and for one table."""

from __future__ import annotations

import pytest

HIGH = {
    "platelets": "80:10*9/L",
    "anc": "0.9:10*9/L",
    "hemoglobin": "8.7:g/dL",
    "crp": "4.1:mg/dL",
    "ferritin": "900:ng/mL",
}


def typed(**changed: str | None) -> list[str]:
    values = HIGH | changed
    return [f"{item}={value}" for item, value in values.items() if value is not None]


def test_the_answer_at_the_bedside(hematotox):
    said = hematotox("score", "--ht", *typed())
    assert said.code == 0
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    for line in (
        "Platelet count 80 10*9/L 75 to 175 1",
        "Absolute neutrophil count 0.9 10*9/L at or below 1.2 1",
        "Haemoglobin 8.7 g/dL at or below 9 1",
        "C-reactive protein 4.1 mg/dL at or above 3 1",
        "Ferritin 900 ng/mL 650 to 2000 1",
        "Points: 5 (of 0 to 7 possible).",
        "Group: high (2-7).",
    ):
        assert line in lines


# item and value as typed | points of the score | group
@pytest.mark.parametrize(
    ("changed", "points", "group"),
    [
        ({}, "5", "high (2-7)"),
        ({"crp": "4.1:mg/L"}, "4", "high (2-7)"),
        ({"crp": "41:mg/L"}, "5", "high (2-7)"),
        ({"crp": "30:mg/L"}, "5", "high (2-7)"),
        ({"crp": "29.9:mg/L"}, "4", "high (2-7)"),
        ({"anc": "900:/uL"}, "5", "high (2-7)"),
        ({"platelets": "80:K/uL"}, "5", "high (2-7)"),
        ({"platelets": "80000:/uL"}, "5", "high (2-7)"),
        ({"hemoglobin": "87:g/L"}, "5", "high (2-7)"),
        ({"hemoglobin": "5.4:mmol/L"}, "5", "high (2-7)"),
        ({"ferritin": "900:ug/L"}, "5", "high (2-7)"),
        ({"ferritin": ">2000:ng/mL"}, "6", "high (2-7)"),
        ({"ferritin": ">1500:ng/mL"}, "5 to 6", "high (2-7), whatever the unknown values are"),
        ({"crp": "<0.6:mg/dL"}, "4", "high (2-7)"),
        ({"ferritin": None}, "4 to 6", "high (2-7), whatever the unknown values are"),
        ({"ferritin": None, "platelets": "200:10*9/L"}, "3 to 5",
         "high (2-7), whatever the unknown values are"),
    ],
)  # fmt: skip
def test_units_censored_and_missing_values(changed, points, group, hematotox):
    said = hematotox("score", "--ht", *typed(**changed))
    assert f"\nPoints: {points} (of 0 to 7 possible)" in said.out
    assert f"\nGroup: {group}.\n" in said.out


def test_a_missing_item_that_matters_leaves_the_group_open(hematotox):
    said = hematotox("score", "--ht", "platelets=200:10*9/L", "anc=3:10*9/L", "hemoglobin=11:g/dL",
                     "crp=1:mg/dL")  # fmt: skip
    assert "Points: 0 to 2 (of 0 to 7 possible): an item is missing." in said.out
    assert "Group: not determined; low (0-1) or high (2-7)." in said.out
    assert "Ferritin                   not given" in said.out


def test_a_cut_off_that_decides_is_told(hematotox):
    said = hematotox("score", "--ht", "platelets=100:10*9/L", "anc=1.2:10*9/L",
                     "hemoglobin=11:g/dL", "crp=1:mg/dL", "ferritin=100:ng/mL")  # fmt: skip
    assert "Group: high (2-7)." in said.out
    assert "if cut-offs belonged to the other band, the group would be low (0-1)" in said.out


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"crp": "4.1"}, "the unit of crp is missing, and none is assumed; accepted are: mg/dL"),
        ({"crp": "4.1:10*9/L"}, 'the unit "10*9/L" is not accepted for crp; accepted are: '),
        ({"crp": "4,1:mg/dL"}, "crp: the value must be a number with a decimal point"),
        ({"crp": "high:mg/dL"}, "crp: the value must be a number"),
        ({"hemoglobin": "87:g/dL"}, "hemoglobin: the value is implausible (plausible are 2 to 25"),
        ({"anc": "0.9:/uL"}, "anc: the value is finer than laboratories report (0.001 10*9/L)"),
        ({"platelets": "80:/uL"}, "platelets: the value is finer than laboratories report"),
        ({"anc": "900:10*9/L"}, "anc: the value is implausible"),
        ({"sodium": "140:mmol/L"}, "sodium: is no item of ht; the items are: platelets, anc"),
    ],
)
def test_a_value_that_may_be_misread_is_refused_and_not_shown(changed, told, hematotox):
    said = hematotox("score", "--ht", *typed(**changed))
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    ((_, value),) = changed.items()
    assert value.partition(":")[0] not in said.err.replace("2 to 25", "").replace("0.001", "")


def test_all_troubles_are_told_together(hematotox):
    said = hematotox("score", "--ht", *typed(crp="4.1", hemoglobin="87:g/dL"), "anc=1:10*9/L")
    assert [line.partition(":")[0] for line in said.err.splitlines()] == [
        "hemoglobin", "crp=value", "anc",
    ]  # fmt: skip


def test_other_scores(hematotox):
    simple = hematotox("score", "--simple-ht", "platelets=170:10*9/L", "crp=3:mg/dL")
    assert "Group: high." in simple.out
    by_name = hematotox("score", "--score", "simple_ht", "platelets=170:10*9/L", "crp=3:mg/dL")
    assert by_name.out == simple.out
    easix = hematotox("score", "--easix", "ldh=240:U/L", "creatinine=0.8:mg/dL",
                      "platelets=96:10*9/L")  # fmt: skip
    assert "Value: 2." in easix.out
    provisional = hematotox("score", "--all-ht", "platelets=170:10*9/L")
    assert "Provisional: unverified are marrow blasts" in provisional.out
    both = hematotox("score", "--ht", "--simple-ht", *typed())
    assert both.out.count("Points: ") == 2


def test_which_score_has_to_be_said(hematotox):
    assert "which score?" in hematotox("score", "crp=3:mg/dL").err
    assert "either" in hematotox("score", "--ht", "crp=3:mg/dL", "labs.csv").err


# ---- one table -----------------------------------------------------------------------------------

WIDE = """patient,Platelets,ANC [10*9/L],Hb (g/dL),CRP,Ferritin
1,80,0.9,8.7,4.1,900
2,200,3,11,<0.6,>2000
3,200,3,11,0.5,
4,60,0.5,8,9,
"""
UNITS = ("--unit", "platelets=G/L", "--unit", "crp=mg/dL", "--unit", "ferritin=ng/mL")


def test_a_wide_table_of_baseline_values(file, hematotox):
    said = hematotox("score", file(WIDE), "--ht", *UNITS)
    assert said.code == 0
    found = [(r["points"], r["points_low"], r["points_high"], r["group_determinable"],
              r["missing"]) for r in said.rows]  # fmt: skip
    assert found == [
        ("5", "5", "5", "high", ""),
        ("2", "2", "2", "high", ""),
        ("", "0", "2", "", "ferritin"),
        ("", "5", "7", "high", "ferritin"),
    ]


LONG = """patient,test,value,unit,day,lymphodepletion_day
1,PLT,180,10*9/L,-20,-6
1,PLT,80,10*9/L,-7,-6
1,CRP,41,mg/L,-6,-6
1,CRP,5,mg/L,-5,-6
2,PLT,80,G/L,-16,
2,CRP,8,mg/dL,-5,
2,Sodium,140,mmol/L,-5,
"""


def test_a_long_table_takes_the_latest_value_of_the_window(file, hematotox):
    said = hematotox("score", file(LONG), "--simple-ht")
    assert [(r["points"], r["group"], r["missing"]) for r in said.rows] == [
        ("2", "high", ""),
        ("", "", "platelets"),
    ]
    assert "No start of lymphodepletion: 1 patient; day -5 after infusion is assumed" in said.err
    assert "A value of something else: 1 patient; row 8" in said.err


@pytest.mark.parametrize("infusion", [True, False])
def test_dates_around_lymphodepletion(infusion, file, hematotox):
    text = (
        "patient,infusion_date,lymphodepletion_date,date,plt,crp\n"
        "1,2024-02-07,2024-02-01,2024-01-20,80,9\n"
        "1,2024-02-07,2024-02-01,2024-01-31,80,1\n"
        "1,2024-02-07,2024-02-01,2024-02-02,80,9\n"
    )
    if not infusion:
        text = text.replace("2024-02-07,", "").replace("infusion_date,", "", 1)
    said = hematotox("score", file(text), "--simple-ht", "--unit", "crp=mg/dL", "--unit",
                     "platelets=10*9/L")  # fmt: skip
    assert [(r["points"], r["group"]) for r in said.rows] == [("1", "low")]


def test_the_explanation_of_one_patient_of_a_table(file, hematotox):
    said = hematotox("score", file(LONG), "--simple-ht", "--explain", "1")
    assert "Group: high." in said.out
    assert "Values of (days after infusion): crp day -6, platelets day -7." in said.out
    nobody = hematotox("score", file(LONG), "--simple-ht", "--explain", "77")
    assert (nobody.code, "77" in nobody.err) == (1, False)


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (WIDE, UNITS[:2], "the unit of crp is missing"),
        (WIDE, (*UNITS, "--unit", "crp=furlong"), 'the unit "furlong" is not accepted for crp'),
        (WIDE, (*UNITS, "--unit", "ldh=U/L"), "--unit ldh: anc.csv has no values of ldh"),
        (WIDE, (*UNITS, "--column", "crp=KRP"), 'has no column "KRP"'),
        (WIDE, (*UNITS, "--column", "ldh=LDH"), "ldh: no such item"),
        (WIDE, ("--unit", "crp"), "--unit: write item="),
        ("patient,x\n1,2\n", UNITS, "neither a column for one of the items"),
        (WIDE + "1,90,1,9,4,800\n", UNITS, "1 patient has several values of an item"),
    ],
)
def test_what_is_unclear_is_asked_for(text, options, told, file, hematotox):
    said = hematotox("score", file(text), "--ht", *options)
    assert (said.code, said.out) == (1, "")
    assert told in said.err


def test_days_and_a_date_of_lymphodepletion_need_the_infusion(file, hematotox):
    text = "patient,lymphodepletion_date,day,crp,plt\n1,2024-02-01,-7,4,80\n"
    units = ("--unit", "crp=mg/dL", "--unit", "platelets=10*9/L")
    assert "need the date of infusion" in hematotox("score", file(text), "--simple-ht", *units).err
    undated = text.replace(",day", "").replace(",-7", "")
    said = hematotox("score", file(undated), "--simple-ht", *units)
    assert [row["group"] for row in said.rows] == ["high"]


def test_an_item_without_a_column_is_told(file, hematotox):
    said = hematotox("score", file("patient,crp\n1,4\n"), "--ht", "--unit", "crp=mg/dL")
    assert "No values of platelets, anc, hemoglobin, ferritin in the table: 1 patient" in said.err
    assert '"platelets, anc, hemoglobin, ferritin"' in said.out


OTHER = """
id: other
name: A score of other items
citation: drawn by hand
timing: {origin: lymphodepletion_start, window_days: [-10, 0]}
items:
  age: {unit: a, bands: {"(-inf, 65)": 0, "[65, inf)": 1}}
  prior_lines: {unit: "1", bands: {"(-inf, 3)": 0, "[3, inf)": 1}}
  ldh: {unit: "1", relative_to: ldh_upper_limit, bands: {"(-inf, 1]": 0, "(1, inf)": 2}}
groups: {low: "[0, 1]", high: "[2, 4]"}
"""


@pytest.fixture
def other_score(tmp_path, monkeypatch):
    folder = tmp_path / "config" / "scores"
    folder.mkdir(parents=True)
    (folder / "other.yaml").write_text(OTHER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_numbers_of_a_patient_and_multiples_of_a_limit_at_the_bedside(other_score, hematotox):
    values = ("age=70:a", "prior_lines=1", "ldh=441:U/L", "ldh_upper_limit=220:U/L")
    assert "Points: 3 (of 0 to 4 possible)." in hematotox("score", "--score", "other", *values).out
    without = hematotox("score", "--score", "other", *values[:3]).out
    assert "Points: 1 to 3 (of 0 to 4 possible): an item is missing." in without


def test_numbers_of_a_patient_and_multiples_of_a_limit_in_a_table(other_score, hematotox, file):
    table = file(
        "patient_id,age,prior_lines,ldh (U/L),ldh_upper_limit (U/L)\n1,70,1,441,220\n2,64,3,200,\n"
    )
    rows = hematotox("score", table, "--score", "other", "--unit", "age=a").rows
    assert [(row["points"], row["group"], row["missing"]) for row in rows] == [
        ("3", "high", ""),
        ("", "", "ldh"),
    ]
