"""A wrong hazard ratio among the estimates stops the run before its report."""

from pathlib import Path

from hematotox.run.files import read_table, write_table

ESTIMATES = "results/estimates/bmt_example.csv"
OPINION = "results/checks/bmt_example.second_opinion.csv"


def test_a_wrong_hazard_ratio_stops_the_report(copied_run: Path, snakemake) -> None:
    estimates = read_table(copied_run / ESTIMATES, "estimates")
    row = estimates.index[estimates["estimand"] == "log_hazard_ratio"][0]
    right = estimates.loc[row, "estimate"]
    estimates.loc[row, "estimate"] = right + 0.001
    write_table(copied_run / ESTIMATES, estimates)
    run = snakemake(copied_run, "--cores", "1", OPINION)
    assert run.returncode != 0
    assert "A fault of this program, not of your data; details in results/logs/" in run.stderr
    log = (copied_run / "results/logs/second_opinion/bmt_example.log").read_text(encoding="utf-8")
    assert str(estimates.loc[row, "analysis"]) in log
    assert "relative_difference" in log
    assert f"{right:.3f}"[:5] not in log, "no value: few patients may stand behind it"
    assert not (copied_run / OPINION).exists(), "the report needs it"
    left = snakemake(copied_run, "--cores", "1", "--dry-run", "results/reports/bmt_example.html")
    assert "seeking a second opinion on the estimates of bmt_example" in left.stderr
