"""One patient in one window, as her grade is explained."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hematotox.cohort.grading.daily_values import DailyValues, Grid, Indices
from hematotox.cohort.grading.icaht import Ends
from hematotox.cohort.words import days


@dataclass(frozen=True, slots=True)
class Case:
    """One patient in one window; grids have one column.

    `values` are her daily values, empty after her last observed day; `graded` is her row of the
    table of grades; `calendar` the day after infusion of each row; `leukocytes` her highest
    possible leukocyte count of each day, where the window uses it.
    """

    values: DailyValues
    ends: Ends
    graded: pd.Series
    calendar: Indices
    leukocytes: Grid | None = None

    @property
    def grid(self) -> Grid:
        """The daily values that count."""
        return self.values.value

    @property
    def end(self) -> int:
        """Row of her last observed day."""
        return int(self.ends.observed[0])

    def days(self, first: int, last: int) -> str:
        """Return the words for the days of some rows."""
        return days(int(self.calendar[first]), int(self.calendar[last]))
