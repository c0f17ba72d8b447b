"""Odds ratios with standard errors that allow for clusters, few of them included (CR2)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, stdtr, stdtrit

from hematotox.stats.binary.logistic_model import LogisticRegression
from hematotox.stats.numerics.survival_data import FloatArray, covariate_matrix, groups

ROUNDING = 1e-10
"""Share of the largest eigenvalue below which one is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredLogistic(LogisticRegression):
    """A logistic model whose standard errors, limits and tests allow for clusters.

    Attributes
    ----------
    df : (p + 1,) Satterthwaite's degrees of freedom of each coefficient's t
    n_cluster : clusters
    """

    df: FloatArray
    n_cluster: int


def cluster_robust(
    fitted: LogisticRegression, *, outcome: ArrayLike, covariates: ArrayLike, cluster: ArrayLike
) -> ClusteredLogistic:
    """Replace the standard errors of a logistic model by bias-reduced cluster-robust ones (CR2).

    Parameters
    ----------
    fitted : from `logistic`, by maximum likelihood
    outcome, covariates : (n,) and (n, p) that it was fitted to, each row one patient
    cluster : (n,) names; patients of different clusters are independent

    References
    ----------
    Bell and McCaffrey, Surv Methodol 2002;28:169-81; Pustejovsky and Tipton, J Bus Econ Stat
    2018;36:672-83. R ``clubSandwich::coef_test(vcov = "CR2", test = "Satterthwaite")``.

    Examples
    --------
    >>> from hematotox.stats import cluster_robust, logistic
    >>> outcome, covariates = [0, 1, 0, 1, 1, 0, 1, 0], [1, 2, 2, 3, 1, 1, 3, 2]
    >>> fitted = logistic(outcome=outcome, covariates=covariates)
    >>> found = cluster_robust(
    ...     fitted, outcome=outcome, covariates=covariates, cluster=list("aabbccdd")
    ... )
    >>> found.df.round(1).tolist()
    [2.0, 2.6]
    """
    y = np.asarray(outcome, dtype=np.float64)
    codes = groups(cluster, name="cluster", length=y.size)
    matrix = np.column_stack([np.ones(y.size), covariate_matrix(covariates, length=y.size)])
    known = np.isfinite(fitted.estimate)
    x = matrix[:, known]
    risk = expit(x @ fitted.estimate[known])
    weight, bread = risk * (1 - risk), fitted.covariance[np.ix_(known, known)]
    pull, trace, squares = [], [], []
    for code in range(len(codes.levels)):
        own = codes.codes == code
        adjusted = _adjusted(x[own] @ bread, x[own], weight[own])
        pull.append(adjusted.T @ (y - risk)[own])
        trace.append((weight[own, None] * adjusted**2).sum(axis=0))
        squares.append(adjusted.T @ (weight[own, None] * x[own]))
    covariance = np.array(pull).T @ np.array(pull)
    # of each coefficient: the residuals' working covariance in the quadratic form of its variance
    shared = np.einsum("gcp,pq,hcq->cgh", squares, bread, squares)
    quadratic = np.einsum("gc,gh->cgh", trace, np.eye(len(trace))) - shared
    df = np.einsum("cgg->c", quadratic) ** 2 / (quadratic**2).sum(axis=(1, 2))
    error = np.sqrt(np.diag(covariance))
    t = fitted.estimate[known] / error
    half = stdtrit(df, (1 + fitted.conf_level) / 2) * error
    made = {
        "std_error": error,
        "conf_low": fitted.estimate[known] - half,
        "conf_high": fitted.estimate[known] + half,
        "statistic": t,
        "p_value": 2 * stdtr(df, -np.abs(t)),
        "df": df,
    }
    spread = {name: _spread(values, known) for name, values in made.items()}
    whole = np.full((known.size, known.size), np.nan)
    whole[np.ix_(known, known)] = covariance
    kept = {field.name: getattr(fitted, field.name) for field in fields(LogisticRegression)}
    new = {**spread, "covariance": whole, "n_cluster": len(codes.levels)}
    return ClusteredLogistic(**(kept | new))


def _adjusted(values: FloatArray, x: FloatArray, weight: FloatArray) -> FloatArray:
    """Return A values of a cluster: A = W^.5 (W M W)^-.5 W^.5, M = I - W^.5 X B X' W^.5.

    `values` is X B of the cluster.
    """
    root = np.sqrt(weight)
    middle = np.diag(weight**2) - (weight**1.5)[:, None] * (values @ x.T) * (weight**1.5)
    size, direction = np.linalg.eigh(middle)
    inverse = np.where(size > ROUNDING * size.max(), size, np.inf) ** -0.5
    turned = direction.T @ (root[:, None] * values)
    return np.asarray(root[:, None] * (direction @ (inverse[:, None] * turned)))


def _spread(values: FloatArray, known: FloatArray) -> FloatArray:
    full = np.full(known.size, np.nan)
    full[known] = values
    return full
