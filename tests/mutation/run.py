"""Would a test notice? Samples small changes of the package and runs the tests that reach each.

python tests/mutation/run.py [--sample 300] [--seed 1] [--first 0] [--last 300] [--only cohort]

The changes are those of `changes.py`, all equally likely; the same seed gives the same sample, so
that it can be run in pieces. Which test file runs which function is found once, by running each
file with every function marked, and kept in `.mutation/`. Of a change those files are run, quickest
first, until one fails. A file that takes ten times its usual processor time has noticed too.

Survivors are written to `.mutation/survivors.txt`. Some are equivalent (no input gives another
result); each of the others is a test that is missing. Left out are `synthetic` and `documentation`,
and most tests of `tests/workflow`, which run Snakemake and take minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from changes import Change, changes_of, functions_of

ROOT = Path(__file__).parents[2]
PACKAGE = Path("workflow/src/hematotox")
KEPT = ROOT / ".mutation"
LEFT_OUT = ("synthetic", "documentation")
TESTS = (
    "tests/unit",
    "tests/specification",
    "tests/reference",
    "tests/workflow/test_bad_input.py",
    "tests/workflow/test_conservation_sweep.py",
)
SLOWER, LEAST_SECONDS, MOST_SECONDS, WAITS = 10, 30, 300, 10
"""Times the usual processor seconds of a file, its least limit, the most for one change; and how
many times as long it may wait for a processor."""
MARKS = "import builtins as _b\n__reached__ = getattr(_b, '__reached__', len)\n"


def main(asked: argparse.Namespace) -> None:
    """Run a piece of the sample and print what was noticed, by package."""
    # threads do not survive a fork; bytecode of one change must not be taken for another's
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    _import_libraries()
    with tempfile.TemporaryDirectory(prefix="mutation") as folder:
        tree = _copied(Path(folder) / "tree")
        os.environ["PYTHONPATH"] = str(tree / "workflow/src")
        reached = _reached(tree)
        sample = sampled(asked.sample, seed=asked.seed, only=asked.only)[asked.first : asked.last]
        noticed = {change: _noticed(change, tree, reached) for change in sample}
    _report(noticed)


def _copied(tree: Path) -> Path:
    """Copy what is in the repository, or would be with the next `git add`."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(lambda name: (ROOT / name).is_file(), names.split("\0")):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    return tree


def sampled(size: int, *, seed: int, only: str = "") -> list[Change]:
    """Return changes drawn from all of the package, or from one part of it."""
    found: list[Change] = []
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        part = path.relative_to(ROOT / PACKAGE).as_posix()
        if not part.startswith(LEFT_OUT) and only in part:
            found += changes_of(path.relative_to(ROOT).as_posix(), path.read_bytes())
    return random.Random(seed).sample(found, min(size, len(found)))


# ---- which test file reaches which function --------------------------------------------------


def _reached(tree: Path) -> dict[str, dict[str, object]]:
    """Return of each test file its seconds and the functions and modules that it reaches."""
    modules = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / PACKAGE).rglob("*.py"))
    kept = KEPT / "reached.json"
    known = json.loads(kept.read_text()) if kept.exists() else {}
    files = known["files"] if known.get("modules") == modules else {}
    digests = {
        name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in _test_files()
    }
    stale = [name for name, one in digests.items() if files.get(name, {}).get("digest") != one]
    with _marked(tree):
        for name in stale:
            print(f"which functions does {name} reach?", flush=True)
            answer = tree / "reached.txt"
            if _in_a_child(lambda name=name, answer=answer: _mark(name, answer), tree, 3600) != 0:
                raise SystemExit(f"{name} fails as it is:\n{(tree / 'output.txt').read_text()}")
            seconds, *functions = answer.read_text().split("\n")
            files[name] = {
                "digest": digests[name],
                "seconds": float(seconds),
                "reached": functions,
            }
            KEPT.mkdir(exist_ok=True)
            kept.write_text(json.dumps({"modules": modules, "files": files}))
    return {name: files[name] for name in digests}


def _test_files() -> list[str]:
    places = [ROOT / name for name in TESTS]
    files = [
        p for place in places for p in (place.rglob("test_*.py") if place.is_dir() else [place])
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in files)


@contextmanager
def _marked(tree: Path) -> Iterator[None]:
    """Let every function of the copied package say that it runs."""
    before = {path: path.read_bytes() for path in (tree / PACKAGE).rglob("*.py")}
    for path, source in before.items():
        lines = source.decode().splitlines(keepends=True)
        module = path.relative_to(tree).as_posix()
        for line, indent, name in sorted(functions_of(source), reverse=True):
            lines.insert(line - 1, f"{indent}__reached__('{module}:{name}')\n")
        future = [n for n, line in enumerate(lines) if line.startswith("from __future__")]
        if future:
            lines.insert(future[0] + 1, MARKS)
            path.write_text("".join(lines))
    yield
    for path, source in before.items():
        path.write_bytes(source)


def _mark(name: str, answer: Path) -> int:
    import builtins

    found: set[str] = set()
    builtins.__reached__ = found.add  # type: ignore[attr-defined]
    code = _pytest(name)
    loaded = [m for m in sys.modules if m.split(".")[0] == "hematotox"]
    seconds = f"{time.process_time():.1f}"
    answer.write_text("\n".join([seconds, *sorted({*found, *(f"{m}:" for m in loaded)})]))
    return code


# ---- one change ------------------------------------------------------------------------------


def _noticed(change: Change, tree: Path, reached: dict[str, dict[str, object]]) -> str:
    """Return the test file that notices a change, or nothing."""
    path = tree / change.path
    source = path.read_bytes()
    path.write_bytes(change.applied(source))
    files = _files_for(change, reached)
    left = float(MOST_SECONDS)
    found = ""
    for name in files:
        usual = float(str(reached[name]["seconds"]))
        limit = max(SLOWER * usual, LEAST_SECONDS)
        if _in_a_child(lambda name=name: _pytest(name, "-x"), tree, limit) != 0:
            found = name
            break
        left -= usual
        if left < 0:
            break
    path.write_bytes(source)
    words = f"noticed by {found}" if found else f"NOT NOTICED by {len(files)} files"
    print(f"{change.path}:{change.line} {change.kind}: {change.old!r} -> {change.new!r}: {words}",
          flush=True)  # fmt: skip
    return found


def _files_for(change: Change, reached: dict[str, dict[str, object]]) -> list[str]:
    """Return the test files that run the changed function, quickest first."""
    function = f"{change.path}:{change.function}"
    module = change.path.removeprefix("workflow/src/").removesuffix(".py").replace("/", ".")
    module = module.removesuffix(".__init__")
    of_function = [name for name, one in reached.items() if function in one["reached"]]  # type: ignore[operator]
    loading = [name for name, one in reached.items() if f"{module}:" in one["reached"]]  # type: ignore[operator]
    direct = [name for name in loading if module.split(".")[-1] in (ROOT / name).read_text()]
    # a function that no test runs here may still be run in another process
    chosen = of_function or (direct if change.function else loading)
    quickest = sorted(chosen, key=lambda name: float(str(reached[name]["seconds"])))
    return sorted(quickest, key=lambda name: name not in direct)


def _in_a_child(work: Callable[[], int], tree: Path, limit: float) -> int:
    """Return what a forked process returns, another number if it takes more processor seconds."""
    child = os.fork()
    if child == 0:
        code = 98
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))
            os.chdir(tree)
            sys.path.insert(0, str(tree / "workflow/src"))
            told = os.open(tree / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(told, 1)
            os.dup2(told, 2)
            code = work()
        finally:
            os._exit(code)
    end = time.monotonic() + WAITS * limit
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 99


def _pytest(*arguments: str) -> int:
    import pytest

    return int(pytest.main([*arguments, "-q", "-n", "0", "-p", "no:cacheprovider"]))


def _import_libraries() -> None:
    """Import what takes long once; a forked process has it."""
    import docx  # noqa: F401
    import lifelines  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import openpyxl  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import scipy.stats  # noqa: F401
    import sklearn.metrics  # noqa: F401
    import statsmodels.api  # noqa: F401


def _report(noticed: dict[Change, str]) -> None:
    tried, seen = Counter(), Counter()  # type: ignore[var-annotated]
    for change, by in noticed.items():
        package = change.path.removeprefix(f"{PACKAGE}/").split("/")[0]
        tried[package] += 1
        seen[package] += bool(by)
    for package in sorted(tried):
        print(f"{package:20} {seen[package]:4} of {tried[package]:4} noticed")
    total = sum(tried.values())
    print(f"{'all':20} {sum(seen.values()):4} of {total:4} noticed")
    survivors = [change for change, by in noticed.items() if not by]
    lines = [f"{c.path}:{c.line} {c.kind}: {c.old!r} -> {c.new!r}" for c in survivors]
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "survivors.txt").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=None)
    parser.add_argument("--only", default="", help="part of a path, such as cohort or stats/cox")
    main(parser.parse_args())
