"""Whether a study predicts an endpoint from what is known only after its days have begun."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from hematotox.declarations.known_from import KnownFrom, known_too_late, predictors
from hematotox.declarations.study.plan import PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Key, Trouble

Variables = Mapping[str, PlannedVariable]
PlannedEndpoints = Mapping[str, PlannedEndpoint]


class _Late(NamedTuple):
    """A predictor that is known too late: its key, its name, since when it is known."""

    key: Key
    name: str
    known: KnownFrom
    endpoint: PlannedEndpoint

    @property
    def landmark(self) -> float | None:
        """The landmark day at which it is known, if a landmark can be set at all."""
        can = self.endpoint.type == "time_to_event" and self.known.origin == self.endpoint.origin
        return (self.known.day or None) if can else None


def immortal_time_troubles(
    study: Study, variables: Variables, endpoints: PlannedEndpoints
) -> Iterator[Trouble]:
    """Yield predictors that are known only after the origin of the endpoint they predict."""
    for name, analysis in study.analyses.items():
        for late in _late(study, analysis, variables, endpoints):
            yield ("analyses", name, *late.key), _words(late)


def with_landmarks(
    study: Study,
    taken_over: Collection[str],
    *,
    variables: Variables,
    endpoints: PlannedEndpoints,
) -> tuple[Study, dict[str, float]]:
    """Return a study in which what it takes over needs no acceptance, and the landmarks set.

    The acceptance of a predictor that is known only later belongs to one paper. An analysis that
    another study takes over is made at the landmark where its predictors are known.

    Parameters
    ----------
    study : the study
    taken_over : analyses that it takes over from another study
    variables, endpoints : those that its analyses may name
    """
    days = {}
    for name in taken_over:
        late = [*_late(study, study.analyses[name], variables, endpoints)]
        landmarks = [one.landmark for one in late if one.landmark is not None]
        if landmarks and len(landmarks) == len(late):
            days[name] = max(landmarks)
    changed = {
        name: study.analyses[name].model_copy(update={"landmark": day})
        for name, day in days.items()
    }
    return study.model_copy(update={"analyses": study.analyses | changed}), days


def _late(
    study: Study, analysis: Any, variables: Variables, endpoints: PlannedEndpoints
) -> Iterator[_Late]:
    """Yield the predictors of an analysis that are known too late and not accepted."""
    said = analysis.__dict__
    endpoint, accepted = endpoints.get(said.get("endpoint") or ""), said.get("immortal_time")
    if endpoint is None or (accepted is not None and accepted.accept):
        return
    predictor = study.linear_predictors.get(said.get("adjust") or "")
    adjusting: list[tuple[Key, str]] = [
        (("adjust",), value) for value in (predictor.covariates if predictor else ())
    ]
    for key, value in (*predictors(analysis), *adjusting):
        known = variables[value].known if value in variables else None
        if known is not None and known_too_late(
            known,
            origin=endpoint.origin,
            first_day=endpoint.first_day,
            landmark=analysis.landmark,
        ):
            yield _Late(key, value, known, endpoint)


def _words(late: _Late) -> str:
    """Return why a predictor is refused, and what would be right."""
    known, origin = late.known, late.known.origin.replace("_", " ")
    when = f"from day {known.day:g} after {origin}" if known.day is not None else "on no fixed day"
    if known.day == 0:
        when = f"from the {origin} on"
    accept = "declare immortal_time: {accept: true, reason: ...} for this analysis"
    cure = f"To keep it, {accept}"
    if late.landmark is not None:
        cure = f"Add landmark: {late.landmark:g}, or {accept}"
    return (
        f"{late.name} is known {when}, after the first day of the endpoint: patients must live "
        f"long enough to have it. {cure}"
    )
