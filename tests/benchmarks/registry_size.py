"""A registry's size: a whole validation, from exports to report, of many patients or many centres.

    python tests/benchmarks/registry_size.py --patients 20000
    python tests/benchmarks/registry_size.py --patients 10000 --centres 200

The exports are those of synthetic centre 1, drawn again with replacement: each drawn patient has a
number of their own, all their dates are moved by one number of days and their age by some years, so
that nobody stands twice. The aims on 2 cores: 20,000 patients of one centre within 20 minutes, 200
centres within 10, tables and report below 5 MB.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from hematotox.run.files import CLONE
from hematotox.run.run_folder import new_run

FILES = ("pazienti.csv", "esami.csv", "eventi.csv")
DATES = ("DT_ARRUOL", "DT_AFERESI", "DT_LD", "DT_INFUS", "DATA_PRELIEVO", "DATA_EVENTO")
MOST_DAYS, MOST_YEARS = 700, 12
STUDY = """\
id: registry_size
like: validation
title: "CAR-HEMATOTOX in a registry"
centres: [{centres}]
scores: [ht, simple_ht]
sets: {{adjusted_for: [age, sex]}}
"""


def snakemake(folder: Path, *arguments: str) -> None:
    """Run the workflow of this clone in a folder."""
    place = ["--snakefile", str(CLONE / "Snakefile"), "--directory", str(folder)]
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *place, *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def one_centre(folder: Path) -> list[pd.DataFrame]:
    """Make and read the synthetic export of centre 1, all cells as texts."""
    snakemake(
        folder, "--config", "studies=[cart_sie]", "--", "results/exports/sie_01/SYNTHETIC.json"
    )
    export = folder / "results" / "exports" / "sie_01"
    return [
        pd.read_csv(export / name, sep=";", encoding="latin-1", dtype=str, keep_default_na=False)
        for name in FILES
    ]


def drawn(
    tables: list[pd.DataFrame], patients: int, generator: np.random.Generator
) -> list[pd.DataFrame]:
    """Draw patients with replacement from an export; each gets a number, an age and days."""
    known = tables[0]["ID_PAZIENTE"].unique()
    who = pd.DataFrame(
        {
            "ID_PAZIENTE": generator.choice(known, patients),
            "number": [f"R{number:06d}" for number in range(patients)],
            "days": generator.integers(-MOST_DAYS, 1, patients),
            "years": generator.integers(-MOST_YEARS, MOST_YEARS + 1, patients),
        }
    )
    return [_moved(who.merge(table, on="ID_PAZIENTE"), table.columns) for table in tables]


def _moved(table: pd.DataFrame, columns: pd.Index) -> pd.DataFrame:
    """Move dates and age; what is no date or no age stays as it was written."""
    for name in columns.intersection(DATES):
        dates = pd.to_datetime(table[name], format="%d/%m/%Y", errors="coerce")
        moved = (dates + pd.to_timedelta(table["days"], unit="D")).dt.strftime("%d/%m/%Y")
        table[name] = moved.where(dates.notna(), table[name])
    if "ETA" in columns:
        age = pd.to_numeric(table["ETA"], errors="coerce")
        older = (age + table["years"]).clip(18, 89)
        table["ETA"] = older.map("{:.0f}".format).where(age.notna(), table["ETA"])
    return table.assign(ID_PAZIENTE=table["number"])[list(columns)]


def make_run(folder: Path, patients: int, centres: int, seed: int) -> None:
    """Make a run folder with the exports, the centre files and the study."""
    source = folder / "source"
    source.mkdir(parents=True)
    tables = one_centre(source)
    run, generator = folder / "run", np.random.default_rng(seed)
    new_run(run, study="validation")
    declared = (CLONE / "config" / "centres" / "sie_01.yaml").read_text(encoding="utf-8")
    names = [f"registry_{number:03d}" for number in range(1, centres + 1)]
    for number, name in enumerate(names, 1):
        export = run / "exports" / name
        export.mkdir()
        for file, table in zip(FILES, drawn(tables, patients // centres, generator), strict=True):
            table.to_csv(export / file, sep=";", encoding="latin-1", index=False)
        text = declared.replace("id: sie_01", f"id: {name}").replace("Centre 1", f"Centre {number}")
        (run / "config" / "centres" / f"{name}.yaml").write_text(text, encoding="utf-8")
    study = STUDY.format(centres=", ".join(names))
    (run / "config" / "studies" / "registry_size.yaml").write_text(study, encoding="utf-8")
    shutil.rmtree(source)


def main(patients: int, centres: int, seed: int) -> None:
    """Run the validation and print time, processor time, memory and the largest files."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_run(folder, patients, centres, seed)
        begin, used = time.monotonic(), _processor_seconds()
        snakemake(folder / "run", "--config", "studies=[registry_size]")
        seconds, used = time.monotonic() - begin, _processor_seconds() - used
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        results = folder / "run" / "results"
        report = (results / "reports" / "registry_size.html").stat().st_size / 1e6
        drawn_files = [p for p in (results / "displays").rglob("*") if p.is_file()]
        largest = max(path.stat().st_size for path in drawn_files) / 1e6
        print(
            f"{patients:,} patients of {centres} centres: {seconds / 60:.1f} minutes, "
            f"processor time {used / 60:.1f} minutes, largest process {memory:.1f} GiB, "
            f"report {report:.1f} MB, largest display {largest:.1f} MB"
        )


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--patients", type=int, default=20_000)
    options.add_argument("--centres", type=int, default=1)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    main(chosen.patients, chosen.centres, chosen.seed)
