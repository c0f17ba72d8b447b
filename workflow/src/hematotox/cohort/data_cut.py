"""The data cut: what is dated after it does not count, and who lived on was seen at it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hematotox.cohort.findings import Trouble
from hematotox.cohort.follow_up import dates
from hematotox.contracts import Staged, conform
from hematotox.declarations.study.study import Study

INFUSED_IN_TIME = "Infused by the data cut"
"""Words of the criterion that a data cut adds to the flow of patients."""
LATER_DATES = ("boost_date",)
"""Dates of a patient's row that may lie after the infusion, besides the last contact."""


def at_data_cut(staged: Staged, study: Study) -> tuple[Staged, list[Trouble]]:
    """Set aside what is dated after the data cut of the study or of the centre, the earlier one.

    A later record of any kind shows that the patient was alive at the cut: the last contact is
    then the day of the cut, so that who died later is not observed shorter than who lived on.
    Events without a date stay.

    Returns
    -------
    The staged tables; `subjects` has the cut in `data_cut`, empty without one. And the ledger: a
    trouble for each centre and kind of record, with the number of records set aside.
    """
    subjects = staged.subjects.copy()
    cut = _cuts(subjects, study)
    if cut.isna().all():
        return staged, []
    day = pd.Series(
        (cut - dates(subjects["infusion_date"])).dt.days.to_numpy(), index=subjects["patient_id"]
    )
    kept, gone = {}, []
    for name, table in (("labs", staged.labs), ("events", staged.events)):
        late = (table["day"].astype(float) > table["patient_id"].map(day)).fillna(False)
        kept[name] = table[~late]
        what = "variable" if name == "labs" else "event"
        gone.append(table.loc[late, ["patient_id", what]].set_axis(["patient_id", "what"], axis=1))
    for column in ("last_contact_date", *(c for c in LATER_DATES if c in subjects)):
        if column in subjects:
            late = (dates(subjects[column]) > cut).to_numpy()
            gone.append(subjects.loc[late, ["patient_id"]].assign(what=column))
            subjects.loc[late, column] = ""
    set_aside = pd.concat(gone, ignore_index=True)
    told = cut.dt.strftime("%Y-%m-%d").fillna("")
    seen_later = subjects["patient_id"].isin(set(set_aside["patient_id"]))
    contact = subjects.get("last_contact_date", pd.Series("", index=subjects.index))
    subjects["last_contact_date"] = contact.mask(seen_later, told)
    subjects["data_cut"] = told
    centre = subjects.set_index("patient_id")["centre"]
    tables = {name: conform(name, table) for name, table in kept.items()}
    cut_tables = replace(staged, subjects=conform("subjects", subjects), **tables)
    return cut_tables, _ledger(set_aside, centre)


def _cuts(subjects: pd.DataFrame, study: Study) -> pd.Series:
    """Return the data cut of each patient, in the order of `subjects`, missing without one."""
    none = pd.Series("", index=subjects.index)
    own = dates(subjects.get("data_cut", none).fillna("").astype(object))
    if study.data_cut is None:
        return own
    of_study = pd.Timestamp(study.data_cut)
    return own.where(own < of_study, of_study)


def infused_in_time(table: pd.DataFrame) -> pd.Series:
    """Return who was infused by the data cut; who has none was."""
    cut = dates(table["data_cut"].fillna("").astype(object))
    return ~(dates(table["infusion_date"]) > cut)


def _ledger(set_aside: pd.DataFrame, centre: pd.Series) -> list[Trouble]:
    rows = set_aside.assign(centre=set_aside["patient_id"].map(centre))
    return [
        Trouble(
            kind="after the data cut",
            variable=str(what),
            patients=pd.Index(records["patient_id"].unique()),
            words=f"Dated after the data cut, {len(records)} set aside",
            action="the patients count as seen alive at the cut",
            whose="patient",
        )
        for (_, what), records in rows.groupby(["centre", "what"])
    ]
