"""A printed number leads back to its estimate, its patients and its files."""

import pandas as pd
import pytest

from hematotox.cli import main
from hematotox.run.files import sha256

DISPLAYS = "results/displays/bmt_example"


@pytest.fixture
def traced(finished_run, capsys):
    """Return the lines of `hematotox trace` in the finished run, and its exit code."""

    def of(what: str, *more: str) -> tuple[str, int]:
        path = str(finished_run / what) if "/" in what else what
        code = main(["trace", path, *more, "--directory", str(finished_run)])
        said = capsys.readouterr()
        return said.out + said.err, code

    return of


@pytest.fixture
def cell(finished_run) -> pd.Series:
    """The first text of a figure that is printed once and stands for one estimate."""
    cells = pd.read_csv(finished_run / f"{DISPLAYS}/figure5.cells.csv")
    places = cells.assign(place=cells["row"] * 1000 + cells["column"]).groupby("printed")
    once = places.filter(lambda one: one["place"].nunique() == one["estimate_id"].nunique() == 1)
    return once[once["quantity"] == "estimate"].iloc[0]


def test_a_cell_and_its_printed_text_and_its_estimate_lead_to_the_same(traced, cell) -> None:
    place = f"{chr(ord('A') + cell['column'] - 1)}{cell['row']}"
    by_cell, _ = traced(f"{DISPLAYS}/figure5.pdf", place)
    first, rest = by_cell.split("\n", 1)
    assert first == f"figure5, row {cell['row']}, column {cell['column']}: {cell['printed']}"
    assert (rest, 0) == traced(cell["estimate_id"])
    assert traced(f"{DISPLAYS}/figure5.pdf", cell["printed"].replace("–", "-"))[0] == by_cell


def test_the_way_has_patients_and_files_with_their_digests(traced, cell, finished_run) -> None:
    text, _ = traced(cell["estimate_id"])
    assert "analysis cox_fab" in text
    assert "137 patients, 83 with the event" in text
    for name in (
        "results/estimates/bmt_example.csv",
        "results/analyses/bmt_example/cox_fab.csv",
        "results/cohorts/bmt_example/population.csv",
    ):
        assert f"{name} sha256:{sha256(finished_run / name)}" in text
    assert "config/data/bmt.csv sha256:" in text
    assert "CHANGED" not in text


def test_what_changed_since_is_told(copied_run, cell, capsys) -> None:
    with (copied_run / "results/cohorts/bmt_example/endpoints.csv").open("a") as stream:
        stream.write("\n")
    main(["trace", cell["estimate_id"], "--directory", str(copied_run)])
    changed = [line for line in capsys.readouterr().out.splitlines() if "CHANGED" in line]
    assert [line.split()[0] for line in changed] == ["results/cohorts/bmt_example/endpoints.csv"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("000000000000",), "no estimate of results/estimates/ has this estimate_id"),
        ((f"{DISPLAYS}/figure5.pdf",), "name a file of results/displays/<study>/ and a cell"),
        ((f"{DISPLAYS}/figure5.pdf", "Z99"), "figure5.cells.csv: no number of ours stands in Z99"),
        ((f"{DISPLAYS}/figure99.pdf", "A1"), "figure99.cells.csv: there is no such file"),
    ],
)
def test_what_leads_nowhere_is_told(traced, words, message) -> None:
    text, code = traced(*words)
    assert (message in text, code) == (True, 1)


def test_a_folder_without_a_run_is_told(tmp_path, capsys) -> None:
    assert main(["trace", "0123456789ab", "--directory", str(tmp_path)]) == 1
    assert "trace works in a run folder after its run" in capsys.readouterr().err
