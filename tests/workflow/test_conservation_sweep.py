"""A row deleted at random, at any stage of a whole small study, is seen by the checks of a run.

Six synthetic centres, each in another file format, go from their exports to the estimates; then
rows are taken out of one table at a time. What the files hold is counted without the program.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from hematotox.analysis import collect, estimate
from hematotox.checks import check_run
from hematotox.cohort import build
from hematotox.contracts import Cohort, Staged
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.plan import Plan
from hematotox.run.catalogue import Catalogue, read_catalogue
from hematotox.run.files import open_centre
from hematotox.run.run_folder import new_run
from hematotox.scoring import score, score_variants
from hematotox.staging import imbalances, stage
from hematotox.synthetic import read_calibration, simulate

STUDY = """\
id: sweep
title: Six centres, each in another file format
centres: [sie_13, sie_15, sie_17, sie_19, sie_20, sie_21]
population:
  - include: {variable: disease, in: [lbcl], label: "Large B-cell lymphoma"}
scores: [ht, simple_ht]
conventions: {primary: cart_sie}
analyses:
  grade: {method: proportion, endpoint: late_icaht, exposure: ht.group, population: ht}
  grade_by_ht: {method: logistic, endpoint: late_icaht, exposure: ht.group, population: ht}
  survival: {method: kaplan_meier, endpoint: overall_survival, exposure: ht.group, population: ht}
displays:
  table: {kind: regression_table, title: Table, analyses: [grade_by_ht]}
"""
ROWS_TRIED = 6
TITLE_ROWS = {"Storia": 1}
"""Rows above the headings of a sheet of sie_20."""
OF_SCORES = ("group known", "group unknown", "points known", "centres")


class Small(NamedTuple):
    """One whole small study, and how many rows each file of its exports has."""

    in_files: Counter[tuple[str, str]]
    staged: Staged
    cohort: Cohort
    plan: Plan
    estimates: pd.DataFrame


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, computed_once: Callable[..., Small]) -> Small:
    """The study, made once: simulate, stage, build, score, estimate."""
    folder = tmp_path_factory.mktemp("sweep") / "run"
    return computed_once("sweep", lambda: small_study(folder))


def small_study(folder: Path) -> Small:
    new_run(folder, study="bmt_example")
    (folder / "config" / "studies" / "sweep.yaml").write_text(STUDY, encoding="utf-8")
    catalogue = read_catalogue(
        {"studies": ["sweep"], "exports": "results/exports"}, run_folder=folder
    )
    cohort_plan = CohortPlan.model_validate_json(catalogue.cohort_section("sweep"))
    in_files, staged = _staged(catalogue, cohort_plan, folder)
    cohort = build(
        staged,
        cohort_plan.study,
        dictionary=cohort_plan.dictionary,
        endpoints=cohort_plan.endpoints,
        scores=cohort_plan.scores,
        conventions=cohort_plan.conventions,
    )
    scored = dataclasses.replace(
        cohort,
        scores=score(cohort, cohort_plan.scores),
        score_variants=score_variants(cohort, cohort_plan.scores),
    )
    plan = Plan.model_validate_json(catalogue.plan_section("sweep"))
    return Small(in_files, staged, scored, plan, _estimates(scored, plan))


def _staged(
    catalogue: Catalogue, plan: CohortPlan, folder: Path
) -> tuple[Counter[tuple[str, str]], Staged]:
    centres = [catalogue.centres[name] for name in sorted(catalogue.centres)]
    exports = simulate(tuple(centres), read_calibration(), 1)
    in_files: Counter[tuple[str, str]] = Counter()
    parts = []
    for centre in centres:
        paths = []
        for name in sorted(n for n in exports if n.startswith(f"{centre.id}/")):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(exports[name])
            if path.suffix != ".json":
                paths.append(str(path))
                in_files[centre.id, path.name] = _rows_in(path)
        parts.append(
            stage(
                open_centre(paths, source="synthetic", show_values=False), centre, plan.dictionary
            )
        )
    names = ("subjects", "labs", "events", "findings", "tally")
    tables = {n: pd.concat([getattr(p, n) for p in parts], ignore_index=True) for n in names}
    return in_files, Staged(**tables)


def _rows_in(path: Path) -> int:
    """Count the rows below the headings of all sheets, without the program."""
    if path.suffix == ".csv":
        return len([line for line in path.read_bytes().splitlines() if line.strip()]) - 1
    if path.suffix == ".xlsx":
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object)
        above = {name: TITLE_ROWS.get(name, 0) + 1 for name in sheets}
        return sum(len(sheet.dropna(how="all")) - above[name] for name, sheet in sheets.items())
    if path.suffix == ".dta":
        return len(pd.read_stata(path, convert_categoricals=False))
    if path.suffix == ".sav":
        return len(pd.read_spss(path, convert_categoricals=False))
    return len(pd.read_parquet(path))


def _estimates(cohort: Cohort, plan: Plan) -> pd.DataFrame:
    return collect(list(estimate(cohort, plan).values()))


def without(tables: Any, name: str, rows: Any) -> Any:
    """Return the tables with some rows of one of them gone."""
    table = getattr(tables, name)
    return dataclasses.replace(tables, **{name: table.drop(index=rows).reset_index(drop=True)})


def some_rows(table: pd.DataFrame) -> list[int]:
    """Return rows drawn at random, the same in every run of the test."""
    rows = np.random.default_rng(20).permutation(len(table))
    assert len(rows), "an empty table tests nothing"
    return rows[:ROWS_TRIED].tolist()


def _counts_something(tally_row: pd.Series) -> bool:
    """Tell whether patients, values or events came of the table; covariates are not counted."""
    return bool(tally_row[["subjects", "labs", "events"]].sum() > 0)


def test_nothing_is_violated_before_a_row_is_deleted(small: Small) -> None:
    assert imbalances(small.staged) == []
    assert check_run(small.staged, small.cohort, small.estimates).to_dict("records") == []


def test_every_row_of_every_file_is_read(small: Small) -> None:
    read: Counter[tuple[str, str]] = Counter()
    for row in small.staged.tally.itertuples():
        read[row.centre, row.file.split(" [")[0]] += row.rows_read
    assert read == small.in_files
    assert {Path(name).suffix for _, name in read} == {".csv", ".dta", ".parquet", ".sav", ".xlsx"}


@pytest.mark.parametrize("table", ["subjects", "labs", "events", "tally"])
def test_exports_to_staged(small: Small, table: str) -> None:
    for row in some_rows(getattr(small.staged, table)):
        staged = without(small.staged, table, row)
        if table == "tally" and not _counts_something(small.staged.tally.loc[row]):
            continue
        assert len(check_run(staged, small.cohort, small.estimates)), (table, row)
        if table != "tally":
            assert imbalances(staged), (table, row)


def test_rows_set_aside_without_their_findings(small: Small) -> None:
    aside = small.staged.findings[small.staged.findings["row_set_aside"]]
    for (_, file), rows in aside.groupby(["centre", "file"]):
        lost = imbalances(without(small.staged, "findings", rows.index))
        told = f"{len(rows)} rows set aside without a finding"
        assert any(one.where.endswith(f", {file}") and one.what == told for one in lost)


@pytest.mark.parametrize("table", ["population", "attrition", "baseline", "grades", "endpoints"])
def test_staged_to_cohort(small: Small, table: str) -> None:
    for row in some_rows(getattr(small.cohort, table)):
        cohort = without(small.cohort, table, row)
        assert len(check_run(small.staged, cohort, small.estimates)), (table, row)


@pytest.mark.parametrize("table", ["scores", "score_variants"])
def test_cohort_to_scores(small: Small, table: str) -> None:
    for row in some_rows(getattr(small.cohort, table)):
        cohort = without(small.cohort, table, row)
        assert len(check_run(small.staged, cohort, small.estimates)), (table, row)


def test_scores_to_estimates_a_row_of_the_flow_is_lost(small: Small) -> None:
    rows = small.estimates
    flow = rows["method"].eq("attrition") | (
        rows["method"].eq("evaluability")
        & ~rows["term"].isin(OF_SCORES)
        & rows["estimate"].ne(rows["n"])
    )
    assert flow.sum() > 10
    for row in rows.index[flow]:
        estimates = rows.drop(index=row).reset_index(drop=True)
        assert len(check_run(small.staged, small.cohort, estimates)), rows.loc[row, "term"]


@pytest.mark.parametrize("table", ["endpoints", "scores"])
def test_scores_to_estimates_a_patient_is_lost(small: Small, table: str) -> None:
    """The analysis works with a patient fewer than the cohort has."""
    scores = small.cohort.scores
    known = scores.loc[scores["score"].eq("ht") & scores["group"].ne(""), "patient_id"]
    rows = getattr(small.cohort, table)
    for patient in known.sample(2, random_state=20):
        of_patient = rows.index[rows["patient_id"].eq(patient)]
        estimates = _estimates(without(small.cohort, table, of_patient), small.plan)
        assert len(check_run(small.staged, small.cohort, estimates)), table
