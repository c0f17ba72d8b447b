"""An edit redoes what depends on it and nothing else; seen in the list of jobs of a dry run.

The run of the fixture is copied with the times of its files; then one thing is edited.
"""

import pytest

from hematotox.run.files import CLONE

STUDY = "config/studies/bmt_example.yaml"
DRAW = {
    "drawing the tables",
    "drawing the figures",
    "writing the report",
    "writing the manuscript",
}
ESTIMATE = {
    "estimating",
    "collecting the estimates",
    "checking the results",
    "seeking a second opinion on the estimates",
    "writing the manifest",
} | DRAW
BUILD = {"building the cohort", "scoring the patients"} | ESTIMATE


@pytest.fixture
def jobs(snakemake):
    """Return what a run would do, in words."""

    def of(folder, **environment: str) -> set[str]:
        run = snakemake(folder, "--cores", "2", "--dry-run", **environment)
        assert run.returncode == 0, run.stderr
        lines = [line for line in run.stderr.splitlines() if line.startswith("[")]
        words = {line.partition("] ")[2].removesuffix(" bmt_example") for line in lines}
        return {one.removesuffix(" of") for one in words}

    return of


def test_moved_lines_and_another_way_to_write_a_plan_give_no_job(copied_run, jobs) -> None:
    path = copied_run / STUDY
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines(keepends=True) if one.startswith("  gray_by_fab:"))
    moved = text.replace(line, "").replace("\nanalyses:\n", f"\n# moved\nanalyses:\n{line}")
    years = "times: [100, 365, 730, 1095]"
    assert moved.count(years) > 3
    written = moved.replace(f" {years}", " times: years", 2).replace(
        "\nanalyses:\n", '\nsets: {years: ["100", "365", "730", "1095"]}\nanalyses:\n'
    )
    path.write_text(written, encoding="utf-8")
    assert jobs(copied_run) == set()


def test_a_caption_redraws(copied_run, jobs, edited) -> None:
    edited(copied_run / STUDY, "each event competes with the other.", "each competes.")
    found = jobs(copied_run)
    assert found <= DRAW | {"writing the manifest"}
    assert found >= {"drawing the figures", "writing the report", "writing the manuscript"}


def test_labels_of_every_kind_redraw(copied_run, jobs, edited) -> None:
    """All in one run; that each by itself leaves the numbers alone: tests/unit/run."""
    edited(copied_run / STUDY, "label: Donor age", "label: Age of the donor")
    edited(copied_run / STUDY, "other: not M4 or M5", "other: others")
    edited(copied_run / STUDY, "label: Disease-free survival", "label: DFS")
    edited(copied_run / STUDY, "relapse: relapse,", "relapse: recurrence,")
    for name, old, new in (
        ("dictionary.yaml", "label: Sex", "label: Gender"),
        ("endpoints.yaml", "label: Infectious death", "label: Death of infection"),
    ):
        text = (CLONE / "config" / name).read_text(encoding="utf-8")
        (copied_run / "config" / name).write_text(f"replaces: all\n{text}", encoding="utf-8")
        edited(copied_run / "config" / name, old, new)
    found = jobs(copied_run)
    assert found <= DRAW | {"writing the manifest"}
    assert found >= DRAW


def test_an_analysis_refits_and_does_not_rebuild(copied_run, jobs, edited) -> None:
    edited(
        copied_run / STUDY,
        "{method: cumulative_incidence, endpoint: platelet_recovery, times: [30, 60, 100]}",
        "{method: cumulative_incidence, endpoint: platelet_recovery, times: [30, 60]}",
    )
    assert jobs(copied_run) == ESTIMATE


def test_a_setting_that_no_number_depends_on_makes_none_again(copied_run, jobs, edited) -> None:
    edited(copied_run / "config" / "config.yaml", "replicates: 2000", "replicates: 20")
    assert jobs(copied_run) == {"writing the manifest"}
    edited(copied_run / "config" / "config.yaml", "seed: 1", "seed: 2")
    assert jobs(copied_run) == ESTIMATE, "Fisher's test of a large table draws random numbers"


def test_a_criterion_rebuilds(copied_run, jobs, edited) -> None:
    edited(
        copied_run / STUDY,
        "\nanalyses:\n",
        "\npopulation:\n  - include: {variable: age, at_least: 18, label: Adults}\nanalyses:\n",
    )
    assert jobs(copied_run) == BUILD


@pytest.mark.parametrize(
    ("deleted", "job"),
    [
        ("cohorts/bmt_example/findings.csv", "building the cohort"),
        ("analyses/bmt_example/patients.csv", "estimating"),
        ("estimates/bmt_example.csv", "collecting the estimates"),
        ("displays/bmt_example/figure2.png", "drawing the figures"),
        ("checks/bmt_example.second_opinion.csv", "seeking a second opinion on the estimates"),
    ],
)
def test_what_was_deleted_is_made_again(copied_run, jobs, deleted: str, job: str) -> None:
    assert jobs(copied_run) == set()
    (copied_run / "results" / deleted).unlink()
    assert job in jobs(copied_run)


def test_a_study_that_no_setting_lists_is_run_by_its_name(copied_run, snakemake) -> None:
    run = snakemake(copied_run, "--cores", "2", "--dry-run", "rejeski_2021")
    assert run.returncode == 0, run.stderr
    assert "estimating rejeski_2021" in run.stderr
    assert "bmt_example" not in run.stderr, "what the settings list is another matter"


CHANGED_CODE = """
from hematotox.run import provenance

real = provenance.digest
provenance.digest = lambda stage: real(stage) + ("!" if stage == "analysis" else "")
"""


def test_an_edited_solver_refits(copied_run, jobs, tmp_path) -> None:
    """That the edit changes the digest is tested in tests/unit/run/test_provenance.py."""
    (tmp_path / "sitecustomize.py").write_text(CHANGED_CODE)
    assert jobs(copied_run, PYTHONPATH=str(tmp_path)) == ESTIMATE
