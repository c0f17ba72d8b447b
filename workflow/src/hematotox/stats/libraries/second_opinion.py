"""Second opinions on regression models: the same numbers from lifelines and statsmodels.

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

from hematotox.stats.numerics.survival_data import FloatArray

NOT_CONVERGED = ("Newton-Raphson", "The log-likelihood is getting suspiciously close to 0")
"""What lifelines warns of where its coefficients are not those of the maximum."""
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
    ``lifelines.CoxPHFitter``. It stops when the log-likelihood rises by less than its precision,
    with half the digits in the coefficients: hence 1e-18.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion import cox_opinion
    >>> high_risk = [[1], [0], [1], [0], [1], [0]]
    >>> days, deaths = [2, 4, 5, 7, 9, 12], [1, 1, 1, 0, 0, 1]
    >>> found = cox_opinion(time=days, event=deaths, covariates=high_risk)
    >>> round(float(found.estimate[0]), 4)
    0.8341
    """
    import pandas as pd
    from lifelines import CoxPHFitter

    matrix = np.asarray(covariates, dtype=np.float64)
    if not np.isfinite(matrix).all():
        return _no_opinion(matrix.shape[1])
    frame = pd.DataFrame(matrix, columns=[f"x{i}" for i in range(matrix.shape[1])])
    frame = frame.assign(time=np.asarray(time), event=np.asarray(event))
    if strata is not None:
        frame["stratum"] = np.asarray(strata)
    settings = {"precision": 1e-18, "r_precision": 0.0, "max_steps": 100}
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
        except (ValueError, np.linalg.LinAlgError):  # lifelines' ConvergenceError is a ValueError
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
    >>> from hematotox.stats.libraries.second_opinion import logistic_opinion
    >>> high_risk = np.repeat([[0.0], [0.0], [1.0], [1.0]], [16, 4, 8, 12], axis=0)
    >>> infection = np.repeat([0, 1, 0, 1], [16, 4, 8, 12])
    >>> found = logistic_opinion(outcome=infection, covariates=high_risk)
    >>> print(f"odds ratio {np.exp(found.estimate[1]):.2f}, p = {found.p_value[1]:.4f}")
    odds ratio 6.00, p = 0.0130
    """
    from scipy.stats import chi2
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    matrix = np.asarray(covariates, dtype=np.float64)
    if not np.isfinite(matrix).all():
        return _no_opinion(matrix.shape[1] + 1)
    design = np.column_stack([np.ones(matrix.shape[0]), matrix])
    with quiet():
        try:
            null, fit = (
                Logit(np.asarray(outcome), columns).fit(
                    method="newton", tol=1e-14, maxiter=100, disp=False
                )
                for columns in (design[:, :1], design)
            )
        except (PerfectSeparationError, np.linalg.LinAlgError):
            return _no_opinion(design.shape[1])
        if not fit.mle_retvals["converged"] or not np.isfinite(fit.bse).all():
            return _no_opinion(design.shape[1])
        statistic = 2 * (float(fit.llf) - float(null.llf))
        return RegressionOpinion(
            estimate=np.asarray(fit.params),
            std_error=np.asarray(fit.bse),
            p_value=np.asarray(fit.pvalues),
            log_likelihood=float(fit.llf),
            null_log_likelihood=float(null.llf),
            lr_statistic=statistic,
            lr_p_value=float(chi2.sf(statistic, matrix.shape[1])),
        )
