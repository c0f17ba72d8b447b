"""What a study's plan holds, and whether it fits all that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from hematotox.declarations.study.planning import endpoints_of
from hematotox.declarations.study.study import Criterion, Study
from hematotox.errors import UserError, messages_of
from hematotox.run.catalogue import check_data, read_declarations
from hematotox.run.declaration_reader import Reader, merged_settings
from hematotox.run.files import shown
from hematotox.run.run_folder import in_run_folder


def show_study(name: str, *, run_folder: Path) -> list[str]:
    """Return what a plan holds, line by line.

    Parameters
    ----------
    name : name of the study
    run_folder : folder of the run; its plans come before the clone's

    Raises
    ------
    UserError
        There is no such plan, or it cannot be read.
    """
    with in_run_folder(run_folder):
        reader = Reader(Path.cwd())
        study = reader.read("studies", name, Study)
        reader.stop_if_troubled()
        assert study is not None
        return [
            f"{name}: {study.title}",
            f"File: {shown(reader.used[f'studies/{name}'])}",
            f"Patients: {_way_in(study)}",
            *(f"  {position}. {_criterion(c)}" for position, c in enumerate(study.population, 1)),
            f"Scores: {_listed(study.scores)}",
            f"Endpoints: {_listed(sorted(endpoints_of(study)))}",
            f"Analyses: {len(study.analyses)}",
            *_by({key: one.method for key, one in study.analyses.items()}),
            f"Displays: {len(study.displays)}",
            *_by({key: one.kind for key, one in study.displays.items()}),
        ]


def _way_in(study: Study) -> str:
    if study.centres:
        return f"exports of {_listed(study.centres)}"
    return f"one table{f', {study.table.file}' if study.table is not None else ''}"


def _criterion(criterion: Criterion) -> str:
    way = "include" if criterion.include is not None else "exclude"
    return f"{way} {criterion.condition.label}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _by(kinds: Mapping[str, str]) -> list[str]:
    """Return one line a method of analysis, or a kind of display, with its names."""
    return [
        f"  {kind}: {_listed(name for name, own in kinds.items() if own == kind)}"
        for kind in dict.fromkeys(kinds.values())
    ]


def check_study(name: str, *, run_folder: Path) -> list[str]:
    """Read a plan and everything it names, check one against the other, and say what was found.

    Exports that are not there yet are told, and no mistake of the plan.

    Parameters
    ----------
    name : name of the study
    run_folder : folder of the run

    Raises
    ------
    UserError
        What is wrong with the plan or with a file it names: all of it, with file, line and key.
    """
    with in_run_folder(run_folder):
        settings = {**merged_settings(Path.cwd()), "studies": [name]}
        run = read_declarations(settings, run_folder=Path.cwd())
        study = run.studies[name]
        found = [
            f"{shown(run.files[f'studies/{name}'])}: {len(study.analyses)} analyses and "
            f"{len(study.displays)} displays fit {len(run.files)} files that were read.",
            *(f"  {shown(path)}" for path in run.files.values()),
        ]
        try:
            check_data(run)
        except UserError as error:
            return [*found, "It cannot run yet:", *(f"  {m}" for m in messages_of(error))]
        return [*found, "It can run."]
