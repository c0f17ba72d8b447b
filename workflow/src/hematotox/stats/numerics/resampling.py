"""Bootstrap samples of patients as weights, and percentile limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData

# Samples handled together: their matrices stay in the processor's cache and large data sets
# stay within memory.
CELLS_AT_ONCE = 250_000


def resampling_weights(
    *, n: int, replicates: int, rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Draw bootstrap samples of n patients as counts of how often each is drawn.

    The samples come in pieces of some (b, n) rows, `replicates` rows in all.

    Parameters
    ----------
    n : patients
    replicates : samples
    rng : generator, seeded by the caller

    Raises
    ------
    InvalidData
        No patients, or fewer than two replicates.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import resampling_weights
    >>> pieces = resampling_weights(n=5, replicates=100, rng=np.random.default_rng(1))
    >>> np.concatenate(list(pieces)).sum(axis=1).tolist() == [5.0] * 100
    True
    """
    if n < 1:
        raise InvalidData("n: no patients")
    if replicates < 2:
        raise InvalidData("replicates: at least two are needed")
    return _pieces(n, replicates, rng=rng)


def _pieces(n: int, replicates: int, *, rng: np.random.Generator) -> Iterator[FloatArray]:
    most = max(1, CELLS_AT_ONCE // n)
    for begin in range(0, replicates, most):
        rows = min(most, replicates - begin)
        drawn = rng.integers(0, n, size=(rows, n)) + n * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n)
        yield counts.reshape(rows, n).astype(np.float64)


def percentile_limits(
    values: ArrayLike, *, conf_level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return bootstrap percentile limits over the first axis, leaving out NaN.

    Parameters
    ----------
    values : (b,) or (b, t) replicates
    conf_level : confidence level

    Raises
    ------
    InvalidData
        No replicates.

    References
    ----------
    R ``quantile(values, c(.025, .975), type = 7)``.

    Examples
    --------
    >>> from hematotox.stats import percentile_limits
    >>> low, high = percentile_limits([1.0, 2.0, 3.0, 4.0, 5.0], conf_level=0.5)
    >>> float(low), float(high)
    (2.0, 4.0)
    """
    two_sided_quantile(conf_level)
    array = np.asarray(values, dtype=np.float64)
    if not array.size:
        raise InvalidData("values: no replicates")
    shape = array.shape[1:]
    columns = array.reshape(len(array), -1).T
    tails = [(1 - conf_level) / 2, (1 + conf_level) / 2]
    limits = np.array(
        [
            np.quantile(known, tails) if known.size else [np.nan, np.nan]
            for known in (column[~np.isnan(column)] for column in columns)
        ]
    )
    return limits[:, 0].reshape(shape), limits[:, 1].reshape(shape)
