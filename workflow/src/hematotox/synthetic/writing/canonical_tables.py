"""The canonical tables of one centre, as an export is written from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hematotox.dialects.dates import day_of


@dataclass(frozen=True, slots=True)
class Tables:
    """Canonical subjects, labs and events of one centre, sorted, with days since 1970."""

    subjects: pd.DataFrame
    labs: pd.DataFrame
    events: pd.DataFrame
    infusions: dict[str, int]
    """Day of the infusion of each infused patient."""


def canonical_tables(tables: Mapping[str, pd.DataFrame]) -> Tables:
    """Sort canonical tables and note the infusions."""
    subjects = tables["subjects"].sort_values("patient_id", kind="stable", ignore_index=True)
    known = subjects[subjects["infusion_date"] != ""]
    days = map(day_of, known["infusion_date"])
    return Tables(
        subjects=subjects,
        labs=tables["labs"].sort_values(
            ["patient_id", "day", "measurement", "variable"], kind="stable", ignore_index=True
        ),
        events=tables["events"].sort_values(
            ["patient_id", "day", "event", "detail"], kind="stable", ignore_index=True
        ),
        infusions=dict(zip(known["patient_id"], days, strict=True)),
    )


def number_of(patient_id: str) -> str:
    """Return the patient's number in the hospital: what follows the centre's name."""
    return patient_id.partition("/")[2]


def record_number(position: int) -> str:
    """Return a second number of the patient in `position`, for exports joined by one."""
    return f"M{100_003 + 7919 * position % 899_981}"
