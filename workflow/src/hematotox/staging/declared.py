"""What each step of staging needs to know of a centre file: columns, codes, factors, days.

`resolve` makes it once, before anything is read; no step looks into the centre file again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.declarations.recorded_events import Recorded
from hematotox.declarations.tables import Table
from hematotox.dialects.units import Factor, find_factor

Missing = frozenset[str]
"""Texts that say that a value is not known."""
Reads = Literal["date", "code", "coded number", "number", "boxes"]
LeadingZeros = Literal["keep", "drop"] | None
UnitJump = Literal["stop", "keep", "convert", "set_aside"]


@dataclass(frozen=True, slots=True)
class When:
    """Where the day of a value or an event stands: under a date, under a day, or always the same.

    Nowhere, if all three are empty.
    """

    date: str = ""
    day: str = ""
    on_day: int | None = None
    missing: Missing = frozenset()

    @property
    def heading(self) -> str:
        """Heading of the column, "" if there is none."""
        return self.day or self.date


@dataclass(frozen=True, slots=True)
class SubjectColumn:
    """Where a variable with one value a patient stands, and how it is read."""

    variable: str
    described: Variable
    table: str
    reads: Reads
    heading: str
    """"" for boxes."""
    missing: Missing
    codes: Mapping[str, str]
    """Their code and ours; of boxes, heading and level."""
    factor: Factor
    is_birth_date: bool = False
    nines_are_values: bool = False


@dataclass(frozen=True, slots=True)
class LabColumn:
    """Where a laboratory variable stands, in which unit, and what was decided about it."""

    variable: str
    described: Variable
    headings: tuple[str, ...]
    """Of its columns; in a long table, the names of the measurement."""
    days: Mapping[str, int]
    """Heading and day, where each day has its own column."""
    when: When
    unit: str
    """As declared; "" where a column of units says it."""
    spellings: Mapping[str, str]
    missing: Missing
    unit_jump: UnitJump
    nines_are_values: bool

    def factor(self, unit: str) -> Factor | None:
        """Return the way from a unit to the canonical one; None if the unit is not accepted."""
        return find_factor(self.variable, self.described.unit, unit=unit, spellings=self.spellings)


@dataclass(frozen=True, slots=True)
class Told:
    """The rows in which an event happened, told by the code in a column."""

    column: str
    happened: frozenset[str]
    absent: frozenset[str]
    listed: frozenset[str]
    """Codes of the column that any event of the table names."""


@dataclass(frozen=True, slots=True)
class EventColumn:
    """Where an event stands: its day, its detail, and whether it happened."""

    variable: str
    described: Variable
    when: When
    own_when: str
    """Heading of its own date or day; "" if it has the table's."""
    has_own_date: bool
    detail: str
    """Heading; "" if there is none."""
    codes: Mapping[str, str] | None
    """Their code of the detail and ours, "" for what did not happen; None: it is a grade."""
    absent: frozenset[str]
    told: Told | None
    boxes: Mapping[str, str] | None
    """Heading of each box and the detail it stands for."""
    missing: Missing
    dates_of: tuple[Told, ...]
    """Events of a patient's row that share its date: a date without any of them is strange."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Which rows of a sheet are a table's, told by the code in a column."""

    columns: tuple[str, ...]
    """Empty if all rows are."""
    own: frozenset[str] | None
    """None: all but those that are left out."""
    left_out: frozenset[str]
    claimed: frozenset[str]
    """Codes that any table of the sheet names."""
    is_first: bool
    """Whether it is the first table of its sheet, which counts what nobody claims."""


@dataclass(frozen=True, slots=True)
class DeclaredTable:
    """One table: where it lies, whose its rows are, and what stands in it."""

    name: str
    file: Table
    """Where it lies, and how its cells are written."""
    headings: tuple[str, ...]
    """Every heading that is read."""
    patient: str
    number: str
    """Heading in the patients' table under which `patient` is found."""
    strangers_left_out: bool
    """Whether rows of patients who are not in the patients' table are not wanted."""
    missing: Missing
    claim: Claim
    when: When
    subjects: tuple[SubjectColumn, ...]
    labs: tuple[LabColumn, ...]
    events: tuple[EventColumn, ...]
    rows_need_day: bool
    """Whether a row without the table's day tells nothing."""
    event_codes: tuple[str, frozenset[str]] | None
    """Column that tells which event a row is, and its codes; None where no single one does."""
    days_given: bool
    """Whether days after infusion stand there, so that no infusion date is needed."""

    @property
    def is_of_patients(self) -> bool:
        """Whether it has one row a patient."""
        return self.file.shape == "patient"

    @property
    def is_long(self) -> bool:
        """Whether each row is a single named value."""
        return self.file.shape == "long"


@dataclass(frozen=True, slots=True)
class Declared:
    """A centre file and the dictionary, resolved."""

    centre: str
    dictionary: Dictionary
    tables: Mapping[str, DeclaredTable]
    patients_table: str
    leading_zeros: LeadingZeros
    unreadable_share: float
    subjects: Mapping[str, SubjectColumn]
    recorded_events: Mapping[str, Recorded]
    data_cut: str
    """As 2024-06-30, empty without one."""

    @property
    def patients(self) -> DeclaredTable:
        """The table that lists every enrolled patient."""
        return self.tables[self.patients_table]

    def event_dates(self, event: str, table: str) -> set[str]:
        """Return the headings under which the date of an event may stand."""
        own = {one.own_when for t in self.tables.values() for one in t.events
               if one.variable == event and one.has_own_date}  # fmt: skip
        return {*own, self.tables[table].when.date}

    @property
    def of_patients(self) -> list[DeclaredTable]:
        """The tables with one row a patient, that of all patients first."""
        others = [one for one in self.tables.values() if one.is_of_patients]
        return [self.patients, *(one for one in others if one.name != self.patients_table)]

    @property
    def of_records(self) -> list[DeclaredTable]:
        """The tables with several rows a patient."""
        return [one for one in self.tables.values() if not one.is_of_patients]
