"""A run that was stopped or killed is completed by the same command; no result shows it."""

from pathlib import Path


def said(folder: Path, step: str) -> list[str]:
    text = (folder / f"{step}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and "specific profile" not in line]


def test_a_run_that_is_told_to_stop_says_so_and_is_no_fault(resumed_run) -> None:
    """The kill that follows it finds the folder not locked: the same command went on."""
    *_, first, last = said(resumed_run, "stopped")
    assert first.endswith("] building the cohort of bmt_example")
    assert last == "The run was stopped. The same command continues it."


def test_after_a_kill_the_user_is_told_what_to_do(resumed_run) -> None:
    (message,) = said(resumed_run, "locked")
    assert message.startswith("Another run works in this folder, or one was killed.")
    assert "run the same command with --unlock added, then the command itself again" in message
    assert not any("Error" in line for line in said(resumed_run, "unlocked"))


def test_the_same_command_completes_the_run(resumed_run) -> None:
    lines = said(resumed_run, "said")
    jobs = [line.partition("] ")[2] for line in lines if line.startswith("[")]
    assert "building the cohort of bmt_example" not in jobs, "what was done is not done again"
    assert jobs[0] == "estimating bmt_example"
    assert f"Open {resumed_run.as_posix()}/results/reports/bmt_example.html" in lines


def test_nothing_half_written_is_left(resumed_run) -> None:
    assert not list((resumed_run / "results").rglob(".*.writing"))
