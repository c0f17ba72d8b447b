"""How long each patient was observed in a window, and what ended it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from hematotox.cohort.grading.icaht import Ends
from hematotox.declarations.conventions import AnyWindow

EVENTS = ("progression", "new_therapy")


@dataclass(frozen=True, slots=True)
class Observation:
    """When each patient's observation ended, in days after infusion, NaN where it did not happen.

    `end` is the last day of observation: death, or else the latest dated record. `last_contact`
    is the last contact as it was stated.
    """

    end: np.ndarray
    death: np.ndarray
    progression: np.ndarray
    new_therapy: np.ndarray
    last_contact: np.ndarray | None = None

    @classmethod
    def of(cls, days: pd.DataFrame) -> Observation:
        """Take the columns of the same names; a last contact may be absent."""
        names = [field.name for field in fields(cls)]
        table = days.reindex(columns=names)
        return cls(*(table[name].to_numpy(dtype=float) for name in names))

    def of_patients(self, start: int, stop: int) -> Observation:
        """Return the patients from `start` to before `stop`."""
        stated = None if self.last_contact is None else self.last_contact[start:stop]
        events = (self.end, self.death, self.progression, self.new_therapy)
        end, death, progression, new_therapy = (one[start:stop] for one in events)
        return Observation(end, death, progression, new_therapy, stated)


def window_ends(window: AnyWindow, observation: Observation) -> Ends:
    """Return the grid rows of the last days of each patient in a window."""
    first, last = window.days
    whole = np.full(observation.end.size, float(last))
    if window.ends_at == ("nothing",):
        return Ends(_row(whole, first), _row(whole, first), np.full(whole.shape, -1))
    events = [getattr(observation, name) for name in EVENTS if name in window.ends_at]
    possible = np.fmin.reduce([whole, observation.death, *events])
    observed = observation.end
    if "last_contact_stated" in window.ends_at:
        stated = observation.last_contact
        observed = np.full(whole.shape, np.nan) if stated is None else stated
    died = np.where(observation.death <= possible, observation.death, np.nan)
    return Ends(
        observed=_row(np.fmin(possible, observed), first),
        possible=_row(possible, first),
        death=_row(np.where(np.isnan(died), -np.inf, died), first),
    )


def _row(day: np.ndarray, first: int) -> np.ndarray:
    rows: np.ndarray = np.maximum(day - first, -1).astype(np.int64)
    return rows
