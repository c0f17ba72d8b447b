"""Whether analyses of sensitivity and determinability name what exists and can be varied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hematotox.declarations.endpoints import Endpoints, Graded
from hematotox.declarations.score import MissingPolicy
from hematotox.declarations.study.methods.determinability import Determinability
from hematotox.declarations.study.methods.proportional_odds import ProportionalOdds
from hematotox.declarations.study.methods.sensitivity import Policy, Sensitivity
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Trouble, unknown

POLICIES: dict[MissingPolicy, Policy] = {
    "no_score": "complete_case",
    "lowest": "lowest",
    "highest": "highest",
    "determinable": "determinable",
}
"""What a score does with missing items, as a policy of the analysis."""


def sensitivity_troubles(study: Study, endpoints: Endpoints, named: Named) -> Iterator[Trouble]:
    """Yield what is wrong with these analyses: the key in the study's file, and the words."""
    for name, analysis in study.analyses.items():
        if isinstance(analysis, Sensitivity):
            found = _sensitivity(study, analysis, endpoints, named)
        elif isinstance(analysis, Determinability):
            found = _determinability(study, analysis, named)
        elif isinstance(analysis, ProportionalOdds):
            found = _primary_grade(study, endpoints.endpoints.get(analysis.endpoint), named)
        else:
            continue
        for path, words in found:
            yield ("analyses", name, *path), words


def _sensitivity(
    study: Study, analysis: Sensitivity, endpoints: Endpoints, named: Named
) -> Iterator[Trouble]:
    endpoint: Any = endpoints.endpoints.get(analysis.endpoint)
    if analysis.score not in study.scores:
        yield ("score",), unknown(analysis.score, study.scores, "score of this study")
    elif analysis.score in named.scores:
        score = named.scores[analysis.score]
        for position, window in enumerate(analysis.windows):
            if window not in score.variants:
                yield ("windows", position), unknown(window, score.variants, "variant of the score")
        own = POLICIES[study.missing.scores.get(analysis.score, score.missing)]
        if analysis.policies[:1] != (own,):
            yield ("policies",), f"the study's own policy, {own}, must come first"
    if endpoint is None:
        return
    if not isinstance(endpoint, Graded) or endpoint.convention is not None:
        yield ("endpoint",), "must be a grade that the study's convention decides"
        return
    yield from _conventions(study, analysis.conventions, (endpoint.window,), named)


def _primary_grade(study: Study, endpoint: Any, named: Named) -> Iterator[Trouble]:
    if endpoint is None:
        return
    if not isinstance(endpoint, Graded) or endpoint.convention is not None:
        yield ("endpoint",), "must be a grade that the study's convention decides"
        return
    yield from _conventions(study, (), (endpoint.window,), named, only_primary=True)


def _determinability(study: Study, analysis: Determinability, named: Named) -> Iterator[Trouble]:
    for position, score in enumerate(analysis.scores):
        if score not in study.scores:
            yield ("scores", position), unknown(score, study.scores, "score of this study")
    if analysis.windows:
        yield from _conventions(study, analysis.conventions, analysis.windows, named)


def _conventions(
    study: Study,
    chosen: tuple[str, ...],
    windows: tuple[str, ...],
    named: Named,
    *,
    only_primary: bool = False,
) -> Iterator[Trouble]:
    """Yield conventions that the study does not have, or that do not grade a window."""
    declared = study.conventions
    known = () if declared is None else (declared.primary, *declared.sensitivity)
    if not known:
        yield (), "needs conventions: {primary: …, sensitivity: […]} of the study"
    for position, name in enumerate(chosen):
        if name not in known:
            yield ("conventions", position), unknown(name, known, "convention of this study")
    if chosen and chosen[:1] != known[:1]:
        yield (
            ("conventions",),
            f"the study's own convention, {' '.join(known[:1])}, must come first",
        )
    for name in chosen or (known[:1] if only_primary else known):
        for window in windows:
            if name in named.conventions and window not in named.conventions[name].windows:
                graded = ", ".join(named.conventions[name].windows)
                yield (), f"convention {name} has no window {window}; it has {graded}"
