"""Values that look a thousandfold too high or low, as if in another unit.

A centre that changes from cells per microlitre to 10*9/L in the middle of a column, or declares
the wrong one of the two, would give every patient the worst grade or none. Looked at are blood
counts (variables whose `resolution` the dictionary names; no other variable has two usual units
that differ a thousandfold), exact values above zero. A value is suspected if

* it is implausible, a thousandth (or the thousandfold) of it is plausible, and it lies at least
  a hundredfold away from the median of the plausible values of the centre;
* it is finer than laboratories report (`resolution` of the dictionary: 2.4 cells per microlitre)
  and multiplied by a thousand is close to its neighbours within 14 days in the same patient, or,
  where it has none that tell, to the median of the values that do. Leukocytes times a percentage
  also give 12.6 cells per microlitre: in an aplasia that is nothing to be suspected;
* it lies at least a hundredfold above (or below) both neighbours within 14 days in the same
  patient, and divided (multiplied) by a thousand it is close to both. Only the range where a
  confusion is possible is looked at: a fifth of the plausible maximum upwards, where no recovery
  between two aplasias leads, and below ten steps of the resolution;
* its neighbours are suspected, and in their unit it lies nearer to them than as it stands; with
  one neighbour only it must be a hundredfold away, or one slip would draw a whole course after it.
  Where a hospital changed its unit, a whole number, 1 for 1.0, or a small one is told by this
  alone.

The last two rules are repeated with the neighbours corrected, so that a stretch of values in the
other unit is found from its ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hematotox.declarations.dictionary import Variable

FACTOR = 1000.0
_FAR = 100.0
_NEIGHBOUR_DAYS = 14
_CLOSE_ABOVE, _CLOSE_BELOW = 20.0, 3.0
_FINE_STEPS, _CLOSE_FINE = 20, 5.0
_SWEEPS = 5

Numbers = npt.NDArray[np.float64]
Directions = npt.NDArray[np.int8]
"""1: a thousandfold too high, -1: too low, 0: not suspected."""


@dataclass(frozen=True, slots=True)
class Series:
    """Exact values above zero of one variable, sorted by patient and day."""

    patients: npt.NDArray[np.int64]
    days: npt.NDArray[np.int64]
    values: Numbers


def suspect_units(series: Series, described: Variable) -> Directions:
    """Return which values look as if they were in a unit a thousandfold larger or smaller.

    Parameters
    ----------
    series : values in the canonical unit
    described : the variable's plausible interval and resolution
    """
    if described.resolution is None:
        return np.zeros(len(series.values), dtype=np.int8)
    directions = _implausible(series.values, described)
    directions = directions - _too_fine(series, described.resolution)
    directions = np.clip(directions, -1, 1).astype(np.int8)
    for _ in range(_SWEEPS):
        found = _beside_neighbours(series, directions, described=described)
        among = _among_suspected(series, directions, described=described)
        found = np.where(found == 0, among, found).astype(np.int8)
        if not found.any():
            break
        directions = np.where(directions == 0, found, directions).astype(np.int8)
    return directions


def corrected(values: Numbers, directions: Directions) -> Numbers:
    """Return values as they would be in the right unit."""
    divided: Numbers = np.where(directions == 1, values / FACTOR, values)
    return np.where(directions == -1, divided * FACTOR, divided)


def _implausible(values: Numbers, described: Variable) -> Directions:
    low, high = described.plausible or (0.0, np.inf)
    plausible = values[(values >= low) & (values <= high)]
    middle = float(np.median(plausible)) if len(plausible) else 1.0
    above = (values > high) & (values / FACTOR <= high) & (values / FACTOR >= low)
    below = (values < low) & (values * FACTOR <= high) & (values * FACTOR >= low)
    if len(plausible):
        above &= values >= _FAR * middle
        below &= values <= middle / _FAR
    return above.astype(np.int8) - below.astype(np.int8)


def _too_fine(series: Series, resolution: float) -> Directions:
    """Return (as 1) the values finer than reported that fit their neighbours a thousandfold."""
    values = series.values
    steps = values / resolution
    tell = steps >= _FINE_STEPS
    fits = ~tell & (np.abs(steps - np.round(steps)) >= 1e-6)
    if not tell.any():
        return fits.astype(np.int8)
    usual = float(np.median(values[tell]))
    near = _nearest(series, tell)
    alone = (near[0] < 0) & (near[1] < 0)
    for places in near:
        beside = np.where(places >= 0, values[places], np.where(alone, usual, np.nan))
        ratio = values * FACTOR / beside
        fits &= np.isnan(ratio) | ((ratio <= _CLOSE_FINE) & (ratio >= 1 / _CLOSE_FINE))
    return fits.astype(np.int8)


def _beside_neighbours(
    series: Series, directions: Directions, *, described: Variable
) -> Directions:
    """Return the values that differ a thousandfold from both neighbours in the same patient."""
    now = corrected(series.values, directions)
    before, after = np.full(len(now), np.nan), np.full(len(now), np.nan)
    near = (np.diff(series.patients) == 0) & (np.diff(series.days) <= _NEIGHBOUR_DAYS)
    before[1:][near] = now[:-1][near]
    after[:-1][near] = now[1:][near]
    lower, upper = np.minimum(before, after), np.maximum(before, after)
    reach = described.plausible[1] / 5 if described.plausible else np.inf
    depth = 10 * (described.resolution or 0.0)
    thousandth, thousandfold = now / FACTOR, now * FACTOR
    with np.errstate(invalid="ignore"):
        high = (now >= reach) & (now >= _FAR * upper)
        high &= (thousandth <= _CLOSE_ABOVE * lower) & (thousandth >= upper / _CLOSE_ABOVE)
        low = (now < depth) & (now <= lower / _FAR)
        low &= (thousandfold <= _CLOSE_BELOW * lower) & (thousandfold >= upper / _CLOSE_BELOW)
    untouched = directions == 0
    found = (high & untouched).astype(np.int8) - (low & untouched).astype(np.int8)
    return found.astype(np.int8)


def _among_suspected(series: Series, directions: Directions, *, described: Variable) -> Directions:
    """Return the values that are like their suspected neighbours if they are in the same unit.

    Neighbours that could be in either unit themselves are passed over.
    """
    now, resolution = corrected(series.values, directions), described.resolution or 0.0
    found = np.zeros(len(now), dtype=np.int8)
    for direction, possible in ((-1, now < 10 * resolution), (1, now >= FACTOR * resolution)):
        open_ = (directions == 0) & possible
        distances, suspected, known = np.zeros(len(now)), open_.copy(), np.zeros(len(now))
        for places in _nearest(series, ~open_):
            there = places >= 0
            suspected &= ~there | (directions[places] == direction)
            distances += np.where(there, np.log10(now / now[places]), 0.0)
            known += there
        # A thousandfold is three decades: beyond half of them the other unit is nearer. One
        # neighbour alone may be the slip, and what is drawn after it draws the next.
        far = direction * distances > np.where(known == 2, 3.0, np.log10(_FAR))
        found[suspected & (known > 0) & far] = direction
    return found


def _nearest(series: Series, told: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.int64]]:
    """Return the place of the nearest told value before and after each; -1 for none.

    It is of the same patient and at most 14 days away.
    """
    count = len(told)
    places = np.arange(count)
    before = np.maximum.accumulate(np.where(told, places, -1))
    after = np.minimum.accumulate(np.where(told, places, count)[::-1])[::-1]
    after = np.where(after == count, -1, after)
    for found in (before, after):
        far = np.abs(series.days - series.days[found]) > _NEIGHBOUR_DAYS
        found[far | (series.patients != series.patients[found])] = -1
    return [before, after]
