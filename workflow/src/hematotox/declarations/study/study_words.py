"""How a study's variables, endpoints, scores, conventions and levels are called in print."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.study.checklists.checklist_words import checklist_words
from hematotox.declarations.study.derived_variables import derived_words
from hematotox.declarations.study.methods.performance.net_benefit import NetBenefit
from hematotox.declarations.study.missing_planning import imputes
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.planning import (
    YES_NO,
    causes_of,
    conventions_of,
    endpoints_of,
    provisional_scores,
    scores_of,
)
from hematotox.declarations.study.study import AnyAnalysis, Covariate, Study
from hematotox.declarations.study.vocabulary import INFUSED
from hematotox.declarations.study.window_words import window_words
from hematotox.declarations.study.words import EndpointWords, VariableWords, Words


def study_words(study: Study, dictionary: Dictionary, endpoints: Endpoints, named: Named) -> Words:
    """Return how the study's variables, endpoints, scores and levels are called in print."""
    variables = _variable_words(study, dictionary, endpoints, named)
    checklists = checklist_words(study, named.checklists)
    return Words(
        study=study.id,
        title=study.title,
        citation=study.citation,
        variables=variables,
        endpoints=_endpoint_words(study, endpoints),
        scores={name: named.scores[name].name for name in study.scores},
        conventions={name: named.conventions[name].name for name in conventions_of(study)},
        windows=window_words(scores_of(study, named.scores)),
        provisional=provisional_scores(study, named),
        analyses={n: a.label for n, a in study.analyses.items() if a.label},
        linear_predictors={
            name: predictor.label or _listed(predictor.covariates, variables)
            for name, predictor in study.linear_predictors.items()
        },
        exposures={n: name for n, a in study.analyses.items() if (name := _exposure_of(a))},
        reasons={
            n: a.thresholds.reason for n, a in study.analyses.items() if isinstance(a, NetBenefit)
        },
        imputations=study.missing.imputation.m if imputes(study) else 0,
        planned=(study.planned.primary, *(study.secondary.order if study.secondary else ())),
        planned_by=_planned_by(study),
        registered=study.registered.isoformat() if study.registered else "",
        as_printed=study.limits_by == "as_printed",
        style=study.style,
        inclusion=(INFUSED, *(c.include.label for c in study.population if c.include)),
        checklists=checklists,
        displays={name: one.title for name, one in study.displays.items()} if checklists else {},
    )


def _planned_by(study: Study) -> str:
    if study.secondary is None:
        return ""
    how = {"fixed_sequence": "in this order, each only after all before it", "holm": "by Holm"}
    return f"{how[study.secondary.method]}, at a two-sided level of {study.secondary.alpha:g}"


def _listed(names: Sequence[str], variables: dict[str, VariableWords]) -> str:
    """Return labels as a list in a sentence, as they are declared."""
    return ", ".join(variables[name].label if name in variables else name for name in names)


def _exposure_of(analysis: AnyAnalysis) -> str:
    """Return the variable whose levels stand in the column `group` of an analysis' rows."""
    return getattr(analysis, "exposure", None) or getattr(analysis, "groups", None) or ""


def _variable_words(
    study: Study, dictionary: Dictionary, endpoints: Endpoints, named: Named
) -> dict[str, VariableWords]:
    cohorts = study.counts.cohorts if study.counts is not None else {}
    words = {
        "centre": VariableWords(label="Cohort" if cohorts else "Centre", levels=cohorts),
        "linear_predictor": VariableWords(label="Linear predictor"),
        "(intercept)": VariableWords(label="Intercept"),
    }
    if study.table is not None:
        for name, column in study.table.covariates.items():
            words[name] = VariableWords(
                label=column.label or name.replace("_", " "),
                unit=column.unit or "",
                levels={
                    level: (column.labels or {}).get(level, level.replace("_", " "))
                    for level in (column.values or {}).values()
                },
            )
    else:
        for name, variable in dictionary.of_kind("subject").items():
            words[name] = VariableWords(
                label=variable.label, unit=variable.unit, levels=variable.levels or {}
            )
        for name, covariate in study.covariates.items():
            words[name] = _covariate_words(covariate, words)
    for name in study.scores:
        score = named.scores[name]
        levels = {group: score.group_label(group) for group in score.groups}
        words[f"{name}.group"] = VariableWords(label=score.name, levels=levels)
        words[f"{name}.points"] = VariableWords(label=f"{score.name}, points")
        calculable = {"no": "not calculable", "yes": "calculable"}
        words[f"{name}.known"] = VariableWords(label=score.name, levels=calculable)
    for name, outcome in _endpoint_words(study, endpoints).items():
        words[f"{name}.status"] = VariableWords(label=outcome.label, levels=_status_levels(outcome))
    if study.table is None:
        scores = {name: named.scores[name] for name in study.scores}
        for item in {item: None for score in scores.values() for item in score.items}:
            if item in dictionary.variables and item not in words:
                words[item] = VariableWords(label=dictionary.variables[item].label)
        words |= derived_words(endpoints_of(study), endpoints, scores=scores, dictionary=dictionary)
    return words


def _status_levels(outcome: EndpointWords) -> dict[str, str]:
    """Return "no neutrophil response", "neutrophil response" where the event has a name."""
    event = next(iter(outcome.causes.values()), "")
    return {"no": f"no {event}", "yes": event} if event else YES_NO


def _covariate_words(covariate: Covariate, words: dict[str, VariableWords]) -> VariableWords:
    base = words.get(covariate.variable) or VariableWords(label=covariate.variable)
    label = covariate.label or base.label
    if covariate.at_least is not None or covariate.yes is not None:
        return VariableWords(label=label, levels=YES_NO)
    if covariate.levels is not None or covariate.bands is not None:
        known = {**base.levels, **covariate.labels}
        counted = {level for levels in covariate.merged.values() for level in levels}
        named = (*covariate.merged, *(covariate.bands or ()))
        further = [n for n in base.levels if n not in counted] if covariate.levels else []
        return VariableWords(label=label, levels={n: known.get(n, n) for n in (*named, *further)})
    return base.model_copy(update={"label": label})


def _endpoint_words(study: Study, endpoints: Endpoints) -> dict[str, EndpointWords]:
    if study.table is not None:
        return {
            name: EndpointWords(
                label=column.label or name.replace("_", " "),
                causes={
                    cause: (column.labels or {}).get(cause, cause.replace("_", " "))
                    for cause in causes_of(column)
                },
            )
            for name, column in study.table.endpoints.items()
        }
    return {
        name: EndpointWords(
            label=endpoints.endpoints[name].label, causes=endpoints.endpoints[name].causes
        )
        for name in endpoints_of(study)
        if name in endpoints.endpoints
    }
