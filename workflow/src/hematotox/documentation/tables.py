"""The page about the tables between the stages, from their contracts."""

from __future__ import annotations

from hematotox.contract_tables import TABLES, Column, Table

OPENING = """\
# Tables between the stages

<!-- made by `hematotox document`; edit contract_tables.py instead -->

A stage ends by checking its tables against these contracts, and the next trusts them. Columns that
may be empty are in *italics*; columns without a type are text. No two rows have the same key. A
table marked *open* has further columns, of the dictionary or the study. Days count from the (first)
infusion, which is day 0.
"""


def tables_page() -> str:
    """Return the page: for each table what a row is, its key and its columns."""
    return "\n".join((OPENING, *(_section(table) for table in TABLES.values())))


def _section(table: Table) -> str:
    lines = [f"## `{table.name}`", "", f"One row is {table.row}.", ""]
    if table.key:
        lines += [f"Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += [f"* {_described(name, column)}" for name, column in table.columns.items()]
    if table.open:
        lines += ["* *open*"]
    return "\n".join((*lines, ""))


def _described(name: str, column: Column) -> str:
    words = f"`{name}`" if column.required else f"*`{name}`*"
    if column.type != "text":
        words += f" ({column.type})"
    if column.allowed is not None:
        words += f": {', '.join(sorted(column.allowed))}"
    return words
