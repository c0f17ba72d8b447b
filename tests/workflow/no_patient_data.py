"""Refuse what looks like patients' data in the repository; also the pre-commit hook.

    python tests/workflow/no_patient_data.py

Looks at the files that git tracks or would add. Patients' tables, centre files of real hospitals
and corrections belong into a run folder outside the clone (`hematotox new-run`). Data that may be
here are those of ALLOWED, each with a reason; the practice exports of the tutorial carry the seal
of synthetic exports. Uses the standard library only, so that the hook needs nothing.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

DATA_ENDINGS = (
    ".csv", ".tsv", ".tab", ".txt", ".dat", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".sav",
    ".zsav", ".por", ".dta", ".sas7bdat", ".xpt", ".parquet", ".feather", ".rds", ".rda", ".rdata",
    ".h5", ".hdf5", ".mdb", ".accdb", ".sqlite", ".sqlite3", ".db", ".dbf", ".jsonl", ".ndjson",
    ".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".pkl", ".pickle", ".npy", ".npz",
)  # fmt: skip
ALLOWED = {
    "config/data/": "public data sets; each file is named, with its source, in its README.md",
    "config/published/": "numbers printed in papers",
    "tests/data/": "drawn by hand for tests, or expected results of public data",
    "tests/reference/": "public data sets and the values R gives for them",
    "docs/tutorial/": "practice exports, synthetic and sealed",
    "workflow/src/hematotox/": "numbers the program itself needs",
}
CENTRES = "config/centres/"
SYNTHETIC = "workflow/src/hematotox/synthetic"
"""Holds a calibration.json a simulated study, with its centres."""
SEAL = "SYNTHETIC.json"


def refused(names: Iterable[str], *, root: Path) -> Iterator[str]:
    """Yield one message for each file that must not be in the repository.

    Parameters
    ----------
    names : files, relative to the root, with forward slashes
    root : folder of the repository
    """
    for name in sorted(names):
        reason = _reason(PurePosixPath(name), root)
        if reason:
            yield f"{name}: {reason}"


def _reason(path: PurePosixPath, root: Path) -> str:
    name = path.as_posix()
    if "exports" in path.parts[:-1] and not name.startswith("tests/data/exports/"):
        return "exports belong into the exports/ folder of a run outside the repository"
    if path.parts[0] == "results" and name != "results/README.md":
        return "results are made by a run, and hold patients"
    if name.endswith(".corrections.csv") and not name.startswith("docs/tutorial/"):
        return "corrections name patients; they belong into the config/ of a run"
    if name.startswith(CENTRES) and path.suffix == ".yaml":
        return _centre(path, root)
    if path.suffix.lower() in DATA_ENDINGS:
        return _data(path, root)
    return ""


def _centre(path: PurePosixPath, root: Path) -> str:
    for calibration in (root / SYNTHETIC).rglob("calibration.json"):
        if path.stem in json.loads(calibration.read_text(encoding="utf-8"))["centres"]:
            return ""
    return "is no synthetic centre; the file of a hospital belongs into the config/ of its run"


def _data(path: PurePosixPath, root: Path) -> str:
    name = path.as_posix()
    folder = next((folder for folder in ALLOWED if name.startswith(folder)), None)
    if folder is None:
        listed = ", ".join(ALLOWED)
        return f"data may be in {listed} only; patients' tables belong into a run's exports/"
    if folder == "config/data/":
        sources = (root / folder / "README.md").read_text(encoding="utf-8")
        if f"`{path.name}`" not in sources:
            return "config/data/README.md does not say where it comes from"
    if folder == "docs/tutorial/" and len(path.parts) > 3 and not _is_sealed(root / path):
        return f"is not among the synthetic files that its folder's {SEAL} describes"
    return ""


def _is_sealed(path: Path) -> bool:
    seal = path.parent / SEAL
    if not seal.is_file():
        return False
    digests = json.loads(seal.read_text(encoding="utf-8"))["files"]
    if path.name not in digests:
        return False
    return bool(digests[path.name] == hashlib.sha256(path.read_bytes()).hexdigest())


def files_of(root: Path) -> list[str]:
    """Return the files that git tracks, or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    names = listed.stdout.decode("utf-8").split("\0")
    return [name for name in names if name and (root / name).is_file()]


def main() -> int:
    """Print what is refused; exit code 1 if anything is."""
    root = Path(__file__).resolve().parents[2]
    messages = list(refused(files_of(root), root=root))
    for message in messages:
        sys.stderr.write(f"{message}\n")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
