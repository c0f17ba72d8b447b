"""Patients' data never enter the repository."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from hematotox.run.files import CLONE

SCRIPT = Path(__file__).with_name("no_patient_data.py")
spec = importlib.util.spec_from_file_location("no_patient_data", SCRIPT)
no_patient_data = importlib.util.module_from_spec(spec)
spec.loader.exec_module(no_patient_data)


in_a_clone = pytest.mark.skipif(not (CLONE / ".git").exists(), reason="a copy without its history")


def messages(*names: str, root: Path = CLONE) -> list[str]:
    return list(no_patient_data.refused(names, root=root))


@in_a_clone
def test_the_repository_holds_no_patient() -> None:
    names = no_patient_data.files_of(CLONE)
    assert "Snakefile" in names
    assert messages(*names) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("exports/rome/labs.csv", "exports belong into"),
        ("run/exports/rome/notes.md", "exports belong into"),
        ("config/exports/labs.parquet", "exports belong into"),
        ("results/cohorts/cart_sie/population.csv", "results are made by a run"),
        ("results/reports/cart_sie.html", "results are made by a run"),
        ("config/centres/rome.corrections.csv", "corrections name patients"),
        ("rome.corrections.csv", "corrections name patients"),
        ("config/centres/gemelli.yaml", "is no synthetic centre"),
        ("patients.csv", "data may be in"),
        ("docs/cohort.XLSX", "data may be in"),
        ("notebooks/cohort.sav", "data may be in"),
        ("workflow/data.dta", "data may be in"),
        ("backup.tar.gz", "data may be in"),
        ("dump.sqlite", "data may be in"),
        ("list.txt", "data may be in"),
        ("config/data/cohort.csv", "config/data/README.md does not say where it comes from"),
        ("docs/tutorial/nord/more.csv", "is not among the synthetic files"),
    ],
)
def test_what_looks_like_patients_is_refused(name: str, reason: str) -> None:
    (message,) = messages(name)
    assert message.startswith(f"{name}: {reason}")


@pytest.mark.parametrize(
    "name",
    [
        "results/README.md",
        "config/data/bmt.csv",
        "config/published/cart_sie.csv",
        "config/centres/sie_01.yaml",
        "tests/data/exports/it_excel/export.xlsx",
        "tests/data/expected/bmt_example.csv",
        "tests/reference/data/mgus2.csv",
        "docs/pictures/flow.png",
        "workflow/src/hematotox/staging/labs.py",
    ],
)
def test_what_belongs_here_is_accepted(name: str) -> None:
    assert messages(name) == []


def test_a_practice_export_that_was_changed_is_refused(tmp_path) -> None:
    practice = tmp_path / "docs" / "tutorial"
    shutil.copytree(CLONE / "docs" / "tutorial", practice)
    names = [p.relative_to(tmp_path).as_posix() for p in practice.rglob("*.csv")]
    assert names
    assert messages(*names, root=tmp_path) == []
    (practice / "nord" / "labor.csv").write_text("Pat-Nr;Wert\n4711;5\n")
    found = messages(*names, root=tmp_path)
    assert [message.split(":")[0] for message in found] == ["docs/tutorial/nord/labor.csv"]


@in_a_clone
def test_git_ignores_what_a_run_in_the_clone_makes() -> None:
    """The demonstration runs in the clone; none of its results can be added by mistake."""
    made = (
        "results/cohorts/a/population.csv",
        "results/reports/a.html",
        "exports/rome/labs.csv",
        "config/centres/rome.corrections.csv",
        ".snakemake/log/a.log",
    )
    checked = subprocess.run(
        ["git", "check-ignore", "--no-index", *made],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.splitlines() == list(made)


@in_a_clone
def test_the_hook_runs_the_script() -> None:
    hooks = (CLONE / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "entry: .venv/bin/python tests/workflow/no_patient_data.py" in hooks
    assert no_patient_data.main() == 0
