"""Damaged, hostile and odd files end in one message about the file, soon, and never in a fault."""

from __future__ import annotations

import importlib.util
import io
import os
import random
import signal
import time
import zipfile
from pathlib import Path

import pytest

from hematotox.declarations.tables import Table
from hematotox.declarations.yaml_text import read_yaml
from hematotox.dialects.guarded import guarded
from hematotox.dialects.preview import preview
from hematotox.dialects.whole_table import read_whole
from hematotox.dialects.workbooks import write_workbook
from hematotox.errors import UserError

FUZZ = Path(__file__).parents[2] / "benchmarks" / "damaged_files.py"


def fuzz():
    described = importlib.util.spec_from_file_location("damaged_files", FUZZ)
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def table(file: str, **words: str) -> Table:
    return Table(file=(file,), patient="id", **words)


def said(file: str, data: bytes, **words: str) -> str:
    with pytest.raises(UserError) as caught:
        read_whole(data, table(file, **words))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("cases", "number"), [("reading", 100), ("staging", 20)])
def test_a_sample_of_mutated_files_ends_in_no_fault(cases: str, number: int) -> None:
    module = fuzz()
    outcomes, faults = module.counted(getattr(module, cases)(random.Random(7)), number)
    assert faults == {}
    assert sum(outcomes.values()) == number
    assert {found for _, found in outcomes} == {"read", "message"}


# --- libraries in a process of their own ----------------------------------------------------------


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(lambda: os.kill(os.getpid(), signal.SIGSEGV), id="segmentation fault"),
        pytest.param(lambda: os._exit(3), id="exit"),
        pytest.param(lambda: bytearray(1 << 42), id="all memory"),
        pytest.param(lambda: [].pop(), id="an error of its own"),
    ],
)
def test_the_end_of_a_library_is_a_message_about_the_file(ends) -> None:
    with pytest.raises(UserError, match=r"a\.sav: cannot be opened as an SPSS file; is it damaged"):
        guarded(ends, file="a.sav", kind="an SPSS file", size=10)


def test_what_it_read_and_what_it_says_come_back() -> None:
    assert guarded(lambda: {"a": [1, None]}, file="a", kind="b", size=1) == {"a": [1, None]}

    def refuse() -> None:
        raise UserError("there is no sheet")

    with pytest.raises(UserError, match="there is no sheet"):
        guarded(refuse, file="a", kind="b", size=1)


# --- workbooks ------------------------------------------------------------------------------------


def workbook() -> bytes:
    return write_workbook([(table("a.xlsx"), [], ["id", "anc"], [["1", 2.5], ["2", 3.5]])])


def with_part(data: bytes, name: str, change) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            content = old.read(info.filename)
            new.writestr(info.filename, change(content) if info.filename == name else content)
    return packed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_one_stray_cell_is_named_before_reading() -> None:
    stray = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    data = with_part(workbook(), SHEET, lambda xml: xml.replace(b"</sheetData>", stray))
    assert said("a.xlsx", data) == (
        "a.xlsx: a cell lies far outside the table (row 1,048,576, column 16,384); delete the "
        "empty rows and columns in a spreadsheet and save it again"
    )
    with pytest.raises(UserError, match="far outside the table"):
        preview("a.xlsx", data)


def test_a_small_archive_that_becomes_huge_is_not_unpacked() -> None:
    data = with_part(workbook(), SHEET, lambda xml: xml + b" " * (150 << 20))
    start = time.process_time()
    assert "KiB become 150 MiB: this is no table" in said("a.xlsx", data)
    assert time.process_time() - start < 1


def test_a_damaged_archive_is_a_damaged_workbook() -> None:
    whole = workbook()
    assert "is it damaged" in said("a.xlsx", whole[: len(whole) // 2])
    assert "is it damaged" in said("a.xlsx", with_part(whole, "xl/workbook.xml", lambda x: x[:90]))
    assert read_whole(whole, table("a.xlsx")).cells["anc"].tolist() == [2.5, 3.5]


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rot13", "zlib", "punycode", "undefined", "idna", "hex", "\0"])
def test_an_encoding_of_no_text_is_not_known(name: str) -> None:
    assert "is not known; try cp1252" in said("a.csv", b"id,anc\n1,2\n", encoding=name)


def test_a_cell_that_is_too_long_is_not_an_open_quotation_mark() -> None:
    data = b"id,anc\n1," + b"9" * 131_073 + b"\n"
    assert said("a.csv", data).startswith("a.csv: row 2: a cell has more than 131,072 characters")
    with pytest.raises(UserError, match="131,072"):
        preview("a.csv", data)


def test_many_columns_take_time_in_proportion() -> None:
    data = "\n".join(",".join([f"{n}{i}" for i in range(30_000)]) for n in "xyz").encode()
    start = time.process_time()
    assert len(read_whole(data, table("a.csv")).cells) == 30_000
    assert time.process_time() - start < 5, "quadratic in the columns it took a minute"


def test_a_declaration_nested_in_thousands_of_levels_is_refused() -> None:
    for text in ("[" * 3000 + "]" * 3000, "\n".join(" " * n + "a:" for n in range(3000))):
        start = time.process_time()
        with pytest.raises(UserError, match="nested in 50 levels"):
            read_yaml(text, source="a.yaml")
        assert time.process_time() - start < 5
