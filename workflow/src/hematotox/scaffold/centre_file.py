"""Writes the draft of a centre file into its run folder and says what is left to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.synonyms import Synonyms
from hematotox.errors import UserError
from hematotox.run.declaration_reader import Reader
from hematotox.run.files import CLONE
from hematotox.run.typed import typed
from hematotox.run.writing import write_bytes
from hematotox.scaffold.centre_draft import CentreDraft, draft_centre

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def write_centre_draft(folder: Path, *, output: Path | None = None) -> list[str]:
    """Draft the centre file of an export.

    Parameters
    ----------
    folder : `<run folder>/exports/<centre>`, with the raw files
    output : file to write instead of `config/centres/<centre>.yaml` of the run folder; required
        for a synthetic export inside the clone

    Returns
    -------
    what was written and what is left to do, line by line; no patient's value

    Raises
    ------
    UserError
        The folder is none of an export, lies inside the clone, or its files cannot be read.
    """
    source = folder.resolve()
    _check_export(folder, source)
    run_folder = source.parent.parent
    target = _target(source, run_folder=run_folder, output=output)
    files = {
        path.name: path.read_bytes()
        for path in sorted(source.iterdir())
        if path.is_file() and not path.name.startswith((".", "~$"))
    }
    reader = Reader(run_folder)
    dictionary = reader.read(".", "dictionary", Dictionary)
    synonyms = reader.read(".", "synonyms", Synonyms)
    reader.stop_if_troubled()
    assert dictionary is not None
    assert synonyms is not None
    draft = draft_centre(source.name, files, dictionary=dictionary, synonyms=synonyms)
    write_bytes(target, draft.text.encode("utf-8"))
    shown = seen_from_here(target, named=folder if output is None else output)
    here = seen_from_here(run_folder, named=folder)
    return _next_steps(draft, shown, run_folder=here, centre=source.name)


def seen_from_here(path: Path, *, named: Path) -> str:
    """Return a path as the user can open it from where she stands.

    Parameters
    ----------
    path : what is shown
    named : a path that she has named; if it was a whole one, so is what is shown
    """
    return str(path.resolve()) if named.is_absolute() else os.path.relpath(path)


def _check_export(folder: Path, source: Path) -> None:
    if not source.is_dir():
        raise UserError(
            f"{folder}: there is no such folder; name the folder of one centre's export"
        )
    if _NAME.fullmatch(source.name) is None:
        raise UserError(
            f"{folder}: the folder's name is the centre's name: lower-case letters, digits and _, "
            "a letter first; rename the folder"
        )
    synthetic = CLONE / "results" / "exports"
    if _inside(source, CLONE) and source.parent != synthetic:
        raise UserError(
            f"{folder}: lies inside the program's own folder; patients' data never enter it. "
            "Make a run folder (hematotox new-run FOLDER) and put the export into its exports/"
        )


def _target(source: Path, *, run_folder: Path, output: Path | None) -> Path:
    """Return the file to write: never one that is there, never one inside the clone."""
    if output is not None:
        if _inside(output.resolve(), CLONE):
            raise UserError(
                f"{output}: lies inside the program's own folder; name a file elsewhere"
            )
        if output.exists():
            raise UserError(f"{output}: is there already; name a new file")
        return output
    if _inside(source, CLONE):
        raise UserError("synthetic exports have their centre files; to try it out, name --output")
    if source.parent.name != "exports" or not (run_folder / "config").is_dir():
        raise UserError(
            f"{source.name}: is not in the exports/ of a run folder; put it there, or name the "
            "file to write: --output FILE"
        )
    own = run_folder / "config" / "centres" / f"{source.name}.yaml"
    draft = own.with_suffix(".draft.yaml")
    if own.exists() and draft.exists():
        raise UserError(
            f"config/centres/{own.name} and {draft.name} are there already; nothing was written. "
            "Delete or rename the draft"
        )
    return draft if own.exists() else own


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _next_steps(draft: CentreDraft, shown: str, *, run_folder: str, centre: str) -> list[str]:
    lines = [
        f"Wrote {shown}: {len(draft.found)} variables found. It is a draft: every line with "
        '"check" is a guess, compare it with the export.'
    ]
    if draft.decisions:
        lines += [
            "",
            "The export does not tell; please decide (the key, and what it has to say):",
            *_decisions(draft, shown),
        ]
    if draft.unused:
        lines += ["", f"Not used: {len(draft.unused)} columns or files, listed at the end of it."]
    if shown.endswith(".draft.yaml"):
        own = shown.removesuffix(".draft.yaml")
        lines += ["", f"{own}.yaml was there already and was not touched."]
    check = typed("hematotox", "centre", "check", centre, "--directory", run_folder)
    return [
        *lines,
        "",
        f"Then read the export: {check}",
        f"and name {centre} in the study's list of centres.",
    ]


def _decisions(draft: CentreDraft, shown: str) -> list[str]:
    """Return what is left to decide, codes of one column in one line and without the codes."""
    grouped: dict[tuple[str, str], list[int]] = {}
    for line, key, words in draft.decisions:
        column = re.sub(r"\.(values|checkboxes)\..*", r".\1", key)
        grouped.setdefault((column, words), []).append(line)
    return [
        f"  {shown}:{numbers[0]}: {key}: {words}"
        + (f" ({len(numbers)} lines)" if len(numbers) > 1 else "")
        for (key, words), numbers in grouped.items()
    ]
