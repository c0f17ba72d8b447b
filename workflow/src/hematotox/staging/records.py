"""Laboratory values and events of all tables, row by row to their destination."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects import Export
from hematotox.staging.columns import Reader
from hematotox.staging.days import Infusions
from hematotox.staging.events import EventReader, Happenings
from hematotox.staging.labs import LabReader, Values
from hematotox.staging.ledger import Ledger
from hematotox.staging.patients import Codes, PatientRows, Patients, of_known_patients
from hematotox.staging.table_rows import Block, read_rows


@dataclass(frozen=True, slots=True)
class Records:
    """What the export says about laboratory values and events."""

    labs: list[Values] = field(default_factory=list)
    events: list[Happenings] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads laboratory values and events of one centre into `records`."""

    export: Export
    centre: Centre
    ledger: Ledger
    labs: LabReader
    events: EventReader
    records: Records = field(default_factory=Records)

    def read_patient_rows(self, rows: PatientRows, reader: Reader) -> None:
        """Read what stands beside the patient's variables in rows that are staged."""
        part = reader
        if not rows.first.all():
            part = Reader(self.centre, self.ledger, rows.block.where(rows.first))
        self._keep(part, rows.patients[rows.first])

    def read_table(self, name: str, patients: Patients) -> None:
        """Read a table with several rows a patient, piece by piece."""
        long = self.centre.tables[name].shape == "long"
        for block in read_rows(self.export, self.centre, name=name, ledger=self.ledger):
            known, codes = of_known_patients(
                self.centre, block, patients=patients, ledger=self.ledger
            )
            if long:
                reader = Reader(self.centre, self.ledger, known)
                self.records.labs.extend(self.labs.read_long(reader, codes))
            else:
                self._keep(*self._wide_rows(known, codes))

    def _wide_rows(self, block: Block, codes: Codes) -> tuple[Reader, Codes]:
        """Return the rows that can be staged: infused patients, a date where values need one."""
        kept = np.ones(len(codes), dtype=bool)
        reader = Reader(self.centre, self.ledger, block)
        if self.events.sources(block.table):
            if not self.labs.has_sources(block.table):
                kept = self.events.named_rows(block)
                block, codes = block.where(kept), codes[kept]
            kept = self.events.infused_rows(block, codes)
        elif self.labs.has_sources(block.table):
            kept = self.labs.dated_rows(reader, codes)
        self.ledger.of(block.table, block.file).staged += int(kept.sum())
        if len(kept) == len(reader.block.rows) and kept.all():
            return reader, codes
        return Reader(self.centre, self.ledger, block.where(kept)), codes[kept]

    def _keep(self, reader: Reader, patients: Codes) -> None:
        self.records.labs.extend(self.labs.read(reader, patients))
        self.records.events.extend(self.events.read(reader, patients))


def record_reader(
    export: Export,
    centre: Centre,
    *,
    dictionary: Dictionary,
    ledger: Ledger,
    infusions: Infusions,
) -> RecordReader:
    """Return a reader of the records of one centre."""
    return RecordReader(
        export,
        centre,
        ledger,
        LabReader(centre, dictionary, ledger, infusions),
        EventReader(centre, dictionary, ledger, infusions),
    )
