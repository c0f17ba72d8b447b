"""A score of one patient from values typed on the command line: `crp=4.1:mg/dL`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.declarations.score import Score
from hematotox.dialects.numbers import BOUNDS, intervals, parse_number
from hematotox.dialects.units import Factor, ucum
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.errors import UserError, UserErrors
from hematotox.scoring.explanation import Explained, Measured, explain, value_text
from hematotox.staging.unit_jumps import Series, suspect_units
from hematotox.stand_alone.units_said import Asked, factor_of

MULTIPLE = "1"
"""Unit of a value that is a multiple already."""
ORIGINS = {"lymphodepletion_start": "start of lymphodepletion", "infusion": "infusion"}


@dataclass(frozen=True, slots=True)
class Given:
    """One value as it was typed and in the canonical unit."""

    item: str
    typed: Measured
    unit: str
    canonical: Measured


def score_at_bedside(
    scores: Sequence[Score], written: Sequence[str], *, vocabulary: Vocabulary
) -> list[str]:
    """Score one patient and tell value, unit, band and points of every item.

    Parameters
    ----------
    scores : one or several scores
    written : values as `item=value:unit`, for example `crp=<0.6:mg/dL`; an item that is left out
        is not known
    vocabulary : the dictionary, and what else the items are called

    Returns
    -------
    lines of text; they hold the values

    Raises
    ------
    UserError
        A value has no unit or one that is not accepted, is not a number, is implausible, or
        belongs to no item of the scores. No message shows a value.
    """
    given: dict[str, Given] = {}
    troubles: list[str] = []
    for text in written:
        try:
            one = _given(text, scores, vocabulary)
        except UserError as error:
            troubles.append(str(error))
            continue
        if one.item in given:
            troubles.append(f"{one.item}: is given twice")
        given[one.item] = one
    if troubles:
        raise UserErrors(troubles)
    lines: list[str] = []
    for position, score in enumerate(scores):
        lines += ([""] if position else []) + score_lines(
            score, given, dictionary=vocabulary.dictionary
        )
    return lines


def _given(text: str, scores: Sequence[Score], vocabulary: Vocabulary) -> Given:
    item, _, rest = text.partition("=")
    item = item.strip().lower().replace("-", "_")
    known = list(dict.fromkeys(name for score in scores for name in score.inputs))
    heading = item.replace("_", " ")
    meant = vocabulary.variable(heading, "lab") or vocabulary.variable(heading, "subject")
    item = item if item in known or meant is None else meant[0]
    if not item.isidentifier():
        raise UserError("write each value as item=value:unit, for example crp=4.1:mg/dL")
    if item not in known:
        names = " and ".join(score.id for score in scores)
        raise UserError(f"{item}: is no item of {names}; the items are: {', '.join(known)}")
    variable = Asked(item, vocabulary.dictionary.variables[item])
    value, _, unit = rest.partition(":")
    plain = not variable.described.unit and not unit.strip()
    factor = (
        Factor(1, 1) if plain else factor_of(variable, unit.strip(), where=f"{item}=value:unit")
    )
    number = parse_number(value.strip())
    if number is None:
        raise UserError(
            f'{item}: the value must be a number with a decimal point, "<" or ">" before it, as in '
            f"{item}=<0.6:{variable.described.unit}"
        )
    bound, typed = number
    canonical = float(factor.to_canonical(np.array([typed]))[0])
    _check_plausible(variable, canonical, bound=bound)
    return Given(item, _interval(typed, bound), ucum(unit), _interval(canonical, bound))


def _check_plausible(variable: Asked, canonical: float, *, bound: str) -> None:
    """Refuse a value that cannot be, or that looks as if it were in another unit.

    Raises
    ------
    UserError
        It is implausible or suspect.
    """
    described: Variable = variable.described
    low, high = described.plausible or (-np.inf, np.inf)
    if not low <= canonical <= high:
        raise UserError(
            f"{variable.name}: the value is implausible (plausible are {low:g} to {high:g} "
            f"{described.unit}); check value and unit"
        )
    if bound or canonical == 0:
        return
    alone = Series(np.zeros(1, np.int64), np.zeros(1, np.int64), np.array([canonical]))
    if suspect_units(alone, described).any():
        raise UserError(
            f"{variable.name}: the value is finer than laboratories report "
            f"({described.resolution:g} {described.unit}); is the unit right?"
        )


def _interval(value: float, bound: str) -> Measured:
    position = np.array([BOUNDS.index(bound)], dtype=np.int8)
    low, high = intervals(np.array([value]), position)
    return Measured(float(low[0]), float(high[0]))


def score_lines(score: Score, given: dict[str, Given], *, dictionary: Dictionary) -> list[str]:
    """Return one score as lines: a table of the items, total, group, and what must be said."""
    explained = explain(score, _values(score, given))
    first, last = score.timing.window_days
    origin = ORIGINS[score.timing.origin]
    lines = [f"{score.name}. {score.citation}", "", *_table(explained, score, dictionary)]
    lines += ["", *explained.sentences]
    for name, item in score.items.items():
        if item.relative_to is None and name in given and given[name].unit not in ("", item.unit):
            one = given[name]
            typed, ours = value_text(one.typed), value_text(one.canonical)
            label = dictionary.variables[name].label
            lines.append(f"{label}: {typed} {one.unit} is {ours} {score.items[name].unit}.")
    lines.append(f"Meant for the {score.timing.take} values of days {first} to {last} around the "
                 f"{origin}.")  # fmt: skip
    if score.status == "provisional":
        lines.append(f"Provisional: unverified are {'; '.join(score.unverified)}.")
    return lines


def _values(score: Score, given: dict[str, Given]) -> dict[str, Measured]:
    """Return the values of the items that are known; of a multiple both its parts must be."""
    found = {}
    for name, item in score.items.items():
        if name not in given:
            continue
        value = given[name].canonical
        if item.relative_to is not None and given[name].unit != MULTIPLE:
            if item.relative_to not in given or given[item.relative_to].canonical.low <= 0:
                continue
            limit = given[item.relative_to].canonical.low
            value = Measured(value.low / limit, value.high / limit)
        found[name] = value
    return found


def _table(explained: Explained, score: Score, dictionary: Dictionary) -> list[str]:
    """Return the items as aligned columns."""
    header = ("item", "value", "unit", "band", "points")
    rows = [header] + [
        (dictionary.variables[line.item].label, line.value, line.unit, line.band, line.points)
        for line in explained.items
    ]
    kept = [column for column in range(len(header)) if score.formula is None or column < 3]
    widths = [max(len(row[column]) for row in rows) for column in kept]
    return [
        "  ".join(
            row[column].ljust(width) for column, width in zip(kept, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
