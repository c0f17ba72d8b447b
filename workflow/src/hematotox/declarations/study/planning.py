"""A study with every name resolved: plan of the cohort, plan of the analyses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoint, Endpoints, Occurs, OfGrade
from hematotox.declarations.known_from import KnownFrom
from hematotox.declarations.run import RunSettings
from hematotox.declarations.score import Score
from hematotox.declarations.study.analyses import FACTS
from hematotox.declarations.study.analysis_base import variable_fields
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.cohort_table import ColumnCovariate, ColumnEndpoint
from hematotox.declarations.study.derived_variables import (
    details_of,
    endpoints_in,
    graded_window,
    items_of_scores,
    known_from,
    known_score,
    numbers_of_endpoints,
)
from hematotox.declarations.study.missing_values import MissingValues
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.plan import Plan, PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.published import Tolerances
from hematotox.declarations.study.released import Released
from hematotox.declarations.study.study import Covariate, Study

YES_NO = {"no": "no", "yes": "yes"}


def endpoints_of(study: Study) -> tuple[str, ...]:
    """Return every endpoint that a study names or its analyses use, in alphabetical order."""
    predictors = study.linear_predictors.values()
    used = {*study.endpoints}
    variables = [name for predictor in predictors for name in predictor.covariates]
    for analysis in study.analyses.values():
        used |= {getattr(analysis, "endpoint", None) or "", *getattr(analysis, "endpoints", ())}
        variables += [name for _, name in variable_fields(analysis)]
    return tuple(sorted((used | endpoints_in(variables)) - {""}))


def scores_of(study: Study, scores: Mapping[str, Score]) -> dict[str, Score]:
    """Return the scores of a study, with its own timing and policy for missing items."""
    chosen = {}
    for name in study.scores:
        score = scores[name]
        chosen[name] = score.model_copy(
            update={
                "timing": study.timing.get(name, score.timing),
                "missing": study.missing.scores.get(name, score.missing),
            }
        )
    return chosen


def cohort_plan(
    study: Study, dictionary: Dictionary, endpoints: Endpoints, named: Named
) -> CohortPlan:
    """Return what the cohort of a study is built from, and nothing that it does not depend on."""
    used = endpoints_of(study)
    bare = study.model_copy(
        update={
            "analyses": {},
            "displays": {},
            "endpoints": used if study.centres else (),
            "title": study.id,
            "citation": "",
            "published": None,
            "agreement": Tolerances(),
            "release": Released(),
            "missing": MissingValues(),
            "linear_predictors": {},
            "inference": None,
            "primary": None,
            "secondary": None,
            "registered": None,
        }
    )
    # an endpoint of a table is a column of it, whatever is declared under the same name
    declared = endpoints.endpoints if study.table is None else {}
    kept = {name: declared[name] for name in used if name in declared}
    return CohortPlan(
        study=bare,
        dictionary=dictionary,
        endpoints=endpoints.model_copy(update={"endpoints": kept}),
        scores=scores_of(study, named.scores),
        conventions={n: named.conventions[n] for n in needed_conventions(study, endpoints)},
    )


def analysis_plan(
    study: Study,
    dictionary: Dictionary,
    endpoints: Endpoints,
    named: Named,
    settings: RunSettings,
) -> Plan:
    """Return the analyses of a study with its variables and endpoints."""
    random = {name: getattr(settings, name) for name in drawn_settings(study)}
    return Plan(
        study=study.id,
        analyses=study.analyses,
        variables=planned_variables(study, dictionary, endpoints, named),
        endpoints=planned_endpoints(study, endpoints, named),
        linear_predictors=study.linear_predictors,
        provisional_scores=provisional_scores(study, named),
        conventions=conventions_of(study),
        planned=study.planned,
        inference=study.limits_by,
        **random,
    )


def drawn_settings(study: Study) -> list[str]:
    """Return the settings of the run from which the analyses of a study draw random numbers."""
    methods = {analysis.method for analysis in study.analyses.values()}
    return sorted({name for method in methods for name in FACTS[method].draws})


def conventions_of(study: Study) -> tuple[str, ...]:
    """Return the conventions of a study: the primary one, then those beside it."""
    if study.conventions is None:
        return ()
    return tuple(dict.fromkeys((study.conventions.primary, *study.conventions.sensitivity)))


def needed_conventions(study: Study, endpoints: Endpoints) -> tuple[str, ...]:
    """Return the conventions that a study or its endpoints name, in alphabetical order."""
    graded_by = conventions_named(endpoints, endpoints_of(study)) if study.centres else ()
    return tuple(sorted({*graded_by, *conventions_of(study)}))


def provisional_scores(study: Study, named: Named) -> tuple[str, ...]:
    """Return the scores of a study whose numbers are unverified."""
    return tuple(name for name in study.scores if named.scores[name].status == "provisional")


def planned_variables(
    study: Study, dictionary: Dictionary, endpoints: Endpoints, named: Named
) -> dict[str, PlannedVariable]:
    """Return every variable that an analysis of the study may name."""
    variables = {"centre": PlannedVariable(type="category")}
    if study.table is not None:
        for name, column in study.table.covariates.items():
            variables[name] = _planned_column(column)
    else:
        for name, variable in dictionary.of_kind("subject").items():
            kind: Literal["category", "number"] = (
                "category" if variable.type == "category" else "number"
            )
            if variable.type != "date":
                variables[name] = PlannedVariable(
                    type=kind, levels=tuple(variable.levels or {}), known=variable.known_from
                )
        for name, covariate in study.covariates.items():
            variables[name] = _planned_covariate(covariate, variables)
    scores = scores_of(study, named.scores)
    for name, score in scores.items():
        known, groups = known_score(score, dictionary), tuple(score.groups)
        yes_no = PlannedVariable(type="category", levels=tuple(YES_NO), known=known)
        variables[f"{name}.known"] = yes_no
        variables[f"{name}.points"] = PlannedVariable(type="number", score=name, known=known)
        if groups:
            of_score = {"levels": groups, "score": name}
            variables[f"{name}.group"] = yes_no.model_copy(update=of_score)
    for name, when in _known_of_endpoints(study, endpoints, named).items():
        variables[f"{name}.status"] = PlannedVariable(
            type="category", levels=tuple(YES_NO), known=when
        )
    if study.table is None:
        variables |= numbers_of_endpoints(
            endpoints_of(study), endpoints, conventions=named.conventions, primary=primary_of(study)
        )
        variables |= items_of_scores(scores, dictionary)
        variables |= _details(study, dictionary, endpoints)
    return variables


def _details(
    study: Study, dictionary: Dictionary, endpoints: Endpoints
) -> dict[str, PlannedVariable]:
    """Return what the records of the events of a study tell beside them, as variables."""
    declared = {name: endpoints.endpoints.get(name) for name in endpoints_of(study)}
    found = {n: details_of(one, endpoints, dictionary) for n, one in declared.items() if one}
    return {
        f"{name}.detail": PlannedVariable(
            type="category", levels=tuple(levels), known=KnownFrom(day=None)
        )
        for name, levels in found.items()
        if levels
    }


def primary_of(study: Study) -> str:
    """Return the primary convention of a study, empty without one."""
    return study.conventions.primary if study.conventions else ""


def _known_of_endpoints(study: Study, endpoints: Endpoints, named: Named) -> dict[str, KnownFrom]:
    """Return when the status of each endpoint of a study is known of every patient."""
    if study.table is not None:
        columns = study.table.endpoints.items()
        return {name: KnownFrom(day=column.known_from_day) for name, column in columns}
    declared = {name: endpoints.endpoints.get(name) for name in endpoints_of(study)}
    return {
        name: known_from(endpoint, named.conventions, primary=primary_of(study))
        for name, endpoint in declared.items()
        if endpoint
    }


def _planned_column(column: ColumnCovariate) -> PlannedVariable:
    known = KnownFrom(day=column.known_from_day) if column.known_from_day else None
    if column.values is None:
        return PlannedVariable(type="number", known=known)
    return PlannedVariable(type="category", levels=tuple(column.values.values()), known=known)


def _planned_covariate(
    covariate: Covariate, variables: dict[str, PlannedVariable]
) -> PlannedVariable:
    source = variables.get(covariate.variable)
    known = source.known if source is not None else None
    if covariate.at_least is not None or covariate.yes is not None:
        return PlannedVariable(type="category", levels=tuple(YES_NO), known=known)
    if covariate.bands is not None:
        return PlannedVariable(type="category", levels=tuple(covariate.bands), known=known)
    of = source or PlannedVariable(type="category")  # that there is none is told elsewhere
    if covariate.levels is None:
        return of
    counted = {level for levels in covariate.merged.values() for level in levels}
    return PlannedVariable(
        type="category",
        levels=tuple(covariate.merged),
        further=tuple(level for level in of.levels if level not in counted),
        known=known,
    )


def planned_endpoints(
    study: Study, endpoints: Endpoints, named: Named
) -> dict[str, PlannedEndpoint]:
    """Return the endpoints of a study: its table's columns, or the declared ones it uses."""
    if study.table is not None:
        return {
            name: PlannedEndpoint(
                type="binary" if column.time is None else "time_to_event",
                causes=causes_of(column),
            )
            for name, column in study.table.endpoints.items()
        }
    declared = {name: endpoints.endpoints.get(name) for name in endpoints_of(study)}
    primary = primary_of(study)
    return {
        name: _planned_endpoint(endpoint, named.conventions, primary=primary)
        for name, endpoint in declared.items()
        if endpoint
    }


def _planned_endpoint(
    endpoint: Endpoint, conventions: Mapping[str, Convention], *, primary: str
) -> PlannedEndpoint:
    planned = PlannedEndpoint(
        type=endpoint.type, causes=tuple(endpoint.causes), origin=endpoint.origin
    )
    days = getattr(endpoint, "days", None)
    if not isinstance(endpoint, OfGrade):
        first = {"first_day": days[0]} if days and isinstance(endpoint, Occurs) else {}
        return planned.model_copy(update={"days": days, **first})
    window = graded_window(endpoint, conventions, primary=primary)
    return planned.model_copy(
        update={
            "window": endpoint.window,
            "at_least": endpoint.at_least,
            "first_day": window.days[0] if window is not None else 0,
            "days": window.days if window is not None and endpoint.type == "binary" else None,
        }
    )


def causes_of(column: ColumnEndpoint) -> tuple[str, ...]:
    """Return the names of status 1, 2, ... of an analysis-ready table's endpoint."""
    if column.causes:
        return column.causes
    fixed = ["event"]
    return tuple(fixed + (["competing"] if "competing" in column.values.values() else []))


def conventions_named(endpoints: Endpoints, names: Iterable[str]) -> tuple[str, ...]:
    """Return the conventions that some endpoints name, in alphabetical order."""
    used = [endpoints.endpoints[name] for name in names if name in endpoints.endpoints]
    return tuple(sorted({e.convention for e in used if isinstance(e, OfGrade) and e.convention}))
