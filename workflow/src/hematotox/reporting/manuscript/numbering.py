"""What each table and figure is called in the manuscript, from the order of the plan."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from hematotox.declarations.study.displays import DisplayPlan
from hematotox.reporting.words.number_style import restyled

TYPED = re.compile(r"^(?:Supplementary |Evidence )?(?:Table|Figure) S?\d+[A-Z]?[.:]\s*")
"""A number in a declared title, in whose place the manuscript's own stands."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A display of the manuscript: "Supplementary Table", 2, and its title without a number."""

    name: str
    label: str
    number: int
    title: str

    @property
    def called(self) -> str:
        """How the text calls it."""
        return f"{self.label} {self.number}"


def numbered(plan: DisplayPlan) -> dict[str, Numbered]:
    """Return the displays by name; what is no main display belongs to the supplement."""
    counted: Counter[str] = Counter()
    found = {}
    for name, display in plan.displays.items():
        label = display.form.capitalize()
        label = label if display.place == "main" else f"Supplementary {label}"
        counted[label] += 1
        found[name] = Numbered(name, label, counted[label], restyled(TYPED.sub("", display.title)))
    return found
