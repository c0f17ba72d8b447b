"""What the cohort had to assume, could not use, or found in contradiction, by centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from hematotox.cohort.follow_up import FollowUp
from hematotox.contracts import conform, empty
from hematotox.declarations.endpoints import Endpoints

MAY_BE_HISTORY = ("infection", "progression", "response")
"""Kinds of occurrences that a patient may have had before the infusion."""

CONTRADICTION = "more neutrophils than leukocytes"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble: the variable, what it is, whose, and what was done about it."""

    kind: str
    variable: str
    patients: pd.Index
    words: str
    action: str
    whose: str = "analysed patient"
    """Who is counted in the message."""


def cohort_findings(
    population: pd.DataFrame,
    baseline: pd.DataFrame,
    *,
    follow_up: FollowUp,
    labs: pd.DataFrame,
    endpoints: Endpoints,
    further: Sequence[Trouble] = (),
) -> pd.DataFrame:
    """List, by centre, what was assumed or contradicts itself in the analysed patients.

    Parameters
    ----------
    population : table `population`
    baseline : table `baseline`
    follow_up : course of the analysed patients
    labs : table `labs`
    endpoints : say which events are toxicities, and which may be history
    further : troubles found elsewhere

    Returns
    -------
    Table `findings`: a row for each centre and kind of trouble, with the number of patients; no
    patient is named.
    """
    centre = population.set_index("patient_id")["centre"]
    troubles = [
        *_baseline_troubles(baseline, follow_up),
        *_date_troubles(follow_up),
        *_cause_troubles(follow_up),
        *_troubles_before_infusion(follow_up, endpoints),
        *_unmeasured(labs, follow_up),
        _more_than_leukocytes(labs),
        *further,
    ]
    rows = [row for trouble in troubles for row in _by_centre(centre, trouble)]
    return conform("findings", pd.DataFrame(rows)) if rows else empty("findings")


def _baseline_troubles(baseline: pd.DataFrame, follow_up: FollowUp) -> list[Trouble]:
    days = follow_up.days
    main = baseline[baseline["several"] & (baseline["variant"] == "")]
    several = [
        Trouble(
            kind="several values",
            variable=str(variable),
            patients=pd.Index(rows["patient_id"].unique()),
            words="More than one value on the day of the baseline value",
            action="the value that scores higher counts",
        )
        for variable, rows in main.groupby("variable")
    ]
    assumed = Trouble(
        kind="date missing",
        variable="lymphodepletion_date",
        patients=days.index[days["lymphodepletion"].isna()],
        words="No date of lymphodepletion",
        action="day -5 was assumed for the baseline window",
    )
    return [assumed, *several]


def _date_troubles(follow_up: FollowUp) -> list[Trouble]:
    days, events = follow_up.days, follow_up.events
    undated = [
        Trouble(
            kind="event without date",
            variable=str(event),
            patients=pd.Index(rows["patient_id"].unique()),
            words="Event without a date",
            action="endpoints that need the date are not evaluable",
        )
        for event, rows in events[events["day"].isna()].groupby("event")
    ]
    deaths = events[events["event"] == "death"].dropna(subset="day")
    dates_of_death = deaths.groupby("patient_id")["day"].nunique()
    return [
        *undated,
        Trouble(
            kind="record after death",
            variable="death",
            patients=days.index[days["last_record"] > days["death"]],
            words="A dated record after the date of death",
            action="the date of death counts; check both dates",
        ),
        Trouble(
            kind="record after last contact",
            variable="last_contact",
            patients=days.index[days["death"].isna() & (days["end"] > days["last_contact"])],
            words="A dated record after the stated last contact",
            action="the latest record ends the observation; bring the last contact up to date",
        ),
        Trouble(
            kind="record long after all others",
            variable="last_contact",
            patients=days.index[days["far_record"]],
            words="A single date more than a year after all other records",
            action="it does not end the observation; check its year, or add the last contact",
        ),
        Trouble(
            kind="death before infusion",
            variable="death",
            patients=days.index[days["death"] < 0],
            words="A date of death before the infusion",
            action="no endpoint can be evaluated; check both dates",
        ),
        Trouble(
            kind="two dates of death",
            variable="death",
            patients=dates_of_death.index[dates_of_death > 1],
            words="Two dates of death",
            action="the earlier counts; check both",
        ),
    ]


def _cause_troubles(follow_up: FollowUp) -> list[Trouble]:
    """Return deaths from something that is recorded nowhere else."""
    events = follow_up.events
    deaths = events[events["event"] == "death"]
    troubles = []
    for cause in ("progression", "second_malignancy"):
        died = set(deaths.loc[deaths["detail"] == cause, "patient_id"])
        recorded = set(events.loc[events["event"] == cause, "patient_id"])
        if cause == "progression":
            recorded |= set(follow_up.patients[follow_up.days["progression"].notna()])
        troubles.append(
            Trouble(
                kind="cause of death without its event",
                variable=cause,
                patients=pd.Index(sorted(died - recorded)),
                words="Cause of death that is recorded nowhere else",
                action="it is taken to be as late as the death; add its own date"
                if cause == "progression"
                else "it does not count as an event; add its own date",
            )
        )
    return troubles


def _troubles_before_infusion(follow_up: FollowUp, endpoints: Endpoints) -> list[Trouble]:
    """Return toxicities dated before the infusion, and history whose date may be mistaken."""
    events = follow_up.events
    day = events["day"].astype(float)
    history = events["event"].isin(_events_of(endpoints, MAY_BE_HISTORY)) & (day < 0)
    toxicities = events["event"].isin(_events_of(endpoints, ("toxicity",))) & (day < 0)
    late = follow_up.days.index[follow_up.days["late_lymphodepletion"]]
    before = [
        Trouble(
            kind="toxicity before infusion",
            variable=str(event),
            patients=pd.Index(rows["patient_id"].unique()),
            words="Toxicity of the infusion dated before it",
            action="unless another is dated after, its endpoints are not evaluable; check the date",
        )
        for event, rows in events[toxicities].groupby("event")
    ]
    just_before = [
        Trouble(
            kind="event just before infusion",
            variable=str(event),
            patients=pd.Index(rows["patient_id"].unique()),
            words="Event dated 1 to 3 days before the infusion",
            action="it counts as history, not as an event; check the date",
        )
        for event, rows in events[history & (day >= -3)].groupby("event")
    ]
    return [
        *before,
        *just_before,
        Trouble(
            kind="lymphodepletion after infusion",
            variable="lymphodepletion_date",
            patients=late.intersection(pd.Index(events.loc[history, "patient_id"].unique())),
            words="Lymphodepletion dated after the infusion, an event before it",
            action="the event counts as history; check all three dates",
        ),
    ]


def _events_of(endpoints: Endpoints, kinds: Sequence[str]) -> set[str]:
    chosen = (one for one in endpoints.occurrences.values() if one.kind in kinds)
    return {record.event for one in chosen for record in one.records} - {"death"}


def _unmeasured(labs: pd.DataFrame, follow_up: FollowUp) -> list[Trouble]:
    after = labs[labs["day"] >= 0]
    return [
        Trouble(
            kind="no value",
            variable=variable,
            patients=follow_up.patients.difference(
                pd.Index(after.loc[after["variable"] == variable, "patient_id"])
            ),
            words="No value from the infusion on",
            action="their grades are not assessable",
        )
        for variable in ("anc", "platelets", "hemoglobin")
    ]


def more_than(labs: pd.DataFrame, variable: str, whole: str) -> pd.Index:
    """Return the patients with a day on which a count is above the one that it is a part of.

    Parameters
    ----------
    labs : table `labs`
    variable, whole : laboratory variables, for example neutrophils and leukocytes
    """
    ends = {variable: ("value_low", "min"), whole: ("value_high", "max")}
    part, total = (
        labs[labs["variable"] == name].groupby(["patient_id", "day"])[column].agg(how)
        for name, (column, how) in ends.items()
    )
    more = part > total.reindex(part.index)
    return pd.Index(more[more].index.get_level_values("patient_id").unique())


def _more_than_leukocytes(labs: pd.DataFrame) -> Trouble:
    return Trouble(
        kind=CONTRADICTION,
        variable="anc",
        patients=more_than(labs, "anc", "leukocytes"),
        words="A neutrophil count above the leukocytes of the same day",
        action="the neutrophil count is used; check both values and their units",
    )


def _by_centre(centre: pd.Series, trouble: Trouble) -> list[dict[str, object]]:
    counts = centre.loc[trouble.patients].value_counts().sort_index()
    kind = trouble.kind.replace(" ", "_")
    return [
        {
            "finding_id": f"cohort/{name}/{kind}/{trouble.variable}",
            "centre": name,
            "file": "",
            "row": None,
            "column": "",
            "variable": trouble.variable,
            "kind": trouble.kind,
            "message": f"{trouble.words}: {count} {trouble.whose}{'s' if count > 1 else ''}",
            "action": trouble.action,
            "row_set_aside": False,
        }
        for name, count in counts.items()
    ]
