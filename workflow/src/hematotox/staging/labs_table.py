"""The table of laboratory values: suspected units decided, implausible values taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from hematotox.contracts import conform, empty
from hematotox.declarations.dictionary import Variable
from hematotox.dialects.units import accepted_units
from hematotox.staging.columns import is_plausible
from hematotox.staging.labs import Origin, Values
from hematotox.staging.ledger import Ledger, Mask, Place, Rows
from hematotox.staging.missing_codes import Digits, repeated_limit, suspected_codes
from hematotox.staging.patients import Codes, Patients
from hematotox.staging.unit_jumps import Series, corrected, suspect_units

_LONG_BEFORE = -365


@dataclass(frozen=True, slots=True)
class Measurements:
    """All values of one variable; `origins` is the position in `from_`."""

    variable: str
    from_: tuple[Origin, ...]
    origins: npt.NDArray[np.int64]
    patients: Codes
    days: npt.NDArray[np.int64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    rows: Rows
    code_digits: Digits

    @property
    def described(self) -> Variable:
        """What the dictionary says about the variable."""
        return self.from_[0].column.described

    def where(self, mask: Mask | npt.NDArray[np.int64]) -> Measurements:
        """Return some of the values, or all in another order."""
        return replace(
            self, origins=self.origins[mask], patients=self.patients[mask], days=self.days[mask],
            low=self.low[mask], high=self.high[mask], rows=self.rows[mask],
            code_digits=self.code_digits[mask],
        )  # fmt: skip


def gather(values: Iterable[Values]) -> dict[str, Measurements]:
    """Return the values by variable, sorted by patient, day, file and row."""
    by_variable: dict[str, list[Values]] = {}
    for one in values:
        by_variable.setdefault(one.origin.place.variable, []).append(one)
    return {name: _together(name, by_variable[name]) for name in sorted(by_variable)}


def _together(variable: str, parts: list[Values]) -> Measurements:
    origins: dict[tuple[Place, int], int] = {}
    from_: list[Origin] = []
    numbers = []
    for one in parts:
        key = (one.origin.place, id(one.origin.column))
        if key not in origins:
            origins[key] = len(from_)
            from_.append(one.origin)
        numbers.append(origins[key])
    together = Measurements(
        variable,
        tuple(from_),
        np.repeat(np.array(numbers, dtype=np.int64), [len(one.rows) for one in parts]),
        np.concatenate([one.patients for one in parts]),
        np.concatenate([one.days for one in parts]),
        np.concatenate([one.low for one in parts]),
        np.concatenate([one.high for one in parts]),
        np.concatenate([one.rows for one in parts]),
        np.concatenate([one.code_digits for one in parts]),
    )
    return together.where(np.lexsort((together.origins, together.days, together.patients)))


def read_in_unit(found: Measurements, chosen: Mask, unit: str) -> Measurements:
    """Return the values, those chosen read in another unit than their column declares.

    Raises
    ------
    ValueError
        A column has no declared unit, it stands beside each value.
    """
    low, high = found.low.copy(), found.high.copy()
    for position, origin in enumerate(found.from_):
        own = chosen & (found.origins == position)
        if not own.any():
            continue
        declared = origin.column.factor(origin.column.unit)
        true = origin.column.factor(unit)
        if declared is None or true is None or not origin.column.unit:
            raise ValueError(origin.column.variable)
        for values in (low, high):
            values[own] = true.to_canonical(declared.from_canonical(values[own]))
    return replace(found, low=low, high=high)


def readable(gathered: Mapping[str, Measurements]) -> dict[str, Measurements]:
    """Leave out the unreadable cells to which no correction has given a value."""
    return {name: found.where(~np.isnan(found.low)) for name, found in gathered.items()}


def take_out_codes(found: Measurements, *, ledger: Ledger) -> Measurements:
    """Take out numbers that stand for "not known", and ask about a repeated highest value."""
    exact = found.low == found.high
    meant = np.array([one.column.nines_are_values for one in found.from_], bool)[found.origins]
    suspected = np.zeros(len(exact), dtype=bool)
    suspected[exact] = suspected_codes(
        found.low[exact], np.where(meant, 0, found.code_digits)[exact]
    )
    limit = np.zeros(len(exact), dtype=bool)
    kept = exact & ~suspected
    limit[kept] = repeated_limit(found.low[kept])
    for position, origin in enumerate(found.from_):
        here = found.origins == position
        ledger.add_cells("undeclared code for missing", origin.place,
                         rows=found.rows[suspected & here])  # fmt: skip
        ledger.count_like_codes(origin.place, found.rows[suspected & here])
        rows = found.rows[limit & here]
        if len(rows):
            ledger.add_together(
                "repeated highest value",
                origin.place,
                rows=rows.tolist(),
                what="cells with it here",
            )
    return found.where(~suspected)


def decide_units(found: Measurements, *, ledger: Ledger) -> Measurements:
    """Do with values of a suspected unit what the centre file decides; without it, a trouble."""
    described = found.described
    exact = np.flatnonzero((found.low == found.high) & (found.low > 0))
    series = Series(found.patients[exact], found.days[exact], found.low[exact])
    directions = np.zeros(len(found.low), dtype=np.int8)
    directions[exact] = suspect_units(series, described)
    low, high, kept = found.low.copy(), found.high.copy(), np.ones(len(found.low), dtype=bool)
    for position, origin in enumerate(found.from_):
        suspected = (directions != 0) & (found.origins == position)
        decision = origin.column.unit_jump
        if not suspected.any():
            continue
        if decision == "stop":
            _stop(found, origin, suspected=suspected, directions=directions, ledger=ledger)
            continue
        kind = {"keep": "kept", "convert": "converted", "set_aside": "set aside"}[decision]
        ledger.add_cells(f"suspected unit {kind}", origin.place, rows=found.rows[suspected])
        if decision == "convert":
            low[suspected] = corrected(low[suspected], directions[suspected])
            high[suspected] = low[suspected]
        kept &= ~suspected if decision == "set_aside" else True
    return replace(found, low=low, high=high).where(kept)


def _stop(
    found: Measurements, origin: Origin, *, suspected: Mask, directions: npt.NDArray[np.int8],
    ledger: Ledger,
) -> None:  # fmt: skip
    place, variable = origin.place, found.variable
    high = int((directions[suspected] == 1).sum())
    count = int(suspected.sum())
    patients = len(np.unique(found.patients[suspected]))
    way = "high" if high == count else "low" if high == 0 else "high or low"
    ledger.troubles.append(
        f'{place.file}: column "{place.column}": {variable}: {count} values '
        f"(patients: {patients}) look a thousandfold too {way}, as if in another unit "
        f"(first in row {found.rows[suspected].min()}); look at them, then decide in the centre "
        f"file: labs.{variable}.unit_jump: keep, convert or set_aside"
    )


def take_out_implausible(found: Measurements, *, ledger: Ledger) -> Measurements:
    """Take out values outside the plausible interval, as findings."""
    described = found.described
    ends = np.where(np.isinf(found.high), found.low, found.high)
    fine = is_plausible(ends, described)
    for position, origin in enumerate(found.from_):
        bad = ~fine & (found.origins == position)
        ledger.add_cells("implausible value", origin.place, rows=found.rows[bad])
        ledger.count_bad(origin.place, found.rows[bad])
    return found.where(fine)


def unit_that_fits(found: Measurements) -> str:
    """Return an accepted unit in which most of the values would be plausible, if there is one."""
    described = found.described
    values = found.low[found.low == found.high]
    for unit, fraction in accepted_units(found.variable, described.unit).items():
        shares = is_plausible(values * float(fraction), described)
        if len(values) and shares.mean() > 0.95:
            return unit
    return ""


def note_days(found: Measurements, *, ledger: Ledger) -> None:
    """Note values long before infusion, and days with several values."""
    for position, origin in enumerate(found.from_):
        early = (found.origins == position) & (found.days < _LONG_BEFORE)
        ledger.add_cells("value long before infusion", origin.place, rows=found.rows[early])
    numbers = measurement_numbers(found)
    second = numbers == 2
    if second.any():
        place = found.from_[int(found.origins[second][0])].place
        patients = len(np.unique(found.patients[second]))
        more = f"days: {int(second.sum())}, patients: {patients}"
        ledger.add("several values in a day", replace(place, column=""), more=more)


def measurement_numbers(found: Measurements) -> npt.NDArray[np.int64]:
    """Return 1, 2, ... for the values of a patient and day, in the order of files and rows."""
    count = len(found.days)
    if not count:
        return np.empty(0, dtype=np.int64)
    starts = np.ones(count, dtype=bool)
    starts[1:] = (np.diff(found.patients) != 0) | (np.diff(found.days) != 0)
    first = np.maximum.accumulate(np.where(starts, np.arange(count), 0))
    return np.arange(count) - first + 1


def frame_of(
    gathered: Mapping[str, Measurements], patients: Patients, *, centre: str
) -> pd.DataFrame:
    """Return the labs table."""
    numbers = np.array([f"{centre}/{number}" for number in patients.numbers], dtype=object)
    parts = [
        pd.DataFrame(
            {
                "patient_id": numbers[found.patients],
                "variable": variable,
                "day": found.days,
                "measurement": measurement_numbers(found),
                "value_low": found.low,
                "value_high": found.high,
            }
        )
        for variable, found in gathered.items()
        if len(found.days)
    ]
    return conform("labs", pd.concat(parts, ignore_index=True) if parts else empty("labs"))
