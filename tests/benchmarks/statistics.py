"""The speed of the statistics against their peers, in one run; prints the table of the docs.

    python -m venv .venv-benchmarks
    .venv-benchmarks/bin/pip install --require-hashes -r envs/benchmarks.lock
    .venv-benchmarks/bin/pip install --no-deps --no-build-isolation --editable .
    .venv-benchmarks/bin/python tests/benchmarks/statistics.py

Machines are noisy: each figure is the median of alternating runs, and only ratios are meant.
"""

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hematotox.stats import (
    auc,
    compare_auc,
    cox,
    cumulative_incidence,
    fine_gray,
    gray_test,
    optimism,
)

warnings.filterwarnings("ignore")


@dataclass(frozen=True)
class Data:
    """Patients with day-resolution times, three states and five covariates."""

    time: Any
    status: Any
    covariates: Any
    group: Any
    centre: Any


def patients(n: int, seed: int = 1) -> Data:
    rng = np.random.default_rng(seed)
    covariates = np.column_stack(
        [rng.integers(0, 2, n), rng.integers(0, 2, n), *rng.normal(size=(3, n))]
    ).astype(float)
    risk = np.exp(covariates @ np.array([0.5, -0.3, 0.2, 0.1, 0.0]))
    event = rng.exponential(900 / risk)
    competing = rng.exponential(1500, n)
    censoring = rng.uniform(200, 2500, n)
    times = np.ceil(np.minimum(np.minimum(event, competing), censoring))
    first = np.argmin(np.column_stack([censoring, event, competing]), axis=1)
    centre = rng.integers(0, 20, n)
    return Data(times, first, covariates, covariates[:, 0].astype(int), centre)


def median_seconds(functions: list[Callable[[], Any]], runs: int) -> list[float]:
    """Run the functions in turn and return the median time of each."""
    for function in functions:
        function()
    seconds: list[list[float]] = [[] for _ in functions]
    for _ in range(runs):
        for index, function in enumerate(functions):
            start = time.perf_counter()
            function()
            seconds[index].append(time.perf_counter() - start)
    return [float(np.median(each)) for each in seconds]


def row(task: str, n: int, peer: str, pair: list[float], goal: str) -> None:
    ours, theirs = pair
    ratio = f"{theirs / ours:.1f}x" if theirs else "-"
    print(f"| {task} | {n:,} | {ours:.4g} | {peer} | {theirs:.4g} | {ratio} | {goal} |", flush=True)


def fine_gray_rows() -> None:
    from comprisk import FineGrayRegression

    seconds = {}
    for n in (1_000, 10_000, 100_000):
        d = patients(n)

        def ours(d: Data = d) -> Any:
            return fine_gray(time=d.time, status=d.status, covariates=d.covariates)

        def peer(d: Data = d) -> Any:
            return FineGrayRegression(robust_se=True).fit(d.covariates, event=d.status, time=d.time)

        pair = median_seconds([ours, peer], 5)
        seconds[n] = pair[0]
        row("Fine-Gray, crr's sandwich SE", n, "comprisk, robust", pair, "at most 1.5 x its time")
    slope = np.polyfit(np.log(list(seconds)), np.log(list(seconds.values())), 1)[0]
    print(f"| Fine-Gray, log-log slope in n | 1,000-100,000 | {slope:.2f} | | | | at most 1.15 |")
    d = patients(1_000_000)
    start = time.perf_counter()
    fine_gray(time=d.time, status=d.status, covariates=d.covariates)
    took = time.perf_counter() - start
    print(f"| Fine-Gray, 5 covariates | 1,000,000 | {took:.3g} | | | | fits in 4 GiB |", flush=True)


def gray_rows() -> None:
    from comprisk import gray_test as comprisk_gray

    n = 10_000
    d = patients(n)

    def ours() -> Any:
        return gray_test(time=d.time, status=d.status, group=d.group)

    def stratified() -> Any:
        return gray_test(time=d.time, status=d.status, group=d.group, strata=d.centre)

    def peer() -> Any:
        return comprisk_gray(d.time, d.status, d.group)

    plain, with_strata, theirs = median_seconds([ours, stratified, peer], 7)
    row("Gray's test", n, "comprisk", [plain, theirs], "at least 5 x faster")
    goal = "at least 5 x faster than its unstratified"
    row("Gray's test, 20 strata", n, "comprisk", [with_strata, theirs], goal)


def aalen_johansen_rows() -> None:
    from comprisk import CumulativeIncidence
    from sksurv.nonparametric import cumulative_incidence_competing_risks

    n = 10_000
    d = patients(n)

    def ours() -> Any:
        return cumulative_incidence(time=d.time, status=d.status)

    def peer() -> Any:
        return CumulativeIncidence().fit(d.time, d.status)

    def other() -> Any:
        return cumulative_incidence_competing_risks(
            d.status, d.time, conf_type="log-log", var_type="Aalen"
        )

    row("Aalen-Johansen with limits", n, "comprisk", median_seconds([ours, peer], 7), "no slower")
    pair = median_seconds([ours, other], 1)
    row("Aalen-Johansen with limits", n, "scikit-survival", pair, "at least 100 x faster")


def cox_rows() -> None:
    import pandas as pd
    from lifelines import CoxPHFitter

    n = 10_000
    d = patients(n)
    event = (d.status == 1).astype(int)
    frame = pd.DataFrame(d.covariates, columns=list("abcde")).assign(
        time=d.time, event=event, centre=d.centre
    )

    def ours() -> Any:
        return cox(time=d.time, event=event, covariates=d.covariates, cluster=d.centre)

    def peer() -> Any:
        return CoxPHFitter().fit(frame, "time", "event", robust=True, cluster_col="centre")

    pair = median_seconds([ours, peer], 5)
    row("Cox, Efron, robust", n, "lifelines", pair, "at least 5 x faster")


def discrimination_rows() -> None:
    n = 1_000_000
    rng = np.random.default_rng(2)
    outcome = rng.integers(0, 2, n)
    first = rng.normal(size=n) + outcome
    second = first + rng.normal(size=n)

    def ours() -> Any:
        return compare_auc(outcome=outcome, first=first, second=second)

    def one() -> Any:
        return auc(outcome=outcome, marker=first)

    def sorting() -> Any:
        return np.sort(first), np.sort(second)

    pair = median_seconds([ours, sorting], 9)
    goal = "at most 2 x the time of sorting both"
    row("AUC, DeLong interval, paired test", n, "two numpy sorts", pair, goal)
    single = median_seconds([one, sorting], 9)
    row("AUC with DeLong interval", n, "two numpy sorts", single, goal)


def bootstrap_rows() -> None:
    rng = np.random.default_rng(3)
    n = 600
    covariates = rng.normal(size=(n, 6))
    outcome = (rng.random(n) < 1 / (1 + np.exp(-covariates[:, 0]))).astype(int)
    samples = rng.integers(0, n, (2_000, n))

    def ours() -> Any:
        return optimism(outcome=outcome, covariates=covariates, samples=samples)

    took = median_seconds([ours], 3)[0]
    task = "2,000 bootstrap refits of a logistic model of 6 covariates, optimism"
    print(f"| {task} | {n} | {took:.3g} | | | | at most 3 s on 2 cores |", flush=True)


def main() -> None:
    print("| task | n | ours, s | peer | peer, s | peer / ours | must reach |")
    print("|---|---|---|---|---|---|---|")
    for part in (
        fine_gray_rows,
        gray_rows,
        aalen_johansen_rows,
        cox_rows,
        discrimination_rows,
        bootstrap_rows,
    ):
        part()


if __name__ == "__main__":
    sys.exit(main())
