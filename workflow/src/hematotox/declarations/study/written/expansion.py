"""From what is written, and what is taken over, to the plan with every family expanded."""

from __future__ import annotations

from dataclasses import dataclass

from hematotox.declarations.origins import Entry, ExpandedDocument
from hematotox.declarations.study.written.families import expand_family, with_sets
from hematotox.declarations.study.written.inheritance import Merged
from hematotox.declarations.study.written.named_lists import NamedLists
from hematotox.declarations.study.written.placeholders import Label, unfilled
from hematotox.declarations.study.written.selections import Selector
from hematotox.declarations.study.written.written_study import is_family


@dataclass(frozen=True)
class Expansion:
    """A plan's content, where each part of it is written, and what is wrong with its families."""

    document: ExpandedDocument
    troubles: list[str]


def expand(merged: Merged, *, label: Label) -> Expansion:
    """Expand every family and every selection of a plan.

    Parameters
    ----------
    merged : the study with all that it takes over
    label : words of a score, an endpoint or a covariate
    """
    document, troubles = ExpandedDocument(), list(merged.troubles)
    document.origins[()] = merged.whole
    lists = NamedLists(merged.collections["sets"], merged.keys)
    for key, entry in merged.keys.items():
        document.put((key,), entry.value, entry.origin)
    for kind in ("analyses", "displays"):
        if kind in merged.said:
            document.put((kind,), {}, merged.said[kind])
    for kind in ("covariates", "linear_predictors"):
        for name, entry in merged.collections[kind].items():
            document.put((kind, name), entry.value, entry.origin)
    families = {}
    for name, entry in merged.collections["analyses"].items():
        if is_family(entry.value):
            families[name] = expand_family(name, entry, lists, label=label)
            troubles += families[name].troubles
            for one in families[name].analyses:
                document.put(("analyses", one.name), one.content, one.origin)
                for key, origin in one.parts.items():
                    document.origins[("analyses", one.name, key)] = origin
        else:
            document.put(("analyses", name), _single(entry, lists), entry.origin)
            troubles += unfilled(entry.value, entry.origin)
    selector = Selector(families, lists, label, troubles)
    for name, entry in merged.collections["displays"].items():
        selector.put_display(name, entry, document)
    troubles += [
        entry.origin.message("nothing in the plan names this set") for entry in lists.unused()
    ]
    if merged.unanswered:  # what else is wrong follows from it
        troubles = [*merged.troubles, *merged.unanswered]
    return Expansion(document, list(dict.fromkeys(troubles)))


def _single(entry: Entry, lists: NamedLists) -> object:
    if not isinstance(entry.value, dict):
        return entry.value
    return with_sets(entry.value, lists, entry.origin)
