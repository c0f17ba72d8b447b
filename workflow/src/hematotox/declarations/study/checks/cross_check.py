"""Whether everything that a study names exists: scores, endpoints, variables, analyses."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.study.analysis_base import variable_fields
from hematotox.declarations.study.checks.crowding import crowding_troubles
from hematotox.declarations.study.checks.grading_check import grading_troubles
from hematotox.declarations.study.checks.level_check import level_troubles
from hematotox.declarations.study.checks.missing_check import missing_troubles
from hematotox.declarations.study.checks.planned_test_check import planned_test_troubles
from hematotox.declarations.study.checks.sensitivity_check import sensitivity_troubles
from hematotox.declarations.study.checks.suitability import suitability_troubles
from hematotox.declarations.study.immortal_time import immortal_time_troubles
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.planning import planned_endpoints, planned_variables
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Key, Trouble, unknown


def study_troubles(
    study: Study, dictionary: Dictionary, endpoints: Endpoints, named: Named
) -> Iterator[Trouble]:
    """Yield what is wrong with a study's names: the key in its file, and the words."""
    known_endpoints = study.table.endpoints if study.table is not None else endpoints.endpoints
    yield from _endpoint_troubles(study, known_endpoints)
    yield from _score_troubles(study, named)
    yield from _population_troubles(study, dictionary)
    yield from _display_troubles(study)
    for name in study.release.analyses:
        if name not in study.analyses:
            yield ("release", "analyses", name), unknown(name, study.analyses, "analysis")
    variables = planned_variables(study, dictionary, endpoints, named)
    yield from planned_test_troubles(study, variables)
    yield from _variable_troubles(study, variables)
    yield from _linear_predictor_troubles(study, variables)
    planned = planned_endpoints(study, endpoints, named)
    yield from immortal_time_troubles(study, variables, planned)
    yield from _counts_troubles(study)
    yield from suitability_troubles(study, variables, planned)
    yield from sensitivity_troubles(study, endpoints, named)
    yield from missing_troubles(study, variables, known_endpoints)
    yield from crowding_troubles(study, variables, planned)
    yield from grading_troubles(study, endpoints, named.conventions)


def _endpoint_troubles(study: Study, known: Collection[str]) -> Iterator[Trouble]:
    for position, name in enumerate(study.endpoints):
        if name not in known:
            yield ("endpoints", position), unknown(name, known, "endpoint")
    for name, analysis in study.analyses.items():
        endpoint = getattr(analysis, "endpoint", None)
        if endpoint is not None and endpoint not in known:
            yield ("analyses", name, "endpoint"), unknown(endpoint, known, "endpoint")


def _score_troubles(study: Study, named: Named) -> Iterator[Trouble]:
    for name in study.scores:
        score = named.scores.get(name)
        if score and score.status == "provisional" and name not in study.accept_provisional:
            yield (
                ("scores",),
                f'"{name}" is provisional ({"; ".join(score.unverified)}); a study that uses it '
                f"says so with accept_provisional: [{name}]",
            )
    own: tuple[tuple[tuple[str, ...], Collection[str]], ...] = (
        (("timing",), study.timing),
        (("missing", "scores"), study.missing.scores),
    )
    for path, names in own:
        for name in names:
            if name not in study.scores:
                yield (*path, name), unknown(name, study.scores, "score of this study")
    for name, analysis in study.analyses.items():
        if analysis.population not in ("all", *study.scores):
            words = unknown(analysis.population, ("all", *study.scores), "population")
            yield ("analyses", name, "population"), words


def _population_troubles(study: Study, dictionary: Dictionary) -> Iterator[Trouble]:
    if study.table is not None:
        known: Collection[str] = {*study.table.covariates, "centre"}
        for name in study.covariates:
            if name in known:
                words = "is a column of the table, whose covariates stand in cohort: covariates"
                yield ("covariates", name), words
    else:
        known = {*dictionary.of_kind("subject"), "centre"}
        for name, covariate in study.covariates.items():
            if covariate.variable not in known:
                words = unknown(covariate.variable, known, "variable of the dictionary")
                yield ("covariates", name, "variable"), words
    for position, criterion in enumerate(study.population):
        key = "include" if criterion.include else "exclude"
        variable = criterion.condition.variable
        if variable not in known:
            yield ("population", position, key, "variable"), unknown(variable, known, "variable")
    if study.table is None:
        yield from level_troubles(study, dictionary)


def _display_troubles(study: Study) -> Iterator[Trouble]:
    for name, display in study.displays.items():
        panels = getattr(display, "panels", ())
        named: list[Trouble] = [
            (("displays", name, "analyses", i), a) for i, a in enumerate(display.analyses)
        ]
        for j, panel in enumerate(panels):
            for i, analysis in enumerate(panel.analyses):
                named.append((("displays", name, "panels", j, "analyses", i), analysis))
        for path, analysis in named:
            if analysis not in study.analyses:
                yield path, unknown(analysis, study.analyses, "analysis")
                continue
            method = study.analyses[analysis].method
            if display.methods and method not in display.methods:
                fitting = ", ".join(sorted(display.methods))
                yield path, f"{display.kind} shows analyses of {fitting}; this one is {method}"
        if display.shows == "agreement" and study.published is None:
            yield ("displays", name, "kind"), "needs published: the file of the paper's numbers"
        yield from _undrawn(study, name)


def _undrawn(study: Study, name: str) -> Iterator[Trouble]:
    """Yield the displays, or their panels, that name nothing to show or the same thing twice."""
    display = study.displays[name]
    panels = getattr(display, "panels", ())
    whole: list[tuple[Key, tuple[str, ...]]] = [((), display.analyses)]
    for key, analyses in [(("panels", i), one.analyses) for i, one in enumerate(panels)] or whole:
        methods = {study.analyses[one].method for one in analyses if one in study.analyses}
        exist = all(one in study.analyses for one in analyses)
        shown = display.drawn or display.methods
        if shown and exist and not methods & shown:
            listed = " or ".join(sorted(shown))
            verb = "draws" if display.drawn else "shows"
            yield ("displays", name, *key), f"{verb} nothing: it names no analysis of {listed}"
        for i, one in enumerate(analyses):
            if one in analyses[:i]:
                yield ("displays", name, *key, "analyses", i), f"{one} is shown here already"


def _variable_troubles(study: Study, variables: Collection[str]) -> Iterator[Trouble]:
    for name, analysis in study.analyses.items():
        before: set[Key] = set()
        for path, value in variable_fields(analysis):
            if value not in variables:
                yield ("analyses", name, *path), unknown(value, variables, "variable")
            if len(path) == 2 and (path[0], value) in before:
                yield ("analyses", name, *path), f"{value} is named here already"
            before.add((path[0], value))


def _linear_predictor_troubles(study: Study, variables: Collection[str]) -> Iterator[Trouble]:
    for name, predictor in study.linear_predictors.items():
        for position, value in enumerate(predictor.covariates):
            if value not in variables:
                path = ("linear_predictors", name, "covariates", position)
                yield path, unknown(value, variables, "variable")
    for name, analysis in study.analyses.items():
        adjust = getattr(analysis, "adjust", None)
        if adjust and adjust not in study.linear_predictors:
            words = unknown(adjust, study.linear_predictors, "linear predictor")
            yield ("analyses", name, "adjust"), words


def _counts_troubles(study: Study) -> Iterator[Trouble]:
    """Yield analyses that would relate endpoints counted apart to each other."""
    if study.counts is None:
        return
    allowed = (study.counts.exposure, "centre")
    for name, analysis in study.analyses.items():
        for path, value in variable_fields(analysis):
            is_endpoint = value.endswith(".status") and path[0] == "variables"
            if value not in allowed and not is_endpoint:
                yield (
                    ("analyses", name, *path),
                    f'counts do not say how "{value}" is distributed within patients; a study of '
                    f"counts has only {' and '.join(allowed)}",
                )
