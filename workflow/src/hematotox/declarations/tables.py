"""The tables of an export: where each lies, what its columns are, how its cells are written."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from hematotox.declarations.base import Declaration, Text
from hematotox.declarations.date_format import DateFormat
from hematotox.declarations.file_names import inside


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, (str, dict)) else value


def one_or_several(kind: Any) -> BeforeValidator:
    """Accept a single one where several may stand, also in the exported schema."""
    return BeforeValidator(_listed, json_schema_input_type=kind | tuple[kind, ...])


Texts = Annotated[tuple[Text, ...], one_or_several(Text)]
DateFormats = Annotated[tuple[DateFormat, ...], one_or_several(DateFormat)]
Codes = Annotated[tuple[str, ...], one_or_several(str)]
Format = Literal["csv", "excel", "spss", "stata", "parquet"]
Delimiter = Literal[",", ";", "\t", "|"]
FORMATS: dict[str, Format] = {
    "csv": "csv", "txt": "csv", "tsv": "csv", "xlsx": "excel", "xls": "excel", "xlsm": "excel",
    "ods": "excel", "sav": "spss", "zsav": "spss", "dta": "stata", "parquet": "parquet",
}  # fmt: skip


class Rows(Declaration):
    """Which rows of a sheet belong to a table, told by the code in one column."""

    column: Texts
    """Heading of the column with the code; several, whose codes are joined by " / " (of REDCap,
    event and instrument: "day_0 / labs", and "day_0 /" where the second is empty)."""
    in_: Codes | None = Field(default=None, alias="in")
    """Codes of the rows that belong to the table; all but `leave_out` if absent."""
    leave_out: Codes = ()
    """Codes of the rows that are known and not wanted."""


class Dialect(Declaration):
    """How cells are written; what a table leaves open, the centre says for all its tables."""

    encoding: Text | None = None
    """Of text files, for example utf-8 (where nothing is said), cp1252, latin-1."""
    delimiter: Delimiter | None = None
    r"""Between the cells of a text file: "," (where nothing is said) ";" "|" or a tab, "\t"."""
    dates: DateFormats | None = None
    """strftime patterns such as %d.%m.%Y; native (date cells); excel_serial (days as numbers);
    excel_serial_1904 (from a workbook that counts from 1904, saved as text);
    %Y-%m-%d where nothing is said."""
    decimal: Literal[".", ","] | None = None
    """Decimal sign of numbers written as text; "." where nothing is said."""
    thousands: Literal["", ".", ",", " ", "'"] | None = None
    """Sign between groups of three digits; none if absent."""
    missing: Codes | None = None
    """Texts that say that a value is not known; an empty cell always does."""

    @model_validator(mode="after")
    def _two_signs(self) -> Dialect:
        if self.decimal is not None and self.decimal == self.thousands:
            raise ValueError("thousands: must differ from the decimal sign")
        return self


class Table(Dialect):
    """One table of the export: where it lies and what its rows and columns are."""

    file: Annotated[Texts, AfterValidator(lambda names: tuple(map(inside, names)))]
    """File name or pattern (labor_*.csv), one or several."""
    format: Format | None = None
    """Told from the ending of the file name if absent."""
    sheet: Texts = ()
    """Name or pattern of the sheets of a workbook; its only sheet if absent."""
    header_row: int = Field(default=1, ge=1)
    """Row of the headings, counted from 1; what stands above is not read."""
    header_rows: int = Field(default=1, ge=1, le=3)
    """Number of rows of headings; the parts of a heading are joined by " / "."""
    shape: Literal["patient", "wide", "long"] = "patient"
    """One row a patient; a patient and date (or an event); a single named value."""
    rows: Rows | None = None
    """The rows of the sheet that belong to this table; all if absent."""
    patient: Text
    """Heading of the patient's number."""
    matches: Text | None = None
    """Heading in the patients' table that `patient` refers to; its patient number if absent."""
    other_patients: Literal["report", "leave_out"] = "report"
    """What to do with rows of patients who are not in the patients' table."""
    date: Text | None = None
    """Heading of the date of the measurements."""
    day: Text | None = None
    """Heading of the day of the measurements, where days after infusion are given."""
    name: Text | None = None
    """Long tables: heading of the column that names the measurement."""
    value: Text | None = None
    """Long tables: heading of the column with the value."""
    unit: Text | None = None
    """Long tables: heading of the column with the unit."""
    leave_out: Codes = ()
    """Long tables: names of measurements that are known and not wanted."""
    data_cut: datetime.date | None = None
    """Day on which this file was cut, as 2024-06-30, where the centre's files say it one by one;
    all files of a centre must be cut on one day."""
    cells: Literal["codes", "labels"] = "codes"
    """SPSS and Stata: read codes, or the labels of the codes."""

    @model_validator(mode="after")
    def _shape_has_its_columns(self) -> Table:
        named = (self.name, self.value)
        if (self.shape == "long") != (None not in named) or (any(named) and None in named):
            raise ValueError("shape: long goes with name and value, the other shapes without")
        if self.date is not None and self.day is not None:
            raise ValueError("date or day, not both")
        return self
