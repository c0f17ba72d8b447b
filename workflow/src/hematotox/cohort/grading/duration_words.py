"""The sentences of a grade that counts days: gaps, runs, the rule that was met."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.grading.daily_values import Grid
from hematotox.cohort.grading.icaht import at_level, counted_values
from hematotox.cohort.grading.runs import days_in_runs, stretches
from hematotox.cohort.words import at_level_words, count, days, listed, number
from hematotox.declarations.conventions import Durations, GradeName


def duration_sentences(window: Durations, grid: Grid, *, end: int, graded: pd.Series) -> list[str]:
    """Tell how the days at each level were counted and which rule gave the grade.

    Parameters
    ----------
    window : the rule
    grid : daily values of one patient, one column, NaN where nothing was measured
    end : row of her last observed day
    graded : her row of the table of grades
    """
    ends = np.array([end])
    counted = counted_values(window, grid, end=ends)
    sentences = _gap_sentences(window, grid[: end + 1, 0], counted[: end + 1, 0])
    if window.round_to is not None:
        sentences.append(f"Values are rounded to multiples of {number(window.round_to)}.")
    for name in window.levels:
        sentences += _run_sentences(window, counted, end=end, level=name)
    return sentences + _grade_sentences(window, graded)


def _gap_sentences(window: Durations, measured: np.ndarray, counted: np.ndarray) -> list[str]:
    """Say of every stretch without values whether and how it was filled."""
    first = window.days[0]
    sentences = []
    for start, stop in stretches(np.isnan(measured)):
        gap = f"No value on {days(start + first, stop + first)}"
        edge = start == 0 or stop == measured.size - 1
        longest = window.carry_days if edge else window.interpolation_gap_days
        if not np.isnan(counted[start]):
            sentences.append(f"{gap}: {_filling(window, start, stop, size=measured.size)}.")
        else:
            limit = f"only gaps of up to {count(longest)} are" if longest else "such gaps are not"
            sentences.append(f"{gap}: not filled ({limit}); counted as not at a level.")
    return sentences


def _filling(window: Durations, start: int, stop: int, *, size: int) -> str:
    first = window.days[0]
    if start == 0:
        return f"the value of day {stop + 1 + first} is taken"
    if stop == size - 1:
        return f"the value of day {start - 1 + first} is taken"
    between = f"day {start - 1 + first} and day {stop + 1 + first}"
    way = "on a line between" if window.interpolation == "linear" else "by the mean of"
    return f"filled {way} {between}"


def _run_sentences(window: Durations, counted: Grid, *, end: int, level: str) -> list[str]:
    first, rule = window.days[0], window.levels[level]
    low = at_level(rule, counted)
    marked = days_in_runs(
        low, np.array([end]), join_gap_days=window.join_gap_days, join_at_end=window.join_at_end
    )[:, 0]
    words = at_level_words(rule).capitalize()
    runs = stretches(marked)
    if not runs:
        return [f"{words}: no day."]
    texts = [f"{days(a + first, b + first)} ({count(b - a + 1)})" for a, b in runs]
    joined = stretches(marked & ~low[:, 0])
    inside = [days(a + first, b + first) for a, b in joined]
    why = f"interruptions of at most {count(window.join_gap_days)} are part of a run: "
    note = f"; {why}{listed(inside)}" if joined else ""
    return [f"{words}: {listed(texts)}{note}."]


def _grade_sentences(window: Durations, graded: pd.Series) -> list[str]:
    grade = int(graded["grade"])
    counts = {level: int(graded[f"days_{level}"]) for level in window.levels}
    what = "longest run counts" if window.duration == "longest" else "days of all runs are added up"
    totals = [f"{count(n)} {at_level_words(window.levels[name])}" for name, n in counts.items()]
    sentences = [f"The {what}: {listed(totals)}."]
    met = _met(window, grade, counts)
    if met:
        sentences.append(f"Grade {grade}: {listed(met)}.")
    elif grade:
        level = at_level_words(next(iter(window.levels.values())))
        sentences.append(
            f"Grade {grade}: {level} from day {window.never_recovered_from_day} or earlier to the "
            "last observed day, never recovered."
        )
    else:
        sentences.append("Grade 0: no rule of a higher grade is met.")
    higher = [name for name in sorted(window.grades) if int(name) > grade]
    if higher:
        sentences.append(f"Grade {higher[0]} needs {listed(_needs(window, higher[0]), 'or')}.")
    return sentences


def _met(window: Durations, grade: int, counts: dict[str, int]) -> list[str]:
    """Return the rules of a grade that are met."""
    names = [name for name in window.grades if int(name) == grade]
    return [
        words
        for name in names
        for level, words in zip(window.grades[name], _needs(window, name), strict=True)
        if counts[level] >= window.least_days(name, level)
    ]


def _needs(window: Durations, grade: GradeName) -> list[str]:
    """Return what a grade needs, in words."""
    texts = []
    for level, least in window.grades[grade].items():
        words = at_level_words(window.levels[level])
        whole = "every day of the window" if least == "all" else f"at least {count(int(least))}"
        texts.append(f"{whole} {words}")
    return texts
