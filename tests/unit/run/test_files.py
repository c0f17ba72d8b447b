"""Tables survive the disk to the last bit, files are written whole, look-up is run folder first."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.contracts import conform
from hematotox.errors import UserError
from hematotox.run.files import (
    CLONE,
    canonical_json,
    csv_bytes,
    find_declaration,
    read_table,
    read_text,
    shown,
    write_all,
    write_table,
)
from hematotox.run.writing import write_bytes

LABS = {"patient_id": "a/1", "variable": "anc", "day": 0, "measurement": 1}
PERSON = {"centre": "a", "source": "real", "included": True, "reason": ""}


@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@settings(max_examples=25)
def test_numbers_survive_csv_to_the_last_bit(values: list[float], tmp_path_factory) -> None:
    rows = [
        {**LABS, "measurement": i, "value_low": v, "value_high": v} for i, v in enumerate(values)
    ]
    table = conform("labs", pd.DataFrame(rows))
    path = tmp_path_factory.mktemp("csv") / "labs.csv"
    write_table(path, table)
    pd.testing.assert_frame_equal(read_table(path, "labs"), table, check_exact=True)


def test_numbers_survive_parquet_to_the_last_bit(tmp_path) -> None:
    rows = [{**LABS, "value_low": 0.1 + 0.2, "value_high": 1 / 3}]
    table = conform("labs", pd.DataFrame(rows))
    write_table(tmp_path / "labs.parquet", table)
    pd.testing.assert_frame_equal(read_table(tmp_path / "labs.parquet", "labs"), table)


@pytest.mark.parametrize(
    "levels",
    [
        ("01", "02"),
        ("true", "false"),
        ("1", ""),
        ("1.0", "2.0"),
        ("nan", "inf"),
        ("NA", "None"),
        ("1e3", "no"),
        ("with, comma", 'with "quotes"'),
        ("β2", "µ"),
    ],
)
def test_a_level_comes_back_as_it_was_written(levels: tuple[str, str], tmp_path) -> None:
    """Read as a number or a yes, it would be no level any more, and its patients lost."""
    rows = [{"patient_id": f"a/{i}", **PERSON, "stage": level} for i, level in enumerate(levels)]
    write_table(tmp_path / "population.csv", conform("population", pd.DataFrame(rows)))
    assert tuple(read_table(tmp_path / "population.csv", "population")["stage"]) == levels


def test_patient_numbers_keep_their_zeros(tmp_path) -> None:
    rows = [{"patient_id": "001", **PERSON}, {"patient_id": "1", **PERSON}]
    write_table(tmp_path / "population.csv", conform("population", pd.DataFrame(rows)))
    back = read_table(tmp_path / "population.csv", "population")
    assert back["patient_id"].tolist() == ["001", "1"]
    assert back["included"].tolist() == [True, True]


def test_csv_is_the_same_on_every_machine() -> None:
    frame = pd.DataFrame({"a": [0.1, math.nan], "b": ["x", None], "c": [1, 2]})
    assert csv_bytes(frame) == b"a,b,c\n0.10000000000000001,x,1\n,,2\n"
    whole = pd.DataFrame({"n": pd.array([3, None], dtype="Int64"), "x": np.array([3.0, 1e300])})
    assert csv_bytes(whole) == b"n,x\n3,3\n,1.0000000000000001e+300\n"


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch) -> None:
    target = tmp_path / "deep" / "er" / "a.csv"
    write_bytes(target, b"old")

    def broken(self: Path, content: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(content[:1])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", broken)
    with pytest.raises(UserError, match=r"a\.csv: cannot be written"):
        write_bytes(target, b"new")
    assert target.read_bytes() == b"old"


def test_several_files_are_written_below_a_folder(tmp_path) -> None:
    write_all({"a.csv": b"1", "b/c.csv": b"2"}, folder=tmp_path)
    assert (tmp_path / "b" / "c.csv").read_bytes() == b"2"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "b"], "nothing temporary stays"


def test_the_run_folders_declaration_comes_before_the_clones(tmp_path) -> None:
    assert find_declaration("scores", "ht.yaml", run_folder=tmp_path).is_relative_to(CLONE)
    own = tmp_path / "config" / "scores" / "ht.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("id: ht")
    assert find_declaration("scores", "ht.yaml", run_folder=tmp_path) == own


def test_a_declaration_that_is_nowhere_lists_what_there_is(tmp_path) -> None:
    with pytest.raises(UserError) as caught:
        find_declaration("scores", "xy.yaml", run_folder=tmp_path)
    assert str(caught.value).startswith("config/scores/xy.yaml: there is no such file; known: ")
    assert "ht.yaml" in str(caught.value)


def test_text_must_be_utf_8_and_may_have_a_byte_order_mark(tmp_path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffid: ä".encode())
    assert read_text(path) == "id: ä"
    path.write_bytes("id: ä".encode("latin-1"))
    with pytest.raises(UserError, match=r"a\.yaml: byte 4: not UTF-8; save the file as UTF-8"):
        read_text(path)
    with pytest.raises(UserError, match=r"b\.yaml: there is no such file"):
        read_text(tmp_path / "b.yaml")


def test_a_message_never_shows_where_the_folders_lie(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "config" / "a.yaml") == "config/a.yaml"
    assert shown(CLONE / "config" / "config.yaml") == "config/config.yaml"
    assert shown(tmp_path.parent / "elsewhere" / "a.yaml") == "a.yaml"


def test_equal_content_is_equal_json() -> None:
    one = canonical_json({"b": 1, "a": ["ä"]})
    assert one == canonical_json({"a": ["ä"], "b": 1}) == '{"a":["ä"],"b":1}'
