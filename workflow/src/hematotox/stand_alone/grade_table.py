"""Grades of the patients of one table: long or wide, days or dates."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hematotox.cohort.explanation import explain
from hematotox.cohort.findings import more_than
from hematotox.cohort.follow_up import observed_until
from hematotox.cohort.grading.grades import grade
from hematotox.cohort.words import listed
from hematotox.contracts import conform
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.errors import UserError
from hematotox.observation import SURE_ENDS
from hematotox.stand_alone.as_centre import Layout, People, Read, patient_named, read_as_centre
from hematotox.stand_alone.layouts import FOLLOW_UP, Chosen, grade_layout, not_read
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.table_file import TableFile
from hematotox.stand_alone.units_said import Asked

MORE = "A neutrophil count above the leukocytes of the same day"
LATER = "A value or event after the stated last contact"
COUNTS = "observation lasts to the latest of them; check the last contact"
NOT_TOLD = "Neither death nor last contact is known"
OBSERVED = "observation is taken to end with the last value"


@dataclass(frozen=True, slots=True)
class GradeRequest:
    """What is to be graded, and how the table says it.

    `variable` may be left out where the convention leaves no choice; `unit` where a column has it.
    """

    convention: Convention
    dictionary: Dictionary
    variable: str | None = None
    unit: str | None = None
    chosen: Chosen = field(default_factory=Chosen)


@dataclass(frozen=True, slots=True)
class Graded:
    """Grades of a table, the findings in words, and what an explanation needs."""

    table: pd.DataFrame
    notes: list[str]
    labs: pd.DataFrame
    people: People
    variable: str


def grade_table(table: TableFile, request: GradeRequest) -> Graded:
    """Grade every patient of a table.

    Parameters
    ----------
    table : long (patient, day or date with infusion date, value) or wide (one column a day)
    request : convention, variable, unit and columns

    Returns
    -------
    Table `grades` with a row for each patient and window; a patient who cannot be graded has the
    reason. Days at levels that the convention does not know are left out.

    Raises
    ------
    UserError
        A column or unit is missing or unclear, or too many cells cannot be used.
    """
    notes = Notes(table.file)
    variable = variable_of(request)
    other = _narrowing(request, variable)
    layout = grade_layout(table, request.chosen, notes, variable=variable, narrowing=other)
    read = read_as_centre(table, layout, notes, dictionary=request.dictionary)
    people, labs = read.people, lab_table(read)
    _note_days(notes, read, variable.name)
    if other is not None:
        more = more_than(labs, variable.name, other.name)
        notes.add(MORE, rows=(), patients=more, action="it is graded; check both values")
    windows = {n: w for n, w in request.convention.windows.items() if w.variable == variable.name}
    narrowed = request.convention.model_copy(update={"windows": windows})
    observed = observation(people, labs)
    graded = grade(labs, observed, conventions={narrowed.id: narrowed})
    grades = _with_reasons(graded, people.excluded)
    _note_observation(notes, observed.loc[people.usable])
    lines = [*notes.lines(), *_columns_left(table, layout)]
    return Graded(_tidy(grades), lines, labs, people, variable.name)


def _note_observation(notes: Notes, observed: pd.DataFrame) -> None:
    """Note whose last contact is not known, or older than what is dated after it."""
    alive = observed["death"].isna()
    for which, what, action in (
        (alive & observed["last_contact"].isna(), NOT_TOLD, OBSERVED),
        (alive & (observed["end"] > observed["last_contact"]), LATER, COUNTS),
    ):
        notes.add(what, rows=(), patients=observed.index[which], action=action)


def _columns_left(table: TableFile, layout: Layout) -> list[str]:
    """Say that columns are not read; one of them might tell when a patient died."""
    count = not_read(table, layout)
    if not count:
        return []
    what = "1 other column is" if count == 1 else f"{count} other columns are"
    lacking = [event for event in FOLLOW_UP if event not in layout.times.events]
    options = ", ".join(f"--{event.replace('_', '-')}" for event in lacking)
    events = listed([event.replace("_", " ") for event in lacking], "or") if lacking else ""
    how = f"; a day or date of {events} is named with {options}" if lacking else ""
    told = [event.replace("_", " ") for event in layout.times.codes]
    held = f"; that of {listed(told, 'and')} tells whether and not when" if told else ""
    return [f"{table.file}: {what} not read{held}{how}."]


def variable_of(request: GradeRequest) -> Asked:
    """Return the laboratory variable to grade.

    Raises
    ------
    UserError
        The convention grades several and none is named, or does not grade the named one.
    """
    graded = list(dict.fromkeys(w.variable for w in request.convention.windows.values()))
    name = request.variable or ("anc" if "anc" in graded else graded[0])
    if name not in graded or (request.variable is None and "anc" not in graded and graded[1:]):
        raise UserError(
            f"--variable: convention {request.convention.id} grades {', '.join(graded)}; say which"
        )
    return Asked(name, request.dictionary.variables[name], request.unit or "")


def _narrowing(request: GradeRequest, variable: Asked) -> Asked | None:
    """Return the variable that narrows the graded one in a window, None without one."""
    windows = request.convention.windows.values()
    names = {w.narrowed_by or "" for w in windows if w.variable == variable.name} - {""}
    return next((Asked(n, request.dictionary.variables[n]) for n in sorted(names)), None)


def lab_table(read: Read) -> pd.DataFrame:
    """Return the values of usable patients as table `labs`."""
    rows = read.values[read.values["patient_id"].isin(read.people.usable)]
    number = rows.groupby(["patient_id", "variable", "day"]).cumcount() + 1
    return conform("labs", rows.drop(columns="row").assign(measurement=number))


def observation(people: People, labs: pd.DataFrame) -> pd.DataFrame:
    """Return when the observation of the patients ended, in days after infusion.

    The rule of a study: death, or else the latest dated record, here a value or an event of the
    table.
    """
    days = people.days.reindex(columns=list(FOLLOW_UP))
    events = days.rename_axis("patient").assign(infusion=0.0).reset_index()
    events = events.melt("patient", var_name="event")
    records = pd.DataFrame(
        {
            "patient": [*labs["patient_id"], *events["patient"]],
            "day": np.array([*labs["day"], *events["value"]], dtype=float),
            "sure": [*np.zeros(len(labs), dtype=bool), *events["event"].isin(SURE_ENDS)],
        }
    )
    return days.join(observed_until(records.dropna(subset="day"), days["death"]))


def sentences_of(graded: Graded, request: GradeRequest, name: str) -> dict[str, list[str]]:
    """Return why a patient has her grade, by window."""
    return explain(
        graded.labs[graded.labs["patient_id"] == name],
        observation(graded.people, graded.labs).loc[[name]],
        convention=request.convention,
        dictionary=request.dictionary,
        variable=graded.variable,
    )


def explain_patient(graded: Graded, request: GradeRequest, patient: str) -> list[str]:
    """Tell how one patient's grades came about; the lines hold the patient's values.

    Raises
    ------
    UserError
        The table has no such patient.
    """
    name = patient_named(patient, graded.people)
    told = sentences_of(graded, request, name)
    lines = [f"Patient {name}, convention {request.convention.id} ({request.convention.name})"]
    if name in graded.people.excluded:
        return [*lines, f"  Not graded: {graded.people.excluded[name]}."]
    for window, sentences in told.items():
        lines += ["", f"{window.replace('_', ' ').capitalize()}"]
        lines += [f"  {sentence}" for sentence in sentences]
    return lines


def _note_days(notes: Notes, read: Read, variable: str) -> None:
    """Note values on days that do not count, days with several values, patients without any."""
    people, values = read.people, read.values[read.values["variable"] == variable]
    usable = values[values["patient_id"].isin(people.usable)]
    death = people.days["death"] if "death" in people.days else pd.Series(dtype=float)
    after = usable["day"] > usable["patient_id"].map(death)
    twice = usable[usable.duplicated(["patient_id", "day"], keep=False)]
    for rows, what, action in (
        (usable[usable["day"] < 0], "A value before the infusion", "it is not graded"),
        (usable[after], "A value after death", "it is not graded; check both dates"),
        (twice, "Several values on one day", "the lowest counts"),
    ):
        notes.add(what, rows=rows["row"], patients=rows["patient_id"], action=action)
    without = people.usable.difference(pd.Index(values["patient_id"]))
    notes.add(
        "No value at all", rows=(), patients=without, action="their grades are not assessable"
    )
    people.note_excluded(notes, "they are not graded")


def _with_reasons(graded: pd.DataFrame, excluded: dict[str, str]) -> pd.DataFrame:
    """Empty the rows of patients who cannot be graded and give the reason."""
    whose = graded["patient_id"].isin(excluded)
    known = ("patient_id", "convention", "window", "assessable", "reason", "category")
    emptied = graded[[column for column in graded if column not in known]].mask(whose)
    reason = graded["reason"].mask(whose, graded["patient_id"].map(excluded))
    assessable = graded["assessable"] & ~whose
    return graded.assign(**emptied, reason=reason, assessable=assessable)


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns that say nothing under this convention."""
    kept = ("grade", "grade_low", "grade_high", "days_500", "days_100", "assessable", "reason")
    empty = [
        column
        for column in table.columns.difference(kept)
        if (table[column].isna() | table[column].astype(str).isin(["", "False"])).all()
    ]
    return table.drop(columns=empty)
