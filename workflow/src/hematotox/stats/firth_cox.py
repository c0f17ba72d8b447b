"""Hazard ratios by Firth's penalised likelihood, finite where Cox's own are not."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.confidence import two_sided_quantile
from hematotox.stats.cox_data import CoxSettings, cox_data
from hematotox.stats.cox_fit import estimable_covariates, with_covariates
from hematotox.stats.cox_risk_sets import RiskSets, partial_likelihood, risk_sets
from hematotox.stats.survival_data import FloatArray

ALIASED = "aliased covariate"
NO_EVENTS = "no events"
NOT_CONVERGED = "did not converge"
LIMIT_NOT_FOUND = "profile limit not found"

# The solver loses the likelihood-ratio test below this tolerance and digits above it.
TOLERANCE = 1e-8
MOST_ITERATIONS = 200
MOST_HALVINGS = 30


@dataclass(frozen=True, slots=True, eq=False)
class FirthCoxModel:
    """A Cox model fitted by Firth's penalised likelihood, ties by Breslow's method.

    Attributes
    ----------
    coefficient : (p,) log hazard ratios; NaN if aliased
    std_error : from the information matrix at the estimate
    conf_low, conf_high : profile penalised-likelihood limits
    p_value : penalised likelihood-ratio test of each coefficient being 0
    penalized_loglik : penalised log partial likelihood at the estimate
    n, n_event : patients and events
    converged : whether the estimate was reached
    conf_level : coverage of the limits
    condition : "no events", "aliased covariate", "did not converge", "profile limit not found"
    """

    coefficient: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    p_value: FloatArray
    penalized_loglik: float
    n: int
    n_event: int
    converged: bool
    conf_level: float
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Penalised:
    """Estimates of the standardised covariates, one column a covariate.

    Attributes
    ----------
    columns : coefficient, standard error, lower and upper limit, p-value
    loglik, converged : of the fit
    """

    columns: FloatArray
    loglik: float
    converged: bool


def firth_cox(
    *, time: ArrayLike, event: ArrayLike, covariates: ArrayLike, conf_level: float = 0.95
) -> FirthCoxModel:
    """Hazard ratios where a group has no event or events are few (Firth's penalised likelihood).

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    covariates : (n, p) numbers, factors as 0/1 columns; any scale
    conf_level : coverage of the limits

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input.

    References
    ----------
    Heinze and Schemper, Biometrics 2001. R: `coxphf::coxphf`. Computed by firthmodels.

    Examples
    --------
    >>> from hematotox.stats import firth_cox
    >>> model = firth_cox(
    ...     time=[1, 2, 3, 4, 5, 6], event=[1, 1, 1, 0, 0, 0], covariates=[1, 1, 1, 0, 0, 0]
    ... )
    >>> bool(np.isfinite(model.coefficient[0])), model.condition
    (True, ())
    """
    two_sided_quantile(conf_level)  # refuses an impossible level before any work
    data = cox_data(
        time=time,
        event=event,
        covariates=covariates,
        strata=None,
        cluster=None,
        settings=CoxSettings(ties="breslow"),
    )
    sets = risk_sets(data)
    p = sets.x.shape[0]
    estimable = estimable_covariates(sets, partial_likelihood(sets, np.zeros(p))[2])
    table = np.full((5, p), np.nan)
    fit = _Penalised(np.zeros((5, 0)), float("nan"), converged=not p)
    if estimable.any():
        kept = with_covariates(sets, estimable)
        fit = _penalised(kept, data.time[sets.order], conf_level=conf_level)
        table[:, estimable] = fit.columns
        table[:4, estimable] /= kept.scale
    trouble = {
        NO_EVENTS: not data.event.any(),
        ALIASED: bool(data.event.any()) and not estimable.all(),
        NOT_CONVERGED: bool(estimable.any()) and not fit.converged,
        LIMIT_NOT_FOUND: fit.converged and bool(np.isnan(fit.columns).any()),
    }
    return FirthCoxModel(
        coefficient=table[0],
        std_error=table[1],
        conf_low=table[2],
        conf_high=table[3],
        p_value=table[4],
        penalized_loglik=fit.loglik,
        n=int(data.time.size),
        n_event=int(data.event.sum()),
        converged=fit.converged,
        conf_level=conf_level,
        condition=tuple(name for name, present in trouble.items() if present),
    )


def _penalised(sets: RiskSets, time: FloatArray, *, conf_level: float) -> _Penalised:
    """Fit with firthmodels; what it cannot find is NaN, its warnings become the result."""
    from firthmodels import FirthCoxPH

    p = sets.x.shape[0]
    solver = FirthCoxPH(
        backend="numpy",
        gtol=TOLERANCE,
        xtol=TOLERANCE,
        max_iter=MOST_ITERATIONS,
        max_halfstep=MOST_HALVINGS,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            solver.fit(sets.x.T, (sets.event == 1, time))
        except np.linalg.LinAlgError:
            return _Penalised(np.full((5, p), np.nan), float("nan"), converged=False)
        if not solver.converged_:
            return _Penalised(np.full((5, p), np.nan), float("nan"), converged=False)
        inference = [_inference(solver, column, conf_level=conf_level) for column in range(p)]
    columns = np.vstack([solver.coef_, solver.bse_, np.array(inference).T])
    return _Penalised(columns, float(solver.loglik_), converged=True)


def _inference(solver: Any, column: int, *, conf_level: float) -> tuple[float, float, float]:
    """Return the profile limits and the likelihood-ratio p-value of one covariate."""
    nan = float("nan")
    low, high, p_value = nan, nan, nan
    with contextlib.suppress(np.linalg.LinAlgError):
        low, high = solver.conf_int(
            alpha=1 - conf_level,
            method="pl",
            features=column,
            max_iter=MOST_ITERATIONS,
            tol=TOLERANCE,
        )[0]
    with contextlib.suppress(np.linalg.LinAlgError):
        p_value = solver.lrt(features=column).lrt_pvalues_[column]
    return float(low), float(high), float(p_value)
