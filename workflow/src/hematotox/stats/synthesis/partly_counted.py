"""Pooled odds ratio of studies, some known by their 2x2 table, others by their ratio alone."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.constrained_newton import Evaluation, Likelihood
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector
from hematotox.stats.synthesis.binomial_normal import BinomialNormal, binomial_normal, pooled
from hematotox.stats.synthesis.tables_likelihood import informative_studies, tables_likelihood


def partly_counted(
    *,
    tables: ArrayLike,
    estimate: ArrayLike = (),
    variance: ArrayLike = (),
    conf_level: float = 0.95,
) -> BinomialNormal:
    """Pool odds ratios where a zero cell needs its exact likelihood and others print no counts.

    A study known by its counts contributes the non-central hypergeometric likelihood of the
    binomial-normal model, nothing added to its zero cells; one known only by its log odds ratio
    and standard error a normal likelihood. True log odds ratios are normal between studies.

    Parameters
    ----------
    tables : (k, 4) events and patients of the first group, events and patients of the second
    estimate, variance : (m,) log odds ratio and squared standard error of the other studies
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Counts that are missing, negative or not whole, more events than patients; variances not
        above 0; no studies.

    References
    ----------
    With tables alone: R ``metafor::rma.glmm(measure = "OR", model = "CM.EL")``; with estimates
    alone: ``metafor::rma(method = "ML", test = "z")``. The sum of both likelihoods: Stijnen, Hamza
    and Ozdemir, Stat Med 2010;29:3046-67.

    Examples
    --------
    >>> from hematotox.stats import partly_counted
    >>> found = partly_counted(
    ...     tables=[[28, 42, 5, 38], [12, 41, 0, 59]], estimate=[1.08], variance=[0.18]
    ... )
    >>> print(f"{found.estimate:.2f} ({found.conf_low:.2f} to {found.conf_high:.2f})")
    2.40 (0.80 to 4.00)
    """
    counts = np.asarray(tables, dtype=np.float64).reshape(-1, 4)
    y = finite_vector(estimate, name="estimate")
    v = finite_vector(variance, name="variance", length=y.size)
    if (v <= 0).any():
        raise InvalidData("variance: values above 0 are needed")
    if not y.size:
        return binomial_normal(
            events_1=counts[:, 0],
            n_1=counts[:, 1],
            events_2=counts[:, 2],
            n_2=counts[:, 3],
            conf_level=conf_level,
        )
    likelihood, informative = _likelihood(counts, y, variance=v)
    n = len(counts) + y.size, informative + y.size
    return pooled(likelihood, n=n, conf_level=conf_level)


def _likelihood(
    counts: FloatArray, y: FloatArray, *, variance: FloatArray
) -> tuple[Likelihood, int]:
    """Return the log-likelihood of (log odds ratio, tau), and how many tables inform it."""
    studies = (
        informative_studies(counts[:, 0], counts[:, 1], events_2=counts[:, 2], n_2=counts[:, 3])
        if len(counts)
        else []
    )
    of_tables = tables_likelihood(studies)

    def evaluate(parameters: FloatArray) -> Evaluation:
        exact, normal = of_tables(parameters), _normal(parameters, y, variance=variance)
        exact_curvature = exact.information if exact.curvature is None else exact.curvature
        assert normal.curvature is not None
        return Evaluation(
            exact.value + normal.value,
            exact.score + normal.score,
            exact.information + normal.information,
            curvature=exact_curvature + normal.curvature,
        )

    return evaluate, len(studies)


def _normal(parameters: FloatArray, y: FloatArray, *, variance: FloatArray) -> Evaluation:
    """Return the normal log-likelihood of the estimates; tau may have either sign."""
    theta, tau = (float(value) for value in parameters)
    residual, total = y - theta, variance + tau * tau
    excess = residual**2 / total**2 - 1 / total
    value = -float((np.log(2 * math.pi * total) + residual**2 / total).sum()) / 2
    score = np.array([(residual / total).sum(), tau * excess.sum()])
    information = np.diag([(1 / total).sum(), 2 * tau * tau * (1 / total**2).sum()])
    cross = 2 * tau * (residual / total**2).sum()
    bend = 2 * tau * tau * (2 * residual**2 / total**3 - 1 / total**2).sum() - excess.sum()
    curvature = np.array([[(1 / total).sum(), cross], [cross, bend]])
    return Evaluation(value, score, information, curvature=curvature)
