"""Time of grading many ANC series, early and late, with durations and bounds.

python tests/benchmarks/grading.py [patients] [convention] [--against COMMIT]

The goal is 1,000,000 patients with 60 values each in at most 120 s and 8 GiB on 2 cores. With
--against the same is run, in turn with this version, in a worktree of another commit, and the ratio
of the processor times is printed; the goal is at most 1.5.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from hematotox.cohort.grading.daily_values import Series
from hematotox.cohort.grading.grades import Observation, grade_series
from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention

CLONE = Path(__file__).parents[2]
CONVENTIONS = CLONE / "config" / "conventions"
VALUES = 60
TURNS = 3


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


def against(commit: str, patients: int, name: str) -> None:
    """Run the benchmarks of this version and of another commit in turn and compare them."""
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        git = ["git", "-C", str(CLONE), "worktree"]
        subprocess.run([*git, "add", "--detach", str(other), commit], check=True)
        try:
            used = {CLONE: 0.0, other: 0.0}
            for _ in range(TURNS):
                for clone in used:
                    used[clone] += processor_time(clone, patients, name)
        finally:
            subprocess.run([*git, "remove", "--force", str(other)], check=True)
    now, before = (seconds / TURNS for seconds in used.values())
    print(f"processor time {now:.1f} s, at {commit} {before:.1f} s: ratio {now / before:.2f}")


def processor_time(clone: Path, patients: int, name: str) -> float:
    """Return the seconds of processor time that one run in a clone takes."""
    script = clone / "tests" / "benchmarks" / "grading.py"
    environment = os.environ | {"PYTHONPATH": str(clone / "workflow" / "src")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, str(script), str(patients), name], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("patients", nargs="?", type=int, default=100_000)
    options.add_argument("convention", nargs="?", default="cart_sie")
    options.add_argument("--against", metavar="COMMIT")
    chosen = options.parse_args()
    if chosen.against:
        against(chosen.against, chosen.patients, chosen.convention)
    else:
        main(chosen.patients, chosen.convention)
