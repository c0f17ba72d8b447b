"""A single date far after all others of a patient, as a mistyped year makes it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hematotox.dialects.cells import Cells
from hematotox.dialects.dates import day_of
from hematotox.observation import SURE_ENDS, last_records
from hematotox.staging.days import Infusions
from hematotox.staging.labs_table import Measurements
from hematotox.staging.ledger import Ledger, Place
from hematotox.staging.subjects import Subjects


def note_far_records(
    labs: Mapping[str, Measurements], events: pd.DataFrame, *, subjects: Subjects, ledger: Ledger
) -> None:
    """Note values and events more than a year after all other records of the patient.

    Parameters
    ----------
    labs, events : what is staged
    subjects : with the dates of each patient's row
    ledger : where it is noted
    """
    dated = events[events["day"].notna()]
    ends = last_records(_records(labs, dated, subjects))
    far = ends.loc[ends["far"], "last"]
    for found in labs.values():
        late = found.days == far.reindex(found.patients).to_numpy()
        for position, origin in enumerate(found.from_):
            rows = found.rows[late & (found.origins == position)]
            ledger.add_cells("record long after all others", origin.place, rows=rows)
    late_events = dated[dated["day"].astype(float) == dated["patient"].map(far)]
    for row in late_events.itertuples():
        place = Place(str(row.table), str(row.file), str(row.column), str(row.event))
        ledger.add("record long after all others", place, row=int(str(row.row)))


def _records(
    labs: Mapping[str, Measurements], events: pd.DataFrame, subjects: Subjects
) -> pd.DataFrame:
    """Return patient and day of everything dated, each day once where nothing makes it sure."""
    infusions = subjects.infusions
    known = [(n, 0) for n in range(len(infusions.days))]
    known += _days(subjects.values["boost_date"], infusions)
    contacts = _days(subjects.values["last_contact_date"], infusions)
    columns = ["patient", "day"]
    parts = [
        pd.DataFrame(known, columns=columns).assign(sure=False),
        pd.DataFrame(contacts, columns=columns, dtype="int64").assign(sure=True),
        events[columns].astype("int64").assign(sure=events["event"].isin(SURE_ENDS)),
    ]
    for one in labs.values():
        days = pd.DataFrame({"patient": one.patients, "day": one.days, "sure": np.False_})
        parts.append(days)
    return pd.concat(parts, ignore_index=True).drop_duplicates()


def _days(dates: Cells, infusions: Infusions) -> list[tuple[int, int]]:
    """Return patient and day of the dates that are known, of infused patients."""
    return [
        (n, day_of(date) - int(infusions.days[n]))
        for n, date in enumerate(dates)
        if date and infusions.known[n]
    ]
