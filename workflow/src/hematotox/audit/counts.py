"""Counts, percentages and denominators of a table of characteristics."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hematotox.audit.findings import Finding
from hematotox.audit.printed import Printed, Range

COLUMN = ("study", "analysis", "population", "centre", "group")
"""What tells the columns of a table apart."""
CELL = (*COLUMN, "term", "reference")
MISSING = "missing"
GROUP_UNKNOWN = "group unknown"
SHARES = ("percentage_of_known", "proportion")
PLACES = COLUMN.index("group")
"""Parts of a key before its group."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A count with its percentage, and the denominators that explain both."""

    count: Printed
    share: Printed
    events: int
    denominators: Range
    known: int | None
    """The denominator, where the table says it."""

    @property
    def fits(self) -> bool:
        """Whether a whole number of patients explains the percentage."""
        if self.known is not None:
            return self.denominators.low <= self.known <= self.denominators.high
        return math.ceil(self.denominators.low) <= math.floor(self.denominators.high)


def count_findings(rows: Sequence[Printed], among: Mapping[str, str]) -> Iterator[Finding]:
    """Yield counts and percentages that cannot be of the same patients."""
    counts = {one.key(*CELL): one for one in rows if _is_count(one)}
    shares = {one.key(*CELL): one for one in rows if _is_share(one)}
    sizes = _sizes(counts)
    cells = {
        key: _cell(counts[key], share, _denominator(key, counts, sizes))
        for key, share in shares.items()
        if key in counts and counts[key].number("estimate") is not None
    }
    yield from _percentages(cells)
    yield from _larger_than_column(counts, sizes)
    yield from _sums(counts)
    yield from _nested(cells, counts, among)


def _is_count(one: Printed) -> bool:
    return one.text("estimand") == "count" and one.text("method") == "describe"


def _is_share(one: Printed) -> bool:
    return one.text("estimand") in SHARES and one.text("method") == "describe"


def _sizes(counts: Mapping[Key, Printed]) -> dict[Key, int]:
    """Return the patients of each column, where its head is printed."""
    sizes = {}
    for key, one in counts.items():
        *column, term, level = key
        head = term.endswith(".group") and level in ("all", "")
        if head and one.number("estimate") is not None:
            sizes[tuple(column)] = int(one.number("estimate") or 0)
    return sizes


def _denominator(
    key: Key, counts: Mapping[Key, Printed], sizes: Mapping[Key, int]
) -> tuple[int | None, float]:
    """Return the patients with a known value, if the table says so, and their largest number.

    They are given with the row; or they are all, because the levels of the characteristic add up
    to the column; or all but the missing.
    """
    given = counts[key].number("n")
    if given is not None:
        return int(given), given
    size = sizes.get(key[: len(COLUMN)])
    if size is None:
        return None, math.inf
    levels = {k[-1]: int(one.number("estimate") or 0) for k, one in counts.items()
              if k[:-1] == key[:-1]}  # fmt: skip
    missing = levels.pop(MISSING, None)
    if missing is not None:
        return size - missing, size - missing
    return (size, size) if len(levels) > 1 and sum(levels.values()) == size else (None, size)


def _cell(count: Printed, share: Printed, denominator: tuple[int | None, float]) -> Cell:
    known, most = denominator
    events = int(count.number("estimate") or 0)
    assert share.estimate is not None
    low, high = max(share.estimate.low, 0.0), share.estimate.high
    slack = 1e-6
    least = events / high - slack if high > 0 else 0.0
    largest = events / low + slack if low > 0 else math.inf
    return Cell(count, share, events, Range(max(least, events), min(largest, most)), known)


def _percentages(cells: Mapping[Key, Cell]) -> Iterator[Finding]:
    """Yield percentages that do not fit; once for a column that has another denominator."""
    columns: dict[Key, list[Cell]] = {}
    for key, cell in cells.items():
        columns.setdefault(key[: len(COLUMN)], []).append(cell)
    for members in columns.values():
        wrong = [cell for cell in members if not cell.fits]
        other = _common_denominator(members) if len(wrong) > len(members) / 2 else None
        if other is not None and len(wrong) > 1:
            first = wrong[0]
            yield Finding(
                "denominator of a column",
                first.count.place,
                f"{len(wrong)} of {len(members)} percentages of the column do not fit its "
                f"{first.known} patients; {other} fit most",
            )
            continue
        for cell in wrong:
            yield Finding("count and percentage", cell.count.place, _words(cell))


def _words(cell: Cell) -> str:
    printed = f"{cell.events} ({100 * (cell.share.number('estimate') or 0):.3g}%)"
    fitting = Range(math.ceil(cell.denominators.low), math.floor(cell.denominators.high))
    if cell.known:
        share = f"{cell.events} of {cell.known} is {100 * cell.events / cell.known:.1f}%"
        if fitting.low <= fitting.high:
            return f"{printed}: {share}; the percentage fits {_span(fitting)}"
        return f"{printed}: {share}; the percentage fits no number of patients up to {cell.known}"
    return f"{printed}: no number of patients up to the size of its group explains the percentage"


def _common_denominator(members: Sequence[Cell]) -> str | None:
    """Return the number of patients that explains the most percentages of a column."""
    known = {cell.known for cell in members}
    if len(known) != 1 or None in known:
        return None
    largest = 2 * max(cell.known or 0 for cell in members)
    wide = [_unlimited(cell) for cell in members]
    fits = {n: sum(one.low <= n <= one.high for one in wide) for n in range(1, largest + 1)}
    most = max(fits.values())
    return _span_of([n for n, count in fits.items() if count == most])


def _unlimited(cell: Cell) -> Range:
    """Return the denominators that explain a percentage, whatever the column's head says."""
    assert cell.share.estimate is not None
    low, high = max(cell.share.estimate.low, 0.0), cell.share.estimate.high
    return Range(cell.events / high, cell.events / low if low > 0 else math.inf)


def _span(one: Range) -> str:
    low, high = int(one.low), int(one.high)
    return f"{low} patients" if low == high else f"{low} to {high} patients"


def _span_of(values: Sequence[int]) -> str:
    return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"


def _larger_than_column(
    counts: Mapping[Key, Printed], sizes: Mapping[Key, int]
) -> Iterator[Finding]:
    """Yield levels of a characteristic that add up to more patients than the column has."""
    totals: dict[Key, float] = {}
    for key, one in counts.items():
        if key[:-1][: len(COLUMN)] in sizes and not key[-2].endswith(".group"):
            totals[key[:-1]] = totals.get(key[:-1], 0.0) + (one.number("estimate") or 0.0)
    for key, total in totals.items():
        size = sizes[key[: len(COLUMN)]]
        if total > size:
            one = next(one for k, one in counts.items() if k[:-1] == key)
            message = f"the levels add up to {total:.0f} patients, the column has {size}"
            yield Finding("levels and column", one.place, message)


def _sums(counts: Mapping[Key, Printed]) -> Iterator[Finding]:
    """Yield totals that are not the sum of their groups, or of their centres.

    Patients whose group is unknown are in the total and in no group.
    """
    unknown = {
        key[:PLACES]: one.number("estimate") or 0.0
        for key, one in counts.items()
        if key[-1] == GROUP_UNKNOWN
    }
    for axis in ("group", "centre"):
        position = CELL.index(axis)
        rest = [i for i in range(len(CELL)) if i != position]
        parts: dict[Key, dict[str, Printed]] = {}
        for key, one in counts.items():
            parts.setdefault(tuple(key[i] for i in rest), {})[key[position]] = one
        complete: dict[Key, set[str]] = {}
        for key, found in parts.items():
            complete.setdefault(key[:-2], set()).update(found)
        for key, found in parts.items():
            if "" not in found or set(found) != complete[key[:-2]] or len(found) < 3:
                continue
            yield from _sum(found, unknown.get(key[:PLACES], 0.0) if axis == "group" else 0.0)


def _sum(found: Mapping[str, Printed], unknown: float) -> Iterator[Finding]:
    total = found[""].number("estimate")
    values = [one.number("estimate") for name, one in found.items() if name]
    if total is None or None in values:
        return
    added = [value for value in values if value is not None]
    if not 0 <= total - sum(added) <= unknown:
        words = " + ".join(f"{value:.0f}" for value in added)
        message = f"{words} is {sum(added):.0f}, the total says {total:.0f}"
        yield Finding("sum of the groups", found[""].place, message)


def _nested(
    cells: Mapping[Key, Cell], counts: Mapping[Key, Printed], among: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield percentages whose denominator is above the patients who alone can be meant."""
    for key, cell in cells.items():
        *column, term, _ = key
        parent, _, level = among.get(term, "").partition("=")
        wider = counts.get((*column, parent, level))
        if wider is None:
            continue
        most, least = wider.number("estimate") or 0.0, math.ceil(cell.denominators.low)
        if least > most:
            yield Finding(
                "denominator of a subset",
                cell.count.place,
                f"the percentage needs at least {least} patients, only {most:.0f} can be meant",
            )
