"""Second opinions on models and curves: the same numbers from lifelines and statsmodels.

No estimate of a study is made here. Each function asks a library that others wrote for a number
that this package has computed itself, so that a run can hold the two against each other. Where
the library has no answer, or one by another convention than R's, the answer is NaN.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.survival_data import FloatArray

NOT_CONVERGED = ("failed to converge", "suspiciously close to 0")
"""What lifelines warns of where its coefficients are not those of the maximum."""
FLAT_STEP = 1e-7
"""A curve this near to a share counts as exactly at it: there lifelines and R read two times."""
TIED_PREDICTOR_DECIMALS = 10
"""Linear predictors that agree so far are equal but for rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class RegressionOpinion:
    """A regression model by a library.

    Attributes
    ----------
    estimate, std_error, p_value : (p,) coefficients with Wald tests; of a logistic model the
        intercept first
    log_likelihood, null_log_likelihood : of the model and of the model without covariates
    lr_statistic, lr_p_value : likelihood-ratio test of all covariates
    concordance : Harrell's C of a Cox model without strata, else NaN
    """

    estimate: FloatArray
    std_error: FloatArray
    p_value: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    lr_statistic: float
    lr_p_value: float
    concordance: float = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class CurveOpinion:
    """Kaplan-Meier estimates by a library.

    Attributes
    ----------
    survival, conf_low, conf_high : (m,) at the times asked for, limits on the log(-log) scale
    quantile : (k,) times by which the shares had the event; infinite where not reached, NaN
        where the curve runs exactly at the share
    """

    survival: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    quantile: FloatArray


@contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Collect the warnings of a library instead of letting it print them."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield said


def _no_opinion(size: int) -> RegressionOpinion:
    """Return a model without numbers."""
    none = np.full(size, np.nan)
    return RegressionOpinion(none, none, none, *[float("nan")] * 4)


def cox_opinion(
    *, time: ArrayLike, event: ArrayLike, covariates: ArrayLike, strata: ArrayLike | None = None
) -> RegressionOpinion:
    """Estimate log hazard ratios by lifelines (Efron's ties), NaN where it finds none.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    covariates : (n, p) numeric covariates
    strata : (n,) each stratum has a baseline hazard of its own

    References
    ----------
    ``lifelines.CoxPHFitter``; its default precision leaves 6 digits, hence 1e-12.

    Examples
    --------
    >>> from hematotox.stats.second_opinion import cox_opinion
    >>> high_risk = [[1], [0], [1], [0], [1], [0]]
    >>> days, deaths = [2, 4, 5, 7, 9, 12], [1, 1, 1, 0, 0, 1]
    >>> found = cox_opinion(time=days, event=deaths, covariates=high_risk)
    >>> round(float(found.estimate[0]), 4)
    0.8341
    """
    import pandas as pd
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    matrix = np.asarray(covariates, dtype=np.float64)
    if not np.isfinite(matrix).all():
        return _no_opinion(matrix.shape[1])
    frame = pd.DataFrame(matrix, columns=[f"x{i}" for i in range(matrix.shape[1])])
    frame = frame.assign(time=np.asarray(time), event=np.asarray(event))
    if strata is not None:
        frame["stratum"] = np.asarray(strata)
    settings = {"precision": 1e-12, "max_steps": 100}
    with quiet() as said:
        try:
            fit = CoxPHFitter().fit(
                frame,
                "time",
                "event",
                strata=None if strata is None else ["stratum"],
                fit_options=settings,
            )
            test = fit.log_likelihood_ratio_test()
        except (ConvergenceError, np.linalg.LinAlgError):
            return _no_opinion(matrix.shape[1])
    if any(words in str(warning.message) for warning in said for words in NOT_CONVERGED):
        return _no_opinion(matrix.shape[1])
    estimate = fit.params_.to_numpy()
    return RegressionOpinion(
        estimate=estimate,
        std_error=fit.standard_errors_.to_numpy(),
        p_value=fit.summary["p"].to_numpy(),
        log_likelihood=float(fit.log_likelihood_),
        null_log_likelihood=float(fit.log_likelihood_ - test.test_statistic / 2),
        lr_statistic=float(test.test_statistic),
        lr_p_value=float(test.p_value),
        concordance=_concordance(frame, matrix @ estimate) if strata is None else float("nan"),
    )


def _concordance(frame: Any, predictor: FloatArray) -> float:
    """Return Harrell's C; rounding must not break the ties of patients with equal covariates."""
    from lifelines.utils import concordance_index

    risk = np.round(predictor - predictor.mean(), TIED_PREDICTOR_DECIMALS)
    try:
        return float(concordance_index(frame["time"], -risk, frame["event"]))
    except ZeroDivisionError:  # no two patients can be compared
        return float("nan")


def logistic_opinion(*, outcome: ArrayLike, covariates: ArrayLike) -> RegressionOpinion:
    """Estimate log odds ratios by statsmodels, NaN where it finds none.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    covariates : (n, p) numeric covariates; an intercept is added

    References
    ----------
    ``statsmodels.discrete.discrete_model.Logit`` by Newton's method at full convergence.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.second_opinion import logistic_opinion
    >>> high_risk = np.repeat([[0.0], [0.0], [1.0], [1.0]], [16, 4, 8, 12], axis=0)
    >>> infection = np.repeat([0, 1, 0, 1], [16, 4, 8, 12])
    >>> found = logistic_opinion(outcome=infection, covariates=high_risk)
    >>> print(f"odds ratio {np.exp(found.estimate[1]):.2f}, p = {found.p_value[1]:.4f}")
    odds ratio 6.00, p = 0.0130
    """
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    matrix = np.asarray(covariates, dtype=np.float64)
    if not np.isfinite(matrix).all():
        return _no_opinion(matrix.shape[1] + 1)
    design = np.column_stack([np.ones(matrix.shape[0]), matrix])
    with quiet():
        try:
            fit = Logit(np.asarray(outcome), design).fit(
                method="newton", tol=1e-14, maxiter=100, disp=False
            )
        except (PerfectSeparationError, np.linalg.LinAlgError):
            return _no_opinion(design.shape[1])
        if not fit.mle_retvals["converged"] or not np.isfinite(fit.bse).all():
            return _no_opinion(design.shape[1])
        return RegressionOpinion(
            estimate=np.asarray(fit.params),
            std_error=np.asarray(fit.bse),
            p_value=np.asarray(fit.pvalues),
            log_likelihood=float(fit.llf),
            null_log_likelihood=float(fit.llnull),
            lr_statistic=float(fit.llr),
            lr_p_value=float(fit.llr_pvalue),
        )


def kaplan_meier_opinion(
    *, time: ArrayLike, event: ArrayLike, times: ArrayLike = (), shares: ArrayLike = ()
) -> CurveOpinion:
    """Estimate survival at chosen times, and quantiles of the time to the event, by lifelines.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    times : (m,) times at which survival is wanted
    shares : (k,) shares of patients with the event whose times are wanted, 0.5 for the median

    References
    ----------
    ``lifelines.KaplanMeierFitter``; its limits are those of R's ``conf.type = "log-log"``.

    Examples
    --------
    >>> from hematotox.stats.second_opinion import kaplan_meier_opinion
    >>> found = kaplan_meier_opinion(time=[5, 8, 8, 12], event=[1, 1, 0, 1], times=[8, 10])
    >>> found.survival.tolist()
    [0.5, 0.5]
    """
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_time

    with quiet():
        fit = KaplanMeierFitter().fit(np.asarray(time), np.asarray(event))
        wanted = np.asarray(times, dtype=np.float64)
        curve = fit.survival_function_.iloc[:, 0]
        row = np.searchsorted(curve.index.to_numpy(), wanted, side="right") - 1
        survival = curve.to_numpy()[row]
        between = (survival > 0) & (survival < 1)  # elsewhere the scale of the limits has no end
        limits = np.where(between[:, None], fit.confidence_interval_.to_numpy()[row], np.nan)
        left = 1 - np.asarray(shares, dtype=np.float64)
        quantile = [
            np.nan if (np.abs(curve - one) < FLAT_STEP).any() else qth_survival_time(one, curve)
            for one in left
        ]
    return CurveOpinion(survival, *limits.T, np.array(quantile, dtype=np.float64))


def log_rank_opinion(
    *, time: ArrayLike, event: ArrayLike, group: ArrayLike, strata: ArrayLike | None = None
) -> tuple[float, float]:
    """Test whether groups differ in survival: by lifelines, with strata by statsmodels.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    group : (n,) the groups compared
    strata : (n,) patients are compared only within a stratum

    Returns
    -------
    chi-square statistic and p-value, NaN where the library has none

    References
    ----------
    ``lifelines.statistics.multivariate_logrank_test``; ``statsmodels.duration.survdiff``.

    Examples
    --------
    >>> from hematotox.stats.second_opinion import log_rank_opinion
    >>> groups = ["a", "a", "b", "b"]
    >>> statistic, _ = log_rank_opinion(time=[3, 5, 7, 9], event=[1, 1, 1, 0], group=groups)
    >>> round(float(statistic), 4)
    2.8824
    """
    times, events, arms = np.asarray(time), np.asarray(event), np.asarray(group)
    if not events.any():
        return float("nan"), float("nan")
    # who left before the first event was never at risk, and may have been a whole group
    seen = times >= times[events == 1].min()
    times, events, arms = times[seen], events[seen], arms[seen]
    if np.unique(arms).size < 2:
        return float("nan"), float("nan")
    with quiet():
        try:
            if strata is None:
                from lifelines.statistics import multivariate_logrank_test

                test = multivariate_logrank_test(times, arms, events)
                return float(test.test_statistic), float(test.p_value)
            from statsmodels.duration.survfunc import survdiff

            statistic, p_value = survdiff(times, events, arms, strata=np.asarray(strata)[seen])
        except (ValueError, np.linalg.LinAlgError):
            return float("nan"), float("nan")
    return float(statistic), float(p_value)
