"""The table of events: each once, and what cannot be true noted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from hematotox.contracts import conform, empty
from hematotox.staging.events import Happenings
from hematotox.staging.ledger import Ledger, Place
from hematotox.staging.patients import Patients

_HISTORY = frozenset({"response", "transfusion", "new_therapy"})
"""Events that a record before the infusion says nothing strange about."""


def gather(found: Iterable[Happenings]) -> pd.DataFrame:
    """Return all events with where they come from, in the order of patients and days."""
    parts = [
        pd.DataFrame(
            {
                "patient": one.patients,
                "event": one.place.variable,
                "day": pd.array(np.where(one.day_known, one.days, 0), dtype="Int64"),
                "detail": one.details,
                "table": one.place.table,
                "file": one.place.file,
                "column": one.place.column,
                "row": one.rows,
            }
        ).assign(day=lambda f, known=one.day_known: f["day"].where(known, pd.NA))
        for one in found
        if len(one.rows)
    ]
    if not parts:
        columns = ["patient", "event", "day", "detail", "table", "file", "column", "row"]
        return pd.DataFrame(columns=columns).astype({"day": "Int64"})
    together = pd.concat(parts, ignore_index=True)
    order = ["patient", "event", "day", "detail", "table", "file", "row"]
    return together.sort_values(order, kind="stable", na_position="first", ignore_index=True)


def once(events: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Leave one of events that are the same in patient, kind, day and detail."""
    repeated = events.duplicated(["patient", "event", "day", "detail"])
    _note("event recorded twice", events[repeated], ledger=ledger)
    return events[~repeated].reset_index(drop=True)


def note_order(events: pd.DataFrame, ledger: Ledger) -> None:
    """Note events before infusion, and second deaths."""
    early = (events["day"] < 0).fillna(False) & ~events["event"].isin(_HISTORY)
    _note("event before infusion", events[early], ledger=ledger)
    deaths = events[(events["event"] == "death") & events["day"].notna()]
    _note("two deaths", deaths[deaths.duplicated("patient")], ledger=ledger)


def death_days(events: pd.DataFrame) -> dict[int, int]:
    """Return the day of death of each patient who died on a known day."""
    deaths = events[(events["event"] == "death") & events["day"].notna()]
    return {int(p): int(d) for p, d in deaths.groupby("patient")["day"].min().items()}


def _note(kind: str, events: pd.DataFrame, *, ledger: Ledger) -> None:
    for row in events.itertuples():
        place = Place(str(row.table), str(row.file), str(row.column), str(row.event))
        ledger.add(kind, place, row=int(row.row))


def frame_of(events: pd.DataFrame, patients: Patients, *, centre: str) -> pd.DataFrame:
    """Return the events table."""
    if events.empty:
        return empty("events")
    numbers = np.array([f"{centre}/{number}" for number in patients.numbers], dtype=object)
    frame = events[["event", "day", "detail"]].assign(
        patient_id=numbers[events["patient"].to_numpy(dtype=np.int64)]
    )
    return conform("events", frame)
