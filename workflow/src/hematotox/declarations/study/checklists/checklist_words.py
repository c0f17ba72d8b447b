"""Where the displays of a study may answer the items of a checklist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hematotox.declarations.study.analysis_base import AnalysisBase
from hematotox.declarations.study.checklists.checklist import Answer, Checklist, Item
from hematotox.declarations.study.display_base import DisplayBase
from hematotox.declarations.study.study import Study
from hematotox.declarations.study.words import AskedItem, ChecklistWords, Place


def checklist_words(study: Study, checklists: Mapping[str, Checklist]) -> dict[str, ChecklistWords]:
    """Return the checklists that a study's displays show, with the places that may answer.

    Whether a display has a number to show is known only from the estimates.
    """
    return {
        name: ChecklistWords(
            name=one.name,
            notes=tuple(text for text in (one.note, f"{one.name}: {one.citation}") if text),
            items=tuple(_asked(item, study) for item in one.items),
        )
        for name, one in checklists.items()
        if name in study.checklists
    }


def _asked(item: Item, study: Study) -> AskedItem:
    return AskedItem(
        item=item.item,
        section=item.section,
        asks=item.asks,
        author=item.author,
        can_be_answered=bool(item.answered),
        places=tuple(place for one in item.answered for place in _places(one, study)),
    )


def _places(answer: Answer, study: Study) -> Iterator[Place]:
    """Yield where an answer may stand in this study; nothing where a key of it is not set."""
    if not all(_is_set(getattr(study, key)) for key in answer.keys):
        return
    found = {name: _needed(answer, one, study) for name, one in study.displays.items()}
    needed = {name: one for name, one in found.items() if one is not None}
    if answer.part is None:
        for name, analyses in needed.items():
            yield Place(display=name, needs=(analyses,))
    elif not answer.asks_for_displays:
        yield Place(part=answer.part)
    elif needed:
        yield Place(part=answer.part, needs=tuple(needed.values()))


def _needed(answer: Answer, display: DisplayBase, study: Study) -> tuple[str, ...] | None:
    """Return the analyses of which the display must show a number to answer, or that it cannot.

    Without any it is a display of where the patients went.
    """
    if answer.kinds and display.kind not in answer.kinds:
        return None
    panels = getattr(display, "panels", ())
    names = (*display.analyses, *(name for panel in panels for name in panel.analyses))
    if display.kind == "flow" and answer.kinds and not answer.methods and not answer.having:
        return ()
    fitting = [name for name in names if _fits(answer, display, study.analyses[name])]
    return tuple(dict.fromkeys(fitting)) or None


def _fits(answer: Answer, display: DisplayBase, analysis: AnalysisBase) -> bool:
    """Return whether an analysis answers; one of a part of the patients does not."""
    key = answer.having
    had = key is None or any(_is_set(getattr(one, key, None)) for one in (analysis, display))
    return had and not analysis.within and (not answer.methods or analysis.method in answer.methods)


def _is_set(value: object) -> bool:
    return bool(value) and value != "none"
