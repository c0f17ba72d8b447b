"""With `--parity FILE`, write how close each comparison came to R (docs/parity.md)."""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

HERE = Path(__file__).parent
METHODS = {
    "test_bmt_example": "The study bmt_example, from its table to its estimates",
    "test_competing_risks": "Cumulative incidence, Gray's test, Fine-Gray model",
    "test_cox": "Cox model",
    "test_evidence_calibration": "Calibration of a points score, decision rules",
    "test_imputation": "Pooling over imputations, weights for a known score",
    "test_logistic": "Logistic regression, Firth's penalty",
    "test_meta_analysis": "Random effects",
    "test_paired_tests": "Two tests on the same patients",
    "test_prediction": "Calibration, net benefit",
    "test_random_sets": "All methods on five random data sets",
    "test_ranks": "Rank tests, correlation, durations",
    "test_survival_curves": "Kaplan-Meier, log-rank, restricted mean",
    "test_time_dependent": "Time-dependent discrimination",
    "test_two_by_two": "2x2 tables, ROC, exact tests",
}
HEAD = """# Parity with R

*Made by `make parity`: the suite of `tests/reference` runs and writes down how far each comparison
is from R. The values of R, with the call and the versions, are in `tests/reference/expected`, the
scripts that made them in `tests/reference/r`.*

The largest relative difference is |ours - R| / |R| over all numbers of the comparison; where R's
number is below 1e-12 in size the absolute difference counts. Tolerances: closed forms 1e-12,
iterative methods 1e-8, tail p-values 1e-6; a looser one has its reason beside it in the test.

"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--parity", type=Path, default=None, help="write the parity page to FILE")


@pytest.fixture(autouse=True)
def _record(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.config.getoption("--parity") is None:
        yield
        return
    original, largest = np.testing.assert_allclose, [0.0]

    def recording(actual: Any, desired: Any, *args: Any, **kwargs: Any) -> None:
        original(actual, desired, *args, **kwargs)
        largest[0] = max(largest[0], _difference(actual, desired))

    monkeypatch.setattr(np.testing, "assert_allclose", recording)
    yield
    found = request.config.stash.setdefault(FOUND, {})
    key = (request.node.module.__name__.rpartition(".")[2], request.node.originalname)
    names = _checks(request.node)
    before, checks = found.get(key, (0.0, set()))
    found[key] = (max(before, largest[0]), checks | names)


FOUND: pytest.StashKey[dict[tuple[str, str], tuple[float, set[str]]]] = pytest.StashKey()


def _difference(actual: Any, desired: Any) -> float:
    ours, theirs = np.broadcast_arrays(
        np.asarray(actual, dtype=float), np.asarray(desired, dtype=float)
    )
    known = np.isfinite(ours) & np.isfinite(theirs)
    size = np.where(np.abs(theirs[known]) < 1e-12, 1.0, np.abs(theirs[known]))
    return float(np.max(np.abs(ours[known] - theirs[known]) / size, initial=0.0))


def _expected() -> dict[str, tuple[str, str]]:
    calls: dict[str, tuple[str, str]] = {}
    for path in sorted((HERE / "expected").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for name, check in content.get("checks", {}).items():
            calls.setdefault(name, (content.get("dataset", path.stem), check.get("call", "")))
    return calls


def _checks(node: Any) -> set[str]:
    """Return the checks of R that a test names, in its source or its parameters."""
    known = _expected()
    source = ast.parse(textwrap.dedent(inspect.getsource(node.function)))
    texts = {n.value for n in ast.walk(source) if isinstance(n, ast.Constant)}
    values = getattr(getattr(node, "callspec", None), "params", {}).values()
    texts |= {value for value in values if isinstance(value, str)}
    return {text for text in texts if isinstance(text, str) and text in known}


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--parity")
    if path is None:
        return
    known = _expected()
    lines = [HEAD + "| method | comparison | R functions | checks | largest relative difference |"]
    lines.append("|---|---|---|---|---|")
    for (module, test), (largest, checks) in sorted(session.config.stash[FOUND].items()):
        calls = " ".join(known[name][1] for name in checks)
        functions = sorted(set(re.findall(r"[A-Za-z_.]+(?:::[A-Za-z_.]+)?(?=\()", calls)))
        shown = ", ".join(f"`{name}`" for name in functions if len(name) > 2)
        words = test.removeprefix("test_").replace("_", " ")
        count = len(checks) or ""
        method = METHODS.get(module, module)
        lines.append(f"| {method} | {words} | {shown} | {count} | {largest:.1e} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
