"""Whether the analyses that place a study among published validations name what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hematotox.declarations.study.analyses import FACTS
from hematotox.declarations.study.methods.registry import Registry
from hematotox.declarations.study.plan import PlannedVariable
from hematotox.declarations.study.registry import PublishedValidation, registry_analyses
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Trouble, unknown


def registry_troubles(
    study: Study,
    registry: Sequence[PublishedValidation],
    variables: Mapping[str, PlannedVariable],
) -> Iterator[Trouble]:
    """Yield what is wrong with a study's registry analyses: the key in its file, and the words.

    Parameters
    ----------
    study : the study
    registry : the published estimates
    variables : those that the study's analyses may name
    """
    for name, analysis in registry_analyses(study).items():
        for key, words in (
            *_troubles_of_analysis(study, name, variables),
            *_troubles_of_names(analysis, registry),
        ):
            yield ("analyses", name, *key), words


def _troubles_of_analysis(
    study: Study, name: str, variables: Mapping[str, PlannedVariable]
) -> Iterator[Trouble]:
    named = registry_analyses(study)[name].of
    of: Any = study.analyses.get(named)
    if of is None:
        yield ("of",), unknown(named, [n for n in study.analyses if n != name], "analysis")
        return
    if not of.facts.effects:
        listed = ", ".join(method for method, facts in FACTS.items() if facts.effects)
        yield ("of",), f"{named} is {of.method}; the registry has estimates of {listed}"
        return
    variable = variables.get(getattr(of, "exposure", None) or of.marker)
    if variable is not None and variable.type == "category" and len(variable.levels) != 2:
        yield ("of",), f"{named} compares {len(variable.levels)} groups; the registry compares two"


def _troubles_of_names(
    analysis: Registry, registry: Sequence[PublishedValidation]
) -> Iterator[Trouble]:
    of_score = [one for one in registry if one.score == analysis.score]
    if not of_score:
        known = {one.score for one in registry}
        yield ("score",), unknown(analysis.score, known, "score in the registry")
        return
    definitions = {one.endpoint_definition for one in of_score}
    if analysis.definition not in definitions:
        what = f"endpoint definition of {analysis.score} in the registry"
        yield ("definition",), unknown(analysis.definition, definitions, what)
    keys = {one.citation_key for one in registry}
    for position, key in enumerate(analysis.reproduces):
        if key not in keys:
            yield ("reproduces", position), unknown(key, keys, "citation key in the registry")
