"""An export with its centre file resolved and the book that is kept while it is staged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects import Export
from hematotox.errors import UserErrors
from hematotox.staging.columns import ColumnReader
from hematotox.staging.declared import Declared, DeclaredTable
from hematotox.staging.ledger import Ledger
from hematotox.staging.resolve import resolve
from hematotox.staging.table_rows import Block, read_rows


@dataclass(frozen=True, slots=True)
class Opened:
    """What every step of staging looks at; only the ledger changes, and is only written to."""

    export: Export
    declared: Declared
    ledger: Ledger

    def blocks(self, table: DeclaredTable) -> Iterator[Block]:
        """Give the rows of a table in pieces."""
        return read_rows(self.export, self.declared, table=table, ledger=self.ledger)

    def reader(self, block: Block) -> ColumnReader:
        """Return a reader of the columns of a block."""
        return ColumnReader(self.declared.tables[block.table].file, self.ledger, block)

    def stop_at_troubles(self) -> None:
        """Stop if there are structural troubles: all of them in one list.

        Raises
        ------
        UserErrors
            A message for each.
        """
        if self.ledger.troubles:
            raise UserErrors(list(dict.fromkeys(self.ledger.troubles)))


def open_centre(export: Export, centre: Centre, dictionary: Dictionary) -> Opened:
    """Resolve the centre file and open the book.

    Raises
    ------
    UserErrors
        Centre file and dictionary disagree.
    """
    ledger = Ledger(centre.id, show_values=export.show_values)
    return Opened(export, resolve(centre, dictionary), ledger)
