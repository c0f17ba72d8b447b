"""A convention file: what it may say, and the message where it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention, variable_troubles
from hematotox.declarations.dictionary import Dictionary
from hematotox.errors import UserError

FOLDER = Path(__file__).parents[3] / "config" / "conventions"
CART_SIE = (FOLDER / "cart_sie.yaml").read_text(encoding="utf-8")


def read(text: str) -> Convention:
    return parse(text, source="config/conventions/cart_sie.yaml", model=Convention)


def test_the_published_conventions_are_there():
    names = {path.stem for path in FOLDER.glob("*.yaml")}
    assert {
        "consensus",
        "liang_2024",
        "liang_manual",
        "heatwaver_compatible",
        "cumulative_days",
        "cart_sie",
        "t_icaht_table",
        "t_icaht_code",
        "severe_neutropenia",
        "phenotype",
    } <= names


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_convention_is_read_and_survives_json(path):
    convention = read(path.read_text(encoding="utf-8"))
    assert convention.id == path.stem
    assert Convention.model_validate_json(convention.model_dump_json()) == convention


def test_two_conventions_differ_only_by_what_their_files_say():
    liang = read((FOLDER / "liang_2024.yaml").read_text(encoding="utf-8"))
    heatwave = read((FOLDER / "heatwaver_compatible.yaml").read_text(encoding="utf-8"))
    early = {
        "join_at_end": True,
        "lone_value": "carried_to_both_ends",
        "ends_at": ("last_contact_stated",),
    }
    late = {
        "ends_at": ("progression", "new_therapy", "last_contact_stated"),
        "classes_of": 0.001,
    }
    assert heatwave.windows["early"] == liang.windows["early"].model_copy(update=early)
    assert heatwave.windows["late"] == liang.windows["late"].model_copy(update=late)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("days: [0, 30]", "days: [30, 0]", "the first day must not be after the last"),
        ("duration: longest", "duration: long", "duration: must be one of"),
        ("join_gap_days: 2", "join_gap_days: two", "join_gap_days: must be a whole number"),
        ("join_gap_days: 2", "join_gap: 2", "unknown key"),
        (
            '"2": {"500": 7}',
            '"2": {"400": 7}',
            "windows.early.grades.2.400: must be one of 500, 100",
        ),
        ('"2": {"500": 7}', '"2": {"500": some}', 'a number of days or "all"'),
        ('"2": {"500": 7}', '"5": {"500": 7}', "must be one of"),
        (
            '"500": {at_most: 0.5}',
            '"500": {at_most: 0.5, below: 1}',
            "needs either at_most or below",
        ),
        ("kind: durations", "kind: duration", "must be one of"),
        ("least_days_measured: 2", "least_days_measured: 1", "a pair needs at least 2 measured"),
        ("name: CART-SIE", "name: CART-SIE\nstatus: provisional", "unverified: a provisional"),
        ("interpolation: linear", "interpolation: none", "without interpolation there is none"),
        ("unfilled_days: recovered", "unfilled_days: open_beside_low", "open_beside: open_beside_"),
        (
            "unfilled_days: recovered",
            "unfilled_days: recovered\n    open_beside: 1.0",
            "open_beside: open_beside_low, and only it, needs it",
        ),
        (
            "unfilled_days: recovered",
            "unfilled_days: open_beside_low\n    open_beside: 0.4",
            "open_beside: must not be below the highest level",
        ),
        (
            "never_recovered: death",
            "never_recovered: never",
            "never_recovered_from_day: needed unless",
        ),
        ("days: [0, 30]", "days: [0, 30]\n    ends_at: [nothing, progression]", "stand alone"),
        ("days: [0, 30]", "days: [0, 30]\n    several_a_day: left_out", "left_out cannot tell"),
        (
            'grades:\n      "1"',
            'grades_by_measured_days: {"1": {"50": 2}}\n    grades:\n      "1"',
            "grades_by_measured_days.1.50: must be one of 500, 100",
        ),
    ],
)
def test_what_a_convention_may_not_say(old, new, words):
    assert old in CART_SIE
    with pytest.raises(UserError) as caught:
        read(CART_SIE.replace(old, new, 1))
    assert words in str(caught.value)
    assert str(caught.value).startswith("config/conventions/cart_sie.yaml:")


def test_windows_grade_laboratory_variables():
    path = FOLDER.parent / "dictionary.yaml"
    dictionary = parse(path.read_text(encoding="utf-8"), source=path.name, model=Dictionary)
    for path in FOLDER.glob("*.yaml"):
        assert variable_troubles(read(path.read_text(encoding="utf-8")), dictionary) == []
    wrong = read(CART_SIE.replace("variable: hemoglobin", "variable: haemoglobin"))
    ((key, words),) = variable_troubles(wrong, dictionary)
    assert key == ("windows", "late_anemia", "variable")
    assert words.startswith("haemoglobin is no laboratory variable; known are anc, creatinine")


def test_the_second_lowest_value_needs_a_grade_to_reach():
    text = (FOLDER / "consensus.yaml").read_text(encoding="utf-8")
    with pytest.raises(UserError, match=r"windows\.late\.grades: grade 1 is missing"):
        read(text.replace('{"1": {at_most: 1.5}, "2"', '{"2"'))
