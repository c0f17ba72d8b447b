"""The dated events of every infused patient, as a hospital records them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.calibration import BOTH_HIGH, HT_ONLY, SIMPLE_HIGH
from hematotox.synthetic.draws import generator

NEW_THERAPY_SHARE = 0.6
TRANSPLANT_SHARE = 0.02
INFECTION_RATE = {"low": 0.55, "high": 0.85}
SEVERE_SHARE = {"low": 0.2, "high": 0.35}
FATAL_CAUSES = ("infection", "covid_19")


def draw_events(
    patients: pd.DataFrame, responses: pd.DataFrame, *, malignancies: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Put together everything that happened until death or last contact.

    Parameters
    ----------
    patients : latent patients with survival and toxicity
    responses, malignancies : rows with `patient`, `day`, `detail`
    seed : of the simulation

    Returns
    -------
    `patient` (row of `patients`), `event`, `day`, `detail`; sorted.
    """
    infused = patients[patients["last_day"].notna()]
    rng = generator(seed, "events")
    tables = [
        responses.assign(event="response"),
        malignancies.assign(event="second_malignancy"),
        toxicity_events(infused, "crs", days=(1, 8), rng=rng),
        toxicity_events(infused, "icans", days=(3, 11), rng=rng),
        progression_events(infused),
        new_therapy_events(infused, rng),
        _transplants(infused, rng),
        _infections(infused, rng),
        ending_events(infused),
    ]
    events = pd.concat(tables)[["patient", "event", "day", "detail"]]
    last = patients["last_day"].reindex(events["patient"]).to_numpy()
    events = events[events["day"].to_numpy() <= last]
    return events.sort_values(["patient", "day", "event", "detail"], ignore_index=True)


def event_rows(rows: pd.Index, day: object, *, event: str, detail: object = "") -> pd.DataFrame:
    """Return one row an event of the patients in `rows`."""
    return pd.DataFrame({"patient": rows, "event": event, "day": day, "detail": detail})


def toxicity_events(
    patients: pd.DataFrame, event: str, *, days: tuple[int, int], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the onset of a toxicity in the patients whose column `event` has a grade."""
    affected = patients[patients[event].isin(["1", "2", "3", "4"])]
    day = np.minimum(rng.integers(*days, len(affected)), affected["last_day"])
    return event_rows(affected.index, day.astype(int), event=event, detail=affected[event])


def progression_events(patients: pd.DataFrame) -> pd.DataFrame:
    """Return the progressions seen until last contact."""
    seen = patients[patients["progression_day"] <= patients["last_day"]]
    return event_rows(seen.index, seen["progression_day"].astype(int), event="progression")


def new_therapy_events(patients: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw treatments of the progression, some weeks after it."""
    seen = patients[patients["progression_day"] <= patients["last_day"]]
    seen = seen[rng.random(len(seen)) < NEW_THERAPY_SHARE]
    day = seen["progression_day"] + rng.integers(7, 60, len(seen))
    return event_rows(seen.index, day.astype(int), event="new_therapy")


def _transplants(patients: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a few transplants in remission, after day 130."""
    free = patients[(patients["progression_day"] > 250) & (patients["last_day"] > 250)]
    free = free[rng.random(len(free)) < TRANSPLANT_SHARE]
    return event_rows(free.index, rng.integers(130, 240, len(free)), event="allogeneic_transplant")


def _infections(patients: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw infections of 180 days; a fatal one stands a few days before the death."""
    high = patients["cell"].isin([HT_ONLY, BOTH_HIGH, SIMPLE_HIGH])
    tables = []
    for group, members in (("high", patients[high]), ("low", patients[~high])):
        count = rng.poisson(INFECTION_RATE[group], len(members))
        rows = members.index.repeat(count)
        day = np.floor(rng.exponential(45, len(rows))) - 2
        severe = rng.random(len(rows)) < SEVERE_SHARE[group]
        grade = np.where(severe, "3", rng.choice(["1", "2"], len(rows)))
        tables.append(event_rows(rows, day.astype(int), event="infection", detail=grade)[day < 180])
    fatal = patients[
        patients["death_cause"].isin(FATAL_CAUSES) & (patients["death_day"] <= patients["last_day"])
    ]
    onset = np.maximum(fatal["death_day"] - rng.integers(2, 12, len(fatal)), 1)
    tables.append(event_rows(fatal.index, onset.astype(int), event="infection", detail="5"))
    return pd.concat(tables).drop_duplicates(["patient", "day", "detail"])


def ending_events(patients: pd.DataFrame) -> pd.DataFrame:
    """Return the deaths, and the last contacts of the others."""
    dead = patients["death_day"] <= patients["last_day"]
    deaths = patients[dead]
    alive = patients[~dead]
    return pd.concat(
        [
            event_rows(
                deaths.index,
                deaths["death_day"].astype(int),
                event="death",
                detail=deaths["death_cause"],
            ),
            event_rows(alive.index, alive["last_day"].astype(int), event="last_contact"),
        ]
    )
