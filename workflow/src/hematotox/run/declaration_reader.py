"""Reads declarations once, from the run folder or the clone, and collects every trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from hematotox.declarations.base import parse_document
from hematotox.declarations.run import RunSettings
from hematotox.declarations.study.study import Study
from hematotox.declarations.yaml_text import Document, read_yaml
from hematotox.errors import UserError, UserErrors
from hematotox.run.files import CLONE, find_declaration, read_text, shown
from hematotox.run.named_files import absent_names

Model = TypeVar("Model", bound=BaseModel)


@dataclass
class Reader:
    """Reads declarations once, remembers which file was used, collects every trouble."""

    run_folder: Path
    troubles: list[str] = field(default_factory=list)
    used: dict[str, Path] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    absent: set[tuple[str, str]] = field(default_factory=set)

    def read(self, kind: str, name: str, model: type[Model]) -> Model | None:
        """Return a declaration, or None after noting what is wrong with it."""
        try:
            path = find_declaration(kind, f"{name}.yaml", run_folder=self.run_folder)
            document = read_yaml(read_text(path), source=shown(path))
            self.used[f"{kind}/{name}"] = path
            self.documents[f"{kind}/{name}"] = document
            declaration = parse_document(document, source=shown(path), model=model)
        except UserError as error:
            self.troubles += str(error).split("\n")
            return None
        own = getattr(declaration, "id", name)
        if own != name:
            line = document.line(("id",))
            words = f'id: must be "{name}", as the file is named'
            self.troubles.append(f"{shown(path)}:{line}: {words}")
        return declaration

    def read_all(self, kind: str, names: set[str], model: type[Model]) -> dict[str, Model]:
        """Return declarations by name, in alphabetical order."""
        wanted = sorted(name for name in names if (kind, name) not in self.absent)
        found = {name: self.read(kind, name, model) for name in wanted}
        return {name: one for name, one in found.items() if one is not None}

    def note_absent(self, study: str, declared: Study) -> None:
        """Note what a study names and no file declares."""
        for kind, name, (path, words) in absent_names(declared, run_folder=self.run_folder):
            self.absent.add((kind, name))
            self.note(f"studies/{study}", path, words)

    def note(self, key: str, path: tuple[str | int, ...], words: str) -> None:
        """Note a trouble of a declaration with its file and line."""
        where = f"{shown(self.used[key])}:{self.documents[key].line(path)}"
        self.troubles.append(f"{where}: {'.'.join(str(part) for part in path)}: {words}")

    def stop_if_troubled(self) -> None:
        """Raise everything that was noted, as one message."""
        if self.troubles:
            raise UserErrors(list(dict.fromkeys(self.troubles)))


def settings_files(run_folder: Path) -> list[str]:
    """Return the settings files of a run, the clone's first; a later one comes before an earlier.

    Raises
    ------
    UserError
        A file is not UTF-8, not YAML, or no mapping.
    """
    files = []
    for folder in dict.fromkeys((CLONE, run_folder.resolve())):
        path = folder / "config" / "config.yaml"
        if not path.is_file():
            continue
        content = read_yaml(read_text(path), source=shown(path)).content
        if not isinstance(content, dict):
            raise UserError(f"{shown(path)}:1: (whole file): must be a mapping (key: value)")
        if content:
            files.append(str(path))
    return files


def merged_settings(run_folder: Path) -> dict[str, Any]:
    """Return the settings of a run as its settings files have them, the run folder's last."""
    merged: dict[str, Any] = {}
    for path in settings_files(run_folder):
        merged |= read_yaml(read_text(path), source=shown(path)).content
    return merged


def read_settings(config: Mapping[str, Any], *, run_folder: Path) -> RunSettings:
    """Type the merged settings; a trouble names the file that holds the key."""
    for folder in (CLONE, run_folder):
        path = folder / "config" / "config.yaml"
        if path.is_file():
            document = read_yaml(read_text(path), source=shown(path))
            whole = {"studies": _as_text(config.get("studies", [])), **document.content}
            checked = Document(whole, document.lines)
            parse_document(checked, source=shown(path), model=RunSettings)
    merged = Document(_as_text(dict(config)), {})
    return parse_document(merged, source="settings", model=RunSettings)


def _as_text(value: Any) -> Any:
    """Return what Snakemake typed by YAML 1.1 as text again, for the models to type."""
    if isinstance(value, Mapping):
        return {str(key): _as_text(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_text(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
