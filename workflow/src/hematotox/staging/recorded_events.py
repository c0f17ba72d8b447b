"""The table of recorded events: where no record means that an event did not happen."""

from __future__ import annotations

import pandas as pd

from hematotox.contracts import conform
from hematotox.staging.declared import Declared


def frame_of(declared: Declared) -> pd.DataFrame:
    """Return table `recorded_events`: a row for each event of the dictionary."""
    rows = [
        (declared.centre, event, told.known_by, told.with_detail)
        for event, told in declared.recorded_events.items()
    ]
    columns = ["centre", "event", "known_by", "with_detail"]
    return conform("recorded_events", pd.DataFrame(rows, columns=columns))
