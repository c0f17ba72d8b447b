"""Whether what is said about missing values names what exists and can be imputed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from hematotox.declarations.study.methods.missingness import Missingness
from hematotox.declarations.study.missing_planning import pooled_variables
from hematotox.declarations.study.plan import PlannedVariable
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Trouble, unknown

OF_SCORES_AND_ENDPOINTS = (".group", ".points", ".known", ".status")


def missing_troubles(
    study: Study, variables: Mapping[str, PlannedVariable], endpoints: Collection[str]
) -> Iterator[Trouble]:
    """Yield what is wrong with `missing`: the key in the study's file, and the words."""
    said = study.missing
    for name, analysis in study.analyses.items():
        if isinstance(analysis, Missingness):
            if analysis.score not in study.scores:
                words = unknown(analysis.score, study.scores, "score of this study")
                yield ("analyses", name, "score"), words
            for position, endpoint in enumerate(analysis.endpoints):
                if endpoint not in endpoints:
                    of_endpoint = ("analyses", name, "endpoints", position)
                    yield of_endpoint, unknown(endpoint, endpoints, "endpoint")
    for position, name in enumerate(said.pool):
        if not any(one == name or one.startswith(f"{name}.") for one in study.analyses):
            families = {part for one in study.analyses for part in (one, one.partition(".")[0])}
            yield ("missing", "pool", position), unknown(name, families, "analysis or family")
    if said.pool and (study.table is not None or not study.scores):
        words = "needs centres, and scores whose items are measured; this study has none"
        yield ("missing", "pool"), words
        return
    for path, names in (
        (("missing", "imputation", "predictors"), said.imputation.predictors),
        (("missing", "weights", "covariates"), said.weights.covariates),
    ):
        for position, name in enumerate(names):
            if name not in variables:
                yield (*path, position), unknown(name, variables, "variable")
    for name in pooled_variables(study) if said.pool else ():
        planned = variables.get(name)
        if planned is None or name == "centre" or name.endswith(OF_SCORES_AND_ENDPOINTS):
            continue
        if "." in name or (planned.type == "category" and not planned.levels):
            words = f"names an analysis with {name}, which cannot be imputed; leave that one out"
            yield ("missing", "pool"), words
