"""Every study of the project can be run: its declarations fit, and its jobs follow one another."""

import pytest

from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE

FILES = sorted((CLONE / "config" / "studies").glob("*.yaml"))
STUDIES = [path.stem for path in FILES if "\nasks_for:" not in path.read_text(encoding="utf-8")]
"""All but the template."""


@pytest.mark.parametrize("study", STUDIES)
def test_the_declarations_of_a_study_fit(study: str, tmp_path) -> None:
    settings = {"studies": [study], "exports": "results/exports"}
    run = read_catalogue(settings, run_folder=tmp_path)
    assert run.analysis_files(study)
    names = [name for what in ("tables", "figures") for name in run.displays(study, what)]
    assert sorted(names) == sorted(run.studies[study].displays)


def test_a_dry_run_of_every_study(snakemake, tmp_path) -> None:
    run = snakemake(
        tmp_path, "--dry-run", "--cores", "1", "--config", f"studies=[{','.join(STUDIES)}]"
    )
    assert run.returncode == 0, run.stderr
    lines = run.stderr.splitlines()
    for study in STUDIES:
        assert any(line.endswith(f"building the cohort of {study}") for line in lines), study
        assert any(line.endswith(f"writing the report of {study}") for line in lines), study
    assert lines[-1] == "Dry run: nothing was done."
    assert not (tmp_path / "results").exists()


def test_the_demonstration_is_what_runs_without_settings(snakemake, tmp_path) -> None:
    """`snakemake --cores 8` in a fresh clone; here as a dry run in an empty folder."""
    run = snakemake(tmp_path, "--dry-run", "--cores", "1")
    assert run.returncode == 0, run.stderr
    assert "making the synthetic exports of cart_sie" in run.stderr
    assert "reading the export of sie_01" in run.stderr
