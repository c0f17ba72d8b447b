"""Whether every graded endpoint of a study finds a convention that grades its window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hematotox.declarations.conventions import Convention, Phenotype
from hematotox.declarations.endpoints import Endpoints, GradedTime, OfGrade
from hematotox.declarations.study.analysis_base import variable_fields
from hematotox.declarations.study.derived_variables import endpoints_in
from hematotox.declarations.study.planning import endpoints_of
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Key, Trouble


def grading_troubles(
    study: Study, endpoints: Endpoints, conventions: Mapping[str, Convention]
) -> Iterator[Trouble]:
    """Yield graded endpoints that no convention can grade: where the study names them, and why.

    Parameters
    ----------
    study : the study; names that do not exist are told elsewhere
    endpoints : all declared endpoints
    conventions : those that the study or its endpoints name
    """
    if study.table is not None:
        return
    chosen = study.conventions.primary if study.conventions else None
    for name in endpoints_of(study):
        endpoint = endpoints.endpoints.get(name)
        if not isinstance(endpoint, OfGrade):
            continue
        convention = endpoint.convention or chosen
        if convention is None:
            words = (
                f"{name} is a grade, and neither it nor the study says how it is graded; the "
                "study needs conventions: {primary: …}"
            )
            yield _first_place(study, name), words
        elif convention in conventions:
            windows = conventions[convention].windows
            if endpoint.window not in windows:
                words = (
                    f"{name} is graded in the window {endpoint.window}, which convention "
                    f"{convention} does not have; it has {', '.join(windows)}"
                )
                yield _first_place(study, name), words
            elif isinstance(endpoint, GradedTime):
                phenotype = isinstance(windows[endpoint.window], Phenotype)
                words = f"{name} is a time to a grade; a phenotype has none"
                yield from [(_first_place(study, name), words)] * phenotype


def _first_place(study: Study, endpoint: str) -> Key:
    """Return the first key of a study's file that needs an endpoint."""
    if endpoint in study.endpoints:
        return "endpoints", study.endpoints.index(endpoint)
    for name, analysis in study.analyses.items():
        if getattr(analysis, "endpoint", None) == endpoint:
            return "analyses", name, "endpoint"
        if endpoint in getattr(analysis, "endpoints", ()):
            return "analyses", name, "endpoints"
        for path, variable in variable_fields(analysis):
            if endpoint in endpoints_in([variable]):
                return "analyses", name, *path
    for name, predictor in study.linear_predictors.items():
        for position, variable in enumerate(predictor.covariates):
            if endpoint in endpoints_in([variable]):
                return "linear_predictors", name, "covariates", position
    raise AssertionError(endpoint)
