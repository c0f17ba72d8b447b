"""The registry's rows, and what a study may ask of them."""

import csv
import io

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.registry_check import registry_troubles
from hematotox.declarations.study.plan import PlannedVariable
from hematotox.declarations.study.registry import (
    PublishedValidation,
    read_registry,
    wanted,
)
from hematotox.declarations.study.study import Study
from hematotox.errors import UserErrors
from hematotox.run.files import CLONE

FILE = CLONE / "config" / "published" / "registry.csv"
COLUMNS = list(PublishedValidation.model_fields)
ROW = {
    "citation_key": "A25", "cohort": "Somewhere 2025", "endpoint_definition": "late", "score": "ht",
    "term": "ht.group", "estimand": "log_odds_ratio", "estimate": "1.0", "conf_low": "0.2",
    "conf_high": "1.8", "certainty": "T",
}  # fmt: skip
TWO = ("low", "high")
STUDY = """\
id: small
title: A small study
counts:
  file: small.csv
  exposure: ht_group
  label: HT
  levels: {low: low, high: high}
  endpoints: {late: late ICAHT}
analyses:
  odds: {method: logistic, endpoint: late, exposure: ht_group}
  rate: {method: proportion, endpoint: late, exposure: ht_group}
  among: {method: registry, of: OF, definition: DEFINITION, reproduces: [KEY]}
displays: {}
"""


def text(*rows: dict, columns: list[str] = COLUMNS) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def study(of: str = "odds", definition: str = "late", key: str = "A25") -> Study:
    words = STUDY.replace("OF", of).replace("DEFINITION", definition).replace("KEY", key)
    return parse(words, source="small.yaml", model=Study)


def troubles(declared: Study, levels: tuple[str, ...] = ("low", "high")) -> list[str]:
    variables = {"ht_group": PlannedVariable(type="category", levels=levels)}
    registry = read_registry(text(ROW), source="registry.csv")
    return [
        f"{'.'.join(map(str, path))}: {words}"
        for path, words in registry_troubles(declared, registry, variables)
    ]


def test_our_registry_is_read_and_holds_nothing_unverified() -> None:
    found = read_registry(FILE.read_text(encoding="utf-8"), source="registry.csv")
    assert {one.certainty for one in found} <= set("TACSD")
    keys = {(o.cohort, o.endpoint_definition, o.score, o.term, o.estimand) for o in found}
    assert len(keys) == len(found)
    aside = {(one.cohort, one.aside) for one in found if one.aside}
    assert aside == {("Rejeski 2021, training", "training"),
                     ("Rejeski 2021, pooled validation", "whole")}  # fmt: skip


def test_every_key_and_definition_is_in_the_index() -> None:
    index = (FILE.parent / "README.md").read_text(encoding="utf-8")
    for one in read_registry(FILE.read_text(encoding="utf-8"), source="registry.csv"):
        assert f"| {one.citation_key} |" in index
        assert f"`{one.endpoint_definition}`" in index


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"estimate": "about 1"}, "estimate: Input should be a valid number"),
        ({"estimate": "2.0"}, "the estimate lies outside its limits"),
        ({"estimate": ""}, "neither an estimate nor the four counts"),
        ({"n_event_high": "5", "n_high": "4"}, "more events than patients in a group"),
        ({"estimand": "auc", "conf_high": "1.8"}, "auc must be a share between 0 and 1"),
        ({"certainty": "M"}, "certainty: Input should be 'T', 'A', 'C', 'S' or 'D'"),
        ({"cohort": ""}, "cohort: String should have at least 1 character"),
    ],
)
def test_a_row_that_cannot_be_is_named_by_its_line(change: dict, words: str) -> None:
    with pytest.raises(UserErrors) as caught:
        read_registry(text(ROW, {**ROW, **change}), source="registry.csv")
    assert caught.value.messages[0].startswith(f"registry.csv:3: {words}")


def test_a_missing_column_is_named() -> None:
    without = [name for name in COLUMNS if name != "aside"]
    with pytest.raises(UserErrors, match=r"registry\.csv:1: columns are missing: aside"):
        read_registry(text(ROW, columns=without), source="registry.csv")


def test_counts_are_enough() -> None:
    counts = {"n_event_high": "5", "n_high": "9", "n_event_low": "0", "n_low": "8"}
    bare = {**ROW, "estimate": "", "conf_low": "", "conf_high": "", **counts}
    (found,) = read_registry(text(bare), source="registry.csv")
    assert found.counts == (5, 9, 0, 8)


def test_a_study_gets_the_rows_of_its_definition_and_score() -> None:
    rows = (ROW, {**ROW, "endpoint_definition": "early"}, {**ROW, "score": "simple_ht"})
    registry = read_registry(text(*rows), source="registry.csv")
    assert wanted(study(), registry) == registry[:1]


def test_names_that_fit_are_no_trouble() -> None:
    assert troubles(study()) == []


@pytest.mark.parametrize(
    ("declared", "levels", "words"),
    [
        (study(of="odd"), TWO, 'of: there is no analysis "odd". Is "odds"'),
        (study(of="rate"), TWO, "of: rate is proportion; the registry has"),
        (study(), ("low", "middle", "high"), "of: odds compares 3 groups"),
        (study(definition="lat"), TWO, "definition: there is no endpoint"),
        (study(key="B25"), TWO, "reproduces.0: there is no citation key"),
    ],
)
def test_a_name_that_does_not_fit_is_told_with_its_key(declared, levels, words) -> None:
    (found,) = troubles(declared, levels)
    assert found.startswith(f"analyses.among.{words}")


def test_who_is_analysed_is_said_by_the_other_analysis() -> None:
    text_of = STUDY.replace("OF, ", "odds, by: centre, ").replace("DEFINITION", "late")
    with pytest.raises(UserErrors, match="those of the analysis in `of`"):
        parse(text_of, source="s.yaml", model=Study)
