"""Time to a grade: the day on which it was established, what competes, and who was lost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.first_event import CENSORED, finish
from hematotox.cohort.follow_up import FollowUp
from hematotox.cohort.grading.assessability import SAMPLING_GAP, STOPS, not_reached
from hematotox.cohort.grading.counting import filling_of
from hematotox.cohort.grading.daily_values import series_of, within
from hematotox.cohort.grading.established import establish
from hematotox.cohort.grading.filling import cannot_be_filled
from hematotox.cohort.grading.grades import highest_possible, window_values
from hematotox.cohort.grading.observation import Observation, window_ends
from hematotox.cohort.records import first_day, records_of, undated
from hematotox.declarations.conventions import AnyWindow, Durations, Phenotype
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

    At risk are the patients alive and observed on that day, and free of what competes. They are
    followed to the last day of the window, but no longer than it is known that they are free of
    the grade: what competes later does not count, and they are censored on the last such day.

    Returns
    -------
    As `first_event`. A patient without a value in the window is not evaluable, nor one of whom
    nothing is known on its first day, nor one with an event without a date.
    """
    assert not isinstance(window, Phenotype), "refused when it was read"
    patients, days = follow_up.patients, follow_up.days
    first, last = window.days
    known = _established(endpoint, follow_up, labs=labs, window=window)
    rows = [
        pd.DataFrame({"day": known["day"], "status": 1, "rank": RANK, "decided_by": "grade"}),
        pd.DataFrame(
            {
                "day": np.fmin(days["end"], last),
                "status": 0,
                "rank": CENSORED,
                "decided_by": np.where(days["end"] < last, "last contact", "end of the window"),
            }
        ),
    ]
    reason = known["reason"]
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
    unsure = (table["status"] != 1) & (table["time"] > known["free"])
    ended = np.where(known["free"] < known["observed"], SAMPLING_GAP, "end of the window")
    table["decided_by"] = table["decided_by"].mask(unsure, pd.Series(ended, index=patients))
    table["status"] = table["status"].mask(unsure, 0).astype(float)
    table["time"] = table["time"].mask(unsure, known["free"]) - first
    nothing = (reason == "") & (table["time"] < 0)
    table["reason"] = reason.mask(nothing, f"{SAMPLING_GAP} from day {first} on")
    return finish(table)


def _established(
    endpoint: GradedTime, follow_up: FollowUp, *, labs: pd.DataFrame, window: AnyWindow
) -> pd.DataFrame:
    """Return the day after infusion of the grade, NaN without it, and what is known without it.

    Returns
    -------
    Indexed by patient: `day` of the grade; `free`, the last day up to which it was surely not
    reached; `observed`, the last day of the window; `reason` why nothing can be told.
    """
    assert not isinstance(window, Phenotype)
    first, last = window.days
    own, other = (
        series_of(labs, follow_up.patients, variable=name or "")
        for name in (window.variable, window.narrowed_by)
    )
    calendar = window_ends(window, Observation.of(follow_up.days))
    values, ends, place = window_values(window, own, calendar)
    leukocytes = highest_possible(window, other, patients=len(follow_up.patients))
    found = establish(
        window,
        values.value,
        ends.observed,
        at_least=endpoint.at_least,
        open_after_days=endpoint.open_after_days,
        leukocytes=leukocytes,
    )
    reached, free = found.reached, found.free
    if place is not None:
        day = (np.arange(free.size),)
        reached, free = (
            np.where(row >= 0, place[(np.maximum(row, 0), *day)], row) for row in (reached, free)
        )
    free = np.where(found.free == ends.observed, calendar.observed, free)
    seen = ~np.isnan(within(values.value, ends.observed))
    reason = np.where(seen.any(axis=0), "", f"no value on days {first}-{last}")
    if isinstance(window, Durations):
        stops = cannot_be_filled(seen, ends.observed, filling_of(window))
        reason = np.where(stops, STOPS, reason)
    reason = np.where(calendar.observed < 0, not_reached(window), reason)
    table = {"day": np.where(reached >= 0, reached + first, np.nan), "free": free + first}
    table |= {"observed": calendar.observed + first, "reason": reason}
    return pd.DataFrame(table, index=follow_up.patients)
