"""How a score's points came about: value, band and points of each item, total, group."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.cut_offs import comparable_ends
from hematotox.declarations.interval import Interval
from hematotox.declarations.score import Score
from hematotox.scoring.points import item_bounds, score_values


@dataclass(frozen=True, slots=True)
class Measured:
    """One value with what is possible for it: equal ends, unless it was censored or not given."""

    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return not math.isnan(self.low)


UNKNOWN = Measured(math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as it is told: its value and unit, the bands it may lie in, its points."""

    item: str
    value: str
    unit: str
    band: str
    points: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A score of one patient: its items, then the total and the group in sentences."""

    items: tuple[ItemLine, ...]
    sentences: tuple[str, ...]


def explain(declared: Score, values: dict[str, Measured]) -> Explained:
    """Tell how one patient's score came about.

    Parameters
    ----------
    declared : the score
    values : value of each item in its unit; an absent item is not known
    """
    known = {name: values.get(name, UNKNOWN) for name in declared.items}
    low = pd.DataFrame([{name: one.low for name, one in known.items()}], dtype=float)
    high = pd.DataFrame([{name: one.high for name, one in known.items()}], dtype=float)
    row = score_values(declared, low, high=high).iloc[0]
    return Explained(
        items=tuple(_line(declared, name, one) for name, one in known.items()),
        sentences=(*_total(declared, row), *_group(declared, row)),
    )


def _line(declared: Score, name: str, value: Measured) -> ItemLine:
    item = declared.items[name]
    if not item.bands:
        return ItemLine(name, value_text(value), item.unit, "", "")
    bands = item.ordered_bands()
    ends = comparable_ends(np.array([value.low]), np.array([value.high]))
    fewest, most = (float(one[0]) for one in item_bounds(bands, ends[0], high=ends[1]))
    inside = [band for band, _ in bands if value.known and _meets(band, ends[0][0], ends[1][0])]
    words = " or ".join(band_words(band) for band in inside)
    return ItemLine(name, value_text(value), item.unit, words, _range(fewest, most))


def _meets(band: Interval, low: float, high: float) -> bool:
    """Return whether a band holds a number between `low` and `high`."""
    above = high > band.low or (band.owns_low and high == band.low)
    below = low < band.high or (band.owns_high and low == band.high)
    return above and below


def value_text(value: Measured) -> str:
    """Return a value as a laboratory prints it.

    An end that is not possible itself ("<0.6") lies one unit of the ninth digit inside.

    Examples
    --------
    >>> value_text(Measured(80.0, 80.0)), value_text(UNKNOWN)
    ('80', 'not given')
    >>> value_text(Measured(0.0, 0.599999999)), value_text(Measured(0.0, 0.6))
    ('<0.6', '≤0.6')
    """
    if not value.known:
        return "not given"
    if value.low == value.high:
        return f"{value.low:.6g}"
    end, signs = (value.low, ">≥") if math.isinf(value.high) else (value.high, "<≤")
    itself_possible = float(f"{end:.8g}") == float(f"{end:.9g}")
    return f"{signs[itself_possible]}{end:.6g}"


def band_words(band: Interval) -> str:
    """Return a band in words.

    Examples
    --------
    >>> from hematotox.declarations.interval import read_interval
    >>> [band_words(read_interval(text)) for text in ("(-inf, 75)", "[75, 175]", "(175, inf)")]
    ['below 75', '75 to 175', 'above 175']
    """
    if math.isinf(band.low):
        return f"{'at or below' if band.owns_high else 'below'} {band.high:g}"
    if math.isinf(band.high):
        return f"{'at or above' if band.owns_low else 'above'} {band.low:g}"
    if band.owns_low and band.owns_high:
        return f"{band.low:g} to {band.high:g}"
    low = f"{'at or above' if band.owns_low else 'above'} {band.low:g}"
    return f"{low} and {'at or below' if band.owns_high else 'below'} {band.high:g}"


def _range(fewest: float, most: float) -> str:
    return f"{fewest:g}" if fewest == most else f"{fewest:g} to {most:g}"


def _total(declared: Score, row: pd.Series) -> list[str]:
    """Say the points, or the range that the known values leave."""
    missing = int(row["items_missing"])
    because = "a value is only known to lie in a range"
    if missing:
        because = "an item is missing" if missing == 1 else f"{missing} items are missing"
    if declared.formula is not None:
        if missing or pd.isna(row["points_high"]):
            return ["Value: not determined."]
        if row["points_low"] != row["points_high"]:
            return [f"Value: {row['points_low']:.4g} to {row['points_high']:.4g} ({because})."]
        return [f"Value: {row['points_low']:.4g}."]
    possible = declared.possible_points()
    scale = f"of {possible[0]:g} to {possible[-1]:g} possible"
    points = _range(row["points_low"], row["points_high"])
    open_ended = row["points_low"] != row["points_high"]
    return [f"Points: {points} ({scale}){f': {because}' if open_ended else ''}."]


def _group(declared: Score, row: pd.Series) -> list[str]:
    """Say the group where it is determined, and whether a cut-off value decides it."""
    if not declared.groups:
        return ["Group: none; no cut-off of this score is verified."]
    certain = row["group_determinable"]
    if not certain:
        low, high = (declared.group_label(row[name]) for name in ("group_low", "group_high"))
        return [f"Group: not determined; {low} or {high}."]
    doubt = row["items_missing"] > 0 or row["points_low"] != row["points_high"]
    whatever = ", whatever the unknown values are" if doubt else ""
    sentences = [f"Group: {declared.group_label(certain)}{whatever}."]
    other = row["group_other_boundary"]
    if other and other != certain:
        sentences.append(
            "A value lies exactly on a cut-off: if cut-offs belonged to the other band, the group "
            f"would be {declared.group_label(other)}."
        )
    return sentences
