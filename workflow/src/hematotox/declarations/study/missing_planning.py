"""From a study to what its missing values are imputed from and its policies compared in."""

from __future__ import annotations

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.run import RunSettings
from hematotox.declarations.study.analysis_base import variable_fields
from hematotox.declarations.study.derived_variables import endpoints_in
from hematotox.declarations.study.imputation_plan import ImputationPlan, PolicyPlan
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.plan import Plan
from hematotox.declarations.study.planning import planned_endpoints, planned_variables, scores_of
from hematotox.declarations.study.study import Study


def imputation_plan(
    study: Study,
    dictionary: Dictionary,
    endpoints: Endpoints,
    named: Named,
    settings: RunSettings,
) -> ImputationPlan:
    """Return what a study's missing values are imputed from."""
    planned = planned_variables(study, dictionary, endpoints, named)
    outcomes = planned_endpoints(study, endpoints, named)
    used = pooled_variables(study)
    pooled = {study.analyses[name].__dict__.get("endpoint") for name in _pooled(study)}
    pooled |= endpoints_in(used)
    return ImputationPlan(
        study=study.id,
        scores=scores_of(study, named.scores),
        covariates={name: planned[name] for name in used if "." not in name and name != "centre"},
        outcomes={
            name: one
            for name, one in outcomes.items()
            if name in pooled or (one.type == "time_to_event" and one.origin == "infusion")
        },
        imputation=study.missing.imputation,
        seed=settings.seed,
    )


def policy_plan(plan: Plan, study: Study) -> PolicyPlan:
    """Return what the policies about missing values are compared in; all limits are Wald's."""
    analyses = {name: plan.analyses[name] for name in _pooled(study)}
    return PolicyPlan(
        plan=plan.model_copy(update={"analyses": analyses, "inference": "wald"}),
        missing=study.missing,
    )


def imputes(study: Study) -> bool:
    """Return whether a study repeats analyses with imputed values."""
    return bool(_pooled(study)) and "imputation" in study.missing.compare


def _pooled(study: Study) -> tuple[str, ...]:
    return study.missing.pooled(tuple(study.analyses))


def pooled_variables(study: Study) -> tuple[str, ...]:
    """Return the variables of the pooled analyses, then the further predictors."""
    names: list[str] = []
    for analysis in (study.analyses[name] for name in _pooled(study)):
        names += [name for _, name in variable_fields(analysis)]
        predictor = study.linear_predictors.get(getattr(analysis, "adjust", None) or "")
        names += predictor.covariates if predictor else ()
    weighting = study.missing.weights.covariates
    return tuple(dict.fromkeys((*names, *weighting, *study.missing.imputation.predictors)))
