"""A new study file: its name, its centres, and the plan that it is like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from hematotox.declarations.base import parse
from hematotox.declarations.study.study import StudyKeys
from hematotox.declarations.study.written.written_study import WrittenStudy
from hematotox.errors import UserError
from hematotox.run.files import CLONE, find_declaration, read_text, shown
from hematotox.run.typed import typed, typed_run
from hematotox.run.writing import write_bytes

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_PAGE = """\
# What this file does not say, {like} says: `hematotox study show {name}` prints all of it.
id: {name}
like: {like}
title: "{title}"
centres: [{centres}]
{asked}"""


def new_study(name: str, *, like: str, centres: Sequence[str], run_folder: Path) -> list[str]:
    """Write `config/studies/<name>.yaml`: a study of these centres that is like another one.

    Parameters
    ----------
    name : name of the new study
    like : study or template whose plan is taken over, of the run folder or the clone
    centres : names of the centres
    run_folder : folder of the run

    Returns
    -------
    what was written and what to do next, line by line

    Raises
    ------
    UserError
        A name is not accepted, there is no such plan, the folder is no run folder, or the file is
        there already.
    """
    target = run_folder / "config" / "studies" / f"{name}.yaml"
    _check(name, centres, run_folder=run_folder, target=target)
    path = find_declaration("studies", f"{like}.yaml", run_folder=run_folder)
    original = parse(read_text(path), source=shown(path), model=WrittenStudy)
    text = _PAGE.format(
        name=name,
        like=like,
        title=f"{original.title or like}: {', '.join(centres)}",
        centres=", ".join(centres),
        asked=_asked(original, like),
    )
    parse(text, source=f"config/studies/{name}.yaml", model=WrittenStudy)
    write_bytes(target, text.encode("utf-8"))
    absent = [c for c in centres if not (run_folder / f"config/centres/{c}.yaml").is_file()]
    return [
        f"Wrote {target}: like {like}, for {', '.join(centres)}.",
        *(f"Say {one}: in it; {like} asks for it." for one in original.asks_for),
        *(
            "No centre file yet: "
            + typed("hematotox", "centre", "draft", run_folder / "exports" / one)
            for one in absent
        ),
        "Whether it can run: "
        + typed("hematotox", "study", "check", name, "--directory", run_folder),
        f"Name it in {run_folder / 'config' / 'config.yaml'}: studies: [{name}]",
        f"Run: {typed_run(run_folder, name)}",
    ]


def _asked(original: WrittenStudy, like: str) -> str:
    """Return a line for each thing that a template asks for, to be filled in."""
    keys = [one for one in original.asks_for if one in StudyKeys.model_fields]
    sets = [f"{one}: []" for one in original.asks_for if one not in keys]
    lines = [f"{one}: []" for one in keys] + ([f"sets: {{{', '.join(sets)}}}"] if sets else [])
    return "".join(f"{line}    # {like} asks for it\n" for line in lines)


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
