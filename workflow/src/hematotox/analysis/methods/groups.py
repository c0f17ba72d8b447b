"""The groups of an exposure, in order, each with its patients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients


def group_members(
    patients: Patients, exposure: str | None
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield each level of an exposure and who has it; without exposure, everybody as ""."""
    if exposure is None:
        yield "", np.ones(len(patients.table), dtype=bool)
        return
    values = patients.category(exposure)
    for level in patients.levels(exposure):
        yield level, values == level
