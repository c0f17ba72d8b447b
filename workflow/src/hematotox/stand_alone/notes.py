"""What was found in a user's table, counted; no patient is named and no value is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hematotox.stand_alone.sheet import rows_words


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

    def lines(self) -> list[str]:
        """Return the findings as lines of text."""
        return [f"{self.file}: {note.sentence()}" for note in self.found]
