"""The files that settings and studies name, looked up in the run folder and then in the clone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Trouble, unknown
from hematotox.declarations.yaml_text import Document, read_yaml
from hematotox.errors import UserError
from hematotox.run.files import CLONE, read_text, shown


def known_names(kind: str, *, run_folder: Path, ending: str = ".yaml") -> list[str]:
    """Return the names of one kind of declaration, in alphabetical order."""
    folders = (run_folder / "config" / kind, CLONE / "config" / kind)
    return sorted({path.stem for folder in folders for path in folder.glob(f"*{ending}")})


def absent_names(study: Study, *, run_folder: Path) -> Iterator[tuple[str, str, Trouble]]:
    """Yield what a study names and no file declares.

    Yields
    ------
    Kind and name of the declaration, and the trouble: the key in the study's file and the words.
    """
    kinds = ("centres", "scores", "conventions", "checklists")
    known_of = {kind: known_names(kind, run_folder=run_folder) for kind in kinds}
    for kind, what, path, name in _named(study):
        if name not in known_of[kind]:
            yield kind, name, (path, unknown(name, known_of[kind], what))
    published = Path(study.published or "").name
    known = known_names("published", run_folder=run_folder, ending=".csv")
    if published and published.removesuffix(".csv") not in known:
        yield "published", published, (("published",), unknown(published, known, "file"))
    if study.table is not None:
        try:
            table_file(study.table.file, run_folder=run_folder)
        except UserError as error:
            yield "data", study.table.file, (("cohort", "file"), str(error))


def _named(study: Study) -> Iterator[tuple[str, str, tuple[str | int, ...], str]]:
    for position, name in enumerate(study.centres):
        yield "centres", "centre", ("centres", position), name
    for position, name in enumerate(study.scores):
        yield "scores", "score", ("scores", position), name
    for display, shown_there in study.displays.items():
        if name := getattr(shown_there, "checklist", ""):
            yield "checklists", "checklist", ("displays", display, "checklist"), name
    if study.conventions is not None:
        yield "conventions", "convention", ("conventions", "primary"), study.conventions.primary
        for position, name in enumerate(study.conventions.sensitivity):
            path = ("conventions", "sensitivity", position)
            yield "conventions", "convention", path, name


def absent_studies(studies: tuple[str, ...], *, run_folder: Path) -> list[str]:
    """Return a message for each study of the settings that has no file.

    The message names the settings file and line; a study of the command line has neither.
    """
    known = known_names("studies", run_folder=run_folder)
    return [
        f"{_where_set(name, run_folder=run_folder)}studies: {unknown(name, known, 'study')}"
        for name in studies
        if name not in known
    ]


def _where_set(study: str, *, run_folder: Path) -> str:
    for folder in (run_folder, CLONE):
        path = folder / "config" / "config.yaml"
        if not path.is_file():
            continue
        document: Document = read_yaml(read_text(path), source=shown(path))
        named = document.content.get("studies", ())
        if study in named:
            return f"{shown(path)}:{document.line(('studies', list(named).index(study)))}: "
    return "settings: "


def manuscript_files(study: str) -> list[str]:
    """Return the author's text of a study, from the run folder, else the clone; or none."""
    for folder in (Path(), CLONE):
        path = folder / "config" / "manuscripts" / f"{study}.md"
        if path.is_file():
            return [str(path)]
    return []


def reference_files() -> list[str]:
    """Return the clone's references, and those that the run folder adds."""
    name = Path("config") / "references.yaml"
    own = [str(name)] if name.is_file() and not name.resolve().is_relative_to(CLONE) else []
    return [str(CLONE / name), *own]


def table_file(name: str, *, run_folder: Path) -> Path:
    """Return an analysis-ready table: from the run's exports, else the project's own data.

    Raises
    ------
    UserError
        Neither folder has it.
    """
    own = run_folder / "exports" / name
    if own.is_file():
        if not own.resolve().is_relative_to((run_folder / "exports").resolve()):
            words = "is a link that leads out of the exports folder; copy the file into it"
            raise UserError(f"exports/{name}: {words}")
        return Path("exports") / name
    project = CLONE / "config" / "data" / name
    if project.is_file():
        return project
    raise UserError(f"exports/{name}: there is no such file; put the table into exports/")
