"""Properties are tested on the same examples everywhere, however slow the machine is.

What takes long to make, such as a whole run, is made once and shared by all test processes.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("house")

WAIT_SECONDS = 300


@contextmanager
def _made_once(folder: Path) -> Iterator[bool]:
    done = folder.with_name(f"{folder.name}.made")
    try:
        folder.with_name(f"{folder.name}.started").mkdir(parents=True)
    except FileExistsError:
        end = time.monotonic() + WAIT_SECONDS
        while not done.exists() and time.monotonic() < end:
            time.sleep(0.2)
        yield False
        return
    try:
        yield True
    finally:
        done.touch()


@pytest.fixture(scope="session")
def made_once() -> Callable[[Path], AbstractContextManager[bool]]:
    """Tell one of several test processes to make a folder; the others wait until it is made."""
    return _made_once


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of `pytest -n` share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def computed_once(shared_folder: Path) -> Callable[[str, Callable[[], Any]], Any]:
    """Compute something in one of several test processes: `computed_once(name, how)`."""

    def compute(name: str, how: Callable[[], Any]) -> Any:
        path = shared_folder / f"{name}.pickle"
        with _made_once(path) as mine:
            if mine:
                path.write_bytes(pickle.dumps(how()))
        return pickle.loads(path.read_bytes())

    return compute
