"""The tally of a centre: where the rows of each file went, and what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from hematotox.contracts import conform, empty
from hematotox.staging.labs_table import Measurements
from hematotox.staging.ledger import Ledger
from hematotox.staging.patients import Patients


def tally_of(
    ledger: Ledger, patients: Patients, *, labs: Mapping[str, Measurements], events: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a table and file: rows by destination; patients, values, events from it."""
    values: Counter[tuple[str, str]] = Counter()
    for found in labs.values():
        counts = np.bincount(found.origins, minlength=len(found.from_))
        for origin, count in zip(found.from_, counts.tolist(), strict=True):
            values[origin.place.table, origin.place.file] += count
    happened = Counter(zip(events["table"], events["file"], strict=True))
    people = Counter(file for file, _ in patients.rows)
    rows = [
        {
            "centre": ledger.centre,
            "table": table,
            "file": file,
            "rows_read": counts.read,
            "rows_staged": counts.staged,
            "rows_set_aside": counts.set_aside,
            "rows_left_out": counts.left_out,
            "subjects": people[file] if table == patients.table else 0,
            "labs": values[table, file],
            "events": happened[table, file],
        }
        for (table, file), counts in ledger.rows.items()
    ]
    return conform("tally", pd.DataFrame(rows) if rows else empty("tally"))
