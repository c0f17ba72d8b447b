"""Survival by risk group as if the groups had the same covariates (g-formula)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    Groups,
    IntArray,
    InvalidData,
    covariate_matrix,
    finite_vector,
    groups,
    survival_data,
)
from hematotox.stats.survival.cox import CoxModel, cox
from hematotox.stats.survival.cox_baseline import baseline_hazard
from hematotox.stats.survival.cox_prediction import cox_linear_predictor

LOST_REPLICATES = "bootstrap replicates without an estimate"


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How often, with which random numbers and for which coverage to resample.

    Attributes
    ----------
    rng : seeded random number generator
    replicates : resamples of the patients
    conf_level : coverage of the percentile limits
    """

    rng: np.random.Generator
    replicates: int = 1000
    conf_level: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class AdjustedSurvival:
    """Adjusted survival of each group, one row a group.

    Attributes
    ----------
    levels : the groups
    time : (m,) times
    survival : (g, m) mean predicted survival, had everybody been in the group
    std_error, conf_low, conf_high : (g, m) from the bootstrap; NaN without one
    n, n_event : patients and events of the model
    condition : the conditions of the Cox model, "bootstrap replicates without an estimate"
    """

    levels: tuple[Any, ...]
    time: FloatArray
    survival: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n: int
    n_event: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Cohort:
    time: FloatArray
    event: IntArray
    arm: Groups
    covariates: FloatArray

    def resampled(self, row: IntArray) -> _Cohort:
        arm = Groups(codes=self.arm.codes[row], levels=self.arm.levels)
        return _Cohort(self.time[row], self.event[row], arm, self.covariates[row])


def adjusted_survival(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    covariates: ArrayLike,
    times: ArrayLike,
    bootstrap: Bootstrap | None = None,
) -> AdjustedSurvival:
    """Survival of each group, standardised to the covariates of all patients (g-formula).

    A Cox model with group and covariates predicts the survival of every patient as if in each
    group in turn; the curve of a group is the mean over all patients. Limits are percentiles of
    a bootstrap of the patients in which the model is fitted anew.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    group : (n,) risk group
    covariates : (n, p) covariates adjusted for, factors as 0/1 columns
    times : (m,) not negative
    bootstrap : resamples for the limits; without it there are none

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input.

    References
    ----------
    Makuch, J Chronic Dis 1982; Chang, Gelman and Pagano, J Chronic Dis 1982.
    R: mean over patients of `survfit(coxph(...), newdata)` with the group set.

    Examples
    --------
    >>> from hematotox.stats import adjusted_survival
    >>> curves = adjusted_survival(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8],
    ...     event=[1, 1, 1, 0, 1, 1, 0, 1],
    ...     group=["high", "high", "low", "high", "low", "high", "low", "low"],
    ...     covariates=[0, 1, 0, 1, 0, 0, 1, 1],
    ...     times=[4],
    ... )
    >>> curves.levels, curves.survival.round(3).tolist()
    (('high', 'low'), [[0.577], [0.729]])
    """
    times_, events = survival_data(time=time, event=event)
    n = times_.size
    cohort = _Cohort(
        time=times_,
        event=events,
        arm=groups(group, name="group", length=n),
        covariates=covariate_matrix(covariates, length=n),
    )
    wanted = finite_vector(times, name="times")
    if (wanted < 0).any():
        raise InvalidData(f"times: {int((wanted < 0).sum())} negative values")
    if bootstrap is not None:
        two_sided_quantile(bootstrap.conf_level)  # refuses an impossible level before any work
    model, survival = _standardised_survival(cohort, wanted)
    std_error = np.full_like(survival, np.nan)
    low, high, condition = std_error.copy(), std_error.copy(), model.condition
    if bootstrap is not None:
        replicates = _replicates(cohort, wanted, bootstrap)
        usable = replicates[np.isfinite(replicates).all(axis=(1, 2))]
        if usable.shape[0] < replicates.shape[0]:
            condition = (*condition, LOST_REPLICATES)
        if usable.shape[0] > 1:
            tail = (1 - bootstrap.conf_level) / 2
            std_error = usable.std(axis=0, ddof=1)
            low, high = np.quantile(usable, [tail, 1 - tail], axis=0)
    return AdjustedSurvival(
        levels=cohort.arm.levels,
        time=wanted,
        survival=survival,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
        n=model.n,
        n_event=model.n_event,
        condition=condition,
    )


def _standardised_survival(cohort: _Cohort, times: FloatArray) -> tuple[CoxModel, FloatArray]:
    """Return the Cox model and the mean predicted survival in each group, NaN where unknown."""
    arm = cohort.arm.codes
    n_arm = len(cohort.arm.levels)
    n, p = cohort.covariates.shape
    indicator = (arm[:, None] == np.arange(1, n_arm)).astype(np.float64)
    model = cox(
        time=cohort.time,
        event=cohort.event,
        covariates=np.hstack([cohort.covariates, indicator]),
    )
    survival = np.full((n_arm, times.size), np.nan)
    if model.n_event and np.isnan(model.coefficient[p:]).any():
        return model, survival  # a group is empty, or cannot be told from the covariates
    for code in np.unique(arm).tolist():
        patients = np.hstack([cohort.covariates, np.zeros((n, n_arm - 1))])
        if code:
            patients[:, p + code - 1] = 1.0
        survival[code] = mean_survival(model, patients, times)
    return model, survival


def mean_survival(model: CoxModel, covariates: FloatArray, times: FloatArray) -> FloatArray:
    """Return the mean survival that a Cox model without strata predicts for patients.

    Parameters
    ----------
    model : from `cox`
    covariates : (k, p) as in the fit
    times : (m,) not negative
    """
    centre = model.data.covariates.mean(axis=0)
    baseline = baseline_hazard(model, covariates=centre)[0]
    so_far = np.append(0.0, baseline.cumulative_hazard)
    hazard = so_far[np.searchsorted(baseline.time, times, side="right")]
    # infinite coefficients may leave the range of a double: survival 0 or, with a condition, NaN
    with np.errstate(over="ignore", invalid="ignore"):
        risk = np.exp(cox_linear_predictor(model, covariates))
        means = [np.exp(-risk * height).mean() if height > 0 else 1.0 for height in hazard]
    return np.array(means)


def _replicates(cohort: _Cohort, times: FloatArray, bootstrap: Bootstrap) -> FloatArray:
    """Return the adjusted survival in resamples of the patients, (replicates, groups, times)."""
    n = cohort.time.size
    found = []
    for _ in range(bootstrap.replicates):
        row = bootstrap.rng.integers(0, n, size=n)
        found.append(_standardised_survival(cohort.resampled(row), times)[1])
    return np.array(found).reshape(-1, len(cohort.arm.levels), times.size)
