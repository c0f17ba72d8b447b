"""Full disks, links and names that lead out of the exports, files named after somebody."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from hematotox.declarations.study.cohort_table import CountsTable
from hematotox.declarations.tables import Table
from hematotox.dialects import open_export
from hematotox.errors import UserError
from hematotox.run.exports import link_troubles
from hematotox.run.named_files import table_file
from hematotox.run.run_folder import new_run
from hematotox.run.writing import write_bytes
from hematotox.stand_alone.commands import _result


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "the folder or file is not writable"),
        (errno.EROFS, "the folder or file is not writable"),
    ],
)
def test_what_cannot_be_written_is_one_message_and_leaves_nothing(
    tmp_path, monkeypatch, number, why
) -> None:
    whole = tmp_path / "estimates.csv"
    whole.write_bytes(b"before")

    def half(self: Path, content: bytes) -> int:
        self.touch()
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(UserError) as caught:
        write_bytes(whole, b"after")
    assert str(caught.value).startswith(f"estimates.csv: cannot be written: {why}; nothing of it")
    assert [p.name for p in tmp_path.iterdir()] == ["estimates.csv"]
    assert whole.read_bytes() == b"before"


def test_a_folder_where_a_file_stands_is_a_message(tmp_path) -> None:
    (tmp_path / "results").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_bytes(tmp_path / "results" / "a.csv", b"")


def test_no_cell_of_a_result_is_executed_by_a_spreadsheet(tmp_path) -> None:
    table = pd.DataFrame(
        {"patient_id": ["=cmd|' /C calc'!A0", "@SUM(A1)", "1"], "day": [-3, 2, 5], "+x": "-a"}
    )
    heading, *lines = _result(table, None)
    assert heading == "patient_id,day,'+x"
    assert lines == ["'=cmd|' /C calc'!A0,-3,'-a", "'@SUM(A1),2,'-a", "1,5,'-a"]


@pytest.mark.parametrize(
    "name", ["../labs.csv", "/etc/passwd", "a/../../b.csv", "C:\\labs.csv", "..\\a"]
)
def test_a_declared_file_stays_in_the_exports_folder(name: str) -> None:
    with pytest.raises(ValidationError, match="leads out of the exports folder"):
        Table(file=(name,), patient="id")
    with pytest.raises(ValidationError, match="leads out of the exports folder"):
        CountsTable(file=name, exposure="x", label="X")


def test_a_link_out_of_the_exports_folder_is_refused(tmp_path) -> None:
    (tmp_path / "secret.csv").write_text("")
    folder = tmp_path / "exports" / "a"
    folder.mkdir(parents=True)
    (folder / "labs.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "events.csv").write_text("")
    files = {"a": ["exports/a/labs.csv", "exports/a/events.csv"]}
    assert link_troubles(files, exports=Path("exports"), run_folder=tmp_path) == [
        "exports/a/labs.csv: centre a: is a link that leads out of the exports folder; copy the "
        "file into it"
    ]
    (tmp_path / "exports" / "table.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(UserError, match="leads out of the exports folder"):
        table_file("table.csv", run_folder=tmp_path)
    elsewhere = tmp_path / "run"
    elsewhere.mkdir()
    (elsewhere / "exports").symlink_to(tmp_path / "exports")
    inside = {"a": ["exports/a/events.csv"]}
    assert link_troubles(inside, exports=Path("exports"), run_folder=elsewhere) == []


def test_a_run_folder_is_its_owners(tmp_path) -> None:
    new_run(tmp_path / "north", study="cart_sie")
    assert stat.S_IMODE((tmp_path / "north").stat().st_mode) == 0o700


def test_a_file_called_after_a_patient_is_not_named() -> None:
    files = {f"labs_{name}.csv": b"id;x\n1;2\n" for name in ("Meier", "Rossi")}
    table = Table(file=("labs_*.csv",), patient="id", delimiter=";")
    told = [piece.file for piece in open_export(files, source="real").pieces(table)]
    assert told == ["labs_*.csv, file 1 of 2", "labs_*.csv, file 2 of 2"]
    shown = open_export(files, source="real", show_values=True).pieces(table)
    assert [piece.file for piece in shown] == sorted(files)
    with pytest.raises(UserError) as caught:
        list(open_export(files, source="real").pieces(Table(file=("a.csv",), patient="id")))
    assert str(caught.value) == "a.csv: there is no such file in the export; it has 2 other files"
