"""Scores of the patients of one table: long or wide, baseline values or dated ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from hematotox.cohort.baseline import ASSUMED_LYMPHODEPLETION_DAY, baseline_values
from hematotox.contracts import conform
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.score import Score, Timing
from hematotox.errors import UserError, UserErrors
from hematotox.scoring import score_values
from hematotox.scoring.explanation import Measured
from hematotox.stand_alone.as_centre import People, Read, patient_named, read_as_centre
from hematotox.stand_alone.bedside import Given, score_lines
from hematotox.stand_alone.layouts import Chosen, score_layout
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.roles import LYMPHODEPLETION
from hematotox.stand_alone.table_file import TableFile
from hematotox.stand_alone.units_said import Asked, asked, factor_of

ALL_OF_ONE_TIME = Timing(origin="infusion", window_days=(0, 0))
"""Of a table without days or dates: all its values are baseline values."""


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """What is to be scored, and how the table says it; `units` by item, as the user writes them."""

    scores: dict[str, Score]
    dictionary: Dictionary
    units: dict[str, str] = field(default_factory=dict)
    chosen: Chosen = field(default_factory=Chosen)


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


def score_table(table: TableFile, request: ScoreRequest) -> Scored:
    """Score every patient of a table.

    Parameters
    ----------
    table : long (patient, item, value) or wide (one column an item); with a day or date of each
        value, or without, if all are baseline values
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
    notes = Notes(table.file)
    items = list(dict.fromkeys(item for score in request.scores.values() for item in score.inputs))
    wanted = asked(items, request.dictionary, request.units)
    _check_units(table, request, wanted)
    layout = score_layout(table, request.chosen, notes, wanted=wanted)
    there = {*layout.labs, *layout.numbers}
    strange = sorted(set(request.units) - there)
    if strange:
        raise UserErrors(
            [f"--unit {item}: {table.file} has no values of {item}; name their column with "
             f"--column {item}=heading" for item in strange]
        )  # fmt: skip
    read = read_as_centre(table, layout, notes, dictionary=request.dictionary)
    people = read.people
    absent = [item for item in wanted if item not in there]
    notes.add(
        f"No values of {', '.join(absent)} in the table",
        rows=(),
        patients=people.days.index if absent else (),
        action="they count as missing",
    )
    dated = layout.times.day is not None or layout.times.date is not None
    baseline = _baseline(read, request, notes, dated=dated)
    scored = [_scored(score, baseline, people) for score in request.scores.values()]
    whole = pd.concat(scored, ignore_index=True)
    origin = layout.origin.removesuffix("_date") if dated else ""
    return Scored(whole, notes.lines(), baseline, people, origin)


def _check_units(table: TableFile, request: ScoreRequest, wanted: Mapping[str, Asked]) -> None:
    """Refuse units that are said and not accepted, all of them together.

    Raises
    ------
    UserErrors
        One message an item.
    """
    troubles = []
    for item in sorted(set(request.units) & set(wanted)):
        try:
            factor_of(wanted[item], request.units[item], where=table.file)
        except UserError as error:
            troubles.append(str(error))
    if troubles:
        raise UserErrors(troubles)


def _baseline(read: Read, request: ScoreRequest, notes: Notes, *, dated: bool) -> pd.DataFrame:
    """Return the value of every item at the score's date, as table `baseline`."""
    people, scores = read.people, request.scores
    usable = read.values[read.values["patient_id"].isin(people.usable)]
    start = people.days.reindex(columns=[LYMPHODEPLETION])[LYMPHODEPLETION].astype(float)
    if dated:
        notes.add(
            "No start of lymphodepletion",
            rows=(),
            patients=people.usable[start.loc[people.usable].isna()],
            action=f"day {ASSUMED_LYMPHODEPLETION_DAY:g} after infusion is assumed",
        )
    else:
        _refuse_several(usable)
        at_once = {"timing": ALL_OF_ONE_TIME}
        scores = {name: score.model_copy(update=at_once) for name, score in scores.items()}
    number = usable.groupby(["patient_id", "variable", "day"]).cumcount() + 1
    labs = conform("labs", usable.drop(columns="row").assign(measurement=number))
    bare = {name: score.model_copy(update={"variants": {}}) for name, score in scores.items()}
    baseline = baseline_values(labs, start.loc[people.usable], scores=bare, numbers=read.numbers)
    several = baseline[baseline["several"]]
    notes.add(
        "Several values on the day that counts",
        rows=(),
        patients=several["patient_id"],
        action="the one that scores higher counts",
    )
    people.note_excluded(notes, "they are not scored")
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
    name = patient_named(patient, scored.people)
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
