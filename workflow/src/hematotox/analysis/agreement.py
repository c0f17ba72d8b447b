"""Published numbers beside ours: the difference, and whether they agree.

Every number is judged at the decimals that were printed, limits and p-values too. The tolerances of
a study tell only how near its simulator had to come; an estimate that differs within them says so.
How many real patients there are is not judged: they are others. A number that is unverified, or
whose file says that it means nothing (`exempt`), is shown and never judged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hematotox.analysis.claims import claim
from hematotox.analysis.printed_text import SAME_ENOUGH, Place, find_place
from hematotox.contracts import conform, empty, estimate_ids, without_policies
from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.declarations.study.published import Tolerances

Row = Mapping[str, Any]
IDENTITY = [
    "population",
    "subgroup",
    "centre",
    "endpoint",
    "method",
    "landmark",
    "adjustment",
    "group",
    "comparator",
    "term",
    "time",
    "estimand",
]
"""Columns by which a published number finds its estimate."""
QUANTITIES = {"estimate": "estimate", "conf_low": "limits", "conf_high": "limits", "p_value": "P"}
"""Columns of a published row, and what an exemption calls them."""
AGREES, DIFFERS, EXEMPT, NOT_COMPARABLE = "agrees", "differs", "exempt", "not comparable"
WITHIN = "within the simulator's tolerance"
CLAIM = "claim"
UNUSABLE = ("did not converge", "no patients", "not estimable", "monotone likelihood")
"""Conditions under which an estimate is no number to compare."""
UNBOUNDED = "limits not finite"
REAL = "real"
ANOTHER_COHORT = "another cohort"
"""Why numbers of patients are not compared where ours are real."""


def compare_published(
    estimates: pd.DataFrame, published: pd.DataFrame, tolerances: Tolerances
) -> pd.DataFrame:
    """Return one row a published number: as printed, ours, the difference, the verdict.

    Parameters
    ----------
    estimates : a study's estimates
    published : rows of the published file; each of its filled quantities is one number
    tolerances : how far ours may lie from print, where our patients are synthetic

    Verdicts of a number: `agrees`, `differs`, `exempt` (what is printed means nothing, also where
    ours is equal), `not comparable` (no such estimate, or a number of real patients, who are
    others). A row `claim` more for each claim of an effect or of none: see `claims`.
    """
    ours = _keyed(without_policies(estimates))
    if estimates["source"].eq(REAL).any():
        tolerances = Tolerances()
    rows: list[dict[str, object]] = []
    pairs: list[tuple[Row, Row]] = []
    taken: list[int] = []
    last = None
    for number in published.to_dict("records"):
        found = _find(ours, number)
        text = (number["place"], number["printed"])
        taken, last = (taken if text == last else []), text
        for quantity in QUANTITIES:
            if not (_is_number(number[quantity]) or _states_not_reached(number, quantity)):
                continue
            place = find_place(number, quantity, _value(number, quantity), taken)
            if place.token is None and taken:
                # the next of several equal texts, such as one a group
                taken = []
                place = find_place(number, quantity, _value(number, quantity))
            taken = taken if place.token is None else [*taken, place.token]
            rows.append(_judged(number, quantity, place, found, tolerances))
        if found:
            pairs.append((number, found))
    rows += _claims(pairs)
    return conform("agreement", pd.DataFrame(rows)) if rows else empty("agreement")


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    """Return estimates with the key that print is found by, each where it is made.

    An analysis that stands among published ones repeats the estimate of another, with what is
    said of it there.
    """
    among_published = table.loc[table["method"] == "registry", "analysis"]
    table = table[~table["analysis"].isin(among_published)]
    keys = [_key(row) for row in table[IDENTITY].to_dict("records")]
    return table.assign(_key=keys, estimate_id=estimate_ids(table))


def _key(row: Row) -> str:
    return "|".join(_text(row[column]) for column in IDENTITY)


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _find(ours: pd.DataFrame, number: Row) -> dict[str, object] | None:
    """Return the estimate that a published number is about, if there is exactly one."""
    rows = ours[ours["_key"] == _key(number)]
    for column in ("reference", "test", "score"):
        wanted = _text(number.get(column))
        if wanted:
            rows = rows[rows[column].isin(["", wanted])]
    # one estimate may stand under several analyses; where they differ the match is ambiguous
    if rows.empty or rows[["estimate", "p_value"]].drop_duplicates().shape[0] > 1:
        return None
    return dict(rows.iloc[0].to_dict())


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _states_not_reached(number: Row, quantity: str) -> bool:
    return quantity == "estimate" and number["printed"] == "NR"


def _judged(
    number: Row, quantity: str, place: Place, found: Row | None, tolerances: Tolerances
) -> dict[str, object]:
    """Return a row of the contract: a number in print and ours, both in the unit of print."""
    printed, ours = _value(number, quantity), _value(found or {}, quantity)
    shown = (place.value(printed), place.value(ours))
    verdict, reason = _verdict(number, quantity, shown, place, found)
    allowed = None
    if quantity == "estimate" and verdict in (AGREES, DIFFERS):
        allowed = _within(number, (printed, ours), tolerances)
    if verdict == DIFFERS and allowed:
        reason = WITHIN
    equal = verdict == AGREES and not place.below and math.isfinite(printed)
    difference = place.rounded(shown[1]) - place.rounded(shown[0])
    compared = verdict in (AGREES, DIFFERS) and not place.below
    return {
        **_identity(number, found),
        "quantity": quantity,
        "published": shown[0],
        "ours": shown[0] if equal and quantity != "p_value" else shown[1],
        "difference": place.rounded(0.0 if equal else difference) if compared else math.nan,
        "unit": place.unit,
        "decimals": place.decimals,
        "token": place.token,
        "simulated": allowed is not None,
        "verdict": verdict,
        "reason": reason,
    }


def _identity(number: Row, found: Row | None) -> dict[str, object]:
    ours = found or {}
    return {
        "analysis": _text(ours.get("analysis")),
        **{column: number[column] for column in ("study", *IDENTITY)},
        "score": _text(number.get("score")),
        "reference": _text(number.get("reference")),
        "place": number["place"],
        "printed": number["printed"],
        "certainty": number["certainty"],
        "inconsistent": _text(number["inconsistent"]),
        "condition": _text(ours.get("condition")),
        "estimate_id": ours.get("estimate_id", ""),
        "simulated": False,
    }


def _claims(pairs: Sequence[tuple[Row, Row]]) -> list[dict[str, object]]:
    """Return a row a printed claim of an effect, or of none, that our estimates speak to."""
    rows = []
    for number, found in pairs:
        usable = number["certainty"] != "M" and not _unusable(found)
        verdict = claim(number, found, _exempt(number), pairs) if usable else None
        if verdict:
            told = dict(zip(("verdict", "reason"), verdict, strict=True))
            rows.append({**_identity(number, found), "quantity": CLAIM, **told})
    return rows


def _verdict(
    number: Row, quantity: str, values: tuple[float, float], place: Place, found: Row | None
) -> tuple[str, str]:
    """Return verdict and reason on two values in the unit of print."""
    printed, ours = values
    if found is None:
        return NOT_COMPARABLE, "the study has no such estimate"
    if number["certainty"] == "M":
        return EXEMPT, "unverified in print"
    if QUANTITIES[quantity] in _exempt(number):
        return EXEMPT, f"inconsistent in print: {number['inconsistent']}"
    if reason := _unusable(found):
        return NOT_COMPARABLE, reason
    if found["source"] == REAL and ESTIMANDS[str(number["estimand"])].scale == "count":
        return NOT_COMPARABLE, ANOTHER_COHORT
    if math.isnan(printed):
        reached = "median not reached" not in _text(found["condition"])
        return (DIFFERS, "") if reached else (AGREES, "")
    if math.isnan(ours) and quantity != "estimate" and UNBOUNDED not in _text(found["condition"]):
        return NOT_COMPARABLE, "the study's estimate has no such number"
    if math.isnan(ours):
        return DIFFERS, "not estimable, or not reached"
    return (AGREES, "") if place.equal(printed, ours) else (DIFFERS, "")


def _unusable(found: Row) -> str:
    conditions = _text(found.get("condition"))
    return next((one for one in UNUSABLE if one in conditions), "")


def _exempt(number: Row) -> list[str]:
    return _text(number.get("exempt")).split()


def _value(row: Row, quantity: str) -> float:
    value = row.get(quantity)
    return float(value) if _is_number(value) else math.nan  # type: ignore[arg-type]


def _within(number: Row, values: tuple[float, float], tolerances: Tolerances) -> bool | None:
    """Return whether ours lies as near as the simulator had to come; None where it had not to."""
    printed, ours = values
    estimand = str(number["estimand"])
    scale = ESTIMANDS[estimand].scale
    if "likelihood_ratio" in estimand and tolerances.likelihood_ratio is not None:
        return abs(math.exp(ours) - math.exp(printed)) <= tolerances.likelihood_ratio + SAME_ENOUGH
    if scale == "log ratio":
        low, high = _value(number, "conf_low"), _value(number, "conf_high")
        told = tolerances.ratio_within_interval and math.isfinite(low + high)
        return low <= ours <= high if told else None
    limits = {
        "count": (tolerances.count, 1.0),
        "probability": (tolerances.percentage_points, 0.01),
        "difference": (tolerances.percentage_points, 0.01),
        "time": (tolerances.median_percent, abs(printed) / 100),
        "value": (tolerances.median_percent, abs(printed) / 100),
    }
    limit, unit = limits.get(scale, (None, 1.0))
    return None if limit is None else abs(ours - printed) <= limit * unit + SAME_ENOUGH
