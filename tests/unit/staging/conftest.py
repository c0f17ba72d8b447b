"""A small centre with text files, of which a test changes what it is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hematotox.contracts import Staged
from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects import open_export
from hematotox.staging import stage

ROOT = Path(__file__).parents[3]

CENTRE = """
id: ward
delimiter: ";"
decimal: ","
thousands: "."
dates: "%d.%m.%Y"
missing: [n.d.]
tables:
  subjects: {file: patients.csv, patient: id}
  labs: {file: labs.csv, shape: wide, patient: id, date: date}
  events: {file: events.csv, shape: wide, patient: id, date: date}
subjects:
  age: {column: age}
  sex: {column: sex, values: {m: male, f: female}}
  stage: {column: stage}
  apheresis_date: {column: apheresis}
  lymphodepletion_date: {column: ld}
  infusion_date: {column: infusion}
labs:
  anc: {column: anc, unit: "10*9/L"}
  hemoglobin: {column: hb, unit: g/dL}
  crp: {column: crp, unit: mg/L}
events:
  crs: {when: {column: event, in: CRS}, column: detail}
  progression: {when: {column: event, in: PD}}
  death: {when: {column: event, in: death}, column: detail, values: {inf: infection}}
"""

PATIENTS = """id;age;sex;stage;apheresis;ld;infusion
1;61;m;3;01.02.2021;27.02.2021;04.03.2021
2;47;f;4;01.12.2020;24.12.2020;30.12.2020
"""
LABS = """id;date;anc;hb;crp
1;27.02.2021;2,4;8,7;41
1;07.03.2021;0,05;;
2;25.12.2020;1,2;9,0;<3
"""
EVENTS = """id;date;event;detail
1;06.03.2021;CRS;2
"""


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    path = ROOT / "config" / "dictionary.yaml"
    return parse(path.read_text(encoding="utf-8"), source="dictionary.yaml", model=Dictionary)


@pytest.fixture
def stage_ward(dictionary: Dictionary) -> Callable[..., Staged]:
    """Stage the ward with other files or another centre file.

    `patients`, `labs`, `events` replace the content of a file, `centre` changes the centre file
    (old text, new text), `corrections` and `show_values` go to the export.
    """

    def stage_it(
        patients: str = PATIENTS,
        labs: str = LABS,
        events: str = EVENTS,
        centre: tuple[tuple[str, str], ...] = (),
        **export: Any,
    ) -> Staged:
        text = CENTRE
        for old, new in centre:
            assert old in text
            text = text.replace(old, new)
        files = {"patients.csv": patients, "labs.csv": labs, "events.csv": events}
        opened = open_export(
            {name: content.encode("utf-8") for name, content in files.items()},
            source="synthetic",
            **export,
        )
        return stage(opened, parse(text, source="ward.yaml", model=Centre), dictionary)

    return stage_it
