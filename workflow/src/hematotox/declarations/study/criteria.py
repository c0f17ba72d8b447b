"""Conditions on a patient: the criteria of a study's population, rows of its flow diagram."""

from __future__ import annotations

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text


class Condition(Declaration):
    """A condition on one variable of a patient."""

    variable: Name
    """Variable with one value a patient, or `centre`."""
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    """Levels that meet the condition."""
    at_least: float | None = None
    """Lowest value that meets the condition."""
    at_most: float | None = None
    """Highest value that meets the condition."""
    known: Flag | None = None
    """true: the value is known; false: it is not."""

    @model_validator(mode="after")
    def _exactly_one_rule(self) -> Condition:
        limits = None if self.at_least is None and self.at_most is None else True
        rules = (self.in_, self.known, limits)
        if sum(rule is not None for rule in rules) != 1:
            raise ValueError("needs one of: in; at_least and/or at_most; known")
        return self


class LabelledCondition(Condition):
    """A condition with the words that stand in the flow diagram."""

    label: Text
    """Words of the row in the flow diagram."""


class Criterion(Declaration):
    """One row of the flow diagram: who stays, or who leaves."""

    include: LabelledCondition | None = None
    """Who stays: patients that meet the condition."""
    exclude: LabelledCondition | None = None
    """Who leaves: patients that meet the condition."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Criterion:
        if (self.include is None) == (self.exclude is None):
            raise ValueError("needs either include or exclude")
        return self

    @property
    def condition(self) -> LabelledCondition:
        """The condition, whichever way it is meant."""
        chosen = self.include or self.exclude
        assert chosen is not None
        return chosen
