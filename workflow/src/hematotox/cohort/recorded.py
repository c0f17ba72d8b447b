"""Endpoints and grades that a centre's export cannot tell, because an event is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hematotox.cohort.first_event import finish
from hematotox.cohort.words import listed
from hematotox.contracts import TABLES, Staged, conform
from hematotox.declarations.conventions import Convention
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.recorded_events import event_words
from hematotox.declarations.study.needed_events import Needs, events_of_window


@dataclass(frozen=True, slots=True)
class Recorded:
    """Which centre each patient belongs to, and what each centre's export does not hold.

    `centre` is indexed by patient. `absent` has for each centre its events without any record and
    `bare` those whose records lack the detail (grade, cause, result, type).
    """

    centre: pd.Series
    absent: dict[str, frozenset[str]]
    bare: dict[str, frozenset[str]]

    def lacking(self, centre: str, needs: Needs) -> list[tuple[str, bool]]:
        """Return what of some needs a centre's export does not hold: events, or only details."""
        absent, bare = (held.get(centre, frozenset()) for held in (self.absent, self.bare))
        return [
            (event, event not in absent)
            for event, detail in needs.items()
            if event in absent or (detail and event in bare)
        ]

    def reasons(self, needs: Needs) -> dict[str, str]:
        """Return for each centre that lacks something why its patients are not evaluable."""
        found = {name: self.lacking(name, needs) for name in sorted(self.absent)}
        words = {
            name: [event_words(event, detail=detail) for event, detail in lacking]
            for name, lacking in found.items()
        }
        return {
            name: f"the export of {name} does not hold {listed(parts)}"
            for name, parts in words.items()
            if parts
        }


def recorded_in(staged: Staged) -> Recorded:
    """Return what the exports of the staged centres hold."""
    table = staged.recorded_events
    absent = table[table["known_by"] == ""].groupby("centre")["event"]
    bare = table[(table["known_by"] == "export") & ~table["with_detail"]]
    centres = dict.fromkeys(table["centre"], frozenset[str]())
    return Recorded(
        centre=staged.subjects.set_index("patient_id")["centre"],
        absent=centres | {name: frozenset(events) for name, events in absent},
        bare={name: frozenset(events) for name, events in bare.groupby("centre")["event"]},
    )


def evaluable_endpoints(
    table: pd.DataFrame, needs: Mapping[str, Needs], recorded: Recorded
) -> pd.DataFrame:
    """Return table `endpoints`, not evaluable where an event that it needs is not recorded.

    Parameters
    ----------
    table : table `endpoints`, as if every absent record meant an absent event
    needs : for each endpoint the events that it needs
    recorded : what the exports hold
    """
    table = table.copy()
    centre = table["patient_id"].map(recorded.centre)
    for name, needed in needs.items():
        reasons = centre.map(recorded.reasons(needed)).where(table["endpoint"] == name)
        table["reason"] = table["reason"].mask(reasons.notna(), reasons)
    return conform("endpoints", finish(table))


def assessable_grades(
    table: pd.DataFrame,
    conventions: Mapping[str, Convention],
    recorded: Recorded,
    *,
    endpoints: Endpoints,
) -> pd.DataFrame:
    """Return table `grades`, not assessable where what ends the window is not recorded."""
    table = table.copy()
    centre = table["patient_id"].map(recorded.centre)
    said = {"died_before_recovery", "by_leukocytes", "category", "assessable", "reason"}
    kept = {*TABLES["grades"].key, "days_measured", "last_day", *said}
    for name, convention in conventions.items():
        for label, window in convention.windows.items():
            reasons = recorded.reasons(events_of_window(window, endpoints))
            here = (table["convention"] == name) & (table["window"] == label)
            unknown = here & centre.isin(list(reasons))
            if not unknown.any():
                continue
            table.loc[unknown, "reason"] = centre[unknown].map(reasons)
            table.loc[unknown, "assessable"] = False
            table.loc[unknown, "category"] = ""
            for column in table.columns.difference(list(kept)):
                table[column] = table[column].mask(unknown)
    return conform("grades", table)
