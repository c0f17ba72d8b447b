"""Units: what a clinician would write on paper, and exactness at the cut-offs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects.units import CANONICAL, accepted_units, find_factor, ucum

ROOT = Path(__file__).parents[3]

TABLE = [
    # variable, value, their unit, value in the canonical unit
    ("anc", 500.0, "/uL", 0.5),
    ("anc", 500.0, "cells/µL", 0.5),
    ("anc", 1200.0, "/mm3", 1.2),
    ("anc", 0.5, "10*3/uL", 0.5),
    ("anc", 0.5, "K/µL", 0.5),
    ("anc", 0.5, "G/l", 0.5),
    ("anc", 500.0, "10*6/L", 0.5),
    ("anc", 0.5, "K/mcL", 0.5),
    ("anc", 0.5, "Thousand/mcL", 0.5),
    ("anc", 0.5, "K/cumm", 0.5),
    ("anc", 500.0, "/cumm", 0.5),
    ("anc", 0.5, "x10(9)/L", 0.5),
    ("anc", 0.5, "Mrd/l", 0.5),
    ("hemoglobin", 9.0, "gm/dL", 9.0),
    ("platelets", 175_000.0, "/uL", 175.0),
    ("platelets", 75.0, "x10^9/L", 75.0),
    ("platelets", 7.5, "10*4/uL", 75.0),
    ("hemoglobin", 90.0, "g/L", 9.0),
    ("hemoglobin", 5.0, "mmol/L", 8.057),
    ("crp", 30.0, "mg/L", 3.0),
    ("crp", 41.0, "mg/L", 4.1),
    ("crp", 30.0, "ug/mL", 3.0),
    ("ferritin", 650.0, "ug/L", 650.0),
    ("ferritin", 65.0, "ug/dL", 650.0),
    ("ferritin", 2247.0, "pmol/L", 1000.0),
    ("ldh", 4.0, "ukat/L", 240.0),
    ("ldh", 250.0, "UI/L", 250.0),
    ("creatinine", 88.4, "umol/L", 1.0),
    ("creatinine", 10.0, "mg/L", 1.0),
    ("marrow_blasts", 0.25, "1", 25.0),
    ("age", 24.0, "mo", 2.0),
]


@pytest.mark.parametrize(("variable", "value", "unit", "canonical"), TABLE)
def test_conversion(variable: str, value: float, unit: str, canonical: float) -> None:
    factor = find_factor(variable, CANONICAL[variable], unit=unit, spellings={})
    assert factor is not None
    assert factor.to_canonical(np.array([value]))[0] == pytest.approx(canonical, rel=1e-12)


@given(st.integers(0, 10**6))
def test_decimal_factors_are_exact(digits: int) -> None:
    """30.1 mg/L is the number nearest to 3.01 mg/dL, not 3.0100000000000002."""
    per_microlitre = find_factor("anc", "10*9/L", unit="/uL", spellings={})
    per_litre = find_factor("crp", "mg/dL", unit="mg/L", spellings={})
    assert per_microlitre is not None
    assert per_litre is not None
    assert per_microlitre.to_canonical(np.array([float(digits)]))[0] == digits / 1000
    assert per_litre.to_canonical(np.array([digits / 10]))[0] == pytest.approx(digits / 100, 1e-15)


@pytest.mark.parametrize(
    ("variable", "unit"),
    [("crp", "10*9/L"), ("anc", "g/L"), ("ferritin", "mmol/L"), ("anc", ""), ("crp", "MG/DL")],
)
def test_units_that_are_not_accepted(variable: str, unit: str) -> None:
    assert find_factor(variable, CANONICAL[variable], unit=unit, spellings={}) is None


def test_a_centre_may_name_its_own_spelling() -> None:
    factor = find_factor("anc", "10*9/L", unit="Mia/Liter", spellings={"Mia/Liter": "10*9/L"})
    assert factor is not None
    assert (factor.multiply, factor.divide) == (1, 1)


def test_haemoglobin_in_grams_is_not_giga() -> None:
    assert (ucum("g/l"), ucum("G/l")) == ("g/L", "10*9/L")


def test_the_dictionary_has_the_canonical_units() -> None:
    text = (ROOT / "config" / "dictionary.yaml").read_text(encoding="utf-8")
    variables = parse(text, source="dictionary.yaml", model=Dictionary).variables
    assert {name: unit for name, unit in CANONICAL.items() if variables[name].unit != unit} == {}
    with_unit = {name for name, variable in variables.items() if variable.unit}
    assert with_unit == set(CANONICAL)


def test_every_unit_has_a_positive_factor_and_the_canonical_one_is_one() -> None:
    for variable, canonical in CANONICAL.items():
        units = accepted_units(variable, canonical)
        assert units[canonical] == 1
        assert all(fraction > 0 for fraction in units.values())


def test_a_variable_outside_the_table_keeps_its_unit() -> None:
    assert accepted_units("igg", "arbitrary") == {"arbitrary": 1}
