"""How long a patient was observed: to the last record, unless its year is probably mistyped."""

from __future__ import annotations

import pandas as pd

LONGEST_SILENCE = 365
"""Days after all other records beyond which a single later date is probably mistyped."""
SURE_ENDS = ("death", "last_contact")
"""Events that may well be the only record of a year."""


def last_records(records: pd.DataFrame) -> pd.DataFrame:
    """Return the last day of each patient, the last but one, and whether the last one is far.

    Parameters
    ----------
    records : one row a dated record: `patient`, `day` after infusion, `sure` (a death or a last
        contact, which is believed however late it is)

    Returns
    -------
    By patient `last`, `before` (the last day before it, empty if there is none) and `far`: the
    last record lies more than a year after all others and none on its day is sure.
    """
    last = records.groupby("patient")["day"].max()
    final = records["day"] == records["patient"].map(last)
    sure = records.loc[final & records["sure"], "patient"].unique()
    before = records.loc[~final].groupby("patient")["day"].max().reindex(last.index)
    far = (last - before > LONGEST_SILENCE) & ~last.index.isin(sure)
    return pd.DataFrame({"last": last, "before": before, "far": far})
