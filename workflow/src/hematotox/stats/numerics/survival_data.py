"""The one gate through which follow-up enters every survival method.

Nothing here estimates anything. A method that receives times and a status calls one of these
functions first, so that a time vector passed as events, a missing value or a vector of another
length is refused in one place, in one wording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LARGEST_STATUS = 9
SAME_TIME = float(np.sqrt(np.finfo(np.float64).eps))
"""Times nearer than this, in their unit or as a share of the mean time, are one time (R)."""


class InvalidData(ValueError):
    """The numbers handed to a statistical method cannot be what the method assumes."""


@dataclass(frozen=True, slots=True)
class Groups:
    """A categorical vector as codes into its ordered levels.

    Attributes
    ----------
    codes : (n,) integers, 0 for the first level
    levels : the levels, in the order they are shown
    """

    codes: IntArray
    levels: tuple[Any, ...]

    def __len__(self) -> int:
        return int(self.codes.size)


def finite_vector(values: ArrayLike, *, name: str, length: int | None = None) -> FloatArray:
    """Return `values` as a one-dimensional float vector without missing or infinite entries.

    Raises
    ------
    InvalidData
        Not one-dimensional, not numeric, of another length than `length`, NaN or infinite.
    """
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"{name}: numbers are needed") from error
    if vector.ndim != 1:
        raise InvalidData(f"{name}: one dimension is needed, not {vector.ndim}")
    if length is not None and vector.size != length:
        raise InvalidData(f"{name}: {vector.size} values where {length} are needed")
    if not np.isfinite(vector).all():
        raise InvalidData(f"{name}: {int((~np.isfinite(vector)).sum())} missing or infinite values")
    return vector


def joined_times(time: ArrayLike) -> FloatArray:
    """Return times with those that differ by float noise made equal, to the smaller.

    A time that was divided or converted may differ from its equal in the 16th digit, which would
    break their tie. Neighbours among the sorted different times are joined if they lie within
    1.49e-8, or within that share of the mean of the different times.

    References
    ----------
    R: `survival::aeqSurv`, which every function of that package applies (`timefix`).

    Examples
    --------
    >>> from hematotox.stats.numerics.survival_data import joined_times
    >>> joined_times([0.1 + 0.2, 0.3, 0.7]).tolist()
    [0.3, 0.3, 0.7]
    """
    times = np.asarray(time, dtype=np.float64)
    different, place = np.unique(times, return_inverse=True)
    if different.size < 2:
        return times
    near = max(SAME_TIME, SAME_TIME * float(np.mean(np.abs(different))))
    starts = np.concatenate([[True], np.diff(different) > near])
    if starts.all():
        return times
    joined: FloatArray = different[starts][np.cumsum(starts) - 1][place]
    return joined


def follow_up_time(time: ArrayLike) -> FloatArray:
    """Return follow-up times: finite, not negative, at least one patient, ties joined."""
    vector = finite_vector(time, name="time")
    if vector.size == 0:
        raise InvalidData("time: no patients")
    if (vector < 0).any():
        raise InvalidData(f"time: {int((vector < 0).sum())} negative values")
    return joined_times(vector)


def status_codes(status: ArrayLike, *, length: int, largest: int = LARGEST_STATUS) -> IntArray:
    """Return status as integers: 0 censored, 1 event of interest, 2 and above competing events.

    A vector of follow-up times passed here by mistake holds fractions or numbers far above the
    few codes a study has, and is refused for either.
    """
    vector = finite_vector(status, name="status", length=length)
    codes = vector.astype(np.int64)
    beyond = codes.size and (codes.min() < 0 or codes.max() > largest)
    if beyond or (codes != vector).any():
        raise InvalidData(
            f"status: whole numbers from 0 to {largest} are needed "
            "(0 censored, 1 event, 2 and above competing events); was a time vector passed?"
        )
    return codes


def survival_data(*, time: ArrayLike, event: ArrayLike) -> tuple[FloatArray, IntArray]:
    """Check follow-up with one kind of event.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there

    Raises
    ------
    InvalidData
        Missing, infinite or negative times, events other than 0 and 1, different lengths.
    """
    times = follow_up_time(time)
    return times, status_codes(event, length=times.size, largest=1)


def competing_data(*, time: ArrayLike, status: ArrayLike) -> tuple[FloatArray, IntArray]:
    """Check follow-up with competing events (status 0 censored, 1 of interest, 2.. competing)."""
    times = follow_up_time(time)
    return times, status_codes(status, length=times.size)


def groups(values: ArrayLike, *, name: str, length: int, levels: Any = None) -> Groups:
    """Code a categorical vector; `levels` fixes the order, otherwise they are sorted.

    Raises
    ------
    InvalidData
        Missing values, another length, or a value outside `levels`.
    """
    vector = np.asarray(values)
    if vector.shape != (length,):
        raise InvalidData(f"{name}: {vector.size} values where {length} are needed")
    if vector.dtype.kind == "f" and not np.isfinite(vector).all():
        raise InvalidData(f"{name}: missing values")
    if vector.dtype.kind == "O" and any(v is None or v != v for v in vector):
        raise InvalidData(f"{name}: missing values")
    order = tuple(np.unique(vector).tolist()) if levels is None else tuple(levels)
    position = {level: code for code, level in enumerate(order)}
    try:
        codes = np.array([position[value] for value in vector.tolist()], dtype=np.int64)
    except KeyError as error:
        raise InvalidData(f"{name}: a value that is not among the levels") from error
    return Groups(codes=codes, levels=order)


def covariate_matrix(covariates: ArrayLike, *, length: int) -> FloatArray:
    """Return covariates as an (n, p) matrix of finite numbers; a vector becomes one column."""
    try:
        matrix = np.asarray(covariates, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData("covariates: numbers are needed, in rows of one length") from error
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != 2 or matrix.shape[0] != length:
        raise InvalidData(f"covariates: {matrix.shape} where ({length}, p) is needed")
    if not np.isfinite(matrix).all():
        missing = int((~np.isfinite(matrix)).sum())
        raise InvalidData(f"covariates: {missing} missing or infinite values")
    return matrix
