"""From a printed number back to its estimates, patients and files, each with its digest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from hematotox.contract_tables import ESTIMATE_KEY
from hematotox.contracts import estimate_ids
from hematotox.errors import UserError
from hematotox.run.files import read_table, sha256

ESTIMATE_ID = re.compile(r"[0-9a-f]{12}")
SPREADSHEET_CELL = re.compile(r"([A-Za-z]{1,2})([1-9][0-9]*)")
NUMBERS = ("estimate", "std_error", "conf_low", "conf_high", "p_value", "p_adjusted")
COUNTS = {"n": "patients", "n_event": "with the event", "n_at_risk": "at risk"}


@dataclass(frozen=True)
class Results:
    """The results of a run folder."""

    folder: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the results were made from, as the run wrote it."""
        path = self.folder / "results" / "manifest.json"
        if not path.is_file():
            raise UserError(
                f"{path}: there is no such file; trace works in a run folder after its run "
                "(--directory FOLDER)"
            )
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def study(self, name: str) -> Mapping[str, Any]:
        """Return what the manifest has of a study."""
        if name not in self.manifest["studies"]:
            known = ", ".join(self.manifest["studies"])
            raise UserError(
                f'results/manifest.json: has no study "{name}" (it has: {known}); list it under '
                "studies: in config/config.yaml and run again"
            )
        return dict(self.manifest["studies"][name])

    def estimates(self, study: str) -> pd.DataFrame:
        """Return the estimates of a study by their `estimate_id`."""
        table = read_table(self.folder / f"results/estimates/{study}.csv", "estimates")
        return table.set_axis(estimate_ids(table))


def trace(what: str, cell: str | None, *, folder: Path) -> list[str]:
    """Return where a number comes from, line by line.

    Parameters
    ----------
    what : an `estimate_id`, or a file of `results/displays/<study>/`, of any format
    cell : of a file: a cell such as E4, as a spreadsheet shows the table, or its text as printed
    folder : the run folder, where `what` is an `estimate_id`

    Raises
    ------
    UserError
        There is no such file, cell or estimate, or no manifest.
    """
    if ESTIMATE_ID.fullmatch(what):
        results = Results(folder)
        for study in results.manifest["studies"]:
            estimates = results.estimates(study)
            if what in estimates.index:
                return _of_estimates(results, study, estimates.loc[[what]])
        raise UserError(f"{what}: no estimate of results/estimates/ has this estimate_id")
    path = Path(what).resolve()
    if path.parent.parent.name != "displays" or cell is None:
        raise UserError(
            f"{what}: name a file of results/displays/<study>/ and a cell (E4, or its text as "
            "printed), or an estimate_id"
        )
    study, display = path.parent.name, path.name.partition(".")[0]
    found = _cells(path.with_name(f"{display}.cells.csv"), cell)
    results = Results(path.parents[3])
    estimates = results.estimates(study)
    gone = sorted(set(found["estimate_id"]) - set(estimates.index))
    if gone:
        raise UserError(f"{what}: is older than results/estimates/{study}.csv; run again")
    places = found.drop_duplicates(["row", "column"])
    heading = [
        f"{display}, row {row}, column {column}: {printed}"
        for row, column, printed in places[["row", "column", "printed"]].itertuples(index=False)
    ]
    chosen = estimates.loc[list(dict.fromkeys(found["estimate_id"]))]
    return [*heading, *_of_estimates(results, study, chosen)]


def _cells(path: Path, cell: str) -> pd.DataFrame:
    """Return the rows of a display's `cells.csv` that a cell, or a printed text, names."""
    if not path.is_file():
        raise UserError(f"{path.name}: there is no such file; is this a display of a finished run?")
    cells = pd.read_csv(path, dtype={"printed": str, "estimate_id": str}, keep_default_na=False)
    place = SPREADSHEET_CELL.fullmatch(cell)
    if place:
        column = 0
        for letter in place[1].upper():
            column = 26 * column + ord(letter) - ord("A") + 1
        chosen = (cells["row"] == int(place[2])) & (cells["column"] == column)
    else:
        chosen = cells["printed"].map(_plain) == _plain(cell)
    found = cells[chosen & (cells["estimate_id"] != "")]
    if found.empty:
        raise UserError(f"{path.name}: no number of ours stands in {cell}")
    return found


def _plain(text: str) -> str:
    """Return a text as it is typed: signs and blanks that a keyboard has."""
    return " ".join(text.replace("–", "-").replace("−", "-").replace("\u00a0", " ").split())


def _of_estimates(results: Results, study: str, estimates: pd.DataFrame) -> list[str]:
    lines = []
    for estimate_id, row in estimates.iterrows():
        told = {str(name): value for name, value in row.items() if pd.notna(value) and value != ""}
        key = ", ".join(f"{name} {_shown(told[name])}" for name in ESTIMATE_KEY if name in told)
        counts = [f"{told[name]:.0f} {words}" for name, words in COUNTS.items() if name in told]
        numbers = [f"{name} {_shown(told[name])}" for name in NUMBERS if name in told]
        lines += [
            f"estimate {estimate_id}: {key}",
            f"  {', '.join(counts) or 'no count of patients belongs to it'}",
            f"  {', '.join(numbers) or 'without a number'}",
        ]
    centres = {str(centre) for centre in estimates["centre"] if centre}
    analyses = sorted({str(analysis) for analysis in estimates["analysis"]})
    return [*lines, *_files(results, study, analyses), *_declared(results, study, centres)]


def _shown(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _files(results: Results, study: str, analyses: list[str]) -> Iterator[str]:
    """Yield the results that the estimates went through, and whether they are still the same."""
    digests = results.study(study)["results"]
    cohort = [name for name in digests if name.startswith(f"results/cohorts/{study}/")]
    through = [f"results/analyses/{study}/{analysis}.csv" for analysis in analyses]
    yield "results on the way:"
    for name in (f"results/estimates/{study}.csv", *through, *cohort):
        path = results.folder / name
        same = path.is_file() and f"sha256:{sha256(path)}" == digests.get(name)
        yield f"  {name} {digests.get(name, '')}{'' if same else ' CHANGED SINCE THE MANIFEST'}"


def _declared(results: Results, study: str, centres: set[str]) -> Iterator[str]:
    """Yield the declarations and the patients' files that a study, or its centres, came from."""
    manifest, parts = results.manifest, results.study(study)
    shown = [centre for centre in parts["centres"] if centre in centres] or parts["centres"]
    yield "declarations:"
    for name in parts["declarations"]:
        if not name.startswith("centres/") or name.removeprefix("centres/") in shown:
            yield f"  {name}: {manifest['declarations'][name]}"
    yield "patients' files:"
    yield from (f"  {name} {digest}" for name, digest in parts["table"].items())
    patients = _patients(results.folder / f"results/cohorts/{study}/population.csv")
    for centre in shown:
        yield f"  {centre}: {patients.get(centre, 0)} patients in the study"
        for name, digest in manifest["exports"][centre].items():
            yield f"    {name} {digest}"
    code = ", ".join(f"{stage} {digest}" for stage, digest in manifest["code"].items())
    yield f"code: {code}"
    yield "libraries: " + ", ".join(f"{k} {v}" for k, v in manifest["versions"].items())


def _patients(path: Path) -> Mapping[str, int]:
    """Return how many patients of each centre are in the study."""
    if not path.is_file():
        return {}
    table = read_table(path, "population")
    return dict(table[table["included"]].groupby("centre").size())
