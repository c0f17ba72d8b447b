"""What a Fine-Gray model is fitted to: checked follow-up, standardised covariates, strata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hematotox.stats.competing_risks.subdistribution_risk import (
    COMPETING,
    EVENT,
    CensoringTies,
    SubdistributionRisk,
    log_likelihood,
    subdistribution_risk,
)
from hematotox.stats.numerics.survival_data import (
    LARGEST_STATUS,
    FloatArray,
    Groups,
    IntArray,
    InvalidData,
    competing_data,
    covariate_matrix,
    groups,
)

# Spread, relative to the largest value, below which a covariate is constant.
CONSTANT_SPREAD = 1e-12
# Sizes of covariates beyond which squares leave the range of numbers.
SMALLEST_SIZE, LARGEST_SIZE = 1e-100, 1e100
# A covariate is aliased if less than this share of its information is its own.
ALIASED_SHARE = 1e-10


@dataclass(frozen=True, slots=True)
class FineGraySettings:
    """How a Fine-Gray model is fitted.

    Attributes
    ----------
    cause : status code of the event of interest; all other codes but 0 compete
    censoring_group : (n,) groups with a censoring distribution of their own (R `cengroup`)
    conf_level : coverage of the limits
    """

    cause: int = 1
    censoring_group: ArrayLike | None = None
    conf_level: float = 0.95


@dataclass(frozen=True, slots=True)
class FineGrayData:
    """Checked and standardised data.

    Attributes
    ----------
    strata : one set of sorted patients per stratum that has an event of interest
    strata_levels : the strata, in the order of `strata`
    center, scale : (p,) a covariate x enters as (x - center) / scale
    kept : (p,) False if aliased
    cluster : codes and levels, or None
    n, n_event : patients, events of interest
    """

    strata: tuple[SubdistributionRisk, ...]
    strata_levels: tuple[Any, ...]
    center: FloatArray
    scale: FloatArray
    kept: NDArray[np.bool_]
    cluster: Groups | None
    n: int
    n_event: int


def fine_gray_data(
    *,
    time: ArrayLike,
    status: ArrayLike,
    covariates: ArrayLike,
    strata: ArrayLike | None,
    cluster: ArrayLike | None,
    settings: FineGraySettings,
) -> FineGrayData:
    """Check everything, standardise the covariates and drop those that are aliased.

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input, or no covariate.
    """
    times, codes = competing_data(time=time, status=status)
    n, cause = times.size, settings.cause
    if not isinstance(cause, (int, np.integer)) or not 1 <= cause <= LARGEST_STATUS:
        raise InvalidData(f"cause: a whole number from 1 to {LARGEST_STATUS} is needed")
    matrix = covariate_matrix(covariates, length=n)
    if matrix.shape[1] == 0:
        raise InvalidData("covariates: at least one is needed")
    kind = np.where(codes == cause, EVENT, np.where(codes == 0, 0, COMPETING))
    clusters = None if cluster is None else groups(cluster, name="cluster", length=n)
    z, center, scale = _standardised(matrix)
    parts, levels = _strata(
        times,
        kind,
        z=z,
        stratum=_coded(strata, name="strata", length=n),
        censoring_group=_coded(settings.censoring_group, name="censoring_group", length=n),
        ties="with events" if clusters is None else "after events",
    )
    kept = _not_aliased(parts, size=scale.size)
    return FineGrayData(
        strata=tuple(_restrict(part, kept) for part in parts),
        strata_levels=levels,
        center=center,
        scale=scale,
        kept=kept,
        cluster=clusters,
        n=n,
        n_event=int((kind == EVENT).sum()),
    )


def _coded(values: ArrayLike | None, *, name: str, length: int) -> Groups:
    if values is None:
        return Groups(codes=np.zeros(length, dtype=np.int64), levels=(None,))
    return groups(values, name=name, length=length)


def _standardised(matrix: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (p, n) covariates of mean 0 and spread 1, with centre and scale.

    Dividing by the largest value first keeps very large and very small units from overflowing.
    """
    columns = np.ascontiguousarray(matrix.T)
    largest = np.abs(columns).max(axis=1)
    largest = np.where(largest > 0, largest, 1.0)
    if (largest < SMALLEST_SIZE).any() or (largest > LARGEST_SIZE).any():
        raise InvalidData("covariates: numbers of a size between 1e-100 and 1e100 are needed")
    columns = columns / largest[:, None]
    mean = columns.mean(axis=1)
    columns -= mean[:, None]
    spread = np.sqrt((columns**2).mean(axis=1))
    constant = spread <= CONSTANT_SPREAD
    columns[constant] = 0.0
    spread = np.where(constant, 1.0, spread)
    columns /= spread[:, None]
    return columns, mean * largest, spread * largest


def _strata(
    times: FloatArray,
    kind: IntArray,
    *,
    z: FloatArray,
    stratum: Groups,
    censoring_group: Groups,
    ties: CensoringTies,
) -> tuple[list[SubdistributionRisk], tuple[Any, ...]]:
    """Sort every stratum; one without an event of interest says nothing and is left out."""
    order = np.argsort(stratum.codes, kind="stable")
    bounds = np.cumsum(np.bincount(stratum.codes, minlength=len(stratum.levels)))[:-1]
    parts, levels = [], []
    for level, row in zip(stratum.levels, np.split(order, bounds), strict=True):
        if not (kind[row] == EVENT).any():
            continue
        _, group = np.unique(censoring_group.codes[row], return_inverse=True)
        parts.append(
            subdistribution_risk(
                row=row,
                time=times[row],
                kind=kind[row],
                covariates=z[:, row],
                censoring_group=group,
                ties=ties,
            )
        )
        levels.append(level)
    return parts, tuple(levels)


def _not_aliased(parts: list[SubdistributionRisk], *, size: int) -> NDArray[np.bool_]:
    """Tell which covariates have information that no earlier one has (Cholesky, in order)."""
    information = np.zeros((size, size))
    for part in parts:
        information += log_likelihood(part, np.zeros(size))[2]
    whole = information.diagonal().copy()
    kept = np.zeros(size, dtype=bool)
    events = sum(part.event_count.sum() for part in parts)
    for j in range(size):
        own = information[j, j]
        kept[j] = own > ALIASED_SHARE * max(whole[j], ALIASED_SHARE * events)
        if kept[j]:
            column = information[:, j].copy()
            information -= np.outer(column, column) / own
    return kept


def _restrict(part: SubdistributionRisk, kept: NDArray[np.bool_]) -> SubdistributionRisk:
    from dataclasses import replace

    if kept.all():
        return part
    return replace(part, design=part.design[np.concatenate([[True], kept])])
