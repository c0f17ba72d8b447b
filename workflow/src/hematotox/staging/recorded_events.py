"""The table of recorded events: where no record means that an event did not happen."""

from __future__ import annotations

import pandas as pd

from hematotox.contracts import conform
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.recorded_events import recorded_events


def frame_of(centre: Centre, dictionary: Dictionary) -> pd.DataFrame:
    """Return table `recorded_events`: a row for each event of the dictionary."""
    rows = [
        (centre.id, event, told.known_by, told.with_detail)
        for event, told in recorded_events(centre, dictionary).items()
    ]
    columns = ["centre", "event", "known_by", "with_detail"]
    return conform("recorded_events", pd.DataFrame(rows, columns=columns))
