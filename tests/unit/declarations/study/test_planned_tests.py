"""What a study plans to test: one p-value each, of analyses that it has, never taken over."""

from __future__ import annotations

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError

MORE = """\
  stages: {method: cox, endpoint: survival, exposure: stage}
  each: {method: cox, endpoint: survival, exposure: age, by: stage}
  curve: {method: kaplan_meier, endpoint: survival}
  groups: {method: log_rank, endpoint: survival, exposure: stage}
displays:
"""


@pytest.fixture
def troubles(dictionary, endpoints, named, table_study):
    def of(text: str) -> list[str]:
        text = table_study.replace("displays:\n", MORE) + text
        study = parse(text, source="small.yaml", model=Study)
        found = study_troubles(study, dictionary, endpoints, named)
        return [f"{'.'.join(map(str, path))}: {words}" for path, words in found]

    return of


@pytest.mark.parametrize(
    "text",
    [
        "primary: none\n",
        "primary: one\nregistered: 2024-06-30\n",
        "primary: one\nsecondary: {method: holm, order: [groups]}\n",
        "secondary: {method: fixed_sequence, order: [groups, one], alpha: 0.01}\n",
    ],
)
def test_a_plan_of_tests_is_no_trouble(troubles, text) -> None:
    assert troubles(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("primary: two\n", 'primary: there is no analysis "two"'),
        ("primary: stages\n", "primary: stages is not one test: stage has more than two levels"),
        ("primary: each\n", "primary: each is not one test: it is repeated by a variable"),
        ("primary: curve\n", "primary: curve is not one test: name a regression of one ratio"),
        (
            "primary: one\nsecondary: {method: holm, order: [groups, one]}\n",
            "secondary.order.1: one is planned twice",
        ),
    ],
)
def test_what_is_not_one_test_is_refused(troubles, text, words) -> None:
    (said,) = troubles(text)
    assert said.startswith(words)


def test_limits_as_printed_need_a_paper(table_study) -> None:
    with pytest.raises(UserError, match="inference: as_printed needs published"):
        parse(f"{table_study}inference: as_printed\n", source="small.yaml", model=Study)
    printed = parse(f"{table_study}published: paper.csv\n", source="small.yaml", model=Study)
    assert printed.limits_by == "as_printed"
    assert parse(table_study, source="small.yaml", model=Study).limits_by == "wald"
