"""Commands as they can be typed: pasted into a shell they work, whatever the folder is called."""

from __future__ import annotations

import shlex
from pathlib import Path

from hematotox.run.files import CLONE


def typed(*words: str | Path) -> str:
    """Return a command for a shell, words with blanks, brackets or quotes in quotes."""
    return shlex.join([str(word) for word in words])


def typed_run(run_folder: Path, *targets: str) -> str:
    """Return the command that runs the workflow in a folder."""
    place = ("--snakefile", CLONE / "Snakefile", "--directory", run_folder)
    return typed("snakemake", *place, "--cores", "8", *targets)
