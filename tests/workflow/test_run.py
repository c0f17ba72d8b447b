"""One whole run on real patients, in a folder outside the clone.

tests/data/expected/bmt_example.csv is what the program itself wrote: a guard against change of a
number, a row or its order, and no proof that it is right. That is tests/reference/test_bmt_example,
where R has its own value for every row but those that count who is analysed. After a change that
moves a number, look at `hematotox diff` of the file and of the run's
results/estimates/bmt_example.csv; if every line is meant, copy the new table over the old and say
so in CHANGELOG.md.
"""

import json
import os
import re
from pathlib import Path

from hematotox.comparison import compare_estimates
from hematotox.run.files import CLONE, read_table

EXPECTED = Path(__file__).parents[1] / "data" / "expected" / "bmt_example.csv"
ROUNDING = 1e-9


def test_the_estimates_are_those_expected(finished_run) -> None:
    expected = read_table(EXPECTED, "estimates")
    found = read_table(finished_run / "results" / "estimates" / "bmt_example.csv", "estimates")
    assert compare_estimates(expected, found, tolerance=ROUNDING) == ["No estimate differs."]
    text = ["condition", "conf_method", "conf_level"]
    assert found[text].equals(expected[text])


def test_every_display_is_there_in_every_format(finished_run) -> None:
    displays = finished_run / "results" / "displays" / "bmt_example"
    tables, figures = range(1, 6), range(1, 7)
    wanted = {
        f"table{i}.{end}" for i in tables for end in ("csv", "docx", "xlsx", "html", "cells.csv")
    }
    wanted |= {f"figure{i}.{end}" for i in figures for end in ("pdf", "svg", "png", "cells.csv")}
    there = {path.name for path in displays.iterdir() if path.stat().st_size > 100}
    assert wanted <= there
    assert (finished_run / "results" / "reports" / "bmt_example.html").stat().st_size > 10_000


def test_every_check_of_the_results_holds(finished_run) -> None:
    checks = (finished_run / "results" / "checks" / "bmt_example.csv").read_text()
    assert checks == "check,where,message\n"


def test_progress_is_told_in_words_and_the_report_is_named(finished_run) -> None:
    said = (finished_run / "said.txt").read_text(encoding="utf-8")
    lines = [line for line in said.splitlines() if line.strip()]
    assert any("building the cohort of bmt_example" in line for line in lines)
    assert f"Open {finished_run.as_posix()}/results/reports/bmt_example.html" in lines
    theirs = ("rule ", "jobid", "Select jobs", "Building DAG", "wildcards", "Shutting down")
    assert [line for line in lines if line.startswith(theirs)] == []
    steps = [line for line in lines if line.startswith("[")]
    assert steps[-1].startswith(f"[{len(steps)}/{len(steps)}]"), "the count ends where it should"


def test_nothing_was_written_into_the_clone_or_elsewhere_in_the_folder(finished_run) -> None:
    there = {p.name for p in finished_run.iterdir()}
    assert there == {".gitignore", ".snakemake", "config", "exports", "results", "said.txt"}
    assert not list(finished_run.rglob(".*.writing"))


def test_the_manifest_says_which_file_of_which_folder_was_used(finished_run) -> None:
    manifest = json.loads((finished_run / "results" / "manifest.json").read_text())
    used = manifest["declarations"]
    assert used["studies/bmt_example"].startswith(
        "run folder: config/studies/bmt_example.yaml sha256:"
    )
    assert used["./dictionary"].startswith("clone: config/dictionary.yaml sha256:")
    study = manifest["studies"]["bmt_example"]
    assert set(study["table"]) == {"config/data/bmt.csv"}
    assert {
        "results/cohorts/bmt_example/population.csv",
        "results/estimates/bmt_example.csv",
        "results/displays/bmt_example/figure1.pdf",
        "results/reports/bmt_example.html",
    } <= set(study["results"])
    assert manifest["settings"]["exports"] == "exports", "the run folder's settings count"


def test_no_result_names_a_place_on_this_machine(finished_run) -> None:
    places = [str(CLONE).encode(), str(finished_run).encode()]
    for path in (finished_run / "results").rglob("*"):
        if path.is_file() and "logs" not in path.parts:
            content = path.read_bytes()
            assert not any(place in content for place in places), path.name


def cpu_seconds() -> float:
    """Seconds that ended child processes computed; other work on the machine does not count."""
    used = os.times()
    return used.children_user + used.children_system


def test_a_second_run_does_nothing_within_five_seconds(finished_run, snakemake) -> None:
    begin = cpu_seconds()
    assert snakemake(finished_run, "--help").returncode == 0
    before = cpu_seconds()
    again = snakemake(finished_run, "--cores", "2")
    assert again.returncode == 0
    assert "Nothing to be done: all results are up to date." in again.stderr
    start = before - begin  # five seconds, or what they are on a slow machine
    assert cpu_seconds() - before < max(5, 4 * start)


def test_other_libraries_give_the_same_estimates(finished_run) -> None:
    path = finished_run / "results" / "checks" / "bmt_example.second_opinion.csv"
    opinions = read_table(path, "second_opinion")
    compared = opinions[opinions["left_out"] == ""]
    assert {"kaplan_meier", "log_rank", "cox", "cause_specific_cox"} <= set(compared["method"])
    assert compared["relative_difference"].max() < 1e-8
    report = (finished_run / "results" / "reports" / "bmt_example.html").read_text(encoding="utf-8")
    told = re.search(r"(\d+) estimates of this study were computed again from the same", report)
    assert told
    assert int(told[1]) > 100
