"""A process pool for many small pieces of work inside one job."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_function: list[Callable[[Any], Any]] = []
"""What a worker process was started for; set once, when it starts."""


def map_in_pool(
    function: Callable[[Item], Result], items: Sequence[Item], *, workers: int
) -> list[Result]:
    """Return `function` of every item, in the order of the items.

    Processes are forked on Linux, where a fork shares the imported libraries and the data that
    `function` holds, and spawned elsewhere. With one worker, or one item, nothing is started;
    the results are the same.
    """
    if workers <= 1 or len(items) <= 1:
        return [function(item) for item in items]
    method = "fork" if sys.platform.startswith("linux") else "spawn"
    with ProcessPoolExecutor(
        min(workers, len(items)),
        mp_context=multiprocessing.get_context(method),
        initializer=_start,
        initargs=(function,),
    ) as executor:
        try:
            return list(executor.map(_call, items))
        except BaseException:
            executor.shutdown(cancel_futures=True)  # or what waits would be worked off first
            raise


def _start(function: Callable[[Any], Any]) -> None:
    _function.append(function)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has its parent's way to stop


def _call(item: Any) -> Any:
    return _function[-1](item)
