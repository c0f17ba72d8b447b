"""Which file of which folder each declaration of a run comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hematotox.declarations.additions import Added
from hematotox.declarations.study.study import Study
from hematotox.run.files import CLONE, sha256, shown


@dataclass(frozen=True)
class UsedFiles:
    """The files of a run's declarations, by kind and name."""

    paths: Mapping[str, Path]
    like: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of each study, the files of those that it is like."""
    additions: Mapping[str, Added] = field(default_factory=dict)
    """What files of the run folder add to the clone's."""

    def words(self, studies: Mapping[str, Study]) -> dict[str, str]:
        """Return the file of each declaration in words, with its digest.

        Parameters
        ----------
        studies : those that are run; what they are like is named with them
        """
        return {
            name: f"{_place(path)}: {shown(path)} {self._digest(name, path, studies)}"
            for name, path in sorted(self.paths.items())
            if not name.startswith("studies/") or name.removeprefix("studies/") in studies
        }

    def _digest(self, name: str, path: Path, studies: Mapping[str, Study]) -> str:
        """Return the digest of a file; of a study that of its plan, wherever it is written."""
        study = studies.get(name.removeprefix("studies/"))
        if study is not None and name.startswith("studies/"):
            plan = hashlib.sha256(study.model_dump_json(by_alias=True).encode()).hexdigest()
            like = "".join(f", like {source}" for source in self.like.get(study.id, ()))
            return f"sha256:{plan} (of the plan{like})"
        added = self.additions.get(name)
        words = f" ({added.words()})" if added is not None and added.words() else ""
        replaced = " (replaces the clone's)" if _replaces(name, path) else ""
        return f"sha256:{sha256(path)}{words}{replaced}"

    def changes(self) -> list[str]:
        """Return one line for each file of the run folder that changes what the clone declares."""
        found = []
        for name, path in sorted(self.paths.items()):
            if name in self.additions:
                added = self.additions[name]
                found += [f"{shown(path)}: {added.words()}"] if added.words() else []
                found += added.superfluous
            elif _replaces(name, path) and f"{name} (clone)" not in self.paths:
                same = sha256(path) == sha256(CLONE / "config" / f"{name}.yaml")
                words = "is equal to the clone's; leave it out" if same else "replaces the clone's"
                found.append(f"{shown(path)}: {words}")
        return found


def _place(path: Path) -> str:
    """Return which of the two folders a declaration was found in."""
    return "clone" if path.resolve().is_relative_to(CLONE / "config") else "run folder"


def _replaces(name: str, path: Path) -> bool:
    """Return whether a file of the run folder stands for one of the clone's."""
    kind = name.partition("/")[0]
    clone = CLONE / "config" / f"{name}.yaml"
    kinds = (".", "scores", "conventions", "checklists", "studies")
    return kind in kinds and _place(path) != "clone" and clone.is_file()
