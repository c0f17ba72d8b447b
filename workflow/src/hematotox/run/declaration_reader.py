"""Reads declarations once, from the run folder or the clone, and collects every trouble."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from hematotox.declarations.additions import Added, added, counts_whole
from hematotox.declarations.base import parse_document
from hematotox.declarations.origins import ExpandedDocument, WrittenFile
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
    documents: dict[str, Document | ExpandedDocument] = field(default_factory=dict)
    plans: dict[str, ExpandedDocument] = field(default_factory=dict)
    """Of each study, where every part of the plan is written."""
    like: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of each study, the files of those that it is like, the nearest first."""
    declared: dict[str, BaseModel | None] = field(default_factory=dict)
    additions: dict[str, Added] = field(default_factory=dict)
    """What files of the run folder add to the clone's."""
    absent: set[tuple[str, str]] = field(default_factory=set)

    def read(self, kind: str, name: str, model: type[Model]) -> Model | None:
        """Return a declaration, or None after noting what is wrong with it."""
        try:
            path = find_declaration(kind, f"{name}.yaml", run_folder=self.run_folder)
        except UserError as error:
            self.troubles += str(error).split("\n")
            return None
        clone = CLONE / "config" / kind / f"{name}.yaml"
        if kind == "." and path.resolve() != clone.resolve():
            return self._with_additions(name, clone, path, model)
        return self.read_file(f"{kind}/{name}", path, model)

    def _with_additions(
        self, name: str, clone: Path, own: Path, model: type[Model]
    ) -> Model | None:
        """Return the clone's declaration with what the run folder's file adds and replaces."""
        key = f"./{name}"
        if key in self.declared:
            return cast("Model | None", self.declared[key])
        self.declared[key] = None
        try:
            files = [_written(path) for path in (clone, own)]
            if counts_whole(files[1]):
                del self.declared[key]
                whole = self.read_file(key, own, model)
                # how a declaration came about is no part of what jobs depend on
                self.declared[key] = whole and whole.model_copy(update={"replaces": None})
                return cast("Model | None", self.declared[key])
            both = added(name, *files)
            self.used |= {key: clone, f"{key} (run folder)": own}
            self.documents[key] = both.document
            self.additions[f"{key} (run folder)"] = both
            self.troubles += both.troubles
            self.declared[key] = parse_document(both.document, source=shown(own), model=model)
        except UserError as error:
            self.troubles += str(error).split("\n")
        return cast("Model | None", self.declared[key])

    def read_file(self, key: str, path: Path, model: type[Model]) -> Model | None:
        """Return the declaration of one file, read once; `key` is what notes call it by."""
        if key not in self.used:
            self.used[key] = path
            self.declared[key] = self._typed(key, path, model)
        return cast("Model | None", self.declared[key])

    def _typed(self, key: str, path: Path, model: type[Model]) -> Model | None:
        source = shown(path)
        try:
            document = read_yaml(read_text(path), source=source)
            self.documents[key] = document
            declaration = parse_document(document, source=source, model=model)
        except UserError as error:
            self.troubles += str(error).split("\n")
            return None
        if getattr(declaration, "id", path.stem) != path.stem:
            words = f'must be "{path.stem}", as the file is named'
            self.troubles.append(document.message(("id",), words, source=source))
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
        where = self.plans.get(key) or self.documents[key]
        self.troubles.append(where.message(path, words, source=shown(self.used[key])))

    def stop_if_troubled(self) -> None:
        """Raise everything that was noted, as one message."""
        if self.troubles:
            raise UserErrors(in_order(self.troubles))


def in_order(troubles: Sequence[str]) -> list[str]:
    """Return messages once each: file after file as they came, within a file by line."""
    found = {one: re.match(r"([^:]*):(\d+):", one) for one in troubles}
    files = list(dict.fromkeys(at[1] if at else one for one, at in found.items()))
    return sorted(
        found, key=lambda one: (files.index(at[1]), int(at[2])) if (at := found[one])
        else (files.index(one), 0),
    )  # fmt: skip


def _written(path: Path) -> WrittenFile:
    source = shown(path)
    document = read_yaml(read_text(path), source=source)
    if not isinstance(document.content, dict):
        raise UserError(f"{source}:1: (whole file): must be a mapping (key: value)")
    return WrittenFile(source, document)


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
