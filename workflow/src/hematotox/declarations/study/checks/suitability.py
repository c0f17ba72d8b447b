"""Whether each analysis of a study suits the variables and the endpoint that it names.

A survival method without times, a group that no patient can be in, or a test called positive by
a level that does not exist would all give numbers, wrong ones; so they are refused before the
first job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hematotox.declarations.study.analysis_base import DIVIDES
from hematotox.declarations.study.facts import ExposureKind
from hematotox.declarations.study.plan import PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Key, Trouble

Variables = Mapping[str, PlannedVariable]


def suitability_troubles(
    study: Study, variables: Variables, endpoints: Mapping[str, PlannedEndpoint]
) -> Iterator[Trouble]:
    """Yield what does not fit: the key in the study's file, and the words.

    Parameters
    ----------
    study : the study; names that do not exist are told elsewhere
    variables, endpoints : those that its analyses may name
    """
    for name, analysis in study.analyses.items():
        endpoint = endpoints.get(getattr(analysis, "endpoint", ""))
        for path, words in (
            *_endpoint(analysis, endpoint),
            *_types(analysis, variables),
            *_two_groups(analysis, variables),
            *_levels(analysis, variables),
        ):
            yield ("analyses", name, *path), words


def _endpoint(analysis: Any, endpoint: PlannedEndpoint | None) -> Iterator[Trouble]:
    has_time = endpoint is not None and endpoint.type == "time_to_event"
    wanted = analysis.facts.endpoint
    if analysis.landmark is not None and not has_time:
        yield ("landmark",), "only an analysis of an endpoint with a time can have a landmark"
    if endpoint is None:
        return
    if wanted == "time" and not has_time:
        yield ("endpoint",), f"{analysis.method} needs an endpoint with a time; this has none"
    if wanted == "yes or no" and has_time:
        yield (
            ("endpoint",),
            f"{analysis.method} needs an endpoint that happened or not; this one has a time, and "
            "a patient censored early would count as one without the event",
        )


def _types(analysis: Any, variables: Variables) -> Iterator[Trouble]:
    for field, wanted in _wanted_types(analysis.facts.exposure):
        name = getattr(analysis, field, None)
        variable = variables.get(name or "")
        if variable is not None and variable.type != wanted:
            yield (field,), f"must be a {wanted}; {name} is a {variable.type}"
    spline = variables.get(analysis.exposure) if getattr(analysis, "spline", None) else None
    if spline is not None and spline.type != "number":
        yield ("exposure",), f"must be a number, for its spline; {analysis.exposure} is a category"
    if analysis.facts.exposure == "any":
        for field, name in _predictors(analysis):
            if name.endswith(".time"):
                yield (
                    (field,),
                    f"{name} is the time to an event, known only in patients who had it: it can "
                    "be described and correlated, not used to predict",
                )
    duration = variables.get(getattr(analysis, "variable", None) or "")
    if duration is not None and duration.type != "number":
        yield ("variable",), f"must be a number; {analysis.variable} is a {duration.type}"
    categories: list[tuple[Key, str]] = [(("within", name), name) for name in analysis.within]
    categories += [(("subgroups", i), n) for i, n in enumerate(getattr(analysis, "subgroups", ()))]
    for path, name in categories:
        variable = variables.get(name)
        if variable is not None and variable.type != "category":
            yield path, f"must be a category; {name} is a {variable.type}"


def _predictors(analysis: Any) -> Iterator[tuple[str, str]]:
    for field in ("exposure", "marker", "compare"):
        if getattr(analysis, field, None):
            yield field, getattr(analysis, field)
    for name in getattr(analysis, "covariates", ()):
        yield "covariates", name


def _two_groups(analysis: Any, variables: Variables) -> Iterator[Trouble]:
    """Yield where two groups are compared and the exposure has more, or fewer."""
    if analysis.facts.exposure != "two groups":
        return
    variable = variables.get(analysis.exposure)
    if variable is not None and variable.type == "category" and len(variable.levels) != 2:
        listed = ", ".join(variable.levels) or "as many as the data bring"
        yield ("exposure",), f"must have two levels; those of {analysis.exposure}: {listed}"


def _wanted_types(exposure: ExposureKind) -> Iterator[tuple[str, str]]:
    """Yield the keys that must name a variable of one type, and the type."""
    for field in (*DIVIDES, "groups", "by"):
        yield field, "category"
    if exposure != "any":
        for field in ("exposure", "compare"):
            yield field, "number" if exposure == "number" else "category"


def _levels(analysis: Any, variables: Variables) -> Iterator[Trouble]:
    wanted: list[tuple[tuple[str, ...], str, str]] = [
        (("within", name), name, level) for name, level in analysis.within.items()
    ]
    for field, of in (("positive", "exposure"), ("compare_positive", "compare")):
        if hasattr(analysis, field):
            wanted.append(((field,), getattr(analysis, of), getattr(analysis, field)))
    for path, name, level in wanted:
        known = (*variables[name].levels, *variables[name].further) if name in variables else ()
        if known and level not in known:
            yield path, f'{name} has no level "{level}"; its levels are {", ".join(known)}'
