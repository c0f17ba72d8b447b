"""The studies that a command line names, whether or not the settings list them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from hematotox.declarations.yaml_text import read_yaml
from hematotox.errors import UserError
from hematotox.run.files import find_declaration, read_text
from hematotox.run.named_files import known_names


def target_words(
    command: Sequence[str], *, run_folder: Path, parse: Callable[[Sequence[str]], Any]
) -> frozenset[str]:
    """Return the names that a command line asks for: rules, parts of files, wildcards of jobs.

    Parameters
    ----------
    command : the words of the command line, the program first
    run_folder : folder of the run
    parse : Snakemake's parser of its own command line; it is slow, and so asked only where a
        word has the name of a study or of a centre in it
    """
    program, *words = command
    if Path(program).stem not in ("snakemake", "__main__"):
        return frozenset()
    known = [n for kind in ("studies", "centres") for n in known_names(kind, run_folder=run_folder)]
    if not any(name in word for word in words for name in known):
        return frozenset()
    parsed = parse(words)
    found = {part.split(".")[0] for one in parsed.targets for part in Path(one).parts}
    for job in parsed.target_jobs:
        found |= {job.rulename, *job.wildcards_dict.values()}
    return frozenset(found)


def requested_studies(
    words: Iterable[str], *, listed: Sequence[str], run_folder: Path
) -> tuple[str, ...]:
    """Return the studies that are asked for beside those of the settings.

    Parameters
    ----------
    words : names that the command line asks for: a study, a rule of a study such as
        `estimate_cart_sie`, or a centre of a study
    listed : the studies of the settings
    run_folder : folder of the run
    """
    wanted = set(words)
    known = known_names("studies", run_folder=run_folder)
    found = {study for study in (_study_of(word, known) for word in wanted) if study}
    centres = wanted & set(known_names("centres", run_folder=run_folder))
    if centres:
        of = {study: _centres(study, run_folder=run_folder) for study in known}
        in_order = sorted(known, key=lambda study: (study not in {*listed, *found}, study))
        found |= {s for c in centres for s in [s for s in in_order if c in of[s]][:1]}
    return tuple(sorted(found - set(listed)))


def _study_of(word: str, known: Sequence[str]) -> str:
    """Return the study that a word names or ends with, the longest name; empty if none."""
    return max((s for s in known if f"_{word}".endswith(f"_{s}")), key=len, default="")


def _centres(study: str, *, run_folder: Path) -> Sequence[str]:
    """Return the centres that a study's file lists, also by patterns; none if it is unreadable."""
    with contextlib.suppress(UserError):
        path = find_declaration("studies", f"{study}.yaml", run_folder=run_folder)
        content = read_yaml(read_text(path), source=path.name).content
        centres = content.get("centres") if isinstance(content, dict) else None
        patterns = [str(one) for one in centres] if isinstance(centres, list) else []
        known = known_names("centres", run_folder=run_folder)
        return [one for one in known if any(fnmatchcase(one, pattern) for pattern in patterns)]
    return ()
