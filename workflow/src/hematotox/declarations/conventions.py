"""A published way to grade: windows of days, levels, how days are counted, when it is assessable.

Every choice in which published gradings differ is a setting of its own; a convention names all
of them, so that two conventions differ by what their files say and by nothing else.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, field_validator, model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.in_print import Printed

GradeName = Literal["1", "2", "3", "4"]
EndingEvent = Literal["progression", "new_therapy"]
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


class WindowBase(Declaration):
    """What every window says: the variable, the days, and what ends it early.

    Death and last contact always end a window; the day itself still belongs to it.
    """

    variable: Name
    """Laboratory variable of the dictionary; of several values of a day the lowest counts."""
    days: tuple[int, int]
    """First and last day, both included, counted from the infusion (day 0)."""
    ends_at: tuple[EndingEvent, ...] = ()
    """Events that end the window, besides death and last contact."""
    least_days_measured: Annotated[int, Field(ge=1)] = 1
    """Fewer measured days in the window: not assessable."""

    @field_validator("days")
    @classmethod
    def _ordered(cls, days: tuple[int, int]) -> tuple[int, int]:
        if days[0] > days[1]:
            raise ValueError("the first day must not be after the last")
        return days


class Durations(WindowBase):
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
    interpolation: Literal["none", "linear", "midpoint"]
    """Unmeasured days between two measured ones: left out, on a line, or their mean."""
    interpolation_gap_days: Count | None = None
    """Longest gap that is interpolated; without it any gap."""
    carry_days: Count
    """The first and last value are carried outward over gaps of at most so many days."""
    never_recovered_from_day: Count | None = None
    """A run at the first level that starts by this day and lasts to the end is grade 4."""
    early_end_needs_value_within_days: Count | None = None
    """After progression, death or last contact inside the window the highest grade counts as
    reached; any lower one is assessable only with a value in the last so many days."""
    grades: dict[GradeName, dict[str, Text]] = Field(min_length=1)
    """Grade, level and the least number of days at it, or `all` (each day of the window); the
    highest grade that fits counts."""

    @model_validator(mode="after")
    def _grades_name_levels(self) -> Durations:
        for grade, rules in self.grades.items():
            for level, days in rules.items():
                if level not in self.levels:
                    known = ", ".join(self.levels)
                    raise ValueError(f"grades: {grade}: {level}: must be one of {known}")
                if days != "all" and not (days.isdigit() and int(days) >= 1):
                    raise ValueError(f'grades: {grade}: {level}: a number of days or "all"')
        if self.interpolation == "none" and self.interpolation_gap_days is not None:
            raise ValueError("interpolation_gap_days: without interpolation there is none")
        return self

    def least_days(self, grade: GradeName, level: str) -> int:
        """Return the days at a level from which a grade holds."""
        days = self.grades[grade][level]
        return self.days[1] - self.days[0] + 1 if days == "all" else int(days)


class TwoLowest(WindowBase):
    """Grades by the lowest value, if the second lowest reaches at least grade 1."""

    kind: Literal["two_lowest"]
    grades: dict[GradeName, Level] = Field(min_length=1)
    """Grade and the level that the lowest value reaches."""

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

    @model_validator(mode="after")
    def _needs_a_pair(self) -> ConsecutivePair:
        if self.least_days_measured < 2:
            raise ValueError("least_days_measured: a pair needs at least 2 measured days")
        return self


class Phenotype(WindowBase):
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
            ("windows", name, "variable"),
            f"{window.variable} is no laboratory variable; known are {', '.join(sorted(labs))}",
        )
        for name, window in convention.windows.items()
        if window.variable not in labs
    ]
