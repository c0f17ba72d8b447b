"""The sentences of a grade that counts days: gaps, runs, the rule that was met."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import pandas as pd

from hematotox.cohort.grading.case import Case
from hematotox.cohort.grading.counting import CountedDays, at_level, count_days
from hematotox.cohort.grading.runs import days_in_runs, stretches
from hematotox.cohort.words import at_level_words, count, listed, number
from hematotox.declarations.conventions import Durations, GradeName

BETWEEN = {
    "linear": "on a line between",
    "midpoint": "by the mean of",
    "higher": "by the higher value of",
}


def duration_sentences(window: Durations, case: Case) -> list[str]:
    """Tell how the days at each level were counted and which rule gave the grade.

    Where open days decide that there is no grade, the days are counted all the same.
    """
    counted = count_days(
        window,
        case.grid,
        end=case.ends.observed,
        possible_end=case.ends.possible,
        leukocytes=case.leukocytes,
    )
    sentences = list(_gap_sentences(window, case, counted))
    if window.round_to is not None:
        sentences.append(f"Values are rounded to multiples of {number(window.round_to)}.")
    for name in window.levels:
        sentences += _run_sentences(window, case, counted, level=name)
    sentences += _measured_sentences(window, case)
    if case.graded["reason"]:
        return sentences
    return sentences + _grade_sentences(window, case.graded)


def _gap_sentences(window: Durations, case: Case, counted: CountedDays) -> Iterator[str]:
    """Say of every stretch without values whether and how it was filled, or is open."""
    value, is_open = counted.value[:, 0], counted.open[:, 0]
    unmeasured = np.isnan(case.grid[: int(case.ends.possible[0]) + 1, 0])
    for start, stop in stretches(unmeasured):

        def kind(row: int) -> tuple[bool, bool, bool]:
            return row > case.end, bool(np.isnan(value[row])), bool(is_open[row])

        edge = start == 0 or stop >= case.end
        for (lost, unfilled, unknown), same in groupby(range(start, stop + 1), key=kind):
            rows = list(same)
            if lost and not unknown:
                continue
            told = _filling(window, case, counted, rows)
            if unfilled:
                told = _not_filled(window, unknown=unknown, lost=lost, edge=edge)
            yield f"No value on {case.days(rows[0], rows[-1])}: {told}."


def _not_filled(window: Durations, *, unknown: bool, lost: bool, edge: bool) -> str:
    longest = window.carry_days if edge else window.interpolation_gap_days
    limit = f"only gaps of up to {count(longest)} are" if longest else "such gaps are not"
    limit = "after the last observed day" if lost else limit
    told = "open, they may have been at a level" if unknown else "counted as not at a level"
    return f"not filled ({limit}); {told}"


def _filling(window: Durations, case: Case, counted: CountedDays, rows: list[int]) -> str:
    """Say where the values of filled days come from."""
    if case.leukocytes is not None and (counted.lowest < counted.value)[rows, 0].any():
        return "at most the leukocytes, or a line to them"
    known = ~np.isnan(case.grid[: case.end + 1, 0])
    before, after = known[: rows[0]].nonzero()[0], known[rows[-1] :].nonzero()[0] + rows[-1]
    narrowed = ""
    if case.leukocytes is not None and not np.isnan(case.leukocytes[rows, 0]).all():
        narrowed = ", at most the leukocytes"
    if before.size and after.size:
        left, right = case.days(before[-1], before[-1]), case.days(after[0], after[0])
        return f"filled {BETWEEN[window.interpolation]} {left} and {right}{narrowed}"
    if not before.size and not after.size:
        return "nothing was measured"
    taken = after[0] if after.size else before[-1]
    return f"the value of {case.days(taken, taken)} is taken{narrowed}"


def _measured_sentences(window: Durations, case: Case) -> list[str]:
    """Say how many measured days are at the levels that are counted so."""
    names = dict.fromkeys(n for rules in window.grades_by_measured_days.values() for n in rules)
    return [
        f"Measured days {at_level_words(window.levels[name])}: "
        f"{int(at_level(window.levels[name], case.grid).sum())}."
        for name in names
    ]


def _run_sentences(window: Durations, case: Case, counted: CountedDays, *, level: str) -> list[str]:
    rule = window.levels[level]
    low = at_level(rule, counted.value)
    marked = days_in_runs(
        low,
        case.ends.observed,
        join_gap_days=window.join_gap_days,
        join_at_end=window.join_at_end,
    )[:, 0]
    words = at_level_words(rule).capitalize()
    runs = stretches(marked)
    if not runs:
        return [f"{words}: no day."]
    texts = [f"{case.days(a, b)} ({count(b - a + 1)})" for a, b in runs]
    joined = stretches(marked & ~low[:, 0])
    inside = [case.days(a, b) for a, b in joined]
    why = f"interruptions of at most {count(window.join_gap_days)} are part of a run: "
    note = f"; {why}{listed(inside)}" if joined else ""
    return [f"{words}: {listed(texts)}{note}."]


def _grade_sentences(window: Durations, graded: pd.Series) -> list[str]:
    grade = int(graded["grade"])
    counts = {level: int(graded[f"days_{level}"]) for level in window.levels}
    what = "longest run counts" if window.duration == "longest" else "days of all runs are added up"
    totals = [f"{count(n)} {at_level_words(window.levels[name])}" for name, n in counts.items()]
    sentences = [f"The {what}: {listed(totals)}."]
    met = _met(window, grade, counts) + _met_by_measured(window, grade)
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


def _met_by_measured(window: Durations, grade: int) -> list[str]:
    """Return the rule of a grade by measured days, where no run gives the grade."""
    rules = {int(name): rules for name, rules in window.grades_by_measured_days.items()}
    return [
        f"at least {count(least)} measured {at_level_words(window.levels[level])}"
        for level, least in rules.get(grade, {}).items()
    ]


def _needs(window: Durations, grade: GradeName) -> list[str]:
    """Return what a grade needs, in words."""
    texts = []
    for level, least in window.grades.get(grade, {}).items():
        words = at_level_words(window.levels[level])
        whole = "every day of the window" if least == "all" else f"at least {count(int(least))}"
        texts.append(f"{whole} {words}")
    return texts
