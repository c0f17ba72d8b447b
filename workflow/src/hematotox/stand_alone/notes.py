"""What was found in a user's table, counted; no patient is named and no value is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from hematotox.stand_alone.table_file import rows_words

MISSING, LEFT_OUT = "it counts as missing", "the rows are left out"
WORDS: dict[str, tuple[str, str]] = {
    "no patient number": ("No patient's number", LEFT_OUT),
    "totals row": ("A row of totals", LEFT_OUT),
    "identical row": ("A row identical to an earlier one", LEFT_OUT),
    "repeated heading": ("The headings stand there again", LEFT_OUT),
    "no date": ("A value without a day", "it is not used"),
    "implausible date": ("A date decades away from the infusion", "the value is not used"),
    "value with an implausible date": (
        "A date decades away from the infusion", "the value is not used"
    ),
    "unreadable date": ("A date cannot be read", "it counts as not known"),
    "unreadable number": ("text where a number belongs", MISSING),
    "implausible value": ("an implausible value", MISSING),
    "suspected unit kept": ("looks a thousandfold too high or low", "decided: keep"),
    "suspected unit converted": (
        "looks a thousandfold too high or low", "converted by a thousand"
    ),
    "suspected unit set aside": ("looks a thousandfold too high or low", "decided: set_aside"),
    "implausible order of dates": (
        "A date on the wrong side of the infusion", "it counts as not known"
    ),
}  # fmt: skip
"""Kinds of findings of staging, in the words of the commands; others keep their own."""
TOLD_OTHERWISE = frozenset({
    "contradictory rows", "second row for a patient", "not infused", "value without an infusion",
    "event recorded twice", "several values in a day", "after death", "two deaths",
})  # fmt: skip
"""Kinds that the commands tell by patient, or that only come from gathering all rows."""


@dataclass(frozen=True, slots=True)
class Note:
    """One kind of finding: what, where, in how many patients, and what was done about it."""

    what: str
    rows: tuple[int, ...]
    patients: int
    action: str

    def sentence(self) -> str:
        """Return the finding as a line."""
        whose = f"{self.patients} patient{'' if self.patients == 1 else 's'}" * bool(self.patients)
        where = f"{rows_words(self.rows)}" if self.rows else ""
        told = "; ".join(part for part in (whose, where) if part)
        return f"{self.what}: {told}; {self.action}."


@dataclass
class Notes:
    """The findings of one table, in the order in which they came up."""

    file: str
    found: list[Note] = field(default_factory=list)

    def add(
        self, what: str, *, rows: Iterable[int], patients: Iterable[object], action: str
    ) -> None:
        """Note a finding, unless nobody is concerned."""
        numbers, people = tuple(sorted({int(row) for row in rows})), set(patients)
        if numbers or people:
            self.found.append(Note(what, numbers, len(people), action))

    def add_findings(self, findings: pd.DataFrame, *, whose: Mapping[int, str]) -> None:
        """Note the findings of staging, those of one kind and variable together.

        Parameters
        ----------
        findings : table `findings`
        whose : patient of each row, empty where there is none
        """
        rows: dict[tuple[str, str], list[int]] = {}
        for one in findings[~findings["kind"].isin(TOLD_OTHERWISE)].itertuples():
            what, action = WORDS.get(one.kind, (one.message, one.action))
            if one.kind == "unreadable number" and not one.variable:
                what, action = f'"{one.column}" is no whole day', "it counts as not known"
            prefix = f"{one.variable}: " if one.variable and what[0].islower() else ""
            found = rows.setdefault((prefix + what, action), [])
            found += [] if pd.isna(one.row) else [int(one.row)]
        for (what, action), places in rows.items():
            patients = {whose.get(row, "") for row in places} - {""}
            self.add(what, rows=places, patients=patients, action=action)

    def lines(self) -> list[str]:
        """Return the findings as lines of text."""
        return [f"{self.file}: {note.sentence()}" for note in self.found]
