"""What the hospitals of a study know, before it is written in each one's dialect."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Records:
    """What the hospitals know: canonical subjects, labs and events of all centres."""

    subjects: pd.DataFrame
    labs: pd.DataFrame
    events: pd.DataFrame

    @classmethod
    def of_patients(
        cls, subjects: pd.DataFrame, labs: pd.DataFrame, events: pd.DataFrame
    ) -> Records:
        """Name the patients of labs and events as the subjects' rows do.

        Parameters
        ----------
        subjects : one row a patient
        labs, events : `patient` is the row of `subjects`
        """
        identifier = subjects["patient_id"]
        named = [
            table.drop(columns="patient").assign(
                patient_id=identifier.reindex(table["patient"]).to_numpy()
            )
            for table in (labs, events)
        ]
        return cls(subjects, *(table[["patient_id", *table.columns[:-1]]] for table in named))
