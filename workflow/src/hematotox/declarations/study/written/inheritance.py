"""What a study says, and what it takes over from the one that it is `like`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hematotox.declarations.origins import Entry, Origin, Place, WrittenFile
from hematotox.declarations.study.written.written_study import (
    COLLECTIONS,
    OF_ONE_ANALYSIS,
    OF_ONE_STUDY,
    WAYS_IN,
    is_family,
)
from hematotox.declarations.trouble import unknown

PROSE = frozenset({"title", "caption", "label", "method", "kind"})
"""Keys that hold words or closed lists, not names of the study."""
HOLD_ANALYSES = frozenset({"analyses", "family", "of"})
"""Keys that hold names of analyses; a method, a step or an endpoint may be called like one."""
NEEDED_IN = {
    "analyses": ("analyses", "displays"),
    "displays": (),
    "covariates": ("analyses", "linear_predictors", "sets"),
    "linear_predictors": ("analyses",),
    "sets": ("analyses", "displays", "sets"),
}
"""Kind of an entry and the collections whose entries may name it."""


@dataclass
class Merged:
    """A study with all that it takes over, not yet expanded."""

    whole: Origin
    keys: dict[str, Entry] = field(default_factory=dict)
    collections: dict[str, dict[str, Entry]] = field(
        default_factory=lambda: {kind: {} for kind in COLLECTIONS}
    )
    said: dict[str, Origin] = field(default_factory=dict)
    """Which of the collections are written, if only as empty."""
    asked: dict[str, Origin] = field(default_factory=dict)
    """What templates ask for, and where they do."""
    unanswered: list[str] = field(default_factory=list)
    """What the study does not say although a template asks for it."""
    troubles: list[str] = field(default_factory=list)

    def says(self, name: str) -> bool:
        """Return whether something is there and not empty: a key, or an entry of this name."""
        named = [self.collections[kind] for kind in ("covariates", "linear_predictors", "sets")]
        found = [entries[name].value for entries in (self.keys, *named) if name in entries]
        return any(found) or (name in COLLECTIONS and bool(self.collections[name]))


def merge(lineage: Sequence[WrittenFile]) -> Merged:
    """Return a study with all that it takes over.

    Parameters
    ----------
    lineage : the study's file last, before it the one that it is like, and so on
    """
    merged = Merged(Origin(lineage[-1], ()))
    for position, file in enumerate(lineage):
        if position:
            merged = _passed_on(merged, file)
            _leave_out(merged, file)
        elif "leave_out" in file.content:
            words = "leaves out of what? This study is like no other"
            merged.troubles.append(Origin(file, ("leave_out",)).message(words))
        _say(merged, file)
    merged.unanswered = _unanswered(merged, lineage[-1])
    return merged


def _passed_on(merged: Merged, child: WrittenFile) -> Merged:
    """Return what a study takes over: nothing that belongs to one paper."""
    content = child.content
    place = Place(child.source, child.document.line(("like",)), f"like: {content['like']}")
    other_ways = WAYS_IN if any(way in content for way in WAYS_IN) else ()
    passed = Merged(
        merged.whole, said=dict(merged.said), asked=dict(merged.asked), troubles=merged.troubles
    )
    for key, entry in merged.keys.items():
        as_printed = key == "inference" and entry.value == "as_printed"
        if key not in OF_ONE_STUDY and key not in other_ways and not as_printed:
            passed.keys[key] = Entry(entry.value, entry.origin.passed_on(place))
    for kind, entries in merged.collections.items():
        passed.collections[kind] = {
            name: Entry(_without_the_paper(entry.value, kind), entry.origin.passed_on(place))
            for name, entry in entries.items()
            if not (kind == "displays" and _kind(entry.value) == "agreement_table")
        }
    return passed


def _kind(value: Any) -> str:
    return str(value.get("kind", "")) if isinstance(value, dict) else ""


def _without_the_paper(value: Any, kind: str) -> Any:
    """Return an analysis or family without what it says about one paper."""
    if kind != "analyses" or not isinstance(value, dict):
        return value
    bare = {key: part for key, part in value.items() if key not in OF_ONE_ANALYSIS}
    if is_family(bare):
        if "with" in bare:
            bare["with"] = _without_the_paper(bare["with"], kind)
        if "do" in bare:
            bare["do"] = {name: _without_the_paper(one, kind) for name, one in bare["do"].items()}
    return bare


def _leave_out(merged: Merged, file: WrittenFile) -> None:
    """Take out what a study leaves out; tell what still names it."""
    left_out = file.content.get("leave_out", {})
    gone: list[tuple[str, str, Origin]] = []
    for kind, names in left_out.items():
        for position, name in enumerate(names):
            origin = Origin(file, ("leave_out", kind, position))
            if name not in merged.collections[kind]:
                known = merged.collections[kind]
                of = f"{kind} of {file.content['like']}"
                merged.troubles.append(origin.message(unknown(name, known, f"entry in {of}")))
                continue
            del merged.collections[kind][name]
            gone.append((kind, name, origin))
    own = {kind: file.content.get(kind, {}) for kind in COLLECTIONS}
    for kind, name, origin in gone:
        needed_by = [
            f"{'.'.join(map(str, place.key))} ({place.place})"
            for where in NEEDED_IN[kind]
            for other, entry in merged.collections[where].items()
            if other not in own[where]
            for place in _naming(entry.value, name, entry.origin)
            if kind != "analyses" or _holds_analyses(place)
        ]
        if needed_by and name not in own[kind]:
            words = f'"{name}" is still needed by {", ".join(needed_by)}; leave these out too'
            merged.troubles.append(origin.message(words))


def _holds_analyses(place: Origin) -> bool:
    """Tell whether the nearest key of a place is one that names analyses."""
    keys = [part for part in place.key if isinstance(part, str)]
    return keys[-1] in HOLD_ANALYSES


def _naming(value: Any, name: str, origin: Origin) -> Iterator[Origin]:
    """Yield the places below a value that hold a name, or the name of a member of it."""
    if isinstance(value, str):
        if value == name or value.startswith(f"{name}."):
            yield origin
    elif isinstance(value, list):
        for position, one in enumerate(value):
            yield from _naming(one, name, origin.below(position))
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in PROSE:
                yield from _naming(one, name, origin.below(key))


def _say(merged: Merged, file: WrittenFile) -> None:
    """Put in what a study says itself."""
    for key, value in file.content.items():
        origin = Origin(file, (key,))
        if key in COLLECTIONS:
            merged.said.setdefault(key, origin)
            for name, one in value.items():
                _put(merged, key, name, Entry(one, origin.below(name)))
        elif key == "asks_for":
            asked = {name: origin.below(i) for i, name in enumerate(value)}
            merged.asked |= asked
        elif key not in ("like", "leave_out"):
            merged.keys[key] = Entry(value, origin)


def _put(merged: Merged, kind: str, name: str, entry: Entry) -> None:
    """Replace an entry where it stands, or add it at the end or after the one that it names."""
    entries = merged.collections[kind]
    value, after = entry.value, None
    if isinstance(value, dict) and kind in ("analyses", "displays"):
        after = value.get("after")
        value = {key: part for key, part in value.items() if key != "after"}
    if after is None:
        entries[name] = Entry(value, entry.origin)
        return
    others = {other: one for other, one in entries.items() if other != name}
    if after not in others:
        words = unknown(after, others, f"entry in {kind} above")
        merged.troubles.append(entry.origin.below("after").message(words))
    ordered: dict[str, Entry] = {}
    for other, one in others.items():
        ordered[other] = one
        if other == after:
            ordered[name] = Entry(value, entry.origin)
    ordered.setdefault(name, Entry(value, entry.origin))
    merged.collections[kind] = ordered


def _unanswered(merged: Merged, study: WrittenFile) -> list[str]:
    """Return a message for each thing that a template asks for and the study does not say."""
    if "like" not in study.content:
        return []
    like = Origin(study, ("like",))
    return [
        like.message(f"{study.content['like']} asks for {name} ({origin.place}); say {name}: here")
        for name, origin in merged.asked.items()
        if not merged.says(name)
    ]
