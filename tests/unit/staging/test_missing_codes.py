"""Codes for missing that nobody has declared, and values that only look like them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hematotox.contracts import Staged
from hematotox.errors import UserErrors
from hematotox.staging.missing_codes import digits_of_codes, repeated_limit, suspected_codes

CRP = ("crp: {column: crp, unit: mg/L}", "ferritin: {column: crp, unit: ng/mL}")


def labs(*values: object) -> str:
    return "id;date;anc;hb;crp\n" + "".join(
        f"1;{1 + n % 28:02d}.{3 + n // 28:02d}.2021;2,4;8,7;{value}\n"
        for n, value in enumerate(values)
    )


def suspected(*values: float) -> list[float]:
    numbers = np.array(values, dtype=float)
    found = suspected_codes(numbers, digits_of_codes(numbers, at_least=3))
    return numbers[found].tolist()


def test_a_ferritin_of_99999_gives_no_points(stage_ward: Callable[..., Staged]) -> None:
    """It is plausible (below 500000 ng/mL) and above 2000, so it gave two points."""
    staged = stage_ward(labs=labs(*range(300, 330), 99999), centre=(CRP,))
    ferritin = staged.labs[staged.labs["variable"] == "ferritin"]
    assert ferritin["value_low"].max() == 329
    (finding,) = staged.findings.itertuples()
    assert (finding.row, finding.kind) == (32, "undeclared code for missing")
    assert "99999" not in finding.message + finding.action


def test_somebody_has_made_sure_that_it_was_measured(stage_ward: Callable[..., Staged]) -> None:
    sure = ("unit: ng/mL}", "unit: ng/mL, nines_are_values: true}")
    staged = stage_ward(labs=labs(*range(300, 330), 9999), centre=(CRP, sure))
    assert staged.labs["value_low"].max() == 9999
    assert staged.findings.empty


def test_a_correction_says_that_it_was_measured(stage_ward: Callable[..., Staged]) -> None:
    row = "patient,variable,value,date,reason\n1,ferritin,9999,2021-04-03,seen\n"
    staged = stage_ward(labs=labs(*range(300, 330), 9999), centre=(CRP,), corrections=row)
    assert staged.labs["value_low"].max() == 9999


def test_a_column_full_of_them_stops(stage_ward: Callable[..., Staged]) -> None:
    with pytest.raises(UserErrors, match=r"3 of 33 cells .* look like codes for a value"):
        stage_ward(labs=labs(*range(300, 330), 8888, 8888, 8888), centre=(CRP,))


def test_numbers_far_from_all_others_or_repeated() -> None:
    usual = [float(n) for n in range(100, 400, 10)]
    assert suspected(*usual, 9999) == [9999]
    assert suspected(*usual, 999, 999, 999) == [999, 999, 999]
    assert suspected(*usual, 30000, *[999] * 6) == [999] * 6
    assert suspected(*usual, 30000, 999) == []
    assert suspected(*usual, 777) == []
    assert suspected(99999) == [99999]
    assert suspected(999, 410) == []


def test_ages_of_99_that_two_patients_have(stage_ward: Callable[..., Staged]) -> None:
    head = "id;age;sex;stage;apheresis;ld;infusion\n"
    rows = [f"{n};{40 + n};m;3;01.02.2021;27.02.2021;04.03.2021\n" for n in range(1, 41)]
    nines = [f"{n};99;m;3;01.02.2021;27.02.2021;04.03.2021\n" for n in range(41, 44)]
    with pytest.raises(UserErrors, match=r'column "age" .age.: 3 of 43 cells'):
        stage_ward(patients=head + "".join(rows[:40] + nines))
    staged = stage_ward(patients=head + "".join(rows[:40] + nines[:1]))
    assert staged.subjects["age"].max() == 99


def test_a_highest_value_that_is_repeated_is_asked_about(stage_ward: Callable[..., Staged]) -> None:
    staged = stage_ward(labs=labs(*range(300, 340), *[40000] * 6), centre=(CRP,))
    assert staged.findings[["row", "kind"]].to_numpy().tolist() == [[42, "repeated highest value"]]
    assert (staged.labs["value_low"] == 40000).sum() == 6


def test_no_limit_where_high_values_repeat_or_come_near() -> None:
    assert not repeated_limit(np.array([1.0, 2, 2, 2, 2, 2, 2, 9, 9, 9, 9, 9, 9])).any()
    assert not repeated_limit(np.array([5.0, 6, 7, 8, *[9] * 8])).any()
    assert repeated_limit(np.array([5.0, 6, 7, 8, *[20] * 8])).sum() == 8
