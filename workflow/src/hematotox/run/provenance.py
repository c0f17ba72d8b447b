"""What a result was made from: digests of code and libraries, the manifest of a run."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

from hematotox.run.files import CLONE, sha256, shown

PACKAGE = Path(__file__).parent.parent

BELOW = ("contracts.py", "contract_tables.py", "declarations", "errors.py")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "synthetic": ("synthetic", "dialects", *BELOW),
    "staging": ("staging", "dialects", "observation.py", *BELOW),
    "cohort": ("cohort", "dialects", "cut_offs.py", "observation.py", *BELOW),
    "scoring": ("scoring", "cut_offs.py", *BELOW),
    "imputation": ("imputation", "stats", "pool.py", "cut_offs.py", *BELOW),
    "analysis": ("analysis", "stats", "pool.py", *BELOW),
    "reporting": ("reporting", "pool.py", *BELOW),
    "checks": ("checks", "staging", "dialects", "observation.py", "audit", *BELOW),
}
"""What each stage may import, as import-linter enforces it."""

READS_AND_WRITES = ("run/exports.py", "run/files.py", "run/job.py", "run/writing.py")
"""What every script imports beside its stage."""

FORMATS = ("numpy", "pandas", "python-calamine", "xlsxwriter", "pyreadstat", "pyarrow")

LIBRARIES: dict[str, tuple[str, ...]] = {
    "synthetic": FORMATS,
    "staging": FORMATS,
    "cohort": FORMATS,
    "scoring": ("numpy", "pandas"),
    "imputation": ("numpy", "pandas", "scipy"),
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


@functools.cache
def library_digest(name: str) -> str:
    """Return a digest of an installed library: of the digests of its files in its own record.

    Compiled files and what the installer wrote are left out, so that it is the same on every
    machine with the same wheel; empty for one that keeps no record, or is installed as a link.
    """
    record = distribution(name).read_text("RECORD") or ""
    lines = [
        line
        for line in record.splitlines()
        if ",sha256=" in line and not line.startswith("..") and ".dist-info/" not in line
    ]
    return f"sha256:{hashlib.sha256(chr(10).join(sorted(lines)).encode()).hexdigest()}"


def workflow_digest() -> str:
    """Return a digest of what runs the package: rules, their scripts, the template of the page."""
    summary = hashlib.sha256()
    folders = [CLONE / "workflow" / part for part in ("rules", "scripts", "report")]
    for file in sorted(path for folder in folders for path in folder.glob("*.*")):
        summary.update(file.relative_to(CLONE).as_posix().encode())
        summary.update(file.read_bytes())
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


def manifest(made_from: str) -> bytes:
    """Return what the results of a run were made from and what they are, as JSON with digests.

    Parameters
    ----------
    made_from : JSON of `run.made_from.manifest_made_from`: settings, declarations, data cuts; the
        export files of each centre; of each study its centres, declarations, table and result files
    """
    named: dict[str, Any] = json.loads(made_from)
    studies = {
        study: {**parts, **{part: _digests(parts[part]) for part in ("table", "results")}}
        for study, parts in named["studies"].items()
    }
    exports = {
        centre: {label: f"sha256:{sha256(path)}" for label, path in files.items()}
        for centre, files in named["exports"].items()
    }
    libraries = sorted({name for names in LIBRARIES.values() for name in names} | {"snakemake"})
    content = {
        **named,
        "exports": exports,
        "studies": studies,
        "versions": versions(),
        "libraries": {name: library_digest(name) for name in libraries},
        "code": {stage: digest(stage) for stage in MAY_IMPORT} | {"workflow": workflow_digest()},
    }
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _digests(paths: Iterable[str]) -> dict[str, str]:
    """Return the digest of each file, named as messages name it."""
    return {shown(path): f"sha256:{sha256(path)}" for path in sorted(paths)}
