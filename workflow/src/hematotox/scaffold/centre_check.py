"""One centre's export, read as a run would read it, and what is odd in it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hematotox.contracts import Staged
from hematotox.run.catalogue import read_centre
from hematotox.run.files import open_centre, write_table
from hematotox.run.run_folder import in_run_folder
from hematotox.staging import stage

WHERE = "results/checks/centres"
"""Folder of the findings; those of a run lie beside its staged tables."""


def check_centre(name: str, *, run_folder: Path) -> list[str]:
    """Stage one centre by itself, whether or not a study names it yet, and tell its findings.

    Parameters
    ----------
    name : name of the centre
    run_folder : folder of the run

    Returns
    -------
    patients and records, findings by kind, and where each is listed; no patient's value

    Raises
    ------
    UserError
        The centre file or its export cannot be read: all such troubles together.
    """
    with in_run_folder(run_folder):
        run = read_centre(name, run_folder=Path.cwd())
        files = run.export_files(name)
        source, show_values = run.centre_source(name), run.settings.show_values
        export = open_centre(files, source=source, show_values=show_values)
        staged = stage(export, run.centres[name], run.dictionary)
        write_table(f"{WHERE}/{name}.csv", staged.findings)
    return [*_counts(name, staged), *_listed(staged.findings, run_folder / WHERE / f"{name}.csv")]


def _counts(name: str, staged: Staged) -> list[str]:
    subjects, labs, events = staged.subjects, staged.labs, staged.events
    aside = int(staged.tally["rows_set_aside"].sum())
    return [
        f"{name}: {len(subjects)} patients, {len(labs)} laboratory values, {len(events)} events; "
        f"{aside} rows set aside."
    ]


def _listed(findings: pd.DataFrame, path: Path) -> list[str]:
    """Return one line a kind of finding, those with something to do first."""
    if findings.empty:
        return ["Nothing odd was found."]
    kinds = findings.groupby("kind", sort=True).agg(n=("kind", "size"), action=("action", "first"))
    kinds["idle"] = kinds["action"].str.startswith("none needed")
    lines = [
        f"  {row.n:>5}  {row.Index}: {row.action}"
        for row in kinds.sort_values("idle", kind="stable").itertuples()
    ]
    return ["Findings, and what to do:", *lines, f"File, row and column of each: {path}"]
