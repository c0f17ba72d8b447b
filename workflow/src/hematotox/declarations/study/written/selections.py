"""Which analyses a display shows: single ones, families, or parts of families."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hematotox.declarations.origins import Entry, ExpandedDocument, Origin
from hematotox.declarations.study.written.families import (
    ExpandedFamily,
    matches,
    misnamed,
    with_sets,
)
from hematotox.declarations.study.written.named_lists import NamedLists
from hematotox.declarations.study.written.placeholders import (
    Filler,
    Label,
    unfilled,
    with_words,
)
from hematotox.declarations.trouble import unknown

Chosen = tuple[str, Origin]
"""An analysis, and where a display names it."""


@dataclass
class Selector:
    """Finds the analyses that displays name."""

    families: Mapping[str, ExpandedFamily]
    lists: NamedLists
    label: Label
    troubles: list[str]

    def put_display(self, name: str, entry: Entry, document: ExpandedDocument) -> None:
        """Put a display into the document, every selection resolved."""
        path = ("displays", name)
        if not isinstance(entry.value, dict):
            document.put(path, entry.value, entry.origin)
            return
        written = with_sets(entry.value, self.lists, entry.origin)
        document.put(path, dict(written), entry.origin)
        own = {key: one for key, one in written.items() if key != "panels"}
        self.troubles += unfilled(own, entry.origin)
        if "analyses" in written:
            self._put(path, written["analyses"], entry.origin.below("analyses"), document)
        if isinstance(written.get("panels"), list):
            panels = [
                panel
                for position, one in enumerate(written["panels"])
                for panel in self._panels(one, entry.origin.below("panels", position))
            ]
            document.content["displays"][name]["panels"] = [dict(one.value) for one in panels]
            for position, panel in enumerate(panels):
                at = (*path, "panels", position)
                document.origins[at] = panel.origin
                named = panel.value.get("analyses", [])
                self._put(at, named, panel.origin.below("analyses"), document)

    def _put(
        self, path: tuple[str | int, ...], written: Any, origin: Origin, document: ExpandedDocument
    ) -> None:
        """Put the analyses of a display or panel into the document."""
        level: Any = document.content
        for part in path:
            level = level[part]
        if not isinstance(written, list):
            return
        chosen = [
            found
            for position, one in enumerate(written)
            for found in self.analyses(one, origin.below(position))
        ]
        level["analyses"] = [name for name, _ in chosen]
        for position, (_, at) in enumerate(chosen):
            document.origins[(*path, "analyses", position)] = at

    def analyses(self, written: Any, origin: Origin) -> list[Chosen]:
        """Return the analyses that one item of a list names; other names are told elsewhere."""
        if isinstance(written, str):
            family = self.families.get(written)
            if family is None:
                return [(written, origin)]
            return [(one.name, origin) for one in family.analyses]
        if not isinstance(written, dict) or "family" not in written:
            words = "names an analysis or a family, or says {family: …} and which members of it"
            self.troubles.append(origin.message(words))
            return []
        name = str(written["family"])
        if name not in self.families:
            words = unknown(name, self.families, "family")
            self.troubles.append(origin.below("family").message(words))
            return []
        return self._part(written, self.families[name], origin)

    def _part(
        self, written: dict[str, Any], family: ExpandedFamily, origin: Origin
    ) -> list[Chosen]:
        """Return the members of a family that a selection names, in the family's order."""
        if not family.analyses:  # told where the family is written
            return []
        told = len(self.troubles)
        named = {k: one for k, one in written.items() if k not in ("family", "do", "except")}
        excepted = written.get("except", {})
        do = written.get("do", list(family.steps) or [""])
        steps = self._steps(do, family, origin.below("do"))
        for some, at in ((named, origin), (excepted, origin.below("except"))):
            self.troubles += misnamed(some, family.each, self.lists, at)
        chosen = [
            (one.name, origin)
            for one in family.analyses
            if one.step in steps
            and (not named or matches(named, one.members, self.lists, origin))
            and not matches(excepted, one.members, self.lists, origin.below("except"))
        ]
        if not chosen and len(self.troubles) == told:
            self.troubles.append(origin.message("no analysis of the family is meant by this"))
        return chosen

    def _steps(self, written: Any, family: ExpandedFamily, origin: Origin) -> Collection[str]:
        steps = [written] if isinstance(written, str) else list(written)
        self.troubles += [
            origin.message(unknown(one, family.steps, "step of the family"))
            for one in steps
            if one and one not in family.steps
        ]
        return steps

    def _panels(self, written: Any, origin: Origin) -> list[Entry]:
        """Return a panel, or one for each member of its `each`."""
        if not isinstance(written, dict):
            return [Entry(written, origin)]
        each = {
            key: self.lists.members(one, origin.below("each", key))
            for key, one in written.get("each", {}).items()
        }
        content = {key: one for key, one in written.items() if key not in ("each", "words")}
        label = with_words(self.label, written.get("words", {}))
        panels = []
        for members in itertools.product(*each.values()):
            filler = Filler(dict(zip(each, members, strict=True)), label)
            panels.append(Entry(filler.fill(content), origin))
            self.troubles += [
                origin.message(unknown(one, each, "member of each")) for one in filler.unknown
            ]
        if not panels:
            self.troubles.append(origin.message("this panel has no member"))
        return panels
