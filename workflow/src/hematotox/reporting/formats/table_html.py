"""A table as one self-contained HTML page; the report cuts the table out of it."""

from __future__ import annotations

import re
from html import escape

from hematotox.reporting.formats.table_model import Cell, Line, PrintedTable

STYLE = """
table.printed { font: 9.5pt/1.35 Arial, "Liberation Sans", Helvetica, sans-serif; color: #000;
  border-collapse: collapse; border-top: 1.5pt solid; border-bottom: 1.5pt solid; }
table.printed caption { text-align: left; font-weight: bold; padding-bottom: .5em; }
table.printed th, table.printed td { padding: .18em .7em; text-align: center;
  vertical-align: top; font-weight: normal; }
table.printed thead th { font-weight: bold; vertical-align: bottom; }
table.printed thead tr:last-child th { border-bottom: .75pt solid; }
table.printed th.spanner span { display: block; border-bottom: .5pt solid; }
table.printed th.stub, table.printed tbody th { text-align: left; }
table.printed tbody th[scope=row] { min-width: 8em; }
table.printed tbody th.section, table.printed tbody th.head { font-weight: bold;
  padding-top: .5em; }
table.printed tbody th.head { text-align: center; vertical-align: bottom; }
table.printed tbody td { white-space: nowrap; }
table.printed td.words { white-space: normal; text-align: left; }
table.printed thead { display: table-header-group; }
table.printed tr { break-inside: avoid; }
.notes { font: 8.5pt/1.35 Arial, "Liberation Sans", Helvetica, sans-serif; margin: .5em 0 0;
  max-width: 60em; }
.notes p { margin: .1em 0; }
sup { line-height: 0; }
"""

WORDS = re.compile(r"[A-Za-z][a-z]+(?: |[a-z]{2})")
"""How a cell starts that holds words, not numbers."""
BEGIN, END = "<!-- display -->", "<!-- end of display -->"


def write_html(table: PrintedTable) -> bytes:
    """Return a page with the table between the two marks that the report looks for."""
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(table.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{BEGIN}\n{fragment(table)}\n{END}\n</body>\n</html>\n"
    )
    return page.encode()


def fragment(table: PrintedTable) -> str:
    """Return the table and its notes without the page around them."""
    return f"{_table(table)}\n{_notes(table)}"


def cut_display(page: str) -> str:
    """Return the part of a written page that shows the table."""
    return page.partition(BEGIN)[2].partition(END)[0].strip()


def _table(table: PrintedTable) -> str:
    body = "\n".join(_line(table, line) for line in table.lines)
    return (
        f'<table class="printed">\n<caption>{escape(table.title)}</caption>\n'
        f"<thead>\n{_head(table)}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )


def _head(table: PrintedTable) -> str:
    headers = "".join(f'<th scope="col">{_broken(c.header)}</th>' for c in table.columns)
    if not any(column.spanner for column in table.columns):
        return f'<tr><th class="stub" scope="col">{escape(table.stub)}</th>{headers}</tr>'
    spanners = "".join(
        f'<th class="spanner" scope="colgroup" colspan="{width}"><span>{escape(text)}</span></th>'
        if text
        else f'<td colspan="{width}"></td>'
        for text, width in table.spanners
    )
    return (
        f"<tr><td></td>{spanners}</tr>\n"
        f'<tr><th class="stub" scope="col">{escape(table.stub)}</th>{headers}</tr>'
    )


def _broken(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _line(table: PrintedTable, line: Line) -> str:
    label = _cell(table, line.label)
    if line.role == "section":
        width = 1 if line.cells else len(table.columns) + 1
        heads = "".join(f'<th class="head">{_cell(table, cell)}</th>' for cell in line.cells)
        first = f'<th class="section" colspan="{width}" scope="rowgroup">{label}</th>'
        return f"<tr>{first}{heads}</tr>"
    indent = f' style="padding-left: {0.7 + 1.2 * line.indent:.1f}em"' if line.indent else ""
    cells = "".join(f"<td{_look(cell)}>{_cell(table, cell)}</td>" for cell in line.cells)
    return f'<tr><th scope="row"{indent}>{label}</th>{cells}</tr>'


def _look(cell: Cell) -> str:
    """Let sentences wrap, to the left; numbers never do."""
    return ' class="words"' if WORDS.match(cell.text) else ""


def _cell(table: PrintedTable, cell: Cell) -> str:
    marks = f"<sup>{table.marks(cell)}</sup>" if cell.notes else ""
    return escape(cell.text) + marks


def _notes(table: PrintedTable) -> str:
    plain = [escape(note) for note in (table.caption, *table.notes) if note]
    marked = [f"<sup>{mark}</sup> {escape(note)}" for mark, note in table.marked_notes]
    return '<div class="notes">' + "".join(f"<p>{n}</p>" for n in [*marked, *plain]) + "</div>"
