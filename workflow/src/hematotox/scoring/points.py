"""Points, bounds and risk groups of declared scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.contracts import Cohort, conform, empty
from hematotox.cut_offs import comparable_ends, round_significant
from hematotox.declarations.interval import Interval, read_interval
from hematotox.declarations.score import Score

Numbers = NDArray[np.float64]
Groups = NDArray[np.object_]
Bands = tuple[tuple[Interval, float], ...]


def score(cohort: Cohort, scores: dict[str, Score]) -> pd.DataFrame:
    """Score the included patients from their baseline values.

    Parameters
    ----------
    cohort : `baseline` and `population` are read
    scores : scores by id

    Returns
    -------
    Table `scores`. `points` is empty unless every item's points are known; `points_low` and
    `points_high` are the fewest and most points compatible with what is known, `group_low` and
    `group_high` their groups, `group_determinable` the group where both agree. `group` follows the
    score's policy for missing items. `group_other_boundary` is `group` if cut-off values belonged
    to the neighbouring band.
    """
    rows = _scored(cohort, {name: (declared, ("",)) for name, declared in scores.items()})
    return conform("scores", rows.drop(columns="variant")) if len(rows) else empty("scores")


def score_variants(cohort: Cohort, scores: dict[str, Score]) -> pd.DataFrame:
    """Score the included patients at the other windows and dates of each score.

    Returns
    -------
    Table `score_variants`: as `scores`, a row for each patient, score and variant.
    """
    wanted = {name: (declared, tuple(declared.variants)) for name, declared in scores.items()}
    rows = _scored(cohort, wanted)
    return conform("score_variants", rows) if len(rows) else empty("score_variants")


def _scored(cohort: Cohort, wanted: dict[str, tuple[Score, tuple[str, ...]]]) -> pd.DataFrame:
    included = pd.Index(cohort.population.loc[cohort.population["included"], "patient_id"])
    frames = []
    for name, (declared, variants) in wanted.items():
        rows = cohort.baseline[cohort.baseline["score"] == declared.id]
        for variant in variants:
            chosen = rows[rows["variant"] == variant].set_index(["patient_id", "variable"])
            low, high = (
                chosen[end].unstack().reindex(index=included, columns=list(declared.items))
                for end in ("value_low", "value_high")
            )
            table = score_values(declared, low, high=high)
            frames.append(table.assign(patient_id=included, score=name, variant=variant))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def score_values(declared: Score, low: pd.DataFrame, *, high: pd.DataFrame) -> pd.DataFrame:
    """Score patients from the ends of their values.

    Parameters
    ----------
    declared : the score
    low, high : one row a patient, one column an item; equal unless censored, NaN where missing

    Returns
    -------
    Columns of the table of scores, one row a patient, in the order given.
    """
    missing = low[list(declared.items)].isna().sum(axis=1).to_numpy()
    table = _outcome(declared, _bounds(declared, low, high=high), missing=missing)
    other = declared if declared.formula is not None else with_other_boundaries(declared)
    flipped = _outcome(other, _bounds(other, low, high=high), missing=missing)
    return table.assign(group_other_boundary=flipped["group"])


def with_other_boundaries(declared: Score) -> Score:
    """Return the score with its cut-offs given to the neighbouring bands.

    The items are those of `boundary_variant`, or all.
    """
    items = dict(declared.items)
    for name in declared.boundary_variant or tuple(items):
        bands = {_swapped(band): points for band, points in items[name].ordered_bands()}
        items[name] = items[name].model_copy(
            update={"bands": bands, "same_day": declared.worse_end(name)}
        )
    return declared.model_copy(update={"items": items})


def _swapped(band: Interval) -> str:
    left = "(" if band.owns_low or np.isinf(band.low) else "["
    right = ")" if band.owns_high or np.isinf(band.high) else "]"
    return f"{left}{band.low!r}, {band.high!r}{right}"


def _bounds(declared: Score, low: pd.DataFrame, *, high: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """Return the fewest and the most points, or the range of a formula."""
    ends = {
        item: comparable_ends(low[item].to_numpy(float), high[item].to_numpy(float))
        for item in declared.items
    }
    if declared.formula is not None:
        return _formula_bounds(declared, ends)
    bounds = [
        item_bounds(declared.items[item].ordered_bands(), low, high=high)
        for item, (low, high) in ends.items()
    ]
    fewest: Numbers = np.sum([one for one, _ in bounds], axis=0)
    most: Numbers = np.sum([one for _, one in bounds], axis=0)
    return fewest, most


def item_bounds(bands: Bands, low: Numbers, *, high: Numbers) -> tuple[Numbers, Numbers]:
    """Return the fewest and most points of one item; a missing value may have any."""
    points = np.array([value for _, value in bands], dtype=float)
    first = np.where(np.isnan(low), 0, _band_number(bands, low))
    last = np.where(np.isnan(high), len(bands) - 1, _band_number(bands, high))
    fewest = np.full(low.shape, np.inf)
    most = np.full(low.shape, -np.inf)
    for number, value in enumerate(points):
        possible = (first <= number) & (number <= last)
        fewest[possible] = np.minimum(fewest[possible], value)
        most[possible] = np.maximum(most[possible], value)
    return fewest, most


def _band_number(bands: Bands, values: Numbers) -> NDArray[np.int64]:
    """Return in which band each value lies, counted from the lowest."""
    number = np.zeros(values.shape, dtype=np.int64)
    for band, _ in bands[1:]:
        number += (values >= band.low) if band.owns_low else (values > band.low)
    return number


def _formula_bounds(
    declared: Score, ends: dict[str, tuple[Numbers, Numbers]]
) -> tuple[Numbers, Numbers]:
    """Return the range of a product and quotient of values that are not negative."""
    assert declared.formula is not None
    first = next(iter(ends.values()))[0]
    low, high = np.ones(first.shape), np.ones(first.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        for item in declared.formula.multiply:
            low, high = low * _known(ends[item][0], 0), high * _known(ends[item][1], np.inf)
        for item in declared.formula.divide:
            low, high = low / _known(ends[item][1], np.inf), high / _known(ends[item][0], 0)
    return round_significant(low), round_significant(high)


def _known(values: Numbers, otherwise: float) -> Numbers:
    return np.where(np.isnan(values), otherwise, values)


def _outcome(
    declared: Score, bounds: tuple[Numbers, Numbers], *, missing: NDArray[np.int64]
) -> pd.DataFrame:
    """Return points and groups under the score's policy for missing items."""
    fewest, most = bounds
    known = (missing == 0) & (fewest == most) & np.isfinite(most)
    group_low, group_high = _groups(declared, fewest), _groups(declared, most)
    determinable = np.where(group_low == group_high, group_low, "")
    group = {
        "no_score": np.where(missing == 0, determinable, ""),
        "lowest": group_low,
        "highest": group_high,
        "determinable": determinable,
    }[declared.missing]
    finite = np.where(np.isfinite(most), most, np.nan)
    points = np.where(known, fewest, np.nan)
    if declared.missing in ("lowest", "highest"):
        points = fewest if declared.missing == "lowest" else finite
    return pd.DataFrame(
        {
            "points": points,
            "points_low": fewest,
            "points_high": finite,
            "group": group,
            "group_low": group_low,
            "group_high": group_high,
            "group_determinable": determinable,
            "items_missing": missing,
        }
    )


def _groups(declared: Score, points: Numbers) -> Groups:
    group = np.full(points.shape, "", dtype=object)
    for name, text in declared.groups.items():
        interval = read_interval(text)
        above = (points >= interval.low) if interval.owns_low else (points > interval.low)
        below = (points <= interval.high) if interval.owns_high else (points < interval.high)
        group[above & below] = name
    return group
