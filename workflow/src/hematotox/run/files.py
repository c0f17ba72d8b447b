"""Everything that touches the disk: declarations, tables, logs. Used by rules, scripts, cli."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hematotox.errors import UserError
from hematotox.run.writing import write_bytes

if TYPE_CHECKING:
    import pandas as pd

    from hematotox.contracts import Cohort, Staged
    from hematotox.declarations.study.cohort_plan import CohortPlan
    from hematotox.dialects import Export

_ABOVE, _SHIPPED = Path(__file__).resolve().parents[4], Path(__file__).resolve().parents[1]
CLONE = _ABOVE if (_ABOVE / "workflow" / "Snakefile").is_file() else _SHIPPED / "shipped"
"""The folder with the Snakefile, or what a wheel has of it; its config/ comes after the run's."""

TABLES_OF_VARIABLES = ("subjects", "population")
"""Tables with a column a variable of the dictionary or the study. These are read as text, or a
level called "01" would come back as 1 and "true" as True; stages make numbers of the numbers."""
COHORT = (
    "population", "attrition", "baseline", "grades", "endpoints", "scores", "score_variants",
)  # fmt: skip


def find_declaration(kind: str, name: str, *, run_folder: Path) -> Path:
    """Return the file of a declaration: the run folder's own counts whole, else the clone's.

    Raises
    ------
    UserError
        Neither folder has it; the message lists what there is.
    """
    for folder in (run_folder, CLONE):
        path = folder / "config" / kind / name
        if path.is_file():
            return path
    known = sorted(
        {p.name for folder in (run_folder, CLONE) for p in (folder / "config" / kind).glob("*.*")}
    )
    raise UserError(
        f"config/{kind}/{name}: there is no such file; known: {', '.join(known) or 'none'}"
    )


def shown(path: str | Path) -> str:
    """Return a path as it stands in messages: relative to the run folder or the clone."""
    path = Path(path)
    for folder in (Path.cwd(), CLONE):
        with contextlib.suppress(ValueError):
            return path.resolve().relative_to(folder.resolve()).as_posix()
    return path.name


def read_text(path: str | Path) -> str:
    """Return a text file's content (UTF-8, with or without byte-order mark).

    Raises
    ------
    UserError
        The file is missing or not UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{shown(path)}: there is no such file") from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"{shown(path)}: byte {error.start}: not UTF-8; save the file as UTF-8"
        ) from None


def write_all(contents: Mapping[str, bytes], *, folder: str | Path) -> None:
    """Write several files, named relative to `folder`."""
    for name, content in contents.items():
        write_bytes(Path(folder) / name, content)


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8, 17 significant digits, line feeds, missing as empty."""
    return frame.to_csv(index=False, float_format="%.17g", lineterminator="\n", na_rep="").encode(
        "utf-8"
    )


def write_table(path: str | Path, frame: pd.DataFrame) -> None:
    """Write a table of a stage: CSV, or Parquet where the name says so."""
    if str(path).endswith(".parquet"):
        import io

        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False, compression="zstd")
        write_bytes(path, buffer.getvalue())
    else:
        write_bytes(path, csv_bytes(frame))


def read_table(path: str | Path, contract: str) -> pd.DataFrame:
    """Read a table of a stage with its contract's types."""
    import pandas as pd

    from hematotox.contracts import conform

    found = pd.read_parquet(path) if str(path).endswith(".parquet") else _read_csv(path, contract)
    return conform(contract, found)


def _read_csv(path: str | Path, contract: str) -> pd.DataFrame:
    import pandas as pd

    from hematotox.contracts import TABLES

    columns = TABLES[contract].columns
    types: dict[str, Any] = {
        name: str for name, column in columns.items() if column.type in ("text", "date")
    }
    if contract in TABLES_OF_VARIABLES:
        kinds = {"number": float, "boolean": bool}
        typed = {name: kinds[c.type] for name, c in columns.items() if c.type in kinds}
        types = defaultdict(lambda: str, {**types, **typed})
    return pd.read_csv(
        path,
        dtype=types,
        keep_default_na=False,
        na_values=_blank_numbers(columns),
        float_precision="round_trip",
    )


def _blank_numbers(columns: Mapping[str, object]) -> dict[str, list[str]]:
    numeric = ("integer", "number", "boolean")
    return {name: [""] for name, c in columns.items() if getattr(c, "type", "") in numeric}


def write_tables(tables: object, outputs: Any) -> None:
    """Write each named output of a rule from the attribute of that name."""
    for name, path in outputs.items():
        write_table(path, getattr(tables, name))


def write_frames(frames: Mapping[str, pd.DataFrame], *, folder: str) -> None:
    """Write one CSV a frame into `folder`."""
    for name, frame in frames.items():
        write_table(Path(folder) / f"{name}.csv", frame)


def read_cohort(inputs: Any) -> Cohort:
    """Read the tables of a cohort from the named inputs of a rule."""
    from hematotox.contracts import Cohort, empty

    tables = {name: read_table(path, name) for name, path in inputs.items() if name in COHORT}
    tables.setdefault("scores", empty("scores"))
    return Cohort(**tables)


def open_centre(paths: list[str], *, source: str, show_values: bool) -> Export:
    """Open the export of a centre from its files, the last perhaps its corrections."""
    from hematotox.dialects import open_export

    corrections = "".join(read_text(Path(p)) for p in paths if p.endswith(".corrections.csv"))
    files = {
        Path(path).name: Path(path).read_bytes()
        for path in paths
        if not path.endswith(".corrections.csv")
    }
    kind: Any = source
    return open_export(files, source=kind, corrections=corrections, show_values=show_values)


def read_staged(paths: list[str]) -> Staged:
    """Read the staged tables of several centres as one; a table that is not asked for is empty."""
    from dataclasses import fields

    import pandas as pd

    from hematotox.contracts import Staged, empty

    def table(name: str) -> pd.DataFrame:
        found = [read_table(path, name) for path in paths if Path(path).stem == name]
        return pd.concat(found, ignore_index=True) if found else empty(name)

    return Staged(**{field.name: table(field.name) for field in fields(Staged)})


def cohort_from_files(paths: list[str], plan: CohortPlan, *, source: str) -> Cohort:
    """Build a study's cohort from staged centres, or from its analysis-ready table.

    Raises
    ------
    UserError
        If nobody is left to analyse.
    """
    from hematotox.cohort import build, enter, stop_without_patients

    if plan.study.table is not None:
        cohort = enter(Path(paths[0]).read_bytes(), plan.study, source=source)
    else:
        cohort = build(
            read_staged(paths),
            plan.study,
            dictionary=plan.dictionary,
            endpoints=plan.endpoints,
            scores=plan.scores,
            conventions=plan.conventions,
        )
    stop_without_patients(cohort.attrition, plan.study.id)
    return cohort


def read_tables(paths: list[str], contract: str) -> pd.DataFrame:
    """Read several tables of one contract as one."""
    import pandas as pd

    from hematotox.contracts import empty

    found = [table for table in (read_table(path, contract) for path in paths) if len(table)]
    return pd.concat(found, ignore_index=True) if found else empty(contract)


def read_unchecked(paths: Iterable[str], contract: str) -> list[pd.DataFrame]:
    """Read tables of one contract for a stage that conforms them together."""
    return [_read_csv(path, contract) for path in paths]


def read_published(path: str | Path) -> pd.DataFrame:
    """Read a file of published numbers: columns of the estimates and how they stand in print.

    A column that no row of the estimates needs may be absent: nothing is published in it.
    """
    import pandas as pd

    from hematotox.contracts import TABLES
    from hematotox.declarations.study.published import EXEMPTIBLE, PRINTED_COLUMNS

    columns = TABLES["estimates"].columns
    numeric = [name for name, c in columns.items() if c.type in ("integer", "number")]
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    needed = [name for name, column in columns.items() if column.required]
    missing = [name for name in (*needed, *PRINTED_COLUMNS) if name not in frame]
    frame = frame.assign(**{name: "" for name in columns if name not in frame})
    if missing:
        raise UserError(f"{shown(path)}:1: columns are missing: {', '.join(missing)}")
    for line, decimals in enumerate(frame["decimals"], start=2):
        if not decimals.isdigit():
            raise UserError(f"{shown(path)}:{line}: decimals: needs a whole number")
    frame = frame.assign(exempt=frame.get("exempt", ""))
    for line, (exempt, why) in enumerate(
        zip(frame["exempt"], frame["inconsistent"], strict=True), start=2
    ):
        if not set(exempt.split()) <= set(EXEMPTIBLE) or (exempt and not why):
            raise UserError(
                f"{shown(path)}:{line}: exempt: needs words of {', '.join(EXEMPTIBLE)}, and the "
                "reason in the column inconsistent"
            )
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in numeric})


def read_files(paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of files by name."""
    return {Path(path).name: Path(path).read_bytes() for path in paths}


def read_texts(paths: Iterable[str]) -> dict[str, str]:
    """Return the content of text files by the name that messages call them by."""
    return {shown(path): read_text(path) for path in paths}


def sha256(path: str | Path) -> str:
    """Return the SHA-256 digest of a file."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def canonical_json(value: object) -> str:
    """Return JSON that is equal for equal content (sorted keys, no spaces)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
