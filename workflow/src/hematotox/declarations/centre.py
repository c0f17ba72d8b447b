"""A centre file: the way from one hospital's export to the variables of the dictionary."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.day_columns import expanded
from hematotox.declarations.tables import Codes, Dialect, Table, Texts, one_or_several


class When(Declaration):
    """The rows in which an event happened, told by the code in one column."""

    column: Text
    """Heading of the column with the code."""
    in_: Codes = Field(alias="in")
    """Codes that say that the event happened."""
    not_in: Codes = ()
    """Codes that say that it did not happen, where every row has one."""


class Source(Declaration):
    """Where the values of a variable stand; what all kinds of variables share."""

    table: Name | None = None
    """Name of the table; `subjects`, `labs` or `events`, or the only table, if absent."""
    missing: Codes = ()
    """Further texts that say that this value is not known."""


class SubjectSource(Source):
    """Where a variable with one value a patient stands."""

    column: Text | None = None
    """Heading."""
    unit: str | None = None
    """Their unit (UCUM), for variables that have one; the dictionary's unit if absent."""
    heading_unit_wrong: Flag = False
    """true: the heading names another unit than that of the values, and somebody has made sure."""
    values: dict[str, str] | None = None
    """Their code and ours: a level, or a number."""
    checkboxes: dict[Text, str] | None = None
    """Headings of boxes of which one may be ticked, and the level each stands for."""
    nines_are_values: Flag = False
    """true: numbers such as 999 or 8888 were measured, and somebody has made sure; else such a one
    that no other value comes near, or that is repeated, counts as missing."""
    birth_date: Flag = False
    """The column has the date of birth: the age is the completed years at infusion, at enrolment of
    patients who were not infused."""

    @model_validator(mode="after")
    def _column_or_checkboxes(self) -> SubjectSource:
        if (self.column is None) == (self.checkboxes is None):
            raise ValueError("needs either column or checkboxes")
        return self


class LabSource(Source):
    """Where a laboratory variable stands."""

    column: Texts = ()
    """Heading; in a long table, the name of the measurement; several if it has several."""
    days: Annotated[
        dict[Text, int] | None,
        BeforeValidator(expanded, json_schema_input_type=dict[Text, int | list[int]] | None),
    ] = None
    """Instead of column: heading and day after infusion, where each day has its own column;
    `D{n}: [-5, 30]` names the columns D-5 to D30, with `D{+n}` D+1 to D+30."""
    unit: str | None = None
    """Their unit (UCUM); in a long table with a unit column, of the rows that leave it empty."""
    heading_unit_wrong: Flag = False
    """true: the heading names another unit than that of the values, and somebody has made sure."""
    date: Text | None = None
    """Heading of the date, where it is not the table's."""
    on_day: int | None = None
    """Day after infusion of all values, where no column tells it."""
    nines_are_values: Flag = False
    """true: numbers such as 999 or 8888 were measured, and somebody has made sure; else such a one
    that no other value comes near, or that is repeated, counts as missing."""
    unit_jump: Literal["stop", "keep", "convert", "set_aside"] = "stop"
    """Decision on values that look a thousandfold too high or low: after looking at them."""

    @model_validator(mode="after")
    def _column_or_days(self) -> LabSource:
        if bool(self.column) == bool(self.days):
            raise ValueError("needs either column or days")
        if self.days is not None and (self.date is not None or self.on_day is not None):
            raise ValueError("days says when; date and on_day do not go with it")
        return self


class EventSource(Source):
    """Where an event stands: its date, its detail, and whether it happened."""

    date: Text | None = None
    """Heading of the date; the table's date if absent."""
    day: Text | None = None
    """Heading of the day after infusion, where days are given instead of dates."""
    column: Text | None = None
    """Heading of the detail: grade, response, cause, type."""
    values: dict[str, str] | None = None
    """Their code of the detail and ours."""
    absent: Codes = ()
    """Codes of the detail that say that the event did not happen."""
    when: When | None = None
    """The rows in which the event happened; without it, those with a date or a detail."""
    checkboxes: dict[Text, str] | None = None
    """Headings of boxes, and the detail of the event that a ticked box stands for."""

    @model_validator(mode="after")
    def _one_kind_of_detail(self) -> EventSource:
        if self.checkboxes is not None and (self.column is not None or self.when is not None):
            raise ValueError("checkboxes do not go with column or when")
        if self.date is not None and self.day is not None:
            raise ValueError("date or day, not both")
        return self


SubjectSources = dict[Name, SubjectSource]
LabSources = dict[Name, Annotated[tuple[LabSource, ...], one_or_several(LabSource)]]
EventSources = dict[Name, Annotated[tuple[EventSource, ...], one_or_several(EventSource)]]


class Centre(Dialect):
    """`config/centres/<centre>.yaml`: nothing but the way from their columns to the dictionary."""

    id: Name
    """Name of the centre in studies and tables; also the name of the file and of the export's
    folder."""
    label: Text | None = None
    """Name of the centre in print."""
    tables: dict[Name, Table]
    """Tables of the export by a name of your choice: the names `subjects`, `labs` and `events` are
    found without saying so."""
    patients: Name | None = None
    """Table that lists every enrolled patient; that of the infusion date if absent."""
    units: dict[str, str] = Field(default={})
    """Their spelling of a unit and its UCUM code."""
    leading_zeros: Literal["keep", "drop"] | None = None
    """drop: patient 007 is patient 7, and 12.0 is 12; keep: they are two. Where nothing is said,
    numbers are kept, and two patients whose numbers differ by this alone stop the run."""
    unreadable_share: float = Field(default=0.05, ge=0, le=1)
    """Share of a column's cells that may be unreadable or implausible before the run stops. (An
    event's code that is not listed always stops it.)"""
    data_cut: date | None = None
    """Day on which the export was cut, as 2024-06-30; what is dated later does not count in any
    study."""
    subjects: SubjectSources
    """Variables with one value a patient: where each stands. The infusion date is required."""
    labs: LabSources = Field(default={})
    """Laboratory variables: where each stands; several sources of one variable are a list."""
    events: EventSources = Field(default={})
    """Events: where each stands; several sources of one event are a list."""
    none_occurred: Annotated[tuple[Name, ...], one_or_several(Name)] = ()
    """Events without a column that happened to no patient, as the centre knows because it looked.
    An event neither here nor under `events` is unknown: what needs it is not evaluable."""

    @model_validator(mode="after")
    def _one_data_cut(self) -> Centre:
        """Refuse files of different days: who died between them would still be seen alive."""
        told = {name: table.data_cut for name, table in self.tables.items() if table.data_cut}
        told |= {"the centre": self.data_cut} if self.data_cut else {}
        if len(set(told.values())) > 1:
            words = ", ".join(f"{day} ({name})" for name, day in told.items())
            raise ValueError(
                f"data_cut: the files of one centre were cut on different days: {words}; ask the "
                "centre for all files of one day"
            )
        return self

    @property
    def cut(self) -> date | None:
        """Day on which the export was cut, said of the centre or of its tables."""
        return next((t.data_cut for t in self.tables.values() if t.data_cut), self.data_cut)

    @model_validator(mode="after")
    def _sources_name_tables(self) -> Centre:
        for name in sorted(set(self.none_occurred) & set(self.events)):
            raise ValueError(f"none_occurred: {name} stands under events: the export tells it")
        for section, variable, source in self.sources():
            self._check_table(f"{section}.{variable}", source.table, section=section)
        if self.patients is not None and self.patients not in self.tables:
            raise ValueError(f'patients: there is no table "{self.patients}"')
        if "infusion_date" not in self.subjects:
            raise ValueError("subjects: infusion_date is missing; day 0 is the infusion")
        return self

    def _check_table(self, where: str, name: str | None, *, section: str) -> None:
        known = ", ".join(self.tables)
        if name is not None and name not in self.tables:
            raise ValueError(f'{where}.table: there is no table "{name}" (tables: {known})')
        if name is None and section not in self.tables and len(self.tables) > 1:
            raise ValueError(f"{where}: needs table, one of: {known}{self._others(where)}")

    def _others(self, where: str) -> str:
        """Return words for the sources after this one that need a table as well."""
        lacking = [
            f"{section}.{variable}"
            for section, variable, source in self.sources()
            if source.table is None and section not in self.tables
        ]
        others = dict.fromkeys(one for one in lacking if one != where)
        return f" (so do: {', '.join(others)})" if others else ""

    def sources(self) -> list[tuple[str, str, SubjectSource | LabSource | EventSource]]:
        """Return section, variable and source of everything that is read."""
        found: list[tuple[str, str, SubjectSource | LabSource | EventSource]] = []
        found += [("subjects", name, source) for name, source in self.subjects.items()]
        found += [("labs", name, one) for name, several in self.labs.items() for one in several]
        found += [("events", name, one) for name, several in self.events.items() for one in several]
        return found

    def table_of(self, section: str, source: Source) -> str:
        """Return the name of the table in which a source of a section stands."""
        if source.table is not None:
            return source.table
        return section if section in self.tables else next(iter(self.tables))

    @property
    def patients_table(self) -> str:
        """Name of the table that lists every enrolled patient."""
        return self.patients or self.table_of("subjects", self.subjects["infusion_date"])

    def dialect(self, name: str) -> Dialect:
        """Return how the cells of a table are written, with the centre's words for all tables."""
        table = self.tables[name]
        settled = {
            key: getattr(table, key) if getattr(table, key) is not None else getattr(self, key)
            for key in Dialect.model_fields
        }
        defaults: dict[str, Any] = {"encoding": "utf-8", "delimiter": ",", "dates": ("%Y-%m-%d",),
                    "decimal": ".", "thousands": "", "missing": ()}  # fmt: skip
        return Dialect.model_construct(
            **{key: defaults[key] if value is None else value for key, value in settled.items()}
        )
