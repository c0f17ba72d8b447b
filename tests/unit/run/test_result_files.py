"""Every output of every rule that a study's run needs is asked for by its name."""

from pathlib import Path

import pytest

from hematotox.run.catalogue import read_catalogue
from hematotox.run.result_files import (
    exports,
    report_marks,
    requested_files,
    result_files,
    simulated_centres,
)

SETTINGS = {"exports": "results/exports"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = {**SETTINGS, "studies": ["de_boer", "bmt_example"]}
    return read_catalogue(config, run_folder=tmp_path_factory.mktemp("run"))


def test_what_the_run_makes_is_asked_for(run) -> None:
    files = result_files(run, "de_boer")
    assert len(files) == len(set(files))
    for file in (
        "results/exports/nl_01/SYNTHETIC.json",
        "results/staged/nl_07/labs.parquet",
        "results/cohorts/de_boer/score_variants.csv",
        "results/analyses/de_boer/patients.csv",
        "results/estimates/de_boer.csv",
        "results/agreement/de_boer.csv",
        "results/checks/de_boer.second_opinion.csv",
        "results/displays/de_boer/table1.docx",
        "results/reports/de_boer.html",
    ):
        assert file in files


def test_a_study_without_centres_or_a_paper_asks_for_none(run) -> None:
    files = result_files(run, "bmt_example")
    assert not [f for f in files if f.startswith(("results/exports", "results/staged"))]
    assert "results/agreement/bmt_example.csv" not in files


def test_what_is_there_is_not_asked_for_but_the_report_always(tmp_path: Path) -> None:
    run = read_catalogue({"studies": ["bmt_example"]}, run_folder=tmp_path)
    files = result_files(run, "bmt_example")
    assert sorted(requested_files(run, "bmt_example")) == sorted(files)
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    always = [
        "results/checks/bmt_example.csv",
        "results/manuscript/bmt_example.docx",
        "results/reports/bmt_example.html",
    ]
    assert requested_files(run, "bmt_example") == always
    (tmp_path / "results/displays/bmt_example/table1.docx").unlink()
    assert requested_files(run, "bmt_example") == [
        "results/displays/bmt_example/table1.docx",
        *always,
    ]


def test_exports_are_made_study_by_study(tmp_path: Path) -> None:
    """Or a study more would make those of all the others again."""
    config = {**SETTINGS, "studies": ["de_boer", "nih_all_ht", "bmt_example"]}
    run = read_catalogue(config, run_folder=tmp_path)
    by_study = simulated_centres(run)
    assert {study: len(centres) for study, centres in by_study.items()} == {
        "de_boer": 7,
        "nih_all_ht": 1,
    }
    fewer = read_catalogue({**SETTINGS, "studies": ["de_boer"]}, run_folder=tmp_path)
    assert simulated_centres(fewer)["de_boer"] == by_study["de_boer"]
    real = read_catalogue({"studies": ["bmt_example"]}, run_folder=tmp_path)
    assert simulated_centres(real) == {}


def test_a_simulation_never_writes_over_a_correction(tmp_path: Path) -> None:
    corrections = tmp_path / "config" / "centres" / "nl_01.corrections.csv"
    corrections.parent.mkdir(parents=True)
    corrections.write_text("patient,variable,value,reason,date\n")
    run = read_catalogue({**SETTINGS, "studies": ["de_boer"]}, run_folder=tmp_path)
    assert "config/centres/nl_01.corrections.csv" in run.export_files("nl_01")
    assert all(file.startswith("results/exports/nl_01/") for file in exports(run, "nl_01"))


def test_a_report_of_snakemake_shows_tables_as_pages_and_figures_as_drawings(run) -> None:
    marks = report_marks(run, "bmt_example")
    displays = run.studies["bmt_example"].displays
    assert len(marks) == len(displays)
    shown = marks["results/displays/bmt_example/figure1.svg"]
    assert shown["labels"] == {"display": displays["figure1"].title}
    assert shown["caption"].endswith("/results/displays/bmt_example/figure1.rst")
    assert "results/displays/bmt_example/table1.html" in marks
