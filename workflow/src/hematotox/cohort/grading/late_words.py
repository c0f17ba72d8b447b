"""The sentences of a grade that rests on single values: two lowest, consecutive pairs, courses."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from hematotox.cohort.grading.daily_values import Grid
from hematotox.cohort.grading.icaht import graded_value, highest_level
from hematotox.cohort.words import at_level_words, number
from hematotox.declarations.conventions import (
    ConsecutivePair,
    GradeName,
    Level,
    Phenotype,
    TwoLowest,
)


def two_lowest_sentences(window: TwoLowest, grid: Grid) -> list[str]:
    """Tell which values are the two lowest and what they give; one column, at least one value."""
    column, first = grid[:, 0], window.days[0]
    order = [row for row in np.argsort(column, kind="stable") if not np.isnan(column[row])]
    told = [f"{number(column[row])} on day {row + first}" for row in order[:2]]
    needed = at_level_words(window.grades["1"])
    if len(order) == 1:
        start = f"The only value is {told[0]}: it grades alone."
    elif np.isfinite(graded_value(window, grid)[0]):
        start = f"The two lowest values are {told[0]} and {told[1]}; both are {needed}."
    else:
        start = (
            f"The two lowest values are {told[0]} and {told[1]}; the second is not {needed}: "
            "no grade from a single low value."
        )
    return [start, _level_sentence(window.grades, graded_value(window, grid)[0], "The lowest")]


def pair_sentences(window: ConsecutivePair, grid: Grid) -> list[str]:
    """Tell which pair of consecutive measured days is the lowest; at least two values."""
    column, first = grid[:, 0], window.days[0]
    rows = np.flatnonzero(~np.isnan(column))
    left, right = min(pairwise(rows), key=lambda pair: max(column[pair[0]], column[pair[1]]))
    return [
        f"The lowest pair of consecutive measured days is day {left + first} "
        f"({number(column[left])}) and day {right + first} ({number(column[right])}); its higher "
        "value counts.",
        _level_sentence(window.grades, graded_value(window, grid)[0], "It"),
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


def _level_sentence(grades: Mapping[GradeName, Level], value: float, what: str) -> str:
    """Return which level a value reaches and which it does not."""
    grade = int(highest_level(grades, np.array([value]))[0])
    above = sorted(name for name in grades if int(name) > grade)
    needs = f"; grade {above[0]} needs {at_level_words(grades[above[0]])}" if above else ""
    if not grade:
        return f"Grade 0: no level is reached{needs}."
    reached = {int(name): level for name, level in grades.items()}[grade]
    return f"Grade {grade}: {what.lower()} is {at_level_words(reached)}{needs}."
