"""The sentences of a grade that rests on single values: two lowest, consecutive pairs, courses."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hematotox.cohort.grading.case import Case
from hematotox.cohort.grading.icaht import graded_value, highest_level, level_grade
from hematotox.cohort.words import at_level_words, number
from hematotox.declarations.conventions import (
    ConsecutivePair,
    Phenotype,
    TwoLowest,
)


def two_lowest_sentences(window: TwoLowest, case: Case) -> list[str]:
    """Tell which values are the two lowest and what they give; at least one value."""
    column = case.grid[:, 0]
    order = [row for row in np.argsort(column, kind="stable") if not np.isnan(column[row])]
    told = [f"{number(column[row])} on {case.days(row, row)}" for row in order[:2]]
    needed = at_level_words(window.grades["1"])
    if len(order) == 1:
        start = f"The only value is {told[0]}: it grades alone."
    elif np.isfinite(graded_value(window, case.grid)[0]):
        start = f"The two lowest values are {told[0]} and {told[1]}; both are {needed}."
    else:
        start = (
            f"The two lowest values are {told[0]} and {told[1]}; the second is not {needed}: "
            "no grade from a single low value."
        )
    return [start, _level_sentence(window, graded_value(window, case.grid)[0], "The lowest")]


def pair_sentences(window: ConsecutivePair, case: Case) -> list[str]:
    """Tell which pair of consecutive measured days is the lowest; at least one pair."""
    column = case.grid[:, 0]
    if (~np.isnan(column)).sum() == 1:
        row = int(np.flatnonzero(~np.isnan(column))[0])
        alone = (
            f"The only value is {number(column[row])} on {case.days(row, row)}: it grades alone."
        )
        return [alone, _level_sentence(window, column[row], "It")]
    longest = window.longest_distance_days or column.size
    rows = np.flatnonzero(~np.isnan(column)).tolist()
    pairs = [(a, b) for a, b in pairwise(rows) if b - a <= longest]
    left, right = min(pairs, key=lambda pair: max(column[pair[0]], column[pair[1]]))
    return [
        f"The lowest pair of consecutive measured days is {case.days(left, left)} "
        f"({number(column[left])}) and {case.days(right, right)} ({number(column[right])}); its "
        "higher value counts.",
        _level_sentence(window, graded_value(window, case.grid)[0], "It"),
    ]


def phenotype_sentences(window: Phenotype, course: str) -> list[str]:
    """Tell what the course of recovery means."""
    dip, deep = at_level_words(window.dip), at_level_words(window.aplastic)
    above = number(window.recovered_above)
    rules = {
        "aplastic": f"{deep} for at least {window.aplastic_days} days without interruption",
        "intermittent": f"{dip}, then above {above}, then again {dip} after day "
        f"{window.dip_after_day}",
        "quick": f"never {dip}, or above {above} afterwards without a second dip after day "
        f"{window.dip_after_day}",
    }
    return [f"Course {course}: {rules[course]}."]


def _level_sentence(window: TwoLowest | ConsecutivePair, value: float, what: str) -> str:
    """Return which level a value reaches and which it does not."""
    grades, alone = window.grades, np.array([value])
    grade = int(level_grade(window, alone)[0])
    if grade != highest_level(grades, alone)[0] and isinstance(window, TwoLowest):
        steps = number(window.classes_of or 0.0)
        return f"Grade 0: the lowest is no multiple of {steps}, and the program lists only these."
    above = sorted(name for name in grades if int(name) > grade)
    needs = f"; grade {above[0]} needs {at_level_words(grades[above[0]])}" if above else ""
    if not grade:
        return f"Grade 0: no level is reached{needs}."
    reached = {int(name): level for name, level in grades.items()}[grade]
    return f"Grade {grade}: {what.lower()} is {at_level_words(reached)}{needs}."
