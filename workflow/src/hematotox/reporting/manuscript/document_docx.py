"""A document as Word: styles, captions as fields, tables with repeated heads, turned sections."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

from hematotox.reporting.formats.table_blocks import column_blocks
from hematotox.reporting.formats.table_docx import (
    FIXED_DATE,
    FONT,
    add_table,
    set_page,
    with_fixed_dates,
)
from hematotox.reporting.formats.table_model import PrintedTable
from hematotox.reporting.formats.table_widths import layout_of, widths_of
from hematotox.reporting.manuscript.decimal_tabs import align_decimals
from hematotox.reporting.manuscript.filled import Printed
from hematotox.reporting.manuscript.parts import Document, Shown
from hematotox.reporting.manuscript.word_fields import (
    add_field,
    describe_picture,
    describe_table,
    set_language,
    set_style_of_cells,
)

TEXT_SIZE, NOTE_SIZE, LINE = 11, 8, 1.5
TEXT_MARGIN_MM = 25.0
MOST_PICTURE_MM = (176.0, 215.0)
"""Widest and highest that a figure is shown."""
KEPT = re.compile(r"(?<=\b[Pp]) (?=[=<>])|(?<=\b[Pp] [=<>]) |(?<=95%) (?=CI)")
"""Spaces at which no line is broken: those of "P = 0.03" and "95% CI"."""
HEADINGS = {"Title": 16, "Heading 1": 14, "Heading 2": 12, "Heading 3": 11, "Caption": 9}
PARAGRAPH_STYLES = {"paragraph": "Normal", "item": "List Bullet"}


def write_docx(document: Document) -> bytes:
    """Return the document, the same bytes every time."""
    import docx

    word = docx.Document()
    _set_styles(word, document)
    set_page(word.sections[0], wide=False, margin=TEXT_MARGIN_MM)
    add_field(word.sections[0].footer.paragraphs[0], "PAGE", "1")
    _write_text(word, document)
    for shown in document.tables:
        _write_table(word, shown)
    if document.figures:
        _new_section(word, wide=False)
        word.add_heading("Figures", 1)
    for position, shown in enumerate(document.figures):
        _write_figure(word, shown, first=position == 0)
    content = io.BytesIO()
    word.save(content)
    return with_fixed_dates(content.getvalue())


def _set_styles(word: Any, document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(TEXT_SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = LINE
    for name, size in HEADINGS.items():
        style = word.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{key}"), None)
        style.paragraph_format.keep_with_next = True
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
    for name, points in _further_styles(document):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = normal, Pt(points)
        style.paragraph_format.line_spacing = 1.0
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)
    listed = word.styles["Reference"].paragraph_format
    listed.left_indent, listed.first_line_indent = Mm(9), Mm(-9)
    listed.space_after = Pt(4)
    word.styles["Caption"].paragraph_format.line_spacing = 1.0
    set_language(word, document.language)
    properties = word.core_properties
    properties.title, properties.author, properties.comments = document.title, document.authors, ""
    properties.language = document.language
    properties.created = properties.modified = datetime.datetime(*FIXED_DATE)


def _further_styles(document: Document) -> list[tuple[str, float]]:
    sizes = {layout_of(shown.table)[1] for shown in document.tables if shown.table}
    return [
        *((_table_style(size), size) for size in sorted(sizes)),
        ("Table note", NOTE_SIZE),
        ("Figure legend", TEXT_SIZE - 1),
        ("Reference", TEXT_SIZE - 1),
    ]


def _table_style(size: float) -> str:
    return f"Table text {size:g}"


def _write_text(word: Any, document: Document) -> None:
    word.add_paragraph(document.title, style="Title")
    for text in (document.authors, document.warning):
        if text:
            word.add_paragraph(text)
    for block in document.blocks:
        _write_block(word, block)
    if document.references:
        word.add_heading("References", 1)
    for number, text in enumerate(document.references, start=1):
        word.add_paragraph(f"{number}.\t{text}", style="Reference")


def _write_block(word: Any, block: Printed) -> None:
    if block.kind == "heading":
        paragraph = word.add_heading("", min(block.level, 3))
    else:
        paragraph = word.add_paragraph(style=PARAGRAPH_STYLES[block.kind])
    for text, look in block.runs:
        run = paragraph.add_run(KEPT.sub("\u00a0", text))
        if look == "superscript":
            run.font.superscript = True
        elif look:
            setattr(run, look, True)


def _caption(word: Any, shown: Shown, *, new_page: bool) -> None:
    """Write "Table 1. Title", its number a field that Word counts anew."""
    numbered = shown.numbered
    paragraph = word.add_paragraph(style="Caption")
    paragraph.paragraph_format.page_break_before = new_page or None
    paragraph.add_run(f"{numbered.label} ")
    instruction = f"SEQ {numbered.label.replace(' ', '_')} \\* ARABIC"
    add_field(paragraph, instruction, str(numbered.number))
    paragraph.add_run(f". {numbered.title}")


def _write_table(word: Any, shown: Shown) -> None:
    table = shown.table
    layout = layout_of(table) if table else (False, 0.0)
    new = _section_for(word, wide=layout[0])
    _caption(word, shown, new_page=not new)
    if table is None:
        word.add_paragraph(shown.legend, style="Table note")
        return
    for position, (block, widths) in enumerate(column_blocks(table, *widths_of(table, layout))):
        if position:
            word.add_paragraph("(continued)", style="Table note")
        grid = add_table(word, block, widths, table)
        set_style_of_cells(grid, word.styles[_table_style(layout[1])].style_id)
        align_decimals(grid, block, widths, layout[1])
        describe_table(grid, table.title, table.caption)
    _write_notes(word, table)


def _write_notes(word: Any, table: PrintedTable) -> None:
    marked = [(mark, f" {note}") for mark, note in table.marked_notes]
    plain = [("", note) for note in (table.caption, *table.notes) if note]
    for mark, note in [*marked, *plain]:
        paragraph = word.add_paragraph(style="Table note")
        if mark:
            paragraph.add_run(mark).font.superscript = True
        paragraph.add_run(note)


def _section_for(word: Any, *, wide: bool) -> bool:
    """Begin a section where the last one has other pages; return whether it was begun."""
    from docx.enum.section import WD_ORIENT

    last = word.sections[-1]
    turned = last.orientation == WD_ORIENT.LANDSCAPE
    text = last.left_margin.mm > TEXT_MARGIN_MM - 1
    if turned == wide and not text:
        return False
    _new_section(word, wide=wide)
    return True


def _new_section(word: Any, *, wide: bool) -> None:
    from docx.enum.section import WD_SECTION

    set_page(word.add_section(WD_SECTION.NEW_PAGE), wide=wide)


def _write_figure(word: Any, shown: Shown, *, first: bool) -> None:
    from docx.shared import Mm

    if shown.picture:
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.page_break_before = not first or None
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.line_spacing = 1.0
        picture = paragraph.add_run().add_picture(io.BytesIO(shown.picture))
        widest, highest = (Mm(side) for side in MOST_PICTURE_MM)
        scale = min(1.0, widest / picture.width, highest / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        text = f"{shown.numbered.called}. {shown.numbered.title}. {shown.legend}"
        describe_picture(picture, shown.numbered.called, text.strip())
    _caption(word, shown, new_page=False)
    if shown.legend:
        word.add_paragraph(shown.legend, style="Figure legend")
