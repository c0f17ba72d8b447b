"""Rows of an export made from canonical tables: the inverse of a centre's declaration."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hematotox.declarations.centre import Centre, EventSource, LabSource, SubjectSource
from hematotox.dialects.dates import day_of, write_date
from hematotox.dialects.numbers import write_interval
from hematotox.dialects.units import CANONICAL, Factor, find_factor
from hematotox.synthetic.writing.canonical_tables import Tables, number_of, record_number

Record = dict[str, Any]
"""Heading and cell: text, number (float), date or None."""


class RecordWriter:
    """Makes the rows of one table of a centre's export from canonical tables."""

    def __init__(self, centre: Centre, name: str, *, tables: Tables) -> None:
        self.centre, self.name, self.tables = centre, name, tables
        self.table, self.dialect = centre.tables[name], centre.dialect(name)
        self.formats = self.dialect.dates or ("%Y-%m-%d",)

    def records(self) -> list[tuple[str, Record]]:
        """Return patient and row, in the order of the table."""
        if self.table.shape == "patient":
            made = list(self._patient_rows())
        elif self.table.shape == "long":
            made = list(self._long_rows())
        else:
            made = [*self._wide_lab_rows(), *self._event_rows()]
        for _, record in made:
            self._mark_rows(record)
        return sorted(made, key=lambda one: one[0])

    def _mark_rows(self, record: Record) -> None:
        if self.table.rows is not None and self.table.rows.in_ is not None:
            parts = self.table.rows.in_[0].split(" / ")
            record.update(zip(self.table.rows.column, parts, strict=False))

    def _start(self, patient_id: str) -> Record:
        if self.table.matches is not None:
            position = int(self.tables.subjects["patient_id"].searchsorted(patient_id))
            return {self.table.patient: record_number(position)}
        return {self.table.patient: number_of(patient_id)}

    def _sources(self, section: str) -> Iterator[tuple[str, Any]]:
        for one_section, variable, source in self.centre.sources():
            if one_section == section and self.centre.table_of(section, source) == self.name:
                yield variable, source

    def _date(self, patient_id: str, day: Any) -> Any:
        if pd.isna(day) or patient_id not in self.tables.infusions:
            return None
        return write_date(self.tables.infusions[patient_id] + int(day), self.formats)

    # ---- one row a patient ----------------------------------------------------------------------

    def _patient_rows(self) -> Iterator[tuple[str, Record]]:
        events = dict(list(self.tables.events.groupby("patient_id", sort=False)))
        labs = dict(list(self.tables.labs.groupby("patient_id", sort=False)))
        others = {t.matches for t in self.centre.tables.values() if t.matches}
        for position, subject in enumerate(self.tables.subjects.to_dict("records")):
            patient_id = str(subject["patient_id"])
            record = self._start(patient_id)
            if self.name == self.centre.patients_table:
                record.update(dict.fromkeys(sorted(others), record_number(position)))
            for variable, source in self._sources("subjects"):
                self._put_subject(
                    record, variable, source=source, subject=subject, position=position
                )
            if patient_id in labs:
                self._put_labs(record, subject, labs=labs[patient_id])
            self._put_events(record, patient_id, events=events.get(patient_id))
            yield patient_id, record

    def _put_subject(
        self, record: Record, variable: str, *, source: SubjectSource, subject: Any, position: int
    ) -> None:
        value = subject.get(variable, "")
        if source.checkboxes is not None:
            record.update({h: "1" if v == value else "0" for h, v in source.checkboxes.items()})
        elif source.column is not None and source.birth_date:
            record[source.column] = self._birth_date(subject, position)
        elif source.column is not None:
            record[source.column] = self._subject_cell(variable, source, value=value)

    def _subject_cell(self, variable: str, source: SubjectSource, *, value: Any) -> Any:
        if value == "" or pd.isna(value):
            return None
        if variable.endswith("_date"):
            return write_date(day_of(value), self.formats)
        if isinstance(value, str) or source.values is not None:
            code = value if isinstance(value, str) else f"{value:g}"
            return _their_code(source.values, code)
        factor = self._factor(variable, source.unit)
        return float(factor.from_canonical(np.array([float(value)]))[0])

    def _factor(self, variable: str, unit: str | None) -> Factor:
        canonical = CANONICAL.get(variable, unit or "")
        factor = find_factor(
            variable, canonical, unit=unit or canonical, spellings=self.centre.units
        )
        if factor is None:
            raise ValueError(f"{variable}: unit {unit} is not accepted")
        return factor

    def _birth_date(self, subject: Any, position: int) -> Any:
        """Return a date of birth that gives the age in completed years."""
        reference = subject["infusion_date"] or subject.get("enrolment_date", "")
        if not reference or pd.isna(subject["age"]):
            return None
        day = day_of(reference) - position * 37 % 364
        date = np.datetime64(day, "D").astype(object)
        year = date.year - int(subject["age"])
        last = 28 if (date.month, date.day) == (2, 29) else date.day
        return write_date(day_of(f"{year:04d}-{date.month:02d}-{last:02d}"), self.formats)

    def _put_labs(self, record: Record, subject: Any, *, labs: pd.DataFrame) -> None:
        for variable, source in self._sources("labs"):
            own = labs[(labs["variable"] == variable) & (labs["measurement"] == 1)]
            for heading, day in self._lab_days(source, subject):
                chosen = own[own["day"] == day]
                if len(chosen):
                    record[heading] = self._cells(variable, source.unit, labs=chosen)[0]

    def _lab_days(self, source: LabSource, subject: Any) -> list[tuple[str, int]]:
        """Return heading and day of values that stand in a row a patient."""
        if source.days is not None:
            return list(source.days.items())
        if source.on_day is not None:
            return [(source.column[0], source.on_day)]
        dates = {s.column: v for v, s in self._sources("subjects") if s.column is not None}
        date = subject.get(dates.get(source.date, ""), "")
        if not date or not subject["infusion_date"]:
            return []
        return [(source.column[0], day_of(date) - day_of(subject["infusion_date"]))]

    def _put_events(self, record: Record, patient_id: str, *, events: pd.DataFrame | None) -> None:
        taken: dict[str, int] = {}
        for variable, source in self._sources("events"):
            rows = [] if events is None else events[events["event"] == variable].to_dict("records")
            position = taken.get(variable, 0)
            taken[variable] = position + 1
            if position < len(rows):
                record.update(self._event_cells(patient_id, source, row=rows[position]))
            else:
                self._put_absence(record, source)
        if events is not None:
            for variable, used in taken.items():
                if int((events["event"] == variable).sum()) > used:
                    raise ValueError(f"{self.name}: more {variable} of a patient than columns")

    @staticmethod
    def _put_absence(record: Record, source: EventSource) -> None:
        for heading in source.checkboxes or {}:
            record[heading] = "0"
        if source.column is not None and source.absent:
            record.setdefault(source.column, source.absent[0])
        if source.when is not None and source.when.not_in:
            record.setdefault(source.when.column, source.when.not_in[0])

    # ---- rows of values and events --------------------------------------------------------------

    def _wide_lab_rows(self) -> Iterator[tuple[str, Record]]:
        headings = [source.column[0] for _, source in self._sources("labs")]
        rows: dict[tuple[str, int, int], Record] = {}
        for _, source, labs in self._lab_cells():
            for patient_id, day, measurement, cell in labs:
                key = (patient_id, day, measurement)
                if key not in rows:
                    rows[key] = self._measured(patient_id, day) | dict.fromkeys(headings)
                rows[key][source.column[0]] = cell
        yield from ((key[0], rows[key]) for key in sorted(rows))

    def _long_rows(self) -> Iterator[tuple[str, Record]]:
        spelled = {code: theirs for theirs, code in self.centre.units.items()}
        rows = []
        for variable, source, labs in self._lab_cells():
            unit = source.unit or CANONICAL[variable]
            for patient_id, day, measurement, cell in labs:
                record = self._measured(patient_id, day)
                record[str(self.table.name)] = source.column[0]
                record[str(self.table.value)] = cell
                if self.table.unit is not None:
                    record[self.table.unit] = spelled.get(unit, unit)
                rows.append(((patient_id, day, measurement), record))
        yield from ((key[0], record) for key, record in sorted(rows, key=lambda one: one[0]))

    def _measured(self, patient_id: str, day: int) -> Record:
        """Return the start of a row of values: whose they are, and of which day."""
        record = self._start(patient_id)
        if self.table.date is not None:
            record[self.table.date] = self._date(patient_id, day)
        else:
            record[str(self.table.day)] = float(day)
        return record

    def _lab_cells(
        self,
    ) -> Iterator[tuple[str, LabSource, Iterator[tuple[str, int, int, Any]]]]:
        """Give each variable of the table with patient, day, measurement and cell of its values."""
        for variable, source in self._sources("labs"):
            labs = self.tables.labs[self.tables.labs["variable"] == variable]
            cells = self._cells(variable, source.unit, labs=labs)
            keys = (labs[name].tolist() for name in ("patient_id", "day", "measurement"))
            yield variable, source, zip(*keys, cells, strict=True)

    def _cells(self, variable: str, unit: str | None, *, labs: pd.DataFrame) -> list[Any]:
        """Return values in the centre's unit: numbers, or text for "<0.3" and ">2000"."""
        factor = self._factor(variable, unit)
        low = factor.from_canonical(labs["value_low"].to_numpy(dtype=float)).tolist()
        high = factor.from_canonical(labs["value_high"].to_numpy(dtype=float)).tolist()
        decimal = self.dialect.decimal or "."
        return [
            one if one == other else write_interval(one, other, decimal=decimal)
            for one, other in zip(low, high, strict=True)
        ]

    def _event_rows(self) -> Iterator[tuple[str, Record]]:
        sources = list(self._sources("events"))
        declared = {variable for variable, _ in sources}
        for row in self.tables.events.to_dict("records"):
            if row["event"] in declared:
                own = [source for variable, source in sources if variable == row["event"]]
                fitting = [source for source in own if _says(source, row["detail"])] or own
                patient_id = str(row["patient_id"])
                cells = self._event_cells(patient_id, fitting[0], row=row)
                yield patient_id, {**self._start(patient_id), **cells}

    def _event_cells(self, patient_id: str, source: EventSource, *, row: Any) -> Record:
        cells: Record = {}
        day = source.day or (self.table.day if source.date is None else None)
        if day is not None:
            cells[day] = None if pd.isna(row["day"]) else float(row["day"])
        elif (source.date or self.table.date) is not None:
            cells[str(source.date or self.table.date)] = self._date(patient_id, row["day"])
        for heading, detail in (source.checkboxes or {}).items():
            cells[heading] = "1" if detail == row["detail"] else "0"
        if source.when is not None:
            cells[source.when.column] = source.when.in_[0]
        if source.column is not None:
            cells[source.column] = _their_code(source.values, row["detail"]) or None
        return cells


def _says(source: EventSource, detail: str) -> bool:
    """Return whether a source can express the detail of an event."""
    return not detail or source.values is None or detail in source.values.values()


def _their_code(values: Mapping[str, str] | None, ours: str) -> str:
    if values is None or not ours:
        return ours
    for theirs, level in values.items():
        if level == ours:
            return theirs
    raise ValueError(f"the centre file has no code for {ours}")


def is_missing(cell: Any) -> bool:
    """Return whether a cell has no value."""
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))
