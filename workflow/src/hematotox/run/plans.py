"""Studies as they are written, read with those that they are like, and made into plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

from hematotox.declarations.base import parse_document
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.origins import Entry, Origin, WrittenFile
from hematotox.declarations.score import Score
from hematotox.declarations.study.display_base import Place
from hematotox.declarations.study.study import Study
from hematotox.declarations.study.written.expansion import expand
from hematotox.declarations.study.written.inheritance import Merged, merge
from hematotox.declarations.study.written.written_study import WrittenStudy
from hematotox.declarations.trouble import unknown
from hematotox.declarations.yaml_text import Document
from hematotox.errors import UserError
from hematotox.run.declaration_reader import Reader
from hematotox.run.files import CLONE, find_declaration, shown
from hematotox.run.named_files import known_names

STUDIES = "studies"


def read_plan(
    reader: Reader, name: str, *, dictionary: Dictionary, endpoints: Endpoints
) -> Study | None:
    """Return a study with all that it takes over and every family expanded.

    Parameters
    ----------
    reader : reads and remembers the files; troubles are noted there
    name : of the study
    dictionary, endpoints : have the words of variables and endpoints

    Returns
    -------
    The study, or None after noting what is wrong with it.
    """
    files = _lineage(reader, name)
    if not files:
        return None
    path = reader.used[f"{STUDIES}/{name}"]
    reader.like[name] = tuple(one.source for one in files[-2::-1])
    if "asks_for" in files[-1].content:
        words = f"{name} is a template; name a study of your own that says like: {name}"
        reader.troubles.append(Origin(files[-1], ("asks_for",)).message(words))
        return None
    merged = merge(files)
    if not _name_centres(merged, folder=path.parent.parent / "centres"):
        reader.troubles += merged.troubles
        return None
    label = _labels(reader, merged, dictionary=dictionary, endpoints=endpoints)
    expansion = expand(merged, label=label)
    reader.plans[f"{STUDIES}/{name}"] = expansion.document
    reader.troubles += expansion.troubles
    if merged.unanswered:
        return None
    try:
        study = parse_document(expansion.document, source=shown(path), model=Study)
    except UserError as error:
        reader.troubles += str(error).split("\n")
        return None
    return _in_order(study)


def _in_order(study: Study) -> Study:
    """Return a study whose parts have one order, so that moved lines of its file change nothing.

    Displays keep theirs within each part of the report: what a template adds of another part does
    not come between.
    """
    parts = ("analyses", "covariates", "linear_predictors", "timing")
    ordered = {part: dict(sorted(getattr(study, part).items())) for part in parts}
    places = get_args(Place)
    shown = sorted(study.displays.items(), key=lambda one: places.index(one[1].place))
    return study.model_copy(update={**ordered, "displays": dict(shown)})


def _lineage(reader: Reader, name: str) -> list[WrittenFile]:
    """Return a study's file last, before it that of the study it is like, and so on."""
    files: list[WrittenFile] = []
    seen: list[Path] = []
    path = find_declaration(STUDIES, f"{name}.yaml", run_folder=reader.run_folder)
    while True:
        file = _read(reader, path)
        if file is None:
            return []
        files.insert(0, file)
        seen.append(path.resolve())
        like = file.content.get("like")
        if like is None:
            return files
        parent = _parent(reader, path, str(like))
        if parent is None or parent.resolve() in seen:
            circle = " -> ".join(one.stem for one in (*seen, parent) if one is not None)
            known = known_names(STUDIES, run_folder=reader.run_folder)
            words = (
                f"a circle: {circle}" if parent else unknown(like, {*known} - {path.stem}, "study")
            )
            reader.troubles.append(Origin(file, ("like",)).message(words))
            return []
        path = parent


def _read(reader: Reader, path: Path) -> WrittenFile | None:
    """Read one study file; the run folder's and the clone's may have the same name."""
    own = find_declaration(STUDIES, path.name, run_folder=reader.run_folder)
    key = f"{STUDIES}/{path.stem}" + ("" if own.resolve() == path.resolve() else " (clone)")
    if reader.read_file(key, path, WrittenStudy) is None:
        return None
    document = reader.documents[key]
    assert isinstance(document, Document), "only plans and additions are put together"
    return WrittenFile(shown(path), document)


def _parent(reader: Reader, path: Path, like: str) -> Path | None:
    """Return the file of the study that one is like; of the same name, the clone's."""
    folder = CLONE if like == path.stem else reader.run_folder
    try:
        return find_declaration(STUDIES, f"{like}.yaml", run_folder=folder)
    except UserError:
        return None


def _name_centres(merged: Merged, *, folder: Path) -> bool:
    """Put the names of the centre files that fit in the place of patterns such as `sie_*`.

    Returns
    -------
    Whether each pattern fits a file, and no file that would not be read.
    """
    entry = merged.keys.get("centres")
    if entry is None:
        return True
    found = True
    files = sorted(folder.glob("*.[yY]*[lL]"))
    known = [path.stem for path in files if path.name == f"{path.stem.lower()}.yaml"]
    unread = [path for path in files if path.stem not in known]
    names: list[str] = []
    for position, written in enumerate(entry.value):
        if "*" not in written:
            names.append(written)
            continue
        fitting = [one for one in known if fnmatchcase(one, written)]
        if not fitting:
            words = f'no centre file in {shown(folder)}/ fits "{written}"'
            merged.troubles.append(entry.origin.below(position).message(words))
            found = False
        for other in (one for one in unread if fnmatchcase(one.stem.lower(), written)):
            words = f"{other.name} is not read as a centre; is {other.stem.lower()}.yaml meant?"
            merged.troubles.append(entry.origin.below(position).message(words))
            found = False
        names += fitting
    merged.keys["centres"] = Entry(list(dict.fromkeys(names)), entry.origin)
    return found


def _labels(
    reader: Reader, merged: Merged, *, dictionary: Dictionary, endpoints: Endpoints
) -> Callable[[str], str]:
    """Return what gives the words of a score, an endpoint, a covariate or a variable."""
    own = {name: one.value for name, one in merged.collections["covariates"].items()}
    for way in ("cohort", "counts"):
        table = merged.keys[way].value if way in merged.keys else {}
        for part in ("covariates", "endpoints"):
            own |= table.get(part, {})
    known = set(known_names("scores", run_folder=reader.run_folder))

    def label(name: str) -> str:
        if name in own:
            return _label_of(own[name]) or name.replace("_", " ")
        if name in known:
            score = reader.read("scores", name, Score)
            return score.name if score is not None else name
        declared: Any = endpoints.endpoints.get(name) or dictionary.variables.get(name)
        return name.replace("_", " ") if declared is None else str(declared.label)

    return label


def _label_of(written: Any) -> str:
    return str(written.get("label", "")) if isinstance(written, Mapping) else str(written)
