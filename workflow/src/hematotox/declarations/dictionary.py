"""The data dictionary: every variable once, with label, unit, type and plausible interval."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.base import Declaration, Name
from hematotox.declarations.in_print import Printed
from hematotox.declarations.known_from import KnownFrom


class Variable(Declaration):
    """One variable of the dictionary."""

    label: Printed
    """As it stands in a table of the manuscript."""
    kind: Literal["subject", "lab", "event"]
    """subject: one value a patient; lab: measured over time; event: dated, with a detail."""
    type: Literal["number", "integer", "category", "date", "none"]
    """none: an event without a detail."""
    unit: str = ""
    """UCUM; the canonical unit of the staged tables; empty for codes and dates."""
    plausible: tuple[float, float] | None = None
    """Lowest and highest believable value in the canonical unit, both included."""
    resolution: float | None = None
    """Smallest step in which laboratories report; a finer value suggests another unit."""
    levels: dict[str, Printed] | None = None
    """Code and label of each level of a category, in the order of display."""
    loinc: str = ""
    """LOINC code of a laboratory variable."""
    known_from: KnownFrom | None = None
    """Day on which it becomes known, of a variable that is not known before lymphodepletion."""

    @model_validator(mode="after")
    def _levels_belong_to_categories(self) -> Variable:
        if (self.type == "category") != bool(self.levels):
            raise ValueError("levels: a category, and only a category, needs its levels")
        return self

    @model_validator(mode="after")
    def _plausible_is_ordered(self) -> Variable:
        if self.plausible is not None and self.plausible[0] >= self.plausible[1]:
            raise ValueError("plausible: the lowest believable value comes first")
        return self


class Dictionary(Declaration):
    """`config/dictionary.yaml`: all variables the staged tables may hold."""

    replaces: Literal["all"] | None = None
    """In a run folder, whose file adds to the clone's by name: `all`, and it counts whole."""
    variables: dict[Name, Variable]
    """Variables by name; the name is used in centre files, scores and studies."""

    def of_kind(self, kind: str) -> dict[str, Variable]:
        """Return the variables of one kind, in the order of the file."""
        return {name: v for name, v in self.variables.items() if v.kind == kind}
