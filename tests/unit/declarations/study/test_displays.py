"""A display shows analyses that suit it: whatever else it names would be missing without a word."""

from __future__ import annotations

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.study import Study

FIGURE = "figure: {kind: forest, title: Figure, analyses: [one]}"


@pytest.fixture
def troubles(dictionary, endpoints, named):
    def of(text: str) -> list[str]:
        study = parse(text, source="small.yaml", model=Study)
        found = study_troubles(study, dictionary, endpoints, named)
        return [f"{'.'.join(map(str, path))}: {words}" for path, words in found]

    return of


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("baseline_table", "describe"),
        ("outcome_table", "logistic, proportion"),
        ("reclassification_table", "paired_tests, reclassification, roc"),
        ("roc", "diagnostic_accuracy, roc"),
    ],
)
def test_a_display_of_other_analyses_is_refused(troubles, table_study, kind, method) -> None:
    text = _with_display(table_study, f"{{kind: {kind}, title: T, analyses: [one]}}")
    assert f"displays.shown.analyses.0: {kind} shows analyses of {method}; this one is cox" in (
        troubles(text)
    )


def test_a_fitting_display_is_no_trouble(troubles, table_study) -> None:
    text = _with_display(table_study, "{kind: forest, title: T, analyses: [one]}")
    assert troubles(text) == []


def test_agreement_needs_a_published_file(troubles, table_study) -> None:
    display = "{kind: agreement_table, title: T}"
    words = "displays.shown.kind: needs published: the file of the paper's numbers"
    assert troubles(_with_display(table_study, display)) == [words]
    assert troubles(_with_display(f"{table_study}\npublished: paper.csv\n", display)) == []


def _with_display(study: str, display: str) -> str:
    return study.replace(FIGURE, f"shown: {display}")
