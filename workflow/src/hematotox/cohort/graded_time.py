"""Time to a grade: the day on which it was established, what competes, and who was lost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.first_event import CENSORED, finish
from hematotox.cohort.follow_up import FollowUp
from hematotox.cohort.grading.daily_values import series_of, within
from hematotox.cohort.grading.established import established_rows
from hematotox.cohort.grading.grades import window_values
from hematotox.cohort.grading.observation import Observation, window_ends
from hematotox.cohort.records import first_day, records_of, undated
from hematotox.declarations.conventions import AnyWindow, Phenotype
from hematotox.declarations.endpoints import Endpoints, GradedTime
from hematotox.declarations.occurrences import SAME_DAY_ORDER

RANK = SAME_DAY_ORDER.index("toxicity")
"""Place of a grade among the things that happen on one day."""


def graded_time(
    endpoint: GradedTime,
    follow_up: FollowUp,
    *,
    labs: pd.DataFrame,
    window: AnyWindow,
    endpoints: Endpoints,
) -> pd.DataFrame:
    """Find the day on which a grade was established, counted from the first day of its window.

    At risk are the patients alive and observed on that day, and free of what competes; they are
    followed to the last day of the window.

    Returns
    -------
    As `first_event`. A patient without a value in the window is not evaluable, nor one with an
    event without a date.
    """
    assert not isinstance(window, Phenotype), "refused when it was read"
    patients, days = follow_up.patients, follow_up.days
    first, last = window.days
    established, measured = _established(endpoint, follow_up, labs=labs, window=window)
    rows = [
        pd.DataFrame({"day": established, "status": 1, "rank": RANK, "decided_by": "grade"}),
        pd.DataFrame(
            {
                "day": np.fmin(days["end"], last),
                "status": 0,
                "rank": CENSORED,
                "decided_by": np.where(days["end"] < last, "last contact", "end of the window"),
            }
        ),
    ]
    reason = pd.Series("", index=patients)
    reason = reason.mask(~measured, f"no value on days {first}-{last}")
    for source in endpoint.sources:
        occurrence = endpoints.occurrences[source.occurrence]
        records = records_of(follow_up.events, occurrence)
        words = source.occurrence.replace("_", " ")
        day = first_day(records).reindex(patients)
        status = list(endpoint.causes).index(source.cause) + 1
        rank = SAME_DAY_ORDER.index(occurrence.kind)
        rows.append(
            pd.DataFrame(
                {"day": day, "status": status, "rank": rank, "decided_by": source.occurrence}
            )
        )
        reason = reason.mask(day < first, f"{words} before day {first}")
        dateless = patients.isin(undated(records, last=last))
        reason = reason.mask(dateless, f"date of {words} unknown")
    lost = days["death"].isna() & (days["end"] < first)
    reason = reason.mask(lost, f"lost before day {first}")
    reason = reason.mask(days["death"] < first, f"died before day {first}")
    told = pd.concat([frame.set_axis(patients) for frame in rows]).rename_axis("patient_id")
    told = told[told["day"] <= last].reset_index().sort_values(["day", "rank"], kind="stable")
    table = told.drop_duplicates("patient_id").set_index("patient_id").reindex(patients)
    table = table[["day", "status", "decided_by"]].rename(columns={"day": "time"})
    table["time"] -= first
    table["reason"] = reason
    return finish(table.astype({"status": float}))


def _established(
    endpoint: GradedTime, follow_up: FollowUp, *, labs: pd.DataFrame, window: AnyWindow
) -> tuple[pd.Series, pd.Series]:
    """Return the day after infusion of the grade, NaN without it, and who was measured at all."""
    assert not isinstance(window, Phenotype)
    series = series_of(labs, follow_up.patients, variable=window.variable)
    calendar = window_ends(window, Observation.of(follow_up.days))
    values, ends, place = window_values(window, series, calendar)
    row = established_rows(window, values.value, ends.observed, at_least=endpoint.at_least)
    reached = row >= 0
    if place is not None:
        row = place[np.maximum(row, 0), np.arange(row.size)]
    day = np.where(reached, row + window.days[0], np.nan)
    seen = within(values.value, ends.observed)
    measured = (~np.isnan(seen)).any(axis=0)
    return pd.Series(day, follow_up.patients), pd.Series(measured, follow_up.patients)
