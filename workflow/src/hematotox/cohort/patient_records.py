"""What figures of single patients show: the daily course, and why the grade is what it is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hematotox.cohort.explanation import explain
from hematotox.cohort.follow_up import observe
from hematotox.cohort.grading.courses import courses
from hematotox.contracts import Staged
from hematotox.declarations.study.on_site_plan import VARIABLE, OnSitePlan


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """One patient: daily course (table `courses`), and the sentences of each window."""

    patient_id: str
    course: pd.DataFrame
    sentences: dict[str, list[str]]


def neutrophil_courses(labs: pd.DataFrame, grades: pd.DataFrame, plan: OnSitePlan) -> pd.DataFrame:
    """Return the course of the neutrophil count of every graded patient: table `courses`."""
    return courses(labs, grades, convention=plan.convention, variable=VARIABLE)


def patient_records(staged: Staged, grades: pd.DataFrame, plan: OnSitePlan) -> list[PatientRecord]:
    """Return the record of every graded patient, in the order of their identifiers.

    Parameters
    ----------
    staged : staged tables of all centres of the study
    grades : table `grades` of the study
    plan : the convention and what ends observation
    """
    patients = pd.Index(sorted(grades["patient_id"].unique()))
    days = observe(staged, patients, endpoints=plan.endpoints).days
    narrowed = {window.narrowed_by for window in plan.convention.windows.values()}
    labs = staged.labs[staged.labs["variable"].isin({VARIABLE, *narrowed})]
    by_patient = dict(list(labs.groupby("patient_id")))
    daily = dict(list(neutrophil_courses(labs, grades, plan).groupby("patient_id")))
    own = grades[grades["convention"] == plan.convention.id]
    reasons = own.set_index(["patient_id", "window"])["reason"]
    return [
        PatientRecord(
            patient_id=str(patient),
            course=daily.get(patient, labs.iloc[:0]),
            sentences=_as_graded(
                explain(
                    by_patient.get(patient, labs.iloc[:0]),
                    days.loc[[patient]],
                    convention=plan.convention,
                    dictionary=plan.dictionary,
                    variable=VARIABLE,
                ),
                reasons[patient],
            ),
        )
        for patient in patients
    ]


def _as_graded(sentences: dict[str, list[str]], reasons: pd.Series) -> dict[str, list[str]]:
    """Replace the sentences of a window that the centre's export does not let grade."""
    return {
        window: told
        if not reasons[window] or any(reasons[window] in one for one in told)
        else [f"Not assessable: {reasons[window]}."]
        for window, told in sentences.items()
    }
