"""A table as a Word document: a native three-rule table that an author can paste."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

from hematotox.reporting.formats.table_blocks import column_blocks
from hematotox.reporting.formats.table_model import Cell, Line, PrintedTable
from hematotox.reporting.formats.table_widths import (
    CELL_MARGIN_MM,
    LONG,
    MARGIN_MM,
    PAGE_MM,
    Layout,
    layout_of,
    widths_of,
)

FONT = "Arial"
SIZE = 8.5
FIXED_DATE = (2000, 1, 1, 0, 0, 0)
THICK, THIN = 12, 4
"""Rules in eighths of a point."""


def write_docx(table: PrintedTable) -> bytes:
    """Return a document of one table, title above and notes below, the same bytes every time."""
    import docx

    document = docx.Document()
    layout = layout_of(table)
    _prepare(document, table, layout)
    _paragraph(document, table.title, title=True)
    for position, (block, own) in enumerate(column_blocks(table, *widths_of(table, layout))):
        if position:
            _paragraph(document, "(continued)")
        add_table(document, block, own, table)
    marked = [(f" {note}", mark) for mark, note in table.marked_notes]
    plain = [(note, "") for note in (table.caption, *table.notes) if note]
    for position, (note, mark) in enumerate([*marked, *plain]):
        _paragraph(document, note, mark=mark, before=0 if position else 3)
    content = io.BytesIO()
    document.save(content)
    return with_fixed_dates(content.getvalue())


def set_page(section: Any, *, wide: bool, margin: float = MARGIN_MM) -> None:
    """Make the pages of a section A4, turned or not, with a margin in millimetres."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    short, long = PAGE_MM
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    sides = (Mm(long), Mm(short)) if wide else (Mm(short), Mm(long))
    section.page_width, section.page_height = sides
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(margin))


def _prepare(document: Any, table: PrintedTable, layout: Layout) -> None:
    """Set page, font and properties."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    wide, size = layout
    set_page(document.sections[0], wide=wide)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    apart = Pt(0.4 if len(table.lines) >= LONG else 1)
    style.paragraph_format.space_before = style.paragraph_format.space_after = apart
    properties = document.core_properties
    properties.title, properties.author, properties.comments = table.title, "", ""
    properties.created = properties.modified = datetime.datetime(*FIXED_DATE)


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


def add_table(document: Any, table: PrintedTable, widths: list[float], whole: PrintedTable) -> Any:
    """Write a table, or a block of columns of a whole one that gives the marks of its notes.

    Returns
    -------
    the table of the document
    """
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
    return grid


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


def with_fixed_dates(content: bytes) -> bytes:
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
