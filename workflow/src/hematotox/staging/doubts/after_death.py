"""Records after a patient's death: one finding a patient and table, for one date is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from hematotox.staging.labs_table import Measurements
from hematotox.staging.ledger import Ledger, Place

Record = tuple[int, Place, int]
"""Patient, place and row of one record."""


def note_after_death(
    labs: Mapping[str, Measurements],
    events: pd.DataFrame,
    *,
    deaths: Mapping[int, int],
    ledger: Ledger,
) -> None:
    """Note, for each patient and table, how many records are dated after the death.

    Parameters
    ----------
    labs, events : what is staged
    deaths : day of death of each patient who died on a known day
    ledger : where it is noted; column and variable are named where all records share them
    """
    found: dict[tuple[int, str, str], list[tuple[Place, int]]] = {}
    for patient, place, row in (*_late_values(labs, deaths), *_late_events(events, deaths)):
        found.setdefault((patient, place.table, place.file), []).append((place, row))
    for (_, table, file), records in found.items():
        columns = {place.column for place, _ in records}
        variables = {place.variable for place, _ in records}
        where = Place(
            table,
            file,
            columns.pop() if len(columns) == 1 else "",
            variables.pop() if len(variables) == 1 else "",
        )
        ledger.add_together("after death", where, rows=[row for _, row in records])


def _late_values(labs: Mapping[str, Measurements], deaths: Mapping[int, int]) -> Iterator[Record]:
    for one in labs.values():
        last = pd.Series(deaths, dtype="float64").reindex(one.patients).to_numpy()
        for position in np.flatnonzero(one.days > last).tolist():
            place = one.from_[int(one.origins[position])].place
            yield int(one.patients[position]), place, int(one.rows[position])


def _late_events(events: pd.DataFrame, deaths: Mapping[int, int]) -> Iterator[Record]:
    dated = events[events["day"].notna() & (events["event"] != "death")]
    last = dated["patient"].map(dict(deaths)).astype("float64")
    for row in dated[dated["day"].astype("float64") > last].itertuples():
        place = Place(str(row.table), str(row.file), str(row.column), str(row.event))
        yield int(str(row.patient)), place, int(str(row.row))
