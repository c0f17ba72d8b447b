"""A family of analyses, and the members that it stands for."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args, get_origin

from hematotox.declarations.base import Declaration
from hematotox.declarations.origins import Entry, Origin
from hematotox.declarations.study.analyses import MODELS
from hematotox.declarations.study.displays import Display
from hematotox.declarations.study.written.named_lists import Member, NamedLists
from hematotox.declarations.study.written.placeholders import Filler, Label, with_words
from hematotox.declarations.trouble import unknown


@dataclass(frozen=True, slots=True)
class MemberAnalysis:
    """One analysis of a family."""

    name: str
    members: dict[str, Member]
    step: str
    content: dict[str, Any]
    origin: Origin
    parts: dict[str, Origin]
    """Keys of the analysis that are not written in the step, and where they are."""


@dataclass
class ExpandedFamily:
    """The analyses of a family, in their order."""

    each: dict[str, list[Member]]
    steps: tuple[str, ...]
    analyses: list[MemberAnalysis] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def keys_of(content: Mapping[str, Any]) -> dict[str, bool]:
    """Return the keys of a method or kind of display; true for those that take a list."""
    tag = "method" if "method" in content else "kind"
    return _keys().get((tag, str(content.get(tag, ""))), {})


@cache
def _keys() -> dict[tuple[str, str], dict[str, bool]]:
    models: dict[tuple[str, str], type[Declaration]] = {
        **{("method", method): model for method, model in MODELS.items()},
        **{
            ("kind", kind): model
            for model in get_args(Display)
            for kind in get_args(model.model_fields["kind"].annotation)
        },
    }
    return {
        word: {
            info.alias or name: _is_list(info.annotation)
            for name, info in model.model_fields.items()
        }
        for word, model in models.items()
    }


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) is tuple:
        return get_args(annotation)[-1] is Ellipsis
    return any(_is_list(one) for one in get_args(annotation))


def expand_family(name: str, entry: Entry, lists: NamedLists, *, label: Label) -> ExpandedFamily:
    """Return the analyses that a family stands for.

    Parameters
    ----------
    name : of the family
    entry : what is written, with `each`, perhaps `with`, and `do`
    lists : sets and lists of the study
    label : words of a score, an endpoint or a covariate
    """
    written, origin = entry.value, entry.origin
    each = {
        key: lists.members(one, origin.below("each", key))
        for key, one in written.get("each", {}).items()
    }
    steps = _steps(written, origin)
    twice = [
        one.origin.message(f'"{one.name}" is named twice in each: {key}')
        for key, members in each.items()
        for position, one in enumerate(members)
        if one.name in [earlier.name for earlier in members[:position]]
    ]
    twice += [
        one.origin.message(f'"{one.name}" is also the value of another member of each: {key}')
        for key, members in each.items()
        for one in members
        if one.name in [other.value for other in members if other.name != one.name]
    ]
    named = tuple(name for name, _, _ in steps if name)
    family = ExpandedFamily(each=each, steps=named, troubles=twice)
    shared, used = written.get("with", {}), set[str]()
    words = with_words(label, written.get("words", {}))
    for members in itertools.product(*each.values()):
        chosen = dict(zip(each, members, strict=True))
        for step, content, at in steps:
            excepted = content.get("except", {})
            family.troubles += misnamed(excepted, each, lists, at.below("except"))
            if matches(excepted, chosen, lists, at.below("except")):
                continue
            made = _make(content, shared, chosen, origin)
            filler = Filler(chosen, words)
            filled = with_sets(filler.fill(made.content), lists, at)
            used |= filler.used | set(made.given)
            family.troubles += [
                at.message(unknown(one, each, "member of each")) for one in filler.unknown
            ]
            parts = [name, *(one.name for one in chosen.values()), *([step] if step else [])]
            family.analyses.append(
                MemberAnalysis(".".join(parts), chosen, step, filled, at, made.parts)
            )
    family.troubles += _idle(family, entry, used)
    family.troubles = list(dict.fromkeys(family.troubles))
    return family


def _steps(written: Mapping[str, Any], origin: Origin) -> list[tuple[str, dict[str, Any], Origin]]:
    """Return name, content and place of each step; the only step of a family has no name."""
    if "do" in written:
        method = {key: one for key, one in written.get("with", {}).items() if key == "method"}
        steps = {name: {**method, **one} for name, one in written["do"].items()}
        return [(name, one, origin.below("do", name)) for name, one in steps.items()]
    only = {key: one for key, one in written.items() if key not in ("each", "words", "with")}
    return [("", only, origin)]


@dataclass(frozen=True, slots=True)
class _Made:
    content: dict[str, Any]
    parts: dict[str, Origin]
    given: tuple[str, ...]
    """Members that the method was given because it has a key of their name."""


def _make(
    content: Mapping[str, Any],
    shared: Mapping[str, Any],
    chosen: Mapping[str, Member],
    origin: Origin,
) -> _Made:
    """Return a step with what `each` and `with` give it; what it says itself comes first."""
    known = keys_of(content)
    own = {key: value for key, value in content.items() if key != "except"}
    shares = {key: value for key, value in shared.items() if key in known and key not in own}
    given = {
        key: one
        for key, one in chosen.items()
        if key in known and key not in own and key not in shares
    }
    parts = {key: origin.below("with", key) for key in shares}
    parts |= {key: one.origin for key, one in given.items()}
    values = {key: one.value for key, one in given.items()}
    return _Made({**own, **shares, **values}, parts, tuple(given))


def matches(
    written: Mapping[str, Any], chosen: Mapping[str, Member], lists: NamedLists, origin: Origin
) -> bool:
    """Return whether a member is among those that `except` or a selection names."""
    return bool(written) and all(
        key in chosen and _is_among(chosen[key], lists.members(named, origin.below(key)))
        for key, named in written.items()
    )


def _is_among(member: Member, named: list[Member]) -> bool:
    return any(one.value in (member.value, member.name) for one in named)


def misnamed(
    written: Mapping[str, Any],
    each: Mapping[str, list[Member]],
    lists: NamedLists,
    origin: Origin,
) -> list[str]:
    """Return what `except` or a selection names and the family does not have.

    In what is taken over, a member that this study does not have is simply not there.
    """
    found = []
    for key, named in written.items():
        if key not in each:
            found.append(origin.below(key).message(unknown(key, each, "key of each")))
            continue
        known = {one.value for one in each[key]} | {one.name for one in each[key]}
        found += [
            one.origin.message(unknown(one.value, known, f"{key} here"))
            for one in lists.members(named, origin.below(key))
            if one.value not in known and origin.is_own
        ]
    return found


def _idle(family: ExpandedFamily, entry: Entry, used: set[str]) -> list[str]:
    """Return a message where a family stands for nothing, or says what none of its steps takes."""
    if not family.analyses:
        return [entry.origin.message("this family has no member")]
    written = entry.value
    idle = [entry.origin.below("each", key) for key in family.each if key not in used]
    keys = [keys_of(step) for _, step, _ in _steps(written, entry.origin)]
    if not all(keys):
        return []  # a method that does not exist is told when the analysis is typed
    known = {key for one in keys for key in one}
    idle += [entry.origin.below("with", key) for key in written.get("with", {}) if key not in known]
    return [
        one.message("no step of the family has a key of this name or {" + f"{one.key[-1]}" + "}")
        for one in idle
    ]


def with_sets(content: dict[str, Any], lists: NamedLists, origin: Origin) -> dict[str, Any]:
    """Return an analysis or display with lists in the place of the names of sets."""
    known = keys_of(content)
    return {
        key: lists.values(value, origin.below(key))
        if isinstance(value, str) and known.get(key) and lists.has(value)
        else value
        for key, value in content.items()
    }
