"""A fault of ours is told as ours: not as the user's, without a value, nothing half-written."""

import pytest

VALUE = "patient-4711"
BUGS = {
    "building the cohort": ("build_cohort.py", "hematotox.cohort.entry", "patient_numbers"),
    "estimating": ("estimate.py", "hematotox.analysis.estimation", "with_endpoint"),
}
BUG = """
import sys

if any(argument.endswith("{script}") for argument in sys.orig_argv):
    import {module} as module

    def broken(*args, **kwargs):
        raise ValueError("secret " + value)

    value = "{value}"
    module.{name} = broken
"""
"""Python runs sitecustomize.py when it starts; here only that of one rule's script."""


@pytest.mark.parametrize("where", BUGS)
def test_a_planted_bug_is_reported_as_ours(run_folder, snakemake, tmp_path, where: str) -> None:
    script, module, name = BUGS[where]
    bug = BUG.format(script=script, module=module, name=name, value=VALUE)
    (tmp_path / "sitecustomize.py").write_text(bug)
    run = snakemake(
        run_folder, "--cores", "2", "results/estimates/bmt_example.csv", PYTHONPATH=str(tmp_path)
    )
    assert run.returncode != 0
    said = run.stdout + run.stderr
    *progress, message = [line for line in said.splitlines() if line.strip()]
    assert progress[-1].endswith(f"{where} of bmt_example") or progress[-1].endswith(
        f"{where} bmt_example"
    )
    assert message.startswith("A fault of this program, not of your data; details in results/logs/")
    log = run_folder / message.split("details in ")[1]
    text = log.read_text(encoding="utf-8")
    assert text.startswith("a fault of this program, details in ")
    assert "builtins.ValueError" in text
    assert "in broken" in text, "the line that failed"
    assert "Traceback" not in said
    written = [p for p in run_folder.rglob("*") if p.is_file()]
    assert [p.name for p in written if VALUE.encode() in p.read_bytes()] == []
    assert VALUE not in said
    begun = run_folder / "results" / ("cohorts" if where.startswith("building") else "analyses")
    assert not list(begun.rglob("*.csv")), "nothing half-written is left"
    assert not list(run_folder.rglob(".*.writing"))
