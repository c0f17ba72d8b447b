"""Numbers in a declared notation."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.dialects.cells import KNOWN, MISSING, UNREADABLE
from hematotox.dialects.numbers import (
    intervals,
    parse_number,
    read_numbers,
    write_interval,
    write_number,
)

NOTATIONS = [
    # written, decimal, thousands, number
    ("1.234,5", ",", ".", 1234.5),  # German, Italian
    ("1 234,5", ",", " ", 1234.5),  # French
    ("1\u202f234,5", ",", " ", 1234.5),  # French, narrow space
    ("1,234.5", ".", ",", 1234.5),  # English
    ("1'234.5", ".", "'", 1234.5),  # Swiss
    ("1234,5", ",", ".", 1234.5),
    ("1.234.567", ",", ".", 1234567.0),
    ("-0", ".", "", 0.0),
    ("\u22122,5", ",", "", -2.5),
    ("2e3", ".", "", 2000.0),
    (".4", ".", "", 0.4),  # SPSS and SAS write no zero before the sign, nor do people
    (",4", ",", ".", 0.4),
    ("-.5", ".", ",", -0.5),
]


@pytest.mark.parametrize(("written", "decimal", "thousands", "number"), NOTATIONS)
def test_notations(written: str, decimal: str, thousands: str, number: float) -> None:
    assert parse_number(written, decimal=decimal, thousands=thousands) == ("", number)


@pytest.mark.parametrize(
    ("written", "decimal", "thousands"),
    [
        ("2.5", ",", "."),  # never 25
        ("2.50", ",", "."),
        ("12.34,5", ",", "."),
        ("1.2345", ",", "."),
        ("1234.567", ",", "."),
        ("2.5", ",", ""),
        ("2,5", ".", ","),
        ("1 234", ",", ""),
        (".5", ",", "."),  # neither 0.5 nor 5
        (",400", ".", ","),
        ("5.", ".", ""),
        ("1e999", ".", ""),
        ("< <3", ".", ""),
        ("3<", ".", ""),
        ("", ".", ""),
        ("five", ".", ""),
    ],
)
def test_a_number_in_another_notation_is_not_read(
    written: str, decimal: str, thousands: str
) -> None:
    assert parse_number(written, decimal=decimal, thousands=thousands) is None


@pytest.mark.parametrize("cell", [True, False, dt.date(2021, 3, 4), dt.time(8, 30), None])
def test_a_cell_of_a_workbook_that_is_no_number_is_not_read(cell: object) -> None:
    assert parse_number(cell) is None
    assert parse_number(2.5) == parse_number("2.5") == ("", 2.5)


@pytest.mark.parametrize("sign", ["<", ">", "<=", ">=", "=<", "=>", "≤", "≥"])
def test_signs_before_a_number(sign: str) -> None:
    found = parse_number(f"{sign} 0,3", decimal=",")
    assert found is not None
    assert found[1] == 0.3
    assert found[0][0] == {"≤": "<", "≥": ">", "=<": "<", "=>": ">"}.get(sign, sign[0])


def test_native_numbers_keep_their_value_whatever_the_notation() -> None:
    cells = np.array([2.5, 1234.0, "2,5", "2.5", "", 999.0, math.inf], dtype=object)
    numbers = read_numbers(cells, decimal=",", thousands=".", missing=frozenset({"", "999"}))
    assert numbers.states.tolist() == [
        KNOWN, KNOWN, KNOWN, UNREADABLE, MISSING, MISSING, UNREADABLE
    ]  # fmt: skip
    assert numbers.values[:3].tolist() == [2.5, 1234.0, 2.5]


def test_intervals() -> None:
    values = np.array([2.5, 0.3, 0.3, 2000.0, 2000.0, 0.0])
    low, high = intervals(values, np.array([0, 1, 2, 3, 4, 1], dtype=np.int8))
    assert [f"{v:.9g}" for v in low] == ["2.5", "0", "0", "2000.00001", "2000", "0"]
    assert [f"{v:.9g}" for v in high] == ["2.5", "0.299999999", "0.3", "inf", "inf", "0"]


@given(st.floats(0.001, 1e6), st.sampled_from([".", ","]))
def test_a_written_number_is_read_again(value: float, decimal: str) -> None:
    found = parse_number(write_number(value, decimal=decimal), decimal=decimal)
    assert found is not None
    assert found[1] == pytest.approx(value, rel=5e-9)


@given(st.integers(1, 10**6), st.integers(0, 4), st.sampled_from(["<", ">"]))
def test_a_written_limit_is_read_again(digits: int, places: int, bound: str) -> None:
    value = digits / 10**places
    low, high = intervals(np.array([value]), np.array([1 if bound == "<" else 3], dtype=np.int8))
    assert write_interval(low[0], high[0]) == bound + write_number(value, digits=6)
