"""What a paper claims of an effect, and whether our patients confirm it.

A printed P below .05, or without a P limits that exclude no effect, claims an effect; any other P
or limits claim that there is none. A test without an estimate gets its side from the largest
difference between two groups that is printed before it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hematotox.declarations.study.analyses import ESTIMANDS

CONFIRMED, CONTRADICTED = "confirmed", "contradicted"
NOT_CONFIRMED, COMPATIBLE = "compatible, not confirmed", "compatible"
SIGNIFICANT = 0.05
NO_EFFECT = {"auc": 0.5}
"""Value of an estimand that means no effect, where that is not 0."""
EFFECTS = ("log ratio", "difference")
"""Scales on which the limits of an estimate tell an effect."""
OF_ONE_TEST = ("population", "subgroup", "centre", "score", "endpoint", "landmark")
Row = Mapping[str, Any]


def claim(
    number: Row, ours: Row, exempt: Sequence[str], pairs: Sequence[tuple[Row, Row]]
) -> tuple[str, str] | None:
    """Return the verdict on what a published row claims, and why; None if it claims nothing.

    Parameters
    ----------
    number : row of a published file
    ours : the estimate that it is about
    exempt : quantities of the row that mean nothing
    pairs : every published row with a counterpart, and that counterpart
    """
    p = _number(number, "p_value")
    limits = () if "limits" in exempt else _limits(number)
    if "P" in exempt or (p is None and not (limits and _tells_effect(number))):
        return None
    effect = p < SIGNIFICANT if p is not None else _excludes(limits, _null(number))
    found, ours_limits = _p_of(ours), _limits(ours)
    if found is None:
        return None
    significant = found < SIGNIFICANT
    if not effect:
        verdict = CONTRADICTED if significant else COMPATIBLE
        return verdict, f"no difference claimed; our P {_words(found)}"
    side, our_side = _sides(number, ours, exempt, pairs)
    if significant and side and our_side:
        same = side == our_side
        return (CONFIRMED, "") if same else (CONTRADICTED, "the other side, with P < .05")
    if significant:
        return NOT_CONFIRMED, "P < .05, but no numbers of two groups tell the side"
    printed = None if "estimate" in exempt else _number(number, "estimate")
    if printed is not None and _excludes(ours_limits, printed):
        return CONTRADICTED, "P of .05 or more, and our interval excludes the printed estimate"
    return NOT_CONFIRMED, "P of .05 or more"


def _sides(
    number: Row, ours: Row, exempt: Sequence[str], pairs: Sequence[tuple[Row, Row]]
) -> tuple[int, int]:
    """Return on which side of no effect print and ours lie: -1, 1, or 0 where none is told."""
    limits = _limits(number)
    printed = _number(number, "estimate") if "estimate" not in exempt else None
    if printed is None and len(limits) == 2 and number["estimand"] != "hypothesis_test":
        printed = sum(limits) / 2
    mine = _number(ours, "estimate")
    if printed is not None and mine is not None:
        return _sign(printed - _null(number)), _sign(mine - _null(number))
    return _sides_of_groups(number, pairs)


def _sides_of_groups(test: Row, pairs: Sequence[tuple[Row, Row]]) -> tuple[int, int]:
    """Return the side of the largest difference between the two groups printed before a test."""
    found: dict[tuple[Any, ...], list[tuple[str, float, float]]] = {}
    for number, ours in pairs:
        if number is test:
            break
        same = all(_same(number[column], test[column]) for column in OF_ONE_TEST)
        variable = test["method"] != "describe" or number["term"] == test["term"]
        printed, mine = _number(number, "estimate"), _number(ours, "estimate")
        told = printed is not None and mine is not None and number["group"]
        scale = ESTIMANDS[str(number["estimand"])].scale
        if same and variable and told and scale not in ("log ratio", "count"):
            what = (number["estimand"], number["reference"], str(number["time"]), number["method"])
            found.setdefault(what, []).append((str(number["group"]), printed, mine))  # type: ignore[arg-type]
    last = [values[-2:] for values in found.values() if len({v[0] for v in values[-2:]}) == 2]
    differences = [(two[1] - one[1], two[2] - one[2]) for one, two in last]
    if not differences:
        return 0, 0
    largest = max(differences, key=lambda one: abs(one[0]))
    return _sign(largest[0]), _sign(largest[1])


def _same(one: Any, other: Any) -> bool:
    return one == other or (_missing(one) and _missing(other))


def _missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _tells_effect(number: Row) -> bool:
    return ESTIMANDS[str(number["estimand"])].scale in EFFECTS


def _p_of(ours: Row) -> float | None:
    """Return our P; where the row has none, what its limits say of it."""
    p = _number(ours, "p_value")
    if p is None and len(limits := _limits(ours)) == 2:
        return 0.0 if _excludes(limits, _null(ours)) else 1.0
    return p


def _null(row: Row) -> float:
    return NO_EFFECT.get(str(row["estimand"]), 0.0)


def _limits(row: Row) -> tuple[float, ...]:
    found = (_number(row, "conf_low"), _number(row, "conf_high"))
    return tuple(value for value in found if value is not None)


def _excludes(limits: Sequence[float], value: float) -> bool:
    return len(limits) == 2 and not limits[0] <= value <= limits[1]


def _number(row: Row, column: str) -> float | None:
    value = row.get(column)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _words(p: float) -> str:
    return "is below .05" if p < SIGNIFICANT else "is .05 or more"
