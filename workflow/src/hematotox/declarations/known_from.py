"""From which day on a variable is known, and whether that is too late to predict an endpoint.

A predictor that is known only after the time origin favours those who lived long enough to have
it (immortal time). It needs a landmark, or words that accept it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from hematotox.declarations.base import Declaration

Origin = Literal["infusion", "lymphodepletion", "boost", "first_response"]
IN_TIME: dict[Origin, int] = {
    "lymphodepletion": 0,
    "infusion": 1,
    "boost": 2,
    "first_response": 2,
}
"""Which origin comes first; a boost and a response may come in either order."""
PREDICTORS = (
    *("exposure", "marker", "compare", "interaction"),
    *("strata", "cluster", "censoring_groups", "by"),
)


class KnownFrom(Declaration):
    """The day from which a variable is known of every patient."""

    origin: Origin = "infusion"
    """Event from which the day counts."""
    day: float | None = None
    """Day after the origin; empty for what no day settles, such as whether a patient ever died."""


def known_too_late(
    known: KnownFrom | None, *, origin: Origin, first_day: float = 0, landmark: float | None = None
) -> bool:
    """Return whether a variable may become known after an endpoint's days have begun.

    Parameters
    ----------
    known : when it is known; None for a variable of the baseline
    origin : time origin of the endpoint
    first_day : first day of the endpoint, from its origin
    landmark : day from the origin from which follow-up is counted instead

    Examples
    --------
    >>> known_too_late(KnownFrom(day=30), origin="infusion")
    True
    >>> known_too_late(KnownFrom(day=30), origin="infusion", landmark=30)
    False
    >>> known_too_late(KnownFrom(origin="boost", day=0), origin="infusion", landmark=30)
    True
    """
    if known is None:
        return False
    at_another_time = known.origin != origin and IN_TIME[known.origin] >= IN_TIME[origin]
    if known.day is None or at_another_time:
        return True
    return known.day > max(first_day, landmark or 0)


def predictors(analysis: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what chooses or divides the patients of an analysis, or predicts: key and variable.

    A share of the patients of one level (a proportion `within` it) predicts nothing.
    """
    for field in PREDICTORS:
        if getattr(analysis, field, None):
            yield (field,), getattr(analysis, field)
    for field in ("covariates", "subgroups"):
        for position, name in enumerate(getattr(analysis, field, ())):
            yield (field, position), name
    for name in analysis.within if analysis.method != "proportion" else ():
        yield ("within", name), name
    if analysis.population != "all":
        yield ("population",), f"{analysis.population}.known"
    if getattr(analysis, "score", None):
        yield ("score",), f"{analysis.score}.group"
