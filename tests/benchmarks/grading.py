"""Time of grading many ANC series, early and late, with durations and bounds.

python tests/benchmarks/grading.py [patients] [convention]

The goal is 1,000,000 patients with 60 values each in at most 120 s and 8 GiB on 2 cores.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

from hematotox.cohort.grading.daily_values import Series
from hematotox.cohort.grading.grades import Observation, grade_series
from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention

CONVENTIONS = Path(__file__).parents[2] / "config" / "conventions"
VALUES = 60


def random_series(patients: int) -> Series:
    """Return 60 values a patient on days -5 to 100, sorted by patient."""
    rng = np.random.default_rng(1)
    patient = np.repeat(np.arange(patients, dtype=np.int32), VALUES)
    day = rng.integers(-5, 101, size=patient.size, dtype=np.int32)
    value = np.exp(rng.normal(0, 1.5, size=patient.size))
    return Series(patient, day, value, value)


def main(patients: int, name: str) -> None:
    """Grade random series once and print the time and the memory it took."""
    path = CONVENTIONS / f"{name}.yaml"
    convention = parse(path.read_text(encoding="utf-8"), source=path.name, model=Convention)
    series = random_series(patients)
    never = np.full(patients, np.nan)
    end = np.random.default_rng(2).integers(5, 400, size=patients).astype(float)
    observation = Observation(end=end, death=never, progression=never, new_therapy=never)
    start = time.perf_counter()
    for label in ("early", "late"):
        began = time.perf_counter()
        columns = grade_series(convention.windows[label], series, observation=observation)
        counts = columns["grade"].value_counts().sort_index().to_dict()
        print(f"{name} {label}: {time.perf_counter() - began:.1f} s, grades {counts}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{patients:,} patients x {VALUES} values: {time.perf_counter() - start:.1f} s, "
        f"peak memory {peak:.1f} GiB with the data themselves"
    )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 100_000,
        sys.argv[2] if len(sys.argv) > 2 else "cart_sie",
    )
