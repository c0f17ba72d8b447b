"""A user's table as the export of a centre: staged by the code that stages centres.

What the user says and what the headings tell becomes a centre file in memory. Its patients and
their dates are gathered from all rows, for a table of measurements repeats them in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hematotox.declarations.centre import Centre, EventSource, LabSource, SubjectSource
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.tables import Table
from hematotox.dialects.cells import KNOWN, MISSING, Cells, text_of
from hematotox.dialects.export import TablesInMemory
from hematotox.dialects.numbers import read_numbers
from hematotox.dialects.sheets import Piece
from hematotox.errors import UserError, UserErrors, messages_of
from hematotox.staging import Believed, open_centre, plain_number, read_export
from hematotox.stand_alone.advice import as_options
from hematotox.stand_alone.gathered import DAY_0, patient_numbers, rows_of_patients
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.roles import INFUSION, LYMPHODEPLETION, TimeColumns, is_dated
from hematotox.stand_alone.table_file import TableFile, written_dates, written_numbers

MEASUREMENT = "name of the measurement"
UNIT = "unit of the value"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where patient, values and times stand.

    Wide tables name a column for each variable (`labs`); long tables have a column with the value,
    and for each row the name of the measurement, "" for one that is not wanted, and its unit.
    """

    patient: str
    times: TimeColumns
    labs: Mapping[str, tuple[LabSource, ...]]
    value: str | None = None
    names: Cells | None = None
    units: Cells | None = None
    unit_column: str | None = None
    """Heading that the units come from, if there is one."""
    numbers: Mapping[str, SubjectSource] = field(default_factory=dict)
    """Variables with one number a patient, such as age."""

    @property
    def values(self) -> list[str]:
        """Headings of all columns of values."""
        if self.value is not None:
            return [self.value]
        found = [source for sources in self.labs.values() for source in sources]
        return [heading for one in found for heading in (*one.column, *(one.days or ()))]

    @property
    def origin(self) -> str:
        """Date from which days are counted: the infusion, or else the lymphodepletion."""
        days_given = self.times.day is not None or self.times.date is None
        known = self.times.infusion is not None or days_given
        return INFUSION if known else LYMPHODEPLETION


@dataclass(frozen=True, slots=True)
class People:
    """The patients of a table: one row each, sorted, with the day of each event after infusion.

    `excluded` tells why a patient cannot be graded or scored.
    """

    days: pd.DataFrame
    excluded: dict[str, str]

    @property
    def usable(self) -> pd.Index:
        """Patients who can be graded or scored."""
        return self.days.index[~self.days.index.isin(set(self.excluded))]

    def note_excluded(self, notes: Notes, action: str) -> None:
        """Note who cannot be used, and why."""
        for reason in sorted(set(self.excluded.values())):
            whose = [patient for patient, why in self.excluded.items() if why == reason]
            notes.add(reason.capitalize(), rows=(), patients=whose, action=action)


def patient_named(name: str, people: People) -> str:
    """Return the patient whom the user names.

    Raises
    ------
    UserError
        The table has no such patient.
    """
    for number in (text_of(name), plain_number(text_of(name))):
        if number in people.days.index:
            return number
    raise UserError("--explain: the table has no such patient")


@dataclass(frozen=True, slots=True)
class Read:
    """A table that has been read: its patients and its laboratory values.

    `values` has a row a value: `patient_id`, `variable`, `day`, `row`, `value_low`, `value_high`
    in canonical units, sorted by patient, variable, day and row. `numbers` has a row a patient and
    a column a variable with one number a patient.
    """

    people: People
    values: pd.DataFrame
    numbers: pd.DataFrame


def read_as_centre(
    table: TableFile, layout: Layout, notes: Notes, *, dictionary: Dictionary
) -> Read:
    """Read a table as a centre's export is read.

    Parameters
    ----------
    table, layout : the table and its columns
    notes : gets what cannot be read
    dictionary : units and plausible intervals

    Raises
    ------
    UserErrors
        No row has a patient's number, a unit is not accepted, too many cells cannot be used, or
        values look as if they were in another unit and nothing was decided about them.
    """
    numbers = patient_numbers(table, layout.patient)
    centre = _centre(table, layout)
    of_patient = (layout.times.infusion, *layout.times.events.values())
    headings = [*of_patient, *(one.column for one in layout.numbers.values())]
    patients = rows_of_patients(table, numbers, layout.patient, headings=filter(None, headings))
    tables = {"labs": _labs(table, layout), "subjects": patients}
    export = TablesInMemory({}, source="real", tables=tables)
    try:
        opened = open_centre(export, centre, dictionary)
        believed = read_export(opened)
    except UserError as error:
        raise UserErrors([as_options(one) for one in messages_of(error)]) from None
    findings = opened.ledger.findings()
    whose = dict(zip(table.rows.tolist(), numbers, strict=True))
    notes.add_findings(findings, whose=whose)
    excluded = _contradicted(findings, whose)
    people = _people(layout, believed, excluded)
    if LYMPHODEPLETION in layout.times.events and LYMPHODEPLETION not in centre.subjects:
        people = _with_depletion_days(people, patients, layout, notes)
    return Read(people, _values(believed), _numbers(believed, list(layout.numbers)))


# ---- the centre file -----------------------------------------------------------------------------


def _centre(table: TableFile, layout: Layout) -> Centre:
    """Return the declaration of the table."""
    times, dates = layout.times, layout.times.dates(table)
    long, patient = layout.names is not None, layout.patient
    origin = times.infusion
    if layout.origin == LYMPHODEPLETION:
        origin = times.events[LYMPHODEPLETION]
    subjects = {INFUSION: SubjectSource(column=origin or DAY_0), **layout.numbers}
    depletion = times.events.get(LYMPHODEPLETION)
    if depletion is not None and is_dated(table.columns[depletion]):
        subjects[LYMPHODEPLETION] = SubjectSource(column=depletion)
    events = {
        event: _event(table, heading)
        for event, heading in times.events.items()
        if event != LYMPHODEPLETION
    }
    return Centre(
        id="table",
        missing=table.notation.missing,
        leading_zeros=table.notation.leading_zeros,  # type: ignore[arg-type]
        dates=written_dates(table, dates) if dates else None,
        **written_numbers(table, layout.values),  # type: ignore[arg-type]
        tables={
            "subjects": Table(file=("subjects",), patient=patient),
            "events": Table(
                file=("subjects",), sheet=("events",), shape="wide", patient=layout.patient
            ),
            "labs": Table(
                file=("labs",),
                shape="long" if long else "wide",
                patient=patient,
                day=times.day,
                date=times.date,
                name=MEASUREMENT if long else None,
                value=layout.value,
                unit=(layout.unit_column or UNIT) if long else None,
                leave_out=("",),
            ),
        },
        subjects=subjects,
        labs=dict(layout.labs),
        events=events,
    )


def _event(table: TableFile, heading: str) -> tuple[EventSource, ...]:
    if is_dated(table.columns[heading]):
        return (EventSource(date=heading),)
    return (EventSource(day=heading),)


def _labs(table: TableFile, layout: Layout) -> Piece:
    """Return the rows of the table, with the name and unit of each measurement if it is long."""
    cells = {heading: table.cells(heading) for heading in table.headings}
    if layout.names is not None and layout.units is not None:
        cells |= {MEASUREMENT: layout.names, layout.unit_column or UNIT: layout.units}
    return Piece(table.file, table.rows, cells, frozenset(), table.identities)


# ---- what was read -------------------------------------------------------------------------------


def _contradicted(findings: pd.DataFrame, whose: Mapping[int, str]) -> dict[str, str]:
    """Return the patients whose rows say two things about a date."""
    rows = findings[findings["kind"] == "contradictory rows"]
    return {
        whose[int(row)]: f"rows disagree about {variable.replace('_', ' ')}"
        for row, variable in zip(rows["row"], rows["variable"], strict=True)
    }


def _people(layout: Layout, believed: Believed, excluded: dict[str, str]) -> People:
    """Return the patients with the days of their events, and who cannot be used."""
    subjects = believed.subjects
    patients = np.array(subjects.tables.patients.numbers, dtype=object)
    days = pd.DataFrame(index=pd.Index(sorted(patients), name="patient_id", dtype=object))
    events = believed.events[believed.events["day"].notna()]
    for event in (one for one in layout.times.events if one != LYMPHODEPLETION):
        found = events[events["event"] == event]
        told = found.groupby(patients[found["patient"].to_numpy(dtype=np.int64)])["day"]
        days[event] = told.min().astype(float).reindex(days.index)
        for patient in told.nunique().loc[lambda counts: counts > 1].index:
            excluded[str(patient)] = f"rows disagree about {event.replace('_', ' ')}"
    for patient in patients[~subjects.infusions.known]:
        excluded.setdefault(str(patient), f"no {layout.origin.replace('_', ' ')}")
    if LYMPHODEPLETION in layout.times.events:
        begun, infused = (
            pd.to_datetime(pd.Series(subjects.values[name], index=patients).replace("", None))
            for name in (LYMPHODEPLETION, INFUSION)
        )
        days[LYMPHODEPLETION] = (begun - infused).dt.days.astype(float).reindex(days.index)
    return People(days, excluded)


def _with_depletion_days(people: People, rows: Piece, layout: Layout, notes: Notes) -> People:
    """Return the patients with the start of lymphodepletion that is given as a day."""
    cells, patients = rows.cells[layout.times.events[LYMPHODEPLETION]], rows.cells[layout.patient]
    read = read_numbers(cells, decimal=".", thousands="", missing=frozenset({""}))
    whole = (read.states == KNOWN) & (read.bounds == 0) & (np.nan_to_num(read.values) % 1 == 0)
    strange = (read.states != MISSING) & ~whole
    notes.add(
        "The day of lymphodepletion is no whole day", rows=rows.rows[strange],
        patients=patients[strange], action="it counts as not known",
    )  # fmt: skip
    told = pd.Series(read.values[whole]).groupby(patients[whole])
    twice = told.nunique().loc[lambda counts: counts > 1].index
    disagree = {str(patient): "rows disagree about lymphodepletion" for patient in twice}
    start = told.min().reindex(people.days.index)
    return People(people.days.assign(**{LYMPHODEPLETION: start}), people.excluded | disagree)


def _numbers(believed: Believed, names: list[str]) -> pd.DataFrame:
    """Return variables with one number a patient, NaN where it is not known."""
    patients = pd.Index(believed.subjects.tables.patients.numbers, name="patient_id", dtype=object)
    columns = {
        name: pd.to_numeric(believed.subjects.values[name], errors="coerce") for name in names
    }
    return pd.DataFrame(columns, index=patients, dtype=float)


def _values(believed: Believed) -> pd.DataFrame:
    """Return the laboratory values, in the order of patients, variables, days and rows."""
    patients = np.array(believed.subjects.tables.patients.numbers, dtype=object)
    parts = [
        pd.DataFrame(
            {
                "patient_id": patients[found.patients],
                "variable": variable,
                "day": found.days,
                "row": found.rows,
                "value_low": found.low,
                "value_high": found.high,
            }
        )
        for variable, found in believed.labs.items()
    ]
    order = ["patient_id", "variable", "day", "row"]
    return pd.concat(parts).sort_values(order, kind="stable", ignore_index=True)
