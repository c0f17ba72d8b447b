"""Headings below titles, in groups, over units, and what a draft makes of them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import xlsxwriter

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.synonyms import Synonyms
from hematotox.declarations.yaml_text import read_yaml
from hematotox.dialects import open_export
from hematotox.run.files import CLONE, read_text
from hematotox.scaffold.centre_draft import draft_centre
from hematotox.staging import stage

DICTIONARY = parse(
    read_text(CLONE / "config/dictionary.yaml"), source="dictionary.yaml", model=Dictionary
)
SYNONYMS = parse(read_text(CLONE / "config/synonyms.yaml"), source="synonyms.yaml", model=Synonyms)
TITLES = ["Klinikum Nord", "CAR-T Register, Stand 01.02.2024", "vertraulich", "Quelle: KIS"]
NAMES = ["Pat-Nr", "Geschlecht", "Infusion", "Hb", "CRP"]
UNITS = ["", "", "", "g/dl", "mg/l"]
ROWS = [["1", "m", "04.03.2021", "8,7", "41"], ["2", "w", "30.12.2020", "9,0", "3"]]


def drafted(files: dict[str, bytes]) -> dict[str, Any]:
    found = draft_centre("ward", files, dictionary=DICTIONARY, synonyms=SYNONYMS)
    return dict(read_yaml(found.text, source="draft").content)


def workbook(
    rows: list[list[Any]], merged: tuple[tuple[int, int, int, int], ...] = (), *, left: int = 0
) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Daten")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row, start=left):
                if cell != "":
                    sheet.write(number, column, cell)
        for first, start, last, end in merged:
            text = rows[first][start - left]
            sheet.merge_range(first, start, last, end, text)
    return stream.getvalue()


def as_csv(rows: list[list[Any]]) -> bytes:
    return "".join(";".join(map(str, row)) + "\n" for row in rows).encode()


@pytest.mark.parametrize("titles", range(5))
@pytest.mark.parametrize("blank", [0, 1, 2])
@pytest.mark.parametrize("units", [False, True])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_titles_blank_rows_and_units(titles: int, blank: int, units: bool, kind: str) -> None:
    rows = [[title, "", "", "", ""] for title in TITLES[:titles]] + [[""] * 5] * blank
    rows += [NAMES] + [UNITS] * units + ROWS
    wide = tuple((n, 0, n, 4) for n in range(titles))
    data = as_csv(rows) if kind == "csv" else workbook(rows, wide)
    found = drafted({f"daten.{kind}": data})
    table = found["tables"]["subjects"]
    assert int(table.get("header_row", 1)) == titles + blank + 1
    assert int(table.get("header_rows", 1)) == 1 + units
    assert set(found["subjects"]) == {"sex", "infusion_date"}
    assert [found["labs"][one].get("unit") for one in ("hemoglobin", "crp")] == (
        ["g/dL", "mg/L"] if units else [None, None]
    )


@pytest.mark.parametrize("left", [0, 2])
@pytest.mark.parametrize("titles", [0, 2])
def test_groups_of_columns_merged_sideways_and_downwards(titles: int, left: int) -> None:
    """Most known names stand in the upper row, merged with the cell below."""
    upper = ["Pat-Nr", "Geschlecht", "Infusion", "Labor", "", "Verlauf", ""]
    lower = ["", "", "", "Hb (g/dl)", "CRP (mg/l)", "CRS Grad", "CRS Beginn"]
    data = [["1", "m", "04.03.2021", 8.7, 41, 2, "06.03.2021"]]
    rows = [[title] for title in TITLES[:titles]] + [upper, lower, *data]
    top = titles
    merged = [(top, left + n, top + 1, left + n) for n in range(3)]
    merged += [(top, left + 3, top, left + 4), (top, left + 5, top, left + 6)]
    found = drafted({"daten.xlsx": workbook(rows, tuple(merged), left=left)})
    table = found["tables"]["subjects"]
    assert (int(table.get("header_row", 1)), int(table["header_rows"])) == (titles + 1, 2)
    assert found["labs"]["crp"]["column"] == "Labor / CRP (mg/l)"
    crs = found["events"]["crs"]
    assert (crs["date"], crs["column"]) == ("Verlauf / CRS Beginn", "Verlauf / CRS Grad")


def test_dates_as_cells_texts_and_serial_numbers_in_one_column() -> None:
    day = dt.date(2021, 3, 4)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, style = book.add_worksheet("Daten"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["Pat-Nr", "Geschlecht", "Infusion"])
        for row in range(1, 10):
            sheet.write_row(row, 0, [str(row), "m"])
        for row in (1, 2, 3):
            sheet.write_datetime(row, 2, dt.datetime(2021, 3, 4), style)
            sheet.write(row + 3, 2, f"{day:%d.%m.%Y}")
            sheet.write(row + 6, 2, 44259)
    files = {"daten.xlsx": stream.getvalue()}
    found = drafted(files)
    assert found["dates"] == ["native", "excel_serial", "%d.%m.%Y"]
    centre = Centre.model_validate({**found, "subjects": {"infusion_date": {"column": "Infusion"}}})
    staged = stage(open_export(files, source="real"), centre, DICTIONARY)
    assert staged.subjects["infusion_date"].tolist() == ["2021-03-04"] * 9
    assert staged.findings.empty


def test_causes_of_death_by_words_that_do_not_count() -> None:
    rows = "ID;INFUSIONE;DECESSO_DATA;CAUSA_DECESSO\n1;04.03.2021;06.06.2021;infezione\n"
    found = drafted({"p.csv": (rows + "2;30.12.2020;;\n").encode()})
    death = found["events"]["death"]
    assert (death["date"], death["column"]) == ("DECESSO_DATA", "CAUSA_DECESSO")
    assert death["values"] == {"infezione": "infection"}


def test_events_that_were_not_found_are_told_apart() -> None:
    files = {"p.csv": as_csv([NAMES, *ROWS])}
    found = draft_centre("ward", files, dictionary=DICTIONARY, synonyms=SYNONYMS)
    assert "# Events that were not found: crs, icans, infection," in found.text
    assert "list it: none_occurred: [...]." in " ".join(found.text.replace("\n#", "").split())


def test_a_row_of_a_patient_is_never_taken_as_headings() -> None:
    """Headings that no word list knows, above rows that hold a known word."""
    rows = [
        ["Nr pacjenta", "Dzien", "Rodzaj", "Liczba", "Miara"],
        ["K001", "27.03.2023", "ANC", "1.2", "G/L"],
        ["K002", "28.03.2023", "ANC", "0.3", "G/L"],
    ]
    for name, data in (("e.csv", as_csv(rows)), ("e.xlsx", workbook(rows))):
        files = {name: data, "patients.csv": as_csv([NAMES, *ROWS])}
        text = draft_centre("ward", files, dictionary=DICTIONARY, synonyms=SYNONYMS).text
        assert not any(cell in text for cell in ("K001", "K002", "27.03", "1.2")), text
