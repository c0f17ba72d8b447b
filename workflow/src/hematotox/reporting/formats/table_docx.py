"""A table as a Word document: a native three-rule table that an author can paste."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

from hematotox.reporting.formats.table_blocks import column_blocks
from hematotox.reporting.formats.table_model import Cell, Line, PrintedTable

FONT = "Arial"
SIZE = 8.5
LAYOUTS = ((False, 8.5), (False, 7.5), (True, 8.5), (True, 7.0))
"""Landscape or not, and font size in points: the first in which the table fits the page."""
LONG, LONG_LAYOUTS = 70, ((False, 7.0), (True, 7.0))
"""Lines from which a table is set small and upright, so that it fills few pages."""
FIXED_DATE = (2000, 1, 1, 0, 0, 0)
PAGE_MM, MARGIN_MM = (210.0, 297.0), 17.0
CELL_MARGIN_MM = 1.2
PADDING = 2 * CELL_MARGIN_MM + 0.6
LABEL_MOST, WORDS_MOST, LONG_WORDS, FIRST_WORD = 6.4, 3.8, 5.0, re.compile(r"[A-Za-z][a-z]{3}")
"""Widest label and widest cell of words (in a long table), in millimetres a point of font size:
longer ones wrap."""
SHORT_LINE = 12
"""Characters of a header line that is never broken."""
WIDTHS = {
    **dict.fromkeys(" .,;:!|/\\'\u00a0", 0.278),
    **dict.fromkeys("ijl", 0.222),
    **dict.fromkeys("()-rt", 0.333),
    **dict.fromkeys("cksvxyz", 0.5),
    **dict.fromkeys("ABEKPSVXY", 0.667),
    **dict.fromkeys("CDHNRU", 0.722),
    **dict.fromkeys("GOQ", 0.778),
    **dict.fromkeys("<>=+−±×~", 0.584),
    **dict.fromkeys("Mm", 0.833),
    **dict.fromkeys("%W", 0.9),
}
"""Widths of Arial's characters in ems; 0.556 for all others."""
THICK, THIN = 12, 4
"""Rules in eighths of a point."""


def write_docx(table: PrintedTable) -> bytes:
    """Return a document of one table, title above and notes below, the same bytes every time."""
    import docx

    document = docx.Document()
    widths, room = _prepare(document, table)
    _paragraph(document, table.title, title=True)
    for position, (block, own) in enumerate(column_blocks(table, widths, room)):
        if position:
            _paragraph(document, "(continued)")
        _write_table(document, block, own, table)
    marked = [(f" {note}", mark) for mark, note in table.marked_notes]
    plain = [(note, "") for note in (table.caption, *table.notes) if note]
    for position, (note, mark) in enumerate([*marked, *plain]):
        _paragraph(document, note, mark=mark, before=0 if position else 3)
    content = io.BytesIO()
    document.save(content)
    return _with_fixed_dates(content.getvalue())


def _prepare(document: Any, table: PrintedTable) -> tuple[list[float], float]:
    """Set page, font and properties; return the widths of the columns and of the page in mm."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    short, long = PAGE_MM
    layouts = LONG_LAYOUTS if len(table.lines) >= LONG else LAYOUTS
    wide, size = next((layout for layout in layouts if _fits(table, *layout)), layouts[-1])
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    sides = (Mm(long), Mm(short)) if wide else (Mm(short), Mm(long))
    section.page_width, section.page_height = sides
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(MARGIN_MM))
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    apart = Pt(0.4 if len(table.lines) >= LONG else 1)
    style.paragraph_format.space_before = style.paragraph_format.space_after = apart
    properties = document.core_properties
    properties.title, properties.author, properties.comments = table.title, "", ""
    properties.created = properties.modified = datetime.datetime(*FIXED_DATE)
    needed = _widths(table, size)
    room = _text_width(wide) - sum(needed)
    needed[0] = min(needed[0] + max(room, 0.0), max(needed[0], _label_width(table, size)))
    return needed, _text_width(wide)


def _text_width(wide: bool) -> float:
    return PAGE_MM[1 if wide else 0] - 2 * MARGIN_MM


def _fits(table: PrintedTable, wide: bool, size: float) -> bool:
    return sum(_widths(table, size)) <= _text_width(wide)


def _paragraph(
    document: Any, text: str, *, title: bool = False, mark: str = "", before: int = 0
) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(4 if title else 1)
    paragraph.paragraph_format.keep_with_next = title
    if mark:
        paragraph.add_run(mark).font.superscript = True
    run = paragraph.add_run(text)
    run.bold = title
    run.font.size = Pt(SIZE + 1 if title else SIZE - 0.5)


def _write_table(
    document: Any, table: PrintedTable, widths: list[float], whole: PrintedTable
) -> None:
    """Write a table, or a block of columns of a whole one that gives the marks of its notes."""
    spanned = any(column.spanner for column in table.columns)
    heads = 2 if spanned else 1
    columns = len(table.columns) + 1
    grid = document.add_table(rows=heads + len(table.lines), cols=columns)
    grid.autofit = False
    _set_grid(grid, widths)
    rows = [list(row.cells) for row in grid.rows]
    for cells in rows:
        for cell, millimetres in zip(cells, widths, strict=True):
            _set_width(cell, millimetres)
    if spanned:
        _write_spanners(rows[0], table)
    _fill(rows[heads - 1][0], table.stub, bold=True)
    for cell, column in zip(rows[heads - 1][1:], table.columns, strict=True):
        _fill(cell, column.header, bold=True, centred=True)
    for cells, line in zip(rows[heads:], table.lines, strict=True):
        _write_line(cells, line, whole)
    for row in grid.rows[:heads]:
        _row_property(row, "tblHeader")
    for row in grid.rows:
        _row_property(row, "cantSplit")
    _rule(rows[0], "top", THICK)
    _rule(rows[heads - 1], "bottom", THIN * 2)
    _rule(rows[-1], "bottom", THICK)


def _widths(table: PrintedTable, size: float) -> list[float]:
    """Return the width that each column needs, in millimetres; labels and words may wrap."""
    needed = [min(LABEL_MOST * size, _label_width(table, size))]
    for position, column in enumerate(table.columns):
        cells = [line.cells[position] for line in table.lines if line.cells]
        words = [1.08 * _width(word, size) for word in _unbroken(column.header)]
        most = size * (LONG_WORDS if len(table.lines) >= LONG else WORDS_MOST)
        texts = [_cell_width(cell, size, most) for cell in cells]
        needed.append(max([*words, *texts, 8.0]) + PADDING)
    return needed


def _unbroken(header: str) -> list[str]:
    """Return what stands on one line of a header: short lines whole, long ones word by word."""
    lines = [[line] if len(line) <= SHORT_LINE else line.split() for line in header.split("\n")]
    return [part for parts in lines for part in parts]


def _label_width(table: PrintedTable, size: float) -> float:
    labels = [_width(ln.label.text, size) + 3 * ln.indent for ln in table.lines if ln.cells]
    return max([_width(table.stub, size), *labels]) + PADDING


def _cell_width(cell: Cell, size: float, most: float) -> float:
    """Return the width of a cell in one line, or, of words, in as many as they need."""
    width = _width(cell.text, size) + 1.2 * len(cell.notes)
    return min(width, most) if FIRST_WORD.match(cell.text) else width


def _width(text: str, size: float) -> float:
    """Return roughly how wide a text is in Arial, in millimetres."""
    ems: float = sum(WIDTHS.get(character, 0.556) for character in text)
    return ems * size * 25.4 / 72


def _set_grid(grid: Any, widths: list[float]) -> None:
    """Set the widths of the grid and narrow margins inside the cells."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    for column, millimetres in zip(grid.columns, widths, strict=True):
        column.width = Mm(millimetres)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(CELL_MARGIN_MM * 56.7)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = grid._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        grid._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def _write_spanners(cells: list[Any], table: PrintedTable) -> None:
    position = 1
    for text, width in table.spanners:
        first, last = cells[position], cells[position + width - 1]
        merged = first.merge(last) if width > 1 else first
        _fill(merged, text, bold=True, centred=True)
        if text:
            _rule([merged], "bottom", THIN)
        position += width


def _write_line(cells: list[Any], line: Line, table: PrintedTable) -> None:
    bold = line.role == "section"
    cells[0].paragraphs[0].paragraph_format.keep_with_next = True if bold else None
    if not line.cells:
        merged = cells[0].merge(cells[-1])
        _fill_cell(merged, table, line.label, bold=bold)
        return
    _fill_cell(cells[0], table, line.label, indent=line.indent, bold=bold)
    for cell, content in zip(cells[1:], line.cells, strict=True):
        _fill_cell(cell, table, content, centred=True, bold=bold)


def _fill_cell(cell: Any, table: PrintedTable, content: Cell, **look: Any) -> None:
    _fill(cell, content.text, **look)
    if content.notes:
        cell.paragraphs[0].add_run(table.marks(content)).font.superscript = True


def _fill(
    cell: Any, text: str, *, bold: bool = False, centred: bool = False, indent: int = 0
) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    # What the style says already is not said again: it takes most of the time of a long table.
    paragraph = cell.paragraphs[0]
    if indent:
        paragraph.paragraph_format.left_indent = Mm(3 * indent)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    if bold:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        run.bold = True


def _set_width(cell: Any, millimetres: float) -> None:
    from docx.shared import Mm

    cell.width = Mm(millimetres)


def _rule(cells: list[Any], edge: str, eighths: int) -> None:
    """Draw one horizontal rule along the cells."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for element in dict.fromkeys(cell._tc for cell in cells):
        properties = element.get_or_add_tcPr()
        borders = properties.find(qn("w:tcBorders"))
        if borders is None:
            borders = OxmlElement("w:tcBorders")
            after = properties.find(qn("w:vAlign"))
            properties.append(borders) if after is None else after.addprevious(borders)
        border = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", str(eighths)), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)


def _row_property(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(f"w:{name}"))


def _with_fixed_dates(content: bytes) -> bytes:
    """Zip the document again with one date, so that equal tables are equal bytes."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, date_time=FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return packed.getvalue()
