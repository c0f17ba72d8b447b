"""A document as Markdown: text, tables between bars, legends, references."""

from __future__ import annotations

from hematotox.reporting.formats.table_model import Cell, Column, PrintedTable
from hematotox.reporting.manuscript.filled import Printed
from hematotox.reporting.manuscript.parts import Document, Shown

MARKS = {"": "", "bold": "**", "italic": "*", "superscript": "^"}


def write_markdown(document: Document) -> str:
    """Return the document in Pandoc's Markdown."""
    parts = [f"# {document.title}", document.authors, document.warning]
    parts += [_block(block) for block in document.blocks]
    if document.references:
        parts.append("# References")
        parts.append("\n".join(f"{n}. {text}" for n, text in enumerate(document.references, 1)))
    parts += [_table(shown) for shown in document.tables]
    if document.figures:
        parts.append("# Figure legends")
    parts += [
        _caption(shown) + (f" {shown.legend}" if shown.legend else "") for shown in document.figures
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Printed) -> str:
    text = "".join(f"{MARKS[look]}{words}{MARKS[look]}" for words, look in block.runs)
    return {"heading": "#" * block.level + " ", "item": "- "}.get(block.kind, "") + text


def _caption(shown: Shown) -> str:
    return f"**{shown.numbered.called}. {shown.numbered.title}.**"


def _table(shown: Shown) -> str:
    table = shown.table
    if table is None:
        return f"{_caption(shown)}\n\n{shown.legend}"
    heads = [_bars(table.stub), *(_bars(_header(column)) for column in table.columns)]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for line in table.lines:
        cells = line.cells or tuple(Cell() for _ in table.columns)
        label = "\u2003" * line.indent + _cell(table, line.label)
        bold = f"**{label}**" if line.role == "section" else label
        lines.append(f"| {' | '.join([bold, *(_cell(table, cell) for cell in cells)])} |")
    notes = [f"^{mark}^ {note}" for mark, note in table.marked_notes]
    notes += [note for note in (table.caption, *table.notes) if note]
    return "\n\n".join([_caption(shown), "\n".join(lines), *notes])


def _header(column: Column) -> str:
    header = column.header.replace("\n", " ")
    return f"{column.spanner}: {header}" if column.spanner else header


def _cell(table: PrintedTable, cell: Cell) -> str:
    return _bars(cell.text) + (f"^{table.marks(cell)}^" if cell.notes else "")


def _bars(text: str) -> str:
    return text.replace("|", "\\|")
