"""A risk score: citation, timing, items with bands or a formula, groups, worked examples."""

from __future__ import annotations

import math
from itertools import pairwise, product
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, field_validator, model_validator

from hematotox.declarations.base import Declaration, Name, Text
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.in_print import IN_PRINT, Printed
from hematotox.declarations.interval import Interval, check_tiling, read_interval
from hematotox.declarations.known_from import KnownFrom, Origin

MissingPolicy = Literal["no_score", "lowest", "highest", "determinable"]
End = Literal["lowest", "highest"]


class Timing(Declaration):
    """Which measurement counts as baseline; both ends of the window are included."""

    origin: Literal["lymphodepletion_start", "infusion"]
    """Day 0 of the window."""
    window_days: tuple[int, int]
    """First and last day of the window, counted from the origin."""
    take: Literal["latest", "nearest"] = "latest"
    """The measurement that counts: the latest, or the one nearest to a day (of two equally near
    the earlier). Each item has its own day."""
    nearest_to: int | None = None
    """The day, counted from the origin, where `take` is nearest."""

    @property
    def known(self) -> KnownFrom:
        """When the last measurement of the window is known."""
        origin: Origin = "infusion" if self.origin == "infusion" else "lymphodepletion"
        return KnownFrom(origin=origin, day=self.window_days[1])

    @field_validator("window_days")
    @classmethod
    def _ordered(cls, window: tuple[int, int]) -> tuple[int, int]:
        if window[0] > window[1]:
            raise ValueError("the first day must not be after the last")
        return window

    @model_validator(mode="after")
    def _nearest_has_a_day(self) -> Timing:
        if (self.take == "nearest") != (self.nearest_to is not None):
            raise ValueError("nearest_to: goes with take: nearest")
        return self


class Item(Declaration):
    """One value of a score: a laboratory value, or a number of a patient such as age."""

    unit: Text
    """UCUM unit of the bands; must be the dictionary's canonical unit, or 1 for a plain number and
    for a multiple."""
    relative_to: Name | None = None
    """Number of a patient that the value is a multiple of, such as the laboratory's upper limit of
    normal; without it the item is missing."""
    bands: dict[str, FiniteFloat] = Field(default_factory=dict)
    """Interval and its points; the bands tile the line. Absent in a formula score."""
    same_day: End | None = None
    """Which of several values of one day counts; by default the one that scores higher."""

    @model_validator(mode="after")
    def _bands_tile_the_line(self) -> Item:
        if self.bands:
            check_tiling(tuple(self.bands))
            if self.same_day is None and self._direction() is None:
                raise ValueError(
                    "the points neither rise nor fall with the value: "
                    "say same_day: lowest or same_day: highest"
                )
        return self

    def ordered_bands(self) -> tuple[tuple[Interval, float], ...]:
        """Return the bands from the lowest to the highest values, with their points."""
        read = [(read_interval(text), points) for text, points in self.bands.items()]
        return tuple(sorted(read, key=lambda band: (band[0].low, band[0].high)))

    def _direction(self) -> End | None:
        points = [points for _, points in self.ordered_bands()]
        steps = [after - before for before, after in pairwise(points)]
        if all(step <= 0 for step in steps):
            return "lowest"
        return "highest" if all(step >= 0 for step in steps) else None


class Formula(Declaration):
    """A product of items divided by others, such as EASIX."""

    multiply: tuple[Name, ...] = ()
    """Items in the numerator."""
    divide: tuple[Name, ...] = ()
    """Items in the denominator."""


class Example(Declaration):
    """A worked example; runs as a specification test."""

    values: dict[Name, Text]
    """Item and value in the item's unit, also "<0.6" or ">2000"; absent items are missing."""
    points: float | None = None
    """The points, or the value of a formula; absent where they are unknown."""
    points_low: float | None = None
    """Fewest points compatible with the values."""
    points_high: float | None = None
    """Most points compatible with the values."""
    group: str | None = None
    """The risk group; "" for unknown."""


class Score(Declaration):
    """`config/scores/<score>.yaml`: one risk score."""

    id: Name
    """Name of the score in studies and tables; also the name of the file."""
    name: Printed
    """As it stands in a manuscript."""
    citation: Printed
    """The publication that defines the score."""
    status: Literal["verified", "provisional"] = "verified"
    """provisional: some numbers are unverified; every display that uses the score says so."""
    unverified: tuple[Text, ...] = ()
    """What is unverified in a provisional score."""
    timing: Timing
    """Which measurements count as baseline."""
    variants: dict[Name, Timing] = Field(default_factory=dict)
    """Other windows and dates at which the score is shown beside the main one."""
    items: dict[Name, Item] = Field(min_length=1)
    """Laboratory values and numbers of a patient, by dictionary variable."""
    formula: Formula | None = None
    """How the items combine, instead of bands."""
    groups: dict[Name, str] = Field(default_factory=dict)
    """Risk group and the points that belong to it, from the lowest risk to the highest."""
    group_labels: Annotated[dict[Name, Text], IN_PRINT] = Field(default_factory=dict)
    """Words for the groups; by default the names."""
    missing: MissingPolicy = "no_score"
    """What a missing item does: no score; its fewest or most points; or the group where it is
    the same whatever the missing value."""
    boundary_variant: tuple[Name, ...] = ()
    """Items whose cut-offs a sensitivity analysis gives to the neighbouring band; default all."""
    examples: Annotated[tuple[Example, ...], IN_PRINT] = ()
    """Worked examples."""

    @model_validator(mode="after")
    def _status_agrees(self) -> Score:
        if (self.status == "provisional") != bool(self.unverified):
            raise ValueError("unverified: a provisional score, and only it, lists its numbers")
        return self

    @model_validator(mode="after")
    def _items_fit(self) -> Score:
        with_bands = [name for name, item in self.items.items() if item.bands]
        if self.formula is None and len(with_bands) < len(self.items):
            lacking = ", ".join(sorted(set(self.items) - set(with_bands)))
            raise ValueError(f"items: {lacking}: bands are missing (or the score needs a formula)")
        if self.formula is not None:
            self._check_formula(with_bands)
        return self

    def _check_formula(self, with_bands: list[str]) -> None:
        assert self.formula is not None
        named = [*self.formula.multiply, *self.formula.divide]
        if with_bands:
            raise ValueError(f"items: {', '.join(with_bands)}: a formula score has no bands")
        if sorted(named) != sorted(self.items):
            raise ValueError("formula: must name every item once, and nothing else")

    @model_validator(mode="after")
    def _groups_tile(self) -> Score:
        if not self.groups:
            return self
        if self.formula is not None:
            check_tiling(tuple(self.groups.values()), low=0)
            return self
        intervals = {name: read_interval(text) for name, text in self.groups.items()}
        for total in self.possible_points():
            owners = [name for name, interval in intervals.items() if interval.contains(total)]
            if len(owners) != 1:
                where = f"in two groups, {' and '.join(owners)}" if owners else "in no group"
                raise ValueError(f"groups: {total:g} points are {where}; each total belongs to one")
        return self

    @model_validator(mode="after")
    def _names_exist(self) -> Score:
        if self.formula is None and not self.groups:
            raise ValueError("groups: a score with points needs its risk groups")
        for key, names, known in (
            ("group_labels", tuple(self.group_labels), self.groups),
            ("boundary_variant", self.boundary_variant, self.items),
        ):
            strange = sorted(set(names) - set(known))
            if strange:
                raise ValueError(f"{key}: {', '.join(strange)}: must be one of {', '.join(known)}")
        return self

    @model_validator(mode="after")
    def _examples_use_items_and_groups(self) -> Score:
        for position, example in enumerate(self.examples, start=1):
            strange = sorted(set(example.values) - set(self.items))
            if example.group and example.group not in self.groups:
                strange.append(example.group)
            if strange:
                words = ", ".join(strange)
                raise ValueError(f"examples: number {position}: {words}: no such item or group")
        return self

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every variable that the score reads: its items, and what they are multiples of."""
        limits = (item.relative_to for item in self.items.values())
        return tuple(dict.fromkeys((*self.items, *filter(None, limits))))

    def possible_points(self) -> tuple[float, ...]:
        """Return every total that the bands can give, from the lowest to the highest."""
        choices = [sorted(set(item.bands.values())) for item in self.items.values()]
        return tuple(sorted({math.fsum(chosen) for chosen in product(*choices)}))

    def worse_end(self, item: str) -> End:
        """Return which of several values of one day counts for an item."""
        declared = self.items[item]
        if declared.same_day is not None:
            return declared.same_day
        if self.formula is not None:
            return "highest" if item in self.formula.multiply else "lowest"
        direction = declared._direction()
        assert direction is not None
        return direction

    def group_label(self, group: str) -> str:
        """Return the words for a group."""
        return self.group_labels.get(group, group)


def unit_troubles(score: Score, dictionary: Dictionary) -> list[tuple[tuple[str, ...], str]]:
    """Compare a score with the dictionary: its items are numbers of it, in their unit.

    Returns
    -------
    The key in the score's file and the words, one pair a trouble.
    """
    numbers = {
        name: variable.unit or "1"
        for kind in ("lab", "subject")
        for name, variable in dictionary.of_kind(kind).items()
        if variable.type in ("number", "integer")
    }
    listed = ", ".join(sorted(numbers))
    limits = set(numbers) & set(dictionary.of_kind("subject"))
    troubles: list[tuple[tuple[str, ...], str]] = []
    for name, item in score.items.items():
        if name not in numbers:
            words = f"neither a laboratory variable nor a number of a patient; known are {listed}"
            troubles.append((("items", name), words))
            continue
        wanted, reason = numbers[name], "the dictionary's"
        if item.relative_to is not None:
            if item.relative_to not in limits or numbers[item.relative_to] != wanted:
                words = f'must be a number of a patient in the unit of {name}, "{wanted}"'
                troubles.append((("items", name, "relative_to"), words))
            wanted, reason = "1", "that of a multiple"
        if item.unit != wanted:
            words = f'the unit must be {reason}, "{wanted}", not "{item.unit}"'
            troubles.append((("items", name, "unit"), words))
    return troubles
