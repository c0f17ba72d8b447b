"""Each dialect: an export typed by hand, staged, equals tables typed by hand.

The exports are not made by the simulator and the expected tables not by the code, so a wrong
unit or sign cannot cancel out on the way there and back.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox.contracts import Staged
from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects import open_export
from hematotox.staging import imbalances, stage

ROOT = Path(__file__).parents[3]
EXPORTS = ROOT / "tests" / "data" / "exports"
DIALECTS = sorted(folder.name for folder in EXPORTS.iterdir() if folder.is_dir())


@cache
def staged(name: str) -> Staged:
    folder = EXPORTS / name
    files = {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and path.name != "centre.yaml"
    }
    text = (folder / "centre.yaml").read_text(encoding="utf-8")
    centre = parse(text, source=f"{name}/centre.yaml", model=Centre)
    text = (ROOT / "config" / "dictionary.yaml").read_text(encoding="utf-8")
    dictionary = parse(text, source="dictionary.yaml", model=Dictionary)
    return stage(open_export(files, source="real"), centre, dictionary)


def expected(name: str, table: str) -> pd.DataFrame:
    path = EXPORTS / name / "expected" / f"{table}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def as_text(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        tuple("" if pd.isna(v) else f"{v:g}" if isinstance(v, float) else str(v) for v in row)
        for row in frame.itertuples(index=False)
    ]


def test_there_are_nine_dialects() -> None:
    assert len(DIALECTS) >= 9


@pytest.mark.parametrize("name", DIALECTS)
def test_subjects(name: str) -> None:
    wanted = expected(name, "subjects")
    subjects = staged(name).subjects
    assert as_text(subjects[list(wanted)]) == as_text(wanted)
    assert set(subjects["centre"]) == {name}
    assert set(subjects["source"]) == {"real"}


@pytest.mark.parametrize("name", DIALECTS)
def test_labs(name: str) -> None:
    wanted = expected(name, "labs").astype(
        {"day": int, "measurement": int, "value_low": float, "value_high": float}
    )
    keys = ["patient_id", "variable", "day", "measurement"]
    wanted = wanted.sort_values(keys, ignore_index=True)
    labs = staged(name).labs
    assert as_text(labs[keys]) == as_text(wanted[keys])
    exact = (wanted["value_low"] == wanted["value_high"]).to_numpy()
    for column in ("value_low", "value_high"):
        found, right = labs[column].to_numpy(), wanted[column].to_numpy()
        np.testing.assert_array_max_ulp(found[exact], right[exact], maxulp=2)
        # An open end lies one unit of the ninth digit inside.
        np.testing.assert_allclose(found[~exact], right[~exact], rtol=2e-8)


@pytest.mark.parametrize("name", DIALECTS)
def test_events(name: str) -> None:
    wanted = expected(name, "events").sort_values(
        ["patient_id", "event", "detail"], ignore_index=True
    )
    events = staged(name).events.sort_values(["patient_id", "event", "detail"], ignore_index=True)
    assert as_text(events) == as_text(wanted)


@pytest.mark.parametrize("name", DIALECTS)
def test_findings(name: str) -> None:
    wanted = expected(name, "findings")
    findings = staged(name).findings
    assert sorted(as_text(findings[list(wanted)])) == sorted(as_text(wanted))


@pytest.mark.parametrize("name", DIALECTS)
def test_nothing_is_lost(name: str) -> None:
    result = staged(name)
    assert imbalances(result) == []
    assert int(result.tally["labs"].sum()) == len(result.labs)
    assert int(result.tally["events"].sum()) == len(result.events)
