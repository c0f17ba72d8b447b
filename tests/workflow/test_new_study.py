"""A new centre's study is six lines, and runs from its export to its report."""

import shutil
from pathlib import Path

import pandas as pd

from hematotox.run.files import CLONE
from hematotox.run.run_folder import new_run

SIX_LINES = """\
id: north
like: validation
title: "CAR-HEMATOTOX at a northern hospital"
centres: [nord]
scores: [ht, simple_ht]
sets: {adjusted_for: [age, sex]}
"""
TABLE_1 = """\
id: table_1
title: "Patients of a northern hospital"
centres: [nord]
scores: [simple_ht]
analyses:
  characteristics: {method: describe, variables: [age, sex]}
displays:
  table1: {kind: baseline_table, title: Table 1, analyses: [characteristics]}
"""


def practice_run(folder: Path, **studies: str) -> Path:
    """Make a run folder with the practice hospital and these studies."""
    new_run(folder, study="validation")
    shutil.copytree(CLONE / "docs" / "tutorial" / "nord", folder / "exports" / "nord")
    shutil.copy(CLONE / "docs" / "tutorial" / "nord.yaml", folder / "config" / "centres")
    for name, text in studies.items():
        (folder / "config" / "studies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_six_lines_make_a_report(snakemake, tmp_path) -> None:
    assert len(SIX_LINES.splitlines()) == 6
    folder = practice_run(tmp_path / "run", north=SIX_LINES)
    run = snakemake(folder, "--cores", "2", "--config", "studies=[north]")
    assert run.returncode == 0, run.stderr
    assert (folder / "results" / "reports" / "north.html").is_file()
    estimates = pd.read_csv(folder / "results" / "estimates" / "north.csv")
    assert {
        "toxicity.early_icaht_ge3.ht.unadjusted",
        "toxicity.early_icaht_ge3.simple_ht.adjusted",
        "survival.overall_survival.ht.curve",
    } <= set(estimates["analysis"])
    adjusted = estimates[estimates["analysis"] == "survival.overall_survival.simple_ht.adjusted"]
    assert {"simple_ht.group", "age", "sex"} <= set(adjusted["term"])
    assert (folder / "results" / "displays" / "north" / "survival_curves.svg").is_file()


def test_a_study_without_any_endpoint_runs(snakemake, tmp_path) -> None:
    """Table 1 only."""
    folder = practice_run(tmp_path / "run", table_1=TABLE_1)
    table = "results/displays/table_1/table1.csv"
    run = snakemake(folder, "--cores", "2", "--config", "studies=[table_1]", "--", table)
    assert run.returncode == 0, run.stderr
    assert "Age" in (folder / table).read_text(encoding="utf-8")
    endpoints = pd.read_csv(folder / "results" / "cohorts" / "table_1" / "endpoints.csv")
    assert endpoints.empty


def test_the_first_lines_say_what_has_no_patients(snakemake, tmp_path) -> None:
    folder = practice_run(
        tmp_path / "run", table_1=TABLE_1.replace("[age, sex]}", "[age], groups: bulky}")
    )
    centre = folder / "config" / "centres" / "nord.yaml"
    text = centre.read_text(encoding="utf-8")
    bulky = next(line for line in text.splitlines(keepends=True) if line.startswith("  bulky:"))
    centre.write_text(text.replace(bulky, ""), encoding="utf-8")
    population = "results/cohorts/table_1/population.csv"
    run = snakemake(folder, "--cores", "1", "--config", "studies=[table_1]", "--", population)
    assert run.returncode == 0, run.stderr
    said = (run.stdout + run.stderr).splitlines()
    first = next(line for line in said if "without patients" in line)
    assert first == (
        "table_1: without patients, because no export holds Bulky disease (> 5 cm): characteristics"
    )
    assert said.index(first) < next(i for i, line in enumerate(said) if line.startswith("[1/"))
