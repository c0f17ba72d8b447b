"""Centres, numbers and calendar dates of the patients of one study."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from hematotox.declarations.base import Declaration
from hematotox.synthetic.draws import generator

LYMPHODEPLETION_DAYS = (-6, -5, -5, -5, -5, -5, -5, -4)


class StudyPeriod(Declaration):
    """When the patients of a study were treated and last seen."""

    first_infusion: date
    last_infusion: date
    data_cut: date


def place_patients(
    patients: pd.DataFrame, sizes: dict[str, int], *, seed: int, study: str
) -> pd.DataFrame:
    """Spread patients over the centres in proportion to their sizes and number them from 1.

    Returns
    -------
    `patients` with `centre`, `patient_id`, `lymphodepletion_day`.
    """
    rng = generator(seed, f"{study} centres")
    bounds = np.round(np.cumsum(list(sizes.values())) / sum(sizes.values()) * len(patients))
    centres = np.repeat(list(sizes), np.diff(np.concatenate([[0], bounds])).astype(int))
    placed = patients.assign(centre=rng.permutation(centres.astype(object)))
    order = rng.permutation(len(placed))
    number = placed.iloc[order].groupby("centre", sort=False).cumcount().sort_index() + 1
    placed["patient_id"] = placed["centre"] + "/" + number.astype(str)
    placed["lymphodepletion_day"] = rng.choice(LYMPHODEPLETION_DAYS, len(placed))
    return placed


def add_infusion_dates(
    patients: pd.DataFrame, period: StudyPeriod, *, seed: int, study: str
) -> pd.DataFrame:
    """Add dates of infusion such that last contact is near the data cut.

    Parameters
    ----------
    patients : `follow_up`, days from infusion to the end of observation, NaN if not infused;
        `lymphodepletion_day`
    period : of the study
    seed, study : name the stream

    Returns
    -------
    `patients` with ISO dates `lymphodepletion_date` and `infusion_date`, empty if not infused.
    """
    rng = generator(seed, f"{study} dates")
    infusions, starts = [], []
    for row in patients[["follow_up", "lymphodepletion_day"]].to_dict("records"):
        delay = int(rng.integers(0, 15))
        if not np.isfinite(row["follow_up"]):
            infusions.append("")
            starts.append("")
            continue
        wanted = period.data_cut - timedelta(days=int(row["follow_up"]) + delay)
        infusion = min(max(wanted, period.first_infusion), period.last_infusion)
        infusions.append(infusion.isoformat())
        starts.append((infusion + timedelta(days=int(row["lymphodepletion_day"]))).isoformat())
    return patients.assign(infusion_date=infusions, lymphodepletion_date=starts)
