"""A convention of grading in sentences: days, thresholds, how days are counted, what ends it."""

from __future__ import annotations

import math

from hematotox.declarations.conventions import (
    ConsecutivePair,
    Convention,
    Durations,
    Level,
    Phenotype,
    TwoLowest,
    Window,
)
from hematotox.declarations.dictionary import Dictionary
from hematotox.reporting.words.wording import spelled, unit

INTERPOLATION = {
    "none": "unmeasured days do not count",
    "linear": "unmeasured days lie on a line between the measured ones",
    "midpoint": "unmeasured days have the mean of the measured ones around them",
    "higher": "unmeasured days have the higher of the measured ones around them",
}
LONE_VALUE = {
    "day_itself": "a single measured day is that day alone",
    "carried": "so does a single measured day",
    "carried_to_both_ends": "a single measured day holds for the whole window where both its ends "
    "are so near, is that day alone where neither is, and is not assessable otherwise (the program "
    "stops)",
}
LATEST = "the latest dated record"


def convention_definitions(convention: Convention, dictionary: Dictionary) -> list[tuple[str, str]]:
    """Return a term and a sentence for each window of a convention, its source with the first."""
    unverified = ", ".join(convention.unverified)
    provisional = f" Provisional, unverified are {unverified}." if unverified else ""
    source = f"{provisional} {convention.citation.rstrip('.')}."
    found = []
    for name, window in convention.windows.items():
        text = f"{window_words(window, dictionary)}."
        found.append((f"{convention.name}, {spelled(name)}", text + source))
        source = ""
    return found


def grade_words(window: Window, grade: int, dictionary: Dictionary) -> str:
    """Return what a grade, or a higher one, needs: the days and the threshold.

    Parameters
    ----------
    window : a window of a convention
    grade : lowest grade
    dictionary : labels and units of the variables
    """
    name, printed = _variable(window, dictionary)
    start = f"days {window.days[0]} to {window.days[1]}"
    if isinstance(window, Phenotype):
        return f"{start}, {name}"
    if isinstance(window, Durations):
        return f"{start}, {name}: {_any_duration(window, grade, printed)}"
    level = _level(next(x for g, x in sorted(window.grades.items()) if int(g) >= grade), printed)
    if isinstance(window, ConsecutivePair):
        return f"{start}, {name} {level} on two consecutive measured days"
    first = _level(window.grades["1"], printed)
    return f"{start}, lowest {name} {level}, the second lowest {first}"


def window_words(window: Window, dictionary: Dictionary) -> str:
    """Return a window in words: variable, days, grades, how it is counted, what ends it."""
    name, printed = _variable(window, dictionary)
    several = "the lowest value of a day"
    if window.several_a_day == "left_out":
        several = "days with several values left out of the calendar"
    parts = [f"{name} on days {window.days[0]} to {window.days[1]}, {several}"]
    if isinstance(window, Durations):
        names = sorted({*window.grades, *window.grades_by_measured_days})
        grades = [f"grade {g}: {_duration_rule(window, g, printed)}" for g in names]
        parts += [*grades, *_counting(window, printed)]
    elif isinstance(window, Phenotype):
        parts += [*_phenotype(window, printed), _open_words(window, printed)]
    else:
        grades = [f"grade {g}: {_level(x, printed)}" for g, x in sorted(window.grades.items())]
        parts += [*_compared(window, printed), *grades]
    if window.narrowed_by is not None:
        other = dictionary.variables[window.narrowed_by].label
        parts.append(f"on a day without a value the {other} is the highest that it can be")
    parts.append(_ends(window))
    if window.least_days_measured > 1:
        also = ", those after its end included" if window.least_days_after_end else ""
        least = f"{window.least_days_measured} measured days{also}"
        parts.append(f"not assessable with fewer than {least}")
    return "; ".join(parts)


def _ends(window: Window) -> str:
    if window.ends_at == ("nothing",):
        return "nothing ends it"
    named = [event for event in window.ends_at if event != "last_contact_stated"]
    stated = "last_contact_stated" in window.ends_at
    last = "last contact as it was stated" if stated else LATEST
    return f"ends at {', '.join([*(e.replace('_', ' ') for e in named), f'death or {last}'])}"


def _open_words(window: Durations | Phenotype, printed: str) -> str:
    """Return what becomes of days that are neither measured nor filled in."""
    if window.unfilled_days == "recovered":
        return "days without any value count as recovered"
    which = "every day without any value"
    if window.open_beside is not None:
        which = (
            f"days without any value beside one of at most {window.open_beside:g} {printed}, or "
            f"more than {window.open_after_days} of them in a row,"
        )
    return f"{which} may have been low: not assessable where that could change the grade"


def _variable(window: Window, dictionary: Dictionary) -> tuple[str, str]:
    """Return label and unit of a window's variable."""
    found = dictionary.variables[window.variable]
    return found.label, unit(found.unit)


def _level(level: Level, printed: str) -> str:
    if level.at_most is not None:
        return f"at most {level.at_most:g} {printed}"
    return f"below {level.below:g} {printed}"


def _duration_rule(window: Durations, grade: str, printed: str) -> str:
    lengths = {str(name): rules for name, rules in window.grades.items()}
    counts = {str(name): rules for name, rules in window.grades_by_measured_days.items()}
    parts = [
        f"{_days(days)} {_level(window.levels[level], printed)}"
        for level, days in lengths.get(grade, {}).items()
    ]
    parts += [
        f"{least} measured days or more {_level(window.levels[level], printed)}"
        for level, least in counts.get(grade, {}).items()
    ]
    return " or ".join(parts)


def _any_duration(window: Durations, grade: int, printed: str) -> str:
    """Return what gives a grade or a higher one: of each level the fewest days."""
    fewest: dict[str, list[str]] = {}
    for name, rules in window.grades.items():
        for level, days in rules.items() if int(name) >= grade else ():
            fewest.setdefault(level, []).append(days)
    parts = [
        f"{_days(min(days, key=_length))} {_level(window.levels[level], printed)}"
        for level, days in fewest.items()
    ]
    for name, counts in window.grades_by_measured_days.items():
        for level, least in counts.items() if int(name) >= grade else ():
            parts.append(f"{least} measured days or more {_level(window.levels[level], printed)}")
    if window.never_recovered_from_day is not None:
        first = _level(next(iter(window.levels.values())), printed)
        day = window.never_recovered_from_day
        parts.append(f"{first} without recovery from day {day} or before to the end")
    return ", or ".join(parts)


def _length(days: str) -> float:
    return math.inf if days == "all" else int(days)


def _days(days: str) -> str:
    if days == "all":
        return "every day"
    return f"{days} {'day' if days == '1' else 'days'} or more"


def _counting(window: Durations, printed: str) -> list[str]:
    """Return how days are counted, every setting that changes a grade."""
    longest = window.duration == "longest"
    gap = window.join_gap_days
    parts = [
        "days of the longest run count" if longest else "days of all runs count together",
        f"recoveries of up to {gap} days are part of a run" if gap else "no recovery is joined",
    ]
    if gap and window.join_at_end:
        parts.append("also at the end of the window")
    between = INTERPOLATION[window.interpolation]
    if window.interpolation != "none" and window.interpolation_gap_days is not None:
        between = f"{between}, in gaps of up to {window.interpolation_gap_days} days"
    parts.append(between)
    if window.carry_days:
        parts.append(f"the first and last value hold for up to {window.carry_days} days")
        parts.append(LONE_VALUE[window.lone_value])
    if window.round_to is not None:
        parts.append(f"values are rounded to multiples of {window.round_to:g}")
    return [*parts, *_at_the_end(window), _open_words(window, printed)]


def _at_the_end(window: Durations) -> list[str]:
    """Return what the end of the observation means for the grade."""
    parts = []
    if window.never_recovered_from_day is not None:
        ends = "or to death" if window.never_recovered == "death" else "or of the observation"
        parts.append(
            f"a run that starts by day {window.never_recovered_from_day} and lasts to the end of "
            f"the window {ends} is grade 4"
        )
    if window.died_before_recovery == "not_assessable":
        parts.append("not assessable where the patient died before recovery")
    if window.early_end_needs_value_within_days is not None:
        parts.append(
            "after an early end a lower grade is not assessable after death, and otherwise only "
            f"with a value in the last {window.early_end_needs_value_within_days} days"
        )
    return parts


def _compared(window: TwoLowest | ConsecutivePair, printed: str) -> list[str]:
    if isinstance(window, ConsecutivePair):
        distance = window.longest_distance_days
        near = f" at most {distance} days apart" if distance is not None else ""
        found = [f"the grade that both values of two consecutive measured days{near} reach"]
        return [
            *found,
            *(["a single value grades alone"] if window.single_value == "grades" else []),
        ]
    found = ["the grade of the lowest value, if the second lowest reaches grade 1"]
    if window.classes_of is not None:
        found.append(f"a lowest value that is no multiple of {window.classes_of:g} {printed} is "
                     "grade 0 unless grade 4, as in the program")  # fmt: skip
    return found


def _phenotype(window: Phenotype, printed: str) -> list[str]:
    return [
        f"aplastic: {window.aplastic_days} days without interruption "
        f"{_level(window.aplastic, printed)}",
        f"intermittent: a value above {window.recovered_above:g} {printed} and, after day "
        f"{window.dip_after_day}, one {_level(window.dip, printed)}",
        "quick: all others",
    ]
