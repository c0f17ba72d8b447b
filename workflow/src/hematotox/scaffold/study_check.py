"""What a study's plan stands for, and whether it fits all that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hematotox.declarations.study.criteria import Criterion
from hematotox.declarations.study.planning import endpoints_of
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError, messages_of
from hematotox.run.catalogue import check_data, read_declarations, unavailable
from hematotox.run.declaration_reader import merged_settings
from hematotox.run.files import shown
from hematotox.run.run_folder import in_run_folder
from hematotox.run.sections import Catalogue


def show_study(name: str, *, run_folder: Path) -> list[str]:
    """Return what a plan stands for, each analysis with the line that it comes from.

    Parameters
    ----------
    name : name of the study
    run_folder : folder of the run; its plans come before the clone's

    Raises
    ------
    UserError
        There is no such plan, or it or what it names is wrong.
    """
    with in_run_folder(run_folder):
        run = _read(name)
        study = run.studies[name]
        return [
            f"{name}: {study.title}",
            f"File: {_files(run, name)}",
            f"Patients: {_way_in(study)}",
            *(f"  {position}. {_criterion(c)}" for position, c in enumerate(study.population, 1)),
            f"Scores: {_listed(study.scores)}",
            f"Endpoints: {_listed(endpoints_of(study))}",
            f"Analyses: {len(study.analyses)}",
            *_entries(run, name, "analyses", {n: one.method for n, one in study.analyses.items()}),
            f"Displays: {len(study.displays)}",
            *_entries(run, name, "displays", {n: one.kind for n, one in study.displays.items()}),
        ]


def _read(name: str) -> Catalogue:
    settings = {**merged_settings(Path.cwd()), "studies": [name]}
    return read_declarations(settings, run_folder=Path.cwd())


def _files(run: Catalogue, name: str) -> str:
    """Return the file of a study, and those of the studies that it is like."""
    own = shown(run.files.paths[f"studies/{name}"])
    return ", like ".join((own, *run.files.like[name]))


def _way_in(study: Study) -> str:
    if study.centres:
        return f"exports of {_listed(study.centres)}"
    return f"one table{f', {study.table.file}' if study.table is not None else ''}"


def _criterion(criterion: Criterion) -> str:
    way = "include" if criterion.include is not None else "exclude"
    return f"{way} {criterion.condition.label}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _entries(run: Catalogue, study: str, kind: str, words: dict[str, str]) -> Iterator[str]:
    """Yield one line an analysis or display, in the order of the plan, with where it is written."""
    plan = run.plans[study]
    for name in plan.content.get(kind, {}):
        origin = plan.origin((kind, name))
        places = [str(origin.place), *(f"taken over by {place}" for place in origin.via)]
        day = run.landmarks[study].get(name) if kind == "analyses" else None
        made = [] if day is None else [f"made with landmark: {day:g}"]
        yield f"  {name}: {words[name]} ({'; '.join([', '.join(places), *made])})"


def check_study(name: str, *, run_folder: Path) -> list[str]:
    """Read a plan and everything it names, check one against the other, and say what was found.

    What the exports do not hold and files that are not there yet are told, and no mistake of the
    plan.

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
        run = _read(name)
        study = run.studies[name]
        paths = list(dict.fromkeys(run.files.paths.values()))
        lacking = unavailable(run, name).lines()
        found = [
            f"{shown(run.files.paths[f'studies/{name}'])}: {len(study.analyses)} analyses and "
            f"{len(study.displays)} displays fit {len(paths)} files that were read.",
            *(f"  {shown(path)}" for path in paths),
            *run.files.changes(),
            *(["What its centres do not hold:"] if lacking else []),
            *(f"  {line}" for line in lacking),
        ]
        try:
            check_data(run)
        except UserError as error:
            return [*found, "It cannot run yet:", *(f"  {m}" for m in messages_of(error))]
        return [*found, "It can run."]
