"""One column of a block read into the variable's type; what cannot be read is a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hematotox.declarations.date_format import EXCEL_SERIAL, EXCEL_SERIAL_1904
from hematotox.declarations.dictionary import Variable
from hematotox.declarations.tables import Table
from hematotox.dialects.cells import KNOWN, UNREADABLE, Cells, States, texts_of
from hematotox.dialects.codes import read_codes, read_ticks
from hematotox.dialects.dates import Days, read_dates
from hematotox.dialects.numbers import Numbers, parse_number, read_numbers
from hematotox.dialects.units import Factor
from hematotox.staging.dates_seen import DatesSeen
from hematotox.staging.declared import Missing
from hematotox.staging.ledger import CodeList, Ledger, Mask
from hematotox.staging.table_rows import Block

_FROM_1904 = {EXCEL_SERIAL: EXCEL_SERIAL_1904}


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """Reads the columns of one block as its table is written."""

    written: Table
    ledger: Ledger
    block: Block
    _dates: dict[str, tuple[Days, States]] = field(default_factory=dict)

    def of_rows(self, rows: Mask) -> ColumnReader:
        """Return a reader of some of the rows."""
        if bool(rows.all()):
            return self
        return ColumnReader(self.written, self.ledger, self.block.where(rows))

    def dates(self, heading: str, variable: str, *, missing: Missing) -> tuple[Days, States]:
        """Read a column of dates, once for all variables that stand under them."""
        if heading not in self._dates:
            formats = self.written.dates or ()
            if self.block.from_1904:
                formats = tuple(_FROM_1904.get(one, one) for one in formats)
            cells = self.block.column(heading)
            days, states = read_dates(cells, formats=formats, missing=missing)
            self._dates[heading] = days, states
            seen = self.ledger.dates.setdefault(self.block.place(heading), DatesSeen())
            seen.add(cells, days, states, rows=self.block.rows, formats=formats)
            self._note(
                "unreadable date", heading, variable=variable, states=self._dates[heading][1]
            )
        return self._dates[heading]

    def days(self, heading: str, variable: str, *, missing: Missing) -> tuple[Days, States]:
        """Read a column of whole days after infusion."""
        numbers = self.numbers(heading, variable, missing=missing)
        whole = (numbers.states != KNOWN) | (numbers.values % 1 == 0) & (numbers.bounds == 0)
        states = np.where(whole, numbers.states, UNREADABLE).astype(np.int8)
        self._note(
            "unreadable number", heading, variable=variable, states=states, skip=numbers.states
        )
        values = np.where(states == KNOWN, numbers.values, 0.0)
        return values.astype(np.int64), states

    def codes(
        self, heading: str, variable: str, *, values: Mapping[str, str], missing: Missing,
        listed: CodeList,
    ) -> tuple[Cells, States]:  # fmt: skip
        """Read a column of codes; `listed` says where those that are not known belong."""
        codes, states = read_codes(self.block.column(heading), values=values, missing=missing)
        self._note("unknown code", heading, variable=variable, states=states)
        self.count_codes(heading, variable, states=states, listed=listed)
        return codes, states

    def count_codes(self, heading: str, variable: str, *, states: States, listed: CodeList) -> None:
        """Keep the codes of a column that a key of the centre file should list and does not."""
        bad = states == UNREADABLE
        self.ledger.count_codes(
            self.block.place(heading, variable),
            rows=self.block.rows[bad],
            cells=self.block.column(heading)[bad],
            listed=listed,
        )

    def ticks(self, heading: str, variable: str, *, missing: Missing, of_event: bool) -> Mask:
        """Read a column of boxes: which are ticked."""
        _, states = read_ticks(self.block.column(heading), missing=missing)
        self._note("unknown code", heading, variable=variable, states=states)
        listed = CodeList("checkboxes", of_event=of_event)
        self.count_codes(heading, variable, states=states, listed=listed)
        ticked: Mask = states == KNOWN
        return ticked

    def numbers(self, heading: str, variable: str, *, missing: Missing) -> Numbers:
        """Read a column of numbers, in the centre's unit."""
        numbers = read_numbers(
            self.block.column(heading),
            decimal=self.written.decimal or ".",
            thousands=self.written.thousands or "",
            missing=missing,
        )
        self._note("unreadable number", heading, variable=variable, states=numbers.states)
        return numbers

    def check_missing_codes(
        self, heading: str, variable: str, *, missing: Missing, described: Variable, factor: Factor
    ) -> None:
        """Note cells with a code for missing that could as well be a value."""
        if described.plausible is None:
            return
        texts = texts_of(self.block.column(heading))
        for code in sorted(missing):
            number = parse_number(code, decimal=self.written.decimal or ".")
            if number is None:
                continue
            value = factor.to_canonical(np.array([number[1]]))
            found = int((texts == code).sum())
            if found and is_plausible(value, described)[0]:
                self.ledger.add(
                    "missing code within the plausible interval",
                    self.block.place(heading, variable),
                    more=f"cells with it in these rows: {found}",
                )

    def _note(
        self, kind: str, heading: str, *, variable: str, states: States, skip: States | None = None
    ) -> None:
        """Count a column's cells and note those that cannot be read."""
        place, cells = self.block.place(heading, variable), self.block.column(heading)
        bad = states == UNREADABLE
        if skip is not None:
            bad &= skip != UNREADABLE
            self.ledger.count_bad(place, self.block.rows[bad])
        else:
            self.ledger.count(place, states, rows=self.block.rows, cells=cells)
        self.ledger.add_cells(kind, place, rows=self.block.rows[bad], cells=cells[bad])


def is_plausible(values: npt.NDArray[np.float64], described: Variable) -> Mask:
    """Return which canonical values lie in the dictionary's plausible interval."""
    if described.plausible is None:
        return np.ones(len(values), dtype=bool)
    low, high = described.plausible
    inside: Mask = (values >= low) & (values <= high)
    return inside
