"""Rank tests between groups of patients: Kruskal-Wallis and Mann-Whitney, with quartiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from hematotox.stats.numerics.confidence import two_sided_p
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    Groups,
    InvalidData,
    finite_vector,
    groups,
)

# wilcox.test enumerates below this size of both groups, unless values are tied
SMALL_GROUP = 50


@dataclass(frozen=True, slots=True)
class GroupQuartiles:
    """Quartiles of a group (interpolated between order statistics, R's type 7).

    Attributes
    ----------
    level : the group
    n : patients
    q1, median, q3 : quartiles, NaN in an empty group
    minimum, maximum : range
    """

    level: Any
    n: int
    q1: float
    median: float
    q3: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class KruskalWallis:
    """Result of the Kruskal-Wallis test.

    Attributes
    ----------
    statistic : chi-square, corrected for ties
    df : groups with patients, minus 1
    p_value : of the chi-square distribution
    quartiles : of each group
    n : patients
    condition : statistical trouble in words
    """

    statistic: float
    df: int
    p_value: float
    quartiles: tuple[GroupQuartiles, ...]
    n: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """Result of the Mann-Whitney (Wilcoxon rank sum) test.

    Attributes
    ----------
    statistic : W, pairs in which the first group has the higher value, ties half
    p_value : two-sided
    method : "exact" or "normal approximation" (tie and continuity corrected)
    probability : W divided by the number of pairs
    quartiles : of the two groups
    n : patients
    condition : statistical trouble in words
    """

    statistic: float
    p_value: float
    method: str
    probability: float
    quartiles: tuple[GroupQuartiles, ...]
    n: int
    condition: tuple[str, ...]


def quartiles_by_group(
    *, values: ArrayLike, group: ArrayLike, levels: ArrayLike | None = None
) -> tuple[GroupQuartiles, ...]:
    """Return median, quartiles and range of each group.

    Parameters
    ----------
    values : (n,) measurements
    group : (n,) group of each patient
    levels : groups in the order they are shown; sorted if None

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, a group that is not among the levels.

    References
    ----------
    R ``quantile(type = 7)``.

    Examples
    --------
    >>> from hematotox.stats import quartiles_by_group
    >>> low, high = quartiles_by_group(values=[1, 2, 4, 7, 9], group=[0, 0, 0, 1, 1])
    >>> low.median, high.q1
    (2.0, 7.5)
    """
    vector, coded = _checked(values, group, levels=levels)
    return _quartiles(vector, coded)


def kruskal_wallis(
    *, values: ArrayLike, group: ArrayLike, levels: ArrayLike | None = None
) -> KruskalWallis:
    """Test whether a measurement is distributed alike in all groups (Kruskal-Wallis).

    Parameters
    ----------
    values : (n,) measurements
    group : (n,) group of each patient
    levels : groups in the order they are shown; sorted if None

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, a group that is not among the levels.

    References
    ----------
    R ``kruskal.test``.

    Examples
    --------
    >>> from hematotox.stats import kruskal_wallis
    >>> test = kruskal_wallis(values=[3, 5, 4, 8, 9, 7], group=["low"] * 3 + ["high"] * 3)
    >>> print(f"chi-square {test.statistic:.3f}, p = {test.p_value:.4f}")
    chi-square 3.857, p = 0.0495
    """
    vector, coded = _checked(values, group, levels=levels)
    n, ranks = vector.size, midranks(vector)
    size = np.bincount(coded.codes, minlength=len(coded.levels))
    present = size > 0
    df = int(present.sum()) - 1
    rank_sum = np.bincount(coded.codes, weights=ranks, minlength=len(coded.levels))
    # Spread of the ranks themselves, which carries the correction for ties.
    spread = float(((ranks - (n + 1) / 2) ** 2).sum())
    condition = _conditions(df, spread, empty=bool((~present).any()))
    statistic = p_value = math.nan
    if df > 0 and spread > 0:
        mean_rank = rank_sum[present] / size[present]
        between = float((size[present] * (mean_rank - (n + 1) / 2) ** 2).sum())
        statistic = (n - 1) * between / spread
        p_value = float(chdtrc(df, statistic))
    return KruskalWallis(statistic, df, p_value, _quartiles(vector, coded), n, condition)


def mann_whitney(
    *, values: ArrayLike, group: ArrayLike, levels: ArrayLike | None = None
) -> MannWhitney:
    """Test whether one of two groups tends to have higher values (Mann-Whitney).

    Exact below 50 patients a group without ties, otherwise the normal approximation with
    corrections for ties and continuity.

    Parameters
    ----------
    values : (n,) measurements
    group : (n,) one of two groups
    levels : the two groups, first the one counted by the statistic; sorted if None

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, more than two groups.

    References
    ----------
    R ``wilcox.test``.

    Examples
    --------
    >>> from hematotox.stats import mann_whitney
    >>> test = mann_whitney(values=[3, 5, 4, 8, 9, 7], group=[0, 0, 0, 1, 1, 1])
    >>> test.statistic, round(test.p_value, 3), test.method
    (0.0, 0.1, 'exact')
    """
    vector, coded = _checked(values, group, levels=levels)
    if len(coded.levels) > 2:
        raise InvalidData(f"group: two groups are needed, not {len(coded.levels)}")
    n, ranks = vector.size, midranks(vector)
    first = coded.codes == 0
    n_first, n_second = int(first.sum()), int((~first).sum())
    statistic = float(ranks[first].sum()) - n_first * (n_first + 1) / 2
    spread = float(((ranks - (n + 1) / 2) ** 2).sum())
    condition = _conditions(int(min(n_first, n_second) > 0), spread, empty=False)
    quartiles = _quartiles(vector, coded)
    if condition:
        nan = math.nan
        return MannWhitney(nan, nan, "not estimable", nan, quartiles, n, condition)
    exact = max(n_first, n_second) < SMALL_GROUP and np.unique(vector).size == n
    if exact:
        p_value = _exact_p(statistic, n_first, n_second=n_second)
    else:
        p_value = _normal_p(
            statistic - n_first * n_second / 2, n_first, n_second=n_second, spread=spread
        )
    return MannWhitney(
        statistic=statistic,
        p_value=p_value,
        method="exact" if exact else "normal approximation",
        probability=statistic / (n_first * n_second),
        quartiles=quartiles,
        n=n,
        condition=(),
    )


def midranks(values: FloatArray) -> FloatArray:
    """Return ranks from 1, tied values sharing their mean rank.

    Parameters
    ----------
    values : (n,) numbers

    Raises
    ------
    InvalidData
        Missing or infinite values.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import midranks
    >>> midranks(np.array([2.0, 7.0, 2.0, 1.0])).tolist()
    [2.5, 4.0, 2.5, 1.0]
    """
    from scipy.stats import rankdata

    return rankdata(finite_vector(values, name="values"))


def _checked(
    values: ArrayLike, group: ArrayLike, *, levels: ArrayLike | None
) -> tuple[FloatArray, Groups]:
    vector = finite_vector(values, name="values")
    if vector.size == 0:
        raise InvalidData("values: no patients")
    return vector, groups(group, name="group", length=vector.size, levels=levels)


def _conditions(df: int, spread: float, *, empty: bool) -> tuple[str, ...]:
    found = []
    if df < 1:
        found.append("one group")
    elif spread == 0:
        found.append("constant variable")
    if empty:
        found.append("empty group")
    return tuple(found)


def _quartiles(values: FloatArray, group: Groups) -> tuple[GroupQuartiles, ...]:
    result = []
    for code, level in enumerate(group.levels):
        here = values[group.codes == code]
        five = np.quantile(here, [0.25, 0.5, 0.75, 0, 1]) if here.size else np.full(5, np.nan)
        q1, median, q3, low, high = (float(value) for value in five)
        result.append(GroupQuartiles(level, int(here.size), q1, median, q3, low, high))
    return tuple(result)


def _normal_p(distance: float, n_first: int, *, n_second: int, spread: float) -> float:
    n = n_first + n_second
    corrected = distance - 0.5 * np.sign(distance)
    return two_sided_p(corrected / math.sqrt(n_first * n_second * spread / (n * (n - 1))))


def _exact_p(statistic: float, n_first: int, *, n_second: int) -> float:
    """Count the choices of ranks for the first group by their sum."""
    n, largest = n_first + n_second, n_first * n_second
    least = n_first * (n_first + 1) // 2
    ways = np.zeros((n_first + 1, largest + least + 1))
    ways[0, 0] = 1
    for rank in range(1, n + 1):
        ways[1:, rank:] += ways[:-1, :-rank].copy()
    share = ways[n_first, least:] / ways[n_first, least:].sum()
    at = int(statistic)
    return min(1.0, 2 * min(float(share[: at + 1].sum()), float(share[at:].sum())))
