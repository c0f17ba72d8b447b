"""A single date far after all others of a patient, as a mistyped year makes it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hematotox.dialects.cells import Cells
from hematotox.dialects.dates import day_of
from hematotox.staging.days import Infusions
from hematotox.staging.labs_table import Measurements
from hematotox.staging.ledger import Ledger, Place
from hematotox.staging.subjects import Subjects

LONGEST_SILENCE = 365
SURE_ENDS = ("death", "last_contact")
"""Events that may well be the only record of a year."""


def note_far_records(
    labs: Mapping[str, Measurements],
    events: pd.DataFrame,
    *,
    subjects: Subjects,
    ledger: Ledger,
) -> None:
    """Note values and events more than a year after all other records of the patient.

    Parameters
    ----------
    labs, events : what is staged
    subjects : with the dates of each patient's row
    ledger : where it is noted
    """
    dated = events[events["day"].notna()]
    infusions = subjects.infusions
    infused = [(n, 0) for n in range(len(infusions.days))]
    contacts = _days(subjects.values["last_contact_date"], infusions)
    known = [*infused, *contacts, *_days(subjects.values["boost_date"], infusions)]
    parts = [pd.DataFrame(known, columns=["patient", "day"])]
    parts += [pd.DataFrame({"patient": one.patients, "day": one.days}) for one in labs.values()]
    parts.append(dated[["patient", "day"]].astype("int64"))
    days = pd.concat(parts).drop_duplicates().sort_values(["patient", "day"])
    silence = days.groupby("patient")["day"].diff()
    final = days.assign(silence=silence).drop_duplicates("patient", keep="last")
    ends = dated.loc[dated["event"].isin(SURE_ENDS), ["patient", "day"]].astype("int64")
    ends = pd.concat([ends, pd.DataFrame(contacts, columns=["patient", "day"], dtype="int64")])
    sure = final.merge(ends.drop_duplicates(), how="inner")["patient"]
    far = final[(final["silence"] > LONGEST_SILENCE) & ~final["patient"].isin(sure)]
    far = far.set_index("patient")["day"]
    for found in labs.values():
        late = found.days == far.reindex(found.patients).to_numpy()
        for position, origin in enumerate(found.from_):
            rows = found.rows[late & (found.origins == position)]
            ledger.add_cells("record long after all others", origin.place, rows=rows)
    late_events = dated[dated["day"].astype(float) == dated["patient"].map(far)]
    for row in late_events.itertuples():
        place = Place(str(row.table), str(row.file), str(row.column), str(row.event))
        ledger.add("record long after all others", place, row=int(str(row.row)))


def _days(dates: Cells, infusions: Infusions) -> list[tuple[int, int]]:
    """Return patient and day of the dates that are known, of infused patients."""
    return [
        (n, day_of(date) - int(infusions.days[n]))
        for n, date in enumerate(dates)
        if date and infusions.known[n]
    ]
