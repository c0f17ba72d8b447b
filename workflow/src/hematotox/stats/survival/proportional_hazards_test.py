"""Is the hazard ratio constant over time: the score test on Schoenfeld residuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hematotox.stats.numerics.quadratic_form import quadratic_form
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData
from hematotox.stats.survival.cox import MONOTONE, CoxModel, CoxTest, cox_test
from hematotox.stats.survival.cox_data import CoxData
from hematotox.stats.survival.cox_fit import ALIASED_SHARE, inverse, with_covariates
from hematotox.stats.survival.cox_risk_sets import (
    RiskSets,
    RiskSums,
    information_matrix,
    risk_sets,
    risk_sums,
)
from hematotox.stats.survival.kaplan_meier import kaplan_meier

TimeTransform = Literal["km", "rank", "identity", "log"]

SINGULAR = "not estimable"


@dataclass(frozen=True, slots=True)
class ProportionalHazardsTest:
    """Tests that the coefficients do not change with time.

    Attributes
    ----------
    terms : one test a term, in the order given
    overall : the test of all terms together, R's GLOBAL
    transform : the scale of time on which a trend is looked for
    condition : "monotone likelihood", "not estimable"
    """

    terms: tuple[CoxTest, ...]
    overall: CoxTest
    transform: TimeTransform
    condition: tuple[str, ...]


def proportional_hazards_test(
    model: CoxModel,
    *,
    terms: Sequence[Sequence[int]] | None = None,
    transform: TimeTransform = "km",
) -> ProportionalHazardsTest:
    """Test the assumption of proportional hazards, for each term and for all together.

    Parameters
    ----------
    model : from `cox`
    terms : the columns of each term, for example [[0], [1, 2]] where a factor has two columns;
        by default each column is a term. Aliased columns do not count.
    transform : scale of time: one minus the Kaplan-Meier estimate just before, rank, time, log

    Raises
    ------
    InvalidData
        An unknown transform or column, or an event at time 0 on the log scale.

    References
    ----------
    Grambsch and Therneau, Biometrika 1994; exact score test as in R from survival 3.0 on.
    R: `cox.zph(coxph(...), transform)`.

    Examples
    --------
    >>> from hematotox.stats import cox, proportional_hazards_test
    >>> model = cox(
    ...     time=[1, 2, 3, 4, 5, 6], event=[1, 1, 1, 1, 1, 0], covariates=[1, 0, 1, 1, 0, 0]
    ... )
    >>> round(proportional_hazards_test(model).overall.p_value, 4)
    0.4937
    """
    p = model.coefficient.size
    columns = [[column] for column in range(p)] if terms is None else [list(t) for t in terms]
    if any(not 0 <= column < p for term in columns for column in term):
        raise InvalidData(f"terms: columns from 0 to {p - 1} are needed")
    estimable = ~np.isnan(model.coefficient)
    sets = with_covariates(risk_sets(model.data), estimable)
    sums = risk_sums(sets, model.last_iterate[estimable] * sets.scale)
    place = np.cumsum(estimable) - 1
    kept = [[int(place[c]) for c in term if estimable[c]] for term in columns]
    everything = list(range(int(estimable.sum())))
    if np.isinf(model.coefficient).any() or sums is None or not model.n_event:
        nothing = [cox_test(float("nan"), len(term)) for term in [*kept, everything]]
        trouble = (MONOTONE,) if np.isinf(model.coefficient).any() else (SINGULAR,)
        return ProportionalHazardsTest(tuple(nothing[:-1]), nothing[-1], transform, trouble)
    scale = transformed_time(model.data, sets.event_time, transform)
    scale = scale - scale[0]  # so that a single event time gives exactly no trend
    scale = scale - scale[sets.row_time].mean()
    score, information = _trend(sets, sums, scale)
    tests = [
        cox_test(quadratic_form(score[term], information[np.ix_(term, term)]), len(term))
        for term in [*kept, everything]
    ]
    singular = any(test.df and not np.isfinite(test.statistic) for test in tests)
    return ProportionalHazardsTest(
        terms=tuple(tests[:-1]),
        overall=tests[-1],
        transform=transform,
        condition=(SINGULAR,) if singular else (),
    )


def transformed_time(data: CoxData, event_time: FloatArray, transform: TimeTransform) -> FloatArray:
    """Return the event times on the chosen scale (of all patients, whatever their stratum)."""
    if transform == "identity":
        return event_time
    if transform == "log":
        if (event_time == 0).any():
            raise InvalidData("transform: an event at time 0 has no logarithm")
        return np.log(event_time)
    if transform == "rank":
        ordered = np.sort(data.time)
        below = np.searchsorted(ordered, event_time, side="left")
        return (below + 1 + np.searchsorted(ordered, event_time, side="right")) / 2
    if transform == "km":
        curve = kaplan_meier(time=data.time, event=data.event)
        before = np.searchsorted(curve.time, event_time, side="left") - 1
        return 1 - np.where(before < 0, 1.0, curve.survival[before])
    raise InvalidData("transform: one of km, rank, identity, log is needed")


def _trend(sets: RiskSets, sums: RiskSums, scale: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the score of coefficients that grow with `scale`, and its variance.

    The variance is what the information on the trend leaves once the constant coefficients
    have been estimated.
    """
    rows = scale[sets.row_time]
    event_weight = sets.weight[sets.death] * rows
    score = sets.x[:, sets.death] @ event_weight - sums.mean @ (sets.row_weight * rows)
    constant = information_matrix(sets, sums)
    mixed = information_matrix(sets, sums, time_weight=scale)
    trend = information_matrix(sets, sums, time_weight=scale**2)
    left = trend - mixed @ inverse(constant) @ mixed
    # what remains of nothing is rounding: such a coefficient cannot vary with time
    empty = np.diag(left) <= ALIASED_SHARE * np.diag(trend)
    left[empty] = 0.0
    return score, left
