"""The dictionary of the project: every variable once, with a unit that can be read."""

import re

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.errors import UserError

CANONICAL = {
    "anc": "10*9/L",
    "platelets": "10*9/L",
    "hemoglobin": "g/dL",
    "crp": "mg/dL",
    "ferritin": "ng/mL",
    "ldh": "U/L",
}


def test_the_laboratory_values_of_the_scores_have_their_canonical_units(dictionary) -> None:
    labs = dictionary.of_kind("lab")
    assert {name: labs[name].unit for name in CANONICAL} == CANONICAL


def test_every_number_has_a_unit_and_a_plausible_interval(dictionary) -> None:
    for name, variable in dictionary.variables.items():
        if variable.type in ("number", "integer") and variable.kind != "event":
            assert variable.plausible is not None, name
            assert variable.plausible[0] < variable.plausible[1], name
        if variable.kind == "lab":
            assert variable.unit, name
        assert re.fullmatch(r"(\d{1,5}-\d)?", variable.loinc), f"{name}: LOINC has a check digit"


def test_loinc_codes_have_the_right_check_digit(dictionary) -> None:
    """The last digit is the Luhn check digit of the others."""
    for name, variable in dictionary.variables.items():
        if variable.loinc:
            digits = [int(d) for d in variable.loinc.replace("-", "")[::-1]]
            doubled = [sum(divmod(2 * d, 10)) for d in digits[1::2]]
            assert (sum(digits[0::2]) + sum(doubled)) % 10 == 0, name


def test_variables_keep_their_order_and_kind(dictionary) -> None:
    names = list(dictionary.variables)
    for kind in ("lab", "subject", "event"):
        of_kind = list(dictionary.of_kind(kind))
        assert of_kind
        assert of_kind == [n for n in names if dictionary.variables[n].kind == kind]


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("{label: Sex, kind: subject, type: category}", "levels: a category, and only a"),
        ("{label: Age, kind: subject, type: number, levels: {a: A}}", "levels: a category, and on"),
        ("{label: Age, kind: patient, type: number}", "variables.x.kind: must be one of"),
        ("{label: Age, kind: subject, type: number, plausible: [0, inf]}", "must be a number"),
        ("{label: Age, kind: subject, type: number, plausible: [90, 10]}", "plausible: "),
    ],
)
def test_a_wrong_variable_is_refused(variable: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(f"variables:\n  x: {variable}", source="dictionary.yaml", model=Dictionary)
    assert str(caught.value).startswith("dictionary.yaml:2: variables.x")
    assert message in str(caught.value)
