"""Another workflow imports this one as a module and gets the same estimates and the same report."""

from pathlib import Path

import pytest

from hematotox.run.files import CLONE

ENTRIES = [CLONE / "Snakefile", CLONE / "workflow" / "Snakefile"]
"""The root one includes the other, which is what catalogues and deployments name."""
SNAKEFILE = """
module hematotox:
    snakefile: {snakefile!r}
    config: {{"studies": ["bmt_example"]}}{more}

use rule * from hematotox as hematotox_*

rule mine:
    default_target: True
    input: "results/estimates/bmt_example.csv", "results/reports/bmt_example.html"
    output: "mine.csv"
    shell: "cp {{input[0]}} {{output}}"
"""


def importing(folder: Path, snakefile: Path, more: str = "") -> list[str]:
    text = SNAKEFILE.format(snakefile=str(snakefile), more=more)
    (folder / "Snakefile").write_text(text, encoding="utf-8")
    return ["--cores", "2", "--snakefile", str(folder / "Snakefile")]


def test_a_workflow_that_imports_ours_gets_our_estimates(finished_run, snakemake, tmp_path) -> None:
    run = snakemake(tmp_path, *importing(tmp_path, ENTRIES[1]))
    assert run.returncode == 0, run.stderr
    expected = finished_run / "results" / "estimates" / "bmt_example.csv"
    assert (tmp_path / "mine.csv").read_bytes() == expected.read_bytes()
    assert (tmp_path / "results" / "displays" / "bmt_example" / "figure1.pdf").is_file()
    assert not (tmp_path / "results" / "run_times.json").exists(), "onsuccess is not imported"


def test_the_root_snakefile_can_be_imported_too(snakemake, tmp_path) -> None:
    run = snakemake(tmp_path, *importing(tmp_path, ENTRIES[0]), "--dry-run")
    assert run.returncode == 0, run.stderr
    assert "hematotox_draw_tables_bmt_example" in run.stdout + run.stderr


def test_a_prefix_is_refused_with_a_sentence(snakemake, tmp_path) -> None:
    run = snakemake(tmp_path, *importing(tmp_path, ENTRIES[1], '\n    prefix: "sub"'), "--dry-run")
    assert run.returncode == 1
    assert "module hematotox: prefix is not possible" in run.stdout
    assert "give the run its own folder" in run.stdout


@pytest.mark.parametrize("entry", ENTRIES, ids=["root", "workflow"])
def test_each_snakefile_finds_the_default_profile_and_makes_everything(
    entry, finished_run, snakemake
) -> None:
    run = snakemake(finished_run, "--snakefile", str(entry), "--cores", "2", "--dry-run")
    assert run.returncode == 0, run.stderr
    assert "Nothing to be done: all results are up to date." in run.stderr


def test_both_snakefiles_have_the_same_default_profile() -> None:
    one, other = (entry.parent / "profiles" / "default" / "config.yaml" for entry in ENTRIES)
    assert one.read_bytes() == other.read_bytes()


def test_the_smallest_whole_run(snakemake) -> None:
    """Read by a dry run; `make test-slurm` and the workflow of GitHub run it whole."""
    run = snakemake(CLONE / ".test", "--cores", "2", "--forceall", "--dry-run")
    assert run.returncode == 0, run.stderr
    assert "making the synthetic exports of three_centres" in run.stderr
    assert "writing the report of three_centres" in run.stderr
