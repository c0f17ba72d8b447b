"""Which published risks an analysis may stand beside: same score, endpoint, days and estimand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hematotox.declarations.study.compared_risk import WHICHEVER_FITS, ComparedRisk
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.declarations.study.plan import PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.registry import registry_analyses
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import Trouble, unknown

Endpoints = Mapping[str, PlannedEndpoint]


def compared(study: Study) -> dict[str, ComparedRisk]:
    """Return the analyses of a study that may stand beside published risks."""
    return {n: one for n, one in study.analyses.items() if isinstance(one, ComparedRisk)}


def expected_of(
    study: Study, published: Sequence[ExpectedRisk], endpoints: Endpoints
) -> dict[str, tuple[ExpectedRisk, ...]]:
    """Return the published risks that each analysis of a study stands beside.

    Parameters
    ----------
    study : the study
    published : rows of config/published/expected_risks.csv
    endpoints : the study's endpoints
    """
    found = {}
    for name, analysis in compared(study).items():
        endpoint = endpoints.get(analysis.endpoint)
        if analysis.against is not None and endpoint is not None:
            fitting = tuple(one for one in published if not _unfit(study, analysis, endpoint, one))
            if analysis.against != WHICHEVER_FITS:
                fitting = tuple(one for one in fitting if one.source == analysis.against)
            found[name] = fitting
    return {name: fitting for name, fitting in found.items() if fitting}


def expected_troubles(
    study: Study,
    published: Sequence[ExpectedRisk],
    endpoints: Endpoints,
    variables: Mapping[str, PlannedVariable],
) -> Iterator[Trouble]:
    """Yield what does not fit in analyses beside published risks: the key, and the words."""
    for name, analysis in compared(study).items():
        endpoint, marker = endpoints.get(analysis.endpoint), variables.get(analysis.marker)
        path = ("analyses", name)
        if marker is not None and marker.type != "number":
            yield (*path, "marker"), f"must be a number; {analysis.marker} is a {marker.type}"
        if endpoint is None:
            continue
        if (endpoint.type == "time_to_event") != (analysis.time is not None):
            words = (
                "needs the day by which the event counts"
                if analysis.time is None
                else ("only an endpoint with a time has a day by which it counts")
            )
            yield (*path, "time"), words
        elif analysis.against not in (None, WHICHEVER_FITS):
            for words in _refused(study, analysis, endpoint, published):
                yield (*path, "against"), words


def _refused(
    study: Study,
    analysis: ComparedRisk,
    endpoint: PlannedEndpoint,
    published: Sequence[ExpectedRisk],
) -> Iterator[str]:
    """Yield why no published risk of the paper that an analysis names may be compared."""
    of_source = [one for one in published if one.source == analysis.against]
    if not of_source:
        yield unknown(str(analysis.against), {one.source for one in published}, "published risk")
        return
    reasons = [_unfit(study, analysis, endpoint, one) for one in of_source]
    told = [reason for reason in reasons if reason is not None]
    if len(told) == len(of_source):
        # of the one that fits best, whose reason is found last
        yield max(told)[1]


def _unfit(
    study: Study, analysis: ComparedRisk, endpoint: PlannedEndpoint, one: ExpectedRisk
) -> tuple[int, str] | None:
    """Return why a published risk may not be compared, and how far it fitted; None if it may."""
    ours, days = _estimand(endpoint), _days(analysis, endpoint)
    checks = (
        (one.source not in _own_papers(study), f"{one.source} is this study's own paper"),
        (one.score == analysis.score, f"{one.source} has no risk by {analysis.marker}"),
        (one.endpoint == analysis.endpoint, f"{one.source} has no risk of {analysis.endpoint}"),
        (days is not None, "the days of this endpoint are not known; say them: window: [0, 60]"),
        (one.window == days, f"{one.source} counts days {one.window}, this endpoint {days}"),
        (one.estimand == ours, f"{one.source} has {one.estimand}, this endpoint {ours}"),
    )
    return next(((i, words) for i, (fits, words) in enumerate(checks) if not fits), None)


def _own_papers(study: Study) -> set[str]:
    """Return the keys of the papers that a study reproduces."""
    return {key for one in registry_analyses(study).values() for key in one.reproduces}


def _estimand(endpoint: PlannedEndpoint) -> str:
    if endpoint.type == "binary":
        return "proportion"
    return "incidence" if len(endpoint.causes) > 1 else "1 - KM"


def _days(analysis: ComparedRisk, endpoint: PlannedEndpoint) -> str | None:
    """Return the days that the analysis counts, as they stand in the file: "0-60"."""
    days = analysis.window or endpoint.days
    if analysis.time is not None:
        days = (endpoint.first_day, endpoint.first_day + analysis.time)
    return f"{days[0]:g}-{days[1]:g}" if days is not None else None
