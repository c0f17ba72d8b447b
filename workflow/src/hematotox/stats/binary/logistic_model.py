"""What maximum likelihood and Firth logistic regression share: design, likelihood, result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import chdtrc, expit

from hematotox.stats.numerics.constrained_newton import Evaluation, Likelihood
from hematotox.stats.numerics.orthogonal_basis import orthogonal_basis
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    covariate_matrix,
    finite_vector,
    status_codes,
)

EVENTS_PER_PARAMETER = 5


@dataclass(frozen=True, slots=True, eq=False)
class LogisticRegression:
    """Log odds ratios with their standard errors, limits and tests.

    All arrays have one entry for the intercept, then one for each covariate in the order given;
    an aliased covariate has NaN.

    Attributes
    ----------
    estimate : (p + 1,) log odds of the intercept, log odds ratios
    std_error : (p + 1,) on the log scale
    conf_low, conf_high : (p + 1,) limits on the log scale
    statistic : (p + 1,) Wald z, or the (penalized) likelihood-ratio chi-square of profile limits
    p_value : (p + 1,) of that statistic
    covariance : (p + 1, p + 1) of the estimates
    conf_level : confidence level
    method : "maximum likelihood" or "Firth"
    conf_method : "Wald", "profile likelihood" or "penalized profile likelihood"
    log_likelihood, null_log_likelihood : fitted and intercept-only model (penalized under Firth)
    n_parameters : estimated covariates, the intercept not counted
    lr_statistic, lr_p_value : likelihood-ratio test of all covariates together
    n, n_event : patients and events (sums of the weights)
    iterations : Newton steps
    converged : whether the search converged
    infinite : (p + 1,) whether the maximum likelihood coefficient is infinite
    condition : statistical trouble in words
    """

    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    covariance: FloatArray
    conf_level: float
    method: str
    conf_method: str
    log_likelihood: float
    null_log_likelihood: float
    n_parameters: int
    lr_statistic: float
    lr_p_value: float
    n: float
    n_event: float
    iterations: int
    converged: bool
    infinite: NDArray[np.bool_]
    condition: tuple[str, ...]

    @property
    def deviance(self) -> float:
        """Minus twice the log-likelihood."""
        return -2 * self.log_likelihood

    def linear_predictor(self, covariates: ArrayLike) -> FloatArray:
        """Return the predicted log odds of patients; aliased covariates contribute nothing."""
        matrix = np.asarray(covariates, dtype=np.float64)
        if matrix.ndim == 1 and self.estimate.size == 2:
            matrix = matrix[:, None]
        if matrix.ndim != 2 or matrix.shape[1] != self.estimate.size - 1:
            raise InvalidData(f"covariates: (n, {self.estimate.size - 1}) is needed")
        return np.asarray(self.estimate[0] + matrix @ np.nan_to_num(self.estimate[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class LogisticDesign:
    """Checked data in a basis of orthogonal columns, so that no scale disturbs the search.

    Attributes
    ----------
    basis : (n, q) intercept and orthogonal combinations of the covariates that are not aliased
    to_original : (q, q) matrix that turns parameters of the basis into coefficients
    kept : positions of the estimated coefficients, 0 for the intercept
    size : coefficients in all, aliased ones included
    outcome : (n,) 0 or 1
    weights : (n,) patients each row stands for, above 0
    offset : (n,) known part of the log odds
    """

    basis: FloatArray
    to_original: FloatArray
    kept: IntArray
    size: int
    outcome: IntArray
    weights: FloatArray
    offset: FloatArray

    @property
    def n(self) -> float:
        """Patients."""
        return float(self.weights.sum())

    @property
    def n_event(self) -> float:
        """Patients with the event."""
        return float(self.weights @ self.outcome)

    @property
    def n_parameters(self) -> int:
        """Estimated covariates, the intercept not counted."""
        return int(self.kept.size - 1)

    def covariance(self, information: FloatArray) -> FloatArray:
        """Return the (q, q) covariance of the estimated coefficients."""
        return np.asarray(self.to_original @ np.linalg.inv(information) @ self.to_original.T)

    def chi_square_p(self, statistic: float) -> float:
        """Return the p-value of a test of all covariates; 1 if there is none."""
        return float(chdtrc(self.n_parameters, statistic)) if self.n_parameters else 1.0

    def spread(self, values: FloatArray) -> FloatArray:
        """Place the estimated coefficients among all, NaN for the aliased."""
        full = np.full(self.size, np.nan)
        full[self.kept] = values
        return full

    def spread_matrix(self, values: FloatArray) -> FloatArray:
        """Place a covariance matrix of the estimated coefficients among all."""
        full = np.full((self.size, self.size), np.nan)
        full[np.ix_(self.kept, self.kept)] = values
        return full


def logistic_design(
    *,
    outcome: ArrayLike,
    covariates: ArrayLike,
    weights: ArrayLike | None,
    offset: ArrayLike | None,
) -> LogisticDesign:
    """Check the data, drop rows of weight zero and aliased columns, orthogonalise the rest.

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1, negative weights.
    """
    n = np.asarray(outcome).size
    if n == 0:
        raise InvalidData("outcome: no patients")
    event = status_codes(outcome, length=n, largest=1)
    matrix = covariate_matrix(covariates, length=n)
    count = np.ones(n) if weights is None else finite_vector(weights, name="weights", length=n)
    known = np.zeros(n) if offset is None else finite_vector(offset, name="offset", length=n)
    if (count < 0).any():
        raise InvalidData("weights: negative values")
    used = count > 0
    if not used.all():
        event, matrix, count, known = event[used], matrix[used], count[used], known[used]
    basis, to_original, kept = orthogonal_basis(matrix)
    return LogisticDesign(basis, to_original, kept, matrix.shape[1] + 1, event, count, known)


def log_likelihood(design: LogisticDesign) -> Likelihood:
    """Return the binomial log-likelihood of a design as a function of the basis parameters."""
    sign = np.where(design.outcome == 1, -1.0, 1.0)

    def evaluate(parameters: FloatArray) -> Evaluation:
        log_odds = design.basis @ parameters + design.offset
        value = -float(design.weights @ np.logaddexp(0.0, sign * log_odds))
        # outcome minus risk, exact however close the risk is to 0 or 1
        residual = -sign * expit(sign * log_odds)
        spread = design.weights * expit(log_odds) * expit(-log_odds)
        score = design.basis.T @ (design.weights * residual)
        information = (design.basis * spread[:, None]).T @ design.basis
        return Evaluation(value, score, information)

    return evaluate


def penalized_log_likelihood(design: LogisticDesign) -> Likelihood:
    """Return the log-likelihood plus half the log determinant of the information (Firth).

    Where the information is singular the penalized likelihood is minus infinity.
    """
    plain = log_likelihood(design)

    def evaluate(parameters: FloatArray) -> Evaluation:
        here = plain(parameters)
        try:
            factor = cho_factor(here.information, lower=True)
        except LinAlgError:
            return Evaluation(-np.inf, here.score, here.information)
        determinant = 2 * float(np.log(np.diag(factor[0])).sum())
        basis, log_odds = design.basis, design.basis @ parameters + design.offset
        risk, rest = expit(log_odds), expit(-log_odds)
        spread = design.weights * risk * rest
        leverage = spread * (basis * cho_solve(factor, basis.T).T).sum(axis=1)
        tilt = rest - risk  # derivative of log(risk * rest) with respect to the log odds
        score = here.score + basis.T @ (leverage * tilt / 2)
        slopes = [
            cho_solve(factor, (basis * (spread * tilt * column)[:, None]).T @ basis)
            for column in basis.T
        ]
        traces = np.array([[np.vdot(one.T, two) for one in slopes] for two in slopes])
        bend = (basis * (leverage * (1 - 6 * risk * rest))[:, None]).T @ basis
        curvature = here.information - (bend - traces) / 2
        return Evaluation(here.value + determinant / 2, score, here.information, curvature)

    return evaluate


def data_conditions(design: LogisticDesign) -> tuple[str, ...]:
    """Name what is wrong with the data before anything is fitted."""
    found = []
    without_event = design.n - design.n_event
    if design.n == 0:
        found.append("no patients")
    elif design.n_event == 0:
        found.append("no events")
    elif without_event == 0:
        found.append("only events")
    if design.kept.size < design.size:
        found.append("aliased covariate")
    parameters = design.n_parameters
    if min(design.n_event, without_event) < EVENTS_PER_PARAMETER * parameters:
        found.append("too few events per parameter")
    return tuple(found)


def not_estimable(
    design: LogisticDesign, *, conf_level: float, condition: tuple[str, ...]
) -> LogisticRegression:
    """Return a result without numbers, for data from which no odds ratio can be estimated."""
    empty = np.full(design.size, np.nan)
    return LogisticRegression(
        estimate=empty,
        std_error=empty,
        conf_low=empty,
        conf_high=empty,
        statistic=empty,
        p_value=empty,
        covariance=np.full((design.size, design.size), np.nan),
        conf_level=conf_level,
        method="not estimable",
        conf_method="none",
        log_likelihood=np.nan,
        null_log_likelihood=np.nan,
        n_parameters=design.n_parameters,
        lr_statistic=np.nan,
        lr_p_value=np.nan,
        n=design.n,
        n_event=design.n_event,
        iterations=0,
        converged=False,
        infinite=np.zeros(design.size, dtype=bool),
        condition=condition,
    )
