"""A rule's script from start to end: one thread, one message, exit code."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from hematotox.errors import ContractError, UserError

FAULT = "a fault of this program"
STOPPED = "stopped before the end; the same command continues"


class Stopped(BaseException):
    """Somebody, or the system, asked this job to stop."""


@contextlib.contextmanager
def job(log: str | Path) -> Iterator[None]:
    """Run a rule's script: one message for a user's mistake, the stack in the log for ours.

    A `UserError` leaves its message in the log and ends the job with exit code 1. Anything else
    is our fault: the log gets the stack without values, and the message names the log. A job that
    was asked to stop is nobody's.
    """
    one_thread_a_worker()
    _listen_for_the_end()
    path = Path(log)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    start = time.monotonic()
    try:
        yield
        _write_times(path.with_suffix(".time.json"), seconds=time.monotonic() - start)
    except UserError as error:
        path.write_text(f"{error}\n", encoding="utf-8")
        sys.exit(1)
    except (KeyboardInterrupt, Stopped):
        path.write_text(f"{STOPPED}\n", encoding="utf-8")
        sys.exit(1)
    except Exception as error:
        details = f"{error}\n\n" if isinstance(error, ContractError) else ""
        text = f"{FAULT}, details in {path}\n\n{details}{stack(error)}"
        path.write_text(text, encoding="utf-8")
        sys.exit(1)


def _listen_for_the_end() -> None:
    """Have SIGTERM stop the job as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        # a pool that is left while its tasks are cancelled complains in a thread of its own
        threading.excepthook = lambda _: None
        raise Stopped

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)


def _write_times(path: Path, *, seconds: float) -> None:
    """Write how long the job took, and the memory of its largest process where that is known."""
    found = {"seconds": round(seconds, 2)}
    with contextlib.suppress(ImportError):  # Windows has no such module
        import resource

        usage = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        kibibytes = 1 if sys.platform.startswith("linux") else 1024
        found["largest_process_mib"] = round(max(u.ru_maxrss for u in usage) / kibibytes / 1024)
    path.write_text(json.dumps(found) + "\n", encoding="utf-8")


def run_times(logs: str | Path) -> str:
    """Return the times of all jobs that left one beside their log, as JSON."""
    folder = Path(logs)
    times = {
        path.relative_to(folder).as_posix().removesuffix(".time.json"): json.loads(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(folder.rglob("*.time.json"))
    }
    return json.dumps(times, indent=2) + "\n"


def one_thread_a_worker() -> None:
    """Keep linear algebra on one thread, so that the number of cores never changes a byte."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def stack(error: BaseException) -> str:
    """Return the stack of a fault without values: files, lines, functions, kinds of error."""
    lines = []
    current: BaseException | None = error
    while current is not None:
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}: {frame.line}"
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        if type(current).__name__ == "_RemoteTraceback":
            # the stack of a pool's worker arrives as text; its last line may hold a value
            lines += [line for line in str(current).splitlines() if line.startswith('  File "')]
        current = current.__cause__ or current.__context__
    return "\n".join(lines) + "\n"
