"""A folder for a run on real data, outside the clone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from hematotox.errors import UserError
from hematotox.run.files import CLONE
from hematotox.run.typed import typed, typed_run
from hematotox.run.writing import writing

CONFIG = """\
# Settings of this run; they come after the clone's and before --configfile and --config.
exports: exports            # one folder of raw exports a centre: exports/<centre>/
studies: [{study}]
seed: 1
bootstrap_replicates: 2000
show_values: false          # true: findings may show a patient's value, never a number
"""

OWNER_ONLY = 0o700
"""Who may look into a run folder; what a run makes there is its owner's, too (`keep_private`)."""

IGNORED = """\
# Patients' data, centre files and results of this run never enter a repository.
*
!.gitignore
"""

EXPORTS = """\
Put the raw exports here, one folder a centre, exactly as they left the hospital system:

    exports/<centre>/<files>

They are opened read-only and never changed. A correction is a row of
config/centres/<centre>.corrections.csv (patient, variable, value, reason, date).
"""


def new_run(folder: Path, *, study: str) -> list[str]:
    """Make a folder for a run: `config/`, `exports/` and a `.gitignore`.

    Parameters
    ----------
    folder : new or empty folder outside the clone
    study : the study that the run starts with

    Returns
    -------
    what to do next, line by line

    Raises
    ------
    UserError
        The folder lies inside the clone, is not empty, or the study does not exist.
    """
    target = folder.resolve()
    if target == CLONE or CLONE in target.parents:
        raise UserError(
            f"{folder}: lies inside the program's own folder; patients' data never enter it. "
            "Name a folder elsewhere"
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError(f"{folder}: is not empty; name a new folder")
    known = sorted(path.stem for path in (CLONE / "config" / "studies").glob("*.yaml"))
    if study not in known:
        raise UserError(f'there is no study "{study}"; known are: {", ".join(known)}')
    with writing(target):
        target.mkdir(parents=True, exist_ok=True)
        target.chmod(OWNER_ONLY)
        for name in ("config/centres", "config/studies", "exports"):
            (target / name).mkdir(parents=True)
        _write(target / "config" / "config.yaml", CONFIG.format(study=study))
        _write(target / ".gitignore", IGNORED)
        _write(target / "exports" / "README.txt", EXPORTS)
    exports = folder / "exports"
    return [
        f"Made {folder}.",
        f"1. Put each centre's export into {folder}/exports/<centre>/",
        f"2. Draft its centre file: {typed('hematotox', 'centre', 'draft', exports)}/<centre> "
        "(docs/tutorial_new_centre.md)",
        f"3. Write the plan for your own centres: hematotox study new NAME --like {study} "
        f"--centres CENTRE ... {typed('--directory', folder)}",
        f"4. Run: {typed_run(folder)}",
    ]


def keep_private(folder: Path) -> None:
    """Let files that a run makes outside the clone be readable by their owner only."""
    if CLONE not in (folder.resolve(), *folder.resolve().parents):
        os.umask(0o077)


def lead_jobs_to_package() -> None:
    """Let jobs find the clone's package: an environment of conda has only the libraries."""
    if (source := CLONE / "workflow" / "src").is_dir():
        paths = [str(source), *filter(None, [os.environ.get("PYTHONPATH")])]
        os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))


@contextlib.contextmanager
def in_run_folder(folder: Path) -> Iterator[None]:
    """Work in a run folder as a run does, so that messages name its files as a run's do.

    Raises
    ------
    UserError
        It has no `config/`.
    """
    if not (folder / "config").is_dir():
        raise UserError(
            f"{folder}: is no run folder, it has no config/; name it: --directory FOLDER"
        )
    before = os.umask(0o077)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        os.umask(before)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
