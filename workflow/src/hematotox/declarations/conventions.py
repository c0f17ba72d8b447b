"""A published way to grade: windows of days, levels, how days are counted, when it is assessable.

Every choice in which published gradings differ is a setting of its own; a convention names all
of them, so that two conventions differ by what their files say and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, field_validator, model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.in_print import Printed

GradeName = Literal["1", "2", "3", "4"]
EndingEvent = Literal["progression", "new_therapy", "last_contact_stated", "nothing"]
Count = Annotated[int, Field(ge=0)]


class Level(Declaration):
    """A value counts if it is at most, or below, a number in the canonical unit."""

    at_most: FiniteFloat | None = None
    """Values up to this number, itself included, count."""
    below: FiniteFloat | None = None
    """Values below this number count; the number itself does not."""

    @model_validator(mode="after")
    def _one_comparison(self) -> Level:
        if (self.at_most is None) == (self.below is None):
            raise ValueError("needs either at_most or below")
        return self

    @property
    def number(self) -> float:
        """The number itself, whether it belongs to the level or not."""
        number = self.at_most if self.at_most is not None else self.below
        assert number is not None
        return number


class WindowBase(Declaration):
    """What every window says: the variable, the days, and what ends it early.

    Death and the latest dated record end a window; the day itself still belongs to it.
    """

    variable: Name
    """Laboratory variable of the dictionary."""
    days: tuple[int, int]
    """First and last day, both included, counted from the infusion (day 0)."""
    ends_at: tuple[EndingEvent, ...] = ()
    """Events that end the window, besides death and the latest dated record.
    `last_contact_stated`: the last contact as the table states it, in place of the latest record,
    also where a later record shows that observation went on. `nothing`, alone: every value of the
    window counts, whatever happened."""
    least_days_measured: Annotated[int, Field(ge=1)] = 1
    """Fewer measured days in the window: not assessable."""
    least_days_after_end: Flag = False
    """Whether this number is also reached by days after what ends the window."""
    several_a_day: Literal["lowest", "left_out"] = "lowest"
    """Of several values of one day the lowest counts, or the day is left out of the calendar: its
    neighbours then follow each other."""
    narrowed_by: Name | None = None
    """Laboratory variable that is never below this one (leukocytes for neutrophils). On a day
    without a value of its own it is the highest possible value; it is never a measured value, and
    starts or ends a line only where it is at or below a level."""

    @field_validator("days")
    @classmethod
    def _ordered(cls, days: tuple[int, int]) -> tuple[int, int]:
        if days[0] > days[1]:
            raise ValueError("the first day must not be after the last")
        return days

    @field_validator("ends_at")
    @classmethod
    def _nothing_alone(cls, ends: tuple[EndingEvent, ...]) -> tuple[EndingEvent, ...]:
        if "nothing" in ends and len(ends) > 1:
            raise ValueError("nothing must stand alone")
        return ends


class OpenDays(Declaration):
    """What a window makes of days that are neither measured nor filled in."""

    unfilled_days: Literal["open_beside_low", "must_not_matter", "recovered"]
    """`recovered`: they are at no level. `must_not_matter`: each of them may have been at a level;
    a grade that this could change is not assessable. `open_beside_low`: so may a stretch of them
    beside a measured value of at most `open_beside`, and a stretch longer than
    `open_after_days`; any other counts as recovered."""
    open_beside: FiniteFloat | None = None
    """Highest measured value beside which unfilled days are open."""
    open_after_days: Count = 14
    """A stretch of more unfilled days than this is open whatever stands beside it."""

    @model_validator(mode="after")
    def _beside_what(self) -> OpenDays:
        if (self.unfilled_days == "open_beside_low") != (self.open_beside is not None):
            raise ValueError("open_beside: open_beside_low, and only it, needs it")
        return self


class Durations(WindowBase, OpenDays):
    """Grades by the number of days at or below levels."""

    kind: Literal["durations"]
    levels: dict[str, Level] = Field(min_length=1)
    """Level by name; the name stands in the table of grades (`days_<name>`)."""
    duration: Literal["longest", "cumulative"]
    """The longest single run, or the days of all runs together."""
    join_gap_days: Count
    """Recoveries of at most so many days are part of the run around them."""
    join_at_end: Flag
    """Whether such a recovery at the end of the window is part of the run before it."""
    round_to: FiniteFloat | None = None
    """Round daily values to multiples of this, halves to even, before comparing."""
    interpolation: Literal["none", "linear", "midpoint", "higher"]
    """Unmeasured days between two measured ones: left out, on a line, their mean, or the higher."""
    interpolation_gap_days: Count | None = None
    """Longest gap that is interpolated; without it any gap."""
    carry_days: Count
    """The first and last value are carried outward over gaps of at most so many days."""
    lone_value: Literal["day_itself", "carried", "carried_to_both_ends"]
    """A single measured day is that day alone, is carried as any first and last value, or is
    carried over the whole window where both its ends are within `carry_days`, and alone where each
    end is that day or further away; otherwise it is not assessable (the program stops)."""
    never_recovered: Literal["death", "last_observation", "never"]
    """Whether a run at the first level that starts by `never_recovered_from_day` and lasts to the
    last day of the window, or to an earlier death (`death`) or any earlier end of observation
    (`last_observation`), is grade 4."""
    never_recovered_from_day: Count | None = None
    """Latest first day of such a run."""
    died_before_recovery: Literal["graded", "not_assessable"] = "graded"
    """Patients whose last run at the first level lasts to their death."""
    early_end_needs_value_within_days: Count | None = None
    """After progression, death or last contact inside the window the highest grade counts as
    reached; any lower one is not assessable after death, and after the other two only with a value
    in the last so many days."""
    grades: dict[GradeName, dict[str, Text]] = Field(min_length=1)
    """Grade, level and the least number of days at it, or `all` (each day of the window); the
    highest grade that fits counts."""
    grades_by_measured_days: dict[GradeName, dict[str, Annotated[int, Field(ge=1)]]] = {}
    """Grade, level and the least number of measured days at it, whatever lies between them."""

    @model_validator(mode="after")
    def _grades_name_levels(self) -> Durations:
        both: dict[str, Mapping[GradeName, Mapping[str, object]]]
        both = {"grades": self.grades, "grades_by_measured_days": self.grades_by_measured_days}
        for key, grades in both.items():
            for grade, rules in grades.items():
                for level in rules:
                    if level not in self.levels:
                        known = ", ".join(self.levels)
                        raise ValueError(f"{key}: {grade}: {level}: must be one of {known}")
        for grade, lengths in self.grades.items():
            for level, days in lengths.items():
                if days != "all" and not (days.isdigit() and int(days) >= 1):
                    raise ValueError(f'grades: {grade}: {level}: a number of days or "all"')
        return self

    @model_validator(mode="after")
    def _settings_agree(self) -> Durations:
        if self.interpolation == "none" and self.interpolation_gap_days is not None:
            raise ValueError("interpolation_gap_days: without interpolation there is none")
        if (self.never_recovered == "never") != (self.never_recovered_from_day is None):
            raise ValueError("never_recovered_from_day: needed unless never_recovered is never")
        if self.never_recovered != "never" and self.several_a_day == "left_out":
            raise ValueError("several_a_day: left_out cannot tell who never recovered")
        if self.open_beside is not None and self.open_beside < self.highest_level.number:
            raise ValueError("open_beside: must not be below the highest level")
        return self

    @property
    def highest_level(self) -> Level:
        """The highest of the levels whose days are counted."""
        counted = {level for rules in self.grades.values() for level in rules}
        return max((self.levels[name] for name in counted), key=lambda level: level.number)

    def least_days(self, grade: GradeName, level: str) -> int:
        """Return the days at a level from which a grade holds."""
        days = self.grades[grade][level]
        return self.days[1] - self.days[0] + 1 if days == "all" else int(days)


class TwoLowest(WindowBase):
    """Grades by the lowest value, if the second lowest reaches at least grade 1."""

    kind: Literal["two_lowest"]
    grades: dict[GradeName, Level] = Field(min_length=1)
    """Grade and the level that the lowest value reaches."""
    classes_of: FiniteFloat | None = None
    """The levels hold only whole multiples of this number, as in a program that compares with
    lists of whole numbers; a lowest value between them, above the highest grade, is grade 0."""

    @model_validator(mode="after")
    def _has_grade_1(self) -> TwoLowest:
        if "1" not in self.grades:
            raise ValueError("grades: grade 1 is missing; the second lowest value must reach it")
        return self


class ConsecutivePair(WindowBase):
    """Grades by pairs of consecutive measured days: the lowest, over all pairs, higher value."""

    kind: Literal["consecutive_pair"]
    grades: dict[GradeName, Level] = Field(min_length=1)
    """Grade and the level that both values of a pair reach."""
    longest_distance_days: Annotated[int, Field(ge=1)] | None = None
    """Measured days further apart are no pair; without it any two that follow each other are."""
    single_value: Literal["not_assessable", "grades"] = "not_assessable"
    """What a single measured day in the window is."""

    @model_validator(mode="after")
    def _needs_a_pair(self) -> ConsecutivePair:
        least = 2 if self.single_value == "not_assessable" else 1
        if self.least_days_measured < least:
            raise ValueError("least_days_measured: a pair needs at least 2 measured days")
        return self


class Phenotype(WindowBase, OpenDays):
    """Course of recovery: quick, intermittent or aplastic."""

    kind: Literal["phenotype"]
    aplastic: Level
    """Level of aplasia."""
    aplastic_days: Count
    """Days without interruption at that level that make the course aplastic."""
    interpolation_gap_days: Count
    """Gaps of at most so many unmeasured days are filled on a line when these days are counted."""
    recovered_above: FiniteFloat
    """A value above this is a recovery."""
    dip: Level
    """Level of a second dip after a recovery."""
    dip_after_day: Count
    """A dip counts after this day."""


AnyWindow = Durations | TwoLowest | ConsecutivePair | Phenotype
Window = Annotated[AnyWindow, Field(discriminator="kind")]


class Convention(Declaration):
    """`config/conventions/<convention>.yaml`: one published way to grade."""

    id: Name
    """Name in studies and tables; also the name of the file."""
    name: Printed
    """As it stands in a manuscript."""
    citation: Printed
    """Where it was published."""
    status: Literal["verified", "provisional"] = "verified"
    """provisional: some of its numbers are unverified."""
    unverified: tuple[Text, ...] = ()
    """What is unverified in a provisional convention."""
    windows: dict[Name, Window] = Field(min_length=1)
    """The windows it grades, for example early and late."""

    @model_validator(mode="after")
    def _status_agrees(self) -> Convention:
        if (self.status == "provisional") != bool(self.unverified):
            raise ValueError("unverified: a provisional convention, and only it, lists its numbers")
        return self


def variable_troubles(
    convention: Convention, dictionary: Dictionary
) -> list[tuple[tuple[str, ...], str]]:
    """Compare a convention with the dictionary: its windows grade laboratory variables.

    Returns
    -------
    The key in the convention's file and the words, one pair a trouble.
    """
    labs = dictionary.of_kind("lab")
    return [
        (
            ("windows", name, key),
            f"{variable} is no laboratory variable; known are {', '.join(sorted(labs))}",
        )
        for name, window in convention.windows.items()
        for key, variable in (("variable", window.variable), ("narrowed_by", window.narrowed_by))
        if variable is not None and variable not in labs
    ]
