"""Whether the curves of each panel can be told apart, as far as the plan knows their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hematotox.declarations.study.display_base import DisplayBase, crowded
from hematotox.declarations.study.plan import PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Key, Trouble


def crowding_troubles(
    study: Study,
    variables: Mapping[str, PlannedVariable],
    endpoints: Mapping[str, PlannedEndpoint],
) -> Iterator[Trouble]:
    """Yield panels with more curves than can be told apart: the key, and what to do.

    Levels that the data bring (centres, products) are counted when the figure is drawn.
    """
    for name, display in study.displays.items():
        if display.kind not in ("kaplan_meier", "cumulative_incidence", "roc"):
            continue
        key: Key = ("displays", name)
        parts = [((*key, "analyses"), display.analyses)]
        for i, panel in enumerate(getattr(display, "panels", ())):
            parts.append(((*key, "panels", i, "analyses"), panel.analyses))
        for path, names in parts:
            shown = [study.analyses[n] for n in names if n in study.analyses]
            shown = [one for one in shown if one.method in display.drawn]
            words = crowded(_groups(shown, variables), len(_causes(shown, display, endpoints)))
            if words:
                yield path, words


def _groups(shown: Sequence[Any], variables: Mapping[str, PlannedVariable]) -> int:
    exposures = [variables.get(getattr(one, "exposure", None) or "") for one in shown]
    return sum(max(len(found.levels), 1) if found is not None else 1 for found in exposures)


def _causes(
    shown: Sequence[Any], display: DisplayBase, endpoints: Mapping[str, PlannedEndpoint]
) -> set[str]:
    found = [endpoints[one.endpoint].causes for one in shown if one.endpoint in endpoints]
    wanted = getattr(display, "causes", ())
    if display.kind != "cumulative_incidence":
        return set()
    return {cause for causes in found for cause in causes if not wanted or cause in wanted}
