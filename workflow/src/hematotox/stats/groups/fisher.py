"""Fisher's exact test of an r x c table, with a work limit and a seeded Monte Carlo beyond it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from hematotox.stats.numerics.survival_data import FloatArray, IntArray, InvalidData

# Tables as probable as the observed one up to rounding count as equally extreme (fisher.test).
LOG_TIE = math.log1p(1e-7)
# Partial tables whose log weights differ by less are the same cells in another order.
SAME_WEIGHT = 1e-9
LARGEST_KEY = 2**62
MOST_PATIENTS = 1_000_000_000
"""Numpy draws no hypergeometric numbers beyond."""


@dataclass(frozen=True, slots=True)
class FisherTest:
    """Result of Fisher's exact test.

    Attributes
    ----------
    p_value : probability of tables with the same margins no more probable than the observed one
    method : "exact" or "Monte Carlo"
    n_tables : random tables behind a Monte Carlo p-value, else 0
    seed : of those tables, None if there are none
    std_error : Monte Carlo standard error of the p-value, 0 if exact
    n : patients
    condition : "monte carlo p-value", "empty group"
    """

    p_value: float
    method: str
    n_tables: int
    seed: int | None
    std_error: float
    n: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _HalfTables:
    """All ways to fill some columns: row sums reached (as one key), log weight, how many ways."""

    rows: IntArray
    log_weight: FloatArray
    ways: FloatArray


def fisher_test(
    table: ArrayLike,
    *,
    largest_work: int = 4_000_000,
    monte_carlo_tables: int = 99_999,
    seed: int = 1,
) -> FisherTest:
    """Test whether the rows and columns of a table of counts are independent (Fisher's exact test).

    The table is cut into two halves of columns; all fillings of each half are listed once and
    joined where their row sums add up to the margin. Where a half has more than `largest_work`
    fillings, the p-value is estimated from random tables and `condition` says so.

    Parameters
    ----------
    table : (r, c) counts of patients; empty rows and columns are left out
    largest_work : fillings of a half that may be listed
    monte_carlo_tables : random tables beyond that
    seed : of the random tables

    Raises
    ------
    InvalidData
        Counts that are missing, negative or not whole, or not a two-dimensional table; a billion
        patients.

    References
    ----------
    R ``fisher.test``; Mehta and Patel, JASA 1983;78:427-34. Monte Carlo: R
    ``fisher.test(simulate.p.value = TRUE)``, (1 + as extreme) / (1 + tables).

    Examples
    --------
    >>> from hematotox.stats import fisher_test
    >>> by_hospital = [[21, 27, 28], [8, 5, 4], [9, 7, 7], [0, 15, 6]]
    >>> print(f"p = {fisher_test(by_hospital).p_value:.6f}")
    p = 0.004719
    """
    counts = contingency_table(table)
    n = int(counts.sum())
    if min(counts.shape) < 2:
        return FisherTest(1.0, "exact", 0, None, 0.0, n, ("empty group",))
    if counts.shape[0] > counts.shape[1]:
        counts = counts.T
    if n >= MOST_PATIENTS:
        raise InvalidData(f"table: fewer than {MOST_PATIENTS:,} patients are needed")
    p_value = _exact(counts, largest_work)
    if p_value is not None:
        return FisherTest(p_value, "exact", 0, None, 0.0, n, ())
    share = _monte_carlo(counts, monte_carlo_tables, rng=np.random.default_rng(seed))
    std_error = math.sqrt(share * (1 - share) / monte_carlo_tables)
    condition = ("monte carlo p-value",)
    return FisherTest(share, "Monte Carlo", monte_carlo_tables, seed, std_error, n, condition)


def contingency_table(table: ArrayLike) -> IntArray:
    """Return a checked table of counts without its empty rows and columns.

    Raises
    ------
    InvalidData
        Counts that are missing, negative or not whole, or not a two-dimensional table.
    """
    try:
        values = np.asarray(table, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData("table: rows of counts of equal length are needed") from error
    if values.ndim != 2:
        raise InvalidData(f"table: two dimensions are needed, not {values.ndim}")
    if not np.isfinite(values).all() or (values < 0).any() or (values % 1 != 0).any():
        raise InvalidData("table: whole numbers of at least 0 are needed")
    counts = values.astype(np.int64)
    return counts[counts.any(axis=1)][:, counts.any(axis=0)]


def _exact(counts: IntArray, largest_work: int) -> float | None:
    """Return the exact p-value, None if it would take too much work."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    if math.prod(int(total) + 1 for total in rows) > LARGEST_KEY:
        return None
    one, other = _balanced_halves(columns, counts.shape[0])
    first = _fillings(columns[one], rows, largest_work=largest_work)
    second = _fillings(columns[other], rows, largest_work=largest_work) if first else None
    if first is None or second is None:
        return None
    margins = gammaln(rows + 1).sum() + gammaln(columns + 1).sum() - gammaln(counts.sum() + 1)
    observed = -float(gammaln(counts + 1).sum())
    return _joined(
        first,
        second,
        whole=int(rows @ _radix(rows)),
        limit=observed + LOG_TIE,
        margins=float(margins),
    )


def _balanced_halves(columns: IntArray, n_rows: int) -> tuple[IntArray, IntArray]:
    """Split the columns so that both halves have about as many fillings."""
    halves: tuple[list[int], list[int]] = ([], [])
    work = [0.0, 0.0]
    for column in np.argsort(-columns):
        lighter = int(work[1] < work[0])
        halves[lighter].append(int(column))
        work[lighter] += (n_rows - 1) * math.log(columns[column] + 1)
    return np.array(halves[0], dtype=np.int64), np.array(halves[1], dtype=np.int64)


def _radix(rows: IntArray) -> IntArray:
    """Weights that write row sums as one number; the last row follows from the others."""
    radix = np.concatenate([[1], np.cumprod(rows[:-1] + 1)])
    radix[-1] = 0
    return radix


def _fillings(columns: IntArray, rows: IntArray, *, largest_work: int) -> _HalfTables | None:
    """List the fillings of some columns that no row total forbids, equal ones merged."""
    radix, log_factorial = _radix(rows), gammaln(np.arange(columns.max() + 1) + 1.0)
    reached = np.zeros((1, rows.size), dtype=np.int64)
    half = _HalfTables(np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1))
    for filled, total in zip(np.cumsum(columns), columns, strict=True):
        room = rows - reached
        room_below = room[:, ::-1].cumsum(axis=1)[:, ::-1] - room
        origin, left = np.arange(len(room)), np.full(len(room), total)
        key, log_weight = half.rows, half.log_weight
        for row in range(rows.size):
            least = np.maximum(0, left - room_below[origin, row])
            choices = np.maximum(0, np.minimum(left, room[origin, row]) - least + 1)
            if choices.sum() > largest_work:
                return None
            before = np.cumsum(choices) - choices
            parent = np.repeat(np.arange(left.size), choices)
            cell = np.arange(parent.size) + (least - before)[parent]
            origin, left = origin[parent], left[parent] - cell
            key = key[parent] + cell * radix[row]
            log_weight = log_weight[parent] - log_factorial[cell]
        half = _merged(key, log_weight, ways=half.ways[origin])
        reached = _row_sums(half.rows, rows, filled=int(filled))
    return half


def _row_sums(key: IntArray, rows: IntArray, *, filled: int) -> IntArray:
    """Read the row sums back from their keys."""
    sums = np.empty((key.size, rows.size), dtype=np.int64)
    for row in range(rows.size - 1):
        key, sums[:, row] = np.divmod(key, rows[row] + 1)
    sums[:, -1] = filled - sums[:, :-1].sum(axis=1)
    return sums


def _merged(key: IntArray, log_weight: FloatArray, *, ways: FloatArray) -> _HalfTables:
    """Sort by row sums and weight and merge what is equal in both."""
    order = np.argsort(log_weight)
    narrow = np.uint16 if key.max(initial=0) < 2**16 else np.int64  # two bytes sort by radix
    order = order[np.argsort(key[order].astype(narrow), kind="stable")]
    key, log_weight = key[order], log_weight[order]
    new = np.ones(key.size, dtype=bool)
    new[1:] = (key[1:] != key[:-1]) | (np.diff(log_weight) > SAME_WEIGHT)
    first = np.flatnonzero(new)
    return _HalfTables(key[first], log_weight[first], np.add.reduceat(ways[order], first))


def _joined(
    first: _HalfTables, second: _HalfTables, *, whole: int, limit: float, margins: float
) -> float:
    """Add up the probability of joined tables whose log weight does not exceed the limit."""
    bounds = np.append(np.flatnonzero(np.diff(first.rows, prepend=-1)), first.rows.size)
    wanted = whole - first.rows[bounds[:-1]]
    begin = np.searchsorted(second.rows, wanted, side="left")
    end = np.searchsorted(second.rows, wanted, side="right")
    parts = []
    for index in range(wanted.size):
        if begin[index] == end[index]:
            continue
        here = slice(bounds[index], bounds[index + 1])
        there = slice(begin[index], end[index])
        weight = second.log_weight[there]
        # Sorted by weight, so that the small terms of a far tail are added first.
        top = weight[-1]
        cumulative = np.cumsum(second.ways[there] * np.exp(weight - top))
        allowed = np.searchsorted(weight, limit - first.log_weight[here], side="right")
        share = np.concatenate([[0.0], cumulative])[allowed]
        parts.append(
            float(share @ (first.ways[here] * np.exp(first.log_weight[here] + top + margins)))
        )
    return min(1.0, math.fsum(parts))


def _monte_carlo(counts: IntArray, tables: int, *, rng: np.random.Generator) -> float:
    """Draw tables with the observed margins cell by cell and count the extreme ones."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    limit = -gammaln(counts + 1).sum() + LOG_TIE
    rows_left = np.tile(rows, (tables, 1))
    weight = np.zeros(tables)
    for total in columns[:-1]:
        left = np.full(tables, total)
        below = rows_left.sum(axis=1)
        for row in range(rows.size - 1):
            below = below - rows_left[:, row]
            cell = rng.hypergeometric(rows_left[:, row], below, left)
            weight -= gammaln(cell + 1)
            rows_left[:, row] -= cell
            left = left - cell
        weight -= gammaln(left + 1)
        rows_left[:, -1] -= left
    weight -= gammaln(rows_left + 1).sum(axis=1)
    return float((1 + (weight <= limit).sum()) / (1 + tables))
