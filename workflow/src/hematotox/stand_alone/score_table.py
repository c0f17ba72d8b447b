"""Scores of the patients of one table: long or wide, baseline values or dated ones."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hematotox.cohort.baseline import ASSUMED_LYMPHODEPLETION_DAY, baseline_values
from hematotox.contracts import conform
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.score import Score, Timing
from hematotox.dialects.cells import text_of
from hematotox.errors import UserError, UserErrors
from hematotox.scoring import score_values
from hematotox.scoring.explanation import Measured
from hematotox.stand_alone.bedside import Given, score_lines
from hematotox.stand_alone.cells_of_time import patient_of_rows
from hematotox.stand_alone.column_units import Asked
from hematotox.stand_alone.measurements import Described, factor_of, measurements
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.score_layout import LYMPHODEPLETION, ScoreChosen, find_items, item_values
from hematotox.stand_alone.sheet import Sheet, find_decimal
from hematotox.stand_alone.times import People

ALL_OF_ONE_TIME = Timing(origin="infusion", window_days=(0, 0))
"""Of a table without days or dates: all its values are baseline values."""


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """What is to be scored, and how the table says it; `units` by item, as the user writes them."""

    scores: dict[str, Score]
    dictionary: Dictionary
    units: dict[str, str] = field(default_factory=dict)
    unit_jump: str = "stop"
    chosen: ScoreChosen = field(default_factory=ScoreChosen)


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of a table, the findings in words, and the values they rest on (`baseline`).

    `origin` is the event from which the days of the values are counted, empty without days.
    """

    table: pd.DataFrame
    notes: list[str]
    baseline: pd.DataFrame
    people: People
    origin: str


def score_table(sheet: Sheet, request: ScoreRequest) -> Scored:
    """Score every patient of a table.

    Parameters
    ----------
    sheet : the table: long (patient, item, value) or wide (one column an item); with a day or
        date of each value, or without, if all are baseline values
    request : scores, units and columns

    Returns
    -------
    A row for each patient and score: the columns of table `scores`, and which items are missing.

    Raises
    ------
    UserError
        A column or unit is missing or unclear, too many cells cannot be used, or values without
        day or date leave open which counts.
    """
    notes = Notes(sheet.file)
    wanted = _asked(request)
    layout = find_items(sheet, request.chosen, wanted=wanted)
    patients = patient_of_rows(sheet, layout.patient, notes)
    people, values = item_values(sheet, layout, notes, patients=patients, wanted=wanted)
    _check_units(sheet, request, wanted=tuple(values))
    absent = [item for item in wanted if item not in values]
    notes.add(
        f"No values of {', '.join(absent)} in the table",
        rows=(),
        patients=people.days.index if absent else (),
        action="they count as missing",
    )
    decimal = find_decimal(layout.value_cells(sheet), file=sheet.file, notation=sheet.notation)
    known = [
        measurements(
            sheet,
            cells,
            wanted[item].variable,
            decimal=decimal,
            unit_jump=request.unit_jump,
            notes=notes,
        ).assign(variable=item)
        for item, cells in values.items()
    ]
    table = pd.concat(known, ignore_index=True)
    baseline = _baseline(table, people, request, notes, dated=layout.dated)
    scored = [_scored(score, baseline, people) for score in request.scores.values()]
    whole = pd.concat(scored, ignore_index=True)
    origin = layout.origin.removesuffix(" date") if layout.dated else ""
    return Scored(whole, notes.lines(), baseline, people, origin)


def _asked(request: ScoreRequest) -> dict[str, Asked]:
    """Return the items of the scores, with the units that the user says."""
    items = dict.fromkeys(item for score in request.scores.values() for item in score.items)
    return {
        item: Asked(
            Described(item, request.dictionary.variables[item]), request.units.get(item, "")
        )
        for item in items
    }


def _check_units(sheet: Sheet, request: ScoreRequest, *, wanted: tuple[str, ...]) -> None:
    """Refuse a unit that is said and not accepted, all of them together.

    Raises
    ------
    UserErrors
        One message an item.
    """
    troubles = [
        f"--unit {item}: {sheet.file} has no values of {item}; name their column with --column "
        f"{item}=heading"
        for item in sorted(set(request.units) - set(wanted))
    ]
    for item in wanted:
        if item in request.units:
            try:
                described = Described(item, request.dictionary.variables[item])
                factor_of(described, request.units[item], where=sheet.file)
            except UserError as error:
                troubles.append(str(error))
    if troubles:
        raise UserErrors(troubles)


def _baseline(
    known: pd.DataFrame, people: People, request: ScoreRequest, notes: Notes, *, dated: bool
) -> pd.DataFrame:
    """Return the value of every item at the score's date, as table `baseline`."""
    usable = known[known["patient_id"].isin(people.usable)]
    scores = request.scores
    if dated:
        without = usable[usable["day"].isna()]
        notes.add(
            "A value without a day",
            rows=without["row"],
            patients=without["patient_id"],
            action="it is not used",
        )
        usable = usable[usable["day"].notna()]
        start = people.days.reindex(columns=[LYMPHODEPLETION])[LYMPHODEPLETION]
        notes.add(
            "No start of lymphodepletion",
            rows=(),
            patients=people.usable[start.loc[people.usable].isna()],
            action=f"day {ASSUMED_LYMPHODEPLETION_DAY:g} after infusion is assumed",
        )
    else:
        _refuse_several(usable)
        usable = usable.assign(day=0.0)
        start = pd.Series(np.nan, index=people.days.index)
        at_once = {"timing": ALL_OF_ONE_TIME}
        scores = {name: score.model_copy(update=at_once) for name, score in scores.items()}
    ordered = usable.sort_values(["patient_id", "variable", "day", "row"], kind="stable")
    number = ordered.groupby(["patient_id", "variable", "day"]).cumcount() + 1
    labs = conform("labs", ordered.drop(columns="row").assign(measurement=number))
    bare = {name: score.model_copy(update={"variants": {}}) for name, score in scores.items()}
    baseline = baseline_values(labs, start.loc[people.usable], scores=bare)
    several = baseline[baseline["several"]]
    notes.add(
        "Several values on the day that counts",
        rows=(),
        patients=several["patient_id"],
        action="the one that scores higher counts",
    )
    for reason in sorted(set(people.excluded.values())):
        whose = [patient for patient, why in people.excluded.items() if why == reason]
        notes.add(reason.capitalize(), rows=(), patients=whose, action="they are not scored")
    return baseline


def _refuse_several(known: pd.DataFrame) -> None:
    twice = known[known.duplicated(["patient_id", "variable"], keep=False)]
    if len(twice):
        count = twice["patient_id"].nunique()
        raise UserError(
            f"{count} patient{' has' if count == 1 else 's have'} several values of an item, and "
            "no column of days or dates tells which is the baseline value; name it with --day or "
            "--date"
        )


def _scored(score: Score, baseline: pd.DataFrame, people: People) -> pd.DataFrame:
    rows = baseline[baseline["score"] == score.id].set_index(["patient_id", "variable"])
    items = list(score.items)
    low, high = (
        rows[end].unstack().reindex(index=people.usable, columns=items).astype(float)
        for end in ("value_low", "value_high")
    )
    table = score_values(score, low, high=high)
    missing = [", ".join(low.columns[row]) for row in low.isna().to_numpy()]
    table = table.assign(patient_id=people.usable, score=score.id, missing=missing, reason="")
    excluded = pd.DataFrame(
        [(patient, score.id, reason) for patient, reason in people.excluded.items()],
        columns=["patient_id", "score", "reason"],
    )
    parts = [part for part in (table, excluded) if len(part)]
    both = pd.concat(parts, ignore_index=True).sort_values("patient_id", kind="stable")
    first = ["patient_id", "score", "points", "points_low", "points_high", "group"]
    return both[[*first, *(column for column in table if column not in first)]]


def explain_patient(scored: Scored, request: ScoreRequest, patient: str) -> list[str]:
    """Tell how one patient's scores came about; the lines hold the patient's values.

    Raises
    ------
    UserError
        The table has no such patient.
    """
    name = text_of(patient)
    if name not in scored.people.days.index:
        raise UserError("--explain: the table has no such patient")
    lines = [f"Patient {name}"]
    if name in scored.people.excluded:
        return [*lines, f"Not scored: {scored.people.excluded[name]}."]
    for score in request.scores.values():
        rows = scored.baseline[
            (scored.baseline["patient_id"] == name) & (scored.baseline["score"] == score.id)
        ]
        given = {
            row.variable: _as_given(row, score.items[row.variable].unit)
            for row in rows.itertuples()
            if not pd.isna(row.value_low)
        }
        lines += ["", *score_lines(score, given, dictionary=request.dictionary)]
        if scored.origin:
            taken = [f"{row.variable} day {row.day}" for row in rows.itertuples()
                     if not pd.isna(row.day)]  # fmt: skip
            lines.append(f"Values of (days after {scored.origin}): {', '.join(taken)}.")
    return lines


def _as_given(row: object, unit: str) -> Given:
    value = Measured(float(row.value_low), float(row.value_high))  # type: ignore[attr-defined]
    return Given(str(row.variable), value, unit, value)  # type: ignore[attr-defined]
