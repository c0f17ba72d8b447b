"""A column of units beside the values, declared or not: it agrees, or it is told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hematotox.contracts import Staged
from hematotox.dialects.unit_columns import unit_columns
from hematotox.errors import UserErrors

LONG = (
    "labs: {file: labs.csv, shape: wide, patient: id, date: date}",
    "labs: {file: labs.csv, shape: long, patient: id, date: date, name: test, value: value}",
)


def rows(*units: str) -> str:
    return "id;date;anc;hb;crp;unit\n" + "".join(
        f"1;{day:02d}.03.2021;2,4;8,7;{40 + day};{unit}\n" for day, unit in enumerate(units, 1)
    )


def crp(staged: Staged) -> list[float]:
    found = staged.labs[staged.labs["variable"] == "crp"]
    return [float(f"{value:.9g}") for value in found["value_low"]]


def test_a_unit_that_agrees_says_nothing(stage_ward: Callable[..., Staged]) -> None:
    staged = stage_ward(labs=rows("mg/L", "mg/l", ""))
    assert crp(staged) == [4.1, 4.2, 4.3]
    assert staged.findings.empty


def test_a_column_of_another_unit_stops(stage_ward: Callable[..., Staged]) -> None:
    """CRP 41 mg/dL that is declared mg/L would be staged as 4.1: a tenth, and plausible."""
    with pytest.raises(UserErrors) as caught:
        stage_ward(labs=rows("mg/dL", "mg/dL", "mg/dL"))
    (message,) = caught.value.messages
    assert 'labs.csv: column "crp" (crp): 3 of 3 cells' in message
    assert "the column of units beside them says mg/dL" in message


def test_a_single_cell_of_another_unit_is_unknown(stage_ward: Callable[..., Staged]) -> None:
    staged = stage_ward(labs=rows(*["mg/L"] * 20, "mg/dL"))
    assert len(crp(staged)) == 20
    assert staged.findings[["row", "column", "variable", "kind"]].to_numpy().tolist() == [
        [22, "crp", "crp", "unit beside the value"]
    ]


def test_two_columns_called_unit_each_belong_to_the_values_before_them(
    stage_ward: Callable[..., Staged],
) -> None:
    labs = "id;date;anc;hb;unit;crp;unit\n" + "".join(
        f"1;{day:02d}.03.2021;2,4;8,7;g/dL;41;mg/dL\n" for day in range(1, 6)
    )
    with pytest.raises(UserErrors, match=r'column "crp" .*says mg/dL') as caught:
        stage_ward(labs=labs)
    assert len(caught.value.messages) == 1


def test_a_heading_tells_whose_units_they_are(stage_ward: Callable[..., Staged]) -> None:
    labs = "id;crp_unit;date;anc;hb;crp\n" + "".join(
        f"1;mg/dL;{day:02d}.03.2021;2,4;8,7;41\n" for day in range(1, 6)
    )
    with pytest.raises(UserErrors, match=r'column "crp" .*says mg/dL'):
        stage_ward(labs=labs)


def test_a_long_table_whose_units_are_not_declared(stage_ward: Callable[..., Staged]) -> None:
    labs = "id;date;test;value;Einheit\n" + "".join(
        f"1;{day:02d}.03.2021;crp;41;mg/dL\n1;{day:02d}.03.2021;hb;8,7;g/dL\n"
        for day in range(1, 6)
    )
    with pytest.raises(UserErrors) as caught:
        stage_ward(labs=labs, centre=(LONG,))
    (message,) = caught.value.messages
    assert "(crp): 5 of 5 cells" in message
    assert "in a long table declare that column" in message


def test_a_declared_column_counts_row_by_row(
    stage_ward: Callable[..., Staged],
) -> None:
    labs = "id;date;test;value;Einheit\n1;01.03.2021;crp;41;mg/L\n1;02.03.2021;crp;4,2;mg/dL\n"
    declared = ("value: value}", "value: value, unit: Einheit}")
    staged = stage_ward(labs=labs, centre=(LONG, declared))
    assert crp(staged) == [4.1, 4.2]
    assert staged.findings.empty


def test_columns_without_units_are_nobodys() -> None:
    def column(*cells: object) -> np.ndarray:
        return np.array(cells, dtype=object)

    columns = [column("1", "2"), column(41.0, 3.0), column("d", "1"), column("mg/L", "mg/L")]
    found = unit_columns(["id", "crp", "note", "remark"], columns)
    assert {heading: texts.tolist() for heading, texts in found.items()} == {
        "note": ["mg/L", "mg/L"]
    }
