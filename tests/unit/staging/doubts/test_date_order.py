"""Day and month exchanged in a part of a column, or in all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hematotox.contracts import Staged
from hematotox.errors import UserErrors

BOTH = ('dates: "%d.%m.%Y"', 'dates: ["%Y-%m-%d", "%d.%m.%Y"]')


def labs(*dates: str) -> str:
    return "id;date;anc;hb;crp\n" + "".join(f"1;{date};2,4;8,7;4\n" for date in dates)


def kinds(staged: Staged) -> list[tuple[object, ...]]:
    return list(staged.findings[["row", "column", "kind"]].itertuples(index=False, name=None))


TURNED = [f"2021-03-{day:02d}" for day in range(1, 13)]
LEFT = [f"{day}.03.2021" for day in range(13, 20)]


def test_a_half_converted_column_stops(stage_ward: Callable[..., Staged]) -> None:
    with pytest.raises(UserErrors) as caught:
        stage_ward(labs=labs(*TURNED, *LEFT), centre=(BOTH,))
    (message,) = caught.value.messages
    assert message.startswith('ward: labs.csv: column "date": 12 dates written in one way')
    assert "first in row 2" in message


def test_few_dates_are_asked_about_and_kept(stage_ward: Callable[..., Staged]) -> None:
    """0.39 x 0.39 x 0.61: one chance in eleven, so the run goes on."""
    staged = stage_ward(labs=labs("2021-03-03", "2021-03-04", "15.03.2021"), centre=(BOTH,))
    assert kinds(staged) == [(2, "date", "day and month exchanged?")]
    assert staged.labs["day"].nunique() == 3


@pytest.mark.parametrize(
    "dates",
    [
        (*TURNED, "2021-04-13", *LEFT),  # one day above 12 was not turned round
        (*TURNED, *LEFT, "01.04.2021"),  # one text is on the 1st
        LEFT,
        ("2021-03-03", "14.03.2021", "15.03.2021"),  # one chance in seven
    ],
)
def test_two_notations_are_no_fault_by_themselves(
    stage_ward: Callable[..., Staged], dates: tuple[str, ...]
) -> None:
    assert kinds(stage_ward(labs=labs(*dates), centre=(BOTH,))) == []


def test_dates_that_are_never_above_12(stage_ward: Callable[..., Staged]) -> None:
    staged = stage_ward(labs=labs(*(f"{day:02d}.{day + 1:02d}.2021" for day in range(1, 10))))
    assert staged.findings["kind"].tolist() == ["no day above 12"]


def test_days_that_follow_one_another(stage_ward: Callable[..., Staged]) -> None:
    """The first ten days of March are one stay in hospital."""
    staged = stage_ward(labs=labs(*(f"{day:02d}.03.2021" for day in range(1, 11))))
    assert kinds(staged) == []


def test_dates_on_the_first_and_the_fifteenth(stage_ward: Callable[..., Staged]) -> None:
    """Somebody knew the month only."""
    staged = stage_ward(labs=labs(*(f"01.{month:02d}.2021" for month in range(1, 13))))
    assert "no day above 12" not in set(staged.findings["kind"])


def test_single_dates_with_the_month_first(stage_ward: Callable[..., Staged]) -> None:
    """03.14.2021 cannot be read; 03.04.2021 of the same hand can, and is wrong."""
    usual = [f"{day:02d}.03.2021" for day in range(1, 30)]
    staged = stage_ward(labs=labs(*usual, "03.14.2021", "03.04.2021"))
    assert (31, "date", "month before day") in kinds(staged)
    spoilt = stage_ward(labs=labs(*usual, "no date"))
    assert "month before day" not in set(spoilt.findings["kind"])


def test_a_column_with_the_month_first_stops(stage_ward: Callable[..., Staged]) -> None:
    dates = [f"03/{day:02d}/2021" for day in range(1, 29)]
    with pytest.raises(UserErrors, match=r'they are dates written "%m/%d/%Y"'):
        stage_ward(labs=labs(*dates), centre=(('dates: "%d.%m.%Y"', 'dates: "%d/%m/%Y"'),),
                   patients="id;age;sex;stage;apheresis;ld;infusion\n"
                   "1;61;m;3;01/02/2021;27/02/2021;04/03/2021\n",
                   events="id;date;event;detail\n1;06/03/2021;CRS;2\n")  # fmt: skip
