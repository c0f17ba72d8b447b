"""The tutorial on a published abstract is true: one CSV and one YAML make a study."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hematotox.run.files import CLONE

TEXT = (CLONE / "docs/tutorial_published_study.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^## \d\. [^\n]*: `([^`]+)`$.*?```\w+\n(.*?)```", TEXT, re.M | re.S))
COMMANDS = re.findall(r"^\$ (.+)$", TEXT, re.M)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are those of a Unix shell")


@pytest.fixture(scope="session")
def folder(shared_folder: Path, made_once: Callable[..., Any]) -> Path:
    """The tutorial's folder after its steps."""
    base = shared_folder / "published_study"
    with made_once(base) as mine:
        if mine:
            base.mkdir()
            follow_the_page(base)
    return base / "myeloma"


def follow_the_page(base: Path) -> None:
    """Give the two commands, and write the two files between them."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    new_run, snakemake = COMMANDS
    for step in (new_run, None, snakemake.replace("<clone>", str(CLONE))):
        if step is None:
            for name, content in FILES.items():
                (base / "myeloma" / name).write_text(content, encoding="utf-8")
            continue
        done = subprocess.run(
            step, shell=True, cwd=base, env={**os.environ, "PATH": path}, check=False,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_has_two_files_and_two_commands() -> None:
    assert set(FILES) == {"exports/myeloma_2023.csv", "config/studies/myeloma_2023.yaml"}
    assert len(COMMANDS) == 2


def test_the_report_and_the_checks_are_made(folder: Path) -> None:
    assert (folder / "results/reports/myeloma_2023.html").is_file()
    checks = pd.read_csv(folder / "results/checks/myeloma_2023.csv")
    assert checks.empty


def test_the_page_says_the_numbers_that_come_out(folder: Path) -> None:
    printed = (folder / "results/displays/myeloma_2023/table2.csv").read_text("utf-8-sig")
    for number in ("13.3 (3.67–48.4)", "5.81 (1.46–23.2)"):
        assert number in printed
        assert number in TEXT
    assert "Rejeski 2023, myeloma" not in printed
