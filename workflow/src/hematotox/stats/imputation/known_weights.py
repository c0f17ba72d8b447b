"""Weights by which the patients with a known score stand for all: inverse probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    covariate_matrix,
    finite_vector,
    groups,
)

STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class KnownWeights:
    """Stabilised weights of the patients whose score is known.

    Attributes
    ----------
    weight : (n,) share known divided by the patient's probability of being known, cut at the
        declared percentiles; 0 where the score is not known
    effective_n : patients that would carry as much information unweighted, (sum w)^2 / sum w^2
    largest : largest weight
    imbalance_before, imbalance_after : (p,) standardised difference of each covariate between
        the patients with a known score and all, unweighted and weighted
    coefficient : (1 + p,) of the logistic model of being known, intercept first
    condition : statistical trouble of that model in words
    """

    weight: FloatArray
    effective_n: float
    largest: float
    imbalance_before: FloatArray
    imbalance_after: FloatArray
    coefficient: FloatArray
    condition: tuple[str, ...]


def known_weights(
    *,
    known: ArrayLike,
    covariates: ArrayLike,
    centre: ArrayLike | None = None,
    cut: tuple[float, float] = (0.0, 1.0),
) -> KnownWeights:
    """Weight the patients with a known score so that they stand for all.

    Parameters
    ----------
    known : (n,) whether every item of the score is known
    covariates : (n, p) numbers that are known of everybody
    centre : (n,) centre of each patient; its share known gets a normal random intercept, so that
        a centre where nobody (or everybody) is known keeps a finite probability
    cut : percentiles (as fractions) of the weights at which they are cut

    Raises
    ------
    InvalidData
        Missing covariates, lengths that differ, nobody known.

    References
    ----------
    Robins, Hernan and Brumback, Epidemiology 2000;11:550-60; Cole and Hernan, Am J Epidemiol
    2008;168:656-64 (cutting). Random intercept: Breslow and Clayton, JASA 1993 (penalised
    quasi-likelihood). Without centres and cuts R ``glm(known ~ x, binomial)``.

    Examples
    --------
    >>> from hematotox.stats import known_weights
    >>> found = known_weights(known=[1, 1, 0, 1, 0, 1], covariates=[[0], [0], [0], [1], [1], [1]])
    >>> found.weight.round(3).tolist(), round(found.effective_n, 1)
    ([1.0, 1.0, 0.0, 1.0, 0.0, 1.0], 4.0)
    """
    seen = finite_vector(known, name="known")
    columns = covariate_matrix(covariates, length=seen.size)
    if not seen.any():
        raise InvalidData("known: nobody is known")
    model = logistic(outcome=seen, covariates=columns)
    coefficient = model.estimate
    chance = np.ones(seen.size)
    if not seen.all():
        chance = expit(coefficient[0] + columns @ np.nan_to_num(coefficient[1:]))
    if centre is not None and not seen.all():
        place = groups(centre, name="centre", length=seen.size)
        chance = _with_centres(seen, columns, np.eye(len(place.levels))[place.codes])
    weight = np.where(seen == 1, seen.mean() / np.where(seen == 1, chance, 1.0), 0.0)
    inside = weight[seen == 1]
    weight[seen == 1] = np.clip(inside, *np.quantile(inside, cut))
    spread = columns.std(axis=0)
    scaled = np.divide(columns - columns.mean(axis=0), spread, where=spread > 0, out=columns * 0)
    return KnownWeights(
        weight=weight,
        effective_n=float(weight.sum() ** 2 / (weight**2).sum()),
        largest=float(weight.max()),
        imbalance_before=seen @ scaled / seen.sum(),
        imbalance_after=weight @ scaled / weight.sum(),
        coefficient=coefficient,
        condition=model.condition,
    )


def _with_centres(seen: FloatArray, columns: FloatArray, own: FloatArray) -> FloatArray:
    """Return the chance of being known by a logistic model with a random intercept a centre.

    The mode of the penalised likelihood and the variance of the intercepts take turns; the
    variance is that of the modes plus their uncertainty, over the number of centres. `own` is an
    indicator a centre.
    """
    n_centre = own.shape[1]
    spread = columns.std(axis=0)
    scaled = (columns - columns.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    design = np.column_stack([np.ones(seen.size), scaled, own])
    first = design.shape[1] - n_centre
    beta, variance = np.zeros(design.shape[1]), 1.0
    for _ in range(STEPS):
        # 1e-6 keeps a covariate that separates finite; it moves no weight that is printed
        penalty = np.concatenate([np.full(first, 1e-6), np.full(n_centre, 1 / variance)])
        chance = expit(design @ beta)
        information = (design.T * (chance * (1 - chance))) @ design + np.diag(penalty)
        step = np.linalg.solve(information, design.T @ (seen - chance) - penalty * beta)
        beta = beta + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        modes, doubt = beta[first:], np.diag(np.linalg.inv(information))[first:]
        variance = max(float((modes**2 + doubt).sum()) / n_centre, 1e-4)
        if np.abs(step).max() < 1e-8:
            break
    found: FloatArray = expit(design @ beta)
    return found
