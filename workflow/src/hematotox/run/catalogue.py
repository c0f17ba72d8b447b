"""All declarations of a run, read and cross-checked before the first job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hematotox.declarations.centre import Centre
from hematotox.declarations.conventions import Convention, variable_troubles
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.recorded_events import death_troubles
from hematotox.declarations.score import Score, unit_troubles
from hematotox.declarations.study.cross_check import study_troubles
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.needed_events import needing_death
from hematotox.declarations.study.planning import needed_conventions, planned_variables
from hematotox.declarations.study.registry import (
    PublishedValidation,
    read_registry,
    registry_analyses,
)
from hematotox.declarations.study.registry_check import registry_troubles
from hematotox.declarations.study.study import Study
from hematotox.dialects import disagreements
from hematotox.errors import UserErrors
from hematotox.run.declaration_reader import Reader, merged_settings, read_settings
from hematotox.run.exports import real_export_troubles
from hematotox.run.files import find_declaration, read_text, shown
from hematotox.run.named_files import absent_studies, table_file
from hematotox.run.requested import requested_studies
from hematotox.run.sections import Catalogue


def read_catalogue(
    config: Mapping[str, Any], *, run_folder: Path, words: Iterable[str] = ()
) -> Catalogue:
    """Read everything that a run declares, and see that its data are there.

    Parameters
    ----------
    config, run_folder, words : as for `read_declarations`

    Raises
    ------
    UserError
        All troubles of all files in one message, each with file, line and key.
    """
    catalogue = read_declarations(config, run_folder=run_folder, words=words)
    check_data(catalogue)
    return catalogue


def read_declarations(
    config: Mapping[str, Any], *, run_folder: Path, words: Iterable[str] = ()
) -> Catalogue:
    """Read everything that a run declares; its data may be absent.

    Parameters
    ----------
    config : the merged settings of the run
    run_folder : folder of the run; its config/ comes before the clone's
    words : what the command line asks for; a study among it is read although no setting lists it

    Raises
    ------
    UserError
        All troubles of all files in one message, each with file, line and key.
    """
    settings = read_settings(config, run_folder=run_folder)
    reader = Reader(run_folder)
    dictionary = reader.read(".", "dictionary", Dictionary)
    endpoints = reader.read(".", "endpoints", Endpoints)
    reader.troubles += absent_studies(settings.studies, run_folder=run_folder)
    reader.stop_if_troubled()
    requested = requested_studies(words, listed=settings.studies, run_folder=run_folder)
    chosen = (*settings.studies, *requested)
    studies = reader.read_all("studies", set(chosen), Study)
    for name, study in studies.items():
        reader.note_absent(name, study)
    centres = reader.read_all("centres", {c for s in studies.values() for c in s.centres}, Centre)
    named = Named(
        scores=reader.read_all("scores", {x for s in studies.values() for x in s.scores}, Score),
        conventions=reader.read_all("conventions", _conventions(studies, endpoints), Convention),
    )
    reader.stop_if_troubled()
    assert dictionary is not None
    assert endpoints is not None
    _cross_check(reader, studies, dictionary, endpoints=endpoints, named=named)
    registry = _registry(studies, run_folder=run_folder)
    for name, study in studies.items():
        variables = planned_variables(study, dictionary, endpoints, named)
        for path, words in registry_troubles(study, registry, variables):
            reader.note(f"studies/{name}", path, words)
    _check_centres(reader, centres, dictionary)
    reader.stop_if_troubled()
    _check_deaths(reader, studies, centres, endpoints=endpoints, named=named)
    reader.stop_if_troubled()
    return Catalogue(
        settings=settings,
        dictionary=dictionary,
        endpoints=endpoints,
        studies={name: studies[name] for name in chosen},
        centres=centres,
        named=named,
        files=reader.used,
        run_folder=run_folder,
        registry=registry,
    )


def read_centre(name: str, *, run_folder: Path) -> Catalogue:
    """Read one centre's declaration, with no study, and see that its export is there.

    Raises
    ------
    UserError
        All troubles in one message, each with file, line and key.
    """
    reader = Reader(run_folder)
    dictionary = reader.read(".", "dictionary", Dictionary)
    endpoints = reader.read(".", "endpoints", Endpoints)
    centres = reader.read_all("centres", {name}, Centre)
    reader.stop_if_troubled()
    assert dictionary is not None
    assert endpoints is not None
    _check_centres(reader, centres, dictionary)
    reader.stop_if_troubled()
    catalogue = Catalogue(
        settings=read_settings(merged_settings(run_folder), run_folder=run_folder),
        dictionary=dictionary,
        endpoints=endpoints,
        studies={},
        centres=centres,
        named=Named({}, {}),
        files=reader.used,
        run_folder=run_folder,
    )
    check_data(catalogue)
    return catalogue


def _check_centres(reader: Reader, centres: Mapping[str, Centre], dictionary: Dictionary) -> None:
    for name, centre in centres.items():
        for path, words in disagreements(centre, dictionary):
            reader.note(f"centres/{name}", path, words)


def _conventions(studies: Mapping[str, Study], endpoints: Endpoints | None) -> set[str]:
    """Return the conventions that the studies or the endpoints they use name."""
    if endpoints is None:
        return set()
    return {name for study in studies.values() for name in needed_conventions(study, endpoints)}


def _registry(studies: Mapping[str, Study], *, run_folder: Path) -> tuple[PublishedValidation, ...]:
    """Return the registry of published validations, if a study stands among them."""
    if not any(registry_analyses(study) for study in studies.values()):
        return ()
    path = find_declaration("published", "registry.csv", run_folder=run_folder)
    return read_registry(read_text(path), source=shown(path))


def _cross_check(
    reader: Reader,
    studies: Mapping[str, Study],
    dictionary: Dictionary,
    *,
    endpoints: Endpoints,
    named: Named,
) -> None:
    for name, study in studies.items():
        for path, words in study_troubles(study, dictionary, endpoints, named):
            reader.note(f"studies/{name}", path, words)
    for name, score in named.scores.items():
        for path, words in unit_troubles(score, dictionary):
            reader.note(f"scores/{name}", path, words)
    for name, convention in named.conventions.items():
        for path, words in variable_troubles(convention, dictionary):
            reader.note(f"conventions/{name}", path, words)


def _check_deaths(
    reader: Reader,
    studies: Mapping[str, Study],
    centres: Mapping[str, Centre],
    *,
    endpoints: Endpoints,
    named: Named,
) -> None:
    """Note the centres whose export does not say who died, where a study needs it."""
    needs = {
        name: needing_death(study, endpoints, named.conventions) for name, study in studies.items()
    }
    for name, centre in centres.items():
        needed_by = {s: needs[s] for s, study in studies.items() if name in study.centres}
        for path, words in death_troubles(centre, {s: n for s, n in needed_by.items() if n}):
            reader.note(f"centres/{name}", path, words)


def check_data(catalogue: Catalogue) -> None:
    """Stop before the first job where a file is absent or synthetic and real data would mix."""
    if not catalogue.makes_exports:
        troubles = real_export_troubles(
            {name: catalogue.export_files(name) for name in catalogue.centres},
            run_folder=catalogue.run_folder,
        )
        if troubles:
            raise UserErrors(troubles)
    for name, study in catalogue.studies.items():
        if study.published:
            catalogue.published_file(name)
        if study.table is not None:
            table_file(study.table.file, run_folder=catalogue.run_folder)
        catalogue.source(name)
