"""Real runs in folders outside the clone; the whole one is made once and shared by all tests."""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hematotox.run.files import CLONE
from hematotox.run.run_folder import new_run

Run = subprocess.CompletedProcess[str]
WAIT_SECONDS = 900
ELSEWHERE = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "2"}
"""Another machine: its clock, language and order of hashes."""


def command(folder: Path, *arguments: str) -> list[str]:
    """Return the command of a run in `folder`, as the README shows it."""
    place = ["--snakefile", str(CLONE / "Snakefile"), "--directory", str(folder)]
    return [sys.executable, "-m", "snakemake", *place, *arguments]


def surroundings(**changes: str) -> dict[str, str]:
    """Return the environment of a run: that of the tests, with changes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))}
    if "PYTHONPATH" in changes and "PYTHONPATH" in kept:
        changes["PYTHONPATH"] = os.pathsep.join((changes["PYTHONPATH"], kept["PYTHONPATH"]))
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **changes}


def snakemake(folder: Path, *arguments: str, **environment: str) -> Run:
    """Run Snakemake to its end and return what it said."""
    return subprocess.run(
        command(folder, *arguments),
        cwd=folder,
        env=surroundings(**environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=WAIT_SECONDS,
        check=False,
    )


def ended_run(
    folder: Path, sign: str, by: signal.Signals, *arguments: str, **environment: str
) -> str:
    """Start a run, send it and its jobs a signal as soon as the file `sign` is there.

    Returns what the run said until it ended.
    """
    run = subprocess.Popen(
        command(folder, *arguments),
        cwd=folder,
        env=surroundings(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    end = time.monotonic() + WAIT_SECONDS
    while not (folder / sign).exists() and run.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    assert run.poll() is None, "the run ended before it could be stopped"
    os.killpg(run.pid, by)
    return run.communicate(timeout=60)[0]


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    """Compile what was edited once, not again in each of the hundred processes of the runs."""
    compileall.compile_dir(CLONE / "workflow" / "src", quiet=2)


def own_study(folder: Path) -> None:
    """Make a run folder with the study of the real transplants, for tests to edit."""
    new_run(folder, study="bmt_example")
    shutil.copy(CLONE / "config" / "studies" / "bmt_example.yaml", folder / "config" / "studies")


@pytest.fixture(scope="session")
def finished_run(shared_folder: Path, made_once: Callable[..., Any]) -> Path:
    """A whole run of the real transplants: read only, copy it to change it."""
    folder = shared_folder / "finished_run"
    with made_once(folder) as mine:
        if mine:
            own_study(folder)
            done = snakemake(folder, "--cores", "2", TZ="Europe/Rome", PYTHONHASHSEED="1")
            (folder / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
            assert done.returncode == 0, done.stderr
    report = folder / "results" / "reports" / "bmt_example.html"
    assert report.is_file(), (folder / "said.txt").read_text(encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def resumed_run(shared_folder: Path, made_once: Callable[..., Any]) -> Path:
    """The same run elsewhere: stopped in its first job, killed in a later one, and completed.

    One core, another time zone, locale and order of hashes; what was said at each step stands in
    `stopped.txt`, `locked.txt`, `unlocked.txt` and `said.txt`.
    """
    if os.name == "nt":
        pytest.skip("a run is killed with its jobs by the signals of Unix")
    folder = shared_folder / "elsewhere" / "resumed_run"
    with made_once(folder) as mine:
        if mine:
            own_study(folder)
            building, estimating = (
                f"results/logs/{rule}/bmt_example.log" for rule in ("build_cohort", "estimate")
            )
            said = ended_run(folder, building, signal.SIGTERM, "--cores", "1", **ELSEWHERE)
            (folder / "stopped.txt").write_text(said, encoding="utf-8")
            ended_run(folder, estimating, signal.SIGKILL, "--cores", "1", **ELSEWHERE)
            for name, more in (("locked", ()), ("unlocked", ("--unlock",)), ("said", ())):
                done = snakemake(folder, "--cores", "1", *more, **ELSEWHERE)
                (folder / f"{name}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    report = folder / "results" / "reports" / "bmt_example.html"
    assert report.is_file(), (folder / "said.txt").read_text(encoding="utf-8")
    return folder


@pytest.fixture
def copied_run(finished_run: Path, tmp_path: Path) -> Path:
    """A copy of the finished run, with the times of its files, for a test to edit."""
    return Path(shutil.copytree(finished_run, tmp_path / "run", symlinks=True))


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A new run folder for the real transplants, nothing run yet."""
    own_study(tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture(scope="session", name="snakemake")
def snakemake_fixture() -> Callable[..., Run]:
    """Run Snakemake in a folder: `snakemake(folder, *arguments, **environment)`."""
    return snakemake


@pytest.fixture
def edited() -> Callable[[Path, str, str], None]:
    """Replace a text in a file; it must be there once."""

    def edit(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (path.name, text.count(old), old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit
