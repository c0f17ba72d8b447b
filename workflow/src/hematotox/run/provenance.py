"""What a result was made from: digests of code and libraries, the manifest of a run."""

from __future__ import annotations

import functools
import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hematotox.run.files import sha256

PACKAGE = Path(__file__).parent.parent

BELOW = ("contracts.py", "contract_tables.py", "declarations", "errors.py")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "synthetic": ("synthetic", "dialects", *BELOW),
    "staging": ("staging", "dialects", "observation.py", *BELOW),
    "cohort": ("cohort", "dialects", "cut_offs.py", "observation.py", *BELOW),
    "scoring": ("scoring", "cut_offs.py", *BELOW),
    "analysis": ("analysis", "stats", "pool.py", *BELOW),
    "reporting": ("reporting", "pool.py", *BELOW),
    "checks": ("checks", "staging", "dialects", "observation.py", "audit", *BELOW),
}
"""What each stage may import, as import-linter enforces it."""

READS_AND_WRITES = ("run/exports.py", "run/files.py", "run/job.py")
"""What every script imports beside its stage."""

FORMATS = ("numpy", "pandas", "python-calamine", "xlsxwriter", "pyreadstat", "pyarrow")

LIBRARIES: dict[str, tuple[str, ...]] = {
    "synthetic": FORMATS,
    "staging": FORMATS,
    "cohort": FORMATS,
    "scoring": ("numpy", "pandas"),
    "analysis": (
        "numpy",
        "pandas",
        "scipy",
        "lifelines",
        "statsmodels",
        "scikit-learn",
        "firthmodels",
        "scikit-misc",
    ),
    "reporting": ("matplotlib", "numpy", "pandas", "python-docx", "xlsxwriter", "jinja2"),
    "checks": FORMATS,
}


@functools.cache
def digest(stage: str) -> str:
    """Return a hash of all code a stage may import and of its libraries' versions.

    Snakemake does not see that a module changed which a script imports; as a parameter of the
    stage's rule this digest makes it see.
    """
    summary = hashlib.sha256()
    for part in (*MAY_IMPORT[stage], *READS_AND_WRITES):
        path = PACKAGE / part
        files = sorted(path.rglob("*.*")) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" not in file.parts and file.is_file():
                summary.update(file.relative_to(PACKAGE).as_posix().encode())
                summary.update(file.read_bytes())
    for library in LIBRARIES[stage]:
        summary.update(f"{library}=={version(library)}".encode())
    return summary.hexdigest()[:16]


def versions() -> dict[str, str]:
    """Return the versions of Python, of this program and of the libraries it computes with."""
    import platform

    names = sorted({library for libraries in LIBRARIES.values() for library in libraries})
    found = {"python": platform.python_version()}
    for name in ("hematotox", "snakemake", *names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def manifest(results: list[str], declarations: dict[str, str], settings: str) -> bytes:
    """Return what a run was made from, as JSON: settings, declarations, versions, digests.

    Parameters
    ----------
    results : files whose digests are listed
    declarations : declaration and the file, with its digest, that was used for it
    settings : the settings of the run, as JSON
    """
    content = {
        "settings": json.loads(settings),
        "declarations": declarations,
        "versions": versions(),
        "code": {stage: digest(stage) for stage in MAY_IMPORT},
        "results": {path: f"sha256:{sha256(path)}" for path in sorted(results)},
    }
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
