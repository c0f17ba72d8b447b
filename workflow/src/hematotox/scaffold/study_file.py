"""A study's plan for other centres: the same file with another name and list of centres."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from hematotox.declarations.base import parse
from hematotox.declarations.study.study import Study
from hematotox.declarations.yaml_text import read_yaml
from hematotox.errors import UserError
from hematotox.run.files import CLONE, find_declaration, read_text, write_bytes
from hematotox.run.typed import typed, typed_run

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SYNTHETIC_ONLY = "agreement"
"""Tolerances for patients that were made to agree with print."""


def copy_study(name: str, *, original: str, centres: Sequence[str], run_folder: Path) -> list[str]:
    """Write `config/studies/<name>.yaml`: the plan of another study for these centres.

    Parameters
    ----------
    name : name of the new study
    original : study whose plan is taken, of the run folder or the clone
    centres : names of the centres
    run_folder : folder of the run

    Returns
    -------
    what was written and what to do next, line by line

    Raises
    ------
    UserError
        A name is not accepted, the original has no list of centres, the folder is no run folder,
        or the file is there already.
    """
    target = run_folder / "config" / "studies" / f"{name}.yaml"
    _check(name, centres, run_folder=run_folder, target=target)
    source = find_declaration("studies", f"{original}.yaml", run_folder=run_folder)
    text = adapted(read_text(source), name=name, centres=centres, source=source.name)
    parse(text, source=f"config/studies/{name}.yaml", model=Study)
    write_bytes(target, text.encode("utf-8"))
    absent = [c for c in centres if not (run_folder / f"config/centres/{c}.yaml").is_file()]
    drafts = [
        f"No centre file yet: {typed('hematotox', 'centre', 'draft', run_folder / 'exports' / one)}"
        for one in absent
    ]
    return [
        f"Wrote {target}: the plan of {original} for {', '.join(centres)}.",
        *drafts,
        f"Name it in {run_folder / 'config' / 'config.yaml'}: studies: [{name}]",
        f"Run: {typed_run(run_folder, name)}",
    ]


def _check(name: str, centres: Sequence[str], *, run_folder: Path, target: Path) -> None:
    for kind, one in (("study", name), *(("centre", centre) for centre in centres)):
        if _NAME.fullmatch(one) is None:
            raise UserError(
                f'"{one}" is no name of a {kind}: lower-case letters, digits and _, a letter first'
            )
    twice = sorted({one for one in centres if list(centres).count(one) > 1})
    if twice:
        raise UserError(f"--centres: {', '.join(twice)} is named twice")
    folder = run_folder.resolve()
    if folder == CLONE or CLONE in folder.parents:
        raise UserError(
            f"{run_folder}: is the program's own folder; name the run folder: --directory FOLDER"
        )
    if not (run_folder / "config").is_dir():
        raise UserError(
            f"{run_folder}: is no run folder, it has no config/; make one: hematotox new-run FOLDER"
        )
    if target.exists():
        raise UserError(f"config/studies/{name}.yaml: is there already; choose another name")


def adapted(text: str, *, name: str, centres: Sequence[str], source: str) -> str:
    """Return the text of a plan with another name and other centres, its comments kept.

    Parameters
    ----------
    text : the plan
    name, centres : of the new study
    source : name of the file for messages

    Raises
    ------
    UserError
        The plan has no list of centres.
    """
    document = read_yaml(text, source=source)
    if "centres" not in document.content:
        raise UserError(
            f"{source}: has no list of centres, its patients come from one table; copy the file "
            "and change cohort: instead"
        )
    lines = text.splitlines()
    starts = sorted(line for path, line in document.lines.items() if len(path) == 1)
    new = {
        "id": [f"id: {name}"],
        "centres": [f"centres: [{', '.join(centres)}]"],
        _SYNTHETIC_ONLY: [],
    }
    present = [key for key in new if (key,) in document.lines]
    # From the last key to the first, so that the lines above stay where they are.
    for key in sorted(present, key=lambda key: -document.lines[(key,)]):
        start = document.lines[(key,)]
        end = next((line for line in starts if line > start), len(lines) + 1)
        first, last = _span(lines, start - 1, end=end - 1, with_comment=not new[key])
        lines[first:last] = new[key]
    return "\n".join(lines) + "\n"


def _span(lines: list[str], start: int, *, end: int, with_comment: bool) -> tuple[int, int]:
    """Return the lines of a key; comments and empty lines before the next key are not its own."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    while with_comment and start > 0 and lines[start - 1].startswith("#"):
        start -= 1
    return start, end
