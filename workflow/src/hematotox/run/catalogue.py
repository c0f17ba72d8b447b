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
from hematotox.declarations.study.checklists.checklist import Checklist
from hematotox.declarations.study.checks.availability import Availability, availability
from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.checks.expected import compared, expected_troubles
from hematotox.declarations.study.checks.registry_check import registry_troubles
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.declarations.study.immortal_time import with_landmarks
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.needed_events import needing_death
from hematotox.declarations.study.planning import (
    needed_conventions,
    planned_endpoints,
    planned_variables,
)
from hematotox.declarations.study.registry import (
    PublishedValidation,
    read_published,
    read_registry,
    registry_analyses,
)
from hematotox.declarations.study.study import Study
from hematotox.dialects import disagreements
from hematotox.errors import UserError, UserErrors
from hematotox.run.declaration_reader import Reader, merged_settings, read_settings
from hematotox.run.exports import link_troubles, real_export_troubles
from hematotox.run.files import find_declaration, read_text, shown
from hematotox.run.named_files import absent_studies, table_file
from hematotox.run.plans import read_plan
from hematotox.run.requested import requested_studies
from hematotox.run.sections import SYNTHETIC_EXPORTS, Catalogue
from hematotox.run.used_files import UsedFiles


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
    assert dictionary is not None
    assert endpoints is not None
    requested = requested_studies(words, listed=settings.studies, run_folder=run_folder)
    plans = {
        name: read_plan(reader, name, dictionary=dictionary, endpoints=endpoints)
        for name in (*settings.studies, *requested)
    }
    studies = {name: plan for name, plan in plans.items() if plan is not None}
    for name, study in studies.items():
        reader.note_absent(name, study)
    centres = reader.read_all("centres", {c for s in studies.values() for c in s.centres}, Centre)
    named = Named(
        scores=reader.read_all("scores", {x for s in studies.values() for x in s.scores}, Score),
        conventions=reader.read_all("conventions", _conventions(studies, endpoints), Convention),
        checklists=reader.read_all("checklists", _checklists(studies), Checklist),
    )
    reader.stop_if_troubled()
    landmarks = {}
    for name, study in studies.items():
        studies[name], landmarks[name] = with_landmarks(
            study,
            reader.plans[f"studies/{name}"].taken_over(),
            variables=planned_variables(study, dictionary, endpoints, named),
            endpoints=planned_endpoints(study, endpoints, named),
        )
    run = Catalogue(
        settings=settings,
        dictionary=dictionary,
        endpoints=endpoints,
        studies=studies,
        centres=centres,
        named=named,
        files=UsedFiles(reader.used, reader.like, reader.additions),
        run_folder=run_folder,
        registry=_registry(studies, run_folder=run_folder),
        expected=_expected(studies, run_folder=run_folder),
        plans={name: reader.plans[f"studies/{name}"] for name in studies},
        landmarks=landmarks,
    )
    _cross_check(reader, run)
    reader.stop_if_troubled()
    _check_deaths(reader, run)
    reader.stop_if_troubled()
    return run


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
        files=UsedFiles(reader.used),
        run_folder=run_folder,
    )
    check_data(catalogue)
    return catalogue


def _check_centres(reader: Reader, centres: Mapping[str, Centre], dictionary: Dictionary) -> None:
    for name, centre in centres.items():
        for path, words in disagreements(centre, dictionary):
            reader.note(f"centres/{name}", path, words)


def _conventions(studies: Mapping[str, Study], endpoints: Endpoints) -> set[str]:
    """Return the conventions that the studies or the endpoints they use name."""
    return {name for study in studies.values() for name in needed_conventions(study, endpoints)}


def _checklists(studies: Mapping[str, Study]) -> set[str]:
    return {name for study in studies.values() for name in study.checklists}


def _registry(studies: Mapping[str, Study], *, run_folder: Path) -> tuple[PublishedValidation, ...]:
    """Return the registry of published validations, if a study stands among them."""
    if not any(registry_analyses(study) for study in studies.values()):
        return ()
    path = find_declaration("published", "registry.csv", run_folder=run_folder)
    return read_registry(read_text(path), source=shown(path))


def _expected(studies: Mapping[str, Study], *, run_folder: Path) -> tuple[ExpectedRisk, ...]:
    """Return the published risks, if a study stands beside some."""
    if not any(one.against for study in studies.values() for one in compared(study).values()):
        return ()
    path = find_declaration("published", "expected_risks.csv", run_folder=run_folder)
    return read_published(read_text(path), source=shown(path), model=ExpectedRisk)


def _cross_check(reader: Reader, run: Catalogue) -> None:
    """Note every name that does not exist, and every thing that does not fit another."""
    for name, study in run.studies.items():
        variables = planned_variables(study, run.dictionary, run.endpoints, run.named)
        endpoints = planned_endpoints(study, run.endpoints, run.named)
        for path, words in (
            *study_troubles(study, run.dictionary, run.endpoints, run.named),
            *registry_troubles(study, run.registry, variables),
            *expected_troubles(study, run.expected, endpoints, variables),
        ):
            reader.note(f"studies/{name}", path, words)
    for name, score in run.named.scores.items():
        for path, words in unit_troubles(score, run.dictionary):
            reader.note(f"scores/{name}", path, words)
    for name, convention in run.named.conventions.items():
        for path, words in variable_troubles(convention, run.dictionary):
            reader.note(f"conventions/{name}", path, words)
    _check_centres(reader, run.centres, run.dictionary)


def _check_deaths(reader: Reader, run: Catalogue) -> None:
    """Note the centres whose export does not say who died, where a study needs it."""
    needs = {
        name: needing_death(study, run.endpoints, run.named.conventions)
        for name, study in run.studies.items()
    }
    for name, centre in run.centres.items():
        needed_by = {s: needs[s] for s, study in run.studies.items() if name in study.centres}
        for path, words in death_troubles(centre, {s: n for s, n in needed_by.items() if n}):
            reader.note(f"centres/{name}", path, words)


def unavailable(run: Catalogue, study: str) -> Availability:
    """Return what a study cannot do with its centres."""
    return availability(
        run.studies[study],
        run.centres,
        dictionary=run.dictionary,
        endpoints=run.endpoints,
        named=run.named,
    )


def opening_lines(run: Catalogue) -> list[str]:
    """Return the first lines of a run: what its folder changes, what its studies cannot do."""
    found = run.files.changes()
    for name in run.studies:
        lines = unavailable(run, name).lines(most=3)
        hint = [f"{name}: all of them: hematotox study check {name}"] if lines else []
        found += [*(f"{name}: {line}" for line in lines), *hint]
    return found


def _is_put(run_folder: Path, centre: str) -> bool:
    """Return whether somebody put an export of a centre where real exports lie."""
    folder = run_folder / "exports" / centre
    return folder.is_dir() and any(folder.iterdir())


def check_data(catalogue: Catalogue) -> None:
    """Stop before the first job where a file is absent or synthetic and real data would mix."""
    if not catalogue.makes_exports:
        files = {name: catalogue.export_files(name) for name in catalogue.centres}
        folder, exports = catalogue.run_folder, Path(catalogue.settings.exports)
        show_values = catalogue.settings.show_values
        troubles = [
            *real_export_troubles(files, run_folder=folder, show_values=show_values),
            *link_troubles(files, exports=exports, run_folder=folder),
        ]
        if troubles:
            raise UserErrors(troubles)
    elif put := [n for n in sorted(catalogue.centres) if _is_put(catalogue.run_folder, n)]:
        raise UserError(
            f"config/config.yaml: exports: files of {', '.join(put[:3])} lie in exports/, but the "
            f"setting is {SYNTHETIC_EXPORTS}, where a run makes synthetic patients; "
            "write exports: exports"
        )
    for name, study in catalogue.studies.items():
        if study.published:
            catalogue.published_file(name)
        if study.table is not None:
            table_file(study.table.file, run_folder=catalogue.run_folder)
        catalogue.source(name)
