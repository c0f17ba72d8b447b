"""Published numbers beside ours: the difference, and whether they agree.

Agreement is judged at the decimals that were printed, or, for synthetic patients, within the
tolerances that a study declares for them. Real patients are another cohort: they are judged at the
printed decimals alone, and how many they are is not judged. A number that is unverified, or that
contradicts another number of its own paper, is shown and never judged.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd

from hematotox.contracts import conform, empty, estimate_ids
from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.declarations.study.published import Tolerances

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
QUANTITIES = ("estimate", "conf_low", "conf_high", "p_value")
DAYS_PER_MONTH = 30.4375
SAME_ENOUGH = 1e-9
UNUSABLE = ("did not converge", "no patients", "not estimable", "monotone likelihood")
"""Conditions under which an estimate is no number to compare."""
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

    Verdicts: `agrees`, `differs`, `exempt` (with the reason), `not comparable` (no such estimate,
    or a number of real patients, who are others).
    """
    ours = _keyed(estimates)
    if _are_real(estimates):
        tolerances = Tolerances()
    rows = []
    for number in published.to_dict("records"):
        found = _find(ours, number)
        rows += [
            _row(number, quantity, found, tolerances)
            for quantity in QUANTITIES
            if _is_number(number[quantity]) or _states_not_reached(number, quantity)
        ]
    return conform("agreement", pd.DataFrame(rows)) if rows else empty("agreement")


def _are_real(estimates: pd.DataFrame) -> bool:
    return bool(estimates["source"].eq(REAL).any())


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    keys = [_key(row) for row in table[IDENTITY].to_dict("records")]
    return table.assign(_key=keys, estimate_id=estimate_ids(table))


def _key(row: dict[str, object]) -> str:
    return "|".join(_text(row[column]) for column in IDENTITY)


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _find(ours: pd.DataFrame, number: dict[str, object]) -> dict[str, object] | None:
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


def _states_not_reached(number: dict[str, object], quantity: str) -> bool:
    return quantity == "estimate" and number["printed"] == "NR"


def _row(
    number: dict[str, object],
    quantity: str,
    found: dict[str, object] | None,
    tolerances: Tolerances,
) -> dict[str, object]:
    printed = float(number[quantity]) if _is_number(number[quantity]) else math.nan  # type: ignore[arg-type]
    value = found.get(quantity) if found else None
    ours = float(value) if _is_number(value) else math.nan  # type: ignore[arg-type]
    conditions = _text(found.get("condition")) if found else None
    verdict, reason = _verdict(number, quantity, (printed, ours), conditions, tolerances)
    counts = ESTIMANDS[str(number["estimand"])].scale == "count"
    if found and counts and found["source"] == REAL and verdict in ("agrees", "differs"):
        verdict, reason = "not comparable", ANOTHER_COHORT
    return {
        "analysis": _text(found.get("analysis")) if found else "",
        **{column: number[column] for column in ("study", *IDENTITY)},
        "score": _text(number.get("score")),
        "reference": _text(number.get("reference")),
        "place": number["place"],
        "printed": number["printed"],
        "certainty": number["certainty"],
        "quantity": quantity,
        "published": printed,
        "ours": ours,
        "difference": ours - printed,
        "verdict": verdict,
        "reason": reason,
        "condition": _text(found.get("condition")) if found else "",
        "estimate_id": found["estimate_id"] if found else "",
    }


def _verdict(
    number: dict[str, object],
    quantity: str,
    values: tuple[float, float],
    conditions: str | None,
    tolerances: Tolerances,
) -> tuple[str, str]:
    """Return verdict and reason; `conditions` of our estimate are None where there is none."""
    printed, ours = values
    if conditions is None:
        return "not comparable", "the study has no such estimate"
    if number["certainty"] == "M":
        return "exempt", "unverified in print"
    if _text(number["inconsistent"]):
        return "exempt", f"inconsistent in print: {number['inconsistent']}"
    if unusable := [c for c in UNUSABLE if c in conditions]:
        return "not comparable", unusable[0]
    if math.isnan(printed):
        return ("agrees", "") if "median not reached" in conditions else ("differs", "")
    if math.isnan(ours):
        return "differs", "not estimable, or not reached"
    if _equal_as_printed(number, quantity, printed, ours):
        return "agrees", ""
    if tolerances != Tolerances() and quantity != "estimate":
        return "exempt", "limits and p-values are compared, not required"
    within = _within(number, values, tolerances)
    return ("agrees", "within the tolerance") if within else ("differs", "")


def _equal_as_printed(
    number: dict[str, object], quantity: str, printed: float, ours: float
) -> bool:
    """Return whether both show the same at the printed decimals, on the printed scale."""
    estimand = str(number["estimand"])
    scale = ESTIMANDS[estimand].scale
    decimals = int(float(str(number["decimals"])))
    if quantity == "p_value" and "<" in str(number["printed"]):
        return ours < printed
    if quantity == "p_value":
        return abs(ours - printed) <= 0.5 * 10 ** -_decimals_of_p(number) + SAME_ENOUGH
    unit = 1.0
    if scale == "log ratio":
        printed, ours = float(np.exp(printed)), float(np.exp(ours))
    elif scale == "probability" or estimand.endswith("_difference"):
        unit = 1.0 if _is_fraction(number) else 100.0
    elif scale == "time":
        unit = 1 / DAYS_PER_MONTH
    return abs(ours - printed) * unit <= 0.5 * 10**-decimals + SAME_ENOUGH


def _is_fraction(number: dict[str, object]) -> bool:
    """Return whether a share is printed as 0.89 and not as 89 or 89%."""
    first = re.search(r"\d*\.?\d+", str(number["printed"]))
    return first is not None and "%" not in str(number["printed"]) and float(first.group()) <= 1.0


def _decimals_of_p(number: dict[str, object]) -> int:
    """Return the decimals of the p-value, the last number of what is printed."""
    after_point = re.findall(r"\.(\d+)", str(number["printed"]).rpartition("P")[2])
    return len(after_point[-1]) if after_point else int(float(str(number["decimals"])))


def _within(number: dict[str, object], values: tuple[float, float], tolerances: Tolerances) -> bool:
    printed, ours = values
    estimand = str(number["estimand"])
    scale = ESTIMANDS[estimand].scale
    if "likelihood_ratio" in estimand and tolerances.likelihood_ratio is not None:
        return abs(math.exp(ours) - math.exp(printed)) <= tolerances.likelihood_ratio + SAME_ENOUGH
    if scale == "log ratio":
        low, high = number["conf_low"], number["conf_high"]
        if not (_is_number(low) and _is_number(high)):
            return False
        return tolerances.ratio_within_interval and float(low) <= ours <= float(high)  # type: ignore[arg-type]
    limits = {
        "count": (tolerances.count, 1.0),
        "probability": (tolerances.percentage_points, 0.01),
        "difference": (tolerances.percentage_points, 0.01),
        "time": (tolerances.median_percent, abs(printed) / 100),
        "value": (tolerances.median_percent, abs(printed) / 100),
    }
    limit, unit = limits.get(scale, (None, 1.0))
    return limit is not None and abs(ours - printed) <= limit * unit + SAME_ENOUGH
