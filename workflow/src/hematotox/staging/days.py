"""Days after infusion: from dates, from numbers of days, or fixed; and why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hematotox.dialects.cells import KNOWN, Cells, States
from hematotox.dialects.dates import day_of
from hematotox.staging.columns import ColumnReader
from hematotox.staging.declared import When
from hematotox.staging.patients import Codes

FINE, NO_DATE, NOT_INFUSED, IMPLAUSIBLE = 0, 1, 2, 3
ROW_KINDS = {NO_DATE: "no date", NOT_INFUSED: "not infused", IMPLAUSIBLE: "implausible date"}
VALUE_KINDS = {
    NO_DATE: "value without a date",
    NOT_INFUSED: "value without an infusion",
    IMPLAUSIBLE: "value with an implausible date",
}
FIRST_DAY, LAST_DAY = -3653, 10958
"""Ten years before to thirty years after infusion: a date beyond is an error of writing."""


@dataclass(frozen=True, slots=True)
class Infusions:
    """Day of infusion of each patient, since 1970-01-01, and whether it is known."""

    days: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RowDays:
    """Day after infusion of each row; `trouble` says why there is none."""

    days: npt.NDArray[np.int64]
    trouble: npt.NDArray[np.int8]


def infusions_of(dates: Cells) -> Infusions:
    """Return the infusion days of dates written YYYY-MM-DD, empty where not known."""
    known = np.array([date != "" for date in dates], dtype=bool)
    days = [day_of(date) if date else 0 for date in dates]
    return Infusions(np.array(days, dtype=np.int64), known)


def find_days(
    reader: ColumnReader, when: When, *, patients: Codes, infusions: Infusions
) -> RowDays:
    """Return the day of each row."""
    if when.on_day is not None:
        return fixed_day(when.on_day, patients, infusions=infusions)
    if when.day:
        return _checked(*reader.days(when.day, "", missing=when.missing))
    if not when.date:
        return RowDays(np.zeros(len(patients), np.int64), np.full(len(patients), NO_DATE, np.int8))
    dates, states = reader.dates(when.date, "", missing=when.missing)
    return from_dates(dates, states, patients=patients, infusions=infusions)


def fixed_day(day: int, patients: Codes, *, infusions: Infusions) -> RowDays:
    """Return the same day for all rows of infused patients."""
    trouble = np.where(infusions.known[patients], FINE, NOT_INFUSED).astype(np.int8)
    return RowDays(np.full(len(patients), day, dtype=np.int64), trouble)


def from_dates(
    dates: npt.NDArray[np.int64], states: States, *, patients: Codes, infusions: Infusions
) -> RowDays:
    """Return date minus infusion date."""
    days = dates - infusions.days[patients]
    checked = _checked(days, states)
    trouble = np.where(infusions.known[patients], checked.trouble, NOT_INFUSED)
    return RowDays(checked.days, trouble.astype(np.int8))


def _checked(days: npt.NDArray[np.int64], states: States) -> RowDays:
    far = (days < FIRST_DAY) | (days > LAST_DAY)
    trouble = np.where(states != KNOWN, NO_DATE, np.where(far, IMPLAUSIBLE, FINE))
    return RowDays(days, trouble.astype(np.int8))
