"""The ways in beside exports: an analysis-ready table of patients, or published 2x2 tables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hematotox.declarations.base import Declaration, Name, Text
from hematotox.declarations.file_names import inside
from hematotox.declarations.in_print import Printed, PrintedLabels


class ColumnCovariate(Declaration):
    """A covariate of an analysis-ready table: one of its columns."""

    column: Text
    """Heading of the column."""
    label: Printed | None = None
    """As it stands in the manuscript; the name if absent."""
    unit: str | None = None
    """Of a number: its unit (UCUM), shown in print; "1" for a number without a unit, such as a
    score's points. Values are not converted."""
    values: dict[str, str] | None = None
    """Of a category: code in the table and name of the level; the first is the reference."""
    labels: PrintedLabels | None = None
    """Words for the levels, as they stand in the manuscript."""
    known_from_day: Annotated[int, Field(ge=1)] | None = None
    """Day after the time origin on which it becomes known, of what is not known before."""

    @model_validator(mode="after")
    def _number_or_category(self) -> ColumnCovariate:
        if self.unit is None and self.values is None:
            raise ValueError(
                'needs unit or values: unit: a (or another UCUM unit; "1" for a number without '
                'one), or for a category its codes, values: {"0": no, "1": yes}'
            )
        if self.unit is not None and self.values is not None:
            raise ValueError("has unit (a number) and values (a category): keep one of them")
        if self.values is not None and len(set(self.values.values())) != len(self.values):
            raise ValueError("values: two codes have the same name")
        return self


class ColumnEndpoint(Declaration):
    """An endpoint of an analysis-ready table: a time and a status column."""

    time: Text | None = None
    """Column of the time; absent for an endpoint that only happened or not."""
    unit: Literal["d", "wk", "mo", "a"] | None = None
    """Unit of the time: days, weeks, months of 30.4375 days or years of 365.25 days."""
    status: Text
    """Column of the status."""
    values: dict[str, str]
    """Code in the table: censored, event, competing, or a name in `causes`."""
    causes: tuple[Name, ...] = ()
    """Names of status 1, 2, ...; the first is the event of interest."""
    label: Printed | None = None
    """As it stands in the manuscript; the name if absent."""
    labels: PrintedLabels | None = None
    """Words for the causes, as they stand in the manuscript."""
    known_from_day: Annotated[int, Field(ge=1)] | None = None
    """Day after the time origin on which its status is known of every patient, where it predicts
    another endpoint."""

    @model_validator(mode="after")
    def _values_name_causes(self) -> ColumnEndpoint:
        # Once the causes have names, each status is one of them: a status without a name would
        # belong to no curve.
        named = self.causes or ("event", "competing")
        known = ("censored", *named)
        for value in self.values.values():
            if value not in known:
                raise ValueError(f'values: "{value}" must be one of {", ".join(known)}')
        if (self.time is None) != (self.unit is None):
            raise ValueError("time and unit go together")
        return self

    def status_of(self, value: str) -> int:
        """Return 0 for censored, 1 for the event, 2 and above for competing events."""
        causes = self.causes or ("event", "competing")
        return 0 if value == "censored" else 1 + causes.index(value)


class CohortTable(Declaration):
    """The way in for an analysis-ready table, one row a patient."""

    file: Annotated[Text, AfterValidator(inside)]
    """Name of a file in the run's exports folder, or in the project's own data: CSV, or any other
    format that an export may have."""
    patient_id: Text
    """Column of the patient's number, or `row_number`."""
    centre: Text | None = None
    """Column of the centre; all patients are of one centre if absent."""
    covariates: dict[Name, ColumnCovariate]
    """Covariates by name."""
    endpoints: dict[Name, ColumnEndpoint]
    """Endpoints by name."""
    missing: tuple[str, ...] = ("", "NA")
    """Texts that say that a value is not known."""
    delimiter: Literal[",", ";", "\t"] = ","
    """Sign between the cells."""
    decimal: Literal[".", ","] = "."
    """Decimal sign."""
    thousands: Literal["", ".", ",", "'", " "] = ""
    """Sign between groups of three digits, as in 1,234; none by default."""
    encoding: str = "utf-8"
    """Of the file, for example utf-8 or cp1252."""


class CountsTable(Declaration):
    """The way in for published 2x2 tables: no patients, only counts.

    The file has the columns cohort, endpoint, group, n_event, n: a row for each group of each
    endpoint of each cohort.
    """

    file: Annotated[Text, AfterValidator(inside)]
    """Name of a CSV file of 2x2 tables."""
    exposure: Name
    """Name of the groups in the analyses."""
    label: Printed
    """Words for the groups, such as the score's name."""
    levels: dict[Name, Printed]
    """Level, as in column `group`, and words for it; the first is the reference."""
    endpoints: dict[Name, Printed]
    """Endpoint, as in column `endpoint`, and words for it."""
    cohorts: dict[Name, Printed] = {}
    """Cohort, as in column `cohort`, and words for it."""

    def as_table(self) -> CohortTable:
        """Return the declaration of the table that the counts are expanded to."""
        values = {level: level for level in self.levels}
        outcome = {"0": "censored", "1": "event"}
        return CohortTable(
            file=self.file,
            patient_id="row_number",
            centre="cohort",
            covariates={
                self.exposure: ColumnCovariate(
                    column="group", label=self.label, values=values, labels=self.levels
                )
            },
            endpoints={
                name: ColumnEndpoint(status=name, values=outcome, label=label)
                for name, label in self.endpoints.items()
            },
        )
