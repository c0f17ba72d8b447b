"""How complete the follow-up of patients is up to the day on which the data were cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import InvalidData, finite_vector, survival_data


@dataclass(frozen=True, slots=True)
class Completeness:
    """Observed share of the follow-up that was possible, and who was seen of late.

    Attributes
    ----------
    estimate : Clark's C, NaN where nobody could be followed for a day
    n, n_event : patients and events
    n_living, n_seen : patients without the event, and those of them seen within the last days
    """

    estimate: float
    n: int
    n_event: int
    n_living: int
    n_seen: int


def completeness_of_follow_up(
    *, time: ArrayLike, event: ArrayLike, potential: ArrayLike, within: float
) -> Completeness:
    """Share of the possible follow-up that was observed (Clark's C).

    Follow-up is possible to the event, or else to the data cut.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    potential : (n,) time from the origin to the data cut, in the unit of `time`
    within : last stretch before the cut in which a living patient counts as seen

    Raises
    ------
    InvalidData
        Missing or impossible values, or follow-up beyond the data cut.

    References
    ----------
    Clark, Altman and De Stavola, Lancet 2002;359:1309-1310.

    Examples
    --------
    >>> found = completeness_of_follow_up(
    ...     time=[100, 300, 50], event=[1, 0, 0], potential=[400, 300, 200], within=183
    ... )
    >>> found.estimate, found.n_living, found.n_seen
    (0.75, 2, 2)
    """
    times, events = survival_data(time=time, event=event)
    to_cut = finite_vector(potential, name="potential", length=times.size)
    if (times > to_cut).any():
        raise InvalidData("potential: follow-up goes beyond the data cut")
    living = events == 0
    possible = np.where(living, to_cut, times)
    total = float(possible.sum())
    return Completeness(
        estimate=float(times.sum() / total) if total > 0 else float("nan"),
        n=times.size,
        n_event=int(events.sum()),
        n_living=int(living.sum()),
        n_seen=int((to_cut - times <= within)[living].sum()),
    )
