"""An orthogonal basis of a design matrix, with combinations of earlier columns left out."""

from __future__ import annotations

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray, IntArray

# A column counts as a combination of earlier ones when this little of it is left, relative to
# its spread and to its size (the second catches rounding of a large constant).
ALIASED_SHARE_OF_SPREAD = 1e-10
ALIASED_SHARE_OF_SIZE = 1e-12


def orthogonal_basis(matrix: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Centre the columns and orthogonalise them in order, leaving out combinations of earlier ones.

    Returns
    -------
    basis : (n, q) a column of ones, then orthogonal columns of mean square 1
    to_original : (q, q) coefficients = to_original @ parameters of the basis
    kept : (q,) 0 for the intercept and 1 + the column number of each column kept
    """
    n, p = matrix.shape
    centre = matrix.mean(axis=0) if n else np.zeros(p)
    basis, triangle, kept = np.ones((n, p + 1)), np.eye(p + 1), [0]
    for column in range(p):
        centred = matrix[:, column] - centre[column]
        size, spread = np.linalg.norm(matrix[:, column]), np.linalg.norm(centred)
        q = len(kept)
        earlier, share = basis[:, :q], np.zeros(q)
        for _ in range(2):  # the second pass removes what rounding left of the first
            projection = earlier.T @ centred / max(n, 1)
            centred = centred - earlier @ projection
            share += projection
        left = np.linalg.norm(centred)
        if left <= max(ALIASED_SHARE_OF_SPREAD * spread, ALIASED_SHARE_OF_SIZE * size):
            continue
        scale = left / np.sqrt(n)
        basis[:, q], triangle[:q, q], triangle[q, q] = centred / scale, share, scale
        kept.append(column + 1)
    q = len(kept)
    inverse: FloatArray = np.linalg.inv(triangle[:q, :q]).astype(np.float64)
    inverse[0] -= centre[np.array(kept[1:], dtype=np.int64) - 1] @ inverse[1:]
    return basis[:, :q], inverse, np.array(kept, dtype=np.int64)
