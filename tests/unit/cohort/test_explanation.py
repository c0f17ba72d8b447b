"""The explanation of a grade: it tells what the engine did, in sentences a clinician can check."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.cohort.explanation import explain
from hematotox.cohort.grading.courses import courses
from hematotox.cohort.grading.grades import grade
from hematotox.cohort.grading.runs import days_in_runs, find_runs, stretches
from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary

DICTIONARY = Path(__file__).parents[3] / "config" / "dictionary.yaml"
NAMES = ["consensus", "liang_2024", "heatwaver_compatible", "cumulative_days", "cart_sie"]


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    text = DICTIONARY.read_text(encoding="utf-8")
    return parse(text, source=DICTIONARY.name, model=Dictionary)


def labs_of(values: dict[int, float], variable: str = "anc") -> pd.DataFrame:
    rows = [("a/1", variable, day, 1, value, value) for day, value in values.items()]
    names = ["patient_id", "variable", "day", "measurement", "value_low", "value_high"]
    return pd.DataFrame(rows, columns=names)


def observed(**days: float) -> pd.DataFrame:
    names = ("end", "death", "progression", "new_therapy", "last_contact")
    row = dict.fromkeys(names, np.nan) | days
    row["end"] = row["death"] if "death" in days else row["end"]
    return pd.DataFrame([row], index=["a/1"])


def told(convention, dictionary, values, variable="anc", **days):
    labs = labs_of(values, variable)
    return explain(
        labs, observed(**days), convention=convention, dictionary=dictionary, variable=variable
    )


# ANC 10^9/L by day, events, convention, window and sentences that must stand in the explanation
CASES = [
    (
        {5: 0.4, 6: 0.4, 7: 2.0, 8: 0.4, 9: 2.0, 10: 2.0, 20: 2.0}, {}, "consensus", "early",
        [
            "Grade 2 (days 0 to 30 after the infusion, Absolute neutrophil count in 10*9/L).",
            "No value on days 0 to 4: the value of day 5 is taken.",
            "At or below 0.5: days 0 to 8 (9 days); interruptions of at most 2 days are part of a "
            "run: day 7.",
        ],
    ),
    (
        dict.fromkeys(range(2, 17), 0.3), {"death": 16}, "consensus", "early",
        [
            "Observed to day 16 (death).",
            "Grade 4: at or below 0.5 from day 3 or earlier to the last observed day, never "
            "recovered.",
        ],
    ),
    (
        {day: 0.05 if 3 < day < 19 else 2.0 for day in range(31)}, {}, "liang_2024", "early",
        [
            "Values are rounded to multiples of 0.01.",
            "Grade 4: at least 14 days at or below 0.1.",
            "All days were measured.",
        ],
    ),
    (
        {40: 0.4, 47: 2.0}, {}, "consensus", "late",
        [
            "The two lowest values are 0.4 on day 40 and 2 on day 47; the second is not at or "
            "below 1.5: no grade from a single low value.",
            "Grade 0: no level is reached; grade 1 needs at or below 1.5.",
        ],
    ),
    (
        {40: 0.4}, {}, "liang_2024", "late",
        [
            "The only value is 0.4 on day 40: it grades alone.",
            "Grade 3: the lowest is at or below 0.5; grade 4 needs at or below 0.1.",
        ],
    ),
    (
        {40: 0.4, 47: 0.9, 54: 3.0}, {"progression": 50}, "cart_sie", "late",
        [
            "The lowest pair of consecutive measured days is day 40 (0.4) and day 47 (0.9); its "
            "higher value counts.",
            "Grade 2: it is at or below 1; grade 3 needs at or below 0.5.",
        ],
    ),
    (
        {40: 0.4, 47: 0.9, 54: 3.0}, {"progression": 50}, "liang_2024", "late",
        ["Observed to day 50 (progression)."],
    ),
    ({5: 0.4}, {}, "cart_sie", "late", ["Not assessable: no value on days 31-100."]),
    (
        {4: 0.3, 14: 0.4}, {"end": 20}, "consensus", "early",
        [
            "No value on days 5 to 13: not filled (only gaps of up to 7 days are); open, they may "
            "have been at a level.",
            "No value on days 15 to 20: the value of day 14 is taken.",
            "No value on days 21 to 30: not filled (after the last observed day); open, they may "
            "have been at a level.",
            "At or below 0.5: days 0 to 4 (5 days) and days 14 to 20 (7 days).",
            "Not assessable: sampling gap.",
            "The open days leave open whether it is grade 2, 3 or 4.",
        ],
    ),
    (
        dict.fromkeys(range(10), 2.0) | dict.fromkeys(range(24, 31), 2.0), {}, "cart_sie", "early",
        ["No value on days 10 to 23: not filled (only gaps of up to 7 days are); counted as not at "
         "a level."],
    ),
    (
        {0: 2.0, 7: 0.3}, {"end": 30, "last_contact": 14}, "heatwaver_compatible", "early",
        [
            "Observed to day 14 (last contact as it was stated).",
            "The last contact was given as day 14; later records do not count in this convention.",
            "No value on days 8 to 14: the value of day 7 is taken.",
        ],
    ),
    (
        {7: 0.3}, {"end": 20}, "heatwaver_compatible", "early",
        ["Not assessable: a single measured day near one end only: the program stops."],
    ),
    (
        {40: 0.4505, 47: 1.4}, {}, "heatwaver_compatible", "late",
        ["Grade 0: the lowest is no multiple of 0.001, and the program lists only these."],
    ),
    (
        dict.fromkeys(range(2, 17), 0.3), {"death": 16}, "cart_sie", "early",
        ["The patient died before recovery."],
    ),
    (
        dict.fromkeys(range(0, 31, 10), 0.3), {}, "liang_manual", "early",
        ["No value on days 1 to 9: filled by the higher value of day 0 and day 10."],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("values", "events", "name", "window", "sentences"), CASES)
def test_sentences(values, events, name, window, sentences, conventions, dictionary):
    found = told(conventions[name], dictionary, values, **events)[window]
    for sentence in sentences:
        assert sentence in found


def test_every_run_and_gap_of_other_variables_is_told(conventions, dictionary):
    values = {0: 150.0, 5: 45.0, 10: 15.0, 14: 12.0, 18: 60.0, 24: 150.0}
    found = told(conventions["t_icaht_table"], dictionary, values, "platelets")["early"]
    assert "Below 50: days 5 to 17 (13 days)." in found
    assert "Below 20: days 10 to 14 (5 days)." in found
    assert found[0].startswith("Grade 3 (days 0 to 30 after the infusion, Platelet count")


def test_days_with_several_values_keep_their_neighbours_days(conventions, dictionary):
    rows = [("a/1", "platelets", day, 1, 60.0, 60.0) for day in (0, 1, 2, 5, 6)]
    rows += [("a/1", "platelets", 3, number, 40.0, 40.0) for number in (1, 2)]
    rows += [("a/1", "platelets", 4, 1, 40.0, 40.0)]
    names = ["patient_id", "variable", "day", "measurement", "value_low", "value_high"]
    found = explain(
        pd.DataFrame(rows, columns=names),
        observed(),
        convention=conventions["t_icaht_code"],
        dictionary=dictionary,
        variable="platelets",
    )
    assert "At or below 50: day 4 (1 day)." in found["early"]


def test_leukocytes_that_tell_of_a_day_are_said(conventions, dictionary):
    anc = {0: 2.0, 4: 2.0, 5: 0.4, 15: 0.4, 16: 2.0, 23: 2.0, 30: 2.0}
    labs = pd.concat([labs_of(anc), labs_of(dict.fromkeys(range(6, 15), 0.09), "leukocytes")])
    convention = conventions["consensus"]
    found = explain(labs, observed(), convention=convention, dictionary=dictionary, variable="anc")[
        "early"
    ]
    assert found[0].startswith("Grade 3 (")
    assert "No value on days 6 to 14: at most the leukocytes, or a line to them." in found


def test_a_course_is_told_by_its_rule(conventions, dictionary):
    values = dict.fromkeys(range(20), 0.3) | {30: 2.0}
    (found,) = told(conventions["phenotype"], dictionary, values).values()
    assert found[-1] == "Course aplastic: below 0.5 for at least 14 days without interruption."


@pytest.mark.parametrize("name", NAMES)
def test_the_explanation_says_what_the_engine_says(name, conventions, dictionary):
    convention = conventions[name]

    @settings(max_examples=25, deadline=None)
    @given(
        values=st.dictionaries(
            st.integers(0, 100), st.sampled_from([0.05, 0.1, 0.3, 0.5, 0.9, 1.5, 3.0]), max_size=60
        ),
        end=st.integers(0, 200),
    )
    def check(values, end):
        days = observed(end=float(max([end, *values])))
        labs = labs_of(values)
        graded = grade(labs, days, conventions={name: convention})
        graded = graded.set_index("window")
        found = explain(labs, days, convention=convention, dictionary=dictionary, variable="anc")
        for window, sentences in found.items():
            row = graded.loc[window]
            head = "Not assessable" if row["reason"] else f"Grade {row['grade']}"
            assert sentences[0].startswith(f"{head} (")
            if not row["reason"] and window == "early":
                line = next(s for s in sentences if s.startswith("At or below 0.5"))
                lengths = [int(n) for n in re.findall(r"\((\d+) days?\)", line)]
                assert max(lengths, default=0) == row["longest_days_500"]
                assert sum(lengths) == row["cumulative_days_500"]

    check()


flags = st.lists(st.booleans(), min_size=1, max_size=40)


@settings(max_examples=300, deadline=None)
@given(low=flags, end=st.integers(-1, 45), gap=st.integers(0, 6), at_end=st.booleans())
def test_marked_days_are_the_runs(low, end, gap, at_end):
    grid, last = np.array(low)[:, None], np.array([min(end, len(low) - 1)])
    marked = days_in_runs(grid, last, join_gap_days=gap, join_at_end=at_end)[:, 0]
    runs = find_runs(grid, last, join_gap_days=gap, join_at_end=at_end)
    lengths = [stop - start + 1 for start, stop in stretches(marked)]
    assert max(lengths, default=0) == runs.longest[0]
    assert sum(lengths) == runs.cumulative[0]
    assert (stretches(marked)[-1][1] if lengths else -1) == runs.last_end[0]


# ---- the daily course --------------------------------------------------------------------------


def test_the_course_has_every_observed_day_with_what_was_filled_in(conventions):
    values = {0: 2.0, 2: 0.4, 3: 0.05, 4: 0.4, 20: 3.0, 40: 0.9}
    labs, days = labs_of(values), observed(end=50.0)
    convention = conventions["consensus"]
    graded = grade(labs, days, conventions={"consensus": convention})
    table = courses(labs, graded, convention=convention, variable="anc")
    early = table[table["window"] == "early"].set_index("day")
    assert early.index.tolist() == list(range(31))
    assert early.loc[[0, 1, 2], "value"].tolist() == [2.0, 1.2, 0.4]
    assert early.loc[[0, 1, 2], "measured"].tolist() == [True, False, True]
    assert early["value"].isna().sum() == 25  # a gap of 15 days, and 10 days after the last value
    assert early.loc[[1, 2, 3, 4, 5], "spell"].tolist() == ["", "500", "100", "500", ""]
    late = table[table["window"] == "late"]
    assert late["day"].tolist() == list(range(31, 51))
    assert late.loc[late["measured"], "day"].tolist() == [40]


@pytest.mark.parametrize("name", NAMES)
def test_the_days_of_spells_are_the_days_of_the_grade(name, conventions):
    rng = np.random.default_rng(5)
    rows = [
        (f"a/{patient:02d}", "anc", int(day), 1, value, value)
        for patient in range(60)
        for day, value in zip(
            rng.choice(101, 40, replace=False), rng.choice([0.05, 0.3, 0.9, 3.0], 40), strict=True
        )
    ]
    names = ["patient_id", "variable", "day", "measurement", "value_low", "value_high"]
    labs = pd.DataFrame(rows, columns=names)
    patients = pd.Index(sorted(labs["patient_id"].unique()))
    days = pd.DataFrame(np.nan, index=patients, columns=list(observed()))
    days["end"] = rng.integers(0, 150, len(patients)).astype(float)
    graded = grade(labs, days, conventions={name: conventions[name]})
    table = courses(labs, graded, convention=conventions[name], variable="anc")
    early = table[table["window"] == "early"]
    counted = early[early["spell"] != ""].groupby("patient_id").size()
    rows = graded[(graded["window"] == "early") & graded["assessable"]].set_index("patient_id")
    expected = rows["cumulative_days_500"].astype(int)
    assert counted.reindex(expected.index, fill_value=0).tolist() == expected.tolist()
