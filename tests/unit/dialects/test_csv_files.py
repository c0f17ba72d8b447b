"""Text files: encoding, quotation, headings; wrong ones are refused with what would be right."""

from __future__ import annotations

import pytest

from hematotox.declarations.tables import Table
from hematotox.dialects.csv_files import read_csv
from hematotox.errors import UserError


def rows(
    data: bytes, *, encoding: str = "utf-8", header_row: int = 1, header_rows: int = 1
) -> tuple[list[str], list[list[str]], list[int]]:
    table = Table(
        file=("a.csv",), patient="id", header_row=header_row, header_rows=header_rows,
        encoding=encoding, delimiter=";",
    )  # fmt: skip
    (piece,) = read_csv("a.csv", data, table=table)
    columns = list(piece.cells.values())
    found = [[str(column[n]) for column in columns] for n in range(len(piece.rows))]
    return list(piece.cells), found, piece.rows.tolist()


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("latin-1", "ISO-8859-1"),
     ("utf-16", "utf-16")],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, declared: str, line_end: str) -> None:
    data = line_end.join(["id;età", "1;perché", "", '2;"a;b"']).encode(encoding)
    assert rows(data, encoding=declared) == (["id", "età"], [["1", "perché"], ["2", "a;b"]], [2, 4])


def test_rows_are_numbered_as_in_the_file() -> None:
    data = b'Export\n\nid;text\n1;"two\nlines"\n2;x\n'
    assert rows(data, header_row=3) == (["id", "text"], [["1", "two\nlines"], ["2", "x"]], [4, 6])


def test_headings_in_two_rows() -> None:
    assert rows(b";Blood;;\nid;ANC;Hb;x\n1;2;3;4\n", header_rows=2)[0] == [
        "id",
        "Blood / ANC",
        "Blood / Hb",
        "Blood / x",
    ]


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        ("id;età\n".encode("latin-1"), "utf-8", "is not utf-8; try encoding: cp1252"),
        ("id;a\n".encode("utf-16"), "utf-8", "is not utf-8; write encoding: utf-16"),
        (b"", "utf-8", "is empty; have the export made again"),
        (b"\xef\xbb\xbf\r\n", "utf-8", "is empty; have the export made again"),
        ("id;età\n".encode(), "cp1252", "declared is cp1252, but the file is utf-8"),
        ("\ufeffid;a\n".encode(), "latin-1", "declared is latin-1, but the file is utf-8"),
        (b"id;a\n", "klingon", '"klingon" is not known; try cp1252'),
        (b";;\n1;2\n", "utf-8", "row 1: there are no headings"),
        (b'id;a\n1;"never closed\n2;3\n', "utf-8", "row 2: a quotation mark is not closed"),
    ],
)
def test_refused_files(data: bytes, encoding: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        rows(data, encoding=encoding)
    assert message in str(caught.value)


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\n', "sep=;\n"])
@pytest.mark.parametrize("header_row", [1, 2])
def test_the_line_that_says_the_separator_is_no_heading(line: str, header_row: int) -> None:
    headings, found, numbers = rows(f"{line}id;anc\n1;2.4\n".encode(), header_row=header_row)
    assert (headings, found, numbers) == (["id", "anc"], [["1", "2.4"]], [3])
