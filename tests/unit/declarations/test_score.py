"""A score file: what it may say, and the message where it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.score import Score, unit_troubles
from hematotox.errors import UserError

CONFIG = Path(__file__).parents[3] / "config"
HT = (CONFIG / "scores" / "ht.yaml").read_text(encoding="utf-8")
EASIX = (CONFIG / "scores" / "easix.yaml").read_text(encoding="utf-8")
ALL_HT = (CONFIG / "scores" / "all_ht.yaml").read_text(encoding="utf-8")


def read(text: str) -> Score:
    return parse(text, source="config/scores/ht.yaml", model=Score)


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith(start))


def message(text: str) -> str:
    with pytest.raises(UserError) as caught:
        read(text)
    return str(caught.value)


def test_two_bands_over_one_cut_off_as_the_design_words_it():
    text = HT.replace('"(175, inf)"', '"[175, inf)"')
    assert message(text) == (
        f"config/scores/ht.yaml:{line_of(HT, 'platelets:')}: items.platelets: 175 is in two bands, "
        '"[75, 175]" and "[175, inf)"; each cut-off belongs to one'
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"[75, 175]"', '"(75, 175]"', 'items.platelets: 75 is in no band, "(-inf, 75)" and'),
        ('"(175, inf)"', '"(180, inf)"', "items.platelets: between 175 and 180 there is no band"),
        ('"(175, inf)"', '"(170, inf)"', 'items.platelets: "[75, 175]" and "(170, inf)" overlap'),
        ('"(175, inf)"', '"(175, 900)"', "items.platelets: the intervals must reach from -inf"),
        ('"(175, inf)"', '"175+"', 'items.platelets: "175+" is not an interval such as'),
        ('"[75, 175]"', '"[175, 75]"', 'items.platelets: "[175, 75]" holds no number'),
        ('"[75, 175]": 1', '"[75, 175]": many', "must be a number"),
        ('low: "[0, 1]"', 'low: "[0, 2]"', "groups: 2 points are in two groups, low and high"),
        ('low: "[0, 1]"', 'low: "[0, 0]"', "groups: 1 points are in no group"),
        ("missing: no_score", "missing: zero", "missing: must be one of"),
        ("window_days: [-10, 0]", "window_days: [0, -10]", "the first day must not be after"),
        ("take: latest", "take: nearest", "nearest_to: goes with take: nearest"),
        ("take: latest", "take: latest\n  window: 3", "unknown key"),
        ("group_labels: {low:", "group_labels: {lo:", "group_labels.lo: must be one of low, high"),
        ("crp: 2.9, ferritin: 649}, points: 0", "crb: 2.9}, points: 0", "crb: no such item"),
        (
            '{"(-inf, 1.2]": 1, "(1.2, inf)": 0}',
            '{"(-inf, 1.2]": 1, "(1.2, 5]": 0, "(5, inf)": 1}',
            "items.anc: the points neither rise nor fall with the value",
        ),
        (
            "missing: no_score",
            "missing: no_score\nstatus: provisional",
            "unverified: a provisional",
        ),
    ],
)
def test_what_a_score_may_not_say(old, new, words):
    assert old in HT
    assert words in message(HT.replace(old, new, 1))


def test_a_formula_names_every_item_once():
    assert "must name every item once" in message(
        EASIX.replace("divide: [platelets]", "divide: []")
    )
    banded = EASIX.replace("{unit: U/L}", '{unit: U/L, bands: {"(-inf, inf)": 1}}')
    assert "a formula score has no bands" in message(banded)


def test_a_score_with_points_needs_bands_and_groups():
    assert "bands are missing" in message(
        HT.replace(', bands: {"(-inf, 1.2]": 1, "(1.2, inf)": 0}', "")
    )
    without = "\n".join(line for line in HT.splitlines() if not line.startswith("group"))
    assert "needs its risk groups" in message(without)


def test_the_worse_value_of_a_day():
    score = read(HT)
    ends = {item: score.worse_end(item) for item in score.items}
    assert ends == {
        "platelets": "lowest",
        "anc": "lowest",
        "hemoglobin": "lowest",
        "crp": "highest",
        "ferritin": "highest",
    }
    easix = read(EASIX)
    assert (easix.worse_end("ldh"), easix.worse_end("platelets")) == ("highest", "lowest")
    changed = read(HT.replace("crp: {unit: mg/dL,", "crp: {unit: mg/dL, same_day: lowest,"))
    assert changed.worse_end("crp") == "lowest"


def test_possible_points():
    assert read(HT).possible_points() == tuple(range(8))


def test_a_declaration_survives_json():
    for text in (HT, EASIX, ALL_HT):
        score = read(text)
        assert Score.model_validate_json(score.model_dump_json(by_alias=True)) == score


def test_units_are_the_dictionarys():
    path = CONFIG / "dictionary.yaml"
    dictionary = parse(path.read_text(encoding="utf-8"), source=path.name, model=Dictionary)
    for path in sorted((CONFIG / "scores").glob("*.yaml")):
        assert unit_troubles(read(path.read_text(encoding="utf-8")), dictionary) == []
    wrong = read(HT.replace("crp: {unit: mg/dL", "crp: {unit: mg/L"))
    assert unit_troubles(wrong, dictionary) == [
        (("items", "crp", "unit"), 'the unit must be the dictionary\'s, "mg/dL", not "mg/L"')
    ]
    strange = read(HT.replace("  crp: {unit", "  crpp: {unit").replace("crp:", "crpp:"))
    ((key, words),) = unit_troubles(strange, dictionary)
    assert key == ("items", "crpp")
    known = (
        "neither a laboratory variable nor a number of a patient; known are age, anc, anc_at_boost"
    )
    assert words.startswith(known)


@pytest.mark.parametrize(
    ("item", "key", "words"),
    [
        ("age: {unit: a, bands", (), ""),
        ('age: {unit: "1", bands', ("age", "unit"), 'must be the dictionary\'s, "a", not "1"'),
        ('prior_lines: {unit: "1", bands', (), ""),
        ('sex: {unit: "1", bands', ("sex",), "nor a number of a patient"),
        ('ldh: {unit: "1", relative_to: ldh_upper_limit, bands', (), ""),
        ("ldh: {unit: U/L, relative_to: ldh_upper_limit, bands", ("ldh", "unit"), "of a multiple"),
        ('ldh: {unit: "1", relative_to: age, bands', ("ldh", "relative_to"), 'of ldh, "U/L"'),
        ('ldh: {unit: "1", relative_to: ferritin, bands', ("ldh", "relative_to"), "of a patient"),
    ],
)
def test_items_that_are_no_laboratory_values(item, key, words):
    path = CONFIG / "dictionary.yaml"
    dictionary = parse(path.read_text(encoding="utf-8"), source=path.name, model=Dictionary)
    text = HT.replace("crp: {unit: mg/dL, bands", item, 1)
    text = text.replace("crp:", f"{item.partition(':')[0]}:")
    found = unit_troubles(read(text), dictionary)
    assert [path for path, _ in found] == ([("items", *key)] if key else [])
    assert words in "".join(told for _, told in found)
