"""Exports that were once read wrongly without a word; each stands for its whole kind.

The files of tests/data/cases are invented. What is right was written down by hand.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from hematotox.contracts import Staged
from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.tables import Table
from hematotox.dialects import open_export
from hematotox.dialects.workbook_facts import counts_from_1904
from hematotox.dialects.workbooks import read_workbook
from hematotox.errors import UserError, UserErrors
from hematotox.staging import stage

CASES = Path(__file__).parents[2] / "data" / "cases"


@pytest.fixture
def stage_case(dictionary: Dictionary) -> Callable[..., Staged]:
    """Stage a case, some of its files or its centre file replaced."""

    def stage_it(name: str, *, centre: tuple[str, str] = ("", ""), **files: bytes) -> Staged:
        folder = CASES / name
        found = {path.name: path.read_bytes() for path in folder.iterdir()}
        text = found.pop("centre.yaml").decode("utf-8").replace(*centre)
        found |= {file.replace("_", "."): content for file, content in files.items()}
        declared = parse(text, source=f"{name}/centre.yaml", model=Centre)
        return stage(open_export(found, source="real"), declared, dictionary)

    return stage_it


def kinds(staged: Staged) -> list[tuple[int, str, bool]]:
    found = staged.findings[["row", "kind", "row_set_aside"]]
    return list(found.itertuples(index=False, name=None))


# ---- workbooks -----------------------------------------------------------------------------------


def test_serial_dates_of_a_1904_workbook(stage_case: Callable[..., Staged]) -> None:
    """2025-09-10, four years and a leap day (1462 days) after what 44448 is since 1900."""
    events = stage_case("excel_1904_serial").events
    assert events[["event", "day"]].to_numpy().tolist() == [
        ["death", 183 + 1462],
        ["last_contact", 213 + 1462],
        ["last_contact", 184 + 1462],
    ]


def test_a_text_file_made_from_a_1904_workbook_can_say_so(
    stage_case: Callable[..., Staged],
) -> None:
    text = b"id,date,what\n1,44448,death\n"
    dated = ("w.xlsx, sheet: E, shape: wide, patient: id, date: date, dates: excel_serial",
             "ev.csv, shape: wide, patient: id, date: date, dates: excel_serial_1904")  # fmt: skip
    staged = stage_case("excel_1904_serial", centre=dated, ev_csv=text)
    assert staged.events["day"].tolist() == [183 + 1462]


def test_where_other_workbooks_say_from_when_they_count() -> None:
    """OpenDocument in content.xml; .xls in record Date1904, which CalcPrecision follows."""

    def ods(date: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            settings = f'<table:null-date table:date-value="{date}"/>'
            archive.writestr("content.xml", settings)
        return stream.getvalue()

    assert counts_from_1904(ods("1904-01-01"))
    assert not counts_from_1904(ods("1899-12-30"))
    record = bytes.fromhex("2200 0200 0100 0e00 0200 0100")
    assert counts_from_1904(b"\xd0\xcf\x11\xe0" + record)
    assert not counts_from_1904(b"\xd0\xcf\x11\xe0" + record.replace(b"\x02\x00\x01", b"\x02\0\0"))


def test_a_number_merged_over_the_rows_of_a_patient(stage_case: Callable[..., Staged]) -> None:
    staged = stage_case("merged_patient_ids")
    assert staged.labs.groupby("patient_id").size().tolist() == [10] * 20
    assert staged.findings.empty


def test_a_date_merged_over_two_patients(stage_case: Callable[..., Staged]) -> None:
    staged = stage_case("merged_infusion_date")
    assert staged.subjects["infusion_date"].tolist() == ["2021-03-10"] * 4


def test_only_rows_share_a_merged_value() -> None:
    """A remark over two columns is no value of the second; the row below has its own cells."""
    book = openpyxl.Workbook()
    for row in (["id", "hb", "crp"], [1, 8, 3], [2, 9, 4], [3, 7, 5], [4, 6, 2]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("B4:C5")
    stream = io.BytesIO()
    book.save(stream)
    table = Table(file=("a.xlsx",), patient="id")
    (piece,) = read_workbook("a.xlsx", stream.getvalue(), table=table)
    assert piece.cells["id"].tolist() == [1, 1, 3, 4]
    assert piece.cells["hb"].tolist() == [8, 9, 7, 7]
    assert piece.cells["crp"].tolist() == [3, 4, "", ""]


def test_merged_rows_of_an_open_document_stop() -> None:
    """The reader of workbooks gives no merged ranges of this format."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        cells = "<table:table-row><table:table-cell><text:p>id</text:p></table:table-cell>"
        merged = '<table:table-cell table:number-rows-spanned="2"><text:p>1</text:p>'
        spaces = " ".join(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
            for name in ("office", "table", "text")
        )
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="A">{cells}</table:table-row><table:table-row>{merged}'
            "</table:table-cell></table:table-row></table:table></office:spreadsheet>"
            "</office:body></office:document-content>",
        )
    with pytest.raises(UserError, match=r"a\.ods: cells are merged over several rows"):
        list(read_workbook("a.ods", stream.getvalue(), table=Table(file=("a.ods",), patient="id")))


# ---- rows that are no patients -------------------------------------------------------------------


def test_text_below_the_patients_is_no_patient(stage_case: Callable[..., Staged]) -> None:
    staged = stage_case("footer_becomes_patient")
    assert staged.subjects["patient_id"].tolist() == ["x/1", "x/2"]
    assert kinds(staged) == [(4, "totals row", True), (5, "text below the table", True)]


@pytest.mark.parametrize(
    "footer",
    ["Mean,,,0.5", "Mittelwert: ,,,", "N = 2,,,", "printed 04.05.2021 10:30,,,", "m = male,,,",
     "Source: registry; all patients infused until 2021,,,", "end of table,,,"],
)  # fmt: skip
def test_footers_of_many_kinds(stage_case: Callable[..., Staged], footer: str) -> None:
    patients = f"id,inf,ld,sex\n1,2021-03-10,2021-03-05,m\n2,2021-03-10,,f\n{footer}\n"
    staged = stage_case("footer_becomes_patient", pat_csv=patients.encode())
    assert len(staged.subjects) == 2
    assert [aside for _, _, aside in kinds(staged)] == [True]


def test_a_patient_of_whom_nothing_is_known_is_kept_and_told(
    stage_case: Callable[..., Staged],
) -> None:
    patients = b"id,inf,ld,sex\n1,2021-03-10,2021-03-05,m\n17,,,\n"
    staged = stage_case("footer_becomes_patient", pat_csv=patients)
    assert staged.subjects["patient_id"].tolist() == ["x/1", "x/17"]
    assert kinds(staged) == [(3, "nothing but a number", False)]


def test_many_rows_without_number_or_date_stop(stage_ward: Callable[..., Staged]) -> None:
    labs = "id;date;anc;hb;crp\n1;01.03.2021;2;8;4\n" + ";02.03.2021;2;8;4\n" * 1
    few = labs + "".join(f"1;{day:02d}.04.2021;2;8;4\n" for day in range(1, 30))
    assert kinds(stage_ward(labs=few))[0][1] == "no patient number"
    many = labs + "".join(f";{day:02d}.03.2021;2;8;4\n" for day in range(3, 7))
    with pytest.raises(UserErrors, match=r"5 of 6 rows .* have no readable number of a patient"):
        stage_ward(labs=many)
    undated = "id;date;anc;hb;crp\n" + "".join(f"1;;2;8;{day}\n" for day in range(3, 7))
    with pytest.raises(UserErrors, match=r"4 of 4 rows .* without a readable date"):
        stage_ward(labs=undated)


# ---- formats -------------------------------------------------------------------------------------


def test_labels_of_texts_in_spss(stage_case: Callable[..., Staged]) -> None:
    staged = stage_case("spss_string_labels")
    assert staged.subjects["sex"].tolist() == ["male", "female", "male"]


def test_decimals_of_a_database(stage_case: Callable[..., Staged]) -> None:
    staged = stage_case("parquet_decimals")
    anc = staged.labs[staged.labs["variable"] == "anc"]
    assert anc["value_low"].tolist() == [1.2, 0.4, 3.0]


def test_patients_numbers_as_decimals(stage_case: Callable[..., Staged]) -> None:
    import decimal

    frame = pd.read_parquet(CASES / "parquet_decimals" / "lab.parquet").dropna(subset="id")
    frame["id"] = [decimal.Decimal(f"{one:.0f}.00") for one in frame["id"]]
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    staged = stage_case("parquet_decimals", lab_parquet=stream.getvalue())
    assert sorted(set(staged.labs["patient_id"])) == ["x/1", "x/2", "x/3"]


def test_formats_that_are_not_read_are_named(stage_case: Callable[..., Staged]) -> None:
    declared = ("file: lab.parquet", "file: lab.xpt")
    with pytest.raises(UserErrors, match="files of SAS are not read; have the export made as csv"):
        stage_case("parquet_decimals", centre=declared, lab_xpt=b"HEADER RECORD")


def test_names_of_files_and_sheets_typed_on_a_mac(dictionary: Dictionary) -> None:
    """A Mac writes an umlaut as a letter and a sign: it looks the same and is not."""
    book = openpyxl.Workbook()
    book.active.title = unicodedata.normalize("NFD", "Übersicht")
    book.active.append(["id", "inf"])
    book.active.append([1, "2021-03-10"])
    stream = io.BytesIO()
    book.save(stream)
    text = (
        "id: x\ntables: {subjects: {file: Müller*.xlsx, sheet: Übersicht, patient: id}}\n"
        "subjects: {infusion_date: {column: inf}}\n"
    )
    name = unicodedata.normalize("NFD", "Müller 1.xlsx")
    export = open_export({name: stream.getvalue()}, source="real")
    staged = stage(export, parse(text, source="x.yaml", model=Centre), dictionary)
    assert staged.subjects["infusion_date"].tolist() == ["2021-03-10"]


# ---- dates ---------------------------------------------------------------------------------------


def test_dates_that_a_spreadsheet_turned_round(stage_case: Callable[..., Staged]) -> None:
    """Three cells: 2021-04-03 twice as dates (4 March), 14.03.2021 as text."""
    staged = stage_case("half_converted_dates")
    assert kinds(staged) == [(2, "day and month exchanged?", False)]


def test_one_patient_under_two_numbers_is_asked_about(stage_ward: Callable[..., Staged]) -> None:
    row = ";61;m;3;01.02.2021;27.02.2021;04.03.2021\n"
    head = "id;age;sex;stage;apheresis;ld;infusion\n"
    other = "3;61;m;3;02.02.2021;27.02.2021;04.03.2021\n4;61;m;3;;27.02.2021;04.03.2021\n"
    staged = stage_ward(patients=head + "1" + row + "2" + row + other, labs="id;date;anc;hb;crp\n")
    assert (3, "one patient under two numbers?", False) in kinds(staged)
    assert staged.findings["kind"].tolist().count("one patient under two numbers?") == 1
    assert len(staged.subjects) == 4
