"""From an analysis-ready table to the same tables that staged centres become."""

from __future__ import annotations

import pandas as pd

from hematotox.cohort.analysis_ready import (
    CellFindings,
    check_columns,
    covariate_values,
    endpoint_rows,
    findings_table,
    patient_numbers,
    refuse_unreadable_columns,
)
from hematotox.cohort.counts import expand_counts
from hematotox.cohort.population import criteria, exclude_in_order
from hematotox.cohort.text_table import TextTable, read_text_table
from hematotox.contracts import Cohort, conform, empty
from hematotox.declarations.study.study import Study


def enter(content: bytes, study: Study, *, source: str) -> Cohort:
    """Build a cohort from an analysis-ready table.

    Parameters
    ----------
    content : the file, one row a patient
    study : with its `cohort` section, which names columns, codes and units
    source : synthetic or real

    Returns
    -------
    the cohort; `findings` lists the cells that could not be read

    Raises
    ------
    UserError
        The file cannot be read, a column is missing, a patient appears twice, or more than 5 %
        of a column is unreadable.
    """
    declared = study.table
    assert declared is not None
    read = _read(content, study)
    table = read.cells
    check_columns(table, declared)
    patients = patient_numbers(table, declared).assign(source=source)
    findings = CellFindings(declared.file, patients["centre"].tolist(), read.lines)
    for name, covariate in declared.covariates.items():
        patients[name] = covariate_values(table, covariate, declared, findings)
    endpoints = [
        endpoint_rows(table, name, endpoint, declared, findings).assign(
            patient_id=patients["patient_id"]
        )
        for name, endpoint in declared.endpoints.items()
    ]
    refuse_unreadable_columns(findings, len(table))
    population, attrition = exclude_in_order(patients, criteria(patients, study))
    rows = pd.concat(endpoints, ignore_index=True) if endpoints else empty("endpoints")
    return Cohort(
        population=population,
        attrition=attrition,
        baseline=empty("baseline"),
        grades=empty("grades"),
        endpoints=conform("endpoints", rows),
        scores=empty("scores"),
        findings=findings_table(findings),
    )


def _read(content: bytes, study: Study) -> TextTable:
    """Return the file's cells; published counts become a row for each patient."""
    if study.counts is not None:
        table = expand_counts(content, study.counts)
        return TextTable(table, tuple(range(2, len(table) + 2)))
    assert study.cohort is not None
    return read_text_table(content, study.cohort)
