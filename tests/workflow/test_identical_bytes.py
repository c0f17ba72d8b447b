"""The same patients give the same bytes: Word, Excel and PDF too.

One run has two cores, the other one core, another time zone, locale and order of hashes, and was
killed on its way. Only logs and run times may differ.
"""

import hashlib
from pathlib import Path

MAY_DIFFER = ("logs", "run_times.json")


def digests(folder: Path) -> dict[str, str]:
    results = folder / "results"
    return {
        path.relative_to(results).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(results.rglob("*"))
        if path.is_file() and path.relative_to(results).parts[0] not in MAY_DIFFER
    }


def test_every_result_is_identical(finished_run, resumed_run) -> None:
    one, other = digests(finished_run), digests(resumed_run)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    endings = {Path(name).suffix for name in one}
    assert {".csv", ".docx", ".xlsx", ".html", ".pdf", ".svg", ".png", ".json"} <= endings
