"""Whether a study predicts an endpoint from what is known only after its days have begun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hematotox.declarations.known_from import KnownFrom, known_too_late, predictors
from hematotox.declarations.study.plan import PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Trouble


def immortal_time_troubles(
    study: Study,
    variables: Mapping[str, PlannedVariable],
    endpoints: Mapping[str, PlannedEndpoint],
) -> Iterator[Trouble]:
    """Yield predictors that are known only after the origin of the endpoint they predict."""
    for name, analysis in study.analyses.items():
        endpoint = endpoints.get(getattr(analysis, "endpoint", None) or "")
        accepted = getattr(analysis, "immortal_time", None)
        if endpoint is None or (accepted is not None and accepted.accept):
            continue
        predictor = study.linear_predictors.get(getattr(analysis, "adjust", None) or "")
        adjusting = [(("adjust",), value) for value in predictor.covariates] if predictor else []
        for path, value in (*predictors(analysis), *adjusting):
            known = variables[value].known if value in variables else None
            if known is None or not known_too_late(
                known,
                origin=endpoint.origin,
                first_day=endpoint.first_day,
                landmark=analysis.landmark,
            ):
                continue
            yield ("analyses", name, *path), _too_late(value, known, endpoint)


def _too_late(value: str, known: KnownFrom, endpoint: PlannedEndpoint) -> str:
    """Return why a predictor is refused, and what would be right."""
    origin = known.origin.replace("_", " ")
    when = f"from day {known.day:g} after {origin}" if known.day is not None else "on no fixed day"
    if known.day == 0:
        when = f"from the {origin} on"
    accept = "declare immortal_time: {accept: true, reason: ...} for this analysis"
    landmark = endpoint.type == "time_to_event" and known.day and known.origin == endpoint.origin
    cure = f"Add landmark: {known.day:g}, or {accept}" if landmark else f"To keep it, {accept}"
    return (
        f"{value} is known {when}, after the first day of the endpoint: patients must live long "
        f"enough to have it. {cure}"
    )
