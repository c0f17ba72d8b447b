"""What the cohort had to assume or could not use: findings with the number of patients."""

from __future__ import annotations

import pandas as pd

from hematotox.cohort.follow_up import FollowUp
from hematotox.contracts import conform, empty


def cohort_findings(
    population: pd.DataFrame, baseline: pd.DataFrame, follow_up: FollowUp
) -> pd.DataFrame:
    """List, by centre, what was assumed or contradicts itself in the analysed patients.

    Parameters
    ----------
    population : table `population`
    baseline : table `baseline`
    follow_up : course of the analysed patients

    Returns
    -------
    Table `findings`, a row for each centre and kind of trouble; no patient is named.
    """
    days = follow_up.days
    several = baseline[baseline["several"]] if len(baseline) else baseline
    after_death = days["last_record"] > days["death"]
    troubles = [
        (
            "lymphodepletion_date",
            "date missing",
            days.index[days["lymphodepletion"].isna()],
            "have no date of lymphodepletion",
            "day -5 was assumed for the baseline window",
        ),
        (
            "",
            "several values",
            pd.Index(several["patient_id"].unique()),
            "have more than one baseline value of an item on its day",
            "the value that scores higher counts",
        ),
        (
            "death",
            "record after death",
            days.index[after_death],
            "have a dated record after the date of death",
            "the date of death counts; check both dates",
        ),
        (
            "death",
            "death before infusion",
            days.index[days["death"] < 0],
            "have a date of death before the infusion",
            "no endpoint can be evaluated; check both dates",
        ),
    ]
    centre = population.set_index("patient_id")["centre"]
    rows = [row for trouble in troubles for row in _by_centre(centre, *trouble)]
    return conform("findings", pd.DataFrame(rows)) if rows else empty("findings")


def _by_centre(
    centre: pd.Series, variable: str, kind: str, patients: pd.Index, words: str, action: str
) -> list[dict[str, object]]:
    counts = centre.loc[patients].value_counts().sort_index()
    return [
        {
            "finding_id": f"cohort/{name}/{kind.replace(' ', '_')}",
            "centre": name,
            "file": "",
            "row": None,
            "column": "",
            "variable": variable,
            "kind": kind,
            "message": f"{count} analysed patients {words}",
            "action": action,
            "row_set_aside": False,
        }
        for name, count in counts.items()
    ]
