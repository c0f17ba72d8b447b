"""Dates in declared formats, in four languages."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.dialects.cells import KNOWN, MISSING, UNREADABLE
from hematotox.dialects.dates import day_of, iso, parse_date, read_dates, write_date

DAY = dt.date(2021, 3, 4)


@pytest.mark.parametrize(
    ("cell", "formats"),
    [
        ("04.03.2021", ("%d.%m.%Y",)),
        ("4.3.2021", ("%d.%m.%Y",)),
        ("04/03/21", ("%d/%m/%y",)),
        ("03/04/2021", ("%m/%d/%Y",)),
        ("20210304", ("%Y%m%d",)),
        ("4 marzo 2021", ("%d %B %Y",)),
        ("4 mars 2021", ("%d %b %Y",)),
        ("4. März 2021", ("%d. %B %Y",)),
        ("04-Mar-2021", ("%d-%b-%Y",)),
        ("04-MAR.-2021", ("%d-%b-%Y",)),
        ("04.03.2021 13:45", ("%d.%m.%Y %H:%M",)),
        ("2021-03-04T13:45:00", ("%Y-%m-%dT%H:%M:%S",)),
        ("44259", ("excel_serial",)),
        ("44259,5", ("excel_serial",)),
        (44259.0, ("excel_serial",)),
        (DAY, ("native",)),
        (dt.datetime(2021, 3, 4, 23, 59), ("%d.%m.%Y",)),
        ("04.03.2021", ("%d/%m/%Y", "%d.%m.%Y")),
    ],
)
def test_readable(cell: object, formats: tuple[str, ...]) -> None:
    assert parse_date(cell, formats) == DAY


@pytest.mark.parametrize(
    ("cell", "formats"),
    [
        ("31.02.2021", ("%d.%m.%Y",)),
        ("04.03.21", ("%d.%m.%Y",)),
        ("04/03/2021", ("%d.%m.%Y",)),
        ("04.03.2021 13:45", ("%d.%m.%Y",)),
        ("04.03.0021", ("%d.%m.%Y",)),
        ("04.03.2201", ("%d.%m.%Y",)),
        ("4 smarch 2021", ("%d %B %Y",)),
        ("04/03/2021", ("%d/%m/%Y", "%m/%d/%Y")),  # 4 March or 3 April
        (44259.0, ("%d.%m.%Y",)),
        ("44259", ("%d.%m.%Y",)),
        ("60", ("excel_serial",)),  # 29 February 1900, which Excel invented
        ("999999", ("excel_serial",)),
        ("04.03.2021", ("native",)),
        (dt.date(1850, 1, 1), ("native",)),
    ],
)
def test_unreadable(cell: object, formats: tuple[str, ...]) -> None:
    assert parse_date(cell, formats) is None


@pytest.mark.parametrize(
    "months",
    [
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "january february march april may june july august september october november december",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ],
)
def test_months_in_four_languages(months: str) -> None:
    for number, name in enumerate(months.split(), start=1):
        assert parse_date(f"1 {name} 2020", ("%d %b %Y",)) == dt.date(2020, number, 1)


def test_a_column() -> None:
    cells = np.array(["04.03.2021", "", "?", "n.d.", DAY], dtype=object)
    days, states = read_dates(cells, formats=("%d.%m.%Y",), missing=frozenset({"", "n.d."}))
    assert states.tolist() == [KNOWN, MISSING, UNREADABLE, MISSING, KNOWN]
    assert iso(int(days[0])) == iso(int(days[4])) == "2021-03-04"


@given(
    st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)),
    st.sampled_from(["%d.%m.%Y", "%Y%m%d", "%d %b %y", "%B %d, %Y", "native", "excel_serial"]),
)
def test_a_written_date_is_read_again(date: dt.date, pattern: str) -> None:
    written = write_date(day_of(date.isoformat()), (pattern,))
    assert parse_date(written, (pattern,)) == date


def test_a_format_without_a_day_gives_no_date() -> None:
    assert parse_date("03.2021", ("%m.%Y",)) is None
